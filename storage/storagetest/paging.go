package storagetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/joineryhq/joinery"
)

func paging(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"by offset": func(e *env) {
			_, connection := e.connection()
			list := e.addUsers(connection, 7)
			for _, filterText := range []string{"", `userName sw "user"`} {
				for offset := range 9 {
					for _, limit := range []int{0, 1, 3, 7, 8} {
						page := e.query(joinery.ResourceQuery{ConnectionID: connection, Offset: offset, Limit: limit, Total: true}, "User", filterText)
						from := min(offset, 7)
						to := min(from+limit, 7)
						name := fmt.Sprintf("filter %q offset %d limit %d", filterText, offset, limit)
						e.equal(name, ids(page.Resources), ids(list[from:to]))
						e.equal(name+": total", page.Total, 7)
						e.equal(name+": more", page.Next != nil, limit > 0 && to > from && to < 7)
					}
				}
			}
		},
		"by position": func(e *env) {
			_, connection := e.connection()
			list := e.addUsers(connection, 7)
			for _, limit := range []int{1, 2, 3, 7} {
				got, _ := e.walk(joinery.ResourceQuery{ConnectionID: connection, Limit: limit, Total: true, Parts: []joinery.ResourcePart{e.part("User", "")}}, 7)
				e.equal(fmt.Sprint("limit ", limit), got, ids(list))
			}
		},
		"a position stays where others come and go": func(e *env) {
			_, connection := e.connection()
			list := e.addUsers(connection, 6)
			q := joinery.ResourceQuery{ConnectionID: connection, Limit: 2, Parts: []joinery.ResourcePart{e.part("User", "")}}
			q.After = e.run(q).Next
			e.update(func(tx joinery.Tx) error { return tx.DeleteResource(list[0], start) })
			e.update(func(tx joinery.Tx) error { return tx.DeleteResource(list[1], start) })
			e.equal("second page", ids(e.run(q).Resources), ids(list[2:4]))
		},
		"several types": func(e *env) {
			_, connection := e.connection()
			list := e.addUsers(connection, 3)
			groups := []*joinery.Resource{e.newGroup(connection, "a"), e.newGroup(connection, "b")}
			e.add(groups...)
			list = append(list, groups...)
			q := joinery.ResourceQuery{ConnectionID: connection, Total: true, Parts: []joinery.ResourcePart{e.part("User", ""), e.part("Group", "")}}
			for offset := range 7 {
				for _, limit := range []int{0, 1, 2, 3, 5, 9} {
					q.Offset, q.Limit = offset, limit
					page := e.run(q)
					from := min(offset, 5)
					to := min(from+limit, 5)
					name := fmt.Sprintf("offset %d limit %d", offset, limit)
					e.equal(name, ids(page.Resources), ids(list[from:to]))
					e.equal(name+": total", page.Total, 5)
				}
			}
			q.Offset = 0
			for _, limit := range []int{1, 2, 3, 4, 5} {
				q.Limit = limit
				got, _ := e.walk(q, 5)
				e.equal(fmt.Sprint("walk by ", limit), got, ids(list))
			}
		},
		"totals follow": func(e *env) {
			_, connection := e.connection()
			list := e.addUsers(connection, 3)
			total := func() int {
				return e.query(joinery.ResourceQuery{ConnectionID: connection, Total: true}, "User", "").Total
			}
			e.equal("after inserts", total(), 3)
			e.update(func(tx joinery.Tx) error { return tx.DeleteResource(list[0], start) })
			e.equal("after a delete", total(), 2)
			list[0].Version = 3
			e.update(func(tx joinery.Tx) error { return tx.UpdateResource(list[0]) })
			e.equal("after a return", total(), 3)
			list[0].Version = 4
			e.update(func(tx joinery.Tx) error { return tx.UpdateResource(list[0]) })
			e.equal("after an update", total(), 3)
			err := e.tryUpdate(func(tx joinery.Tx) error {
				if err := tx.DeleteResource(list[1], start); err != nil {
					return err
				}
				return errStop
			})
			if !errors.Is(err, errStop) {
				e.Errorf("error %v, want that of the function", err)
			}
			e.equal("after a failure", total(), 3)
		},
	})
}

// walk goes through a query by position, and checks the total of each page.
func (e *env) walk(q joinery.ResourceQuery, total int) (got []string, values []any) {
	e.Helper()
	for range 1000 {
		page := e.run(q)
		if q.Total {
			e.equal("total", page.Total, total)
		}
		got = append(got, ids(page.Resources)...)
		if page.Next == nil {
			return got, values
		}
		if len(page.Resources) != q.Limit {
			e.Fatalf("a page of %d has a next one, the limit is %d", len(page.Resources), q.Limit)
		}
		values = append(values, page.Next.Value)
		q.After = e.throughJSON(page.Next)
	}
	e.Fatal("the pages do not end")
	return nil, nil
}
