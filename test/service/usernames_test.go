package service

import (
	"fmt"
	"testing"

	"github.com/joineryhq/joinery"
)

// TestUsernamesAreNumbered has people of one name sign up, one after the other,
// and then many at once: each gets the next number, with few look-ups.
func TestUsernamesAreNumbered(t *testing.T) {
	const people, batch = 400, joinery.MaxImported
	directly(t, func(d *direct) {
		counting := &countingStore{Store: d.store}
		counted := newDirect(d.T, counting)
		emailOf := func(i int) string { return fmt.Sprintf("ada@n%d.example", i) }
		for i := 1; i <= people; i++ {
			counting.lookUps.Store(0)
			got := counted.account(joinery.NewAccount{Email: emailOf(i)}).Username
			if want := numbered("ada", i); got != want {
				d.Fatalf("number %d: the username is %s, want %s", i, got, want)
			}
			if n := counting.lookUps.Load(); n > 8 {
				d.Fatalf("number %d took %d look-ups", i, n)
			}
		}
		lines := make([]joinery.NewAccount, batch)
		for i := range lines {
			lines[i].Email = emailOf(people + 1 + i)
		}
		if _, err := counted.ImportAccounts(d.Context(), lines); err != nil {
			d.Fatal(err)
		}
		for i := people + 1; i <= people+batch; i++ {
			list, err := d.Accounts(d.Context(), joinery.AccountQuery{Email: emailOf(i), Limit: 1})
			if err != nil || len(list) != 1 || list[0].Username != numbered("ada", i) {
				d.Fatalf("number %d: %+v, %v", i, list, err)
			}
		}
	})
}

func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	return fmt.Sprint(name, n)
}
