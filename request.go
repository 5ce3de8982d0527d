package joinery

import "time"

// Request is a SCIM request of a connection, as its log keeps it.
type Request struct {
	ID           string // of the log's entry, in the order of time
	ConnectionID string
	Time         time.Time
	Duration     time.Duration
	TokenID      string
	RequestID    string // as in the answer's X-Request-Id
	Method       string
	Path         string // with its query
	Status       int
	Body         []byte // what was sent and what was answered, without passwords and tokens; cut off at MaxRequestBody, with a note
	Answer       []byte
	Repairs      []string // the fixes that were applied
	Ignored      []string // attributes of no known schema
	Pending      int      // members that do not exist yet
	UserID       string   // what it touched; "" for none or, of a list or bulk request, several
	GroupID      string
	CaseID       string
	Reason       string // the stable code of a refusal; "" for none
}

// MaxRequestBody is how many bytes of a body the request log keeps.
const MaxRequestBody = 16 << 10

// RequestQuery selects requests of one connection, newest first. Every field
// that is not zero must match.
type RequestQuery struct {
	ConnectionID string
	Status       int // the status itself or, below 10, its class: 4 for all of 400 to 499
	UserID       string
	GroupID      string
	CaseID       string
	Since        time.Time
	Before       time.Time
	After        string // the id of an entry: begin behind it
	Limit        int
}

// RequestTx is the part of a transaction that concerns the request log.
type RequestTx interface {
	// AppendRequests takes texts and bodies as they come. What cannot be stored
	// of them as text becomes U+FFFD.
	AppendRequests(...*Request) error
	// Requests lists by time, and by id where that is the same.
	Requests(RequestQuery) ([]*Request, error)
	// RequestByID fails with NotFound.
	RequestByID(connectionID, id string) (*Request, error)
}
