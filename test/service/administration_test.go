package service

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestAdministrationIsAudited sets a connection up and tears it down. The audit
// tells each step, who made it, and no secret.
func TestAdministrationIsAudited(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		acme := e.organization("acme")
		c := e.connect(acme, "generic")
		second, id := c.newToken()
		c.admin(204, "DELETE", "/connections/"+c.id+"/tokens/"+id, "")
		c.admin(404, "DELETE", "/connections/"+c.id+"/tokens/"+id, "")
		c.admin(200, "PATCH", "/connections/"+c.id, `{"name":"Other","strict":true,"policy":{"member":"ask"}}`)
		c.admin(200, "PATCH", "/connections/"+c.id, `{"name":"Other"}`)
		c.unmap(c.mapTo("Staff", "org:acme", "admin"))
		c.admin(204, "DELETE", "/connections/"+c.id, "")

		answer := e.admin(200, "GET", "/audit?limit=1000&organization_id="+acme, "")
		var lines []string
		for _, line := range objects(answer["events"]) {
			if text(line, "actor.type") != "admin" || text(line, "request_id") == "" {
				t.Errorf("nobody did %v", line)
			}
			of := ""
			if line["connection_id"] == c.id {
				of = " of the connection"
			}
			lines = append(lines, fmt.Sprintf("%s%s: %s%s", line["type"], of, text(line, "data.name"), text(line, "data.group")))
			if line["type"] == "connection.updated" {
				same(t, "change", "generic false adopt, Other true ask", strings.Join([]string{
					fmt.Sprint(value(line, "before.name"), " ", value(line, "before.strict"), " ", value(line, "before.policy.member")),
					fmt.Sprint(value(line, "data.name"), " ", value(line, "data.strict"), " ", value(line, "data.policy.member")),
				}, ", "))
			}
		}
		same(t, "audit", []string{
			"connection.deleted of the connection: Other",
			"mapping.deleted of the connection: Staff", "mapping.created of the connection: Staff",
			"connection.updated of the connection: Other",
			"token.revoked of the connection: test", "token.created of the connection: test", "token.created of the connection: test",
			"connection.created of the connection: generic", "organization.created: acme",
		}, lines)
		all, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{c.token, second, "jscim-"} {
			if strings.Contains(string(all), secret) {
				t.Errorf("the audit tells a secret: %s", secret)
			}
		}
		for _, event := range e.events() {
			t.Errorf("who follows events sees %v", event["type"])
		}
	})
}
