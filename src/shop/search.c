#include "base/utf8.h"
#include "shop/catalog.h"
#include "shop/fold.h"

/* Fewer characters than a trigram has are not in the index. */
enum { TRIGRAM = 3 };

struct terms {
    sk_str term[SHOP_SEARCH_TERMS];
    size_t count;
    sk_str match; /* FTS5's expression of the long ones; empty: none is long */
};

/* "a" AND "b": quoted, so that no operator of FTS5 is left in it. */
static void
match_add(struct sk_buf *match, sk_str term)
{
    sk_buf_add(match, match->n ? SK_STR(" AND \"") : SK_STR("\""));
    for (size_t i = 0; i < term.n; i++) {
        if (term.p[i] == '"') sk_buf_byte(match, '"');
        sk_buf_byte(match, term.p[i]);
    }
    sk_buf_byte(match, '"');
}

static struct terms
terms_of(sk_arena *mem, sk_str words)
{
    struct terms t = { .count = 0 };
    struct sk_buf match = { .mem = mem };
    sk_str folded = shop_fold(mem, words), rest = folded;
    while (rest.n && t.count < SHOP_SEARCH_TERMS) {
        if (t.count + 1 == SHOP_SEARCH_TERMS)
            t.term[t.count] = rest, rest = (sk_str){ 0 };
        else
            sk_str_cut(&t.term[t.count], &rest, ' ');
        if (sk_utf8_count(t.term[t.count]) >= TRIGRAM) match_add(&match, t.term[t.count]);
        t.count++;
    }
    t.match = sk_buf_str(&match);
    return t;
}

#define FOUND                                                                                      \
    "SELECT " SHOP_PRODUCT_COLUMNS ", count(*) OVER ()"                                            \
    " FROM t JOIN product p ON p.id = t.id JOIN category c ON c.id = p.category"                   \
    " WHERE p.tenant = ?1"
/* The index speaks of a row as a whole; each word is looked for in it once more, short ones too. */
#define EACH_WORD                                                                                  \
    " AND (?7 = '' OR instr(t.body, ?7)) AND (?8 = '' OR instr(t.body, ?8))"                       \
    " AND (?9 = '' OR instr(t.body, ?9)) AND (?10 = '' OR instr(t.body, ?10))"                     \
    " AND (?11 = '' OR instr(t.body, ?11)) AND (?12 = '' OR instr(t.body, ?12))"
#define ORDER                                                                                      \
    " ORDER BY CASE ?4 WHEN 1 THEN p.added END DESC, CASE ?4 WHEN 2 THEN p.price END,"             \
    " CASE ?4 WHEN 3 THEN -p.price END,"
#define LIMIT " c.position, p.position LIMIT ?5 OFFSET ?6"

sk_err
shop_search(struct shop_shelf *shelf, sk_arena *mem, struct part_store *store,
            const struct shop_wish *wish, sk_str words)
{
    /* Materialized: bm25() can only be asked right at the index. */
    static const char by_index[] =
        "WITH t AS MATERIALIZED (SELECT rowid AS id, body, bm25(product_text, 8.0, 1.0) AS rank"
        " FROM product_text WHERE product_text MATCH ?3) " FOUND EACH_WORD ORDER " t.rank," LIMIT;
    static const char by_reading[] =
        "WITH t AS (SELECT rowid AS id, body, instr(name, ?7) = 0 AS rank FROM product_text"
        " WHERE ?3 = '') " FOUND EACH_WORD ORDER " t.rank," LIMIT;
    struct terms t = terms_of(mem, words);
    struct part_query *q;
    *shelf = (struct shop_shelf){ .count = 0 };
    if (t.count == 0) return sk_ok();
    TRY(part_store_query(&q, store, t.match.n ? by_index : by_reading));
    part_query_int(q, 1, wish->tenant);
    part_query_int(q, 2, wish->lang);
    part_query_text(q, 3, t.match);
    part_query_int(q, 4, wish->sort);
    part_query_int(q, 5, SHOP_PAGE_SIZE);
    part_query_int(q, 6, (wish->page - 1) * SHOP_PAGE_SIZE);
    for (int i = 0; i < SHOP_SEARCH_TERMS; i++)
        part_query_text(q, 7 + i, t.term[i]);
    return shop_shelf_rows(shelf, mem, q);
}

static sk_err
text_put(struct part_store *store, int64_t product, sk_str name, sk_str body)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM product_text WHERE rowid = ?1"));
    part_query_int(q, 1, product);
    TRY(part_query_run(q));
    TRY(part_store_query(&q, store,
                         "INSERT INTO product_text (rowid, name, body) VALUES (?1, ?2, ?3)"));
    part_query_int(q, 1, product);
    part_query_text(q, 2, name);
    part_query_text(q, 3, body);
    return part_query_run(q);
}

sk_err
shop_search_index(sk_arena *mem, struct part_store *store, int64_t product)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT p.name_ja || ' ' || p.name_en,"
                         " p.name_ja || ' ' || p.name_en || ' ' || c.name_ja || ' ' || c.name_en"
                         " || ' ' || p.size_ja || ' ' || p.lead_ja || ' ' || p.lead_en"
                         " || ' ' || p.text_ja || ' ' || p.text_en"
                         " FROM product p JOIN category c ON c.id = p.category WHERE p.id = ?1"));
    part_query_int(q, 1, product);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no such product");
    sk_str name = shop_fold(mem, part_query_get_text(mem, q, 0));
    sk_str body = shop_fold(mem, part_query_get_text(mem, q, 1));
    part_query_done(q);
    return text_put(store, product, name, body);
}
