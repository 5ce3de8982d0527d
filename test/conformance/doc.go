// Package conformance holds a SCIM service provider to its standards.
//
// It lists what RFC 7644 (protocol), RFC 9865 (cursor-based pagination) and the
// parts of RFC 7643 (schema) that the protocol leans on demand of a service
// provider: each MUST, MUST NOT, SHOULD and SHOULD NOT has an id, a sentence in
// plain words, and, where it can be seen from outside, a check that speaks
// nothing but HTTP. Requirements that concern clients, transport or things no
// client can see are listed as not applicable, with the reason.
//
// Checks make their own resources under unique names and delete them
// afterwards, so that a suite can be run against a server in use.
package conformance
