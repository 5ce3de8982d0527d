package joinery

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/joineryhq/joinery/scim"
)

// Limits of a mapping, in characters, and of a connection's number of them.
const (
	maxGroupName = 1024
	maxTarget    = 255
	maxRole      = 64
	maxMappings  = 10_000
)

// clean takes spaces off the values and checks those that need no look-up.
func (in *NewMapping) clean() error {
	for _, value := range []*string{&in.GroupID, &in.GroupName, &in.Target, &in.Role} {
		*value = strings.TrimSpace(*value)
	}
	switch {
	case (in.GroupID == "") == (in.GroupName == ""):
		return invalidField("group_id", "A mapping needs either group_id or group_name.")
	case !short(in.GroupName, maxGroupName):
		return invalidField("group_name", "The group name must be at most %d characters of valid UTF-8.", maxGroupName)
	case in.Target == "" || !short(in.Target, maxTarget) || strings.ContainsFunc(in.Target, unwritable):
		return invalidField("target", "The target must be 1 to %d characters without spaces, such as org:acme or repo:acme/api.", maxTarget)
	case in.Role == "" || !short(in.Role, maxRole):
		return invalidField("role", "The role must be 1 to %d characters.", maxRole)
	}
	return nil
}

// short reports whether a text can be kept in a number of characters.
func short(text string, length int) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0) && utf8.RuneCountInString(text) <= length
}

// checkTarget refuses roles on another organization, and such on this one that
// it does not have.
func (s *Service) checkTarget(o *Organization, in NewMapping) error {
	if in.Target == orgTarget(o) {
		return s.validateRole(in.Role)
	}
	if strings.HasPrefix(in.Target, "org:") {
		return &Error{Kind: Invalid, Reason: "foreign_target", Field: "target", Message: fmt.Sprintf("The target %s is not this connection's organization, which is %s.", in.Target, orgTarget(o))}
	}
	return nil
}

// checkNewMapping compares a mapping with those that there are.
func checkNewMapping(m *Mapping, list []*Mapping) error {
	if len(list) >= maxMappings {
		return Errorf(Conflict, "too_many_mappings", "A connection has %d mappings at the most. Delete one first.", maxMappings)
	}
	name := scim.Fold(m.GroupName)
	for _, other := range list {
		if other.Target == m.Target && (m.GroupID != "" && other.GroupID == m.GroupID || other.GroupID == "" && scim.Fold(other.GroupName) == name) {
			return Errorf(Conflict, "mapping_exists", "The group %q has the role %s on %s already. Delete that mapping first.", m.GroupName, other.Role, other.Target)
		}
	}
	return nil
}
