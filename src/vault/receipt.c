/* POST /v1/receipt: who has read one person's data, when, and for what; for the person. Whoever may
 * ask is who may read for the purpose that is named; nothing is shown of the data. */
#include "vault/receipt.h"

#include "vault/api.h"

#include <time.h>

enum { PAUSE_MS = 50 };

struct receipt {
    struct vault_ask *ask;
    struct vault_subject subject;
    uint64_t before; /* where to go on; 0: at the newest, and at the end: there is no more */
    unsigned lines;
};

/* ── whose ── */

/* By one of their tokens: all that most applications have. */
static sk_err
token_find(struct vault_subject *subject, const struct vault_ask *ask, sk_str token)
{
    struct part_store *store;
    struct personal_token read;
    struct vault_row row;
    bool found = false;
    sk_err e;

    if (!personal_token_is(&read, token)) return vault_no(VAULT_UNKNOWN_TOKEN);
    TRY(vault_ask_store(&store, ask));
    e = vault_store_by_token(&found, &row, ask->mem, store, ask->tenant, personal_token_str(&read));
    vault_ask_give(ask, store);
    TRY(e);
    if (!found) return vault_no(VAULT_UNKNOWN_TOKEN);
    *subject = (struct vault_subject){ .tenant = ask->tenant, .person_id = row.person_id };
    return sk_ok();
}

/* Who was erased may still ask who had read them. */
static sk_err
gone_find(struct vault_subject *subject, const struct vault_ask *ask)
{
    struct vault_gone gone;
    struct part_store *store;
    bool found = false;
    sk_err e;

    TRY(vault_ask_id(&subject->person_id, ask, "person", "per"));
    TRY(vault_ask_store(&store, ask));
    e = vault_store_gone(&found, &gone, ask->mem, store, &subject->person_id);
    vault_ask_give(ask, store);
    TRY(e);
    if (!found) return vault_no(KEEPER_MISSING);
    subject->tenant = gone.tenant;
    return sk_str_eq(gone.tenant, ask->tenant) ? sk_ok()
                                               : vault_ask_refuse(ask, KEEPER_WRONG_TENANT);
}

static sk_err
whose(struct vault_subject *subject, const struct vault_ask *ask)
{
    sk_str token = sk_json_get_str(ask->body, "token");
    sk_err e;

    if (token.n) return token_find(subject, ask, token);
    e = vault_ask_subject(subject, ask);
    return vault_word_of(e) == KEEPER_MISSING ? gone_find(subject, ask) : e;
}

/* ── how often ── */

static sk_err
pace_take(const struct receipt *r)
{
    const struct vault_ask *ask = r->ask;
    struct vault_pace *pace = &ask->house->receipts;
    sk_str person = keeper_id_str(&r->subject.person_id);

    if (!vault_pace_take(pace, person, VAULT_RECEIPT_OF_PERSON, sk_now()) ||
        !vault_pace_take(pace, sk_str_printf(ask->mem, "/%.*s", SK_ARG(r->subject.tenant)),
                         VAULT_RECEIPT_OF_TENANT, sk_now()))
        return vault_no(VAULT_TOO_OFTEN);
    return sk_ok();
}

/* ── lines ── */

static bool
is_left_out(const struct vault *house, sk_str purpose)
{
    for (size_t i = 0; i < house->without_count; i++)
        if (sk_str_eq(house->without[i], purpose)) return true;
    return false;
}

static void
line_put(const struct receipt *r, const struct vault_receipt_line *line)
{
    struct sk_json_writer *w = r->ask->answer;

    sk_json_object(w, NULL);
    sk_json_str(w, "when", sk_when_jst(r->ask->mem, line->when));
    sk_json_str(w, "who", line->who);
    if (r->ask->house->receipt_names) sk_json_str(w, "principal", line->principal);
    sk_json_text(w, "what", line->what);
    sk_json_str(w, "purpose", line->purpose);
    if (line->show.n) sk_json_str(w, "show", line->show);
    sk_json_array(w, "kinds");
    for (unsigned k = PERSONAL_NONE + 1; k < PERSONAL_KINDS; k++)
        if (line->kinds & personal_kind_bit((enum personal_kind)k))
            sk_json_text(w, NULL, personal_kind_rows[k].name);
    sk_json_end_array(w);
    sk_json_int(w, "record", (int64_t)line->sequence);
    sk_json_end_object(w);
}

/* All of an answer of the ledger's; there may be a few lines more than the most. */
static void
records_put(struct receipt *r, const sk_json *records)
{
    sk_str person = keeper_id_str(&r->subject.person_id);
    struct vault_receipt_line line;

    for (size_t i = 0; i < sk_json_count(records); i++) {
        if (!vault_receipt_read(&line, sk_json_at(records, i), person) ||
            is_left_out(r->ask->house, line.purpose))
            continue;
        line_put(r, &line);
        r->lines++;
    }
}

/* ── asking the ledger ── */

static void
pause_short(void)
{
    struct timespec t = { 0, PAUSE_MS * 1000000L };

    nanosleep(&t, NULL);
}

/* Another's search ends soon. */
static sk_err
mentions_ask(sk_str *answer, const struct receipt *r, sk_when until)
{
    struct sk_buf question = { .mem = r->ask->mem };
    sk_err e;

    ledger_mentions_write(&question, r->subject.tenant, keeper_id_str(&r->subject.person_id),
                          r->before);
    for (;;) {
        e = ledger_ask(answer, r->ask->mem, r->ask->house->ledger, sk_buf_str(&question));
        if (e.kind != SK_BUSY || sk_monotonic() >= until) break;
        pause_short();
    }
    if (!sk_failed(e)) return sk_ok();
    return vault_no(e.kind == SK_BUSY ? KEEPER_BUSY : KEEPER_NO_LEDGER);
}

static sk_err
lines_find(struct receipt *r)
{
    sk_when until = sk_monotonic() + VAULT_RECEIPT_MS;

    do {
        DEFER(sk_json_close) sk_json *found = NULL;
        sk_str answer;

        TRY(mentions_ask(&answer, r, until));
        TRY(sk_json_read(&found, answer));
        records_put(r, sk_json_get(found, "records"));
        r->before = (uint64_t)sk_json_get_int(found, "before", 0);
    } while (r->before && r->lines < VAULT_RECEIPT_LINES && sk_monotonic() < until);
    return sk_ok();
}

sk_err
vault_receipt(struct vault_ask *ask)
{
    struct receipt r = { .ask = ask };
    int64_t before = sk_json_get_int(ask->body, "before", 0);
    sk_str purpose;

    TRY(vault_ask_text(&purpose, ask, "purpose"));
    if (before < 0) return vault_no(KEEPER_BAD);
    r.before = (uint64_t)before;
    TRY(vault_ask_judge(ask, purpose));
    TRY(whose(&r.subject, ask));
    TRY(pace_take(&r));
    TRY(vault_ask_tell(ask, "vault.receipt", r.subject.tenant, keeper_id_str(&r.subject.person_id),
                       (sk_str){ 0 }));
    sk_json_str(ask->answer, "person", keeper_id_str(&r.subject.person_id));
    sk_json_array(ask->answer, "receipt");
    TRY(lines_find(&r));
    sk_json_end_array(ask->answer);
    sk_json_bool(ask->answer, "complete", ask->house->without_count == 0);
    if (r.before) sk_json_int(ask->answer, "before", (int64_t)r.before);
    return sk_ok();
}
