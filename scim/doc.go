// Package scim holds the parts of SCIM 2.0 that every client and server
// shares: resources as documents, protocol messages, and errors.
//
// Its subpackages build on it: schema describes resource types and checks
// documents against them, filter parses and evaluates filters, patch applies
// PATCH requests. None of them does I/O, reads a clock, or imports anything
// but the standard library and Unicode's tables, so anyone may use them to write a SCIM client or
// server.
//
// The standards are RFC 7643 (schemas), RFC 7644 (protocol) and RFC 9865
// (cursor paging).
package scim
