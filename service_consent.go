package joinery

import (
	"context"
	"slices"
	"time"
)

// ConsentRequest is what the owner of an account is asked: whether a User of an
// organization may have it.
type ConsentRequest struct {
	Case         *Case
	Organization *Organization
	Account      *Account
}

// consentTime is for how long a one-time link works.
const consentTime = 7 * 24 * time.Hour

const consentPrefix = "jconsent-"

// askConsent makes a one-time link for the owner of the account in the way.
// Earlier ones of the case end.
func (w *work) askConsent(view *CaseView, of string) (secret string, err error) {
	if of != "owner" {
		return "", invalidField("consent", "The consent must be \"owner\", not %q.", of)
	}
	if view.Status != CaseOpen {
		return "", Errorf(Conflict, "case_closed", "The case %s is %s; nothing is left to do.", view.Code, view.Status)
	}
	if view.HolderID == "" || !slices.Contains(view.Actions, ActionConnect) {
		return "", Errorf(Conflict, "action_not_allowed", "No account is in the way whose owner could be asked.")
	}
	if err := w.tx.DeleteConsents(view.ID); err != nil {
		return "", err
	}
	secret = newSecret(consentPrefix)
	if err := w.tx.InsertConsent(view.ID, HashToken(secret), w.at.Add(consentTime)); err != nil {
		return "", err
	}
	w.note(view.Case, "consent_asked", "The owner of the account is asked by a one-time link.")
	if err := w.tx.UpdateCase(view.Case); err != nil {
		return "", err
	}
	return secret, w.audit(CaseActedOn, view.OrganizationID, view.ID, CaseData{Code: view.Code, Reason: view.Reason, Rule: view.Rule, Resolution: "consent_asked"}, nil, nil)
}

var errNoConsent = Errorf(NotFound, "consent_unknown", "This link does not work: it was used, has expired, or the matter was settled otherwise.")

// ConsentOf returns what a one-time link asks. Where it was used or has expired
// it fails with NotFound.
func (s *Service) ConsentOf(ctx context.Context, secret string) (request *ConsentRequest, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		request, err = consentOf(tx, secret, s.clock())
		return err
	})
	return request, err
}

func consentOf(tx Tx, secret string, at time.Time) (*ConsentRequest, error) {
	id, err := tx.Consent(HashToken(secret), at)
	if KindOf(err) == NotFound {
		return nil, errNoConsent
	}
	if err != nil {
		return nil, err
	}
	c, err := tx.Case(id)
	if err != nil {
		return nil, err
	}
	if c.Status != CaseOpen {
		return nil, errNoConsent
	}
	o, err := tx.Organization(c.OrganizationID)
	if err != nil {
		return nil, err
	}
	a, err := tx.Account(c.HolderID)
	return &ConsentRequest{Case: c, Organization: o, Account: a}, err
}

// GiveConsent connects the account, as its owner wishes. The link works once.
func (s *Service) GiveConsent(ctx context.Context, secret string) (*CaseView, error) {
	request, err := s.ConsentOf(ctx, secret)
	if err != nil {
		return nil, err
	}
	connection, err := s.Connection(ctx, request.Case.ConnectionID)
	if err != nil {
		return nil, err
	}
	ctx = WithActor(ctx, Actor{Type: ActorOwner, ID: request.Account.ID}, actorOf(ctx).requestID)
	err = s.transact(ctx, Caller{Connection: connection}, func(w *work) error {
		again, err := consentOf(w.tx, secret, w.at)
		if err != nil {
			return err
		}
		view, err := viewCase(w.tx, again.Case.ID)
		if err != nil {
			return err
		}
		if holder, err := w.holderNow(again.Case); err != nil || holder.AccountID != again.Account.ID {
			return errNoConsent // who was asked does not hold it any more
		}
		return w.actOnCase(view, CaseAction{Action: ActionConnect, Reason: "The owner of the account has consented."})
	})
	s.leases.drop(connection.ID)
	if err != nil {
		return nil, caseError(err)
	}
	return s.Case(ctx, request.Case.ID)
}
