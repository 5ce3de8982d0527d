package joinery

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// The sources of refusals that no verdict is about. They are never run again.
const (
	sourceSuspend match.Source = "suspend"
	sourceDelete  match.Source = "delete"
	sourceGroup   match.Source = "group"
)

// departing is how a User leaves.
type departing struct {
	counted bool // by the guard: it was active till now
	deleted bool
}

// checkLeave refuses to suspend who must not go, and holds back a mass of them.
func (w *work) checkLeave(standing *Standing, p *person, how departing) error {
	if !w.c.Connection.Observe && standing.Account != nil && standing.Membership != nil &&
		standing.Membership.State == MembershipActive && !standing.Kept {
		if err := w.checkMayLeave(standing, p); err != nil {
			return err
		}
	}
	if !how.counted {
		return nil
	}
	return w.passGuard(p, how.deleted)
}

func (w *work) checkMayLeave(standing *Standing, p *person) error {
	if standing.Account.Protected {
		return w.mustStay(match.ReasonProtected, "The account is protected: no push takes it out.", standing.Account.ID, p)
	}
	o, err := w.tx.Organization(w.c.Connection.OrganizationID)
	if err != nil {
		return err
	}
	last, err := w.lastOwner(o, standing.Account.ID)
	if err != nil || !last {
		return err
	}
	return w.mustStay(match.ReasonLastOwner, "The account is the last owner of the organization.", standing.Account.ID, p)
}

// mustStay refuses to take someone out.
func (w *work) mustStay(reason match.Reason, finding, accountID string, p *person) error {
	return &refused{person: p, verdict: match.Verdict{
		Kind: match.RefuseUser, Rule: string(reason), Reason: reason, AccountID: accountID, Attribute: "userName",
		Trace: []match.Step{{Rule: string(reason), Decided: true, Finding: finding}},
	}}
}

// GuardData is the payload of the events about a guard, whose subject is the
// connection.
type GuardData struct {
	Action   string `json:"action"`   // of the policy: alert or hold
	Departed int64  `json:"departed"` // within the window
	Users    int64  `json:"users"`    // of the connection
	Window   string `json:"window"`
}

// held is a departure that waits for an operator's word.
type held struct {
	userName string
	guard    *Guard // as it is to be
}

func (h *held) Error() string { return "the departure of " + h.userName + " is held back" }

// guardBuckets is into how many parts a window is counted.
const guardBuckets = 60

// passGuard counts a departure, and stops it where there are too many.
func (w *work) passGuard(p *person, deleted bool) error {
	policy := w.c.Connection.Policy.Guard
	if policy.Action == "off" {
		return nil
	}
	window := policy.window()
	if policy.Action == "hold" { // then no one passes whom another one's departure would hold back
		if err := w.tx.LockGuard(w.c.Connection.ID); err != nil {
			return err
		}
	}
	guard, err := w.tx.Guard(w.c.Connection.ID)
	if err != nil {
		return err
	}
	if guard.State != GuardQuiet && w.at.Before(guard.Until) {
		if err := w.passTripped(guard, p); err != nil {
			return err
		}
	} else if err := w.tryTrip(policy, window, p); err != nil {
		return err
	}
	return w.tx.CountDeparture(w.c.Connection.ID, w.at.Truncate(window/guardBuckets), deleted)
}

// passTripped lets a departure through a guard that has tripped, or does not.
func (w *work) passTripped(guard *Guard, p *person) error {
	switch {
	case guard.State == GuardRejected:
		return &scim.Error{Status: http.StatusConflict, Detail: fmt.Sprintf("An operator has refused the departure of many users at once, until %s. Assign %q again in the identity provider, or ask the operator.", guard.Until.Format(time.RFC3339), p.shown.UserName)}
	case guard.State == GuardTripped && w.c.Connection.Policy.Guard.Action == "hold":
		return &held{userName: p.shown.UserName, guard: guard}
	}
	return nil
}

// tryTrip trips the guard where one more departure is too many.
func (w *work) tryTrip(policy Guarding, window time.Duration, p *person) error {
	all, deleted, users, err := w.tx.Departures(w.c.Connection.ID, w.at.Add(-window))
	if err != nil {
		return err
	}
	all, users = all+1, users+deleted
	few := policy.Max == 0 || all <= int64(policy.Max)
	share := all > 1 && policy.Percent > 0 && all*100 > int64(policy.Percent)*users // one is no mass, however few there are
	if few && !share {
		return nil
	}
	guard := &Guard{ConnectionID: w.c.Connection.ID, State: GuardTripped, Since: w.at, Until: w.at.Add(window), Departed: all, Users: users}
	if policy.Action == "hold" {
		return &held{userName: p.shown.UserName, guard: guard}
	}
	now, err := w.lockedGuard()
	if err != nil || now.State != GuardQuiet && w.at.Before(now.Until) {
		return err // another departure has tripped it
	}
	return w.trip(guard)
}

// lockedGuard is the state of the guard, which nobody else changes from then on.
func (w *work) lockedGuard() (*Guard, error) {
	if err := w.tx.LockGuard(w.c.Connection.ID); err != nil {
		return nil, err
	}
	return w.tx.Guard(w.c.Connection.ID)
}

func (w *work) trip(guard *Guard) error {
	if err := w.tx.SetGuard(guard); err != nil {
		return err
	}
	return w.emit(GuardWasTripped, guard.ConnectionID, w.guardData(guard))
}

func (w *work) guardData(guard *Guard) GuardData {
	policy := w.c.Connection.Policy.Guard
	return GuardData{Action: policy.Action, Departed: guard.Departed, Users: guard.Users, Window: policy.Window}
}

// holdBack notes a departure that waits, and trips the guard at the first one.
func (w *work) holdBack(h *held) error {
	guard, err := w.lockedGuard()
	if err != nil {
		return err
	}
	if guard.State == GuardTripped && w.at.Before(guard.Until) {
		if slices.Contains(guard.Held, h.userName) || len(guard.Held) >= MaxHeld {
			return nil
		}
		guard.Held = append(guard.Held, h.userName)
		return w.tx.SetGuard(guard)
	}
	if guard.State == GuardApproved && w.at.Before(guard.Until) {
		return nil // an operator was faster
	}
	h.guard.Held = []string{h.userName}
	return w.trip(h.guard)
}
