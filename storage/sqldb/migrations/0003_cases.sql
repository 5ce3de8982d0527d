-- Cases, the request log, the audit, and what else is kept about connections.
-- The braces fill in what they do in 0001.

ALTER TABLE connections ADD COLUMN observe BOOLEAN NOT NULL DEFAULT false;

-- What is wide stands last, so that looking through cases passes it over.
CREATE TABLE cases (
  connection_id   TEXT {{.C}} NOT NULL,
  id              TEXT {{.C}} NOT NULL,
  code            TEXT {{.C}} NOT NULL,
  organization_id TEXT {{.C}} NOT NULL,
  reason          TEXT {{.C}} NOT NULL,
  rule            TEXT NOT NULL,
  status          TEXT {{.C}} NOT NULL,
  attempts        BIGINT NOT NULL,
  attribute       TEXT,
  value           TEXT,
  subject_key     TEXT {{.C}} NOT NULL,
  holder_id       TEXT {{.C}},
  holder_user_id  TEXT {{.C}},
  opened_at       BIGINT NOT NULL,
  last_seen_at    BIGINT NOT NULL,
  closed_at       BIGINT,
  resolution      TEXT,
  confirmed_at    BIGINT,
  subject         TEXT NOT NULL,
  trace           TEXT NOT NULL,
  request         TEXT NOT NULL,
  history         TEXT NOT NULL,
  PRIMARY KEY (connection_id, id)
);
CREATE UNIQUE INDEX cases_code ON cases (code);
CREATE UNIQUE INDEX cases_open ON cases (connection_id, reason, subject_key) WHERE status = 'open';
CREATE INDEX cases_newest ON cases (id, status);
CREATE INDEX cases_of_organization ON cases (organization_id, id, status);
CREATE INDEX cases_of_holder ON cases (holder_id, id) WHERE holder_id IS NOT NULL;

-- What unsettled cases know their subjects by.
CREATE TABLE case_keys (
  connection_id TEXT {{.C}} NOT NULL,
  key           TEXT {{.C}} NOT NULL,
  case_id       TEXT {{.C}} NOT NULL,
  PRIMARY KEY (connection_id, key, case_id)
){{.Rowless}};
CREATE INDEX case_keys_of ON case_keys (connection_id, case_id);

-- One-time links by which the owner of an account consents.
CREATE TABLE consents (
  hash       TEXT {{.C}} NOT NULL PRIMARY KEY,
  case_id    TEXT {{.C}} NOT NULL,
  expires_at BIGINT NOT NULL
){{.Rowless}};
CREATE INDEX consents_of ON consents (case_id);
CREATE INDEX consents_expiring ON consents (expires_at);

CREATE TABLE merges (
  id              TEXT {{.C}} NOT NULL PRIMARY KEY,
  survivor_id     TEXT {{.C}} NOT NULL,
  absorbed_id     TEXT {{.C}} NOT NULL,
  organization_id TEXT {{.C}},
  created_at      BIGINT NOT NULL,
  undone_at       BIGINT,
  undo            TEXT NOT NULL
);
CREATE INDEX merges_survivor ON merges (survivor_id, id);
CREATE INDEX merges_absorbed ON merges (absorbed_id, id);

-- Each connection has a row from the start, so that there is one to lock.
CREATE TABLE guards (
  connection_id TEXT {{.C}} NOT NULL PRIMARY KEY,
  state         TEXT {{.C}},
  since         BIGINT,
  until         BIGINT,
  departed      BIGINT NOT NULL,
  users         BIGINT NOT NULL,
  held          TEXT
){{.Rowless}};
INSERT INTO guards (connection_id, departed, users) SELECT id, 0, 0 FROM connections;

-- How many Users left, in buckets of time.
CREATE TABLE departures (
  connection_id TEXT {{.C}} NOT NULL,
  bucket        BIGINT NOT NULL,
  shard         INTEGER NOT NULL, -- as in resource_counts
  n             BIGINT NOT NULL,
  deleted       BIGINT NOT NULL,
  PRIMARY KEY (connection_id, bucket, shard)
){{.Rowless}};
CREATE INDEX departures_bucket ON departures (bucket);

-- The log of SCIM requests. duration is in nanoseconds.
CREATE TABLE requests (
  connection_id TEXT {{.C}} NOT NULL,
  id            TEXT {{.C}} NOT NULL,
  time          BIGINT NOT NULL,
  duration      BIGINT NOT NULL,
  status        BIGINT NOT NULL,
  user_id       TEXT {{.C}},
  group_id      TEXT {{.C}},
  case_id       TEXT {{.C}},
  reason        TEXT,
  token_id      TEXT,
  request_id    TEXT,
  method        TEXT NOT NULL,
  pending       BIGINT NOT NULL,
  repairs       TEXT,
  ignored       TEXT,
  path          TEXT NOT NULL,
  body          TEXT,
  answer        TEXT,
  PRIMARY KEY (connection_id, id)
);
CREATE INDEX requests_newest ON requests (connection_id, time, status);
CREATE INDEX requests_of_user ON requests (connection_id, user_id, time) WHERE user_id IS NOT NULL;
CREATE INDEX requests_of_group ON requests (connection_id, group_id, time) WHERE group_id IS NOT NULL;
CREATE INDEX requests_of_case ON requests (connection_id, case_id, time) WHERE case_id IS NOT NULL;
CREATE INDEX requests_oldest ON requests (time);

-- Whoever follows events is not told of those that are for the audit only.
ALTER TABLE events ADD COLUMN actor_type TEXT;
ALTER TABLE events ADD COLUMN actor_id TEXT {{.C}};
ALTER TABLE events ADD COLUMN actor_name TEXT;
ALTER TABLE events ADD COLUMN request_id TEXT;
ALTER TABLE events ADD COLUMN before TEXT;
ALTER TABLE events ADD COLUMN after TEXT;
ALTER TABLE events ADD COLUMN audit_only BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX events_newest ON events (id);
{{- if .SQLite}}
CREATE INDEX events_of_organization ON events (organization_id, id); -- elsewhere the primary key
{{- end}}
CREATE INDEX events_of_subject ON events (subject_id, id);

CREATE INDEX tombstones_deleted ON resources (connection_id, deleted_at) WHERE deleted_at IS NOT NULL;
{{- if .SQLite}}
-- How the keys are spread, as in 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('resources', 'tombstones_deleted', '100000 10000 2'),
  ('cases', 'sqlite_autoindex_cases_1', '10000 1000 1'),
  ('cases', 'cases_code', '10000 1'),
  ('cases', 'cases_open', '1000 100 20 1'),
  ('cases', 'cases_newest', '10000 1 1'),
  ('cases', 'cases_of_organization', '10000 1000 1 1'),
  ('cases', 'cases_of_holder', '10000 2 1'),
  ('case_keys', 'case_keys', '4000 400 2 1'),
  ('case_keys', 'case_keys_of', '4000 400 4'),
  ('consents', 'consents', '1000 1'),
  ('consents', 'consents_of', '1000 2'),
  ('consents', 'consents_expiring', '1000 1'),
  ('merges', 'merges_survivor', '1000 2 1'),
  ('merges', 'merges_absorbed', '1000 2 1'),
  ('departures', 'departures', '10000 100 1 1'),
  ('departures', 'departures_bucket', '10000 10'),
  ('requests', 'sqlite_autoindex_requests_1', '1000000 100000 1'),
  ('requests', 'requests_newest', '1000000 100000 2 1'),
  ('requests', 'requests_of_user', '800000 80000 10 1'),
  ('requests', 'requests_of_group', '100000 10000 20 1'),
  ('requests', 'requests_of_case', '10000 1000 10 1'),
  ('requests', 'requests_oldest', '1000000 2'),
  ('events', 'events_newest', '10000000 1'),
  ('events', 'events_of_organization', '10000000 100000 1'),
  ('events', 'events_of_subject', '10000000 10 1');
{{- else}}
-- No plan depends on what these hold, and ANALYZE would read it all.
ALTER TABLE cases ALTER COLUMN subject SET STATISTICS 0, ALTER COLUMN trace SET STATISTICS 0,
  ALTER COLUMN request SET STATISTICS 0, ALTER COLUMN history SET STATISTICS 0;
ALTER TABLE merges ALTER COLUMN undo SET STATISTICS 0;
ALTER TABLE requests ALTER COLUMN path SET STATISTICS 0, ALTER COLUMN body SET STATISTICS 0, ALTER COLUMN answer SET STATISTICS 0;
ALTER TABLE events ALTER COLUMN before SET STATISTICS 0, ALTER COLUMN after SET STATISTICS 0;
{{- end}}
