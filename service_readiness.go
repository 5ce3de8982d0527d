package joinery

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Check is something that Readiness looks for. Its code is stable: it stands in
// findings and in the docs.
type Check struct {
	Code     string
	Severity Severity
	When     string // when there is a finding, one sentence
	Action   string // what to do then, one sentence
	Policy   bool   // it is about how keys of the policy go with what is there
	look     func(*inspection) (*evidence, error)
}

// Checks lists all checks, in the order in which findings are shown.
func Checks() []Check { return slices.Clone(checks) }

// evidence is what a check found. A nil one is no finding.
type evidence struct {
	summary   string
	count, of int64
	examples  []string
	since     *time.Time
}

// Readiness finds out what stands in the way of a connection, or soon will. An
// unknown connection fails with NotFound.
func (s *Service) Readiness(ctx context.Context, connectionID string) (*Readiness, error) {
	s.settleRequests(ctx)
	return s.readiness(ctx, connectionID, checks)
}

// PolicyFindings are those findings that are about the connection's policy: what
// to tell whoever has just set it.
func (s *Service) PolicyFindings(ctx context.Context, connectionID string) ([]Finding, error) {
	about := slices.DeleteFunc(Checks(), func(c Check) bool { return !c.Policy })
	r, err := s.readiness(ctx, connectionID, about)
	if err != nil {
		return nil, err
	}
	return r.Findings, nil
}

func (s *Service) readiness(ctx context.Context, connectionID string, checks []Check) (*Readiness, error) {
	r := &Readiness{ConnectionID: connectionID, Ready: true, Checked: s.clock(), Findings: []Finding{}}
	err := s.store.View(ctx, func(tx Tx) error {
		in, err := inspect(tx, connectionID, r.Checked)
		if err != nil {
			return err
		}
		for _, check := range checks {
			found, err := check.look(in)
			if err != nil {
				return fmt.Errorf("check %s: %w", check.Code, err)
			}
			if found != nil {
				r.Findings = append(r.Findings, check.finding(found))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.Ready = !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == SeverityError })
	return r, nil
}

func (c *Check) finding(e *evidence) Finding {
	return Finding{
		Code: c.Code, Severity: c.Severity, Summary: e.summary, Action: c.Action,
		Count: e.count, Of: e.of, Examples: e.examples, Since: e.since,
	}
}

// recently is how far back the failing share is counted.
const recently = 24 * time.Hour

// inspection is what several checks look at.
type inspection struct {
	tx       Tx
	c        *Connection
	now      time.Time
	users    int64 // how many there are
	groups   int64
	tokens   []*Token
	valid    []*Token // those of the tokens that have not expired
	used     *Token   // that the identity provider used last; nil where none is known
	revoked  bool     // it used another one last, which is gone
	verified int64    // domains of the organization
	pending  []string
	guard    *Guard
	asked    int64 // requests of late
	failed   int64
	last     *time.Time // when the last request came; nil: before what the log holds, or never
}

func inspect(tx Tx, connectionID string, now time.Time) (in *inspection, err error) {
	in = &inspection{tx: tx, now: now}
	if in.c, err = tx.Connection(connectionID); err != nil {
		return nil, err
	}
	if in.users, err = tx.LiveResources(connectionID, userType); err != nil {
		return nil, err
	}
	if in.groups, err = tx.LiveResources(connectionID, groupType); err != nil {
		return nil, err
	}
	if in.guard, err = tx.Guard(connectionID); err != nil {
		return nil, err
	}
	if in.asked, in.failed, in.last, err = tx.RequestsSince(connectionID, now.Add(-recently)); err != nil {
		return nil, err
	}
	if err := in.readTokens(); err != nil {
		return nil, err
	}
	return in, in.readDomains()
}

// readTokens goes by the last request, rather than by Token.LastUsed: who asks
// for readiness may have a token that the identity provider has not.
func (in *inspection) readTokens() (err error) {
	if in.tokens, err = in.tx.Tokens(in.c.ID); err != nil {
		return err
	}
	for _, t := range in.tokens {
		if !t.Expired(in.now) {
			in.valid = append(in.valid, t)
		}
	}
	last, err := in.tx.Requests(RequestQuery{ConnectionID: in.c.ID, Limit: 1})
	if err != nil || len(last) == 0 {
		return err
	}
	i := slices.IndexFunc(in.tokens, func(t *Token) bool { return t.ID == last[0].TokenID })
	if in.revoked = i < 0; !in.revoked {
		in.used = in.tokens[i]
	}
	return nil
}

func (in *inspection) readDomains() error {
	domains, err := in.tx.Domains(in.c.OrganizationID)
	for _, d := range domains {
		if d.State == DomainVerified {
			in.verified++
		} else {
			in.pending = append(in.pending, d.Name)
		}
	}
	return err
}

// isEntra reports whether the connection is one of Microsoft Entra ID.
func (in *inspection) isEntra() bool { return strings.HasPrefix(in.c.IdP, "entra") }

// silence is how long the identity provider may send nothing: Entra ID asks
// something in each cycle of some 40 minutes, others send changes alone.
func (in *inspection) silence() time.Duration {
	if in.isEntra() {
		return 24 * time.Hour
	}
	return 7 * 24 * time.Hour
}

// guarding returns the guard if it is in a state.
func (in *inspection) guarding(state GuardState) *Guard {
	if in.guard.State != state || !in.now.Before(in.guard.Until) {
		return nil
	}
	return in.guard
}

// unseen lists the mappings whose group neither a push nor, where they count, a
// sign-in has ever named, the oldest first.
func (in *inspection) unseen() (list []*Mapping, err error) {
	mappings, err := in.tx.Mappings(in.c.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range mappings {
		if m.GroupID != "" {
			continue
		}
		claimed, err := in.claimed(m.GroupName)
		if err != nil {
			return nil, err
		}
		if !claimed {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b *Mapping) int { return a.Created.Compare(b.Created) })
	return list, nil
}

// claimed reports whether a sign-in named a group, where that counts.
func (in *inspection) claimed(group string) (bool, error) {
	if in.c.Policy.GroupAuthority == "scim" {
		return false, nil
	}
	_, user, err := in.tx.ClaimingAccounts(in.c.ID, group, "", 1)
	return user != "", err
}

// tallied is the evidence of a tally, of which the format tells the count and,
// where it is known, of how many.
func tallied(t Tally, of int64, format string) *evidence {
	if t.Count == 0 {
		return nil
	}
	numbers := []any{t.Count, of}
	if of == 0 {
		numbers = numbers[:1]
	}
	return &evidence{summary: fmt.Sprintf(format, numbers...), count: t.Count, of: of, examples: t.Examples}
}

// at writes a time as findings show it.
func at(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// first is the beginning of a list of examples.
func first[T any](list []T, example func(T) string) []string {
	var examples []string
	for _, item := range list[:min(len(list), MaxExamples)] {
		examples = append(examples, example(item))
	}
	return examples
}
