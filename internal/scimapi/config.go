package scimapi

import (
	"net/http"

	"github.com/joineryhq/joinery"
	"github.com/joineryhq/joinery/scim/schema"
)

// maxOperations is how many operations a bulk request may have.
const maxOperations = 1000

// providerConfig is the ServiceProviderConfig (RFC 7643 5, RFC 9865 4). Every
// member is always there: clients that miss one take the whole for unreadable,
// and go on as if nothing were supported.
type providerConfig struct {
	Schemas               []string     `json:"schemas"`
	Patch                 supported    `json:"patch"`
	Bulk                  bulkConfig   `json:"bulk"`
	Filter                filterConfig `json:"filter"`
	ChangePassword        supported    `json:"changePassword"`
	Sort                  supported    `json:"sort"`
	ETag                  supported    `json:"etag"`
	Pagination            pagination   `json:"pagination"`
	AuthenticationSchemes []authScheme `json:"authenticationSchemes"`
	Meta                  meta         `json:"meta"`
}

type supported struct {
	Supported bool `json:"supported"`
}

type bulkConfig struct {
	Supported      bool  `json:"supported"`
	MaxOperations  int   `json:"maxOperations"`
	MaxPayloadSize int64 `json:"maxPayloadSize"`
}

type filterConfig struct {
	Supported  bool `json:"supported"`
	MaxResults int  `json:"maxResults"`
}

type pagination struct {
	Cursor                  bool   `json:"cursor"`
	Index                   bool   `json:"index"`
	DefaultPaginationMethod string `json:"defaultPaginationMethod"`
	DefaultPageSize         int    `json:"defaultPageSize"`
	MaxPageSize             int    `json:"maxPageSize"`
}

type authScheme struct {
	Type        string `json:"type"`
	Name        string `json:"name"`
	Description string `json:"description"`
	SpecURI     string `json:"specUri"`
	Primary     bool   `json:"primary"`
}

// serviceProviderConfig answers GET on /ServiceProviderConfig.
func (a *api) serviceProviderConfig(w http.ResponseWriter, c *call) error {
	return c.replyDiscovery(w, providerConfig{
		Schemas:        []string{schema.ServiceProviderConfigURN},
		Patch:          supported{true},
		Bulk:           bulkConfig{Supported: true, MaxOperations: maxOperations, MaxPayloadSize: a.MaxBody},
		Filter:         filterConfig{Supported: true, MaxResults: joinery.MaxPageSize},
		ChangePassword: supported{false},
		Sort:           supported{true},
		ETag:           supported{true},
		Pagination: pagination{
			Cursor:                  true,
			Index:                   true,
			DefaultPaginationMethod: "index",
			DefaultPageSize:         joinery.DefaultPageSize,
			MaxPageSize:             joinery.MaxPageSize,
		},
		AuthenticationSchemes: []authScheme{{
			Type:        "oauthbearertoken",
			Name:        "Bearer token",
			Description: "The SCIM token of the connection, in the Authorization header with the scheme Bearer.",
			SpecURI:     "https://www.rfc-editor.org/info/rfc6750",
			Primary:     true,
		}},
		Meta: meta{ResourceType: "ServiceProviderConfig", Location: c.caller.BaseURL + "/ServiceProviderConfig"},
	})
}
