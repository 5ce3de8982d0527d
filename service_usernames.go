package joinery

import (
	"fmt"
	"slices"

	"github.com/joineryhq/joinery/match"
)

// freeUsername puts behind the wanted username the lowest number that is found
// to be free.
func (w *work) freeUsername(style, wanted string) (string, error) {
	n := newNumbering(style, wanted, 1)
	if err := w.number([]*numbering{n}, map[HandleKey]bool{}); err != nil {
		return "", err
	}
	return n.found[0], nil
}

// numbering finds usernames of one wanted name with numbers behind it. It looks
// ahead in doubling steps, so that a name which many have is found as fast as
// another.
type numbering struct {
	style, wanted string
	count         int      // how many are needed
	found         []string // they, in the order of their numbers
	low, high     int      // where to look
}

func newNumbering(style, wanted string, count int) *numbering {
	const low = 2
	return &numbering{style: style, wanted: wanted, count: count, low: low, high: low + max(2*probes, count) - 1}
}

// number looks for usernames of all numberings together. Those in taken count as
// taken, and what is found is added to them.
func (w *work) number(all []*numbering, taken map[HandleKey]bool) error {
	open := slices.Clone(all)
	for len(open) > 0 {
		var keys []HandleKey
		for _, n := range open {
			if n.high >= 1<<30 {
				return fmt.Errorf("no number makes a free username of %q", n.wanted)
			}
			for _, name := range n.names() {
				keys = append(keys, usernameKey(name))
			}
		}
		holders, err := w.tx.HandleHolders(keys, w.at)
		if err != nil {
			return err
		}
		for _, n := range open {
			n.take(holders, taken)
			n.low, n.high = n.high+1, n.high*2
		}
		open = slices.DeleteFunc(open, func(n *numbering) bool { return len(n.found) == n.count })
	}
	return nil
}

// probes is how many names are looked up at each end of the numbers.
const probes = 4

// names are those with the first numbers from low to high, and the last ones.
func (n *numbering) names() []string {
	var names []string
	first := min(n.low+max(probes, n.count-len(n.found)), n.high+1)
	for i := n.low; i < first; i++ {
		names = append(names, match.NumberedUsername(n.style, n.wanted, i))
	}
	for i := max(first, n.high+1-probes); i <= n.high; i++ {
		names = append(names, match.NumberedUsername(n.style, n.wanted, i))
	}
	return names
}

func (n *numbering) take(holders map[HandleKey]*Handle, taken map[HandleKey]bool) {
	for _, name := range n.names() {
		key := usernameKey(name)
		if holders[key] == nil && !taken[key] && len(n.found) < n.count {
			n.found = append(n.found, name)
			taken[key] = true
		}
	}
}
