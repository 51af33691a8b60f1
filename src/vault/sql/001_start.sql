-- Ciphertexts, and what points at them. Nothing here can be read without the keeper's keys; which
-- rows are about equal words cannot be told either. Ids are random, and rows lie in their order, so
-- that the file does not tell what came after what. Days, not times. The one thing that is told by
-- design: an e-mail address has one token within a tenant, so equal ones are equal here.
CREATE TABLE value (
    id TEXT PRIMARY KEY CHECK (length(id) = 24),
    tenant TEXT NOT NULL,
    person TEXT NOT NULL CHECK (length(person) = 24),
    part TEXT NOT NULL CHECK (length(part) IN (0, 24)), -- the case; '': the account
    kind INTEGER NOT NULL,
    version INTEGER NOT NULL,
    token TEXT NOT NULL,
    sealed BLOB NOT NULL,
    names BLOB NOT NULL,                                -- of its rows in `word`, 32 bytes each
    day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX value_by_token ON value (tenant, token, day DESC, id); -- as they are asked for: nothing is sorted
CREATE INDEX value_by_person ON value (person, part);
CREATE INDEX value_by_part ON value (part) WHERE part <> '';

-- The index: one row an entry, all of one size. The rows of a word are named by the keyed hash of
-- 0, 1, 2 ...; one whose value was erased is overwritten by zeros and stays, for those behind it.
CREATE TABLE word (
    name BLOB PRIMARY KEY CHECK (length(name) = 32),
    entry BLOB NOT NULL CHECK (length(entry) = 76)
) STRICT, WITHOUT ROWID;

-- When what is to be erased. The earliest of a person or case counts.
CREATE TABLE due (
    person TEXT NOT NULL,
    part TEXT NOT NULL,
    event TEXT NOT NULL,
    tenant TEXT NOT NULL,
    at INTEGER NOT NULL,                                -- ms
    PRIMARY KEY (person, part, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_by_time ON due (at);

CREATE TABLE held (
    name TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    person TEXT NOT NULL,
    part TEXT NOT NULL,                                 -- '': the person with all cases
    day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX held_by_person ON held (person, part);

-- Receipts of erasure.
CREATE TABLE gone (
    id TEXT PRIMARY KEY CHECK (length(id) = 24),        -- a person or a case
    tenant TEXT NOT NULL,
    person TEXT NOT NULL,
    rows INTEGER NOT NULL,                              -- values that there were
    at INTEGER NOT NULL,                                -- ms
    record INTEGER NOT NULL                             -- the ledger's sequence
) STRICT, WITHOUT ROWID;

-- Tokens of values that were erased, where a shape has few members (phone, birthday, bank): an application
-- may still have them, and must not be shown somebody else's value for them.
CREATE TABLE used (
    tenant TEXT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (tenant, token)
) STRICT, WITHOUT ROWID;

-- Exports to authorities: each name is answered once.
CREATE TABLE answered (
    name TEXT PRIMARY KEY,
    day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
