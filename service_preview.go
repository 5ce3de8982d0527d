package joinery

import (
	"context"
	"hash/maphash"

	"github.com/joineryhq/joinery/match"
	"github.com/joineryhq/joinery/scim"
)

// Preview decides on Users as a connection would push them one after the other,
// and changes nothing. Of the lines that were decided it remembers only the
// hashes of their keys, some tens of bytes each, so that it finds lines that
// stand in each other's way. It is not safe for concurrent use.
type Preview struct {
	s    *Service
	c    Caller
	seed maphash.Seed
	seen map[uint64]struct{}
}

// PreviewLine is the verdict on one line of a preview, or what is wrong with it.
type PreviewLine struct {
	*Explanation
	Err error
}

// NewPreview begins a preview for a connection.
func (s *Service) NewPreview(ctx context.Context, connectionID string) (*Preview, error) {
	connection, err := s.Connection(ctx, connectionID)
	if err != nil {
		return nil, err
	}
	return &Preview{s: s, c: Caller{Connection: connection}, seed: maphash.MakeSeed(), seen: map[uint64]struct{}{}}, nil
}

// Decide decides on the next Users.
func (p *Preview) Decide(ctx context.Context, batch []scim.Document) ([]PreviewLine, error) {
	lines := make([]PreviewLine, len(batch))
	err := p.s.look(ctx, p.c, func(w *work) error {
		for i, doc := range batch {
			line := &lines[i]
			if line.Explanation, line.Err = w.explainUser(doc); line.Err != nil {
				if ctx.Err() != nil || KindOf(line.Err) == Internal && !isInput(line.Err) {
					return line.Err
				}
				continue
			}
			p.compare(doc, line.Explanation)
		}
		return nil
	})
	return lines, err
}

// isInput reports whether an error is about what was given.
func isInput(err error) bool {
	_, ok := asSCIM(err)
	return ok
}

// compare refuses a line whose keys an earlier line has taken.
func (p *Preview) compare(doc scim.Document, e *Explanation) {
	if e.Kind == match.RefuseUser {
		return
	}
	keys := []struct {
		attribute, value string
		reason           match.Reason
	}{
		{"userName", scim.Fold(doc.String("userName")), match.ReasonDuplicateUser},
		{"externalId", doc.String("externalId"), match.ReasonDuplicateUser},
		{"emails", scim.Fold(identityEmail(doc)), match.ReasonAlreadyLinked},
	}
	for _, key := range keys {
		if _, taken := p.seen[p.hash(key.attribute, key.value)]; taken && key.value != "" {
			rule := string(key.reason)
			e.Verdict = match.Verdict{
				Kind: match.RefuseUser, Rule: rule, Reason: key.reason, Attribute: key.attribute,
				Trace: []match.Step{{Rule: rule, Decided: true, Finding: "An earlier line has the same " + key.attribute + "."}},
			}
			e.Account, e.Username = nil, ""
			return
		}
	}
	for _, key := range keys {
		if key.value != "" {
			p.seen[p.hash(key.attribute, key.value)] = struct{}{}
		}
	}
}

func (p *Preview) hash(attribute, value string) uint64 {
	return maphash.String(p.seed, attribute+"\x00"+value)
}
