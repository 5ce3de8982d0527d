package storagetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func requests(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back": func(e *env) {
			_, connection := e.connection()
			bare := e.newRequest(connection, 0)
			full := &joinery.Request{
				ID: e.id(), ConnectionID: connection, Time: start.Add(time.Second), Duration: 1234567 * time.Nanosecond, TokenID: "t", RequestID: "r",
				Method: "POST", Path: "/Users?attributes=id", Status: 409, Body: []byte(`{"a":  "☃"}`), Answer: []byte(`{`), Repairs: []string{"one", "two"},
				Ignored: []string{"x\x00"}, Pending: 3, UserID: "u", GroupID: "g", CaseID: "c", Reason: "email_taken",
			}
			e.log(bare, full)
			e.equal("newest first", e.requests(joinery.RequestQuery{ConnectionID: connection}), []*joinery.Request{full, bare})
			e.view(func(tx joinery.Tx) error {
				got, err := tx.RequestByID(connection, full.ID)
				e.equal("by id", got, full)
				for _, id := range []string{"nobody", "\x00"} {
					_, err := tx.RequestByID(connection, id)
					e.kind(fmt.Sprintf("RequestByID %q", id), err, joinery.NotFound)
				}
				return err
			})
		},
		"whatever is sent": func(e *env) {
			_, connection := e.connection()
			r := e.newRequest(connection, 0)
			r.Path, r.UserID, r.Body, r.Answer = "/Users/\xff", "\x00", []byte("{\x00\xc3"), []byte("\xf0\x9f")
			e.log(r)
			r.Path, r.UserID, r.Body, r.Answer = "/Users/\uFFFD", "\uFFFD", []byte("{\uFFFD\uFFFD"), []byte("\uFFFD")
			e.equal("what is kept", e.requests(joinery.RequestQuery{ConnectionID: connection}), []*joinery.Request{r})
		},
		"many at once": func(e *env) {
			_, connection := e.connection()
			list := make([]*joinery.Request, 500)
			for i := range list {
				list[i] = e.newRequest(connection, i)
				list[i].Body = []byte(strings.Repeat("x", joinery.MaxRequestBody))
			}
			e.log(list...)
			e.equal("requests", len(e.requests(joinery.RequestQuery{ConnectionID: connection})), len(list))
		},
		"lists": listRequests,
		"of another connection": func(e *env) {
			_, mine := e.connection()
			_, theirs := e.connection()
			r := e.newRequest(theirs, 0)
			r.UserID = "u"
			e.log(r)
			e.equal("listed", len(e.requests(joinery.RequestQuery{ConnectionID: mine, UserID: "u"})), 0)
			e.view(func(tx joinery.Tx) error {
				_, err := tx.RequestByID(mine, r.ID)
				e.kind("RequestByID", err, joinery.NotFound)
				return nil
			})
			e.update(func(tx joinery.Tx) error { return tx.DeleteConnection(theirs) })
			e.equal("of the deleted", len(e.requests(joinery.RequestQuery{ConnectionID: theirs})), 0)
		},
	})
}

// newRequest makes a request, some seconds after the start.
func (e *env) newRequest(connection string, seconds int) *joinery.Request {
	return &joinery.Request{ID: e.id(), ConnectionID: connection, Time: start.Add(time.Duration(seconds) * time.Second), Method: "GET", Path: "/Users", Status: 200}
}

func (e *env) log(list ...*joinery.Request) {
	e.Helper()
	e.update(func(tx joinery.Tx) error { return tx.AppendRequests(list...) })
}

func (e *env) requests(q joinery.RequestQuery) (list []*joinery.Request) {
	e.Helper()
	if q.Limit == 0 {
		q.Limit = 1000
	}
	e.view(func(tx joinery.Tx) (err error) {
		list, err = tx.Requests(q)
		return err
	})
	return list
}

func listRequests(e *env) {
	_, connection := e.connection()
	list := make([]*joinery.Request, 8)
	for i := range list {
		r := e.newRequest(connection, i/2)
		r.Status = []int{200, 201, 400, 404, 409, 500, 503, 204}[i]
		if i%3 == 0 {
			r.UserID = "u"
		}
		if i >= 5 {
			r.GroupID = "g"
		}
		if i == 6 {
			r.CaseID = "c"
		}
		list[i] = r
	}
	e.log(list...)
	second := func(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }
	for _, test := range []struct {
		query joinery.RequestQuery
		want  []int
	}{
		{joinery.RequestQuery{}, []int{7, 6, 5, 4, 3, 2, 1, 0}},
		{joinery.RequestQuery{Limit: 3}, []int{7, 6, 5}},
		{joinery.RequestQuery{After: list[5].ID, Limit: 2}, []int{4, 3}},
		{joinery.RequestQuery{After: list[0].ID}, nil},
		{joinery.RequestQuery{After: "nobody"}, nil},
		{joinery.RequestQuery{After: "\x00"}, nil},
		{joinery.RequestQuery{Status: 404}, []int{3}},
		{joinery.RequestQuery{Status: 4}, []int{4, 3, 2}},
		{joinery.RequestQuery{Status: 2, UserID: "u"}, []int{0}},
		{joinery.RequestQuery{UserID: "u"}, []int{6, 3, 0}},
		{joinery.RequestQuery{UserID: "\xff"}, nil},
		{joinery.RequestQuery{GroupID: "g", After: list[6].ID}, []int{5}},
		{joinery.RequestQuery{CaseID: "c"}, []int{6}},
		{joinery.RequestQuery{Since: second(3)}, []int{7, 6}},
		{joinery.RequestQuery{Before: second(1)}, []int{1, 0}},
		{joinery.RequestQuery{Since: second(1), Before: second(3), Status: 4}, []int{4, 3, 2}},
	} {
		test.query.ConnectionID = connection
		var got, want []string
		for _, r := range e.requests(test.query) {
			got = append(got, r.ID)
		}
		for _, i := range test.want {
			want = append(want, list[i].ID)
		}
		e.equal(fmt.Sprintf("%+v", test.query), got, want)
	}
}
