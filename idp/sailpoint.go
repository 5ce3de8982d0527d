package idp

// sailpoint sends several operations without a path in one request, each with
// a part of a complex value.
func sailpoint() *Profile {
	return &Profile{Name: "sailpoint", Title: "SailPoint", fixes: with()}
}
