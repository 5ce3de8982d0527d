package scimapi

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
)

// reference finds the references to other operations in JSON: a string that is
// one, or a string in quotes within a string, as in a filter.
var reference = regexp.MustCompile(`(\\?")bulkId:([^"\\]+)(\\?")`)

// pathPrefix marks a reference in the path of an operation.
const pathPrefix = "bulkId:"

// bulkPlan says in which order the operations of a bulk request are made.
type bulkPlan struct {
	order   []int
	refused map[int]error // operations that cannot be made
}

// planBulk keeps the order of the request, but for an operation that refers to
// a later one: that one comes first. Operations that refer to each other in a
// circle are refused, as RFC 7644 3.7.1 allows.
func planBulk(ops []bulkOperation) bulkPlan {
	p := bulkPlan{refused: map[int]error{}}
	byID := map[string]int{}
	for i, op := range ops {
		if op.BulkID == "" || !strings.EqualFold(op.Method, http.MethodPost) {
			continue
		}
		if first, twice := byID[op.BulkID]; twice {
			p.refused[i] = scim.InvalidValuef("The bulkId %q is already that of operation %d. Give each operation its own.", op.BulkID, first+1)
			continue
		}
		byID[op.BulkID] = i
	}
	s := &sorter{edges: make([][]int, len(ops)), index: make([]int, len(ops)), low: make([]int, len(ops)), open: make([]bool, len(ops))}
	for i, op := range ops {
		for _, id := range references(op) {
			if target, ok := byID[id]; ok {
				s.edges[i] = append(s.edges[i], target)
			} else if p.refused[i] == nil {
				p.refused[i] = scim.InvalidValuef("The operation refers to the bulkId %q, which no POST of the request has.", id)
			}
		}
	}
	for i := range ops {
		s.visit(i)
	}
	p.order = s.order
	for _, i := range s.circular {
		p.refused[i] = scim.Errorf(http.StatusConflict, "", "The operation refers to a bulkId whose operation, directly or by others, refers back to it. Create the resources first and join them by PATCH operations after.")
	}
	return p
}

// references lists the bulkIds that an operation refers to.
func references(op bulkOperation) []string {
	var ids []string
	for _, segment := range split(op.Path) {
		if id, ok := strings.CutPrefix(segment, pathPrefix); ok {
			ids = append(ids, id)
		}
	}
	for _, match := range reference.FindAllSubmatch(op.Data, -1) {
		ids = append(ids, string(match[2]))
	}
	return ids
}

// sorter puts what is referred to before what refers to it, by Tarjan's
// algorithm, whose components are the circles.
type sorter struct {
	edges    [][]int
	index    []int // 0: not visited
	low      []int
	next     int
	stack    []int
	open     []bool // on the stack
	order    []int
	circular []int
}

func (s *sorter) visit(i int) {
	if s.index[i] != 0 {
		return
	}
	s.next++
	s.index[i], s.low[i] = s.next, s.next
	s.stack, s.open[i] = append(s.stack, i), true
	for _, target := range s.edges[i] {
		if s.index[target] == 0 {
			s.visit(target)
			s.low[i] = min(s.low[i], s.low[target])
		} else if s.open[target] {
			s.low[i] = min(s.low[i], s.index[target])
		}
	}
	if s.low[i] == s.index[i] {
		s.component(i)
	}
}

// component takes the circle of i off the stack: i alone, unless it is in one.
func (s *sorter) component(i int) {
	at := slices.Index(s.stack, i)
	found := slices.Clone(s.stack[at:])
	s.stack = s.stack[:at]
	for _, member := range found {
		s.open[member] = false
	}
	slices.Sort(found)
	s.order = append(s.order, found...)
	if len(found) > 1 || slices.Contains(s.edges[i], i) {
		s.circular = append(s.circular, found...)
	}
}

// change makes an operation the change that it stands for.
func (j *bulkJob) change(op bulkOperation) (change, error) {
	ch := change{method: strings.ToUpper(op.Method), expect: joinery.Expect{IfMatch: op.Version}}
	segments := split(op.Path)
	if len(segments) > 0 {
		ch.t = j.api.types[scim.Fold(segments[0])]
	}
	if ch.t == nil {
		return ch, scim.Errorf(http.StatusNotFound, "", "There is no endpoint for the path %q. It must be /Users, /Users/{id} or the like.", op.Path)
	}
	if err := checkOperation(op, ch.method, len(segments)); err != nil {
		return ch, err
	}
	var err error
	if len(segments) == 2 {
		if ch.id, err = j.resolve(segments[1]); err != nil {
			return ch, err
		}
	}
	ch.body, err = j.substitute(op.Data)
	return ch, err
}

func checkOperation(op bulkOperation, method string, segments int) error {
	want := 2
	switch method {
	case http.MethodPost:
		want = 1
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		return scim.InvalidValuef("The method is %q. It must be POST, PUT, PATCH or DELETE.", op.Method)
	}
	if segments != want {
		return scim.InvalidValuef("The path %q does not suit the method %s.", op.Path, method)
	}
	if len(op.Data) == 0 && method != http.MethodDelete {
		return scim.InvalidSyntaxf("The operation has no data. A %s needs it.", method)
	}
	return nil
}

// resolve puts an id in the place of a reference.
func (j *bulkJob) resolve(segment string) (string, error) {
	bulkID, ok := strings.CutPrefix(segment, pathPrefix)
	if !ok {
		return segment, nil
	}
	id, ok := j.made[bulkID]
	if !ok {
		return "", notMade(bulkID)
	}
	return id, nil
}

// substitute puts ids in the place of all references in JSON.
func (j *bulkJob) substitute(data []byte) (out []byte, err error) {
	out = reference.ReplaceAllFunc(data, func(match []byte) []byte {
		parts := reference.FindSubmatch(match)
		id, ok := j.made[string(parts[2])]
		if !ok {
			err = notMade(string(parts[2]))
			return match
		}
		return slices.Concat(parts[1], []byte(id), parts[3])
	})
	return out, err
}

func notMade(bulkID string) error {
	return scim.InvalidValuef("The operation refers to the bulkId %q, whose operation failed.", bulkID)
}
