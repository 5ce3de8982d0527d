package joinery

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// UserData is the payload of the events about a User.
type UserData struct {
	UserName    string   `json:"user_name"`
	ExternalID  string   `json:"external_id,omitempty"`
	DisplayName string   `json:"display_name,omitempty"`
	Email       string   `json:"email,omitempty"` // the primary one, else the first
	Active      bool     `json:"active"`
	Returned    bool     `json:"returned,omitempty"` // of user.created: it had been deleted
	Changed     []string `json:"changed,omitempty"`  // of user.updated: attribute paths
}

// GroupData is the payload of the events about a Group.
type GroupData struct {
	DisplayName string   `json:"display_name"`
	FormerName  string   `json:"former_name,omitempty"` // of group.renamed
	ExternalID  string   `json:"external_id,omitempty"`
	Changed     []string `json:"changed,omitempty"` // of group.updated: attribute paths
}

// MemberData is the payload of the events about group membership, whose subject
// is the group.
type MemberData struct {
	MemberID   string `json:"member_id"`
	MemberType string `json:"member_type"` // "User" or "Group"
}

// ResourceData is the payload of the events about resources of other types.
type ResourceData struct {
	ResourceType string   `json:"resource_type"`
	ExternalID   string   `json:"external_id,omitempty"`
	Changed      []string `json:"changed,omitempty"` // of resource.updated: attribute paths
}

func userData(r *Resource, doc scim.Document) UserData {
	return UserData{
		UserName:    doc.String("userName"),
		ExternalID:  r.Keys.ExternalID,
		DisplayName: doc.String("displayName"),
		Email:       primaryEmail(doc),
		Active:      r.Keys.Active,
	}
}

// primaryEmail is the primary one of the emails, else that for work, else the
// first; "" for none.
func primaryEmail(doc scim.Document) string {
	elements, _ := doc["emails"].([]any)
	first, work := "", ""
	for _, element := range elements {
		object, _ := element.(map[string]any)
		value, _ := object["value"].(string)
		if object["primary"] == true {
			return value
		}
		if kind, _ := object["type"].(string); work == "" && scim.Fold(kind) == "work" {
			work = value
		}
		if first == "" {
			first = value
		}
	}
	return cmp.Or(work, first)
}

func groupData(r *Resource, doc scim.Document) GroupData {
	return GroupData{DisplayName: doc.String("displayName"), ExternalID: r.Keys.ExternalID}
}

func (w *work) emitCreated(t *schema.Type, r *Resource, doc scim.Document, returned bool) error {
	switch t.Name {
	case userType:
		data := userData(r, doc)
		data.Returned = returned
		return w.emit(UserCreated, r.ID, data)
	case groupType:
		return w.emit(GroupCreated, r.ID, groupData(r, doc))
	default:
		return w.emit(ResourceCreated, r.ID, ResourceData{ResourceType: t.Name, ExternalID: r.Keys.ExternalID})
	}
}

func (w *work) emitDeleted(t *schema.Type, r *Resource, doc scim.Document) error {
	switch t.Name {
	case userType:
		return w.emit(UserDeleted, r.ID, userData(r, doc))
	case groupType:
		return w.emit(GroupDeleted, r.ID, groupData(r, doc))
	default:
		return w.emit(ResourceDeleted, r.ID, ResourceData{ResourceType: t.Name, ExternalID: r.Keys.ExternalID})
	}
}

func (w *work) emitUpdated(t *schema.Type, r *Resource, old, next scim.Document, changed []string, wasActive bool) error {
	switch t.Name {
	case userType:
		return w.emitUserUpdated(r, old, next, changed, wasActive)
	case groupType:
		return w.emitGroupUpdated(r, old, next, changed)
	default:
		return w.emit(ResourceUpdated, r.ID, ResourceData{ResourceType: t.Name, ExternalID: r.Keys.ExternalID, Changed: changed})
	}
}

// emitUserUpdated tells a change of active apart from all others.
func (w *work) emitUserUpdated(r *Resource, old, next scim.Document, changed []string, wasActive bool) error {
	data := userData(r, next)
	if r.Keys.Active != wasActive {
		eventType := UserReactivated
		if wasActive {
			eventType = UserDeactivated
		}
		if err := w.emit(eventType, r.ID, data); err != nil {
			return err
		}
		changed = slices.DeleteFunc(slices.Clone(changed), func(path string) bool { return path == "active" })
	}
	if len(changed) == 0 {
		return nil
	}
	data.Changed = changed
	return w.emitChange(UserUpdated, r.ID, data, valuesOf(old, changed), valuesOf(next, changed))
}

// valuesOf are the values of the attributes that paths begin with.
func valuesOf(doc scim.Document, paths []string) map[string]any {
	values := make(map[string]any, len(paths))
	for _, path := range paths {
		for name := range doc {
			if path == name || strings.HasPrefix(path, name+".") || strings.HasPrefix(path, name+":") {
				values[name] = doc[name]
			}
		}
	}
	return values
}

// emitTakenOver tells that a User which only sign-ins had made is pushed now.
func (w *work) emitTakenOver(r *Resource, doc scim.Document) error {
	data := userData(r, doc)
	data.Changed = slices.Sorted(maps.Keys(doc))
	return w.emit(UserUpdated, r.ID, data)
}

// emitGroupUpdated tells a change of the name apart from all others.
func (w *work) emitGroupUpdated(r *Resource, old, next scim.Document, changed []string) error {
	data := groupData(r, next)
	if former := old.String("displayName"); former != data.DisplayName {
		data.FormerName = former
		if err := w.emit(GroupRenamed, r.ID, data); err != nil {
			return err
		}
		data.FormerName = ""
		changed = slices.DeleteFunc(slices.Clone(changed), func(path string) bool { return path == "displayName" })
	}
	if len(changed) == 0 {
		return nil
	}
	data.Changed = changed
	return w.emitChange(GroupUpdated, r.ID, data, valuesOf(old, changed), valuesOf(next, changed))
}
