package joinery

import (
	"hash/maphash"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/joineryhq/joinery/scim"
)

// The reasons to take accounts for one person's, the surest first.
const (
	SameExternalID  = "external_id"      // two connections of the organization know them by one externalId
	EmailVariant    = "email_variant"    // the emails are equal but for a +tag, or for the width of letters
	VerifiedDomains = "verified_domains" // the same name at several domains that the organization has verified
	NumberedName    = "numbered_name"    // the usernames are equal but for a number at the end
)

// clue is something that accounts of one person may have in common. It
// remembers who has it by hashes alone.
type clue struct {
	reason string
	key    func(*Account) string // what accounts have in common; "" for nothing
	// proves reports whether accounts with one key show the reason.
	proves func(set []*Account, key string) bool
	// agree reports whether nothing else speaks against two accounts with one key.
	agree func(a, b *Account) bool

	seed  maphash.Seed
	first map[uint64]int32   // by hash, the number of the first account
	more  map[uint64][]int32 // of those that are shared, the numbers of all
	order []uint64           // of more
}

// newClues returns the clues of an organization that has verified some domains.
func newClues(domains []string) []*clue {
	always := func([]*Account, string) bool { return true }
	clues := []*clue{
		{reason: EmailVariant, key: untagged, proves: always, agree: func(*Account, *Account) bool { return true }},
		{
			reason: VerifiedDomains, agree: sameName, proves: atSeveralDomains,
			key: func(a *Account) string {
				local, domain, _ := cutEmail(untagged(a))
				if !slices.Contains(domains, domain) {
					return ""
				}
				return local
			},
		},
		{reason: NumberedName, agree: sameName, proves: oneWithoutNumber, key: withoutNumber},
	}
	for _, c := range clues {
		c.seed, c.first, c.more = maphash.MakeSeed(), map[uint64]int32{}, map[uint64][]int32{}
	}
	return clues
}

// note remembers that an account has a key.
func (c *clue) note(key string, account int32) {
	if key == "" {
		return
	}
	hash := maphash.String(c.seed, key)
	first, shared := c.first[hash]
	switch {
	case !shared:
		c.first[hash] = account
		return
	case c.more[hash] == nil:
		c.order = append(c.order, hash)
		c.more[hash] = []int32{first}
	}
	c.more[hash] = append(c.more[hash], account)
}

// shared lists the accounts that have a key in common, by their numbers.
func (c *clue) shared() [][]int32 {
	list := make([][]int32, len(c.order))
	for i, hash := range c.order {
		list[i] = c.more[hash]
	}
	return list
}

// explains reports whether the reason holds for all of a set.
func (c *clue) explains(set []*Account) bool {
	key := c.key(set[0])
	for i, a := range set {
		if key == "" || c.key(a) != key {
			return false
		}
		for _, b := range set[:i] {
			if !c.agree(a, b) {
				return false
			}
		}
	}
	return c.proves(set, key)
}

// untagged is an account's email in one form for all that reach the same
// mailbox. Dots count: only few providers ignore them.
func untagged(a *Account) string {
	local, domain, _ := cutEmail(scim.Fold(norm.NFKC.String(a.Email)))
	if local, _, _ = strings.Cut(local, "+"); local == "" {
		return ""
	}
	return local + "@" + strings.TrimSuffix(domain, ".")
}

func atSeveralDomains(set []*Account, _ string) bool {
	return slices.ContainsFunc(set, func(a *Account) bool { return emailDomain(untagged(a)) != emailDomain(untagged(set[0])) })
}

func foldedUsername(a *Account) string { return scim.Fold(norm.NFKC.String(a.Username)) }

func withoutNumber(a *Account) string { return strings.TrimRight(foldedUsername(a), "0123456789") }

// oneWithoutNumber asks for the name itself, since names such as room1 and room2
// are only alike.
func oneWithoutNumber(set []*Account, name string) bool {
	return slices.ContainsFunc(set, func(a *Account) bool { return foldedUsername(a) == name })
}

// sameName reports whether two accounts may have one person's name: by their
// display names or, where one has none, by what stands before the @ of their
// emails. Ada and Ada Lovelace may be the same, where nothing is known they are.
func sameName(a, b *Account) bool {
	if a.DisplayName != "" && b.DisplayName != "" {
		return sameWords(nameWords(a.DisplayName), nameWords(b.DisplayName))
	}
	if a.Email == "" || b.Email == "" {
		return true
	}
	return sameWords(localWords(a), localWords(b))
}

func localWords(a *Account) []string {
	local, _, _ := cutEmail(untagged(a))
	return nameWords(strings.TrimRight(local, "0123456789"))
}

// nameWords are the words of a name, without accents.
func nameWords(name string) []string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(name))
	return strings.FieldsFunc(scim.Fold(plain), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// sameWords reports whether all words of one name are among those of the other.
func sameWords(name, other []string) bool {
	if len(name) > len(other) {
		name, other = other, name
	}
	return !slices.ContainsFunc(name, func(word string) bool { return !slices.Contains(other, word) })
}
