package joinery

import (
	"context"
	"errors"
)

// RelinkUser gives a User another account, in place: where the link is wrong,
// nobody has to deprovision. It fails with Conflict where the account is linked
// to another live User of the connection.
func (s *Service) RelinkUser(ctx context.Context, connectionID, userID, accountID string) (*AccountView, error) {
	connection, err := s.Connection(ctx, connectionID)
	if err != nil {
		return nil, err
	}
	err = s.transact(ctx, Caller{Connection: connection}, func(w *work) error { return w.relinkUser(userID, accountID) })
	if errors.Is(err, ErrCollision) {
		return nil, Errorf(Conflict, "account_already_linked", "The account %s is linked to another user of this connection. Relink that one first, or merge the accounts.", accountID)
	}
	if err != nil {
		return nil, caseError(err)
	}
	return s.Account(ctx, accountID)
}

// relinkUser gives a User of the connection another account, in place: no
// session ends but those of the membership that the former account loses.
func (w *work) relinkUser(userID, accountID string) error {
	connection := w.c.Connection
	standing, err := w.tx.Standing(connection.ID, connection.OrganizationID, userID)
	if err != nil {
		return err
	}
	r, err := w.tx.Resource(connection.ID, userType, userID, false, "")
	if err != nil {
		return err
	}
	a, err := w.tx.Account(accountID)
	if err != nil {
		return err
	}
	if a.MergedInto != "" {
		return invalidField("account_id", "The account %s was merged into %s. Give that one.", a.ID, a.MergedInto)
	}
	if standing.Link != nil && standing.Link.AccountID == a.ID {
		return nil
	}
	link, err := w.moveLink(standing.Link, userID, a)
	if err != nil {
		return err
	}
	if standing.Account != nil && standing.Membership != nil && !standing.Kept {
		if err := w.loseMembership(standing); err != nil {
			return err
		}
	}
	data := accountData(a)
	data.UserID, data.Rule = userID, link.Rule
	if err := w.emit(AccountAdopted, a.ID, data); err != nil {
		return err
	}
	return w.enroll(a, r, link.Origin, &decision{person: &person{}})
}

// moveLink joins a User to an account, in the place of its link, if it has one.
func (w *work) moveLink(link *Link, userID string, a *Account) (*Link, error) {
	connection := w.c.Connection
	if link == nil {
		link = &Link{ConnectionID: connection.ID, UserID: userID, AccountID: a.ID, Rule: ActionRelink, Origin: FromSCIM, Created: w.at}
		return link, w.tx.InsertLink(link)
	}
	former := link.AccountID
	link.AccountID, link.Rule = a.ID, ActionRelink
	if err := w.tx.UpdateLink(link); err != nil {
		return nil, err
	}
	return link, w.audit(UserRelinked, connection.OrganizationID, userID, nil, map[string]string{"account_id": former}, map[string]string{"account_id": a.ID})
}

// loseMembership ends the membership of an account whose User went to another.
// One that was given by hand stays.
func (w *work) loseMembership(standing *Standing) error {
	a, m := standing.Account, standing.Membership
	if m.Role != "" || m.Origin == FromAPI || m.Origin == FromImport {
		return nil
	}
	if err := w.removeMembership(a, m); err != nil {
		return err
	}
	return w.emitLeft(a, m, standing.ActiveElsewhere, standing.Elsewhere)
}
