// Package sqldb implements joinery.Store on SQLite and PostgreSQL.
//
// Both databases run one SQL text with numbered placeholders; a dialect holds
// the few expressions that differ. What matters for speed:
//
//   - Writes of a transaction are queued and sent together, before its next
//     read or at its end. On PostgreSQL they travel in one round trip, BEGIN
//     with the first and COMMIT with the last.
//   - On SQLite, Updates that wait together share one durable commit, each a
//     savepoint with its own outcome.
//   - Statements are prepared once per connection.
//   - A resource and the rows that belong to it are read by one statement.
package sqldb
