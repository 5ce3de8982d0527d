package sqldb

import (
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

func sqliteDialect() *dialect {
	return &dialect{
		name: "sqlite",
		lookUp: func(from, table, alias, condition, _ string) string {
			return from + ` CROSS JOIN ` + table + ` ` + alias + ` WHERE ` + condition // it keeps the order
		},
		join: func(table, alias, condition string) string {
			return ` CROSS JOIN ` + table + ` ` + alias + ` ON ` + condition
		},
		deleteEach: func(table, condition, column, from string) string {
			return `DELETE FROM ` + table + ` AS d WHERE ` + condition + ` AND d.` + column + ` IN (SELECT e.value FROM ` + from + `)`
		},
		deleteSome: func(table, key, condition string, limit int) string {
			return `DELETE FROM ` + table + ` AS d WHERE (` + key + `) IN (SELECT ` + key + ` FROM ` + table + ` d WHERE ` + condition + limitTo(limit) + `)`
		},
		each:   func(param string) string { return `json_each(` + param + `) e` },
		eachOf: func(expr string) string { return `json_each(` + expr + `) e` },
		list:   jsonList,
		quote:  func(expr string) string { return `json_quote(` + expr + `)` },
		shard:  `0`,
		serial: true,
		filter: sqliteFilter{},
		isUnique: func(err error) bool {
			var e *sqlite.Error
			return errors.As(err, &e) && e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE
		},
		isMissing: func(err error) bool {
			var e *sqlite.Error
			return errors.As(err, &e) && e.Code() == sqlite3.SQLITE_CONSTRAINT_NOTNULL
		},
		// There is one writer, in one process.
		isTransient: func(error) bool { return false },
	}
}
