package joinery

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/joineryhq/joinery/scim"
)

// work is one transaction of a use-case that writes.
type work struct {
	s       *Service
	c       Caller // of what a connection asks for; else without a Connection
	acting  acting
	tx      Tx
	at      time.Time
	settled *settlement // what a person has decided; nil for nothing
	reruns  int         // how often another transaction got in the way of this one
	events  []*Event
}

// transact runs fn in a transaction and appends the events that it emitted.
func (s *Service) transact(ctx context.Context, c Caller, fn func(*work) error) error {
	runs := 0
	return s.store.Update(ctx, func(tx Tx) error {
		w := s.work(ctx, c, tx)
		w.reruns, runs = runs, runs+1
		if err := fn(w); err != nil {
			return err
		}
		if len(w.events) == 0 {
			return nil
		}
		return tx.AppendEvents(w.events...)
	})
}

func (s *Service) work(ctx context.Context, c Caller, tx Tx) *work {
	w := &work{s: s, c: c, acting: actorOf(ctx), tx: tx, at: s.clock()}
	if c.TokenID != "" {
		w.acting = acting{Actor{Type: ActorToken, ID: c.TokenID, Name: c.TokenName}, c.RequestID}
	}
	return w
}

// look runs fn on what is in the database. It must not write.
func (s *Service) look(ctx context.Context, c Caller, fn func(*work) error) error {
	return s.store.View(ctx, func(tx Tx) error { return fn(s.work(ctx, c, tx)) })
}

// write is transact for SCIM: a verdict that refuses opens a case, and a
// departure that is held back trips the guard, each in a transaction of its
// own, since the first one changes nothing.
func (s *Service) write(ctx context.Context, c Caller, fn func(*work) error) error {
	err := s.transact(ctx, c, fn)
	if refused, ok := errors.AsType[*refused](err); ok {
		return s.openCase(ctx, c, refused)
	}
	if held, ok := errors.AsType[*held](err); ok {
		return s.hold(ctx, c, held)
	}
	if errors.Is(err, ErrCollision) {
		return &scim.Error{Status: http.StatusConflict, Type: scim.Uniqueness, Detail: "Another request has just taken this name or externalId. Look the resource up again.", Err: err}
	}
	return err
}

// emit notes an event of the caller's organization.
func (w *work) emit(eventType EventType, subject string, payload any) error {
	return w.append(&Event{Type: eventType, SubjectID: subject}, payload, nil, nil)
}

// emitIn is emit for any organization.
func (w *work) emitIn(organizationID string, eventType EventType, subject string, payload any) error {
	return w.append(&Event{Type: eventType, SubjectID: subject, OrganizationID: organizationID}, payload, nil, nil)
}

// emitChange is emit with what the audit shows as before and after.
func (w *work) emitChange(eventType EventType, subject string, payload, before, after any) error {
	return w.append(&Event{Type: eventType, SubjectID: subject}, payload, before, after)
}

// audit notes a change that only the audit tells of.
func (w *work) audit(eventType EventType, organizationID, subject string, payload, before, after any) error {
	return w.append(&Event{Type: eventType, SubjectID: subject, OrganizationID: organizationID, AuditOnly: true}, payload, before, after)
}

func (w *work) append(e *Event, payload, before, after any) (err error) {
	e.ID, e.Time, e.Actor, e.RequestID = w.s.newID(), w.at, w.acting.actor, w.acting.requestID
	if connection := w.c.Connection; connection != nil && (e.OrganizationID == "" || e.OrganizationID == connection.OrganizationID) {
		e.OrganizationID, e.ConnectionID = connection.OrganizationID, connection.ID
	}
	if e.Data, err = json.Marshal(payload); err != nil {
		return err
	}
	if e.Before, err = auditJSON(before); err != nil {
		return err
	}
	if e.After, err = auditJSON(after); err != nil {
		return err
	}
	w.events = append(w.events, e)
	return nil
}

// maxAuditValue is the size in bytes beyond which the audit leaves out what
// changed, and tells only that it did.
const maxAuditValue = 16 << 10

func auditJSON(value any) (json.RawMessage, error) {
	if value == nil {
		return nil, nil
	}
	data, err := json.Marshal(value)
	if len(data) > maxAuditValue {
		return nil, err
	}
	return data, err
}
