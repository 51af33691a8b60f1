-- What a shop shows. Prices are yen with tax included, as Japanese law wants them shown.
CREATE TABLE tenant (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE CHECK (slug GLOB '[a-z]*' AND length(slug) <= 32),
    position INTEGER NOT NULL,
    theme TEXT NOT NULL,                       -- a class of the style sheet
    name_ja TEXT NOT NULL, name_en TEXT NOT NULL,
    lead_ja TEXT NOT NULL, lead_en TEXT NOT NULL,
    about_ja TEXT NOT NULL, about_en TEXT NOT NULL
) STRICT;

CREATE TABLE category (
    id INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL REFERENCES tenant (id),
    slug TEXT NOT NULL,
    position INTEGER NOT NULL,
    name_ja TEXT NOT NULL, name_en TEXT NOT NULL,
    lead_ja TEXT NOT NULL, lead_en TEXT NOT NULL,
    UNIQUE (tenant, slug)
) STRICT;

CREATE TABLE product (
    id INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL REFERENCES tenant (id),
    category INTEGER NOT NULL REFERENCES category (id),
    position INTEGER NOT NULL,
    added TEXT NOT NULL,                       -- date, 2026-11-01
    name_ja TEXT NOT NULL, name_en TEXT NOT NULL,
    size_ja TEXT NOT NULL, size_en TEXT NOT NULL,
    lead_ja TEXT NOT NULL, lead_en TEXT NOT NULL,
    text_ja TEXT NOT NULL, text_en TEXT NOT NULL,
    price INTEGER NOT NULL CHECK (price >= 0), -- yen, tax included
    tax INTEGER NOT NULL CHECK (tax IN (8, 10)), -- percent: 8 for food
    stock INTEGER NOT NULL CHECK (stock >= 0),
    picture TEXT NOT NULL,                     -- ui/picture/NAME.svg
    pattern TEXT NOT NULL,                     -- one of picture.c's
    mark TEXT NOT NULL,                        -- letters on its label, at most 4
    colour_a INTEGER NOT NULL, colour_b INTEGER NOT NULL, colour_c INTEGER NOT NULL -- 0xRRGGBB
) STRICT;
CREATE INDEX product_of_category ON product (tenant, category, position);

-- Lines of the notice that the Act on Specified Commercial Transactions asks for.
CREATE TABLE legal (
    tenant INTEGER NOT NULL REFERENCES tenant (id),
    position INTEGER NOT NULL,
    term_ja TEXT NOT NULL, term_en TEXT NOT NULL,
    text_ja TEXT NOT NULL, text_en TEXT NOT NULL,
    PRIMARY KEY (tenant, position)
) STRICT, WITHOUT ROWID;

-- Counts changes of all of the above, so that kept pages know when they are old.
CREATE TABLE catalog_version (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL) STRICT;
INSERT INTO catalog_version VALUES (1, 1);
CREATE TRIGGER tenant_new AFTER INSERT ON tenant BEGIN UPDATE catalog_version SET version = version + 1; END;
CREATE TRIGGER tenant_set AFTER UPDATE ON tenant BEGIN UPDATE catalog_version SET version = version + 1; END;
CREATE TRIGGER tenant_del AFTER DELETE ON tenant BEGIN UPDATE catalog_version SET version = version + 1; END;
CREATE TRIGGER category_new AFTER INSERT ON category BEGIN UPDATE catalog_version SET version = version + 1; END;
CREATE TRIGGER category_set AFTER UPDATE ON category BEGIN UPDATE catalog_version SET version = version + 1; END;
CREATE TRIGGER category_del AFTER DELETE ON category BEGIN UPDATE catalog_version SET version = version + 1; END;
CREATE TRIGGER product_new AFTER INSERT ON product BEGIN UPDATE catalog_version SET version = version + 1; END;
CREATE TRIGGER product_set AFTER UPDATE ON product BEGIN UPDATE catalog_version SET version = version + 1; END;
CREATE TRIGGER product_del AFTER DELETE ON product BEGIN UPDATE catalog_version SET version = version + 1; END;
CREATE TRIGGER legal_new AFTER INSERT ON legal BEGIN UPDATE catalog_version SET version = version + 1; END;
CREATE TRIGGER legal_set AFTER UPDATE ON legal BEGIN UPDATE catalog_version SET version = version + 1; END;
CREATE TRIGGER legal_del AFTER DELETE ON legal BEGIN UPDATE catalog_version SET version = version + 1; END;
