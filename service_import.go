package joinery

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// MaxImported is how many accounts one batch of an import has at the most.
const MaxImported = 500

// ImportResult is what became of one line of an import.
type ImportResult struct {
	AccountID string
	Err       error // an *Error; nil where the account was made
}

// ImportAccounts makes at most MaxImported accounts. Each line has a result of
// its own, in the order of the batch: what is wrong with one spoils no other.
// Where it fails as a whole, what was made until then has a result.
func (s *Service) ImportAccounts(ctx context.Context, batch []NewAccount) ([]ImportResult, error) {
	if len(batch) > MaxImported {
		return nil, Errorf(Invalid, "too_many", "A batch has %d accounts at the most. Send the others in further ones.", MaxImported)
	}
	results, err := s.admit(ctx, FromImport, batch)
	if !errors.Is(err, ErrCollision) {
		return results, err
	}
	for i := range batch { // others take handles at the same time
		one, err := s.admit(ctx, FromImport, batch[i:i+1])
		if errors.Is(err, ErrCollision) {
			one, err = []ImportResult{{Err: collided(err)}}, nil
		}
		if err != nil {
			return results, err
		}
		results = append(results, one...)
	}
	return results, nil
}

// admit makes the accounts of a batch, in one transaction.
func (s *Service) admit(ctx context.Context, origin Origin, batch []NewAccount) (results []ImportResult, err error) {
	err = s.transact(ctx, Caller{}, func(w *work) error {
		results, err = w.admit(origin, batch)
		return err
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// arrival is a line of a batch on its way in.
type arrival struct {
	NewAccount
	o   *Organization // nil for none
	err error         // why it cannot come in
}

// admit looks up what all lines need together, and then only writes.
func (w *work) admit(origin Origin, batch []NewAccount) ([]ImportResult, error) {
	lines := make([]*arrival, len(batch))
	for i, in := range batch {
		lines[i] = &arrival{NewAccount: in}
		lines[i].err = lines[i].clean(w.s)
	}
	if err := w.findOrganizations(lines); err != nil {
		return nil, err
	}
	if err := w.assignHandles(lines); err != nil {
		return nil, err
	}
	results := make([]ImportResult, len(lines))
	for i, line := range lines {
		if results[i].Err = line.err; line.err != nil {
			continue
		}
		a, err := w.bringIn(line, origin)
		if err != nil {
			return nil, err
		}
		results[i].AccountID = a.ID
	}
	return results, nil
}

// clean takes spaces off the values and checks them.
func (in *NewAccount) clean(s *Service) error {
	for _, value := range []*string{&in.Email, &in.Username, &in.DisplayName, &in.Organization, &in.Role} {
		*value = strings.TrimSpace(*value)
	}
	if in.Email == "" && in.Username == "" {
		return invalidField("email", "An account needs an email, a username, or both.")
	}
	if in.Email != "" {
		if err := validateEmail(in.Email); err != nil {
			return err
		}
	}
	if in.Username != "" {
		if err := validateOwnUsername(in.Username); err != nil {
			return err
		}
	}
	if in.Role != "" && in.Organization == "" {
		return invalidField("organization", "A role needs the organization that it is for.")
	}
	if err := s.validateRole(in.Role); err != nil {
		return err
	}
	return validateDisplayName(in.DisplayName)
}

func (w *work) findOrganizations(lines []*arrival) error {
	var names []string
	for _, line := range lines {
		if line.err == nil && line.Organization != "" {
			names = append(names, line.Organization)
		}
	}
	if len(names) == 0 {
		return nil
	}
	organizations, err := w.tx.OrganizationsNamed(names)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if line.o = organizations[line.Organization]; line.o == nil && line.err == nil && line.Organization != "" {
			line.err = invalidField("organization", "There is no organization with the id or slug %q.", line.Organization)
		}
	}
	return nil
}

// assignHandles refuses the lines whose email or username is taken, also by a
// line before, and makes usernames for those that give none.
func (w *work) assignHandles(lines []*arrival) error {
	var wanted []Handle
	for _, line := range lines {
		if line.err == nil {
			wanted = append(wanted, handlesOf(line.Email, line.wanted())...)
		}
	}
	holders, err := w.holdersOf(wanted)
	if err != nil {
		return err
	}
	taken := make(map[HandleKey]bool, len(wanted))
	for _, line := range lines {
		if line.err == nil {
			line.claim(holders, taken)
		}
	}
	return w.nameArrivals(lines, holders, taken)
}

// wanted is the username before any number.
func (line *arrival) wanted() string {
	if line.Username != "" {
		return line.Username
	}
	return match.Username(usernamesMade, line.Email)
}

// usernamesMade is the style of usernames that no connection's policy is about.
const usernamesMade = "local_part"

// claim takes the handles that the line gives, or refuses the line.
func (line *arrival) claim(holders map[HandleKey]*Handle, taken map[HandleKey]bool) {
	given := handlesOf(line.Email, line.Username)
	for _, h := range given {
		if holders[h.HandleKey] != nil {
			line.err = errTaken(h.Value, holders[h.HandleKey])
			return
		}
		if taken[h.HandleKey] {
			line.err = &Error{Kind: Conflict, Reason: string(h.Kind) + "_taken", Field: string(h.Kind), Message: fmt.Sprintf("A line before this one has the %s %q.", h.Kind, h.Value)}
			return
		}
	}
	for _, h := range given {
		taken[h.HandleKey] = true
	}
}

// nameArrivals makes the usernames of lines that give none. What was given goes
// before what is made.
func (w *work) nameArrivals(lines []*arrival, holders map[HandleKey]*Handle, taken map[HandleKey]bool) error {
	numbered := map[string][]*arrival{} // by the wanted username
	for _, line := range lines {
		if line.err != nil || line.Username != "" {
			continue
		}
		wanted := line.wanted()
		key := usernameKey(wanted)
		if holders[key] != nil || taken[key] || match.ReservedUsername(scim.Fold(wanted)) {
			numbered[wanted] = append(numbered[wanted], line)
			continue
		}
		taken[key], line.Username = true, wanted
	}
	var all []*numbering
	for _, wanted := range slices.Sorted(maps.Keys(numbered)) {
		all = append(all, newNumbering(usernamesMade, wanted, len(numbered[wanted])))
	}
	if err := w.number(all, taken); err != nil {
		return err
	}
	for _, n := range all {
		for i, line := range numbered[n.wanted] {
			line.Username = n.found[i]
		}
	}
	return nil
}

// bringIn makes the account of a line, and its membership.
func (w *work) bringIn(line *arrival, origin Origin) (*Account, error) {
	a := &Account{Email: line.Email, Username: line.Username, DisplayName: line.DisplayName, Protected: line.Protected, Origin: origin}
	if err := w.addAccount(a); err != nil || line.o == nil {
		return a, err
	}
	m := &Membership{OrganizationID: line.o.ID, State: MembershipActive, Role: line.Role, Origin: origin}
	if err := w.addMembership(a, m, false, false); err != nil || m.Role == "" {
		return a, err
	}
	own := []RoleGrant{w.s.ownGrant(line.o, m)}
	return a, w.emitRoleChange(line.o, w.s.member(line.o, m, a, own), own, nil)
}
