-- Messages and what became of them. recipient, subject, text and unsubscribe are personal data:
-- NULL as soon as the message was sent or given up.
CREATE TABLE message (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL UNIQUE,    -- the sender's: a second message of it is the same one
    kind INTEGER NOT NULL,       -- enum post_kind
    purpose TEXT NOT NULL,
    state INTEGER NOT NULL,      -- enum post_state
    urgent INTEGER NOT NULL,
    queued INTEGER NOT NULL,     -- ms since 1970 UTC, as all that follow
    due INTEGER NOT NULL,
    until INTEGER NOT NULL,      -- not sent any more from then on
    tries INTEGER NOT NULL DEFAULT 0,
    recipient TEXT, subject TEXT, text TEXT, unsubscribe TEXT,
    ended INTEGER, fault TEXT    -- a code of ours, never what a server said
) STRICT;
CREATE INDEX message_due ON message (kind, urgent, due) WHERE state = 0;
CREATE INDEX message_until ON message (until) WHERE state = 0;
CREATE INDEX message_ended ON message (state, ended) WHERE state > 0;

-- How many an hour went to one recipient, by a keyed digest.
CREATE TABLE pace (
    who TEXT NOT NULL, hour INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (who, hour)
) WITHOUT ROWID, STRICT;
