package scimapi

import (
	"mime"
	"net/http"
	"strings"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/web"
	"github.com/joineryhq/joinery/scim"
)

// contentType is a media type as answers name it.
func contentType(mediaType string) string {
	if strings.Contains(mediaType, ";") {
		return mediaType
	}
	return mediaType + ";charset=utf-8"
}

// body reads the JSON of a call.
func (a *api) body(w http.ResponseWriter, c *call) ([]byte, error) {
	if err := checkMedia(c.Header); err != nil {
		return nil, err
	}
	data, err := web.ReadBody(w, c.Request, a.MaxBody)
	c.rec.Sent = joinery.ExcerptOf(data)
	if err != nil && scimError(err, "").Status == http.StatusInternalServerError {
		return nil, &scim.Error{Status: http.StatusBadRequest, Type: scim.InvalidSyntax, Detail: "The body ended before it was complete.", Err: err}
	}
	return data, err
}

// checkMedia accepts the media types that SCIM clients send: SCIM's own, JSON,
// and none at all. What the answer is to be is not asked: it always is SCIM.
func checkMedia(h http.Header) error {
	if encoding := h.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return scim.Errorf(http.StatusUnsupportedMediaType, "", "The body is encoded as %q. Send it as it is.", encoding)
	}
	given := h.Get("Content-Type")
	if given == "" {
		return nil
	}
	mediaType, _, err := mime.ParseMediaType(given)
	if err != nil { // parameters that do not parse do not matter
		mediaType, _, _ = strings.Cut(given, ";")
		mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	}
	switch mediaType {
	case scim.MediaType, "application/json", "text/json":
		return nil
	}
	return scim.Errorf(http.StatusUnsupportedMediaType, "", "The body has the media type %q. Send %s or application/json.", given, scim.MediaType)
}
