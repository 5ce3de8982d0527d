package idp

// jumpcloud tries a user and a group of its own when it is switched on, sends
// an operation with a path for each attribute, removes members by a list of
// values, and repeats every group at any change.
func jumpcloud() *Profile {
	return &Profile{Name: "jumpcloud", Title: "JumpCloud", fixes: with()}
}
