package scimapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/idp"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/patch"
	"github.com/joineryhq/joinery/scim/schema"
)

// change is one write, as a request of its own or as an operation of a bulk
// request asks for it.
type change struct {
	method string
	t      *schema.Type
	id     string // not of a POST
	body   []byte
	expect joinery.Expect
}

// apply repairs a change and has the Service make it. The outcome of a DELETE
// is nil.
func (a *api) apply(ctx context.Context, c *call, ch change) (*joinery.Outcome, error) {
	if ch.method == http.MethodDelete {
		return nil, a.service.DeleteResource(ctx, c.caller, ch.t, ch.id, ch.expect)
	}
	r, err := readChange(c, ch)
	if err != nil {
		return nil, err
	}
	outcome, err := a.write(ctx, c, ch, r)
	if err != nil {
		return nil, err
	}
	c.rec.Ignored = append(c.rec.Ignored, outcome.Ignored...)
	c.rec.Pending += len(outcome.Pending)
	return outcome, nil
}

func (a *api) write(ctx context.Context, c *call, ch change, r *idp.Request) (*joinery.Outcome, error) {
	switch ch.method {
	case http.MethodPost:
		return a.service.CreateResource(ctx, c.caller, ch.t, r.Document)
	case http.MethodPut:
		keep := joinery.ReplaceOptions{KeepMembers: c.profile.KeepMembers && !mentions(ch.body, rowsOf(ch.t))}
		return a.service.ReplaceResource(ctx, c.caller, ch.t, ch.id, r.Document, ch.expect, keep)
	default:
		return a.service.PatchResource(ctx, c.caller, ch.t, ch.id, r.Operations, ch.expect)
	}
}

// readChange decodes the body of a change and applies the fixes of the
// connection's profile to it.
func readChange(c *call, ch change) (*idp.Request, error) {
	r := &idp.Request{Method: ch.method, Type: ch.t}
	var err error
	if ch.method == http.MethodPatch {
		r.Operations, err = patch.ParseJSON(ch.body)
	} else {
		r.Document, err = scim.Parse(ch.body)
	}
	if err != nil {
		return nil, err
	}
	repairs, err := c.profile.Repair(r, c.strict())
	for _, repair := range repairs {
		c.rec.AddRepair(repair.Fix)
	}
	return r, err
}

// mentions reports whether a JSON object has a member that is not null, be it
// empty: a document does not tell an empty array from none.
func mentions(body []byte, name string) bool {
	var object map[string]json.RawMessage
	if name == "" || json.Unmarshal(body, &object) != nil {
		return false
	}
	for key, value := range object {
		if scim.Fold(key) == scim.Fold(name) {
			return !bytes.Equal(value, []byte("null"))
		}
	}
	return false
}
