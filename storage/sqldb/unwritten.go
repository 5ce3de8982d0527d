package sqldb

import "github.com/joineryhq/joinery"

// unwritten stands in for what is not written yet.
type unwritten struct {
	joinery.AccountTx
	joinery.HandleTx
	joinery.LinkTx
	joinery.MembershipTx
	joinery.MappingTx
	joinery.DomainTx
	joinery.CaseTx
	joinery.MergeTx
	joinery.GuardTx
	joinery.RequestTx
	joinery.ReadinessTx
	joinery.PurgeTx
}

func (unwritten) Audit(joinery.AuditQuery) ([]*joinery.Event, error) { panic("unwritten") }
