package service

import (
	"encoding/json"
	"fmt"

	"github.com/joineryhq/joinery"
)

// replay is a host that knows nothing but the events.
type replay struct{ accounts map[string]*replayedAccount }

type replayedAccount struct {
	Email, Username, DisplayName string
	Suspended                    bool
	Memberships                  map[string]joinery.MembershipState
}

func newReplay() *replay { return &replay{map[string]*replayedAccount{}} }

// apply takes in an event. It refuses one that does not fit what went before.
func (r *replay) apply(e *joinery.Event) error {
	var account joinery.AccountData
	var membership joinery.MembershipData
	if err := json.Unmarshal(e.Data, &account); err != nil {
		return err
	}
	if err := json.Unmarshal(e.Data, &membership); err != nil {
		return err
	}
	a := r.accounts[e.SubjectID]
	if e.Type == joinery.AccountCreated {
		if a != nil {
			return fmt.Errorf("the account %s is created twice", e.SubjectID)
		}
		a = &replayedAccount{Memberships: map[string]joinery.MembershipState{}}
		r.accounts[e.SubjectID] = a
	}
	switch e.Type {
	case joinery.AccountCreated, joinery.AccountUpdated, joinery.AccountEmailChanged, joinery.AccountUsernameChanged:
		a.Email, a.Username, a.DisplayName = account.Email, account.Username, account.DisplayName
	case joinery.AccountSuspended:
		return turn(&a.Suspended, true)
	case joinery.AccountReactivated:
		return turn(&a.Suspended, false)
	case joinery.MembershipAdded, joinery.MembershipWasSuspended, joinery.MembershipResumed:
		if was := a.Memberships[membership.OrganizationID]; was == membership.State || was == "" && e.Type != joinery.MembershipAdded {
			return fmt.Errorf("the membership was %q and becomes %q", was, membership.State)
		}
		a.Memberships[membership.OrganizationID] = membership.State
	case joinery.MembershipRemoved:
		delete(a.Memberships, membership.OrganizationID)
	}
	return nil
}

func turn(state *bool, to bool) error {
	if *state == to {
		return fmt.Errorf("it is so already: suspended %v", to)
	}
	*state = to
	return nil
}
