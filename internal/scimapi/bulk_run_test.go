package scimapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func bulkBody(ops ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[` + strings.Join(ops, ",") + `]}`
}

func TestBulk(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("entra", "")
	old := c.user("old")
	got := c.ok(200, "POST", "/Bulk", bulkBody(
		`{"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"Crew","members":[{"value":"bulkId:u"}]}}`,
		`{"method":"post","path":"Users","bulkId":"u","data":{"userName":"kai","active":"True"}}`,
		`{"method":"PATCH","path":"/Groups/bulkId:g","data":{"Operations":[{"op":"Add","path":"members","value":[{"value":"`+old+`"}]}]}}`,
		`{"method":"PATCH","path":"/Users/bulkId:u","data":{"Operations":[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"`+old+`"}]}}`,
		`{"method":"PUT","path":"/users/`+old+`","version":"W/\"99\"","data":{"userName":"older"}}`,
		`{"method":"DELETE","path":"/Users/none"}`,
		`{"method":"POST","path":"/Users","bulkId":"d","data":{"userName":"KAI"}}`,
	))
	if diff := cmp.Diff([]any{"urn:ietf:params:scim:api:messages:2.0:BulkResponse"}, got["schemas"]); diff != "" {
		t.Error(diff)
	}
	ops := got["Operations"]
	for name, want := range map[string][]string{
		"method":            {"POST", "POST", "PATCH", "PATCH", "PUT", "DELETE", "POST"},
		"bulkId":            {"g", "u", "", "", "", "", "d"},
		"status":            {"201", "201", "204", "200", "412", "404", "409"},
		"response.status":   {"", "", "", "", "412", "404", "409"},
		"response.scimType": {"", "", "", "", "", "", "uniqueness"},
	} {
		if diff := cmp.Diff(want, values(ops, name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	places := values(ops, "location")
	user, group := places[1][strings.LastIndex(places[1], "/")+1:], places[0][strings.LastIndex(places[0], "/")+1:]
	if places[6] != "" || places[2] != places[0] || places[4] != "http://host"+c.base+"/Users/"+old {
		t.Errorf("locations %v", places)
	}
	members := values(c.ok(200, "GET", "/Groups/"+group, "")["members"], "value")
	if diff := cmp.Diff(sorted([]string{user, old}), sorted(members)); diff != "" {
		t.Error(diff)
	}
	kai := c.ok(200, "GET", "/Users/"+user, "")
	if kai["active"] != true || at(kai["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"], "manager.value") != old {
		t.Errorf("user %v", kai)
	}
	if version := values(ops, "version")[3]; version != at(kai, "meta.version") {
		t.Errorf("version %q of the bulk answer, %q of the user", version, at(kai, "meta.version"))
	}
}

func TestBulkStopsAfterErrors(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("generic", "")
	bad := `{"method":"DELETE","path":"/Users/none"}`
	good := `{"method":"POST","path":"/Users","bulkId":"u","data":{"userName":"kai"}}`
	body := strings.Replace(bulkBody(bad, bad, good), `{`, `{"failOnErrors":2,`, 1)
	if got := values(c.ok(200, "POST", "/Bulk", body)["Operations"], "status"); len(got) != 2 {
		t.Errorf("statuses %v, want two", got)
	}
	if page := c.ok(200, "GET", "/Users", ""); page["totalResults"] != 0.0 {
		t.Errorf("the operation after the last error was made: %v", page)
	}
}

func TestBulkOperationsThatCannotBeMade(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("generic", "")
	for op, want := range map[string]string{
		`{"method":"GET","path":"/Users/1"}`:                                                                    "400 invalidValue",
		`{"method":"POST","path":"/Nonsense","bulkId":"a","data":{}}`:                                           "404 ",
		`{"method":"POST","path":"/Users/1","bulkId":"a","data":{}}`:                                            "400 invalidValue",
		`{"method":"PUT","path":"/Users","data":{}}`:                                                            "400 invalidValue",
		`{"method":"POST","path":"/Users","bulkId":"a"}`:                                                        "400 invalidSyntax",
		`{"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"a","manager":"bulkId:a"}}`:           "409 ",
		`{"method":"PATCH","path":"/Users/bulkId:x","data":{}}`:                                                 "400 invalidValue",
		`{"method":"POST","path":"/Users","bulkId":"a","data":[]}`:                                              "400 invalidSyntax",
		`{"method":"POST","path":"/Users","bulkId":"a","data":{}},{"method":"DELETE","path":"/Users/bulkId:a"}`: "400 invalidValue",
	} {
		ops, _ := c.ok(200, "POST", "/Bulk", bulkBody(op))["Operations"].([]any)
		if len(ops) == 0 {
			t.Errorf("%s: no answer", op)
			continue
		}
		scimType, _ := at(ops[len(ops)-1], "response.scimType").(string)
		if got := fmt.Sprint(at(ops[len(ops)-1], "status"), " ", scimType); got != want {
			t.Errorf("%s: %s, want %s", op, got, want)
		}
	}
	c.fails(400, "invalidSyntax", "POST", "/Bulk", `{"Operations":`)
}

func TestBulkOfAThousand(t *testing.T) {
	t.Parallel()
	c := newEnv(t, Options{}).client("generic", "")
	ops := make([]string, maxOperations)
	for i := range ops {
		ops[i] = fmt.Sprintf(`{"method":"POST","path":"/Users","bulkId":"b%d","data":{"userName":"user%d"}}`, i, i)
	}
	var made struct{ Operations []struct{ Status string } }
	if err := json.Unmarshal(c.send("POST", "/Bulk", bulkBody(ops...)).Body.Bytes(), &made); err != nil || len(made.Operations) != maxOperations {
		t.Fatalf("%d answers, %v", len(made.Operations), err)
	}
	if page := c.ok(200, "GET", "/Users?count=0", ""); page["totalResults"] != float64(maxOperations) {
		t.Errorf("total %v", page["totalResults"])
	}
	c.fails(413, "", "POST", "/Bulk", bulkBody(append(ops, `{}`)...))
}
