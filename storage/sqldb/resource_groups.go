package sqldb

import (
	"encoding/json"

	"github.com/joineryhq/joinery"
)

// addGroups fills Rows of a page of all Users in the order of their ids. It costs
// a fraction of what a subselect for each user does: one range of an index has
// their memberships, and one statement the names of the groups, of which a page
// has few.
func (p *partQuery) addGroups() error {
	if len(p.resources) == 0 {
		return nil
	}
	connection, list := p.q.ConnectionID, p.tx.d.list
	first, last := p.resources[0].ID, p.resources[len(p.resources)-1].ID
	memberships, err := collect(p.tx, scanMembership, p.tx.groupsOf, connection, first, last)
	if err != nil || len(memberships) == 0 {
		return err
	}
	groups := make(map[string][]byte)
	var ids []string
	for _, m := range memberships {
		if _, seen := groups[m.GroupID]; !seen {
			groups[m.GroupID] = nil
			ids = append(ids, m.GroupID)
		}
	}
	_, err = collect(p.tx, func(r rows) (struct{}, error) {
		var id string
		var display *string
		err := r.Scan(&id, &display)
		groups[id] = groupRow(id, display, p.q.BaseURL)
		return struct{}{}, err
	}, p.tx.groupNames, connection, list(ids))
	if err != nil {
		return err
	}
	rowsOf := make(map[string][]byte, len(p.resources))
	for _, m := range memberships {
		if row := groups[m.GroupID]; row != nil {
			rowsOf[m.Member.ID] = append(append(rowsOf[m.Member.ID], ','), row...)
		}
	}
	for _, r := range p.resources {
		if rows := rowsOf[r.ID]; rows != nil {
			rows[0] = '['
			r.Rows = append(rows, ']')
		}
	}
	return nil
}

func scanMembership(r rows) (m joinery.GroupMember, err error) {
	err = r.Scan(&m.Member.ID, &m.GroupID)
	return m, err
}

// groupRow is an element of groups, as resourceTexts.groupRows makes it.
func groupRow(id string, display *string, baseURL string) []byte {
	row, _ := json.Marshal(struct { // strings always encode
		Value   string  `json:"value"`
		Type    string  `json:"type"`
		Display *string `json:"display,omitempty"`
		Ref     string  `json:"$ref"`
	}{id, "direct", display, baseURL + "/Groups/" + id})
	return row
}
