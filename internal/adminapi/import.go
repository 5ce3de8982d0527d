package adminapi

import (
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

func importForms(h huma.API) map[string]*huma.Schema {
	return map[string]*huma.Schema{mediaNDJSON: schemaOf[wire.NewImport](h, true)}
}

// importAccounts makes an account of each line.
func (a *api) importAccounts(parse func([]byte) (joinery.NewAccount, error)) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		x := exchange[joinery.NewAccount, joinery.ImportResult]{
			read:   linesOf(r.Body, parse),
			work:   a.Service.ImportAccounts,
			failed: func(err error) joinery.ImportResult { return joinery.ImportResult{Err: err} },
			answer: importResult,
		}
		return x.serve(w, r)
	}
}

func importResult(line int, r joinery.ImportResult) any {
	if r.Err == nil {
		return wire.ImportResult{Line: line, Status: "created", ID: r.AccountID}
	}
	p := problemOf(r.Err)
	return wire.ImportResult{Line: line, Status: "failed", Reason: p.Reason, Message: p.Detail}
}

// importLine returns what reads a line of an import, by the same schema as the
// body of a request.
func importLine(h huma.API) func([]byte) (joinery.NewAccount, error) {
	registry, schema := h.OpenAPI().Components.Schemas, schemaOf[wire.NewImport](h, true)
	return func(text []byte) (account joinery.NewAccount, err error) {
		var value map[string]any
		if err := json.Unmarshal(text, &value); err != nil || value == nil {
			return account, errNoObject
		}
		var found huma.ValidateResult
		huma.Validate(registry, schema, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, value, &found)
		if len(found.Errors) > 0 {
			return account, problemOfInput(validationError(found.Errors))
		}
		var line wire.NewImport
		if err := json.Unmarshal(text, &line); err != nil {
			return account, errNoObject
		}
		account = newAccount(line.NewAccount)
		account.Organization, account.Role = line.Organization, line.Role
		return account, nil
	}
}

var errNoObject = invalid("line", "The line is no JSON object.")

func validationError(errs []error) *huma.ErrorModel {
	e := &huma.ErrorModel{Status: http.StatusBadRequest}
	for _, err := range errs {
		e.Add(err)
	}
	return e
}
