package sqldb

import (
	"encoding/json"
	"strings"
)

// addGroups fills Rows of a page of all Users in the order of their ids. It costs
// a fraction of what a subselect for each user does: one range of an index has
// their memberships, and one statement the names of the groups, of which a page
// has few.
func (p *partQuery) addGroups() error {
	if len(p.resources) == 0 {
		return nil
	}
	first, last := p.resources[0].ID, p.resources[len(p.resources)-1].ID
	memberships, err := one(p.tx, scanOptionalText, p.tx.groupsOf, p.q.ConnectionID, first, last)
	if err != nil || memberships == "" {
		return err
	}
	groups, err := p.groupRows(memberships)
	if err != nil {
		return err
	}
	rowsOf := make(map[string][]byte, len(p.resources))
	for membership := range strings.SplitSeq(memberships, ",") {
		user, group, _ := strings.Cut(membership, " ")
		if row := groups[group]; row != nil {
			rowsOf[user] = append(append(rowsOf[user], ','), row...)
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

// groupRows returns the element of groups for each group of the memberships
// that is there.
func (p *partQuery) groupRows(memberships string) (map[string][]byte, error) {
	groups := map[string][]byte{}
	var ids []string
	for membership := range strings.SplitSeq(memberships, ",") {
		_, group, _ := strings.Cut(membership, " ")
		if _, seen := groups[group]; !seen {
			groups[group] = nil
			ids = append(ids, group)
		}
	}
	_, err := collect(p.tx, func(r rows) (struct{}, error) {
		var id string
		var display *string
		err := r.Scan(&id, &display)
		groups[id] = groupRow(id, display, p.q.BaseURL)
		return struct{}{}, err
	}, p.tx.groupNames, p.q.ConnectionID, p.tx.d.list(ids))
	return groups, err
}

func scanOptionalText(r rows) (string, error) {
	var s *string
	if err := r.Scan(&s); err != nil || s == nil {
		return "", err
	}
	return *s, nil
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
