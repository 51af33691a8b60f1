/* POST /v1/export: all of one person's data, for the person or for an authority. What a purpose
 * shows plain an application may hand to the person; for an authority operators answer alone. */
#include "base/hash.h"
#include "vault/api.h"

struct exporting {
    struct vault_subject subject;
    sk_str authority; /* its name for this request; empty: for the person */
    struct sk_json_writer w;
    struct sk_buf text;
    size_t count;
};

/* ── reading ── */

static void
value_put(struct exporting *x, const struct vault_row *row, sk_str text)
{
    sk_json_object(&x->w, NULL);
    sk_json_text(&x->w, "kind", personal_kind_rows[row->kind].name);
    if (!keeper_id_is_none(&row->case_id)) sk_json_str(&x->w, "case", keeper_id_str(&row->case_id));
    sk_json_str(&x->w, "text", text);
    sk_json_end_object(&x->w);
    x->count++;
}

static sk_err
rows_open(struct exporting *x, const struct vault_ask *ask, const struct vault_row *row,
          size_t count)
{
    struct keeper_open open = { .ticket = ask->ticket,
                                .purpose = sk_json_get_str(ask->body, "purpose"),
                                .tenant = x->subject.tenant,
                                .use = KEEPER_USE_COPY,
                                .count = count };
    struct keeper_shown shown;

    open.value = sk_array(ask->mem, count, sizeof *open.value);
    for (size_t i = 0; i < count; i++)
        open.value[i] =
            (struct keeper_sealed_value){ row[i].person_id, row[i].case_id, row[i].value_id,
                                          row[i].kind,      row[i].version, row[i].sealed };
    TRY(vault_no(keeper_open(&shown, ask->mem, ask->house->keeper, &open)));
    TRY(vault_no(shown.refused));
    for (size_t i = 0; i < shown.count && i < count; i++) {
        if (shown.value[i].word == KEEPER_ERASED) continue;
        TRY(vault_no(shown.value[i].word));
        value_put(x, &row[i], shown.value[i].text);
    }
    return sk_ok();
}

static sk_err
rows_next(struct vault_row **row, size_t *count, const struct exporting *x,
          const struct vault_ask *ask, const struct keeper_id *after)
{
    struct part_store *store;
    sk_err e;

    TRY(vault_ask_store(&store, ask));
    e = vault_store_of(row, count, ask->mem, store, &x->subject, KEEPER_VALUES_MAX, after);
    vault_ask_give(ask, store);
    return e;
}

static sk_err
values_put(struct exporting *x, const struct vault_ask *ask)
{
    struct keeper_id after = { { 0 } };
    struct vault_row *row;
    size_t count;

    for (;;) {
        TRY(rows_next(&row, &count, x, ask, &after));
        if (!count) return sk_ok();
        if (x->count + count > VAULT_EXPORT_VALUES_MAX) return vault_no(KEEPER_TOO_LONG);
        TRY(rows_open(x, ask, row, count));
        after = row[count - 1].value_id;
    }
}

/* The text that is handed out, and signed as it stands. */
static sk_err
text_make(struct exporting *x, const struct vault_ask *ask)
{
    sk_json_object(&x->w, NULL);
    sk_json_str(&x->w, "person", keeper_id_str(&x->subject.person_id));
    sk_json_str(&x->w, "tenant", x->subject.tenant);
    sk_json_str(&x->w, "time", sk_when_utc(ask->mem, sk_now()));
    if (x->authority.n) sk_json_str(&x->w, "authority", x->authority);
    sk_json_array(&x->w, "values");
    TRY(values_put(x, ask));
    sk_json_end_array(&x->w);
    sk_json_end_object(&x->w);
    return sk_ok();
}

/* ── handing out ── */

static sk_err
answered_insert(void *ctx, struct part_store *store)
{
    const sk_str *name = ctx;
    struct part_query *q;

    TRY(part_store_query(&q, store, "INSERT INTO answered (name, day) VALUES (?1, ?2)"));
    part_query_text(q, 1, *name);
    part_query_int(q, 2, sk_now() / VAULT_DAY);
    return part_query_run(q);
}

/* Once under a name: the second that comes finds the row. */
static sk_err
answer_once(const struct vault_ask *ask, sk_str name)
{
    sk_err e = part_store_pool_write(ask->house->stores, answered_insert, &name);

    return e.kind == SK_BAD ? vault_no(VAULT_ANSWERED) : e;
}

static sk_err
exported_tell(const struct exporting *x, const struct vault_ask *ask)
{
    unsigned char digest[SK_SHA256];
    sk_str hex;

    sk_sha256(digest, sk_buf_str(&x->text));
    hex = sk_hex(ask->mem, (sk_str){ (const char *)digest, sizeof digest });
    return vault_ask_tell(
        ask, "vault.exported", x->subject.tenant, keeper_id_str(&x->subject.person_id),
        sk_str_printf(ask->mem, "{\"values\":%zu,\"sha256\":\"%.*s\",\"for\":\"%.*s\"}", x->count,
                      SK_ARG(hex), SK_ARG(x->authority.n ? x->authority : SK_STR("person"))));
}

static sk_err
answer_put(const struct exporting *x, const struct vault_ask *ask)
{
    unsigned char signature[SK_SIGNATURE];
    const struct vault_signer *signer = &ask->house->signer;

    TRY(sk_sign(signature, signer->seed, sk_buf_str(&x->text)));
    sk_json_str(ask->answer, "text", sk_buf_str(&x->text));
    sk_json_str(ask->answer, "signature",
                sk_base64(ask->mem, (sk_str){ (const char *)signature, sizeof signature }));
    sk_json_str(
        ask->answer, "key",
        sk_base64(ask->mem, (sk_str){ (const char *)signer->public, sizeof signer->public }));
    return sk_ok();
}

/* Such a ticket no application has: the gate signs it at the console's door, and the command line,
 * where its key can be read. */
static bool
is_operators(const struct vault_ask *ask)
{
    return ask->is_proven && sk_str_eq(ask->site, SK_STR("console"));
}

sk_err
vault_export(struct vault_ask *ask)
{
    struct exporting x = { .text = { .mem = ask->mem },
                           .authority = sk_json_get_str(ask->body, "authority") };
    sk_str purpose;

    x.w.out = &x.text;
    TRY(vault_ask_text(&purpose, ask, "purpose"));
    if (x.authority.n) TRY(vault_ask_name(&x.authority, ask, "authority"));
    TRY(vault_ask_judge(ask, purpose));
    if (x.authority.n && !is_operators(ask)) return vault_ask_refuse(ask, KEEPER_ROLE_DENIED);
    TRY(vault_ask_subject(&x.subject, ask));
    TRY(text_make(&x, ask));
    if (x.authority.n) TRY(answer_once(ask, x.authority));
    TRY(exported_tell(&x, ask));
    return answer_put(&x, ask);
}
