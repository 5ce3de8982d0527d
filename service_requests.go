package joinery

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// Excerpt is the beginning of a body, all that the request log needs of it.
type Excerpt struct {
	Begin []byte // at most MaxRequestBody bytes
	Size  int64  // of the whole body
}

// ExcerptOf takes the excerpt of a body that nobody changes any more. Only a
// long one is copied.
func ExcerptOf(body []byte) Excerpt {
	e := Excerpt{Begin: body, Size: int64(len(body))}
	if len(body) > MaxRequestBody {
		e.Begin = bytes.Clone(body[:MaxRequestBody])
	}
	return e
}

// Append adds the next part of the body. It copies what it keeps.
func (e *Excerpt) Append(part []byte) {
	room := max(MaxRequestBody-len(e.Begin), 0)
	e.Begin = append(e.Begin, part[:min(room, len(part))]...)
	e.Size += int64(len(part))
}

// LogRequest has a request that was just answered written to the log of its
// connection, soon and without waiting; see FlushRequests. The Service gives
// the entry its id, its time and its bodies, without passwords and tokens.
// Where more is logged than the store can take, entries are lost rather than
// answers delayed; see LostRequests.
func (s *Service) LogRequest(r *Request, sent, answered Excerpt) {
	r.Time = s.now().Add(-r.Duration).UTC().Truncate(time.Millisecond)
	r.Ignored = someNames(r.Ignored)
	if s.requests.add(loggedRequest{r, sent, answered}) {
		go s.writeRequests()
	}
}

// The most that the log keeps of what a client made up.
const (
	maxLoggedNames = 100
	maxLoggedName  = 256  // bytes, also of an id
	maxLoggedPath  = 4096 // bytes
)

// someNames holds on to the memory of no more names than are kept.
func someNames(names []string) []string {
	if len(names) > maxLoggedNames {
		names = slices.Clone(names[:maxLoggedNames])
	}
	for i, name := range names {
		if len(name) > maxLoggedName {
			names[i] = strings.Clone(beginning(name, maxLoggedName))
		}
	}
	return names
}

// beginning is at most n bytes of a text, and says where it is cut.
func beginning(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// entry makes of a request what the log keeps.
func (s *Service) entry(l loggedRequest) *Request {
	r := l.request
	r.ID = s.newID()
	r.Method = beginning(r.Method, maxLoggedName)
	r.Path = beginning(s.redactor.URL(r.Path), maxLoggedPath)
	r.Body, r.Answer = s.keep(l.sent), s.keep(l.answered)
	for i, name := range r.Ignored {
		r.Ignored[i] = s.redactor.Text(name)
	}
	for _, id := range []*string{&r.RequestID, &r.UserID, &r.GroupID} {
		*id = s.redactor.Text(beginning(*id, maxLoggedName))
	}
	return r
}

// keep returns what the log keeps of a body, and says at its end how much is
// left out: what is cut off, and what cannot be read and so may hold anything.
func (s *Service) keep(e Excerpt) []byte {
	kept, n := s.redactor.JSON(e.Begin)
	if len(kept) > MaxRequestBody {
		kept = kept[:MaxRequestBody]
	}
	if out := e.Size - int64(n); out > 0 {
		kept = fmt.Appendf(slices.Clip(kept), " [left out: %d of %d bytes]", out, e.Size)
	}
	return bytes.TrimSpace(kept)
}

// newRedactor removes the values of all attributes that are never returned, in
// whole or in part.
func newRedactor(registry *schema.Registry) *scim.Redactor {
	hidden := func(a *schema.Attribute) bool { return a.Returned == schema.Never }
	var secrets []string
	for _, s := range registry.Schemas() {
		for _, a := range s.Attributes {
			if hidden(a) || slices.ContainsFunc(a.SubAttributes, hidden) {
				secrets = append(secrets, a.Name)
			}
		}
	}
	return scim.NewRedactor(secrets, []string{scimTokenPrefix, adminTokenPrefix})
}

// Requests lists the log of a connection, the newest first, and returns what
// RequestQuery.After is for the next page, "" on the last one. What this
// process has answered before is in it. An unknown connection fails with
// NotFound.
func (s *Service) Requests(ctx context.Context, q RequestQuery) (list []*Request, next string, err error) {
	if q.Status < 0 || q.Status > 599 || q.Status >= 10 && q.Status < 100 {
		return nil, "", invalidField("status", "The status must be one such as 409, or a class of 1 to 5 such as 4 for all of 400 to 499, not %d.", q.Status)
	}
	limit := min(max(q.Limit, 1), MaxListed)
	q.Limit = limit + 1 // tells whether a page follows
	s.settleRequests(ctx)
	err = s.store.View(ctx, func(tx Tx) error {
		if _, err := tx.Connection(q.ConnectionID); err != nil {
			return err
		}
		list, err = tx.Requests(q)
		return err
	})
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].ID
	}
	return list, next, err
}

// RequestByID returns an entry of the log of a connection, or fails with
// NotFound.
func (s *Service) RequestByID(ctx context.Context, connectionID, id string) (r *Request, err error) {
	s.settleRequests(ctx)
	err = s.store.View(ctx, func(tx Tx) error {
		r, err = tx.RequestByID(connectionID, id)
		return err
	})
	return r, err
}

// settleTime is how long whoever reads the log waits for what is still to be
// written.
const settleTime = time.Second

func (s *Service) settleRequests(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	_ = s.FlushRequests(ctx) // the list is good without the last ones
}
