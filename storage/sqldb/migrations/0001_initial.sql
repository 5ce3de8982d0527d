-- One text for both databases. The braces fill in what differs:
--   .C       collation by bytes, which is SQLite's default
--   .JSON    type of a JSON column
--   .Rowless ending of a table that SQLite keeps in its primary key
--   .SQLite  true on SQLite
-- Times are Unix milliseconds.

CREATE TABLE organizations (
  id         TEXT {{.C}} NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  slug       TEXT {{.C}} NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);

CREATE TABLE connections (
  id              TEXT {{.C}} NOT NULL PRIMARY KEY,
  organization_id TEXT {{.C}} NOT NULL REFERENCES organizations (id),
  name            TEXT NOT NULL,
  idp             TEXT NOT NULL,
  strict          BOOLEAN NOT NULL,
  policy          TEXT NOT NULL,
  created_at      BIGINT NOT NULL
);
CREATE INDEX connections_of ON connections (organization_id, id);

CREATE TABLE tokens (
  connection_id TEXT {{.C}} NOT NULL REFERENCES connections (id),
  id            TEXT {{.C}} NOT NULL,
  name          TEXT NOT NULL,
  hash          TEXT {{.C}} NOT NULL UNIQUE,
  created_at    BIGINT NOT NULL,
  created_by    TEXT NOT NULL,
  expires_at    BIGINT,
  last_used_at  BIGINT,
  PRIMARY KEY (connection_id, id)
);

CREATE TABLE admin_tokens (
  id         TEXT {{.C}} NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  hash       TEXT {{.C}} NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);

-- emails repeats the resource's rows of user_emails as a JSON array, so that
-- they can be found again when it changes. search is what filters look at; it
-- stands last because nothing else reads it.
CREATE TABLE resources (
  connection_id TEXT {{.C}} NOT NULL,
  resource_type TEXT {{.C}} NOT NULL,
  id            TEXT {{.C}} NOT NULL,
  version       BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  modified_at   BIGINT NOT NULL,
  deleted_at    BIGINT,
  unique_key    TEXT {{.C}},
  external_id   TEXT {{.C}},
  display       TEXT {{.C}},
  active        BOOLEAN NOT NULL,
  emails        TEXT,
  body          TEXT NOT NULL,
  search        {{.JSON}} NOT NULL,
  {{- /* The index of the ids knows what is deleted, so that pages are found without looking at the rows. */}}
  {{- if .SQLite}}
  PRIMARY KEY (connection_id, resource_type, id, deleted_at) -- which does not refuse an id twice: it is for whoever makes ids to see to that
  {{- else}}
  PRIMARY KEY (connection_id, resource_type, id) INCLUDE (deleted_at)
  {{- end}}
){{if not .SQLite}} WITH (fillfactor = 80){{end}}; -- room for the next version beside the row, which spares its indexes
CREATE UNIQUE INDEX resources_unique_key ON resources (connection_id, resource_type, unique_key) WHERE deleted_at IS NULL AND unique_key IS NOT NULL;
CREATE UNIQUE INDEX resources_external_id ON resources (connection_id, resource_type, external_id) WHERE deleted_at IS NULL AND external_id IS NOT NULL;
CREATE INDEX tombstones_unique_key ON resources (connection_id, resource_type, unique_key) WHERE deleted_at IS NOT NULL AND unique_key IS NOT NULL;
CREATE INDEX tombstones_external_id ON resources (connection_id, resource_type, external_id) WHERE deleted_at IS NOT NULL AND external_id IS NOT NULL;

-- The emails of Users, of tombstones too.
CREATE TABLE user_emails (
  connection_id TEXT {{.C}} NOT NULL,
  email         TEXT {{.C}} NOT NULL,
  resource_id   TEXT {{.C}} NOT NULL,
  PRIMARY KEY (connection_id, email, resource_id)
){{.Rowless}};

-- How many live resources there are. The number is the sum over the shards,
-- which keep writers from waiting for one another.
CREATE TABLE resource_counts (
  connection_id TEXT {{.C}} NOT NULL,
  resource_type TEXT {{.C}} NOT NULL,
  shard         INTEGER NOT NULL,
  n             BIGINT NOT NULL,
  PRIMARY KEY (connection_id, resource_type, shard)
){{if .SQLite}}{{.Rowless}}{{else}} WITH (fillfactor = 20){{end}};

CREATE TABLE members (
  connection_id TEXT {{.C}} NOT NULL,
  group_id      TEXT {{.C}} NOT NULL,
  member_id     TEXT {{.C}} NOT NULL,
  member_type   TEXT {{.C}} NOT NULL,
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (connection_id, group_id, member_id)
){{.Rowless}};
CREATE INDEX members_by_member ON members (connection_id, member_id);

CREATE TABLE pending_members (
  connection_id TEXT {{.C}} NOT NULL,
  group_id      TEXT {{.C}} NOT NULL,
  ref           TEXT {{.C}} NOT NULL,
  name          TEXT {{.C}} NOT NULL, -- ref without case
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (connection_id, group_id, ref)
){{.Rowless}};
CREATE INDEX pending_members_by_ref ON pending_members (connection_id, ref);
CREATE INDEX pending_members_by_name ON pending_members (connection_id, name);

-- position is an event's place in the sequence of all. On SQLite the one
-- writer gives it at once. On PostgreSQL it is given after the commit, in the
-- order of (written, ordinal, id), and event_positions holds the last one.
CREATE TABLE events (
  {{- if .SQLite}}
  position        INTEGER PRIMARY KEY AUTOINCREMENT,
  {{- else}}
  position        BIGINT,
  written         TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  ordinal         BIGINT NOT NULL,
  {{- end}}
  id              TEXT {{.C}} NOT NULL,
  type            TEXT NOT NULL,
  time            BIGINT NOT NULL,
  organization_id TEXT {{.C}} NOT NULL,
  connection_id   TEXT {{.C}} NOT NULL,
  subject_id      TEXT {{.C}} NOT NULL,
  data            TEXT NOT NULL
  {{- if not .SQLite}},
  PRIMARY KEY (organization_id, id)
  {{- end}}
);
{{- if not .SQLite}}
CREATE UNIQUE INDEX events_position ON events (position) WHERE position IS NOT NULL;
CREATE INDEX events_unplaced ON events (written, ordinal, id) WHERE position IS NULL;
CREATE TABLE event_positions (last BIGINT NOT NULL);
INSERT INTO event_positions VALUES (0);
{{- end}}
{{- if .SQLite}}
-- How the keys are spread, for SQLite's planner. It does not look by itself,
-- and takes the rows of a connection for few.
ANALYZE;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('resources', 'sqlite_autoindex_resources_1', '1000000 100000 50000 1 1'),
  ('resources', 'resources_unique_key', '900000 90000 45000 1'),
  ('resources', 'resources_external_id', '900000 90000 45000 1'),
  ('resources', 'tombstones_unique_key', '100000 10000 5000 2'),
  ('resources', 'tombstones_external_id', '100000 10000 5000 2'),
  ('user_emails', 'user_emails', '1000000 100000 1 1'),
  ('members', 'members', '4000000 400000 400 1'),
  ('members', 'members_by_member', '4000000 400000 4'),
  ('pending_members', 'pending_members', '10000 1000 10 1'),
  ('pending_members', 'pending_members_by_ref', '10000 1000 2'),
  ('pending_members', 'pending_members_by_name', '10000 1000 2');
{{- end}}
{{- if not .SQLite}}
-- No plan depends on what these hold, and ANALYZE would read it all.
ALTER TABLE resources ALTER COLUMN body SET STATISTICS 0, ALTER COLUMN search SET STATISTICS 0, ALTER COLUMN emails SET STATISTICS 0;
ALTER TABLE events ALTER COLUMN data SET STATISTICS 0;
{{- end}}
