package conformance

import (
	"fmt"
	"net/http"
	"strings"
)

// filterTest makes a check that a filter finds exactly the marked ones of a
// crew. The filter's %s is replaced by a condition that finds the whole crew.
func filterTest(id string, level Level, sentence, filter string, found ...int) Requirement {
	return check(id, level, sentence, func(t *T) {
		crew := t.crew(3)
		var want []*Answer
		for _, i := range found {
			want = append(want, crew.users[i])
		}
		answer := t.get("/Users", "filter", strings.NewReplacer(
			"$crew", crew.filter, "$NAME1", strings.ToUpper(crew.users[1].Text("userName")), "$id1", crew.users[1].ID(),
			"$ext1", crew.users[1].Text("externalId"), "$created", crew.users[0].Text("meta.created"),
		).Replace(filter))
		t.found(answer, want...)
	})
}

// badFilter makes a check that a filter is refused.
func badFilter(id string, level Level, sentence, filter string) Requirement {
	return check(id, level, sentence, func(t *T) {
		t.need("filter")
		t.refused(t.get("/Users", "filter", filter), http.StatusBadRequest, "invalidFilter")
	})
}

// crew is a set of users that one filter finds.
type crew struct {
	filter string // finds all of them and nobody else
	users  []*Answer
}

// crew makes n users that differ in a known way: userType crew0, crew1 …;
// title "Alpha", "beta", none; the second inactive; the third with a home
// e-mail beside the work one.
func (t *T) crew(n int) crew {
	t.need("filter")
	mark := t.client.name()
	c := crew{filter: `nickName eq "` + mark + `"`}
	for i := range n {
		c.users = append(c.users, t.user(crewMember(mark, i)))
	}
	return c
}

func crewMember(mark string, i int) map[string]any {
	member := map[string]any{
		"nickName": mark, "userType": fmt.Sprintf("crew%d", i), "active": i != 1,
		"name": map[string]any{"familyName": fmt.Sprintf("Family%d", i), "givenName": "Given"},
	}
	if titles := []string{"Alpha", "beta"}; i < len(titles) {
		member["title"] = titles[i]
	}
	emails := []any{map[string]any{"value": fmt.Sprintf("m%d@%s.example", i, mark), "type": "work", "primary": true}}
	if i == 2 {
		emails = append(emails, map[string]any{"value": "private@" + mark + ".example", "type": "home"})
	}
	member["emails"] = emails
	return member
}

// filtering covers RFC 7644 section 3.4.2.2.
func filtering() []Requirement {
	return []Requirement{
		filterTest("7644-3.4.2.2-1", Must, "eq finds what equals the value.", `$crew and userType eq "crew1"`, 1),
		filterTest("7644-3.4.2.2-2", Must, "ne finds what does not equal the value.", `$crew and userType ne "crew1"`, 0, 2),
		filterTest("7644-3.4.2.2-3", Must, "co finds what contains the value.", `$crew and userType co "rew2"`, 2),
		filterTest("7644-3.4.2.2-4", Must, "sw finds what starts with the value.", `$crew and userType sw "crew"`, 0, 1, 2),
		filterTest("7644-3.4.2.2-5", Must, "ew finds what ends with the value.", `$crew and userType ew "w0"`, 0),
		filterTest("7644-3.4.2.2-6", Must, "pr finds what has a value.", `$crew and title pr`, 0, 1),
		filterTest("7644-3.4.2.2-7", Must, "gt finds what is greater, strings in the order of the alphabet.", `$crew and userType gt "crew0"`, 1, 2),
		filterTest("7644-3.4.2.2-8", Must, "ge finds what is greater or equal.", `$crew and userType ge "crew1"`, 1, 2),
		filterTest("7644-3.4.2.2-9", Must, "lt finds what is less.", `$crew and userType lt "crew1"`, 0),
		filterTest("7644-3.4.2.2-10", Must, "le finds what is less or equal.", `$crew and userType le "crew1"`, 0, 1),
		filterTest("7644-3.4.2.2-11", Must, "Times compare as times.", `$crew and meta.created ge "$created"`, 0, 1, 2),
		filterTest("7644-3.4.2.2-12", Must, "Times compare as times, whatever their zone.", `$crew and meta.created lt "2001-01-01T00:00:00+05:00"`),
		filterTest("7644-3.4.2.2-13", Must, "Booleans compare with true and false.", `$crew and active eq false`, 1),
		filterTest("7644-3.4.2.2-14", Must, "and needs both.", `$crew and userType eq "crew0" and title eq "Alpha"`, 0),
		filterTest("7644-3.4.2.2-15", Must, "or needs one.", `$crew and (userType eq "crew0" or userType eq "crew2")`, 0, 2),
		filterTest("7644-3.4.2.2-16", Must, "not turns round.", `$crew and not (userType eq "crew0")`, 1, 2),
		filterTest("7644-3.4.2.2-17", Must, "and binds closer than or.", `userType eq "nobody" and title pr or $crew and userType eq "crew2"`, 2),
		filterTest("7644-3.4.2.2-18", Must, "Brackets bind closer than and.", `(userType eq "crew1" or userType eq "crew2") and $crew`, 1, 2),
		filterTest("7644-3.4.2.2-19", Must, "not binds closer than and.", `not (title pr) and $crew`, 2),
		filterTest("7644-3.4.2.2-20", Must, "Attribute names compare without case.", `$crew and USERTYPE eq "crew1"`, 1),
		filterTest("7644-3.4.2.2-21", Must, "Operators compare without case.", `$crew AND userType EQ "crew1"`, 1),
		filterTest("7644-3.4.2.2-22", Must, "Strings compare without case where the attribute is not caseExact.", `$crew and userName eq "$NAME1"`, 1),
		filterTest("7644-3.4.2.2-23", Must, "Sub-attributes are named with a dot.", `$crew and name.familyName eq "Family2"`, 2),
		filterTest("7644-3.4.2.2-24", Must, "A sub-attribute of a multi-valued attribute matches where any value does.", `$crew and emails.type eq "home"`, 2),
		filterTest("7644-3.4.2.2-25", Must, "A value path needs one value that satisfies all of it.", `$crew and emails[type eq "work" and value sw "m1"]`, 1),
		filterTest("7644-3.4.2.2-26", Must, "A value path is not satisfied by several values together.", `$crew and emails[type eq "home" and value sw "m2"]`),
		filterTest("7644-3.4.2.2-27", Must, "Within a value path or and not work too.", `$crew and emails[not (type eq "work") or value sw "m0"]`, 0, 2),
		filterTest("7644-3.4.2.2-28", Must, "A multi-valued complex attribute by itself compares its value.", `$crew and emails co "private@"`, 2),
		filterTest("7644-3.4.2.2-29", Must, "pr on a complex attribute finds where a sub-attribute has a value.", `$crew and name pr`, 0, 1, 2),
		filterTest("7644-3.4.2.2-30", Must, "pr on a multi-valued attribute finds where there is a value.", `$crew and phoneNumbers pr`),
		filterTest("7644-3.4.2.2-31", Must, "Attributes may be qualified with the URN of their schema.", `$crew and urn:ietf:params:scim:schemas:core:2.0:User:userType eq "crew1"`, 1),
		filterTest("7644-3.4.2.2-32", Must, "id can be filtered on.", `id eq "$id1"`, 1),
		filterTest("7644-3.4.2.2-33", Must, "externalId can be filtered on.", `externalId eq "$ext1"`, 1),
		check("7644-3.4.2.2-34", Must, "externalId compares with case, being caseExact.", func(t *T) {
			t.need("filter")
			user := t.user()
			t.found(t.get("/Users", "filter", `externalId eq "`+strings.ToUpper(user.Text("externalId"))+`"`))
		}),
		check("7644-3.4.2.2-35", Must, "meta.resourceType can be filtered on.", func(t *T) {
			crew := t.crew(1)
			t.found(t.get("/Users", "filter", crew.filter+` and meta.resourceType eq "User"`), crew.users...)
			t.found(t.get("/Users", "filter", crew.filter+` and meta.resourceType eq "Group"`))
		}),
		check("7644-3.4.2.2-36", Must, "schemas can be filtered on.", func(t *T) {
			crew := t.crew(1)
			t.found(t.get("/Users", "filter", crew.filter+` and schemas eq "`+userURN+`"`), crew.users...)
		}),
		check("7644-3.4.2.2-37", Must, "Strings in filters are JSON strings, with their escapes.", func(t *T) {
			t.need("filter")
			title := `Say "` + t.client.name() + `" \ é`
			user := t.user(map[string]any{"title": title})
			escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, `é`, `\u00e9`).Replace(title)
			t.found(t.get("/Users", "filter", `title eq "`+escaped+`"`), user)
		}),
		check("7644-3.4.2.2-38", Must, "Attributes of an extension are filtered on by their URN.", func(t *T) {
			t.need("filter")
			t.needEnterprise()
			number := t.client.name()
			user := t.user(map[string]any{
				"schemas": []any{userURN, enterpriseURN}, enterpriseURN: map[string]any{"employeeNumber": number},
			})
			t.found(t.get("/Users", "filter", enterpriseURN+`:employeeNumber eq "`+number+`"`), user)
		}),
		check("7644-3.4.2.2-39", Must, "Groups are filtered like Users: by displayName and by member.", func(t *T) {
			t.need("filter")
			user := t.user()
			group := t.group(user)
			t.found(t.get("/Groups", "filter", `displayName eq "`+group.Text("displayName")+`"`), group)
			t.found(t.get("/Groups", "filter", `members.value eq "`+user.ID()+`"`), group)
		}),
		badFilter("7644-3.4.2.2-40", Must, "An operator that is unknown is refused with invalidFilter.", `userName startsWith "a"`),
		badFilter("7644-3.4.2.2-41", Must, "A filter holds at least one valid expression.", `userName`),
		badFilter("7644-3.4.2.2-42", Must, "A comparison without a value is refused with invalidFilter.", `userName eq`),
		badFilter("7644-3.4.2.2-43", Must, "A bracket that is not closed is refused with invalidFilter.", `(userName eq "a"`),
		badFilter("7644-3.4.2.2-44", Must, "gt on a boolean is refused with invalidFilter.", `active gt true`),
		badFilter("7644-3.4.2.2-45", Must, "ge on a boolean is refused with invalidFilter.", `active ge true`),
		badFilter("7644-3.4.2.2-46", Must, "lt on a boolean is refused with invalidFilter.", `active lt true`),
		badFilter("7644-3.4.2.2-47", Must, "le on a boolean is refused with invalidFilter.", `active le true`),
		badFilter("7644-3.4.2.2-48", Must, "gt on a binary is refused with invalidFilter.", `x509Certificates.value gt "YQ=="`),
	}
}
