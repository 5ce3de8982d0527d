package simulate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// answerTimeout is how long the real clients wait for an answer.
const answerTimeout = 60 * time.Second

// session makes the requests of one run and keeps the score.
type session struct {
	name     string // of the client
	base     *url.URL
	header   http.Header
	client   *http.Client
	observer func(Step)
	phase    Phase
	report   *Report
}

func newSession(name, baseURL, token string, header http.Header, client *http.Client, observer func(Step)) (*session, error) {
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("the base URL %q is not an absolute URL such as https://example.com/scim/v2", baseURL)
	}
	base.Path = strings.TrimRight(base.Path, "/")
	if client == nil {
		client = &http.Client{Timeout: answerTimeout}
	}
	if observer == nil {
		observer = func(Step) {}
	}
	header.Set("Authorization", "Bearer "+token)
	return &session{name: name, base: base, header: header, client: client, observer: observer, report: &Report{Client: name}}, nil
}

// call is a request together with what is expected of its answer.
type call struct {
	action  Action
	subject string
	method  string
	path    string // behind the base URL
	query   string // as the client encodes it
	body    any
	members int
	want    []int                     // the statuses that are right
	check   func(answer reply) string // says what is wrong with the answer, "" for nothing
}

// reply is an answer of the server.
type reply struct {
	status int
	header http.Header
	raw    []byte
	body   map[string]any // nil where it was no JSON object
}

func (r reply) id() string {
	id, _ := r.body["id"].(string)
	return id
}

func (r reply) resources() []map[string]any {
	list, _ := r.body["Resources"].([]any)
	var out []map[string]any
	for _, element := range list {
		if object, ok := element.(map[string]any); ok {
			out = append(out, object)
		}
	}
	return out
}

func (r reply) total() int {
	total, _ := r.body["totalResults"].(float64)
	return int(total)
}

// do makes a request and reports it as a step. It reports false where an
// expectation did not hold. Where the server asks to slow down, it waits and
// asks again.
func (s *session) do(ctx context.Context, c call) (reply, bool) {
	const tries = 5
	for try := 1; ; try++ {
		start := time.Now()
		answer, err := s.send(ctx, c)
		step := Step{
			Client: s.name, Phase: s.phase, Action: c.action, Subject: c.subject, Members: c.members,
			Request: c.method + " " + s.target(c), Status: answer.status, Duration: time.Since(start),
		}
		wait, slow := retryAfter(answer)
		if slow && try < tries {
			step.OK, step.Detail = true, "the server asked to wait "+wait.String()
			step.Action, step.Members = LookUp, 0
			s.record(step)
			if pause(ctx, wait) != nil {
				return answer, false
			}
			continue
		}
		step.Detail = verdict(c, answer, err)
		step.OK = step.Detail == ""
		if ctx.Err() == nil {
			s.record(step)
		}
		return answer, step.OK
	}
}

func (s *session) record(step Step) {
	s.report.add(step)
	s.observer(step)
}

// fail reports an expectation that no single request could show.
func (s *session) fail(action Action, subject, format string, args ...any) {
	step := Step{Client: s.name, Phase: s.phase, Action: action, Subject: subject, Detail: fmt.Sprintf(format, args...)}
	s.report.Failures = append(s.report.Failures, step)
	s.observer(step)
}

// target is the path and query behind the base URL. A query of the base URL,
// in which Entra's tenant URL carries its flag, goes along.
func (s *session) target(c call) string {
	query := c.query
	if s.base.RawQuery != "" {
		query = strings.Trim(s.base.RawQuery+"&"+query, "&")
	}
	if query == "" {
		return c.path
	}
	return c.path + "?" + query
}

func (s *session) send(ctx context.Context, c call) (reply, error) {
	var body io.Reader
	if c.body != nil {
		text, err := json.Marshal(c.body)
		if err != nil {
			return reply{}, err
		}
		body = bytes.NewReader(text)
	}
	base := *s.base
	base.RawQuery = ""
	request, err := http.NewRequestWithContext(ctx, c.method, base.String()+s.target(c), body)
	if err != nil {
		return reply{}, err
	}
	request.Header = s.header.Clone()
	if body == nil {
		request.Header.Del("Content-Type")
	}
	if c.action == ReadBack {
		request.Header.Set("User-Agent", "joinery-simulate (read-back)")
	}
	response, err := s.client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	answer := reply{status: response.StatusCode, header: response.Header, raw: raw}
	if err != nil {
		return answer, err
	}
	_ = json.Unmarshal(raw, &answer.body) // verdict judges what is no JSON
	return answer, nil
}

// verdict says what is wrong with an answer, "" for nothing.
func verdict(c call, answer reply, err error) string {
	if err != nil {
		return "no answer: " + err.Error()
	}
	if len(c.want) > 0 && !slices.Contains(c.want, answer.status) {
		return fmt.Sprintf("expected status %s, got %d: %s", statuses(c.want), answer.status, clip(string(answer.raw)))
	}
	if problem := shape(answer); problem != "" {
		return problem
	}
	if c.check != nil {
		return c.check(answer)
	}
	return ""
}

// shape checks what holds for every answer: a body is SCIM JSON, and an error
// is a SCIM error.
func shape(answer reply) string {
	if answer.status == http.StatusNoContent || len(answer.raw) == 0 && answer.status < 300 {
		return ""
	}
	if kind := answer.header.Get("Content-Type"); !strings.Contains(kind, "json") {
		return fmt.Sprintf("the content type should be application/scim+json, is %q", kind)
	}
	if answer.body == nil {
		return "the body is not a JSON object: " + clip(string(answer.raw))
	}
	if answer.status >= 400 {
		return strings.Join(differences("", map[string]any{
			"schemas": []any{"urn:ietf:params:scim:api:messages:2.0:Error"},
			"status":  strconv.Itoa(answer.status),
		}, answer.body), "; ")
	}
	return ""
}

func statuses(want []int) string {
	var out []string
	for _, status := range want {
		out = append(out, strconv.Itoa(status))
	}
	return strings.Join(out, " or ")
}

// retryAfter reports whether the server asked to slow down, and for how long.
func retryAfter(answer reply) (time.Duration, bool) {
	if answer.status != http.StatusTooManyRequests {
		return 0, false
	}
	seconds, err := strconv.Atoi(answer.header.Get("Retry-After"))
	if err != nil {
		return 0, false
	}
	return time.Duration(seconds) * time.Second, true
}

func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// errStopped is what a run ends with that cannot go on.
var errStopped = errors.New("the connection test failed, so the provider would not start provisioning")
