package storagetest

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/joineryhq/joinery"
)

func (e *env) merge(survivor, absorbed string) *joinery.Merge {
	e.Helper()
	m := &joinery.Merge{ID: e.id(), SurvivorID: survivor, AbsorbedID: absorbed, Undo: json.RawMessage(`{"links":[1,  2]}`), Created: start}
	e.update(func(tx joinery.Tx) error { return tx.InsertMerge(m) })
	return m
}

func merges(t *testing.T, open Open) {
	topic(t, open, map[string]func(*env){
		"read back and undo": func(e *env) {
			m := e.merge("a1", "a2")
			read := func() (got *joinery.Merge) {
				e.view(func(tx joinery.Tx) (err error) {
					got, err = tx.Merge(m.ID)
					return err
				})
				return got
			}
			e.equal("merge", read(), m)
			undone := start.Add(time.Hour)
			m.Undone = &undone
			e.update(func(tx joinery.Tx) error { return tx.UpdateMerge(m) })
			e.equal("undone", read(), m)
		},
		"unknown": func(e *env) {
			for _, id := range []string{"nobody", "", "\x00"} {
				err := e.tryUpdate(func(tx joinery.Tx) error {
					_, err := tx.Merge(id)
					return err
				})
				e.kind(fmt.Sprintf("Merge %q", id), err, joinery.NotFound)
			}
			err := e.tryUpdate(func(tx joinery.Tx) error { return tx.UpdateMerge(&joinery.Merge{ID: "nobody"}) })
			e.kind("UpdateMerge", err, joinery.NotFound)
		},
		"of accounts": func(e *env) {
			first, second, third := e.merge("a1", "a2"), e.merge("a3", "a1"), e.merge("a3", "a4")
			for _, test := range []struct {
				accounts []string
				want     []*joinery.Merge
			}{
				{nil, nil},
				{[]string{"a5"}, nil},
				{[]string{"a1"}, []*joinery.Merge{second, first}},
				{[]string{"a3"}, []*joinery.Merge{third, second}},
				{[]string{"a1", "a3", "a4", "a1"}, []*joinery.Merge{third, second, first}},
			} {
				e.view(func(tx joinery.Tx) error {
					got, err := tx.MergesOf(test.accounts...)
					e.equal(fmt.Sprint(test.accounts), got, test.want)
					return err
				})
			}
		},
		"undone once": undoOnce,
	})
}

// undoOnce has many undo a merge at the same time, each having looked whether
// it is undone already.
func undoOnce(e *env) {
	m := e.merge("a1", "a2")
	var wg sync.WaitGroup
	for range 20 {
		event := e.newEvent("undone")
		wg.Go(func() {
			e.update(func(tx joinery.Tx) error {
				m, err := tx.Merge(m.ID)
				if err != nil || m.Undone != nil {
					return err
				}
				undone := start
				m.Undone = &undone
				if err := tx.UpdateMerge(m); err != nil {
					return err
				}
				return tx.AppendEvents(event)
			})
		})
	}
	wg.Wait()
	e.equal("events", subjects(e.readEvents("", 100)), []string{"undone"})
}
