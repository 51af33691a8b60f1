/* POST /v1/put. */
#include "vault/put.h"

void
vault_putting_begin(struct vault_putting *p, const struct vault_ask *ask, size_t most)
{
    *p = (struct vault_putting){ .put = { .tenant = ask->tenant }, .most = most };
    p->put.value = sk_array(ask->mem, most + 1, sizeof *p->put.value);
    p->value = sk_array(ask->mem, most + 1, sizeof *p->value);
}

/* What it will be found by: not by a note as a whole that is longer than words may be. */
static void
words_set(struct keeper_put_value *v, sk_arena *mem, const struct personal_value *read)
{
    struct personal_words words;

    personal_words(&words, mem, read);
    v->word = sk_array(mem, 1 + words.prefixes, sizeof *v->word);
    if (words.exact.n <= KEEPER_WORD_MAX) v->word[v->count++].text = words.exact;
    for (size_t i = 0; i < words.prefixes; i++)
        v->word[v->count++].text = words.prefix[i];
}

sk_err
vault_putting_add(struct vault_putting *p, const struct vault_ask *ask, enum personal_kind kind,
                  sk_str text)
{
    struct personal_value read;
    struct keeper_put_value *v;

    if (text.n > PERSONAL_VALUE_MAX || p->put.count == p->most) return vault_no(KEEPER_TOO_LONG);
    if (sk_failed(personal_read(&read, ask->mem, kind, text))) return vault_no(KEEPER_UNFIT_VALUE);
    if (read.shown.n > PERSONAL_VALUE_MAX) return vault_no(KEEPER_TOO_LONG);
    v = &p->put.value[p->put.count++];
    *v = (struct keeper_put_value){
        .value_id = keeper_id_new("val"), .kind = kind, .version = 1, .text = read.shown
    };
    words_set(v, ask->mem, &read);
    return sk_ok();
}

static void
row_set(struct vault_put_value *out, const struct vault_putting *p, size_t i,
        const struct keeper_kept_value *kept)
{
    const struct keeper_put_value *v = &p->put.value[i];

    *out = (struct vault_put_value){ .row = { .value_id = v->value_id,
                                              .person_id = p->put.person_id,
                                              .case_id = p->put.case_id,
                                              .kind = (enum personal_kind)v->kind,
                                              .version = v->version,
                                              .sealed = kept->sealed },
                                     .word = kept->row,
                                     .words = kept->count };
    memcpy(out->random, kept->token, sizeof out->random);
}

sk_err
vault_putting_end(struct vault_putting *p, const struct vault_ask *ask)
{
    struct keeper_kept kept;

    if (keeper_id_is_none(&p->put.person_id)) p->put.person_id = keeper_id_new("per");
    p->put.ticket = ask->ticket;
    TRY(vault_no(keeper_put(&kept, ask->mem, ask->house->keeper, &p->put)));
    if (kept.count != p->put.count) return sk_fail(SK_BROKEN, "the keeper answered other values");
    for (size_t i = 0; i < kept.count; i++)
        row_set(&p->value[i], p, i, &kept.value[i]);
    p->self = kept.self;
    return vault_store_put(ask->house->stores, ask->house->hints, p->put.tenant, p->value,
                           p->put.count);
}

/* ── the verb ── */

static sk_err
value_read(struct vault_putting *p, struct vault_ask *ask, const sk_json *value)
{
    enum personal_kind kind = personal_kind_of(sk_json_get_str(value, "kind"));
    sk_str text = sk_json_get_str(value, "text");

    if (kind == PERSONAL_NONE) return vault_no(KEEPER_UNKNOWN_KIND);
    if (!text.p) return vault_no(KEEPER_BAD);
    return vault_putting_add(p, ask, kind, text);
}

static sk_err
values_read(struct vault_putting *p, struct vault_ask *ask)
{
    const sk_json *list = sk_json_get(ask->body, "values");
    size_t count = sk_json_count(list);

    if (!sk_json_at(list, 0)) return vault_no(KEEPER_BAD);
    if (count > KEEPER_PUT_MAX) return vault_no(KEEPER_TOO_LONG);
    vault_putting_begin(p, ask, count);
    for (size_t i = 0; i < count; i++) {
        ask->at = (int64_t)i;
        TRY(value_read(p, ask, sk_json_at(list, i)));
    }
    ask->at = -1;
    return sk_ok();
}

/* A person or case that is named must be there, and be the asker's tenant's. The keeper judges the
 * ticket when the values come to it; here it does before anything is looked up. */
static sk_err
subject_read(struct vault_putting *p, struct vault_ask *ask)
{
    sk_str name = sk_json_get_str(ask->body, "case");
    bool is_new = sk_str_eq(name, SK_STR("new"));
    struct vault_subject whose;

    TRY(vault_ask_id(&p->put.person_id, ask, "person", "per"));
    if (!is_new) TRY(vault_ask_id(&p->put.case_id, ask, "case", "cas"));
    if (!keeper_id_is_none(&p->put.person_id) || !keeper_id_is_none(&p->put.case_id)) {
        TRY(vault_ask_prove(ask));
        if (is_new)
            TRY(vault_ask_person(&whose, ask, &p->put.person_id));
        else
            TRY(vault_ask_subject(&whose, ask));
        p->put.person_id = whose.person_id;
    }
    if (is_new) p->put.case_id = keeper_id_new("cas");
    return sk_ok();
}

/* Where letters go. An application that could add an address of its own to somebody would have the
 * vault write there; so it comes with the person, or from the browser that is the person's. */
static sk_err
contact_check(const struct vault_putting *p, const struct vault_ask *ask)
{
    if (!ask->ticket.n || keeper_id_is_none(&p->put.person_id)) return sk_ok();
    for (size_t i = 0; i < p->put.count; i++)
        if (p->put.value[i].kind == PERSONAL_EMAIL || p->put.value[i].kind == PERSONAL_PHONE)
            return vault_no(VAULT_CONTACT_DENIED);
    return sk_ok();
}

static void
answer_put(const struct vault_ask *ask, const struct vault_putting *p, const sk_json *values)
{
    sk_json_str(ask->answer, "person", keeper_id_str(&p->put.person_id));
    if (!keeper_id_is_none(&p->put.case_id))
        sk_json_str(ask->answer, "case", keeper_id_str(&p->put.case_id));
    sk_json_array(ask->answer, "tokens");
    for (size_t i = 0; i < p->put.count; i++) {
        struct sk_buf token = { .mem = ask->mem };

        personal_token_write(&token, &p->value[i].token,
                             sk_json_get_str(sk_json_at(values, i), "text"));
        sk_json_str(ask->answer, NULL, sk_buf_str(&token));
    }
    sk_json_end_array(ask->answer);
}

sk_err
vault_put(struct vault_ask *ask)
{
    struct vault_putting p;

    if (!ask->tenant.n) return vault_no(KEEPER_BAD);
    TRY(values_read(&p, ask));
    TRY(subject_read(&p, ask));
    TRY(contact_check(&p, ask));
    p.put.earns = sk_json_get_str(ask->body, "earns");
    p.put.is_honey = ask->local && sk_json_get_bool(ask->body, "honey", false);
    TRY(vault_putting_end(&p, ask));
    answer_put(ask, &p, sk_json_get(ask->body, "values"));
    return sk_ok();
}
