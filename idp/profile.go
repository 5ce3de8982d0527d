package idp

import (
	"slices"

	"github.com/joineryhq/joinery/scim"
)

// Profile is what is known of one kind of identity provider.
type Profile struct {
	Name        string // as in Connection.IdP
	Title       string // as people write it
	MediaType   string // of answers; "" for scim.MediaType
	KeepMembers bool   // a PUT of a Group without members leaves them alone
	fixes       []Fix
}

// profiles is the one list of profiles: vendors by name, generic last.
var profiles = []*Profile{
	authentik(),
	cyberark(),
	entra(),
	entraLegacy(),
	google(),
	jumpcloud(),
	keycloak(),
	okta(),
	oktaOIN(),
	onelogin(),
	ping(),
	sailpoint(),
	generic(),
}

// Profiles lists all profiles.
func Profiles() []*Profile { return slices.Clone(profiles) }

// Find returns the profile with the name, or nil.
func Find(name string) *Profile {
	for _, p := range profiles {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// Fixes lists the fixes of the profile in the order in which they run. Some
// act before a body is read, and are listed for the reader only.
func (p *Profile) Fixes() []Fix { return slices.Clone(p.fixes) }

// Repair applies the fixes to r in place. In strict mode the first repair
// that would be made is a *scim.Error instead, and r is not to be used.
func (p *Profile) Repair(r *Request, strict bool) ([]Repair, error) {
	run := &run{request: r, strict: strict, fixes: p.fixes}
	run.wholes()
	run.values()
	if strict && len(run.repairs) > 0 {
		return nil, run.refusal()
	}
	return run.repairs, nil
}

// refusal is the answer of strict mode to the first repair.
func (w *run) refusal() error {
	first := w.repairs[0]
	i := slices.IndexFunc(w.fixes, func(f Fix) bool { return f.Name == first.Fix })
	fix := w.fixes[i]
	return scim.Errorf(400, fix.refuse, "%s. %s The fix %q would repair it: correct the client, or turn strict mode off for this connection.",
		first.Detail, fix.Wants, fix.Name)
}
