package service

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/joineryhq/joinery"
)

// TestLimitsOfARequest sends requests that are too large in each way there is:
// each is refused with a SCIM error that says what the limit is, and changes
// nothing.
func TestLimitsOfARequest(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		kai := c.create("/Users", `{"userName":"kai","emails":[{"value":"kai@lumen.example"}]}`)
		crew := c.group("Crew", kai)
		before, events := c.dump(), c.ownEvents()
		for _, r := range tooMuch("/Users/"+kai, "/Groups/"+crew) {
			a := c.send(r.method, r.path, r.body)
			wantSCIMError(t, r.what, a, r.status, r.scimType)
			if detail := text(a.object(), "detail"); !strings.Contains(detail, r.says) {
				t.Errorf("%s: the detail does not say %q: %s", r.what, r.says, detail)
			}
		}
		if diff := cmp.Diff(before, c.dump()); diff != "" {
			t.Errorf("the connection changed:\n%s", diff)
		}
		if diff := cmp.Diff(events, c.ownEvents()); diff != "" {
			t.Errorf("there are other events:\n%s", diff)
		}
	})
}

// excess is a request beyond a limit.
type excess struct {
	what, method, path, body string
	status                   int
	scimType, says           string
}

func tooMuch(user, group string) []excess {
	filter := func(text string) string { return "/Users?filter=" + url.QueryEscape(text) }
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	deeper := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	many := func(n int, item string) string { return strings.TrimSuffix(strings.Repeat(item+",", n), ",") }
	numbered := func(n int, item string) string {
		items := make([]string, n)
		for i := range items {
			items[i] = fmt.Sprintf(item, i)
		}
		return strings.Join(items, ",")
	}
	op := `{"op":"replace","path":"title","value":"x"}`
	return []excess{
		{"deep JSON, POST", "POST", "/Users", `{"userName":"x","name":` + deep + `}`, 400, "invalidSyntax", "32 levels"},
		{"deep JSON, PUT", "PUT", user, `{"userName":"x","name":` + deep + `}`, 400, "invalidSyntax", "32 levels"},
		{"deep JSON, PATCH", "PATCH", user, patch(`{"op":"add","value":` + deep + `}`), 400, "invalidSyntax", "32 levels"},
		{"deep JSON, search", "POST", "/.search", `{"filter":` + deep + `}`, 400, "invalidSyntax", "32 levels"},
		{"deeper JSON, POST", "POST", "/Users", `{"userName":"x","name":` + deeper + `}`, 400, "invalidSyntax", ""},
		{"deeper JSON, bulk", "POST", "/Bulk", bulk(`{"method":"POST","path":"/Users","data":` + deeper + `}`), 400, "invalidSyntax", ""},
		{"long filter", "GET", filter(`userName eq "` + strings.Repeat("x", 9000) + `"`), "", 400, "invalidFilter", "8192"},
		{"long filter, search", "POST", "/Users/.search", `{"filter":"userName eq \"` + strings.Repeat("x", 9000) + `\""}`, 400, "invalidFilter", "8192"},
		{"deep filter", "GET", filter(strings.Repeat("(", 40) + "active pr" + strings.Repeat(")", 40)), "", 400, "invalidFilter", "32"},
		{"deep filter of nots", "GET", filter(strings.Repeat("not (", 40) + "active pr" + strings.Repeat(")", 40)), "", 400, "invalidFilter", "32"},
		{"wide filter", "GET", filter(strings.TrimSuffix(strings.Repeat("active pr or ", 201), " or ")), "", 400, "invalidFilter", "200"},
		{"wide filter in a path", "PATCH", group, patch(`{"op":"remove","path":"members[` + strings.TrimSuffix(strings.Repeat("value pr or ", 201), " or ") + `]"}`), 400, "invalidPath", "200"},
		{"operations of a PATCH", "PATCH", user, patch(many(10_001, op)), 413, "", "10000"},
		{"operations of a PATCH of a group", "PATCH", group, patch(numbered(10_001, `{"op":"add","path":"members","value":[{"value":"m%d"}]}`)), 413, "", "10000"},
		{"operations of a bulk", "POST", "/Bulk", bulk(numbered(1001, `{"method":"POST","path":"/Users","data":{"userName":"b%d"}}`)), 413, "", "1000"},
		{"emails", "PUT", user, `{"userName":"x","emails":[` + numbered(1001, `{"value":"a%d@b.example"}`) + `]}`, 400, "invalidValue", "1000"},
		{"emails added", "PATCH", user, patch(`{"op":"add","path":"emails","value":[` + numbered(1000, `{"value":"a%d@b.example"}`) + `]}`), 400, "invalidValue", "1000"},
		{"members, POST", "POST", "/Groups", `{"displayName":"x","members":[` + numbered(100_001, `{"value":"m%d"}`) + `]}`, 400, "invalidValue", "100000"},
		{"members, PUT", "PUT", group, `{"displayName":"x","members":[` + numbered(100_001, `{"value":"m%d"}`) + `]}`, 400, "invalidValue", "100000"},
		{"members, PATCH", "PATCH", group, patch(`{"op":"add","path":"members","value":[` + numbered(100_001, `{"value":"m%d"}`) + `]}`), 413, "", "100000"},
		{"a long text", "PUT", user, `{"userName":"x","title":"` + strings.Repeat("x", 70_000) + `"}`, 400, "invalidValue", "65536"},
		{"a long text, PATCH", "PATCH", user, patch(`{"op":"replace","path":"title","value":"` + strings.Repeat("x", 70_000) + `"}`), 400, "invalidValue", "65536"},
		{"a character that cannot be kept", "PUT", user, `{"userName":"x\u0000"}`, 400, "invalidSyntax", "U+0000"},
	}
}

// TestLimitOfABody holds that a body may be as large as discovery says, and no
// larger, however it is sent.
func TestLimitOfABody(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		limit, _ := value(c.get("/ServiceProviderConfig"), "bulk.maxPayloadSize").(float64)
		if limit < 1<<20 {
			t.Fatalf("maxPayloadSize is %v", limit)
		}
		padded := func(body string, size int) string {
			return body[:len(body)-1] + strings.Repeat(" ", size-len(body)) + "}"
		}
		headers := []string{"Authorization: Bearer " + c.token, "Content-Type: application/scim+json"}
		for path, body := range map[string]string{
			"/Users":   `{"userName":"kai"}`,
			"/Bulk":    bulk(`{"method":"POST","path":"/Users","data":{"userName":"mira"}}`),
			"/.search": `{"count":1}`,
		} {
			large := padded(body, int(limit)+1)
			wantSCIMError(t, path, c.send("POST", path, large), 413, "")
			// Without a length the server has to read to find out.
			chunked := struct{ *strings.Reader }{strings.NewReader(large)}
			wantSCIMError(t, path+" in chunks", c.sendFrom("POST", c.base+path, chunked, headers...), 413, "")
			if got := fmt.Sprint(c.get("/Users")["totalResults"]); got != "0" {
				t.Errorf("%s: there are %s users", path, got)
			}
		}
		if a := c.send("POST", "/Users", padded(`{"userName":"kai"}`, int(limit))); a.status != 201 {
			t.Errorf("a body of %v bytes: %d %s", limit, a.status, a.body)
		}
	})
}

// TestCountIsClamped asks for more than a page has, and for less than nothing.
func TestCountIsClamped(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		most, _ := value(c.get("/ServiceProviderConfig"), "filter.maxResults").(float64)
		c.insertUsers(int(most) + 5)
		for query, want := range map[string]float64{
			"count=99999": most, "count=99999999999999999999": most, "count=-1": 0, "count=0": 0, "": 100, "count=3": 3,
			"startIndex=1003&count=99999": 3, "startIndex=-5&count=2": 2, "startIndex=99999999999999999999": 0,
		} {
			got := c.get("/Users?" + query)
			if n := len(objects(got["Resources"])); got["itemsPerPage"] != want || n != int(want) || got["totalResults"] != most+5 {
				t.Errorf("%s: itemsPerPage %v, %d resources, totalResults %v; want %v of %v", query, got["itemsPerPage"], n, got["totalResults"], want, most+5)
			}
		}
		wantSCIMError(t, "count=x", c.send("GET", "/Users?count=x", ""), 400, "invalidValue")
		wantSCIMError(t, "count=1.5", c.send("GET", "/Users?cursor=&count=1.5", ""), 400, "invalidCount")
	})
}

// insertUsers puts users into the store at once.
func (c *client) insertUsers(n int) {
	c.t.Helper()
	err := c.store.Update(c.t.Context(), func(tx joinery.Tx) error {
		for i := range n {
			name := fmt.Sprintf("user-%04d", i)
			body, err := json.Marshal(map[string]any{"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:User"}, "userName": name})
			if err != nil {
				return err
			}
			err = tx.InsertResource(&joinery.Resource{
				ConnectionID: c.id, Type: "User", ID: name, Version: 1, Created: time.Now(), LastModified: time.Now(),
				Body: body, Keys: joinery.Keys{Unique: name, Display: name, Active: true},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}
