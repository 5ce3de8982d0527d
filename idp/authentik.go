package idp

// authentik chunks by what /ServiceProviderConfig says, sends one operation for
// each member, removes members by a list of values, and deletes users.
func authentik() *Profile {
	return &Profile{Name: "authentik", Title: "authentik", fixes: with()}
}
