package idp

// okta is an app made with Okta's App Integration Wizard: PUT for every update
// of users and groups, with all that GET gave echoed back. Users are
// deactivated by PUT and never deleted.
func okta() *Profile {
	return &Profile{Name: "okta", Title: "Okta", fixes: with(firstPrimary())}
}

// oktaOIN is an app made from a template of Okta's catalogue: PATCH without a
// path to deactivate and to rename a group, PATCH of members, PUT for profiles.
func oktaOIN() *Profile {
	return &Profile{Name: "okta-oin", Title: "Okta (catalogue app)", fixes: with(firstPrimary())}
}
