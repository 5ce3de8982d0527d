package server

import (
	"context"
	"time"
)

// How long after the start, and how often from then on, the server forgets what
// was kept for a time that is over.
const (
	purgeFirst = time.Minute
	purgeEvery = time.Hour
)

// startPurging begins to purge, and returns what ends it and waits for it.
func (s *Server) startPurging() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for wait := purgeFirst; sleep(ctx, wait); wait = purgeEvery {
			if err := s.service.Purge(ctx); err != nil && ctx.Err() == nil {
				s.options.Logger.WarnContext(ctx, "not purged", "error", err)
			}
		}
	}()
	return func() { cancel(); <-ended }
}

// sleep reports whether it slept to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
