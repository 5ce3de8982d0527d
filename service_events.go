package joinery

import "context"

// Events reads the sequence of events behind a cursor, "" for its beginning.
func (s *Service) Events(ctx context.Context, after string, limit int) (page *EventPage, err error) {
	err = s.store.Update(ctx, func(tx Tx) error {
		page, err = tx.Events(after, min(max(limit, 1), MaxListed))
		return err
	})
	return page, err
}
