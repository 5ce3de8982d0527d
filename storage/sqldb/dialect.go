package sqldb

import (
	"encoding/json"

	"github.com/joineryhq/joinery"
)

// dialect holds what differs between the databases.
type dialect struct {
	name string
	// lookUp is a FROM clause with WHERE: the rows of a table, under an alias,
	// that satisfy the condition, for each row of from. The table is looked up by
	// index for each of them, whatever the database believes about its size.
	lookUp func(from, table, alias, condition, lock string) string
	// join goes on a FROM clause: it is lookUp without WHERE, so that another may
	// follow.
	join func(table, alias, condition string) string
	// deleteEach deletes from a table, called d, what satisfies a condition and
	// has one of the values of from, a table expression e, in a column. It looks
	// up as lookUp does.
	deleteEach func(table, condition, column, from string) string
	// deleteSome deletes at most limit rows from a table, called d, that satisfy a
	// condition. key is its primary key.
	deleteSome func(table, key, condition string, limit int) string
	// each is a table expression with the texts of a list parameter in the column value.
	each func(param string) string
	// eachOf is each for an expression that holds a JSON array of texts.
	eachOf func(expr string) string
	// list makes the parameter for a list of texts.
	list func(texts []string) any
	// quote makes a JSON string of a text.
	quote func(expr string) string
	// lock and lockKey end a SELECT that keeps others from changing its rows, or
	// from changing whether they exist.
	lock, lockKey string
	// shard picks the row of resource_counts to write to.
	shard string
	// serial says that there is one writer, so that events get their positions
	// as they are written.
	serial bool
	filter filterDialect
	// isUnique reports whether an error is a violation of a unique index other
	// than a primary key.
	isUnique func(error) bool
	// must writes an UPDATE so that it fails, as isMissing tells, where it changes
	// nothing. It is nil where to look at the result costs no round trip.
	must func(change string) string
	// isMissing also reports whether an error says that a column must not be NULL:
	// an INSERT fails so, without any detour, where a conflict sets it to NULL.
	isMissing func(error) bool
	// lockShared and lockAlone make a transaction wait for those that hold the
	// other lock, or lockAlone, on the connection $1. They are "" where there is one writer.
	lockShared, lockAlone string
	// isTransient reports whether an error says that another transaction got in
	// the way.
	isTransient func(error) bool
}

func jsonList(texts []string) any {
	if texts == nil {
		texts = []string{}
	}
	data, _ := json.Marshal(texts) // strings always encode
	return string(data)
}

// sqlTexts holds the statements of one dialect, written once.
type sqlTexts struct {
	d *dialect
	organizationTexts
	resourceTexts
	memberTexts
	eventTexts
	guardTexts
	caseTexts
	readinessTexts
	purgeTexts
	accountTexts
	handleTexts
	linkTexts
	identityTexts
	standingTexts
	membershipTexts
	grantTexts
	mappingTexts
	domainTexts
	mergeTexts
}

func newTexts(d *dialect) *sqlTexts {
	resources := newResourceTexts(d)
	return &sqlTexts{
		d:                 d,
		organizationTexts: newOrganizationTexts(d),
		resourceTexts:     resources,
		memberTexts:       newMemberTexts(d),
		eventTexts:        newEventTexts(d),
		guardTexts:        newGuardTexts(d),
		caseTexts:         newCaseTexts(d),
		readinessTexts:    newReadinessTexts(d),
		purgeTexts:        newPurgeTexts(d),
		accountTexts:      newAccountTexts(d),
		handleTexts:       newHandleTexts(d),
		linkTexts:         newLinkTexts(d, resources.columns),
		identityTexts:     newIdentityTexts(d),
		standingTexts:     newStandingTexts(d, resources.columns),
		membershipTexts:   newMembershipTexts(d),
		grantTexts:        newGrantTexts(d),
		mappingTexts:      newMappingTexts(d),
		domainTexts:       newDomainTexts(d),
		mergeTexts:        newMergeTexts(d),
	}
}

func notFound(what, id string) error {
	return joinery.Errorf(joinery.NotFound, "not_found", "There is no %s with the id %q.", what, id)
}
