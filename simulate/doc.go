// Package simulate plays identity providers against a SCIM server.
//
// Okta and Entra speak real HTTP with the request shapes, headers and habits of
// the products they are named after. Each takes a small directory of people and
// groups, and Run leads it through a whole life: look-up, creation, updates,
// deactivation, reactivation, groups, memberships, renaming, deletion. Every
// request has an expectation of its answer, and after every change the server's
// state is read back and compared with what the change should have led to.
//
// The package needs nothing of the server but its base URL and a token, so it
// can be pointed at any implementation of SCIM 2.0.
package simulate
