package sqldb

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/joineryhq/joinery"
)

// Plans runs a query and returns how the database goes about each of its
// statements.
func Plans(t testing.TB, s joinery.Store, q joinery.ResourceQuery) []string {
	t.Helper()
	var plans []string
	backend := s.(*store).backend
	err := backend.view(t.Context(), func(inner session) error {
		e := &explainer{session: inner, explain: "EXPLAIN "}
		if backend.d().serial {
			e.explain = "EXPLAIN QUERY PLAN "
		}
		_, err := (&tx{ctx: t.Context(), session: e, sqlTexts: s.(*store).texts}).Resources(q)
		plans = e.plans
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return plans
}

// explainer is a session that explains each query before it runs it.
type explainer struct {
	session
	explain string
	plans   []string
}

func (e *explainer) query(ctx context.Context, queued []statement, q query) (rows, error) {
	r, err := e.session.query(ctx, nil, query{text: e.explain + q.text, args: q.args})
	if err != nil {
		return nil, err
	}
	var plan strings.Builder
	for r.Next() {
		line := []any{new(any), new(any), new(any), new(any)}
		if e.explain == "EXPLAIN " {
			line = line[:1]
		}
		if err := r.Scan(line...); err != nil {
			return nil, err
		}
		fmt.Fprintln(&plan, *line[len(line)-1].(*any))
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	e.plans = append(e.plans, plan.String())
	return e.session.query(ctx, queued, q)
}

// Analyze brings the statistics of PostgreSQL up to date, as it does itself
// after a while. SQLite goes without.
func Analyze(t testing.TB, s joinery.Store) {
	t.Helper()
	backend := s.(*store).backend
	if backend.d().serial {
		return
	}
	err := backend.view(t.Context(), func(inner session) error {
		r, err := inner.query(t.Context(), nil, query{text: "ANALYZE"})
		if err != nil {
			return err
		}
		return r.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSuccessor(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"a": "b", "ab": "ac", "é": "ê", "\x7f": "\u0080", "a\uD7FF": "a\uE000", "\uFFFF": "\U00010000",
		"a\U0010FFFF": "b", "\U0010FFFF\U0010FFFF": "", "": "",
	} {
		got, ok := successor(s)
		if got != want || ok != (want != "") {
			t.Errorf("successor(%q) = %q, %v, want %q", s, got, ok, want)
		}
		if ok && got <= s {
			t.Errorf("successor(%q) = %q does not come after it", s, got)
		}
	}
}
