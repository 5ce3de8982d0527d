package main

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
)

// operation is one thing to measure: how to ask Joinery for it, and the bare
// handler for the same.
type operation struct {
	name  string
	ours  func(n int64) request
	limit func(n int64) request
}

// user is the body of a create as Entra sends it.
func user(name string) string { return userAt(name, "fjord.example") }

func userAt(name, domain string) string {
	return fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],`+
		`"externalId":"x-%[1]s","userName":"%[1]s@%[2]s","active":true,"displayName":"Mira %[1]s",`+
		`"emails":[{"primary":true,"type":"work","value":"%[1]s@%[2]s"}],`+
		`"name":{"formatted":"Mira %[1]s","familyName":"%[1]s","givenName":"Mira"},"title":"Pilot","preferredLanguage":"nb-NO",`+
		`"addresses":[{"type":"work","formatted":"Berth 4","locality":"Bergen"}],"phoneNumbers":[{"type":"mobile","value":"+4712345678"}],`+
		`"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"7001","department":"Fleet"}}`, name, domain)
}

func patchBody(op string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + op + `]}`
}

// operations lists what is measured. It names random users of the directory,
// so that neither side answers from one hot row.
func (b *bench) operations() []operation {
	some := func() int { return rand.IntN(len(b.ids)) }
	scim := b.scim
	var ours, limit pools
	return b.wanted([]operation{
		{"create", b.create, b.bareCreate},
		{"get", func(int64) request { return scim("GET", "/Users/"+b.ids[some()], "") },
			func(int64) request { return bare("/get", b.ids[some()]) }},
		{"userName eq", func(int64) request {
			return scim("GET", fmt.Sprintf("/Users?filter=userName%%20eq%%20%%22user-%d@fjord.example%%22", some()), "")
		}, func(int64) request { return bare("/lookup", fmt.Sprintf("user-%d@fjord.example", some())) }},
		{"page of 100", func(int64) request { return scim("GET", "/Users?count=100", "") },
			func(int64) request { return bare("/page", "") }},
		{"PATCH active", func(int64) request {
			n := int(ours.patched.Add(1) - 1)
			return scim("PATCH", "/Users/"+b.ids[n%len(b.ids)], patchBody(fmt.Sprintf(`{"op":"replace","path":"active","value":%t}`, n/len(b.ids)%2 == 1)))
		}, func(int64) request { return bare("/patch", b.ids[int(limit.patched.Add(1)-1)%len(b.ids)]) }},
		{"PATCH add member, group of 10", func(int64) request {
			group, member := b.pair(&ours)
			if group == "" {
				return request{}
			}
			return scim("PATCH", "/Groups/"+group, patchBody(`{"op":"add","path":"members","value":[{"value":"`+member+`"}]}`))
		}, func(int64) request {
			group, member := b.pair(&limit)
			if group == "" {
				return request{}
			}
			return bare("/member", group+" "+member)
		}},
		{fmt.Sprintf("PATCH add member, group of %d", b.users), func(int64) request {
			member := b.spare(&ours)
			if member == "" {
				return request{}
			}
			return scim("PATCH", "/Groups/"+b.largeGroup, patchBody(`{"op":"add","path":"members","value":[{"value":"`+member+`"}]}`))
		}, func(int64) request {
			member := b.spare(&limit)
			if member == "" {
				return request{}
			}
			return bare("/member", b.largeGroup+" "+member)
		}},
	})
}

func (b *bench) scim(method, path, body string) request {
	return request{method: method, path: "/scim/v2" + path, token: b.token, body: body}
}

func bare(path, body string) request { return request{method: "POST", path: path, body: body} }

// create pushes a user whom nobody knows.
func (b *bench) create(int64) request { return b.scim("POST", "/Users", user(b.newName())) }

func (b *bench) bareCreate(int64) request { return bare("/create", b.newName()) }

func (b *bench) newName() string { return fmt.Sprintf("new-%d", b.serial.Add(1)) }

// pools count what each side has used up, so that every PATCH changes something.
type pools struct{ patched, paired, spared atomic.Int64 }

// growth is how many members a small group gets before the next one has its
// turn. So all connections meet at one group at a time, as they do at the large one.
const growth = 40

// pair returns a small group and a user who is not in it, or "" where there is
// no such pair any more.
func (b *bench) pair(p *pools) (group, member string) {
	n := int(p.paired.Add(1) - 1)
	if n/growth >= len(b.smallGroups) {
		return "", ""
	}
	return b.smallGroups[n/growth], b.spares[n%len(b.spares)]
}

// spare returns a user who is not in the large group, "" when none is left.
func (b *bench) spare(p *pools) string {
	n := int(p.spared.Add(1) - 1)
	if n >= len(b.spares) {
		return ""
	}
	return b.spares[n]
}
