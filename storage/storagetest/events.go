package storagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func (e *env) newEvent(subject string) *joinery.Event {
	return &joinery.Event{
		ID: e.id(), Type: joinery.UserCreated, Time: start.Add(time.Millisecond), OrganizationID: "o", ConnectionID: "c", SubjectID: subject,
		Data: []byte(`{"b":1,  "a":"☃"}`),
	}
}

func (e *env) readEvents(after string, limit int) *joinery.EventPage {
	e.Helper()
	var page *joinery.EventPage
	e.update(func(tx joinery.Tx) (err error) {
		page, err = tx.Events(after, limit)
		return err
	})
	return page
}

func events(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back in order": func(e *env) {
			var want []*joinery.Event
			for i := range 7 {
				list := []*joinery.Event{e.newEvent(fmt.Sprint(i, "a")), e.newEvent(fmt.Sprint(i, "b"))}
				want = append(want, list...)
				e.update(func(tx joinery.Tx) error { return tx.AppendEvents(list...) })
			}
			e.equal("all", e.readEvents("", 100).Events, want)
			var got []*joinery.Event
			for cursor := ""; ; {
				page := e.readEvents(cursor, 3)
				got = append(got, page.Events...)
				cursor = page.Next
				if len(page.Events) == 0 {
					break
				}
			}
			e.equal("by pages", got, want)
		},
		"the order is that of the calls, not of the ids": func(e *env) {
			first, second, third := e.newEvent("1"), e.newEvent("2"), e.newEvent("3")
			e.update(func(tx joinery.Tx) error {
				if err := tx.AppendEvents(third, first); err != nil {
					return err
				}
				return tx.AppendEvents(second)
			})
			e.equal("order", subjects(e.readEvents("", 10)), []string{"3", "1", "2"})
		},
		"nothing yet": func(e *env) {
			page := e.readEvents("", 10)
			e.equal("events", len(page.Events), 0)
			event := e.newEvent("a")
			e.update(func(tx joinery.Tx) error { return tx.AppendEvents(event) })
			page = e.readEvents(page.Next, 10)
			e.equal("events behind the empty page", page.Events, []*joinery.Event{event})
			e.equal("events behind the last", len(e.readEvents(page.Next, 10).Events), 0)
			e.equal("the cursor stays", e.readEvents(page.Next, 10).Next, page.Next)
		},
		"not those of a transaction that failed": func(e *env) {
			_ = e.tryUpdate(func(tx joinery.Tx) error {
				if err := tx.AppendEvents(e.newEvent("lost")); err != nil {
					return err
				}
				return errStop
			})
			e.update(func(tx joinery.Tx) error { return tx.AppendEvents(e.newEvent("kept")) })
			e.equal("events", subjects(e.readEvents("", 10)), []string{"kept"})
		},
		"bad cursors": func(e *env) {
			for _, cursor := range []string{"x", "-1", "01", " 1", "1.5", "99999999999999999999", "1\x00"} {
				err := e.tryUpdate(func(tx joinery.Tx) error {
					_, err := tx.Events(cursor, 10)
					return err
				})
				e.kind(cursor, err, joinery.Invalid)
			}
		},
	})
}

func subjects(page *joinery.EventPage) (list []string) {
	for _, event := range page.Events {
		list = append(list, event.SubjectID)
	}
	return list
}
