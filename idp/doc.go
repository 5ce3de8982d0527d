// Package idp holds what is known of identity providers, and repairs the
// habits in which they leave the standard.
//
// A Profile describes one kind of identity provider. Its fixes run over a
// decoded request before the strict core sees it, and each use of a fix is
// recorded as a Repair. In strict mode the first repair becomes a refusal that
// says what the standard wants. What RFC 7643 and RFC 7644 allow is never a
// repair: names in any case, nulls, operations without a path and read-only
// attributes in a body are the core's business.
//
// Each vendor has a file, and recorded exchanges under testdata that are
// played against the whole server.
package idp
