package sqldb

import (
	"slices"

	"github.com/joineryhq/joinery"
)

// What a row of identityTexts.identity answers, beside the kinds of handle.
const (
	verifiedDomain = "domain"
	unsettledCase  = "case" // its id stands for the account's
)

// identityTexts is the statement of Identity: look-ups alone, one for each
// question. What is not asked is looked up too, as "", and found nowhere.
// $1 is the organization, $2 the connection, $3 the time.
type identityTexts struct {
	identity string // $4 email, $5 username, $6 domain, $7 list of keys of cases
}

func newIdentityTexts(d *dialect) identityTexts {
	holder := func(kind joinery.HandleKind, key string) string {
		return `SELECT '` + string(kind) + `', h.account_id, (SELECT a.protected FROM accounts a WHERE a.id = h.account_id),
			EXISTS (SELECT 1 FROM memberships m WHERE m.organization_id = $1 AND m.account_id = h.account_id),
			COALESCE((SELECT l.user_id FROM links l WHERE l.account_id = h.account_id AND l.connection_id = $2 AND l.ended_at IS NULL), ''),
			h.until IS NOT NULL
			FROM handles h WHERE h.kind = '` + string(kind) + `' AND h.key = ` + key + ` AND (h.until IS NULL OR h.until > $3)`
	}
	return identityTexts{identity: holder(joinery.EmailHandle, `$4`) + ` UNION ALL ` + holder(joinery.UsernameHandle, `$5`) + `
		UNION ALL SELECT '` + verifiedDomain + `', '', false, false, '', false FROM domains d WHERE d.organization_id = $1 AND d.name = $6 AND d.state = 'verified'
		UNION ALL SELECT '` + unsettledCase + `', k.case_id, false, false, '', false FROM ` + d.lookUp(d.each(`$7`), `case_keys`, `k`, `k.connection_id = $2 AND k.key = e.value`, ``),
	}
}

func (t *tx) Identity(q joinery.IdentityQuery) (*joinery.Identity, error) {
	found := &joinery.Identity{}
	_, err := collect(t, func(r rows) (struct{}, error) {
		var what string
		var holder joinery.Holder
		err := r.Scan(&what, &holder.AccountID, &holder.Protected, &holder.Member, &holder.UserID, &holder.Former)
		switch what {
		case string(joinery.EmailHandle):
			found.Email = &holder
		case string(joinery.UsernameHandle):
			found.Username = &holder
		case verifiedDomain:
			found.Verified = true
		case unsettledCase:
			if !slices.Contains(found.Cases, holder.AccountID) {
				found.Cases = append(found.Cases, holder.AccountID)
			}
		}
		return struct{}{}, err
	}, t.identity, q.OrganizationID, q.ConnectionID, millis(q.At),
		storedKey(joinery.HandleKey{Kind: joinery.EmailHandle, Key: q.Email}), q.Username, q.Domain, t.d.list(caseKeys(q.Keys)))
	return found, err
}

// caseKeys are the keys of case_keys that a case may have.
func caseKeys(keys joinery.CaseKeys) []string {
	var list []string
	for _, key := range []struct{ prefix, value string }{
		{"x:", keys.ExternalID}, {"n:", keys.UserName}, {"e:", keys.Email}, {"s:", keys.Subject}, {"u:", keys.UserID},
	} {
		if key.value != "" {
			list = append(list, key.prefix+key.value)
		}
	}
	return list
}
