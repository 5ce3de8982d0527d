package scimapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim"
	"github.com/joineryhq/joinery/scim/schema"
)

// bulkRequest is the body of a bulk request (RFC 7644 3.7).
type bulkRequest struct {
	Schemas      []any           `json:"schemas"`
	FailOnErrors int             `json:"failOnErrors"`
	Operations   []bulkOperation `json:"Operations"`
}

type bulkOperation struct {
	Method  string          `json:"method"`
	BulkID  string          `json:"bulkId"`
	Version string          `json:"version"`
	Path    string          `json:"path"`
	Data    json.RawMessage `json:"data"`
}

// bulkResponse is the answer to a bulk request.
type bulkResponse struct {
	Schemas    []string     `json:"schemas"`
	Operations []bulkResult `json:"Operations"`
}

type bulkResult struct {
	Method   string      `json:"method"`
	BulkID   string      `json:"bulkId,omitempty"`
	Version  string      `json:"version,omitempty"`
	Location string      `json:"location,omitempty"`
	Status   string      `json:"status"`
	Response *scim.Error `json:"response,omitempty"`
}

// bulk answers POST on /Bulk. Each operation is made as the request of its own
// that it stands for, in a transaction of its own.
func (a *api) bulk(w http.ResponseWriter, c *call) error {
	body, err := a.body(w, c)
	if err != nil {
		return err
	}
	request, err := readBulk(body, c.strict())
	if err != nil {
		return err
	}
	c.rec.Operations = len(request.Operations)
	job := newBulkJob(a, c, request)
	job.run()
	return replyJSON(w, http.StatusOK, bulkResponse{Schemas: []string{scim.BulkResponseURN}, Operations: job.answers()})
}

func readBulk(body []byte, strict bool) (*bulkRequest, error) {
	request := &bulkRequest{}
	if err := json.Unmarshal(body, request); err != nil {
		return nil, &scim.Error{Status: http.StatusBadRequest, Type: scim.InvalidSyntax, Detail: "The body is not a bulk request: " + jsonFault(err) + ".", Err: err}
	}
	if err := checkMessage(scim.Document{"schemas": request.Schemas}, scim.BulkRequestURN, strict); err != nil {
		return nil, err
	}
	switch n := len(request.Operations); {
	case n > maxOperations:
		return nil, scim.Errorf(http.StatusRequestEntityTooLarge, "", "The bulk request has %d operations. At most %d are taken: send it in parts.", n, maxOperations)
	case n == 0:
		return nil, scim.InvalidValuef("The bulk request has no Operations.")
	case request.FailOnErrors < 0:
		return nil, scim.InvalidValuef("The failOnErrors is %d. It must be at least 1, or left out.", request.FailOnErrors)
	}
	return request, nil
}

// jsonFault tells what is wrong with JSON in words that quote none of it.
func jsonFault(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "the member " + e.Field + " has a value of the wrong type"
	}
	return "its JSON is not valid"
}

// bulkJob is a bulk request at work.
type bulkJob struct {
	api     *api
	call    *call
	request *bulkRequest
	plan    bulkPlan
	made    map[string]string // ids by bulkId
	results []*bulkResult     // by operation; nil where it was not come to
}

func newBulkJob(a *api, c *call, request *bulkRequest) *bulkJob {
	return &bulkJob{
		api: a, call: c, request: request,
		plan:    planBulk(request.Operations),
		made:    map[string]string{},
		results: make([]*bulkResult, len(request.Operations)),
	}
}

// run makes the operations until failOnErrors of them have failed.
func (j *bulkJob) run() {
	failed := 0
	for _, i := range j.plan.order {
		if j.call.Context().Err() != nil {
			return // the client is gone
		}
		result, err := j.operation(i)
		if err != nil {
			result.Response = scimError(err, j.call.rec.ID)
			result.Status = strconv.Itoa(result.Response.Status)
			if result.Response.Status >= http.StatusInternalServerError {
				j.call.rec.Fault = errors.Join(j.call.rec.Fault, err)
			}
			failed++
		}
		j.results[i] = result
		if limit := j.request.FailOnErrors; limit > 0 && failed >= limit {
			return
		}
	}
}

// answers lists the results in the order of the request.
func (j *bulkJob) answers() []bulkResult {
	answers := []bulkResult{}
	for _, result := range j.results {
		if result != nil {
			answers = append(answers, *result)
		}
	}
	return answers
}

// operation makes one operation. The result is never nil.
func (j *bulkJob) operation(i int) (*bulkResult, error) {
	op := j.request.Operations[i]
	result := &bulkResult{Method: op.Method, BulkID: op.BulkID}
	if err := j.plan.refused[i]; err != nil {
		return result, err
	}
	ch, err := j.change(op)
	if err != nil {
		return result, err
	}
	result.Method = ch.method
	if ch.id != "" {
		result.Location = location(j.call.caller.BaseURL, ch.t, ch.id)
	}
	outcome, err := j.api.apply(j.call.Context(), j.call, ch)
	if err != nil {
		return result, err
	}
	result.Status = strconv.Itoa(statusOf(ch))
	if outcome != nil {
		j.finish(op, ch.t, outcome, result)
	}
	return result, nil
}

// finish notes what came out of an operation.
func (j *bulkJob) finish(op bulkOperation, t *schema.Type, outcome *joinery.Outcome, result *bulkResult) {
	r := outcome.Resource
	if r == nil { // the location is that of the request
		return
	}
	result.Location = location(j.call.caller.BaseURL, t, r.ID)
	result.Version = etag(r.Version)
	if op.BulkID != "" && result.Method == http.MethodPost {
		j.made[op.BulkID] = r.ID
	}
}

// statusOf is the status of a change that was made.
func statusOf(ch change) int {
	switch {
	case ch.method == http.MethodPost:
		return http.StatusCreated
	case ch.method == http.MethodDelete, ch.method == http.MethodPatch && ch.t.Name == "Group":
		return http.StatusNoContent
	}
	return http.StatusOK
}
