package joinery

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
)

// NewAccount is an account to make. It needs an email, a username, or both.
type NewAccount struct {
	Email       string // "" for none
	Username    string // "": made of the email; where that is taken it gets a number
	DisplayName string
	Protected   bool

	Organization string // id or slug of an organization to make it a member of; "" for none
	Role         string // there, given by hand; "" for none
}

// CreateAccount makes an account. A handle that is taken fails with Conflict and
// reason email_taken or username_taken.
func (s *Service) CreateAccount(ctx context.Context, in NewAccount) (*AccountView, error) {
	results, err := s.admit(ctx, FromAPI, []NewAccount{in})
	if err == nil {
		err = results[0].Err
	}
	if err != nil {
		return nil, collided(err)
	}
	return s.Account(ctx, results[0].AccountID)
}

// Account returns an account with what belongs to it, or fails with NotFound.
func (s *Service) Account(ctx context.Context, id string) (view *AccountView, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		views, err := s.accountViews(tx, []*Account{a})
		if err == nil {
			view = views[0]
		}
		return err
	})
	return view, err
}

// Accounts lists accounts by id, at most MaxListed. An account is found by each
// email and username that it holds, the former ones that are reserved for it too.
func (s *Service) Accounts(ctx context.Context, q AccountQuery) (list []*AccountView, err error) {
	q.Email, q.Username = scim.Fold(q.Email), scim.Fold(q.Username)
	q.Limit = min(max(q.Limit, 1), MaxListed)
	err = s.store.View(ctx, func(tx Tx) error {
		accounts, err := tx.Accounts(q)
		if err != nil {
			return err
		}
		list, err = s.accountViews(tx, accounts)
		return err
	})
	return slices.DeleteFunc(list, func(v *AccountView) bool {
		return !v.holds(EmailHandle, q.Email) || !v.holds(UsernameHandle, q.Username)
	}), err
}

// AccountChange holds what to change of an account; nil leaves alone. An email
// of "" takes the email away.
type AccountChange struct {
	Email, Username, DisplayName *string
	Protected                    *bool
}

// UpdateAccount changes an account. A handle that it gives up stays reserved for
// it for DefaultPolicy().ReserveDays. It fails like CreateAccount.
func (s *Service) UpdateAccount(ctx context.Context, id string, change AccountChange) (view *AccountView, err error) {
	if err := change.clean(); err != nil {
		return nil, err
	}
	err = s.transact(ctx, Caller{}, func(w *work) error {
		a, err := w.standingAccount(id)
		if err != nil {
			return err
		}
		if err := w.changeAccount(a, change); err != nil {
			return err
		}
		views, err := s.accountViews(w.tx, []*Account{a})
		if err == nil {
			view = views[0]
		}
		return err
	})
	if err != nil {
		return nil, collided(err)
	}
	return view, nil
}

// clean takes spaces off the values and checks them.
func (c *AccountChange) clean() error {
	for _, field := range []struct {
		value **string
		check func(string) error
	}{{&c.Email, validateEmail}, {&c.Username, validateOwnUsername}, {&c.DisplayName, validateDisplayName}} {
		if *field.value == nil {
			continue
		}
		value := strings.TrimSpace(**field.value)
		*field.value = &value
		if value == "" && field.value == &c.Email {
			continue
		}
		if err := field.check(value); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) changeAccount(a *Account, change AccountChange) error {
	if err := w.checkFree(a, change); err != nil {
		return err
	}
	days := DefaultPolicy().ReserveDays
	if change.Email != nil {
		if err := w.setEmail(a, *change.Email, days); err != nil {
			return err
		}
	}
	if change.Username != nil {
		if err := w.setUsername(a, *change.Username, days); err != nil {
			return err
		}
	}
	before := traitsOf(a)
	if change.DisplayName != nil {
		a.DisplayName = *change.DisplayName
	}
	if change.Protected != nil {
		a.Protected = *change.Protected
	}
	if traitsOf(a) == before {
		return nil
	}
	a.Updated = w.at
	if err := w.tx.UpdateAccount(a); err != nil {
		return err
	}
	return w.emitChange(AccountUpdated, a.ID, accountData(a), before, traitsOf(a))
}

// traits are what account.updated is about.
type traits struct {
	DisplayName string `json:"display_name"`
	Protected   bool   `json:"protected"`
}

func traitsOf(a *Account) traits { return traits{a.DisplayName, a.Protected} }

// checkFree refuses handles that another account holds.
func (w *work) checkFree(a *Account, change AccountChange) error {
	var email, username string
	if change.Email != nil {
		email = *change.Email
	}
	if change.Username != nil {
		username = *change.Username
	}
	wanted := handlesOf(email, username)
	holders, err := w.holdersOf(wanted)
	if err != nil {
		return err
	}
	for _, h := range wanted {
		if holder := holders[h.HandleKey]; holder != nil && holder.AccountID != a.ID {
			return errTaken(h.Value, holder)
		}
	}
	return nil
}

// standingAccount reads an account to change it, or to do something with it:
// one that was merged into another is no more.
func (w *work) standingAccount(id string) (*Account, error) {
	a, err := w.tx.Account(id)
	if err == nil && a.MergedInto != "" {
		return nil, Errorf(Conflict, "account_merged", "The account was merged into %s. Change that one.", a.MergedInto)
	}
	return a, err
}

// collided says in the words of an operator that another request was faster.
func collided(err error) error {
	if !errors.Is(err, ErrCollision) {
		return err
	}
	return &Error{Kind: Conflict, Reason: "collision", Message: "Another request has just taken something that this one needs. Send it again.", Err: err}
}
