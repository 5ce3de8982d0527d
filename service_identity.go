package joinery

import (
	"fmt"
	"net/http"
	"time"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// refs are the references by which a pending member may name the resource.
func (in *incoming) refs(t *schema.Type, id string) MemberRefs {
	var refs MemberRefs
	for _, ref := range []string{id, in.keys.ExternalID} {
		if ref != "" {
			refs.Exact = append(refs.Exact, ref)
		}
	}
	if t.Name == userType {
		refs.Name = in.keys.Unique
	}
	return refs
}

// decideCreate decides on a new resource. It returns the tombstone that the
// resource returns from, or nil, or the error that refuses it.
func (w *work) decideCreate(t *schema.Type, in *incoming, candidates *Candidates) (*Candidate, error) {
	if t.Name != userType {
		return nil, refuseTaken(t, in, "", candidates)
	}
	verdict := match.Decide(in.subject(match.Create, ""), w.facts(candidates), w.c.Connection.Policy.rules())
	switch verdict.Kind {
	case match.RefuseUser:
		return nil, taken(t, verdict.Attribute, in, verdict.UserID)
	case match.ReturnUser:
		for i := range candidates.Resources {
			if candidates.Resources[i].ID == verdict.UserID {
				return &candidates.Resources[i], nil
			}
		}
	}
	return nil, nil
}

// checkIdentity decides on a change of the unique attribute or the externalId.
// It reports whether groups wait for the resource under its new names.
func (w *work) checkIdentity(t *schema.Type, r *Resource, in *incoming, old scim.Document) (pending bool, err error) {
	if t.Name == userType && w.c.Connection.Policy.Rename == "refuse" && in.keys.Unique != r.Keys.Unique {
		return false, scim.Errorf(http.StatusBadRequest, scim.Mutability, "The userName %q cannot be changed in this connection. Map userName in the identity provider so that it is set on create only.", old.String("userName"))
	}
	candidates, err := w.tx.Candidates(r.ConnectionID, t.Name, in.keys, in.refs(t, r.ID))
	if err != nil {
		return false, err
	}
	if t.Name == userType {
		verdict := match.Decide(in.subject(match.Change, r.ID), w.facts(candidates), w.c.Connection.Policy.rules())
		if verdict.Kind == match.RefuseUser {
			return false, taken(t, verdict.Attribute, in, verdict.UserID)
		}
	} else if err := refuseTaken(t, in, r.ID, candidates); err != nil {
		return false, err
	}
	return candidates.Pending, nil
}

func (in *incoming) subject(source match.Source, id string) match.Subject {
	return match.Subject{Source: source, UserID: id, UserName: in.keys.Unique, ExternalID: in.keys.ExternalID}
}

// facts leaves out what was deleted too long ago to return.
func (w *work) facts(candidates *Candidates) match.Facts {
	keptSince := w.at.Add(-time.Duration(w.c.Connection.Policy.RetentionDays) * 24 * time.Hour)
	var facts match.Facts
	for _, c := range candidates.Resources {
		known := match.Known{ID: c.ID, UserName: c.Unique, ExternalID: c.ExternalID, Email: c.Email}
		if c.Deleted != nil {
			if c.Deleted.Before(keptSince) {
				continue
			}
			known.Deleted = c.Deleted.UnixMilli()
		}
		facts.Users = append(facts.Users, known)
	}
	return facts
}

// refuseTaken refuses a resource other than a User whose key is taken.
func refuseTaken(t *schema.Type, in *incoming, self string, candidates *Candidates) error {
	for _, c := range candidates.Resources {
		if c.Deleted != nil || c.ID == self {
			continue
		}
		if t.Unique != nil && c.Unique != "" && c.Unique == in.keys.Unique {
			return taken(t, t.Unique.Name, in, c.ID)
		}
		if c.ExternalID != "" && c.ExternalID == in.keys.ExternalID {
			return taken(t, "externalId", in, c.ID)
		}
	}
	return nil
}

// taken is the answer to a resource whose key another one of its connection has.
func taken(t *schema.Type, attribute string, in *incoming, holder string) error {
	what := fmt.Sprintf("%s %q", attribute, in.doc.String(attribute))
	return &scim.Error{
		Status: http.StatusConflict,
		Type:   scim.Uniqueness,
		Detail: fmt.Sprintf("Another %s of this connection, with the id %s, already has the %s. An administrator of the identity provider can link to that %[1]s, or give one of the two another %[4]s.", t.Name, holder, what, attribute),
	}
}
