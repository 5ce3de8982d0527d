package joinery

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Duplicate is a set of accounts that may be one person's, the oldest first.
type Duplicate struct {
	Accounts []*Account
	Reasons  []string // the surest first
}

// maxCompared is how many accounts Duplicates compares. It remembers less than
// 200 bytes of each.
const maxCompared = 250_000

// maxDuplicates is how many accounts a set has at most.
const maxDuplicates = 100

// comparedAtOnce is how many accounts are read together.
const comparedAtOnce = 500

// Duplicates finds accounts that may be one person's, at most limit sets, those
// with the surest reason first. It compares the members of an organization and
// the accounts at the domains that it has verified, 250 000 of them at most.
//
// Accounts that one connection has pushed as two live Users are two people's,
// whatever they are called.
func (s *Service) Duplicates(ctx context.Context, organizationID string, limit int) (found []Duplicate, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		d := &duplicateSearch{tx: tx, organizationID: organizationID, limit: min(max(limit, 1), MaxListed)}
		found, err = d.run()
		return err
	})
	return found, err
}

// duplicateSearch goes over all accounts once and notes what they could have in
// common; then it looks closer at those that have.
type duplicateSearch struct {
	tx             Tx
	organizationID string
	limit          int
	domains        []string // that are verified
	clues          []*clue
	compared       []string           // the accounts, by number
	known          map[string]bool    // the same, by id
	external       map[[2]string]bool // pairs of accounts that share an externalId
	found          []Duplicate
	sets           map[string]bool // those that were found, by the ids in them
}

func (d *duplicateSearch) run() ([]Duplicate, error) {
	if _, err := d.tx.Organization(d.organizationID); err != nil {
		return nil, err
	}
	domains, err := d.tx.Domains(d.organizationID)
	if err != nil {
		return nil, err
	}
	for _, domain := range domains {
		if domain.State == DomainVerified {
			d.domains = append(d.domains, domain.Name)
		}
	}
	d.clues = newClues(d.domains)
	d.known, d.external, d.sets = map[string]bool{}, map[[2]string]bool{}, map[string]bool{}
	for _, step := range []func() error{d.byExternalID, d.compareMembers, d.compareDomains, d.byClues} {
		if err := step(); err != nil {
			return nil, err
		}
		if d.full() {
			break
		}
	}
	return d.found, nil
}

func (d *duplicateSearch) full() bool { return len(d.found) >= d.limit }

// byExternalID finds whom two connections know by one externalId: directories
// keep it when a customer moves from one identity provider to another.
func (d *duplicateSearch) byExternalID() error {
	connections, err := d.tx.Connections(d.organizationID)
	if err != nil {
		return err
	}
	for i, c := range connections {
		for _, other := range connections[i+1:] {
			if err := d.byExternalIDs(c.ID, other.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *duplicateSearch) byExternalIDs(connectionID, otherID string) error {
	for after := ""; !d.full(); {
		shared, err := d.tx.SharedExternalIDs(connectionID, otherID, after, comparedAtOnce/2)
		if err != nil || len(shared) == 0 {
			return err
		}
		var sets [][]string
		for _, s := range shared {
			sets = append(sets, []string{s.AccountID, s.OtherID})
			d.external[[2]string{min(s.AccountID, s.OtherID), max(s.AccountID, s.OtherID)}] = true
		}
		if err := d.look(sets, nil); err != nil {
			return err
		}
		after = shared[len(shared)-1].ExternalID
	}
	return nil
}

func (d *duplicateSearch) compareMembers() error {
	for after := ""; ; {
		memberships, err := d.tx.Memberships(d.organizationID, after, comparedAtOnce)
		if err != nil || len(memberships) == 0 {
			return err
		}
		ids := make([]string, len(memberships))
		for i, m := range memberships {
			ids[i] = m.AccountID
		}
		if err := d.compare(ids); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

func (d *duplicateSearch) compareDomains() error {
	for _, domain := range d.domains {
		for after := ""; ; {
			handles, err := d.tx.HandlesAtDomain(domain, after, comparedAtOnce)
			if err != nil {
				return err
			}
			if len(handles) == 0 {
				break
			}
			ids := make([]string, len(handles))
			for i, h := range handles {
				ids[i] = h.AccountID
			}
			if err := d.compare(ids); err != nil {
				return err
			}
			after = handles[len(handles)-1].Key
		}
	}
	return nil
}

// compare notes the clues to accounts that were not compared yet.
func (d *duplicateSearch) compare(ids []string) error {
	var fresh []string
	for _, id := range ids {
		if !d.known[id] && len(d.known) < maxCompared {
			d.known[id] = true
			fresh = append(fresh, id)
		}
	}
	accounts, err := d.tx.AccountsByID(fresh)
	if err != nil {
		return err
	}
	for _, id := range fresh {
		a := accounts[id]
		if a == nil {
			continue
		}
		for _, c := range d.clues {
			c.note(c.key(a), int32(len(d.compared)))
		}
		d.compared = append(d.compared, id)
	}
	return nil
}

// byClues looks closer at the accounts that have a clue in common.
func (d *duplicateSearch) byClues() error {
	for _, c := range d.clues {
		var sets [][]string
		size := 0
		for _, numbers := range c.shared() {
			set := make([]string, 0, len(numbers))
			for _, n := range numbers[:min(len(numbers), maxDuplicates)] {
				set = append(set, d.compared[n])
			}
			sets, size = append(sets, set), size+len(set)
			if size < comparedAtOnce {
				continue
			}
			if err := d.look(sets, c); err != nil || d.full() {
				return err
			}
			sets, size = nil, 0
		}
		if err := d.look(sets, c); err != nil || d.full() {
			return err
		}
	}
	return nil
}

// look keeps those of sets of accounts that may be one person's. All accounts of
// a set share a clue, nil for an externalId.
func (d *duplicateSearch) look(sets [][]string, c *clue) error {
	ids := slices.Concat(sets...)
	if len(ids) == 0 {
		return nil
	}
	accounts, err := d.tx.AccountsByID(ids)
	if err != nil {
		return err
	}
	people, err := d.people(ids)
	if err != nil {
		return err
	}
	for _, set := range sets {
		var list []*Account
		for _, id := range set {
			if a := accounts[id]; a != nil {
				list = append(list, a)
			}
		}
		for _, same := range people.divide(list, c) {
			d.keep(same, c)
		}
	}
	return nil
}

// keep adds a set to those that were found, unless it is there.
func (d *duplicateSearch) keep(set []*Account, by *clue) {
	if len(set) < 2 || by != nil && !by.explains(set) || d.full() {
		return
	}
	ids := make([]string, len(set))
	for i, a := range set {
		ids[i] = a.ID
	}
	slices.Sort(ids)
	key := strings.Join(ids, " ")
	if d.sets[key] {
		return
	}
	d.sets[key] = true
	duplicate := Duplicate{Accounts: set}
	if len(ids) == 2 && d.external[[2]string{ids[0], ids[1]}] {
		duplicate.Reasons = []string{SameExternalID}
	}
	for _, c := range d.clues {
		if c.explains(set) {
			duplicate.Reasons = append(duplicate.Reasons, c.reason)
		}
	}
	d.found = append(d.found, duplicate)
}

// people maps accounts to the connections that push a live User for them.
type people map[string]map[string]bool

func (d *duplicateSearch) people(accountIDs []string) (people, error) {
	links, err := d.tx.LinksOf(accountIDs)
	pushed := people{}
	for _, l := range links {
		if l.Ended != nil || l.Origin == FromSignIn {
			continue
		}
		if pushed[l.AccountID] == nil {
			pushed[l.AccountID] = map[string]bool{}
		}
		pushed[l.AccountID][l.ConnectionID] = true
	}
	return pushed, err
}

// divide makes sets of accounts, the oldest first, none of which is another
// person's than the rest of its set.
func (p people) divide(accounts []*Account, c *clue) [][]*Account {
	slices.SortFunc(accounts, func(a, b *Account) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
	var sets [][]*Account
	for _, a := range accounts {
		i := slices.IndexFunc(sets, func(set []*Account) bool {
			return !slices.ContainsFunc(set, func(b *Account) bool { return p.apart(a, b) || c != nil && !c.agree(a, b) })
		})
		if i < 0 {
			sets = append(sets, []*Account{a})
		} else {
			sets[i] = append(sets[i], a)
		}
	}
	return sets
}

// apart reports whether one connection pushes both accounts.
func (p people) apart(a, b *Account) bool {
	for connectionID := range p[a.ID] {
		if p[b.ID][connectionID] {
			return true
		}
	}
	return false
}
