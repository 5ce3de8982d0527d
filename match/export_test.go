package match

// Reserved is the list of reserved usernames, for the docs.
var Reserved = reserved
