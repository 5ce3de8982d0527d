package wire

import "strconv"

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// Problem is an error as RFC 9457 has it, with members of our own: reason and
// errors.
type Problem struct {
	Title     string       `json:"title" doc:"The HTTP status in words" example:"Conflict"`
	Status    int          `json:"status" doc:"The HTTP status" example:"409"`
	Detail    string       `json:"detail" doc:"What is wrong and what to do"`
	Reason    string       `json:"reason" doc:"Stable code for programs" example:"slug_taken"`
	Errors    []FieldError `json:"errors,omitempty" doc:"The inputs at fault"`
	RequestID string       `json:"request_id,omitempty" doc:"To find the request in the log"`
}

// FieldError says what is wrong with one input.
type FieldError struct {
	Field   string `json:"field" doc:"Name or path of the input" example:"policy.rename"`
	Message string `json:"message"`
}

// Error makes a Problem an error of the client.
func (p *Problem) Error() string {
	if p.Detail == "" {
		return strconv.Itoa(p.Status) + " " + p.Title
	}
	return p.Detail
}

// GetStatus returns the HTTP status to answer with.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType makes the answer a problem document.
func (p *Problem) ContentType(string) string { return ProblemType }
