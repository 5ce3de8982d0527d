package conformance

import (
	"net/http"
	"slices"
	"strings"
)

// configuration covers RFC 7643 sections 5 and 6.
func configuration() []Requirement {
	var all []Requirement
	for _, kind := range []struct{ id, path, what string }{
		{"7643-5-1", "patch.supported", "bool"}, {"7643-5-2", "bulk.supported", "bool"},
		{"7643-5-3", "bulk.maxOperations", "number"}, {"7643-5-4", "bulk.maxPayloadSize", "number"},
		{"7643-5-5", "filter.supported", "bool"}, {"7643-5-6", "filter.maxResults", "number"},
		{"7643-5-7", "changePassword.supported", "bool"}, {"7643-5-8", "sort.supported", "bool"},
	} {
		all = append(all, check(kind.id, Must, "The configuration has "+kind.path+".", func(t *T) { t.configured(kind.path, kind.what) }))
	}
	return append(all,
		check("7643-5-9", Must, "The configuration has authenticationSchemes, each with type, name and description.", func(t *T) {
			schemes := objects(t.list("/ServiceProviderConfig").Get("authenticationSchemes"))
			if len(schemes) == 0 {
				t.failf("authenticationSchemes is empty")
			}
			for _, scheme := range schemes {
				t.has(scheme, "type", "name", "description")
			}
		}),
		check("7643-5-10", Must, "The configuration has etag.supported.", func(t *T) { t.configured("etag.supported", "bool") }),
		check("7643-5-11", Must, "What the configuration says of filters is true: no more than filter.maxResults are returned.", func(t *T) {
			t.need("filter")
			crew := t.crew(2)
			most, _ := t.features.config.Number("filter.maxResults")
			if answer := t.list("/Users", "filter", crew.filter); len(answer.Resources()) > most {
				t.failf("%d results, filter.maxResults is %d", len(answer.Resources()), most)
			}
		}),
		check("7643-6-1", Must, "A resource type has name, endpoint and schema.", func(t *T) {
			for _, kind := range t.listed("/ResourceTypes") {
				t.has(kind, "name", "endpoint", "schema")
			}
		}),
		check("7643-6-2", Must, "The endpoint of each resource type works.", func(t *T) {
			for _, kind := range t.listed("/ResourceTypes") {
				endpoint, _ := kind["endpoint"].(string)
				t.status(t.get(endpoint, "count", "1"), http.StatusOK)
			}
		}),
		check("7643-6-3", Must, "The schemas of each resource type, extensions too, are in /Schemas.", func(t *T) {
			for _, kind := range t.listed("/ResourceTypes") {
				urns := []any{kind["schema"]}
				for _, e := range objects(kind["schemaExtensions"]) {
					urns = append(urns, e["schema"])
				}
				for _, urn := range urns {
					text, _ := urn.(string)
					t.status(t.get("/Schemas/"+text), http.StatusOK)
				}
			}
		}),
		check("7643-6-4", Must, "A schema extension tells its schema and whether it is required.", func(t *T) {
			for _, kind := range t.listed("/ResourceTypes") {
				for _, e := range objects(kind["schemaExtensions"]) {
					t.has(e, "schema", "required")
				}
			}
		}),
	)
}

// listed are the resources of a list, of which there must be any.
func (t *T) listed(path string) []map[string]any {
	answer := t.list(path)
	if len(answer.Resources()) == 0 {
		t.failf("GET %s lists nothing: %s", path, clip(string(answer.Raw)))
	}
	return answer.Resources()
}

func (t *T) configured(path, what string) {
	value := t.list("/ServiceProviderConfig").Get(path)
	switch value.(type) {
	case bool:
		if what == "bool" {
			return
		}
	case float64:
		if what == "number" {
			return
		}
	}
	t.failf("%s should be a %s, is %s", path, what, show(value))
}

// schemaDefinitions covers RFC 7643 sections 7 and 8.7.
func schemaDefinitions() []Requirement {
	return []Requirement{
		check("7643-7-1", Must, "The id of a schema is a URN of its own.", func(t *T) {
			seen := map[any]bool{}
			for _, s := range t.listed("/Schemas") {
				if t.has(s, "id"); seen[s["id"]] {
					t.failf("%v is there twice", s["id"])
				}
				seen[s["id"]] = true
			}
		}),
		check("7643-7-2", Must, "An attribute has name, type and multiValued.", func(t *T) {
			t.eachAttribute(func(where string, a map[string]any) {
				t.has(a, "name", "type")
				if _, ok := a["multiValued"].(bool); !ok {
					t.failf("%s: multiValued should be a boolean, is %s", where, show(a["multiValued"]))
				}
			})
		}),
		valued("7643-7-3", "type", "string", "boolean", "decimal", "integer", "dateTime", "reference", "complex", "binary"),
		valued("7643-7-4", "mutability", "readOnly", "readWrite", "immutable", "writeOnly"),
		valued("7643-7-5", "returned", "always", "never", "default", "request"),
		valued("7643-7-6", "uniqueness", "none", "server", "global"),
		check("7643-7-7", Must, "required and caseExact are booleans where they are given.", func(t *T) {
			t.eachAttribute(func(where string, a map[string]any) {
				for _, name := range []string{"required", "caseExact"} {
					if _, ok := a[name].(bool); a[name] != nil && !ok {
						t.failf("%s: %s should be a boolean, is %s", where, name, show(a[name]))
					}
				}
			})
		}),
		check("7643-7-8", Must, "A complex attribute has subAttributes.", func(t *T) {
			t.eachAttribute(func(where string, a map[string]any) {
				if a["type"] == "complex" && len(objects(a["subAttributes"])) == 0 {
					t.failf("%s has none", where)
				}
			})
		}),
		check("7643-2.3.8-1", MustNot, "A sub-attribute is not complex, save in the schema of schemas.", func(t *T) {
			t.eachAttribute(func(where string, a map[string]any) {
				if strings.HasPrefix(where, "urn:ietf:params:scim:schemas:core:2.0:Schema:") {
					return
				}
				for _, sub := range objects(a["subAttributes"]) {
					if sub["type"] == "complex" {
						t.failf("%s.%v is complex", where, sub["name"])
					}
				}
			})
		}),
		check("7643-7-9", Must, "A reference tells its referenceTypes.", func(t *T) {
			t.eachAttribute(func(where string, a map[string]any) {
				if list, _ := a["referenceTypes"].([]any); a["type"] == "reference" && len(list) == 0 {
					t.failf("%s has none", where)
				}
			})
		}),
		check("7643-8.7.1-1", Must, "The User schema says of userName: required, unique, without case.", func(t *T) {
			t.characteristics(userURN, "userName", map[string]any{"type": "string", "required": true, "uniqueness": "server", "caseExact": false, "mutability": "readWrite"})
		}),
		check("7643-8.7.1-2", Must, "The User schema says of password: write only, never returned.", func(t *T) {
			t.characteristics(userURN, "password", map[string]any{"mutability": "writeOnly", "returned": "never"})
		}),
		check("7643-8.7.1-3", Must, "The User schema says of groups: multi-valued and read only.", func(t *T) {
			t.characteristics(userURN, "groups", map[string]any{"type": "complex", "multiValued": true, "mutability": "readOnly"})
		}),
		check("7643-8.7.1-4", Must, "The User schema says of active: a boolean.", func(t *T) {
			t.characteristics(userURN, "active", map[string]any{"type": "boolean", "multiValued": false})
		}),
		check("7643-8.7.1-5", Must, "The Group schema says of members: multi-valued, whose value is immutable.", func(t *T) {
			t.needType("/Groups")
			t.characteristics(groupURN, "members", map[string]any{"type": "complex", "multiValued": true, "mutability": "readWrite"})
			t.characteristics(groupURN, "members.value", map[string]any{"mutability": "immutable"})
		}),
		check("7643-8.7.1-6", Must, "The enterprise schema says of manager.displayName: read only.", func(t *T) {
			t.needEnterprise()
			t.characteristics(enterpriseURN, "manager.displayName", map[string]any{"mutability": "readOnly"})
		}),
	}
}

// valued makes a check that a characteristic has one of its values everywhere.
func valued(id, name string, values ...any) Requirement {
	return check(id, Must, "An attribute's "+name+" is one that is defined.", func(t *T) {
		t.eachAttribute(func(where string, a map[string]any) {
			if a[name] != nil && !slices.Contains(values, a[name]) {
				t.failf("%s: %s is %s", where, name, show(a[name]))
			}
		})
	})
}

// eachAttribute calls fn for each attribute and sub-attribute of all schemas.
func (t *T) eachAttribute(fn func(where string, attribute map[string]any)) {
	for _, s := range t.listed("/Schemas") {
		urn, _ := s["id"].(string)
		for _, a := range objects(s["attributes"]) {
			name, _ := a["name"].(string)
			fn(urn+":"+name, a)
			for _, sub := range objects(a["subAttributes"]) {
				subName, _ := sub["name"].(string)
				fn(urn+":"+name+"."+subName, sub)
			}
		}
	}
}

func (t *T) characteristics(urn, path string, want map[string]any) {
	attribute := t.features.attribute(urn, path)
	if attribute == nil {
		t.failf("the schema %s has no %s", urn, path)
	}
	for name, value := range want {
		t.equal(path+" "+name, attribute[name], value)
	}
}
