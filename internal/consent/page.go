package consent

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/web"
)

//go:embed style.css
var style string

//go:embed pages.html
var source string

var pages = template.Must(template.New("pages").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(style) },
}).Parse(source))

// policy lets a page use its own style, send its form here, and nothing else.
var policy = "default-src 'none'; style-src '" + hash(style) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// show answers with a page.
func show(w http.ResponseWriter, status int, name string, data any) error {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, data); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy)
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer") // the link is the secret
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // the client may be gone
	return nil
}

// problem is what a page says where there is nothing to ask, or it could not be
// done.
type problem struct {
	Title, Text string
	RequestID   string
}

var problems = map[int]problem{
	http.StatusNotFound: {
		Title: "This link does not work",
		Text:  "It was used before, has expired, or the matter was settled in another way. If you still need it, ask whoever sent it to you for a new one.",
	},
	http.StatusMethodNotAllowed: {
		Title: "This link does not work like that",
		Text:  "Open it in a browser.",
	},
	http.StatusConflict: {
		Title: "Your account was not connected",
		Text:  "Something has changed since the link was made, and nothing was done. Ask whoever sent it to you what to do now.",
	},
	http.StatusServiceUnavailable: {
		Title: "Please try again in a moment",
		Text:  "The service is not available right now. Nothing was done.",
	},
	http.StatusInternalServerError: {
		Title: "Something went wrong on our side",
		Text:  "Please try again. If it happens again, tell the support of this service the number below.",
	},
}

// fail answers with an error as a page, which tells no more than the owner of
// an account needs to know.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusInternalServerError
	switch joinery.KindOf(err) {
	case joinery.NotFound:
		status = http.StatusNotFound
	case joinery.Conflict, joinery.Invalid:
		status = http.StatusConflict
	case joinery.Unavailable:
		status = http.StatusServiceUnavailable
	}
	p := problems[status]
	p.RequestID = web.RecordOf(r.Context()).ID
	_ = show(w, status, "problem", p) // a page that every test shows
}
