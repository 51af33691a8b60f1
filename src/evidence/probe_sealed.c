/* VAULT-01, VAULT-02. Values that nobody has chosen are put into the vault, and then looked for in
 * every byte of its two folders, stores, logs, journals and copies alike, in each way of writing.
 * Two people of equal data must not look equal, long runs of one sign must look like chance, and of
 * what is there already none of a thousand rows picked at random may be readable. Which cipher it
 * is bytes do not tell: that is the case's to show. */
#include "evidence/bytes.h"
#include "evidence/vault.h"

#include "base/hash.h"

#include <inttypes.h>

enum {
    RUN = 1300,      /* signs of three bytes, all the same */
    BLOCK = 16,      /* of the cipher */
    SAMPLE = 1000,   /* rows */
    SEALED_MIN = 33, /* bytes of an empty value */
    VARIED = 16,     /* different bytes that 33 of chance have at least (less: 1 in 10^9) */
};

/* ── values ── */

static void
contact_add(struct evidence_person *p, sk_arena *mem)
{
    evidence_person_add(p, "name",
                        sk_str_printf(mem, "探針 %.*s", SK_ARG(evidence_random_kanji(mem, 10))));
    /* no token of a phone has another digit than 0 behind 090- */
    evidence_person_add(p, "phone",
                        sk_str_printf(mem, "090-%u-%04u", 1000 + evidence_random_below(9000),
                                      evidence_random_below(10000)));
    evidence_person_add(
        p, "address",
        sk_str_printf(mem, "〒150-0001 東京都%.*s1-2-3", SK_ARG(evidence_random_kanji(mem, 10))));
    evidence_person_add(p, "bank",
                        sk_str_printf(mem, "0001-001-1-%07u %.*s", evidence_random_below(10000000),
                                      SK_ARG(evidence_random_kana(mem, 10))));
}

static void
rest_add(struct evidence_person *p, sk_arena *mem)
{
    struct sk_buf note = { .mem = mem };

    evidence_person_add(p, "reading", evidence_random_kana(mem, 16));
    evidence_person_add(
        p, "email",
        sk_str_printf(mem, "%.*s@example.jp", SK_ARG(evidence_random_letters(mem, 20))));
    evidence_person_add(p, "birthday",
                        sk_str_printf(mem, "19%02u-%02u-%02u", 30 + evidence_random_below(69),
                                      1 + evidence_random_below(12),
                                      1 + evidence_random_below(28)));
    sk_buf_add(&note, evidence_random_letters(mem, 20));
    for (int i = 0; i < RUN; i++)
        sk_buf_add(&note, SK_STR("あ"));
    evidence_person_add(p, "note", sk_buf_str(&note));
}

/* The part of a value that is nobody else's: without the beginning that all have. */
static sk_str
own_part(const struct evidence_value *value)
{
    static const struct {
        const char *kind;
        size_t skip, take;
    } parts[] = {
        { "name", sizeof "探針", 30 },
        { "phone", sizeof "090", 9 },
        { "address", sizeof "〒150-0001 東京都" - 1, 30 },
        { "bank", 0, 18 },
        { "email", 0, 20 },
        { "note", 0, 20 },
    };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(parts[i].kind, value->kind) == 0)
            return sk_str_first(sk_str_from(value->text, parts[i].skip), parts[i].take);
    return value->text;
}

/* ── bytes ── */

static sk_err
folders_look(struct evidence_bytes *b, const struct evidence_vault *v)
{
    static const char *const folders[] = { "vault", "keeper" };

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        TRY(evidence_bytes_look(
            b, sk_str_printf(v->report->mem, "%.*s/%s", SK_ARG(v->instance->state), folders[i]).p));
    return sk_ok();
}

/* The same number without hyphens, national and abroad. */
static sk_err
digits_add(struct evidence_bytes *b, sk_arena *mem, const struct evidence_value *value)
{
    sk_str own = own_part(value);

    if (strcmp(value->kind, "phone") != 0) return sk_ok();
    return evidence_bytes_add(b, "phone",
                              sk_str_printf(mem, "90%.4s%.4s", own.p, own.p + sizeof "1234"));
}

static sk_err
bytes_check(struct evidence_vault *v, const struct evidence_person *p)
{
    struct evidence_bytes b;

    evidence_bytes_open(&b, v->report->mem);
    for (size_t i = 0; i < p->count; i++) {
        TRY(evidence_bytes_add(&b, p->value[i].kind, own_part(&p->value[i])));
        TRY(digits_add(&b, v->report->mem, &p->value[i]));
    }
    TRY(folders_look(&b, v));
    evidence_saw(v->report,
                 "%zu values, put a moment ago, looked for in %zu ways in %zu files of %" PRIu64
                 " bytes",
                 p->count, b.count, b.files, b.size);
    if (b.found)
        evidence_failed(v->report, "the %s lies readable (%s) in %.*s, %" PRIu64 " places in all",
                        b.example->what, b.example->coding, SK_ARG(b.where), b.found);
    return sk_ok();
}

/* ── rows ── */

static sk_err
sealed_get(sk_str *sealed, sk_str *names, struct part_store *store, const struct evidence_vault *v,
           const struct evidence_value *value)
{
    struct part_query *q;
    bool row;

    TRY(part_store_query(&q, store,
                         "SELECT sealed, names FROM value WHERE tenant = '" EVIDENCE_VAULT_TENANT
                         "' AND token = ?1 ORDER BY id LIMIT 1"));
    part_query_text(q, 1, value->token);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "the %s has no row", value->kind);
    *sealed = part_query_get_blob(v->report->mem, q, 0);
    *names = part_query_get_blob(v->report->mem, q, 1);
    part_query_done(q);
    return sk_ok();
}

static size_t
different_bytes(sk_str s)
{
    bool seen[256] = { false };
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        n += !seen[(unsigned char)s.p[i]];
        seen[(unsigned char)s.p[i]] = true;
    }
    return n;
}

/* Whether any sixteen bytes of the one stand in the other at the same place. */
static bool
share_a_block(sk_str a, sk_str b)
{
    for (size_t at = 0; at + BLOCK <= a.n && at + BLOCK <= b.n; at++)
        if (memcmp(a.p + at, b.p + at, BLOCK) == 0) return true;
    return false;
}

static bool
repeats_a_block(sk_str s)
{
    for (size_t i = 0; i + 2 * (size_t)BLOCK <= s.n; i += BLOCK)
        if (memmem(s.p + i + BLOCK, s.n - i - BLOCK, s.p + i, BLOCK)) return true;
    return false;
}

static sk_err
pair_check(struct evidence_vault *v, struct part_store *store, const struct evidence_value *one,
           const struct evidence_value *other)
{
    sk_str a, b, a_names, b_names;

    TRY(sealed_get(&a, &a_names, store, v, one));
    TRY(sealed_get(&b, &b_names, store, v, other));
    if (share_a_block(a, b))
        evidence_failed(v->report, "two equal values (%s) look equal", one->kind);
    if (a_names.n && share_a_block(a_names, b_names))
        evidence_failed(v->report, "the index shows that two values (%s) are equal", one->kind);
    if (different_bytes(a) < VARIED || repeats_a_block(a))
        evidence_failed(v->report, "a %s of %zu bytes does not look like chance", one->kind, a.n);
    return sk_ok();
}

/* An e-mail address is the one kind whose token, and so whose row, is found by the text; the second
 * person's row lies behind the first's under the same token. */
static sk_err
equals_check(struct evidence_vault *v, const struct evidence_person *one,
             const struct evidence_person *other)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    size_t compared = 0;

    TRY(evidence_vault_store(&store, v, "vault/values.db"));
    for (size_t i = 0; i < one->count; i++) {
        if (sk_str_eq(one->value[i].token, other->value[i].token)) continue;
        TRY(pair_check(v, store, &one->value[i], &other->value[i]));
        compared++;
    }
    evidence_saw(v->report, "two people of equal data share no block of %d bytes in %zu rows",
                 BLOCK, compared);
    return sk_ok();
}

/* ── what is there already ── */

static const char id_digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

static sk_err
sample_check(struct evidence_vault *v)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    sk_str from = sk_str_printf(v->report->mem, "val_%c%c", id_digits[evidence_random_below(32)],
                                id_digits[evidence_random_below(32)]);
    unsigned looked_at = 0, readable = 0;
    struct part_query *q;
    bool row;

    TRY(evidence_vault_store(&store, v, "vault/values.db"));
    TRY(part_store_query(&q, store,
                         "SELECT sealed FROM value WHERE id >= ?1 ORDER BY id LIMIT ?2"));
    part_query_text(q, 1, from);
    part_query_int(q, 2, SAMPLE);
    for (;;) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        sk_str sealed;

        TRY(part_query_step(&row, q));
        if (!row) break;
        sealed = part_query_get_blob(mem, q, 0);
        readable += sealed.n < SEALED_MIN || different_bytes(sealed) < VARIED;
        looked_at++;
    }
    evidence_saw(v->report, "%u rows picked at random, %u of them readable", looked_at, readable);
    if (readable)
        evidence_failed(v->report, "%u of %u rows picked at random are not encrypted", readable,
                        looked_at);
    return sk_ok();
}

/* ── the probes ── */

sk_err
evidence_probe_vault_aes(struct evidence_report *report, const struct evidence_instance *instance)
{
    DEFER(evidence_vault_close) struct evidence_vault v = { .report = report };
    struct evidence_person p = { .count = 0 };

    TRY(evidence_vault_open(&v, report, instance));
    contact_add(&p, report->mem);
    TRY(evidence_vault_put(&p, &v, true));
    return bytes_check(&v, &p);
}

sk_err
evidence_probe_vault_sealed(struct evidence_report *report,
                            const struct evidence_instance *instance)
{
    DEFER(evidence_vault_close) struct evidence_vault v = { .report = report };
    struct evidence_person one = { .count = 0 }, other;

    TRY(evidence_vault_open(&v, report, instance));
    contact_add(&one, report->mem);
    rest_add(&one, report->mem);
    other = one;
    TRY(evidence_vault_put(&one, &v, false));
    TRY(evidence_vault_put(&other, &v, false));
    TRY(equals_check(&v, &one, &other));
    TRY(bytes_check(&v, &one));
    return sample_check(&v);
}
