package joinery

import (
	"encoding/json"
	"time"
)

// Merge is two accounts made one. It can be undone for MergeUndo.
type Merge struct {
	ID             string
	SurvivorID     string
	AbsorbedID     string
	OrganizationID string          // that asked for it through a case; "" for an operator
	Undo           json.RawMessage // what there was before
	Created        time.Time
	Undone         *time.Time
}

// MergeUndo is for how long a merge can be undone.
const MergeUndo = 30 * 24 * time.Hour

// MergeTx is the part of a transaction that concerns merges.
type MergeTx interface {
	InsertMerge(*Merge) error
	// Merge fails with NotFound. In an Update it stays locked.
	Merge(id string) (*Merge, error)
	// UpdateMerge writes Undone. It fails with NotFound.
	UpdateMerge(*Merge) error
	// MergesOf lists those that accounts took part in, newest first.
	MergesOf(accountIDs ...string) ([]*Merge, error)
}
