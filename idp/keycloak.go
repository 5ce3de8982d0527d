package idp

// keycloak is the family of SCIM plugins for Keycloak. A group was seen
// replaced without its members although it had some, so that a PUT without
// members leaves them alone.
func keycloak() *Profile {
	return &Profile{Name: "keycloak", Title: "Keycloak", KeepMembers: true, fixes: with()}
}
