package main

import (
	"strings"

	"github.com/joineryhq/joinery/idp"
)

// profileHelp says which profile to choose where a vendor has two.
const profileHelp = `Okta has two clients: "okta" is an app made with its App Integration Wizard, "okta-oin" one from its catalogue. So has Entra ID: "entra" is with aadOptscim062020 in the tenant URL, "entra-legacy" without. Where none of the profiles fits, take "generic".`

// idpNames lists the identity providers that are known, for help texts.
func idpNames() string {
	var names []string
	for _, p := range idp.Profiles() {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}
