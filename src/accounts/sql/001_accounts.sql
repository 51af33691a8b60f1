-- People, what they sign in with, and what became of it. Ids are opaque: acc_, ses_, ... and 20
-- characters of Crockford's base 32. E-mail addresses, phone numbers and names lie sealed (seal.h),
-- beside an index where they are looked for. Times are ms since 1970 UTC. Secrets that a browser or
-- a mail carries (cookies, links) are kept as SHA-256 of 256 random bits.

-- Whose customers and staff they are: a shop's slug, or a site's name. One site each, so that an
-- account of one site is nobody on another.
CREATE TABLE tenant (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 32 AND id NOT GLOB '*[^A-Za-z0-9_-]*'),
    site TEXT NOT NULL,
    made INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id TEXT PRIMARY KEY,                       -- acc_
    realm TEXT NOT NULL CHECK (realm IN ('operator', 'merchant', 'buyer', 'worker', 'api')),
    tenant TEXT REFERENCES tenant (id),        -- NULL: operators, who belong to the instance
    role TEXT NOT NULL,                        -- realm.c's
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'closed')),
    lang TEXT NOT NULL CHECK (lang IN ('ja', 'en')),
    made INTEGER NOT NULL,
    email_index TEXT NOT NULL, email TEXT NOT NULL,
    phone_index TEXT, phone TEXT,
    name TEXT,
    password TEXT,                             -- its hash, with algorithm and parameters; NULL: none
    password_at INTEGER,
    must_reset INTEGER NOT NULL DEFAULT 0 CHECK (must_reset IN (0, 1)), -- only a mailed link helps
    seen INTEGER,                              -- newest sign-in
    CHECK ((tenant IS NULL) = (realm = 'operator'))
) STRICT;
CREATE UNIQUE INDEX account_by_email ON account (realm, coalesce(tenant, ''), email_index);
CREATE INDEX account_by_email_alone ON account (realm, email_index);
CREATE INDEX account_by_tenant ON account (tenant, realm);
CREATE INDEX account_by_phone ON account (phone_index) WHERE phone_index IS NOT NULL;

-- Second factors. One row a device, or a recovery code.
CREATE TABLE factor (
    id TEXT PRIMARY KEY,                       -- fac_
    account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('totp', 'passkey', 'recovery')),
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'used')),
    label TEXT,                                -- sealed: what the owner calls it
    secret TEXT NOT NULL,                      -- TOTP: sealed key; passkey: public key; recovery: hash
    credential BLOB,                           -- passkey: the credential's id
    counter INTEGER NOT NULL DEFAULT 0,        -- TOTP: last step used; passkey: signature counter
    made INTEGER NOT NULL,
    used INTEGER
) STRICT;
CREATE INDEX factor_of_account ON factor (account, kind);
CREATE UNIQUE INDEX factor_by_credential ON factor (credential) WHERE credential IS NOT NULL;

-- A new row at every change of level, so the cookie is new, too.
CREATE TABLE session (
    token BLOB PRIMARY KEY,                    -- SHA-256 of the cookie
    id TEXT NOT NULL UNIQUE,                   -- ses_
    account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    realm TEXT NOT NULL,
    site TEXT NOT NULL,                        -- where it was made: nothing elsewhere
    level INTEGER NOT NULL CHECK (level IN (1, 2)),
    wait TEXT NOT NULL CHECK (wait IN ('', 'factor', 'enrol')), -- not '': not signed in yet
    made INTEGER NOT NULL,
    used INTEGER NOT NULL,
    ends INTEGER NOT NULL,                     -- whatever happens
    device TEXT NOT NULL,                      -- "Chrome, Windows"
    place TEXT NOT NULL,                       -- "203.0.113.0/24"
    known TEXT                                 -- dev_
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_account ON session (account);
CREATE INDEX session_by_end ON session (ends);

-- Browsers that an account has signed in with, known by a cookie of their own.
CREATE TABLE device (
    token BLOB NOT NULL,
    account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id TEXT NOT NULL UNIQUE,                   -- dev_
    family TEXT NOT NULL,
    made INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (token, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_of_account ON device (account, used);

-- What its owner can look at. Failures of one hour from one place are one row.
CREATE TABLE sign_in (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'failed', 'locked')),
    method TEXT NOT NULL,                      -- "password", "password+totp", "code" ...
    count INTEGER NOT NULL DEFAULT 1,
    device TEXT NOT NULL, place TEXT NOT NULL,
    fresh INTEGER NOT NULL DEFAULT 0,          -- a device not seen before
    session TEXT,                              -- ses_
    told INTEGER NOT NULL DEFAULT 1            -- 0: its owner is still to be written to
) STRICT;
CREATE INDEX sign_in_of_account ON sign_in (account, at);
CREATE INDEX sign_in_untold ON sign_in (id) WHERE told = 0;

-- Mailed links: one use, short lives.
CREATE TABLE link (
    token TEXT PRIMARY KEY,                    -- link.h's keyed hash
    id TEXT NOT NULL UNIQUE,                   -- lnk_
    purpose TEXT NOT NULL,                     -- "unlock", "reset", "stop", "invite" ...
    account TEXT REFERENCES account (id) ON DELETE CASCADE,
    data TEXT NOT NULL,                        -- what the purpose wants to know; sealed if personal
    made INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    used INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX link_of_account ON link (account, purpose);
CREATE INDEX link_by_end ON link (ends);

-- One-time codes by mail, SMS or voice, bound to the browser that asked. A code for nobody costs
-- what another costs: it has a row, too.
CREATE TABLE code (
    flow BLOB PRIMARY KEY,                     -- SHA-256 of the browser's cookie
    purpose TEXT NOT NULL,                     -- "code.sign_in", "code.phone"
    account TEXT REFERENCES account (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,                     -- index of the address or number that it went to
    hash TEXT NOT NULL,                        -- code.h's
    data TEXT NOT NULL,                        -- what the purpose wants to know; sealed if personal
    made INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    used INTEGER NOT NULL DEFAULT 0,
    ends INTEGER NOT NULL                      -- may be forgotten
) STRICT, WITHOUT ROWID;
CREATE INDEX code_by_end ON code (ends);
CREATE INDEX code_by_subject ON code (purpose, subject, made);

-- Numbers that were proven, waiting to be used by a sign-up or an account.
CREATE TABLE phone_proof (
    id TEXT PRIMARY KEY,                       -- prf_
    phone_index TEXT NOT NULL,
    phone TEXT NOT NULL,
    account TEXT REFERENCES account (id) ON DELETE CASCADE,
    way TEXT NOT NULL CHECK (way IN ('sms', 'voice')),
    proven INTEGER NOT NULL,
    ends INTEGER NOT NULL
) STRICT;
CREATE INDEX phone_proof_by_index ON phone_proof (phone_index);

-- Failures, counted by whom they hit and by whence they come; rows of people who do not exist are
-- like all others (subject is the address's index, not an account).
CREATE TABLE tally (
    kind TEXT NOT NULL,                        -- limit.c's
    subject TEXT NOT NULL,
    count INTEGER NOT NULL,
    since INTEGER NOT NULL,                    -- start of the window
    until INTEGER NOT NULL DEFAULT 0,          -- locked until
    locks INTEGER NOT NULL DEFAULT 0,          -- in a row: each is longer
    account TEXT REFERENCES account (id) ON DELETE CASCADE, -- for lists; NULL: nobody's
    ends INTEGER NOT NULL,                     -- may be forgotten
    PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX tally_by_end ON tally (ends);
CREATE INDEX tally_locked ON tally (until) WHERE until > 0;

-- Screens of sub-administrators and privileges, which are for a while only.
CREATE TABLE held_right (
    account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,                        -- a screen, or "privilege.NAME"
    given_by TEXT NOT NULL,                    -- acc_, or "local:UID"
    made INTEGER NOT NULL,
    ends INTEGER,                              -- NULL: until taken away; never for a privilege
    PRIMARY KEY (account, name),
    CHECK (name NOT GLOB 'privilege.*' OR ends IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_right_by_end ON held_right (ends) WHERE ends IS NOT NULL;

CREATE TABLE right_request (
    id TEXT PRIMARY KEY,                       -- req_
    account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE, -- who would hold it
    name TEXT NOT NULL,
    reason TEXT NOT NULL,                      -- sealed: people write names
    hours INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'approved', 'refused', 'withdrawn', 'expired')),
    decided_by TEXT,
    decided INTEGER,
    CHECK (decided_by IS NULL OR state = 'withdrawn' OR decided_by <> account)
) STRICT;
CREATE INDEX right_request_by_state ON right_request (state, asked);

-- Work over many accounts that goes on in the background and survives a restart.
CREATE TABLE job (
    id TEXT PRIMARY KEY,                       -- job_
    kind TEXT NOT NULL,                        -- "mass_reset"
    asked_by TEXT NOT NULL,
    realm TEXT, tenant TEXT,                   -- of whom; NULL: all
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    total INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,           -- accounts reset
    told INTEGER NOT NULL DEFAULT 0,           -- notices queued
    place TEXT NOT NULL DEFAULT '',            -- the last account's id
    made INTEGER NOT NULL,
    ended INTEGER,
    why TEXT                                   -- of a failure
) STRICT;
CREATE INDEX job_by_time ON job (made);
