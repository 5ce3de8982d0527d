package storagetest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func audits(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back": func(e *env) {
			bare, full := e.newEvent("bare"), e.newEvent("full")
			full.Actor = joinery.Actor{Type: joinery.ActorToken, ID: "t", Name: "Okta ☃"}
			full.RequestID, full.AuditOnly = "r", true
			full.Before, full.After = json.RawMessage(`{"a":  1}`), json.RawMessage(`null`)
			e.append(bare, full)
			e.equal("audit", e.audit(joinery.AuditQuery{}), []*joinery.Event{full, bare})
		},
		"lists":          listAudit,
		"ends at a time": auditSince,
		"of one that is lost": func(e *env) {
			lost := e.newEvent("lost")
			_ = e.tryUpdate(func(tx joinery.Tx) error {
				if err := tx.AppendEvents(lost); err != nil {
					return err
				}
				return errStop
			})
			e.equal("audit", len(e.audit(joinery.AuditQuery{})), 0)
		},
		"is not for those who follow events": followPastAudit,
	})
}

func (e *env) append(list ...*joinery.Event) {
	e.Helper()
	e.update(func(tx joinery.Tx) error { return tx.AppendEvents(list...) })
}

func (e *env) audit(q joinery.AuditQuery) (list []*joinery.Event) {
	e.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	e.view(func(tx joinery.Tx) (err error) {
		list, err = tx.Audit(q)
		return err
	})
	return list
}

func listAudit(e *env) {
	list := make([]*joinery.Event, 8)
	for i := range list {
		event := e.newEvent("s1")
		event.Time = start.Add(time.Duration(i) * time.Hour)
		if i%2 == 1 {
			event.OrganizationID, event.ConnectionID = "o2", "c2"
		}
		if i >= 4 {
			event.SubjectID, event.Type, event.AuditOnly = "s2", joinery.UserDeleted, true
		}
		if i >= 6 {
			event.Actor = joinery.Actor{Type: joinery.ActorAdmin, ID: "a"}
		}
		list[i] = event
	}
	// The order is that of the ids, not that of the calls.
	e.append(list[4:]...)
	e.append(list[:4]...)
	hour := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	for _, test := range []struct {
		query joinery.AuditQuery
		want  []int
	}{
		{joinery.AuditQuery{}, []int{7, 6, 5, 4, 3, 2, 1, 0}},
		{joinery.AuditQuery{Limit: 3}, []int{7, 6, 5}},
		{joinery.AuditQuery{After: list[5].ID, Limit: 2}, []int{4, 3}},
		{joinery.AuditQuery{OrganizationID: "o2"}, []int{7, 5, 3, 1}},
		{joinery.AuditQuery{OrganizationID: "o2", After: list[5].ID}, []int{3, 1}},
		{joinery.AuditQuery{SubjectID: "s2"}, []int{7, 6, 5, 4}},
		{joinery.AuditQuery{SubjectID: "s2", OrganizationID: "o", After: list[6].ID}, []int{4}},
		{joinery.AuditQuery{ConnectionID: "c"}, []int{6, 4, 2, 0}},
		{joinery.AuditQuery{ActorID: "a"}, []int{7, 6}},
		{joinery.AuditQuery{Type: joinery.UserCreated, OrganizationID: "o"}, []int{2, 0}},
		{joinery.AuditQuery{Since: hour(5)}, []int{7, 6, 5}},
		{joinery.AuditQuery{Before: hour(2)}, []int{1, 0}},
		{joinery.AuditQuery{Since: hour(1), Before: hour(6), ConnectionID: "c"}, []int{4, 2}},
		{joinery.AuditQuery{Since: hour(1), ActorID: "a", Limit: 3}, []int{7, 6}},
		{joinery.AuditQuery{OrganizationID: "o3"}, nil},
		{joinery.AuditQuery{SubjectID: "\x00"}, nil},
	} {
		var want []*joinery.Event
		for _, i := range test.want {
			want = append(want, list[i])
		}
		e.equal(fmt.Sprintf("%+v", test.query), e.audit(test.query), want)
	}
}

// auditSince has use-cases that began in another order than they drew the ids of
// their events.
func auditSince(e *env) {
	var list []*joinery.Event
	for _, seconds := range []int{-90, 0, -30, 1, -1, 0} {
		event := e.newEvent("s")
		event.Time = start.Add(time.Duration(seconds) * time.Second)
		list = append(list, event)
	}
	e.append(list...)
	e.equal("since", e.audit(joinery.AuditQuery{Since: start}), []*joinery.Event{list[5], list[3], list[1]})
}

// followPastAudit follows events of which most are for the audit alone.
func followPastAudit(e *env) {
	hidden := func(n int) {
		for range n {
			event := e.newEvent("hidden")
			event.AuditOnly = true
			e.append(event)
		}
	}
	hidden(5)
	page := e.readEvents("", 2)
	e.equal("events", subjects(page), []string(nil))
	cursor := page.Next
	e.equal("the cursor stays", e.readEvents(cursor, 2).Next, cursor)

	e.append(e.newEvent("1"))
	hidden(5)
	e.append(e.newEvent("2"), e.newEvent("3"))
	hidden(1)
	for _, from := range []string{"", cursor} {
		page = e.readEvents(from, 2)
		e.equal("a page", subjects(page), []string{"1", "2"})
		page = e.readEvents(page.Next, 2)
		e.equal("the next page", subjects(page), []string{"3"})
		e.equal("the end", subjects(e.readEvents(page.Next, 2)), []string(nil))
	}
	e.append(e.newEvent("4"))
	e.equal("behind the end", subjects(e.readEvents(page.Next, 2)), []string{"4"})

	many := make([]*joinery.Event, 2500)
	for i := range many {
		many[i] = e.newEvent("hidden")
		many[i].AuditOnly = i < len(many)-1
	}
	e.append(many...)
	page = e.readEvents(page.Next, 3)
	e.equal("behind many of them", subjects(page), []string{"4", "hidden"})
}
