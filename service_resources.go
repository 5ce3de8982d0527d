package joinery

import (
	"context"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/patch"
	"github.com/joineryhq/joinery/scim/schema"
)

// Caller is who asks for a SCIM operation, and under which URL.
type Caller struct {
	Connection *Connection
	TokenID    string // whose token asks; "" where the caller's context tells who does (WithActor)
	TokenName  string
	RequestID  string
	// BaseURL is what references and locations in the answer begin with, without
	// a slash at its end: http://host/scim/v2 or http://host/scim/v2/{connection}.
	BaseURL string
}

// Expect holds the conditions of a write: the values of If-Match and
// If-None-Match, "" for none (RFC 7644 3.14).
type Expect struct{ IfMatch, IfNoneMatch string }

// Outcome is what a write led to.
type Outcome struct {
	// Resource is the resource afterwards. After creating, replacing and
	// patching a User it has Rows; those of a Group are left out after a patch.
	// It is nil after a patch that concerned nothing but members: such a patch
	// does not read the group, so that many of them do not wait for one another.
	Resource *Resource
	// Changed is false where the write found everything as it asked for: then
	// nothing was written, no event emitted.
	Changed bool
	// Ignored names the attributes that no schema knows and that were dropped.
	Ignored []string
	// Pending holds the references to members that do not exist yet and were kept.
	Pending []string
}

// ReplaceOptions says what a replacement leaves alone.
type ReplaceOptions struct {
	// KeepMembers leaves a Group's members alone where the document has none.
	KeepMembers bool
}

// GetResource returns a resource, or fails with NotFound.
func (s *Service) GetResource(ctx context.Context, c Caller, t *schema.Type, id string, rows bool) (r *Resource, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		r, err = tx.Resource(c.Connection.ID, t.Name, id, rows, c.BaseURL)
		return err
	})
	if err == nil {
		s.confirmServed(ctx, c, r)
	}
	return r, notFound(err, t, id)
}

// CreateResource takes in a resource. Where a deleted one returns, it has its
// former id.
func (s *Service) CreateResource(ctx context.Context, c Caller, t *schema.Type, doc scim.Document) (out *Outcome, err error) {
	in, err := read(c, t, doc)
	if err != nil {
		return nil, err
	}
	if err := in.encode(t); err != nil {
		return nil, err
	}
	err = s.write(ctx, c, func(w *work) error {
		out, err = w.create(t, in)
		return err
	})
	return out, err
}

// ReplaceResource puts a document in the place of the resource's. What only the
// server sets stays, and so does active where the document does not give it.
func (s *Service) ReplaceResource(ctx context.Context, c Caller, t *schema.Type, id string, doc scim.Document, e Expect, o ReplaceOptions) (out *Outcome, err error) {
	in, err := read(c, t, doc)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, c, func(w *work) error {
		out, err = w.replace(t, id, in, e, o)
		return err
	})
	if err == nil {
		s.confirmServed(ctx, c, out.Resource)
	}
	return out, err
}

// PatchResource applies the operations in order, all or none (RFC 7644 3.5.2).
func (s *Service) PatchResource(ctx context.Context, c Caller, t *schema.Type, id string, ops []scim.PatchOperation, e Expect) (out *Outcome, err error) {
	p, err := patch.Compile(t, ops, rowAttributes(t)...)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, c, func(w *work) error {
		out, err = w.patch(t, id, p, e)
		return err
	})
	if err == nil {
		s.confirmServed(ctx, c, out.Resource)
	}
	return out, err
}

// DeleteResource removes a resource. It leaves a tombstone, from which it can
// return, and no trace in SCIM: its names are free, its id is unknown.
func (s *Service) DeleteResource(ctx context.Context, c Caller, t *schema.Type, id string, e Expect) error {
	return s.write(ctx, c, func(w *work) error { return w.delete(t, id, e) })
}
