package storagetest

import (
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func unsettled(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"each kind": unsettledKinds,
		"paging": func(e *env) {
			organization, connection := e.connection()
			users := e.addUsers(connection, 5)
			var got []string
			for after := ""; ; {
				page := e.unsettled(connection, organization, after, 2)
				if len(page) == 0 {
					break
				}
				got = append(got, ids(page)...)
				after = page[len(page)-1].ID
			}
			e.equal("users", got, ids(users))
		},
	})
}

func unsettledKinds(e *env) {
	organization, connection := e.connection()
	other, foreign := e.connection()
	const active, inactive = "", `"active":false`
	user := func(name, more string, state joinery.MembershipState) *joinery.Resource {
		account := e.account(name)
		if state != "" {
			e.member(organization, account.ID, state)
		}
		return e.linkedUser(connection, name, more, account.ID)
	}
	remove := func(r *joinery.Resource) {
		e.update(func(tx joinery.Tx) error { return tx.DeleteResource(r, start.Add(time.Hour)) })
	}

	unlinked := e.newUser(connection, "unlinked", `"externalId":"x1"`)
	e.add(unlinked, e.newUser(foreign, "foreign", ""), e.newGroup(connection, "group"))
	user("settled", active, joinery.MembershipActive)
	user("suspended", inactive, joinery.MembershipSuspended)
	stillActive := user("still active", inactive, joinery.MembershipActive)
	stillSuspended := user("still suspended", active, joinery.MembershipSuspended)
	noMember := user("no member", active, "")
	ended := user("ended", active, joinery.MembershipActive)
	e.endLink(connection, ended.ID)
	gone, left := user("gone", active, joinery.MembershipSuspended), user("left", active, joinery.MembershipSuspended)
	remove(gone)
	remove(left)
	e.endLink(connection, left.ID)
	bare := e.newUser(connection, "bare", "")
	e.add(bare)
	remove(bare)
	elsewhere := e.account("elsewhere")
	e.member(other, elsewhere.ID, joinery.MembershipActive)
	memberElsewhere := e.linkedUser(connection, "elsewhere", "", elsewhere.ID)

	tombstone := stored(gone)
	at := start.Add(time.Hour)
	tombstone.Version, tombstone.LastModified, tombstone.Deleted = 2, at, &at
	var want []*joinery.Resource
	for _, r := range []*joinery.Resource{unlinked, stillActive, stillSuspended, noMember, ended} {
		want = append(want, stored(r))
	}
	want = append(want, tombstone, stored(memberElsewhere))
	e.equal("unsettled", e.unsettled(connection, organization, "", 100), want)
}

func (e *env) unsettled(connection, organization, after string, limit int) (list []*joinery.Resource) {
	e.Helper()
	e.view(func(tx joinery.Tx) (err error) {
		list, err = tx.UnsettledUsers(connection, organization, after, limit)
		return err
	})
	return list
}
