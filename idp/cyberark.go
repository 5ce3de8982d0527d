package idp

// cyberark reads discovery item by item, writes users by PUT, and pushes its
// roles as groups by PATCH.
func cyberark() *Profile {
	return &Profile{Name: "cyberark", Title: "CyberArk Identity", fixes: with()}
}
