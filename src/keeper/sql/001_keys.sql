-- Keys, each wrapped by the one above: root, tenant, person and case. Numbers are random, so that keys of
-- a copy and keys made since do not meet when the copy is taken back.
CREATE TABLE tenant_key (
    number  INTEGER PRIMARY KEY,
    tenant  TEXT NOT NULL,
    made    INTEGER NOT NULL,           -- ms; the newest wraps, all unwrap
    root    INTEGER NOT NULL,           -- the root key's number
    wrapped BLOB NOT NULL,
    uses    INTEGER NOT NULL
) STRICT;
CREATE INDEX tenant_key_tenant ON tenant_key (tenant, made);

-- For index rows and the tokens of e-mail addresses: it stays when the tenant's key changes.
CREATE TABLE index_key (
    tenant     TEXT PRIMARY KEY,
    tenant_key INTEGER NOT NULL REFERENCES tenant_key (number),
    wrapped    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    person BLOB PRIMARY KEY,
    tenant TEXT NOT NULL,
    honey  INTEGER NOT NULL             -- 1: nobody; reading it is an alarm
) STRICT, WITHOUT ROWID;
CREATE INDEX person_tenant ON person (tenant);

-- `file` is the case: 24 zero bytes for the account itself.
CREATE TABLE key (
    person     BLOB NOT NULL REFERENCES person (person),
    file       BLOB NOT NULL,
    number     INTEGER NOT NULL,
    made       INTEGER NOT NULL,        -- ms; the newest seals, all open
    tenant_key INTEGER NOT NULL REFERENCES tenant_key (number),
    wrapped    BLOB NOT NULL,
    uses       INTEGER NOT NULL,
    PRIMARY KEY (person, file, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX key_tenant_key ON key (tenant_key);

-- What was erased, for good. `file` of 24 zero bytes: the person with all cases. The same lines stand in
-- the file `tombstones`, which outlives this one.
CREATE TABLE erased (
    person   BLOB NOT NULL,
    file     BLOB NOT NULL,
    tenant   TEXT NOT NULL,
    at       INTEGER NOT NULL,          -- ms
    sequence INTEGER NOT NULL,          -- of the ledger's record
    PRIMARY KEY (person, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
