package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// policyHelp lists the keys of a policy.
const policyHelp = `The keys of the policy and their values, the recommended one first:

    rename=allow|refuse                whether a userName may change
    retention_days=30                  days in which a deleted user or group can return (0 to 3650)
    unknown_attributes=ignore|refuse   attributes that no schema has
    unknown_members=pending|refuse     group members that are not here yet`

// printPolicy writes every key of a connection's policy. It goes by the JSON,
// so that it knows each key that there is.
func printPolicy(w io.Writer, c *wire.Connection) {
	text, _ := json.Marshal(c.Policy)
	var keys map[string]any
	_ = json.Unmarshal(text, &keys)
	fmt.Fprintln(w, "policy:")
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		fmt.Fprintf(w, "  %s\t%v\n", key, keys[key])
	}
}

// policyJSON makes the JSON of a policy of KEY=VALUE flags: values that are
// JSON as they are, such as 30, others as strings.
func policyJSON(flags map[string]string) json.RawMessage {
	if len(flags) == 0 {
		return nil
	}
	keys := map[string]json.RawMessage{}
	for key, flag := range flags {
		value := []byte(flag)
		if !json.Valid(value) {
			value, _ = json.Marshal(flag)
		}
		keys[key] = value
	}
	text, _ := json.Marshal(keys)
	return text
}
