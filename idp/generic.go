package idp

// generic is any other identity provider.
func generic() *Profile {
	return &Profile{Name: "generic", Title: "Any other", fixes: with()}
}
