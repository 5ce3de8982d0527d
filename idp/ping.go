package idp

// ping is PingFederate's SCIM connector and PingOne: users by PUT, looked up by
// userName or by the bare attribute emails; groups by listing them all.
func ping() *Profile {
	return &Profile{Name: "ping", Title: "PingFederate, PingOne", fixes: with()}
}
