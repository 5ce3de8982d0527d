package joinery

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/joineryhq/joinery/match"
)

// freeUsername puts behind the wanted username the number after those that are
// taken. Where another request has just taken that, it chooses among the next
// ones: of many who all want the same, each gets his own before long.
func (w *work) freeUsername(style, wanted string) (string, error) {
	count := 1
	if w.reruns > 0 {
		count += rand.IntN(probes * w.reruns)
	}
	n := newNumbering(style, wanted, count)
	if err := w.number([]*numbering{n}, map[HandleKey]bool{}); err != nil {
		return "", err
	}
	return n.found[count-1], nil
}

// probes is how many numbers are looked up near by, and how many further on.
const probes = 8

// maxNumber is where the search for a number ends.
const maxNumber = 1 << 30

// numbering finds usernames of one wanted name with numbers behind it. It looks
// at the next numbers and, in growing steps, at some ahead of them; where it
// meets a free one there, it looks between that and the last one taken. So a name
// that a million have takes a few look-ups more than one that ten have.
type numbering struct {
	style, wanted string
	count         int      // how many are needed
	found         []string // they, in the order of their numbers
	low           int      // the first number to look at
	high          int      // one that was free; 0 for none known
}

func newNumbering(style, wanted string, count int) *numbering {
	return &numbering{style: style, wanted: wanted, count: count, low: 2}
}

// number looks for usernames of all numberings together. Those in taken count as
// taken, and what is found is added to them.
func (w *work) number(all []*numbering, taken map[HandleKey]bool) error {
	open := slices.Clone(all)
	for len(open) > 0 {
		var keys []HandleKey
		for _, n := range open {
			if n.low >= maxNumber {
				return fmt.Errorf("no number makes a free username of %q", n.wanted)
			}
			for _, number := range append(n.near(), n.ahead()...) {
				keys = append(keys, usernameKey(n.name(number)))
			}
		}
		holders, err := w.tx.HandleHolders(keys, w.at)
		if err != nil {
			return err
		}
		for _, n := range open {
			n.learn(holders, taken)
		}
		open = slices.DeleteFunc(open, func(n *numbering) bool { return len(n.found) == n.count })
	}
	return nil
}

func (n *numbering) name(number int) string {
	return match.NumberedUsername(n.style, n.wanted, number)
}

// near are the next numbers, as many as are needed.
func (n *numbering) near() []int {
	numbers := make([]int, max(probes, n.count-len(n.found)))
	for i := range numbers {
		numbers[i] = n.low + i
	}
	return numbers
}

// ahead are numbers behind those near by: in doubling steps or, once a free one
// is known, evenly spread before that.
func (n *numbering) ahead() []int {
	var numbers []int
	last := n.low + len(n.near()) - 1
	for i := range probes {
		number := last + n.low<<i
		if n.high > last {
			number = last + (i+1)*(n.high-last)/(probes+1)
		}
		if number > last && number < maxNumber && !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// learn takes the free ones of the numbers near by and, where there are none,
// goes on where one ahead is free.
func (n *numbering) learn(holders map[HandleKey]*Handle, taken map[HandleKey]bool) {
	near, ahead, before := n.near(), n.ahead(), len(n.found)
	for _, number := range near {
		name := n.name(number)
		if key := usernameKey(name); holders[key] == nil && !taken[key] && len(n.found) < n.count {
			n.found = append(n.found, name)
			taken[key] = true
		}
	}
	n.low = near[len(near)-1] + 1
	if len(n.found) > before {
		return
	}
	for _, number := range ahead {
		if key := usernameKey(n.name(number)); holders[key] == nil && !taken[key] {
			n.high = number
			return
		}
		n.low = number + 1
	}
}
