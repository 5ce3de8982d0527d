package wire

import "time"

// NewDomain is the body of a request to add a domain to an organization.
type NewDomain struct {
	Domain   string `json:"domain" minLength:"1" maxLength:"253" example:"acme.example"`
	Verified bool   `json:"verified,omitempty" doc:"Vouch for it by hand, without a DNS record; the audit tells who did"`
}

// Domain is an email domain of an organization.
type Domain struct {
	Domain   string     `json:"domain"`
	State    string     `json:"state" enum:"pending,verified"`
	TXTName  string     `json:"txt_name" doc:"Where the DNS record of type TXT must be that proves whose the domain is" example:"_joinery.acme.example"`
	TXTValue string     `json:"txt_value" doc:"What the record must hold"`
	Method   string     `json:"method,omitempty" enum:"dns,operator" doc:"How it was verified"`
	Created  time.Time  `json:"created"`
	Verified *time.Time `json:"verified,omitempty" doc:"When it was verified"`
}

// Domains lists the domains of an organization.
type Domains struct {
	Domains []Domain `json:"domains" nullable:"false"`
}
