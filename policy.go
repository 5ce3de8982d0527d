package joinery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/joineryhq/joinery/match"
)

// Policy is what an operator decides about a connection. A key that was never
// set has its preset's value.
type Policy struct {
	Preset              string   `json:"preset" enum:"recommended,bsr,pulumi" doc:"Sets every other key that is not given beside it"`
	Member              string   `json:"member" enum:"adopt,ask,refuse" doc:"A pushed email is held by an account that is a member of the organization"`
	VerifiedDomain      string   `json:"verified_domain" enum:"adopt,ask,refuse" doc:"A pushed email is held by an account at a domain that the organization has verified"`
	Username            string   `json:"username" enum:"verbatim,local_part" doc:"How an account's username is made of the userName"`
	UsernameTaken       string   `json:"username_taken" enum:"suffix,refuse" doc:"The wanted username is held by another account"`
	Rename              string   `json:"rename" enum:"allow,refuse" doc:"Whether a userName may change"`
	VerifiedDomainsOnly bool     `json:"verified_domains_only" doc:"Whether only emails at verified domains are let in"`
	SignIn              string   `json:"sign_in" enum:"create,link_only,off" doc:"What becomes of a sign-in of whom no User is known"`
	GroupAuthority      string   `json:"group_authority" enum:"scim,claims,union" doc:"Whose groups give roles: the pushed ones, those of the last sign-in with any, or both"`
	MissingClaim        string   `json:"missing_claim" enum:"keep,refuse" doc:"A sign-in carries no groups at all, where claims count"`
	UnknownMembers      string   `json:"unknown_members" enum:"pending,refuse" doc:"Group members that do not exist yet"`
	UnknownAttributes   string   `json:"unknown_attributes" enum:"ignore,refuse" doc:"Attributes of no known schema"`
	Guard               Guarding `json:"guard" doc:"What to do when a mass of users leaves"`
	RetentionDays       int      `json:"retention_days" minimum:"0" maximum:"3650" doc:"For how many days a deleted User or Group can return"`
	ReserveDays         int      `json:"reserve_days" minimum:"0" maximum:"3650" doc:"For how many days a handle that was given up stays reserved for its account"`
}

// Guarding is the part of a Policy about a mass of departures: more than Max, or
// more than Percent of the connection's Users, within Window.
type Guarding struct {
	Action  string `json:"action" enum:"off,alert,hold"`
	Max     int    `json:"max" minimum:"0"`
	Percent int    `json:"percent" minimum:"0" maximum:"100"`
	Window  string `json:"window" doc:"A duration such as 1h or 30m, from 1m to 24h"`
}

// The presets.
const (
	PresetRecommended = "recommended"
	PresetBSR         = "bsr"
	PresetPulumi      = "pulumi"
)

// DefaultPolicy returns the recommended policy.
func DefaultPolicy() Policy {
	return Policy{
		Preset: PresetRecommended,
		Member: "adopt", VerifiedDomain: "adopt",
		Username: "local_part", UsernameTaken: "suffix",
		Rename: "allow", SignIn: "create",
		GroupAuthority: "scim", MissingClaim: "keep",
		UnknownMembers: "pending", UnknownAttributes: "ignore",
		Guard:         Guarding{Action: "alert", Max: 100, Percent: 20, Window: "1h"},
		RetentionDays: 30, ReserveDays: 30,
	}
}

// presetPolicy returns the policy that a preset stands for.
func presetPolicy(name string) (Policy, error) {
	p := DefaultPolicy()
	p.Preset = name
	switch name {
	case PresetRecommended:
	case PresetBSR:
		p.GroupAuthority = "claims"
	case PresetPulumi:
		p.VerifiedDomain = "refuse"
		p.Username, p.UsernameTaken, p.Rename = "verbatim", "refuse", "refuse"
		p.UnknownMembers, p.UnknownAttributes = "refuse", "refuse"
	default:
		return p, invalidField("policy", "The policy preset must be %q, %q or %q, not %q.", PresetRecommended, PresetBSR, PresetPulumi, name)
	}
	return p, nil
}

// merge changes the keys that a JSON object has. A preset in it sets every
// other key first.
func (p Policy) merge(change json.RawMessage) (Policy, error) {
	var preset struct{ Preset *string }
	if err := json.Unmarshal(change, &preset); err == nil && preset.Preset != nil {
		if p, err = presetPolicy(*preset.Preset); err != nil {
			return p, err
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(change))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return p, &Error{Kind: Invalid, Reason: "invalid_policy", Field: "policy", Message: "The policy cannot be read: " + strings.TrimPrefix(err.Error(), "json: ") + ".", Err: err}
	}
	return p, p.Validate()
}

// Validate checks each key's value, and that they can work together.
func (p Policy) Validate() error {
	if _, err := presetPolicy(p.Preset); err != nil {
		return err
	}
	for _, key := range []struct {
		name, value string
		values      []string
	}{
		{"member", p.Member, []string{"adopt", "ask", "refuse"}},
		{"verified_domain", p.VerifiedDomain, []string{"adopt", "ask", "refuse"}},
		{"username", p.Username, []string{"verbatim", "local_part"}},
		{"username_taken", p.UsernameTaken, []string{"suffix", "refuse"}},
		{"rename", p.Rename, []string{"allow", "refuse"}},
		{"sign_in", p.SignIn, []string{"create", "link_only", "off"}},
		{"group_authority", p.GroupAuthority, []string{"scim", "claims", "union"}},
		{"missing_claim", p.MissingClaim, []string{"keep", "refuse"}},
		{"unknown_members", p.UnknownMembers, []string{"pending", "refuse"}},
		{"unknown_attributes", p.UnknownAttributes, []string{"ignore", "refuse"}},
		{"guard.action", p.Guard.Action, []string{"off", "alert", "hold"}},
	} {
		if !slices.Contains(key.values, key.value) {
			return invalidField("policy", "The policy %s must be %s, not %q.", key.name, oneOf(key.values), key.value)
		}
	}
	for _, key := range []struct {
		name  string
		value int
	}{{"retention_days", p.RetentionDays}, {"reserve_days", p.ReserveDays}} {
		if key.value < 0 || key.value > 3650 {
			return invalidField("policy", "The policy %s must be 0 to 3650.", key.name)
		}
	}
	if err := p.Guard.validate(); err != nil {
		return err
	}
	return p.validateTogether()
}

func oneOf(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = fmt.Sprintf("%q", value)
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

func (g Guarding) validate() error {
	if g.Max < 0 || g.Max > 10_000_000 || g.Percent < 0 || g.Percent > 100 {
		return invalidField("policy", "The policy guard needs a max of 0 to 10000000 and a percent of 0 to 100.")
	}
	window, err := time.ParseDuration(g.Window)
	if err != nil || window < time.Minute || window > 24*time.Hour {
		return invalidField("policy", "The policy guard.window must be a duration from 1m to 24h, such as \"1h\", not %q.", g.Window)
	}
	return nil
}

// window is Window, which Validate has checked.
func (g Guarding) window() time.Duration {
	d, _ := time.ParseDuration(g.Window)
	return d
}

// validateTogether refuses what each key allows and all of them cannot do.
func (p Policy) validateTogether() error {
	cannot := func(format string, args ...any) error {
		return &Error{Kind: Invalid, Reason: "policy_conflict", Field: "policy", Message: fmt.Sprintf(format, args...)}
	}
	switch {
	case p.MissingClaim == "refuse" && p.GroupAuthority == "scim":
		return cannot("missing_claim refuse asks every sign-in for groups that group_authority scim then ignores. Choose missing_claim keep, or group_authority claims or union.")
	case p.Guard.Action != "off" && p.Guard.Max == 0 && p.Guard.Percent == 0:
		return cannot("guard with max 0 and percent 0 would stop the first user who leaves. Give one of them, or choose action off.")
	}
	return nil
}

// rules returns what match.Decide needs to know of the policy.
func (p Policy) rules() match.Policy {
	return match.Policy{
		Member: match.Choice(p.Member), VerifiedDomain: match.Choice(p.VerifiedDomain),
		RefuseTakenUsername: p.UsernameTaken == "refuse", VerifiedDomainsOnly: p.VerifiedDomainsOnly,
		SignIn: p.SignIn,
	}
}

// retainedSince is since when a tombstone can return.
func (p Policy) retainedSince(now time.Time) time.Time {
	return now.Add(-time.Duration(p.RetentionDays) * 24 * time.Hour)
}
