package idp

// The fixes of this file act before a body is decoded: the HTTP layer applies
// them, for all profiles alike. They are listed so that the documentation and
// the request log know them.

// The names of fixes that the HTTP layer applies.
const (
	UnquotedString = "unquoted-string"
	BareToken      = "bare-token"
	PlainJSON      = "plain-json"
)

func unquotedString() Fix {
	return Fix{
		Name:    UnquotedString,
		Summary: "Takes a bare word in a filter for the string it would be in quotes.",
		Source:  "old samples of Microsoft's documentation; WSO2 in a public log",
		Wants:   "RFC 7644 section 3.4.2.2 wants strings in double quotes.",
		Quirks:  []int{88},
	}
}

func bareToken() Fix {
	return Fix{
		Name:    BareToken,
		Summary: "Takes an Authorization header that is the token alone.",
		Source:  "Okta in header mode (a product's support page)",
		Wants:   `RFC 6750 section 2.1 wants "Bearer" before the token.`,
		Quirks:  []int{103},
	}
}

func plainJSON() Fix {
	return Fix{
		Name:    PlainJSON,
		Summary: "Takes application/json for application/scim+json.",
		Source:  "Google, OneLogin, authentik, Okta's test suite (public logs, their source)",
		Wants:   "RFC 7644 section 3.1 prefers application/scim+json and allows application/json.",
		Quirks:  []int{101},
		lawful:  true,
	}
}
