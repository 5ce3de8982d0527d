//go:build !unix

package testenv

import "context"

// Start is not there on this system.
func Start(context.Context, bool) (*Server, error) { return nil, ErrNoBinaries }
