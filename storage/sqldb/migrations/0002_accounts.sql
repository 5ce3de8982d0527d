-- Accounts, and what joins them to Users and organizations. The braces fill in
-- what they do in 0001.

CREATE TABLE accounts (
  id            TEXT {{.C}} NOT NULL PRIMARY KEY,
  email         TEXT,
  username      TEXT,
  display_name  TEXT,
  protected     BOOLEAN NOT NULL,
  origin        TEXT NOT NULL,
  connection_id TEXT {{.C}}, -- that made it, be it there still or not
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL,
  merged_into   TEXT {{.C}}
){{.Rowless}};

-- The key of an email begins with its domain, as in "example.com@ada", so that
-- the emails of a domain stand side by side.
CREATE TABLE handles (
  kind       TEXT {{.C}} NOT NULL,
  key        TEXT {{.C}} NOT NULL,
  value      TEXT NOT NULL,
  account_id TEXT {{.C}} NOT NULL,
  since      BIGINT NOT NULL,
  until      BIGINT, -- NULL: for good
  PRIMARY KEY (kind, key)
){{.Rowless}};
CREATE INDEX handles_of ON handles (account_id);
CREATE INDEX handles_until ON handles (until) WHERE until IS NOT NULL;

CREATE TABLE links (
  connection_id  TEXT {{.C}} NOT NULL,
  user_id        TEXT {{.C}} NOT NULL,
  account_id     TEXT {{.C}} NOT NULL,
  subject        TEXT {{.C}},
  subject_format TEXT,
  rule           TEXT NOT NULL,
  origin         TEXT NOT NULL,
  created_at     BIGINT NOT NULL,
  last_sign_in   BIGINT,
  last_sign_out  BIGINT,
  claimed_at     BIGINT,
  ended_at       BIGINT,
  PRIMARY KEY (connection_id, user_id)
){{if .SQLite}}{{.Rowless}}{{else}} WITH (fillfactor = 80){{end}}; -- room for the next sign-in
CREATE UNIQUE INDEX links_subject ON links (connection_id, subject) WHERE subject IS NOT NULL;
-- These begin with the account, so that they find its links in all connections.
CREATE UNIQUE INDEX links_live ON links (account_id, connection_id) WHERE ended_at IS NULL;
CREATE INDEX links_ended ON links (account_id, connection_id) WHERE ended_at IS NOT NULL;

CREATE TABLE memberships (
  organization_id TEXT {{.C}} NOT NULL,
  account_id      TEXT {{.C}} NOT NULL,
  state           TEXT {{.C}} NOT NULL,
  role            TEXT {{.C}},
  origin          TEXT NOT NULL,
  connection_id   TEXT {{.C}},
  created_at      BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL,
  PRIMARY KEY (organization_id, account_id)
){{.Rowless}};
CREATE INDEX memberships_of ON memberships (account_id, organization_id);
CREATE INDEX memberships_role ON memberships (organization_id, role) WHERE role IS NOT NULL;

-- The groups that the last sign-in with any claimed for a User.
CREATE TABLE claims (
  connection_id TEXT {{.C}} NOT NULL,
  user_id       TEXT {{.C}} NOT NULL,
  key           TEXT {{.C}} NOT NULL, -- name without case
  name          TEXT {{.C}} NOT NULL,
  PRIMARY KEY (connection_id, user_id, key)
){{.Rowless}};
CREATE INDEX claims_by_key ON claims (connection_id, key, user_id);

CREATE TABLE mappings (
  connection_id TEXT {{.C}} NOT NULL,
  id            TEXT {{.C}} NOT NULL,
  group_id      TEXT {{.C}}, -- NULL while it waits for a group of its name
  group_name    TEXT NOT NULL,
  name_key      TEXT {{.C}} NOT NULL, -- group_name without case
  target        TEXT {{.C}} NOT NULL,
  role          TEXT {{.C}} NOT NULL,
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (connection_id, id)
){{.Rowless}};
CREATE UNIQUE INDEX mappings_by_group ON mappings (connection_id, group_id, target) WHERE group_id IS NOT NULL;
CREATE UNIQUE INDEX mappings_waiting ON mappings (connection_id, name_key, target) WHERE group_id IS NULL;
CREATE INDEX mappings_by_name ON mappings (connection_id, name_key);
CREATE INDEX mappings_by_target ON mappings (connection_id, target, role);

CREATE TABLE domains (
  organization_id TEXT {{.C}} NOT NULL,
  name            TEXT {{.C}} NOT NULL,
  state           TEXT {{.C}} NOT NULL,
  token           TEXT NOT NULL,
  method          TEXT,
  created_at      BIGINT NOT NULL,
  verified_at     BIGINT,
  PRIMARY KEY (organization_id, name)
){{.Rowless}};
{{- if .SQLite}}
-- How the keys are spread, as in 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('accounts', 'accounts', '1000000 1'),
  ('handles', 'handles', '2000000 1000000 1'),
  ('handles', 'handles_of', '2000000 2'),
  ('handles', 'handles_until', '10000 2'),
  ('links', 'links', '1000000 100000 1'),
  ('links', 'links_subject', '900000 90000 1'),
  ('links', 'links_live', '1000000 2 1'),
  ('links', 'links_ended', '100000 2 2'),
  ('memberships', 'memberships', '1000000 100000 1'),
  ('memberships', 'memberships_of', '1000000 2 1'),
  ('memberships', 'memberships_role', '10000 1000 100'),
  ('claims', 'claims', '4000000 400000 4 1'),
  ('claims', 'claims_by_key', '4000000 400000 400 1'),
  ('mappings', 'mappings', '10000 100 1'),
  ('mappings', 'mappings_by_group', '10000 100 2 1'),
  ('mappings', 'mappings_waiting', '1000 10 2 1'),
  ('mappings', 'mappings_by_name', '10000 100 2'),
  ('mappings', 'mappings_by_target', '10000 100 10 5'),
  ('domains', 'domains', '10000 2 1');
{{- end}}
