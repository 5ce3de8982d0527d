package adminapi

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func request(r *joinery.Request) wire.Request {
	return wire.Request{
		ID: r.ID, Time: r.Time, DurationMS: float64(r.Duration.Microseconds()) / 1000, TokenID: r.TokenID, RequestID: r.RequestID,
		Method: r.Method, Path: r.Path, Status: r.Status, Body: jsonOrText(r.Body), Answer: jsonOrText(r.Answer),
		Repairs: r.Repairs, Ignored: r.Ignored, Pending: r.Pending,
		UserID: r.UserID, GroupID: r.GroupID, CaseID: r.CaseID, Reason: r.Reason,
	}
}

// jsonOrText returns JSON as it is, and what is none, or was cut off, as a string.
func jsonOrText(data []byte) json.RawMessage {
	if len(data) == 0 || json.Valid(data) {
		return data
	}
	text, _ := json.Marshal(string(data)) // a string always encodes
	return text
}

type requestsInput struct {
	ID      string    `path:"id" doc:"The connection"`
	Status  string    `query:"status" doc:"Such as 409, or 4xx for all from 400 to 499" pattern:"^[1-5]([0-9][0-9]|xx)$" patternDescription:"a status such as 409, or 4xx"`
	UserID  string    `query:"user_id" maxLength:"255"`
	GroupID string    `query:"group_id" maxLength:"255"`
	Case    string    `query:"case_id" doc:"Id or code of a case" maxLength:"255"`
	Since   time.Time `query:"since" doc:"From this time on"`
	Until   time.Time `query:"until" doc:"Before this time"`
	ExportInput
}

func (a *api) listRequests(ctx context.Context, in *requestsInput) (*listing, error) {
	query, err := a.requestQuery(ctx, in)
	if err != nil {
		return nil, err
	}
	read := func(ctx context.Context, after string, limit int) ([]wire.Request, string, error) {
		query.After, query.Limit = after, limit
		list, next, err := a.Service.Requests(ctx, query)
		return all(list, request), next, err
	}
	return answerList(ctx, in.ExportInput, read, func(list []wire.Request, next string) any {
		return wire.Requests{Requests: list, NextCursor: next}
	})
}

func (a *api) requestQuery(ctx context.Context, in *requestsInput) (q joinery.RequestQuery, err error) {
	q = joinery.RequestQuery{ConnectionID: in.ID, Status: statusOrClass(in.Status), UserID: in.UserID, GroupID: in.GroupID, Since: in.Since, Before: in.Until}
	if in.Case != "" {
		c, err := a.Service.Case(ctx, in.Case)
		if err != nil {
			return q, err
		}
		q.CaseID = c.ID
	}
	return q, nil
}

// statusOrClass is 409 for 409 and 4 for 4xx, as a RequestQuery has it; 0 for "".
func statusOrClass(text string) int {
	if len(text) == 3 && text[1] == 'x' {
		text = text[:1]
	}
	n, _ := strconv.Atoi(text) // the pattern allows nothing else
	return n
}

type requestInput struct {
	ID        string `path:"id" doc:"The connection"`
	RequestID string `path:"request_id" doc:"The id of the entry"`
}

func (a *api) getRequest(ctx context.Context, in *requestInput) (*body[wire.Request], error) {
	r, err := a.Service.RequestByID(ctx, in.ID, in.RequestID)
	if err != nil {
		return nil, err
	}
	return &body[wire.Request]{request(r)}, nil
}
