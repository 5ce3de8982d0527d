package sqldb

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/joineryhq/joinery"
)

// Plan is how the database runs a statement.
type Plan struct{ Statement, Plan string }

// UpdatePlans runs fn in an Update and explains each statement that it ran.
func UpdatePlans(t testing.TB, s joinery.Store, fn func(joinery.Tx) error) []Plan {
	t.Helper()
	backend, texts := s.(*store).backend, s.(*store).texts
	recorder := &recorder{}
	err := backend.update(t.Context(), func(inner session) ([]statement, error) {
		recorder.session = inner
		x := &tx{ctx: t.Context(), session: recorder, sqlTexts: texts, writes: true}
		if err := fn(x); err != nil {
			return nil, err
		}
		rest, err := x.rest()
		recorder.add(rest)
		return rest, err
	})
	if err != nil {
		t.Fatal(err)
	}
	var plans []Plan
	for _, q := range recorder.ran {
		plans = append(plans, Plan{q.text, explain(t, backend, q)})
	}
	return plans
}

// recorder is a session that keeps what it runs.
type recorder struct {
	session
	ran []query
}

func (r *recorder) add(list []statement) {
	for _, s := range list {
		r.ran = append(r.ran, query{text: s.text, args: s.args})
	}
}

func (r *recorder) query(ctx context.Context, queued []statement, q query) (rows, error) {
	r.add(queued)
	r.ran = append(r.ran, q)
	return r.session.query(ctx, queued, q)
}

func explain(t testing.TB, b backend, q query) string {
	t.Helper()
	command, columns := "EXPLAIN ", 1
	if b.d().serial {
		command, columns = "EXPLAIN QUERY PLAN ", 4
	}
	var plan strings.Builder
	err := b.view(t.Context(), func(s session) error {
		r, err := s.query(t.Context(), nil, query{text: command + q.text, args: q.args})
		if err != nil {
			return err
		}
		for r.Next() {
			line := []any{new(any), new(any), new(any), new(any)}[:columns]
			if err := r.Scan(line...); err != nil {
				return err
			}
			fmt.Fprintln(&plan, *line[columns-1].(*any))
		}
		return r.Close()
	})
	if err != nil {
		t.Fatalf("%s: %v", q.text, err)
	}
	return plan.String()
}
