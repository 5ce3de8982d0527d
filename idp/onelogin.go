package idp

// onelogin sends what an admin wrote as a JSON template, so that booleans come
// in quotes and names from SCIM 1 occur. Its documentation asks for answers of
// type application/json.
func onelogin() *Profile {
	return &Profile{Name: "onelogin", Title: "OneLogin", MediaType: "application/json", fixes: with(managerID())}
}
