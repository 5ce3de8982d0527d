// Package joinery is SCIM 2.0 provisioning that fits the accounts a product
// already has.
//
// An identity provider (Okta, Microsoft Entra ID, …) pushes the people and
// groups of a customer. Joinery takes them in per [Connection], keeps each as a
// [Resource], finds the [Account] that a person has already, makes of each
// refusal a [Case] that can be settled, and writes every change as an [Event] in
// the same transaction.
//
// # Which package do I want?
//
//   - To run the whole server inside another program: package server.
//   - To use the use-cases without HTTP: [NewService] with a [Store] that
//     storage.Open returns. [Service.SignIn] is what a product asks at each login.
//   - To decide who someone is by facts of your own: package match.
//   - To write another backend: implement [Store] and prove it with package
//     storage/storagetest.
//   - To speak SCIM only, as a client or a server: package scim and those
//     below it. They import nothing but the standard library.
//
// # How a write runs
//
// A use-case of [Service] opens one [Store] transaction, reads what it needs,
// decides (package match), writes resource, members and events, and returns
// once all of it is durable. The transaction may run again where another one got
// in its way, so nothing in it has an effect besides its writes.
package joinery
