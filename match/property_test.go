package match_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/joineryhq/joinery/match"
)

// The values that are drawn are few, so that they meet. Each has a § in it,
// which no finding may have.
var (
	userIDs    = []string{"§u1", "§u2", "§u3", "§u4"}
	accountIDs = []string{"§a1", "§a2", "§a3"}
	texts      = []string{"", "§s", "§t"}
)

func pick[T any](t *rapid.T, name string, values ...T) T {
	return rapid.SampledFrom(values).Draw(t, name)
}

func drawSubject(t *rapid.T) match.Subject {
	return match.Subject{
		UserName:   pick(t, "userName", texts...),
		ExternalID: pick(t, "externalId", texts...), Email: pick(t, "email", texts...),
		Username: pick(t, "username", texts...), Subject: pick(t, "subject", texts...),
	}
}

// drawUsers keeps what a database keeps: no two live Users share a key.
func drawUsers(t *rapid.T) (users []match.Known) {
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(userIDs), 0, 4, rapid.ID).Draw(t, "users") {
		user := match.Known{
			ID: id, AccountID: pick(t, "account", append(accountIDs, "")...),
			UserName: pick(t, "its userName", texts...), ExternalID: pick(t, "its externalId", texts...),
			Subject: pick(t, "its subject", texts...), Email: pick(t, "shares", true, false),
			Suspended: pick(t, "suspended", true, false), SignInOnly: pick(t, "signInOnly", true, false),
			Deleted: pick[int64](t, "deleted", 0, 0, 5, 9),
		}
		twin := func(other match.Known) bool {
			same := func(a, b string) bool { return a != "" && a == b }
			return other.Deleted == 0 && (same(other.UserName, user.UserName) || same(other.ExternalID, user.ExternalID))
		}
		if user.Deleted == 0 && slices.ContainsFunc(users, twin) {
			continue
		}
		users = append(users, user)
	}
	return users
}

func drawHolder(t *rapid.T) *match.Holder {
	if pick(t, "held", true, false) {
		return nil
	}
	return &match.Holder{
		AccountID: pick(t, "holder", accountIDs...), UserID: pick(t, "holder's User", append(userIDs, "")...),
		Protected: pick(t, "protected", true, false), Member: pick(t, "member", true, false), Former: pick(t, "former", true, false),
	}
}

func drawFacts(t *rapid.T) match.Facts {
	facts := match.Facts{
		Users: drawUsers(t), EmailHolder: drawHolder(t), UsernameHolder: drawHolder(t),
		UsernameReserved: pick(t, "reserved", true, false), VerifiedDomain: pick(t, "verified", true, false),
	}
	if pick(t, "settled", false, false, true) {
		facts.Settled = &match.Settled{AccountID: pick(t, "chosen", append(accountIDs, "")...)}
	}
	return facts
}

func drawPolicy(t *rapid.T) match.Policy {
	return match.Policy{
		RefuseTakenUsername: pick(t, "refuse usernames", true, false),
		VerifiedDomainsOnly: pick(t, "verified only", true, false),
	}
}

// drawn is something to decide on, and the verdict.
type drawn struct {
	match.Subject
	match.Facts
	policy  match.Policy
	verdict match.Verdict
}

func TestAnyVerdict(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := drawn{Subject: drawSubject(t), Facts: drawFacts(t), policy: drawPolicy(t)}
		create, signIn, change := d, d, d
		create.Source, signIn.Source, change.Source = match.Create, match.SignIn, match.Change
		change.UserID = pick(t, "changes", userIDs...)
		change.AccountID = pick(t, "its account", append(accountIDs, "")...)
		change.Follows = pick(t, "follows", true, false)
		for _, d := range []drawn{create, signIn, change} {
			d.checkPolicies(t)
		}
	})
}

// checkPolicies decides under each policy, values that there are none among
// them.
func (d *drawn) checkPolicies(t *rapid.T) {
	choices := []match.Choice{match.Adopt, match.Ask, match.Refuse, ""}
	for _, d.policy.Member = range choices {
		for _, d.policy.VerifiedDomain = range choices {
			for _, d.policy.SignIn = range []string{"create", "link_only", "off", ""} {
				d.check(t)
			}
		}
	}
}

func (d *drawn) check(t *rapid.T) {
	d.verdict = match.Decide(d.Subject, d.Facts, d.policy)
	checkTrace(t, "any", d.verdict)
	d.checkForm(t)
	d.checkAdoption(t)
	d.checkSignIn(t)
	d.checkChange(t)
	d.checkOrder(t)
}

// checkForm holds that a verdict says what its kind needs, and that its trace
// names no one.
func (d *drawn) checkForm(t *rapid.T) {
	v := d.verdict
	if (v.Kind == match.RefuseUser) != (v.Reason != "") || v.Kind != match.RefuseUser && (v.Attribute != "" || v.Ask) {
		t.Errorf("a verdict %s with the reason %q, attribute %q, ask %v", v.Kind, v.Reason, v.Attribute, v.Ask)
	}
	if v.Suffix && v.Kind != match.CreateUser {
		t.Errorf("a number for a verdict %s", v.Kind)
	}
	if v.Kind == match.AdoptAccount && v.AccountID == "" || v.Kind == match.ReturnUser && v.UserID == "" {
		t.Errorf("a verdict %s of nobody", v.Kind)
	}
	for _, step := range v.Trace {
		if strings.Contains(step.Finding, "§") {
			t.Errorf("%s names someone: %s", step.Rule, step.Finding)
		}
	}
}

// checkAdoption holds that an account is adopted by consent, membership,
// verified domain or its own link only, and one that is protected or linked to
// another User by consent or its own link.
func (d *drawn) checkAdoption(t *rapid.T) {
	v := d.verdict
	if v.Kind != match.AdoptAccount {
		return
	}
	if d.Settled != nil && d.Settled.AccountID == v.AccountID {
		return
	}
	if d.Source == match.SignIn && slices.ContainsFunc(d.Users, func(user match.Known) bool {
		return d.isSigningIn(user) && user.Deleted == 0 && !user.Suspended && user.ID == v.UserID && user.AccountID == v.AccountID
	}) {
		return
	}
	holder := d.EmailHolder
	if holder == nil || holder.AccountID != v.AccountID || holder.UserID != "" || holder.Protected || !holder.Member && (!d.VerifiedDomain || holder.Former) {
		t.Errorf("%s adopts %s", v.Rule, v.AccountID)
	}
}

// isSigningIn says that a User has one of a sign-in's keys.
func (d *drawn) isSigningIn(user match.Known) bool {
	for _, key := range []string{d.Subject.Subject, d.Email} {
		if key != "" && (key == user.UserName || key == user.ExternalID) {
			return true
		}
	}
	return user.Email || user.Subject != "" && user.Subject == d.Subject.Subject
}

// checkSignIn holds that nobody comes in by a sign-in who was deprovisioned, or
// whom the policy does not want.
func (d *drawn) checkSignIn(t *rapid.T) {
	v := d.verdict
	if d.Source != match.SignIn || v.Kind == match.RefuseUser {
		return
	}
	var live, gone bool
	for _, user := range d.Users {
		known := d.isSigningIn(user)
		live = live || known && user.Deleted == 0 && !user.Suspended
		gone = gone || known && (user.Deleted != 0 || user.Suspended)
	}
	switch {
	case v.Kind == match.ReturnUser:
		t.Errorf("a sign-in revives a User")
	case gone && !live:
		t.Errorf("who was deprovisioned comes back by %s", v.Rule)
	case !live && d.policy.SignIn != "create" && (d.policy.SignIn != "link_only" || v.Kind != match.AdoptAccount):
		t.Errorf("policy %q, and %s makes it %s", d.policy.SignIn, v.Rule, v.Kind)
	}
}

// checkChange holds that only a person moves a User to another account.
func (d *drawn) checkChange(t *rapid.T) {
	v := d.verdict
	if d.Source != match.Change || d.AccountID == "" {
		return
	}
	if v.Kind == match.ReturnUser || v.Kind == match.AdoptAccount && v.Rule != "settled" {
		t.Errorf("a change makes it %s by %s", v.Kind, v.Rule)
	}
}

// checkOrder holds that the order of the facts does not matter.
func (d *drawn) checkOrder(t *rapid.T) {
	facts := d.Facts
	facts.Users = slices.Clone(facts.Users)
	slices.Reverse(facts.Users)
	v := match.Decide(d.Subject, facts, d.policy)
	if v.Rule != d.verdict.Rule || v.UserID != d.verdict.UserID || v.AccountID != d.verdict.AccountID {
		t.Errorf("in another order %s decides on %s instead of %s on %s", v.Rule, v.UserID, d.verdict.Rule, d.verdict.UserID)
	}
}
