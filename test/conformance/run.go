package conformance

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Outcome is what became of a requirement.
type Outcome string

// The outcomes.
const (
	Pass          Outcome = "pass"
	Fail          Outcome = "fail"
	Skipped       Outcome = "skipped"
	NotApplicable Outcome = "not applicable"
)

// Result is a requirement and what became of it.
type Result struct {
	Requirement
	Outcome Outcome
	Reason  string // of anything but a pass
	// Exchanges are the last requests of a failed check and their answers.
	Exchanges []string
}

// Suite runs the checks against one server.
type Suite struct {
	BaseURL    string
	Token      string
	HTTPClient *http.Client
	// Select limits the run to the requirements it is true for; nil: all.
	Select func(Requirement) bool
	// Workers is how many checks run at a time; 0: 4.
	Workers int
	// Observer is told of each result as it comes; may be nil.
	Observer func(Result)
}

// Run runs the checks and returns a result for each requirement, in order. It
// fails where the server cannot be reached or refuses the token.
func (s Suite) Run(ctx context.Context) ([]Result, error) {
	c, err := newClient(s.BaseURL, s.Token, s.HTTPClient)
	if err != nil {
		return nil, err
	}
	features, err := discover(ctx, c)
	if err != nil {
		return nil, err
	}
	requirements := s.selected()
	results := make([]Result, len(requirements))
	var mutex sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(cmp.Or(max(s.Workers, 0), 4))
	for i, r := range requirements {
		group.Go(func() error {
			result := runOne(ctx, c, features, r)
			mutex.Lock()
			defer mutex.Unlock()
			results[i] = result
			if s.Observer != nil {
				s.Observer(result)
			}
			return ctx.Err()
		})
	}
	return results, group.Wait()
}

func (s Suite) selected() []Requirement {
	all := Requirements()
	if s.Select == nil {
		return all
	}
	var out []Requirement
	for _, r := range all {
		if s.Select(r) {
			out = append(out, r)
		}
	}
	return out
}

// runOne runs one check. Checks end early by panicking with an ending.
func runOne(ctx context.Context, c *client, f *features, r Requirement) (result Result) {
	result = Result{Requirement: r, Outcome: Pass}
	if r.check == nil {
		result.Outcome, result.Reason = NotApplicable, r.Unseen
		return result
	}
	t := &T{ctx: ctx, client: c, features: f}
	defer t.clean()
	defer func() {
		switch end := recover().(type) {
		case nil:
		case ending:
			result.Outcome, result.Reason = end.outcome, end.reason
			if end.outcome == Fail {
				result.Exchanges = t.exchanges
			}
		default:
			panic(fmt.Sprintf("check %s: %v", r.ID, end))
		}
	}()
	r.check(t)
	return result
}

// Count counts results by their outcome.
func Count(results []Result) map[Outcome]int {
	count := map[Outcome]int{}
	for _, r := range results {
		count[r.Outcome]++
	}
	return count
}
