package joinery

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Organization is a customer of the host.
type Organization struct {
	ID      string
	Name    string
	Slug    string // unique in the deployment; stands in targets such as org:acme
	Created time.Time
}

var slugPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// Validate checks the fields that a caller sets.
func (o *Organization) Validate() error {
	if err := validateName(o.Name); err != nil {
		return err
	}
	if !slugPattern.MatchString(o.Slug) {
		return invalidField("slug", "The slug must be 1 to 63 characters: lower-case letters, digits and hyphens, beginning and ending with a letter or digit.")
	}
	return nil
}

// maxName is the longest name of an organization, connection or token, in characters.
const maxName = 255

func validateName(name string) error {
	if strings.TrimSpace(name) == "" {
		return invalidField("name", "The name must not be empty.")
	}
	if !utf8.ValidString(name) || strings.ContainsRune(name, 0) || utf8.RuneCountInString(name) > maxName {
		return invalidField("name", "The name must be at most %d characters of valid UTF-8.", maxName)
	}
	return nil
}

// OrganizationTx is the part of a transaction that concerns organizations.
type OrganizationTx interface {
	// InsertOrganization fails with Conflict and reason "slug_taken".
	InsertOrganization(*Organization) error
	// Organization fails with NotFound.
	Organization(id string) (*Organization, error)
	// OrganizationsNamed maps those of the names that are the id or the slug of
	// an organization to it. An id goes before a slug.
	OrganizationsNamed(names []string) (map[string]*Organization, error)
	// Organizations lists by id, at most limit, beginning behind the id after.
	Organizations(after string, limit int) ([]*Organization, error)
}
