package scimapi

import (
	"net/http"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
)

// create answers POST on an endpoint (RFC 7644 3.3).
func (a *api) create(w http.ResponseWriter, c *call) error {
	return a.change(w, c, http.StatusCreated)
}

// replace answers PUT on a resource (RFC 7644 3.5.1).
func (a *api) replace(w http.ResponseWriter, c *call) error {
	return a.change(w, c, http.StatusOK)
}

// change answers a POST or PUT, always with the whole resource: some clients
// take an answer without one for a failure.
func (a *api) change(w http.ResponseWriter, c *call, status int) error {
	outcome, s, err := a.receive(w, c)
	if err != nil {
		return err
	}
	return c.replyResource(w, status, outcome.Resource, s)
}

// receive reads and makes the change that a call asks for, once it is clear how
// to answer it.
func (a *api) receive(w http.ResponseWriter, c *call) (*joinery.Outcome, shape, error) {
	s, err := a.shapeOf(c, c.t)
	if err != nil {
		return nil, s, err
	}
	body, err := a.body(w, c)
	if err != nil {
		return nil, s, err
	}
	outcome, err := a.apply(c.Context(), c, change{method: c.Method, t: c.t, id: c.id, body: body, expect: expectOf(c.Header)})
	if err == nil && c.id == "" {
		c.touch(c.t, outcome.Resource.ID)
	}
	return outcome, s, err
}

// patch answers PATCH (RFC 7644 3.5.2). The answer to that of a Group is 204
// unless the client asks for attributes, and has members only where it asks for
// them: clients patch large groups often, and time out over their members.
func (a *api) patch(w http.ResponseWriter, c *call) error {
	outcome, s, err := a.receive(w, c)
	if err != nil {
		return err
	}
	if c.t.Name != "Group" {
		return c.replyResource(w, http.StatusOK, outcome.Resource, s)
	}
	if !s.asked() {
		return c.replyEmpty(w, outcome.Resource)
	}
	return a.replyPatched(w, c, outcome, s)
}

// replyPatched answers with a Group that was patched.
func (a *api) replyPatched(w http.ResponseWriter, c *call, outcome *joinery.Outcome, s shape) error {
	resource := outcome.Resource
	if rows := s.namesRows(); rows || resource == nil {
		var err error
		if resource, err = a.service.GetResource(c.Context(), c.caller, c.t, c.id, rows); err != nil {
			return err
		}
	}
	return c.replyResource(w, http.StatusOK, resource, s)
}

// get answers GET on a resource (RFC 7644 3.4.1).
func (a *api) get(w http.ResponseWriter, c *call) error {
	s, err := a.shapeOf(c, c.t)
	if err != nil {
		return err
	}
	resource, err := a.service.GetResource(c.Context(), c.caller, c.t, c.id, s.rows)
	if err != nil {
		return err
	}
	if unchanged(c.Header, resource.Version) {
		w.Header().Del("Content-Type")
		w.Header().Set("ETag", etag(resource.Version))
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return c.replyResource(w, http.StatusOK, resource, s)
}

// delete answers DELETE (RFC 7644 3.6).
func (a *api) delete(w http.ResponseWriter, c *call) error {
	if _, err := a.apply(c.Context(), c, change{method: c.Method, t: c.t, id: c.id, expect: expectOf(c.Header)}); err != nil {
		return err
	}
	return c.replyEmpty(w, nil)
}

// me answers all of /Me (RFC 7644 3.11): a token stands for a connection, which
// is no User.
func (a *api) me(http.ResponseWriter, *call) error {
	return scim.Errorf(http.StatusNotImplemented, "", "The token of a connection stands for no User, so there is no /Me. Use /Users.")
}
