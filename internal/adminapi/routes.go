package adminapi

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/joineryhq/joinery/internal/adminapi/wire"
)

// routes registers every call of the API.
func (a *api) routes(h huma.API) {
	describePolicy(h)
	describePreview(h)

	post(h, "create-organization", "/organizations", "Make an organization", a.createOrganization)
	get(h, "list-organizations", "/organizations", "List organizations", a.listOrganizations)
	get(h, "get-organization", "/organizations/{id}", "Show an organization", a.getOrganization)

	post(h, "add-domain", "/organizations/{id}/domains", "Add an email domain", a.addDomain)
	get(h, "list-domains", "/organizations/{id}/domains", "List the domains of an organization", a.listDomains)
	act(h, "verify-domain", "/organizations/{id}/domains/{domain}/verify", "Look for the DNS record that verifies a domain", a.verifyDomain)
	del(h, "remove-domain", "/organizations/{id}/domains/{domain}", "Remove a domain", a.removeDomain)

	post(h, "add-member", "/organizations/{id}/members", "Make an account a member", a.addMember)
	get(h, "list-members", "/organizations/{id}/members", "List members with their roles", a.listMembers)
	get(h, "get-member", "/organizations/{id}/members/{account_id}", "Show a member", a.getMember)
	patch(h, "update-member", "/organizations/{id}/members/{account_id}", "Give a role by hand, suspend or resume", a.updateMember)
	del(h, "remove-member", "/organizations/{id}/members/{account_id}", "End a membership", a.removeMember)
	get(h, "list-duplicates", "/organizations/{id}/duplicates", "Find accounts that may be one person's", a.listDuplicates)

	post(h, "create-account", "/accounts", "Make an account", a.createAccount)
	get(h, "list-accounts", "/accounts", "List accounts, or find one by email or username", a.listAccounts)
	get(h, "get-account", "/accounts/{id}", "Show an account with all that belongs to it", a.getAccount)
	patch(h, "update-account", "/accounts/{id}", "Change an account", a.updateAccount)
	lines[wire.ImportResult](h, "import-accounts", "/accounts:import", "Make many accounts", importForms(h), a.importAccounts(importLine(h)))

	act(h, "preview-merge", "/merges/preview", "Show what a merge would move", a.previewMerge)
	post(h, "merge-accounts", "/merges", "Merge two accounts", a.mergeAccounts)
	act(h, "undo-merge", "/merges/{id}/undo", "Undo a merge", a.undoMerge)

	post(h, "create-connection", "/organizations/{id}/connections", "Make a connection", a.createConnection)
	get(h, "list-connections", "/organizations/{id}/connections", "List the connections of an organization", a.listConnections)
	get(h, "get-connection", "/connections/{id}", "Show a connection", a.getConnection)
	patch(h, "update-connection", "/connections/{id}", "Change a connection", a.updateConnection)
	del(h, "delete-connection", "/connections/{id}", "Delete a connection with its tokens, users and groups", a.deleteConnection)

	post(h, "create-token", "/connections/{id}/tokens", "Make a SCIM token", a.createToken)
	get(h, "list-tokens", "/connections/{id}/tokens", "List the tokens of a connection", a.listTokens)
	del(h, "revoke-token", "/connections/{id}/tokens/{token_id}", "Revoke a token at once", a.revokeToken)

	post(h, "create-mapping", "/connections/{id}/mappings", "Give the members of a group a role", a.createMapping)
	get(h, "list-mappings", "/connections/{id}/mappings", "List the mappings of a connection", a.listMappings)
	del(h, "delete-mapping", "/connections/{id}/mappings/{mapping_id}", "Delete a mapping", a.deleteMapping)

	act(h, "relink-user", "/connections/{id}/users/{user_id}/relink", "Give a User another account, in place", a.relinkUser)
	get(h, "get-readiness", "/connections/{id}/readiness", "Check how a connection is set up", a.getReadiness)
	get(h, "list-observed", "/connections/{id}/observed", "List what would happen once observing ends", a.listObserved)
	get(h, "get-guard", "/connections/{id}/guard", "Show the guard against a mass of departures", a.getGuard)
	act(h, "decide-guard", "/connections/{id}/guard", "Let departures through that wait, or refuse them", a.decideGuard)
	list[wire.Requests, wire.Request](h, "list-requests", "/connections/{id}/requests", "List SCIM requests, the newest first", a.listRequests)
	get(h, "get-request", "/connections/{id}/requests/{request_id}", "Show a SCIM request", a.getRequest)
	lines[wire.PreviewLine](h, "preview", "/connections/{id}/preview", "Decide on many users without changing anything", previewForms(), a.preview)

	act(h, "sign-in", "/sign-ins", "Decide on a login", a.signIn)
	act(h, "sign-out", "/sign-outs", "Note the end of a session", a.signOut)
	act(h, "explain", "/explain", "Decide on a user or a login without changing anything", a.explain)

	get(h, "list-cases", "/cases", "List cases, the newest first", a.listCases)
	either[wire.Case, wire.CustomerCase](h, "get-case", "/cases/{id}", "Show a case", a.getCase)
	act(h, "act-on-case", "/cases/{id}/actions", "Settle a case", a.actOnCase)

	list[wire.Audit, wire.AuditEvent](h, "list-audit", "/audit", "List all that happened and who did it, the newest first", a.listAudit)
	get(h, "list-events", "/events", "Read the sequence of events", a.listEvents)
}
