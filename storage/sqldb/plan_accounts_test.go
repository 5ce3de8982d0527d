package sqldb_test

import (
	"fmt"
	"time"

	"github.com/joineryhq/joinery"
)

const planOrganization = "organization"

// fillOrganization adds an organization with what belongs to it alone.
func (f *planned) fillOrganization(tx joinery.Tx) error {
	now := time.Now()
	if err := tx.InsertOrganization(&joinery.Organization{ID: planOrganization, Name: "Acme", Slug: "acme", Created: now}); err != nil {
		return err
	}
	for i := range 50 {
		err := tx.InsertConnection(&joinery.Connection{ID: nthConnection(i), OrganizationID: planOrganization, Name: "Okta", IdP: "okta", Policy: joinery.DefaultPolicy(), Created: now})
		if err != nil {
			return err
		}
		d := &joinery.Domain{OrganizationID: planOrganization, Name: fmt.Sprintf("%d.example", i), State: joinery.DomainVerified, Created: now}
		if err := tx.InsertDomain(d); err != nil {
			return err
		}
	}
	return nil
}

// nthConnection is planConnection or another one.
func nthConnection(i int) string {
	if i == 0 {
		return planConnection
	}
	return fmt.Sprintf("%s%d", planConnection, i)
}

// fillAccounts links users to accounts that are members, in a group with a
// mapping, and have signed in with claims.
func (f *planned) fillAccounts(tx joinery.Tx) error {
	for i, user := range f.users {
		if i%3 != 1 {
			continue
		}
		if err := f.join(tx, user, i%100 == 1); err != nil {
			return err
		}
		if _, err := tx.SetClaims(planConnection, user, []string{"Staff", fmt.Sprintf("group%d", i%20)}); err != nil {
			return err
		}
	}
	for i := range 50 {
		m := &joinery.Mapping{
			ID: fmt.Sprintf("m%d", i), ConnectionID: planConnection, GroupName: fmt.Sprintf("group%d", i), Target: fmt.Sprintf("repo:%d", i/5), Role: "admin", Created: time.Now(),
		}
		if i == 0 {
			m.GroupID, m.Target, m.Role = planGroup, "org:acme", "owner"
		}
		if err := tx.InsertMapping(m); err != nil {
			return err
		}
		c := &joinery.Case{
			ID: fmt.Sprintf("c%d", i), Code: fmt.Sprintf("C-%d", i), OrganizationID: planOrganization, ConnectionID: planConnection, Status: joinery.CaseOpen,
			SubjectKey: fmt.Sprintf("n:%d", i), Subject: joinery.CaseSubject{UserName: fmt.Sprint(i), Email: fmt.Sprintf("%d@example.com", i)},
		}
		if err := tx.InsertCase(c); err != nil {
			return err
		}
	}
	return nil
}

// planAccount is the account of a user.
func planAccount(user string) string { return "account of " + user }

// join does for a user what creating one does besides the resource.
func (f *planned) join(tx joinery.Tx, user string, owner bool) error {
	now := time.Now()
	a := &joinery.Account{ID: planAccount(user), Email: user + "@example.com", Username: user, Origin: joinery.FromSCIM, Created: now, Updated: now}
	if err := tx.InsertAccount(a); err != nil {
		return err
	}
	for kind, value := range map[joinery.HandleKind]string{joinery.EmailHandle: a.Email, joinery.UsernameHandle: a.Username} {
		h := &joinery.Handle{HandleKey: joinery.HandleKey{Kind: kind, Key: value}, Value: value, AccountID: a.ID, Since: now}
		if err := tx.HoldHandle(h, now); err != nil {
			return err
		}
	}
	l := &joinery.Link{ConnectionID: planConnection, UserID: user, AccountID: a.ID, Subject: "s" + user, Rule: "new", Origin: joinery.FromSCIM, Created: now}
	if err := tx.InsertLink(l); err != nil {
		return err
	}
	m := &joinery.Membership{OrganizationID: planOrganization, AccountID: a.ID, State: joinery.MembershipActive, Origin: joinery.FromSCIM, Created: now, Updated: now}
	if owner {
		m.Role = "owner"
	}
	return tx.InsertMembership(m)
}

// accountUses are the use-cases about accounts. Where one call leads to the next,
// it stops at the first error.
func (f *planned) accountUses() map[string]func(joinery.Tx) error {
	user, account := f.users[1], planAccount(f.users[1])
	email := joinery.HandleKey{Kind: joinery.EmailHandle, Key: user + "@example.com"}
	return map[string]func(joinery.Tx) error{
		"creating an account": func(tx joinery.Tx) error {
			_, err := tx.Identity(joinery.IdentityQuery{
				OrganizationID: planOrganization, ConnectionID: planConnection, Email: email.Key, Username: "new", Domain: "1.example", At: time.Now(),
				Keys: joinery.CaseKeys{ExternalID: "x", UserName: "new"},
			})
			if err != nil {
				return err
			}
			return f.join(tx, "new", false)
		},
		"the standing of a user": func(tx joinery.Tx) error {
			s, err := tx.Standing(planConnection, planOrganization, user)
			if err != nil {
				return err
			}
			if err := tx.UpdateMembership(s.Membership); err != nil {
				return err
			}
			return tx.UpdateLink(s.Link)
		},
		"finding accounts": func(tx joinery.Tx) error {
			a, err := tx.Account(account)
			if err != nil {
				return err
			}
			if err := tx.UpdateAccount(a); err != nil {
				return err
			}
			if _, err := tx.AccountsByID([]string{account}); err != nil {
				return err
			}
			_, err = tx.Accounts(joinery.AccountQuery{Email: email.Key, Username: user, Limit: 10})
			return err
		},
		"listing accounts": func(tx joinery.Tx) error {
			_, err := tx.Accounts(joinery.AccountQuery{After: account, Limit: 10})
			return err
		},
		"handles": func(tx joinery.Tx) error {
			if _, err := tx.Handles(account); err != nil {
				return err
			}
			if _, err := tx.HandleHolders([]joinery.HandleKey{email}, time.Now()); err != nil {
				return err
			}
			if _, err := tx.HandlesAtDomain("example.com", email.Key, 10); err != nil {
				return err
			}
			if _, err := tx.MoveHandle(email, account, account); err != nil {
				return err
			}
			return tx.DropHandle(email, "nobody")
		},
		"links": func(tx joinery.Tx) error {
			for _, find := range []func() (*joinery.Link, error){
				func() (*joinery.Link, error) { return tx.Link(planConnection, user) },
				func() (*joinery.Link, error) { return tx.LinkBySubject(planConnection, "s"+user) },
				func() (*joinery.Link, error) { return tx.LiveLink(planConnection, account) },
			} {
				if _, err := find(); err != nil {
					return err
				}
			}
			if _, err := tx.LinksOf([]string{account}); err != nil {
				return err
			}
			if _, err := tx.LinkedUsers([]string{account}); err != nil {
				return err
			}
			if _, err := tx.LinkedAccounts(planConnection, []string{user}); err != nil {
				return err
			}
			if _, err := tx.SharedExternalIDs(planConnection, planConnection, "x", 10); err != nil {
				return err
			}
			return tx.DeleteLink(planConnection, "nobody")
		},
		"claims": func(tx joinery.Tx) error {
			_, err := tx.SetClaims(planConnection, user, []string{"other"})
			return err
		},
		"memberships": func(tx joinery.Tx) error {
			if _, err := tx.Membership(planOrganization, account); err != nil {
				return err
			}
			if _, err := tx.Memberships(planOrganization, account, 10); err != nil {
				return err
			}
			if _, err := tx.MembershipsOf(account); err != nil {
				return err
			}
			return tx.DeleteMembership(planOrganization, "nobody")
		},
		"what mappings give": func(tx joinery.Tx) error {
			if _, err := tx.MappedGrants(planOrganization, []string{account}); err != nil {
				return err
			}
			_, err := tx.HasOwner(joinery.OwnerQuery{
				OrganizationID: planOrganization, Role: "owner", Target: "org:acme", Except: account, Pushed: []string{planConnection}, Claimed: []string{planConnection},
			})
			return err
		},
		"who is behind mappings": func(tx joinery.Tx) error {
			if _, err := tx.MappingsOf(planConnection, []string{planGroup}); err != nil {
				return err
			}
			if _, err := tx.BindMappings(planConnection, "group7", planGroup); err != nil {
				return err
			}
			if err := tx.RenameMappings(planConnection, planGroup, "Other"); err != nil {
				return err
			}
			if _, _, err := tx.LinkedMembers(planConnection, planGroup, user, 10); err != nil {
				return err
			}
			_, _, err := tx.ClaimingAccounts(planConnection, "staff", user, 10)
			return err
		},
		"users that are not settled": func(tx joinery.Tx) error {
			_, err := tx.UnsettledUsers(planConnection, planOrganization, user, 10)
			return err
		},
		"domains": func(tx joinery.Tx) error {
			d, err := tx.Domain(planOrganization, "1.example")
			if err != nil {
				return err
			}
			if _, err := tx.DomainsVerified(planOrganization, "1.example", "2.example"); err != nil {
				return err
			}
			return tx.UpdateDomain(d)
		},
	}
}
