// Package wire holds the JSON of the admin API: what its server and its client
// exchange. The tags doc, minLength and alike end up in the OpenAPI document
// and are enforced by the server. Names are in snake_case, times as RFC 3339 has
// them, and what there is nothing of is left out.
package wire
