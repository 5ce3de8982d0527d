package main

import (
	"strings"

	"github.com/joineryhq/joinery/idp"
)

// idpNames lists the identity providers that are known, for help texts.
func idpNames() string {
	var names []string
	for _, p := range idp.Profiles() {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}
