-- What buyers wrote. Personal data: shown to the shop's desk alone, never in logs.
CREATE TABLE contact (
    id INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL REFERENCES tenant (id),
    number TEXT NOT NULL UNIQUE,  -- what the writer is told
    at INTEGER NOT NULL,          -- ms since 1970 UTC
    request TEXT NOT NULL,        -- id of the request
    lang TEXT NOT NULL,
    name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL,
    subject TEXT NOT NULL, message TEXT NOT NULL
) STRICT;
CREATE INDEX contact_by_time ON contact (tenant, at);
