package scim_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/joineryhq/joinery/scim"
)

const secret = "S3cret"

func testRedactor() *scim.Redactor {
	return scim.NewRedactor([]string{"password", "pin"}, []string{"jscim-", "jadmin-"})
}

// redaction is a case of testdata/redact.txt.
type redaction struct{ kind, in, out string }

func redactions(t testing.TB) (cases []redaction) {
	t.Helper()
	data, err := os.ReadFile("testdata/redact.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		kind, text, found := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case !found || strings.HasPrefix(line, "#"):
		case kind == "out":
			cases[len(cases)-1].out = text
		default:
			cases = append(cases, redaction{kind: kind, in: text})
		}
	}
	return cases
}

func TestRedactor(t *testing.T) {
	t.Parallel()
	r := testRedactor()
	for _, c := range redactions(t) {
		var got string
		switch c.kind {
		case "json":
			kept, n := r.JSON([]byte(c.in))
			got = string(kept)
			if whole := n == len(c.in); whole != (c.in == "" || json.Valid([]byte(c.in)) && c.in[0] != '"') {
				t.Errorf("%s: %d of %d bytes are kept", c.in, n, len(c.in))
			}
		case "url":
			got = r.URL(c.in)
		default:
			t.Fatalf("unknown kind %q", c.kind)
		}
		if got != c.out {
			t.Errorf("%s\ngot  %s\nwant %s", c.in, got, c.out)
		}
	}
}

// TestRedactorOfWhatIsCutOff cuts all cases at each byte.
func TestRedactorOfWhatIsCutOff(t *testing.T) {
	t.Parallel()
	r := testRedactor()
	for _, c := range redactions(t) {
		for n := range c.in {
			kept, _ := r.JSON([]byte(c.in[:n]))
			if strings.Contains(string(kept), secret[:2]) {
				t.Errorf("%s\nkept %s", c.in[:n], kept)
			}
		}
	}
}

// plants are bodies with a secret, and with a text that may be anything.
var plants = []string{
	`{"a":%[2]s,"password":%[1]s,"b":%[2]s}`,
	`{%[2]s:1,"PASSWORD":[%[1]s],%[2]s:2}`,
	`{"password":{%[2]s:%[1]s,"value":%[1]s}}`,
	`{"op":"add","path":"password","value":%[1]s,"x":%[2]s}`,
	`{"value":{%[2]s:%[1]s},"x":%[2]s,"path":"urn:ietf:params:scim:schemas:core:2.0:User:password"}`,
	`{"op":%[2]s,"value":{"password":%[1]s}}`,
	`{"Operations":[{"path":%[2]s,"data":{"Operations":[{"value":%[1]s,"path":"Password"}]}}]}`,
}

func FuzzRedactor(f *testing.F) {
	for i, c := range redactions(f) {
		f.Add(uint8(i), strings.ReplaceAll(c.in, secret, "x"), c.out, 1000)
	}
	r := testRedactor()
	f.Fuzz(func(t *testing.T, form uint8, a, b string, cut int) {
		if strings.Contains(a+b, secret[:2]) {
			return // the text holds what is looked for itself
		}
		quoted, _ := json.Marshal(a)
		for _, body := range []string{
			a + `"password":"` + secret + `"` + b,
			fmt.Sprintf(plants[int(form)%len(plants)], `"`+secret+`"`, quoted),
		} {
			check(t, r, body)
			if cut >= 0 && cut < len(body) {
				check(t, r, body[:cut])
			}
		}
		if url := "/Users?" + a + "&filter=password%20eq%20%22" + secret + "%22" + b; strings.Contains(r.URL(url), secret) {
			t.Errorf("%s\nkept %s", url, r.URL(url))
		}
	})
}

func check(t *testing.T, r *scim.Redactor, body string) {
	t.Helper()
	kept, n := r.JSON([]byte(body))
	switch again, _ := r.JSON(kept); {
	case strings.Contains(string(kept), secret[:2]):
		t.Errorf("%q\nkept %q", body, kept)
	case n > len(body) || n < 0:
		t.Errorf("%q: %d bytes of %d", body, n, len(body))
	case json.Valid([]byte(body)) && n > 0 && !json.Valid(kept):
		t.Errorf("%q\nkept %q, which is no JSON", body, kept)
	case n == len(body) && string(again) != string(kept):
		t.Errorf("%q\nkept %q, and of that %q", body, kept, again)
	}
}
