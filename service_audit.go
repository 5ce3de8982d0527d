package joinery

import "context"

// Audit lists what happened and who did it, newest first.
func (s *Service) Audit(ctx context.Context, q AuditQuery) (list []*Event, err error) {
	q.Limit = min(max(q.Limit, 1), MaxListed)
	err = s.store.View(ctx, func(tx Tx) error {
		list, err = tx.Audit(q)
		return err
	})
	return list, err
}
