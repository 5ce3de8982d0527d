package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// policyHelp lists the keys of a policy.
const policyHelp = `The keys of the policy and their values, the recommended one first:

    preset=recommended|bsr|pulumi         sets every key that is not given beside it

  Accounts that are there already

    member=adopt|ask|refuse               a pushed email is a member's
    verified_domain=adopt|ask|refuse      it is at a domain that the organization has verified
    verified_domains_only=false|true      let in only emails at verified domains

  Usernames of accounts

    username=local_part|verbatim          made of what stands before the @, or as the userName is
    username_taken=suffix|refuse          who wants a name that is taken gets a number, or is refused
    rename=allow|refuse                   whether a userName may change

  Sign-ins and groups

    sign_in=create|link_only|off          who signs in before being pushed
    group_authority=scim|claims|union     whose groups give roles: pushed ones, those of sign-ins, both
    missing_claim=keep|refuse             a sign-in says nothing of groups, where those count
    unknown_members=pending|refuse        group members that are not here yet
    unknown_attributes=ignore|refuse      attributes that no schema has

  Departures

    guard.action=alert|hold|off           what to do when a mass of users leaves: tell, or hold back
    guard.max=100                         that is more users than this, 0 for any number …
    guard.percent=20                      … or more of all than this, in percent, 0 for any share …
    guard.window=1h                       … within this time (1m to 24h)
    retention_days=30                     days in which a deleted user or group can return (0 to 3650)
    reserve_days=30                       days in which a name or email that was given up is reserved

The preset bsr differs from recommended by group_authority=claims; pulumi by verified_domain=refuse, username=verbatim, and refuse for username_taken, rename, unknown_members and unknown_attributes.`

// policyFlags are keys of a policy with their values, as --policy takes them:
// one or several behind each flag.
type policyFlags map[string]string

// policyKey is how a key with its value begins.
var policyKey = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)?=`)

// Decode takes KEY=VALUE, and those that follow it.
func (p *policyFlags) Decode(ctx *kong.DecodeContext) error {
	var flag string
	if err := ctx.Scan.PopValueInto("policy", &flag); err != nil {
		return err
	}
	if *p == nil {
		*p = policyFlags{}
	}
	for {
		key, value, found := strings.Cut(flag, "=")
		if !found || key == "" {
			return fmt.Errorf("expected KEY=VALUE, such as rename=refuse, not %q", flag)
		}
		(*p)[key] = value
		if next := ctx.Scan.Peek(); !next.IsValue() || !policyKey.MatchString(next.String()) {
			return nil
		}
		flag = ctx.Scan.Pop().String()
	}
}

// json makes the JSON of a policy: values that are JSON as they are, such as 30,
// others as strings. What stands behind the dot of a key is within it.
func (p policyFlags) json() json.RawMessage {
	if len(p) == 0 {
		return nil
	}
	keys := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(p)) {
		value := json.RawMessage(p[key])
		if !json.Valid(value) {
			value, _ = json.Marshal(p[key])
		}
		outer, inner, nested := strings.Cut(key, ".")
		if !nested {
			keys[key] = value
			continue
		}
		object, _ := keys[outer].(map[string]any)
		if object == nil {
			object = map[string]any{}
		}
		object[inner] = value
		keys[outer] = object
	}
	text, _ := json.Marshal(keys)
	return text
}

// printPolicy writes every key of a connection's policy. It goes by the JSON,
// so that it knows each key that there is.
func printPolicy(w io.Writer, c *wire.Connection) {
	text, _ := json.Marshal(c.Policy)
	fmt.Fprintln(w, "policy:")
	values := flat(text)
	for _, key := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(w, "  %s\t%s\n", key, values[key])
	}
}
