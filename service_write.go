package joinery

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/patch"
	"github.com/joineryhq/joinery/scim/schema"
)

func (w *work) create(t *schema.Type, in *incoming) (*Outcome, error) {
	a, err := w.receive(t, in)
	if r, ok := errors.AsType[*refused](err); ok {
		return w.retry(t, in, r)
	}
	if err != nil {
		return nil, err
	}
	r, err := w.insert(t, in, a.former)
	if err != nil {
		return nil, err
	}
	if a.decision != nil && !w.c.Connection.Observe {
		if err := w.settle(r, a.decision); err != nil {
			return nil, err
		}
	}
	return w.connect(t, r, in, a.pending || a.former != nil)
}

// reception is what becomes of a resource that is new.
type reception struct {
	decision *decision  // of a User
	former   *Candidate // that it returns as; nil for none
	pending  bool       // groups may wait for it
}

// receive decides on a new resource.
func (w *work) receive(t *schema.Type, in *incoming) (*reception, error) {
	if t.Name == userType {
		return w.receiveUser(t, in)
	}
	candidates, err := w.candidates(t, in)
	if err != nil {
		return nil, err
	}
	former, err := w.decideOther(t, in, candidates)
	return &reception{former: former, pending: candidates.Pending}, err
}

// receiveUser decides on a new User, and finds the one that it returns as.
func (w *work) receiveUser(t *schema.Type, in *incoming) (*reception, error) {
	p := w.pushed(match.Create, in, "")
	identity, err := w.identify(p)
	if err != nil {
		return nil, err
	}
	candidates, err := w.candidates(t, in)
	if err != nil {
		return nil, err
	}
	users, err := w.known(candidates, maySignInOnly)
	if err != nil {
		return nil, err
	}
	a := &reception{decision: w.decide(p, identity, users, nil, false), pending: candidates.Pending}
	if err := a.decision.refusal(); err != nil || a.decision.Kind != match.ReturnUser {
		return a, err
	}
	i := slices.IndexFunc(candidates.Resources, func(c Candidate) bool { return c.ID == a.decision.UserID })
	a.former = &candidates.Resources[i]
	a.decision, err = w.checkReturn(a.decision)
	return a, err
}

// candidates finds what a new resource could collide with or return as.
func (w *work) candidates(t *schema.Type, in *incoming) (*Candidates, error) {
	found, err := w.tx.Candidates(w.c.Connection.ID, t.Name, in.keys, in.refs(t, ""))
	if err == nil && found.Gone {
		return nil, errUnknownToken
	}
	return found, err
}

// retry answers a create that is refused. Where a case was settled by making the
// User meanwhile, the identity provider only repeats what it was refused: then
// that User is what it creates.
func (w *work) retry(t *schema.Type, in *incoming, r *refused) (*Outcome, error) {
	if r.verdict.Reason != match.ReasonDuplicateUser || w.settled != nil {
		return nil, r
	}
	cases, err := w.tx.UnsettledCases(w.c.Connection.ID, r.person.keys)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		if c.Status == CaseResolved && c.Subject.UserID == r.verdict.UserID {
			if err := w.closeCase(c); err != nil {
				return nil, err
			}
			return w.replace(t, r.verdict.UserID, in, Expect{}, ReplaceOptions{})
		}
	}
	return nil, r
}

// insert adds a resource, or revives the one that it was.
func (w *work) insert(t *schema.Type, in *incoming, former *Candidate) (*Resource, error) {
	r := &Resource{
		ConnectionID: w.c.Connection.ID, Type: t.Name, ID: w.s.newID(), Version: 1,
		Created: w.at, LastModified: w.at, Body: in.body, Keys: in.keys,
	}
	write := w.tx.InsertResource
	if former != nil {
		r.ID, r.Version, r.Created = former.ID, former.Version+1, former.Created
		write = w.tx.UpdateResource
	}
	if err := write(r); err != nil {
		return nil, err
	}
	if former != nil && former.Deleted == nil {
		return r, w.emitTakenOver(r, in.doc)
	}
	if err := w.emitCreated(t, r, in.doc, former != nil); err != nil {
		return nil, err
	}
	if t.Name != groupType {
		return r, nil
	}
	return r, w.bindMappings(r)
}

// connect joins a new resource with the groups that wait for it, and a new
// group with its members.
func (w *work) connect(t *schema.Type, r *Resource, in *incoming, pending bool) (*Outcome, error) {
	out := &Outcome{Resource: r, Changed: true, Ignored: in.ignored}
	joined := false
	if pending {
		var err error
		if joined, err = w.attachPending(r, in.refs(t, r.ID)); err != nil {
			return nil, err
		}
	}
	if in.members != nil {
		delta, err := w.changeMembers(r, []patch.RowChange{*in.members}, out)
		if err != nil {
			return nil, err
		}
		joined = joined || delta
	}
	if !joined {
		return out, nil
	}
	var err error
	out.Resource, err = w.tx.Resource(r.ConnectionID, r.Type, r.ID, true, w.c.BaseURL)
	return out, err
}

func (w *work) replace(t *schema.Type, id string, in *incoming, e Expect, o ReplaceOptions) (*Outcome, error) {
	r, old, err := w.load(t, id, e)
	if err != nil {
		return nil, err
	}
	next := keepActive(old, in.doc)
	var rows []patch.RowChange
	switch {
	case in.members != nil:
		rows = []patch.RowChange{*in.members}
	case rowAttributes(t) != nil && !o.KeepMembers:
		rows = []patch.RowChange{{Op: scim.OpRemove}}
	}
	out := &Outcome{Ignored: in.ignored}
	if err := w.save(t, r, old, next, rows, out); err != nil {
		return nil, err
	}
	if t.Name == groupType {
		out.Resource, err = w.tx.Resource(r.ConnectionID, r.Type, r.ID, true, w.c.BaseURL)
	}
	return out, err
}

func (w *work) patch(t *schema.Type, id string, p *patch.Patch, e Expect) (*Outcome, error) {
	if err := refuseUnknown(w.c, scim.InvalidPath, p.Ignored()); err != nil {
		return nil, err
	}
	if p.RowsOnly() && e == (Expect{}) {
		return w.patchRows(t, id, p)
	}
	r, old, err := w.load(t, id, e)
	if err != nil {
		return nil, err
	}
	if w.c.Connection.Strict {
		p = p.Exact()
	}
	next, err := p.Apply(old)
	if err != nil {
		return nil, err
	}
	if err := checkRemoved(t, old, next); err != nil {
		return nil, err
	}
	if next, _, err = t.Canonical(next); err != nil { // what is kept has one form, however it came
		return nil, err
	}
	dropEmptyID(next)
	out := &Outcome{Ignored: p.Ignored()}
	return out, w.save(t, r, old, keepActive(old, next), p.Rows(), out)
}

// patchRows changes members without reading the group. It is locked only at the
// end, by its new version, which also finds out whether it is there.
func (w *work) patchRows(t *schema.Type, id string, p *patch.Patch) (*Outcome, error) {
	out := &Outcome{Ignored: p.Ignored()}
	group := &Resource{ConnectionID: w.c.Connection.ID, Type: t.Name, ID: id}
	var err error
	if out.Changed, err = w.changeMembers(group, p.Rows(), out); err != nil {
		return nil, err
	}
	if out.Changed {
		return out, notFound(w.tx.TouchResource(group.ConnectionID, t.Name, id, w.at), t, id)
	}
	_, err = w.tx.Resource(group.ConnectionID, t.Name, id, false, "")
	return out, notFound(err, t, id)
}

// checkRemoved refuses to take away what a resource must have (RFC 7644 3.5.2.2).
func checkRemoved(t *schema.Type, old, next scim.Document) error {
	for _, a := range t.Core.Attributes {
		if a.Required && old[a.Name] != nil && next[a.Name] == nil {
			return scim.Errorf(http.StatusBadRequest, scim.Mutability, "%s is required and cannot be removed. Give it another value instead.", a.Name)
		}
	}
	return nil
}

// keepActive gives next the value that active had where it has none: leaving
// active out must not bring a suspended user back.
func keepActive(old, next scim.Document) scim.Document {
	active, had := old["active"]
	if _, has := next["active"]; has || !had {
		return next
	}
	next = maps.Clone(next)
	next["active"] = active
	return next
}

func (w *work) delete(t *schema.Type, id string, e Expect) error {
	r, doc, err := w.load(t, id, e)
	if err != nil {
		return err
	}
	var standing *Standing
	if t.Name == userType {
		if standing, err = w.checkEnd(r, doc); err != nil {
			return err
		}
	}
	if err := w.tx.DeleteResource(r, w.at); err != nil {
		return err
	}
	if err := w.emitDeleted(t, r, doc); err != nil {
		return err
	}
	if standing != nil {
		if err := w.endUser(standing); err != nil {
			return err
		}
	}
	return w.leaveGroups(r)
}

// load reads the resource to change, locked, and checks that it is the one that
// the client expects.
func (w *work) load(t *schema.Type, id string, e Expect) (*Resource, scim.Document, error) {
	r, err := w.tx.Resource(w.c.Connection.ID, t.Name, id, t.Name == userType, w.c.BaseURL)
	if err != nil {
		return nil, nil, notFound(err, t, id)
	}
	if err := e.check(r); err != nil {
		return nil, nil, err
	}
	doc, err := r.Document()
	return r, doc, err
}

// save writes what differs between old and next, and the changed rows.
func (w *work) save(t *schema.Type, r *Resource, old, next scim.Document, rows []patch.RowChange, out *Outcome) error {
	out.Resource = r
	changed := schema.Changed(old, next)
	if len(changed) > 0 {
		if err := w.saveDocument(t, r, old, next, changed); err != nil {
			return err
		}
	}
	delta, err := w.changeMembers(r, rows, out)
	if err != nil {
		return err
	}
	if len(changed) == 0 && !delta {
		return nil
	}
	out.Changed = true
	if len(changed) > 0 {
		return nil
	}
	r.Version, r.LastModified = r.Version+1, w.at
	return w.tx.TouchResource(r.ConnectionID, r.Type, r.ID, w.at)
}

func (w *work) saveDocument(t *schema.Type, r *Resource, old, next scim.Document, changed []string) error {
	if err := t.Validate(next); err != nil {
		return err
	}
	if err := t.CheckImmutable(old, next); err != nil {
		return err
	}
	in := &incoming{doc: next}
	if err := in.encode(t); err != nil {
		return err
	}
	wasActive, pending := r.Keys.Active, false
	var change *userChange
	var err error
	if t.Name == userType {
		if change, err = w.beginUserChange(r, in, old); err != nil {
			return err
		}
		pending = change != nil && change.pending
	} else if pending, err = w.checkNames(t, r, in); err != nil {
		return err
	}
	r.Version, r.LastModified, r.Body, r.Keys = r.Version+1, w.at, in.body, in.keys
	if err := w.tx.UpdateResource(r); err != nil {
		return err
	}
	if err := w.emitUpdated(t, r, old, next, changed, wasActive); err != nil {
		return err
	}
	if change != nil {
		if err := w.finishUserChange(change, r, in, wasActive); err != nil {
			return err
		}
	}
	if t.Name == groupType && in.keys.Display != old.String("displayName") {
		if err := w.renameMappings(r); err != nil {
			return err
		}
	}
	if !pending {
		return nil
	}
	return w.joinPending(t, r, in)
}

// joinPending puts a resource into the groups that wait for its new names, and
// brings its rows up to date.
func (w *work) joinPending(t *schema.Type, r *Resource, in *incoming) error {
	joined, err := w.attachPending(r, in.refs(t, r.ID))
	if err != nil || !joined || t.Name != userType {
		return err
	}
	now, err := w.tx.Resource(r.ConnectionID, r.Type, r.ID, true, w.c.BaseURL)
	if err == nil {
		r.Rows = now.Rows
	}
	return err
}

// ETag is the entity tag of the resource's version.
func (r *Resource) ETag() string { return `W/"` + strconv.FormatInt(r.Version, 10) + `"` }

// check compares the conditions with a resource that exists.
func (e Expect) check(r *Resource) error {
	if e.IfMatch != "" && !matchesETag(e.IfMatch, r) {
		return Errorf(PreconditionFailed, "version_mismatch", "The resource has changed: its version is now %s. Read it again and repeat the change.", r.ETag())
	}
	if e.IfNoneMatch != "" && matchesETag(e.IfNoneMatch, r) {
		return Errorf(PreconditionFailed, "version_match", "The resource still has the version %s that If-None-Match excludes.", r.ETag())
	}
	return nil
}

// matchesETag reports whether a header names the resource's version or "*".
func matchesETag(header string, r *Resource) bool {
	etag := strings.TrimPrefix(r.ETag(), "W/")
	for _, part := range strings.Split(header, ",") {
		if part = strings.TrimSpace(part); part == "*" || strings.TrimPrefix(part, "W/") == etag {
			return true
		}
	}
	return false
}

// notFound gives a NotFound error the words of the client.
func notFound(err error, t *schema.Type, id string) error {
	if KindOf(err) != NotFound {
		return err
	}
	return &Error{Kind: NotFound, Reason: "not_found", Message: "There is no " + t.Name + " with the id " + strconv.Quote(id) + " in this connection. It may have been deleted; look it up again.", Err: err}
}
