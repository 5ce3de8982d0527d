package sqldb

import (
	"github.com/joineryhq/joinery"
)

// Resources goes through the parts in their order. It asks for one resource
// more than the limit, to know whether any follows.
func (t *tx) Resources(q joinery.ResourceQuery) (*joinery.ResourcePage, error) {
	page := &joinery.ResourcePage{}
	t.queueCounts()
	want, offset := q.Limit+1, q.Offset
	if q.Limit <= 0 {
		want = 0
	}
	var last *joinery.ResourcePosition // of the last resource within the limit
	for i := range q.Parts {
		list := partQuery{tx: t, q: &q, part: q.Parts[i], offset: offset, limit: want - len(page.Resources)}
		if q.After != nil {
			if i < q.After.Part {
				list.limit = 0
			} else if i == q.After.Part {
				list.after = q.After
			}
		}
		if err := list.run(); err != nil {
			return nil, err
		}
		offset = max(0, offset-list.skipped)
		page.Total += list.total
		for j, r := range list.resources {
			if len(page.Resources) == q.Limit {
				page.Next = last
				break
			}
			page.Resources = append(page.Resources, r)
			last = &joinery.ResourcePosition{Part: i, ID: r.ID, Value: list.values[j]}
		}
	}
	return page, nil
}

// partQuery is the part of a query that concerns one type.
type partQuery struct {
	tx            *tx
	q             *joinery.ResourceQuery
	part          joinery.ResourcePart
	after         *joinery.ResourcePosition
	offset, limit int

	args    args
	where   string // the condition, without after
	sort    string // the expression to sort by, or ""
	counted int64  // the number of all, read along with the page; -1 for none

	resources []*joinery.Resource
	values    []any // of the sort attribute, beside resources
	total     int   // where the query wants it, or had to know it
	skipped   int   // how much of the offset this part took
}

// $1 and $2 of each statement.
const ofType = `r.connection_id = $1 AND r.resource_type = $2 AND r.deleted_at IS NULL`

func (p *partQuery) run() error {
	d := p.tx.d.filter
	p.args = args{p.q.ConnectionID, p.part.Type.Name}
	p.where, p.counted = ofType, -1
	if p.part.Filter != nil {
		condition, err := compileFilter(d, &p.args, `$1`, p.part, p.q.BaseURL)
		if err != nil {
			return err
		}
		p.where += ` AND ` + condition
	}
	counting := p.args // what a count needs
	if p.limit > 0 {
		if p.q.Sort != nil {
			p.sort = sortExpression(d, &p.args, p.part.Type, p.q.Sort.By, p.q.BaseURL)
		}
		if err := p.read(); err != nil {
			return err
		}
	}
	return p.count(counting)
}

// count finds out the total, without a statement where the page tells it.
func (p *partQuery) count(a args) error {
	n := len(p.resources)
	skipping := p.offset > 0 && n == 0 && p.limit > 0
	p.skipped = p.offset
	if !p.q.Total && !skipping {
		return nil
	}
	whole := p.limit > 0 && n < p.limit && p.after == nil && (n > 0 || p.offset == 0)
	switch {
	case whole:
		p.total = p.offset + n
	case p.counted >= 0:
		p.total = int(p.counted)
	default:
		text := p.tx.total
		if p.part.Filter != nil {
			text = `SELECT COUNT(*) FROM resources r WHERE ` + p.where
		}
		total, err := first(scanAll(p.tx, scanNumber, p.query(text, a)))
		if err != nil {
			return err
		}
		p.total = int(total)
	}
	if skipping {
		p.skipped = p.total
	}
	if !p.q.Total {
		p.total = 0
	}
	return nil
}

// read reads the page. What is skipped, and what is sorted, is only ids.
func (p *partQuery) read() error {
	columns, scan := p.columns()
	behind, err := p.behind()
	if err != nil {
		return err
	}
	where := p.where + behind
	page := limitTo(p.limit)
	var text string
	switch {
	case p.sort != "":
		if p.offset > 0 {
			page += offsetBy(p.args.add(int64(p.offset)))
		}
		text = `SELECT ` + columns + `, p.v FROM (SELECT r.id, ` + p.sort + ` AS v FROM resources r WHERE ` + where +
			` ORDER BY v` + p.direction() + `, r.id` + page + `) p JOIN resources r ON ` + ofType + ` AND r.id = p.id ORDER BY p.v` + p.direction() + `, r.id`
	case p.offset > 0:
		text = `SELECT ` + columns + ` FROM resources r WHERE ` + where + ` AND r.id >= (SELECT r.id FROM resources r WHERE ` + where +
			` ORDER BY r.id LIMIT 1` + offsetBy(p.args.add(int64(p.offset))) + `) ORDER BY r.id` + page
	default:
		text = `SELECT ` + columns + ` FROM resources r WHERE ` + where + ` ORDER BY r.id` + page
	}
	p.resources, err = scanAll(p.tx, scan, p.query(text, p.args))
	if err == nil && p.groupsLater() {
		return p.addGroups()
	}
	return err
}

// groupsLater reports whether the groups of Users are read after the page, by
// the range of its ids. A look-up, which finds one user or none, reads them
// along with him.
func (p *partQuery) groupsLater() bool {
	return p.q.Rows && p.part.Type.Name == "User" && p.part.Filter == nil && p.sort == ""
}

func (p *partQuery) query(text string, a args) query {
	return query{text: text, args: a, long: p.part.Filter != nil || p.sort != ""}
}

// columns are those of the page, and what scans them.
func (p *partQuery) columns() (string, func(rows) (*joinery.Resource, error)) {
	s := &resourceScan{connectionID: p.q.ConnectionID, resourceType: p.part.Type.Name}
	columns := p.tx.listColumns
	if p.q.Rows && !p.groupsLater() {
		if subselect := p.tx.rowsOf(s.resourceType, `$`+digits(len(p.args)+1)); subselect != "" {
			p.args.add(p.q.BaseURL)
			columns, s.rows = columns+`, `+subselect, true
		}
	}
	if p.q.Total && p.part.Filter == nil {
		columns += `, (` + p.tx.total + `)`
		s.more = append(s.more, &p.counted)
	}
	if p.sort == "" {
		return columns, func(r rows) (*joinery.Resource, error) {
			p.values = append(p.values, nil)
			return s.scan(r)
		}
	}
	var value any
	s.more = append(s.more, &value)
	return columns, func(r rows) (*joinery.Resource, error) {
		resource, err := s.scan(r)
		p.values = append(p.values, sortValue(value, p.q.Sort.By))
		return resource, err
	}
}

func (p *partQuery) direction() string {
	if p.q.Sort.Descending {
		return ` DESC NULLS FIRST`
	}
	return ` ASC NULLS LAST`
}

// behind is the condition that a resource comes after the position.
func (p *partQuery) behind() (string, error) {
	if p.after == nil {
		return ``, nil
	}
	if !storable(p.after.ID) {
		return ``, errPosition()
	}
	id := `r.id > ` + p.args.add(p.after.ID)
	if p.sort == "" {
		return ` AND ` + id, nil
	}
	if p.after.Value == nil {
		condition := p.sort + ` IS NULL AND ` + id
		if p.q.Sort.Descending {
			condition = `(` + condition + `) OR ` + p.sort + ` IS NOT NULL`
		}
		return ` AND (` + condition + `)`, nil
	}
	parameter, err := sortParameter(p.after.Value, p.q.Sort.By)
	if err != nil {
		return ``, err
	}
	value := p.args.add(parameter)
	tie := `(` + p.sort + ` = ` + value + ` AND ` + id + `)`
	if p.q.Sort.Descending {
		return ` AND (` + p.sort + ` < ` + value + ` OR ` + tie + `)`, nil
	}
	return ` AND (` + p.sort + ` > ` + value + ` OR ` + tie + ` OR ` + p.sort + ` IS NULL)`, nil
}
