package joinery

import (
	"context"
	"fmt"
)

// hold notes a departure that is held back, and answers it.
func (s *Service) hold(ctx context.Context, c Caller, h *held) error {
	if err := s.transact(ctx, c, func(w *work) error { return w.holdBack(h) }); err != nil {
		return err
	}
	return &Error{
		Kind: Unavailable, Reason: "guard_held", Err: h,
		Message: fmt.Sprintf("More users leave than this connection lets go at once, so %q stays for now. An operator of this service must approve or reject it; the identity provider may try again later.", h.userName),
	}
}

// Guard returns the state of a connection's guard.
func (s *Service) Guard(ctx context.Context, connectionID string) (guard *Guard, err error) {
	now := s.clock()
	err = s.store.View(ctx, func(tx Tx) error {
		if _, err := tx.Connection(connectionID); err != nil {
			return err
		}
		guard, err = tx.Guard(connectionID)
		return err
	})
	if err == nil && !now.Before(guard.Until) {
		guard = &Guard{ConnectionID: connectionID}
	}
	return guard, err
}

// DecideGuard approves or rejects what a guard that has tripped holds back: for
// one more window, departures are let through, or refused. Where it has not
// tripped it fails with Conflict.
func (s *Service) DecideGuard(ctx context.Context, connectionID, action string) (guard *Guard, err error) {
	state, eventType := GuardApproved, GuardWasApproved
	switch action {
	case "approve":
	case "reject":
		state, eventType = GuardRejected, GuardWasRejected
	default:
		return nil, invalidField("action", "The action must be \"approve\" or \"reject\", not %q.", action)
	}
	connection, err := s.Connection(ctx, connectionID)
	if err != nil {
		return nil, err
	}
	err = s.transact(ctx, Caller{Connection: connection}, func(w *work) error {
		if guard, err = w.lockedGuard(); err != nil {
			return err
		}
		if guard.State == GuardQuiet || !w.at.Before(guard.Until) {
			return Errorf(Conflict, "guard_not_tripped", "The guard of this connection has not tripped, so there is nothing to decide.")
		}
		guard.State, guard.Since, guard.Until, guard.Held = state, w.at, w.at.Add(connection.Policy.Guard.window()), nil
		if err := w.tx.SetGuard(guard); err != nil {
			return err
		}
		return w.emit(eventType, connectionID, w.guardData(guard))
	})
	return guard, err
}
