package idp

// entra is Microsoft Entra ID with aadOptscim062020 in its tenant URL: filtered
// paths, and one operation without a path that holds all single values under
// dotted keys. "Provision on demand" speaks the older dialect whatever the URL
// says, so that both profiles take both.
func entra() *Profile {
	return &Profile{Name: "entra", Title: "Microsoft Entra ID", fixes: entraFixes()}
}

// entraLegacy is Microsoft Entra ID without that flag: capitalised ops, one for
// each attribute, booleans as text, members removed by a list of values.
func entraLegacy() *Profile {
	return &Profile{Name: "entra-legacy", Title: "Microsoft Entra ID (without aadOptscim062020)", fixes: entraFixes()}
}

func entraFixes() []Fix { return with(roleJSON(), roleDisplayName(), roleID()) }
