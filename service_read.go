package joinery

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/patch"
	"github.com/joineryhq/joinery/scim/schema"
)

// Names of the resource types that have rules of their own.
const (
	userType  = "User"
	groupType = "Group"
)

// rowAttributes names the attributes of a type that are kept as rows.
func rowAttributes(t *schema.Type) []string {
	if t.Name == groupType {
		return []string{"members"}
	}
	return nil
}

// incoming is a document on its way in.
type incoming struct {
	doc     scim.Document // canonical, without members
	members *patch.RowChange
	ignored []string
	body    []byte
	keys    Keys
}

// read brings a document into the form in which it is kept, and checks it.
func read(c Caller, t *schema.Type, sent scim.Document) (*incoming, error) {
	doc, unknown, err := t.Canonical(sent)
	if err != nil {
		return nil, err
	}
	if err := refuseUnknown(c, scim.InvalidSyntax, unknown); err != nil {
		return nil, err
	}
	if err := t.Validate(doc); err != nil {
		return nil, err
	}
	dropEmptyID(doc)
	in := &incoming{doc: doc, ignored: unknown}
	for _, name := range rowAttributes(t) {
		if elements, ok := sent.Get(name).([]any); ok {
			if in.members, err = memberValues(elements); err != nil {
				return nil, err
			}
		}
		delete(doc, name)
	}
	return in, nil
}

// dropEmptyID takes an empty externalId for none: it identifies nothing.
func dropEmptyID(doc scim.Document) {
	if doc["externalId"] == "" {
		delete(doc, "externalId")
	}
}

func refuseUnknown(c Caller, errorType scim.ErrorType, unknown []string) error {
	if len(unknown) == 0 || !c.Connection.Strict && c.Connection.Policy.UnknownAttributes != "refuse" {
		return nil
	}
	return scim.Errorf(http.StatusBadRequest, errorType, "No schema of this resource type has the attribute %s. Remove it from the attribute mapping of the identity provider.", quoteAll(unknown))
}

func quoteAll(names []string) string {
	const most = 20
	quoted := make([]string, 0, min(len(names), most))
	for _, name := range names[:min(len(names), most)] {
		quoted = append(quoted, `"`+name+`"`)
	}
	s := strings.Join(quoted, ", ")
	if len(names) > most {
		s += ", …"
	}
	return s
}

func memberValues(elements []any) (*patch.RowChange, error) {
	change := &patch.RowChange{Op: scim.OpReplace, Values: make([]string, 0, len(elements))}
	for _, element := range elements {
		object, _ := element.(map[string]any)
		value := scim.Document(object).String("value")
		if value == "" {
			return nil, scim.InvalidValuef("Each element of members needs a value: the id of a user or group.")
		}
		change.Values = append(change.Values, value)
	}
	return change, nil
}

// encode makes of the document what is stored.
func (in *incoming) encode(t *schema.Type) error {
	body, err := marshal(in.doc)
	if err != nil {
		return err
	}
	search, err := marshal(t.Search(in.doc))
	if err != nil {
		return err
	}
	in.body = body
	in.keys = Keys{ExternalID: in.doc.String("externalId"), Active: isActive(in.doc), Display: in.doc.String("displayName"), Search: search}
	if t.Unique != nil {
		name := in.doc.String(t.Unique.Name)
		in.keys.Unique = name
		if !t.Unique.CaseExact {
			in.keys.Unique = scim.Fold(name)
		}
		if in.keys.Display == "" {
			in.keys.Display = name
		}
	}
	if t.Name == userType {
		in.keys.Emails = emails(in.doc)
	}
	return nil
}

// marshal writes JSON without the escapes that only matter within HTML.
func marshal(doc scim.Document) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(doc); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// isActive reports whether a resource counts as active: it does unless it says
// otherwise.
func isActive(doc scim.Document) bool {
	active, ok := doc["active"].(bool)
	return active || !ok
}

// emails returns the folded values of emails, each once.
func emails(doc scim.Document) []string {
	elements, _ := doc["emails"].([]any)
	var values []string
	for _, element := range elements {
		object, _ := element.(map[string]any)
		value, _ := object["value"].(string)
		if value = scim.Fold(value); value != "" && !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}
