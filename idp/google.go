package idp

// google is Google Workspace's automatic provisioning: users only, SCIM 1 URNs
// beside those of SCIM 2, and plain application/json.
func google() *Profile {
	return &Profile{Name: "google", Title: "Google Workspace", fixes: with()}
}
