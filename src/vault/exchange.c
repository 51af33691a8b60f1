/* POST /v1/exchange/in: what a browser has typed, on its way to the application. */
#include "vault/put.h"
#include "vault/tokens.h"

enum { FIELDS_MAX = KEEPER_PUT_MAX };

/* What becomes of one field. */
struct field {
    sk_err fault; /* its word; nothing was kept */
    sk_str token; /* that is in its place already */
    bool is_put;  /* its token is that of value `place` */
    size_t place;
    sk_str text;
};

/* Whether it is a token of this tenant and kind: a form that is sent back keeps what it has. */
static sk_err
token_known(bool *known, const struct vault_ask *ask, enum personal_kind kind, sk_str text)
{
    struct vault_tokens tokens;

    TRY(vault_tokens_of(&tokens, ask, &text, 1));
    *known = tokens.found && tokens.token[0].row.kind == kind;
    return sk_ok();
}

static sk_err
field_take(struct field *f, struct vault_putting *p, const struct vault_ask *ask,
           const sk_json *given)
{
    enum personal_kind kind = personal_kind_of(sk_json_get_str(given, "kind"));
    struct personal_token token;
    bool known = false;

    f->text = sk_json_get_str(given, "text");
    if (kind == PERSONAL_NONE) return vault_no(KEEPER_UNKNOWN_KIND);
    if (!f->text.p) return vault_no(KEEPER_BAD);
    if (!sk_str_trim(f->text).n) return sk_ok();
    if (personal_token_is(&token, sk_str_trim(f->text))) {
        TRY(token_known(&known, ask, kind, sk_str_trim(f->text)));
        if (known)
            f->token = f->text;
        else
            f->fault = vault_no(KEEPER_UNFIT_VALUE);
        return sk_ok();
    }
    f->place = p->put.count;
    f->fault = vault_putting_add(p, ask, kind, f->text);
    f->is_put = !sk_failed(f->fault);
    return sk_ok();
}

static sk_err
fields_take(struct field *field, struct vault_putting *p, struct vault_ask *ask,
            const sk_json *list)
{
    for (size_t i = 0; i < sk_json_count(list); i++) {
        ask->at = (int64_t)i;
        TRY(field_take(&field[i], p, ask, sk_json_at(list, i)));
    }
    ask->at = -1;
    return sk_ok();
}

static bool
has_tokens(const sk_json *list)
{
    struct personal_token token;

    for (size_t i = 0; i < sk_json_count(list); i++)
        if (personal_token_is(&token, sk_str_trim(sk_json_get_str(sk_json_at(list, i), "text"))))
            return true;
    return false;
}

/* Whom the cookie names, if it is good; else somebody new. */
static sk_err
person_find(struct vault_putting *p, const struct vault_ask *ask)
{
    const struct keeper_self self = { ask->tenant, ask->site, sk_json_get_str(ask->body, "self") };
    struct keeper_person person;
    enum keeper_word word;

    if (!self.self.n || self.self.n > KEEPER_SELF_MAX) return sk_ok();
    word = keeper_self(&person, ask->mem, ask->house->keeper, &self);
    if (word == KEEPER_OK) p->put.person_id = person.person_id;
    return word == KEEPER_OK || word == KEEPER_DENIED || word == KEEPER_MISSING ||
                   word == KEEPER_ERASED || word == KEEPER_BAD || word == KEEPER_WRONG_TENANT
               ? sk_ok()
               : vault_no(word);
}

static void
field_answer(const struct vault_ask *ask, const struct vault_putting *p, const struct field *f)
{
    struct sk_buf token = { .mem = ask->mem };

    sk_json_object(ask->answer, NULL);
    if (f->is_put) {
        personal_token_write(&token, &p->value[f->place].token, f->text);
        sk_json_str(ask->answer, "token", sk_buf_str(&token));
    } else if (sk_failed(f->fault)) {
        sk_json_text(ask->answer, "why", vault_word_row(vault_word_of(f->fault)).name);
    } else {
        sk_json_str(ask->answer, "token", f->token.n ? f->token : SK_STR(""));
    }
    sk_json_end_object(ask->answer);
}

static sk_err
fields_keep(struct vault_putting *p, const struct vault_ask *ask)
{
    if (!p->put.count) return sk_ok();
    TRY(person_find(p, ask));
    p->put.earns = sk_json_get_str(ask->body, "earns");
    p->put.self_site = ask->site;
    return vault_putting_end(p, ask);
}

sk_err
vault_exchange_in(struct vault_ask *ask)
{
    const sk_json *list = sk_json_get(ask->body, "fields");
    size_t count = sk_json_count(list);
    bool is_proven = has_tokens(list);
    struct vault_putting p;
    struct field *field;

    if (!sk_json_at(list, 0)) return vault_no(KEEPER_BAD);
    if (count > FIELDS_MAX) return vault_no(KEEPER_TOO_LONG);
    /* What is put goes to the keeper with the ticket; before anything is looked up it is judged. */
    if (is_proven) TRY(vault_ask_prove(ask));
    vault_putting_begin(&p, ask, count);
    field = sk_array(ask->mem, count, sizeof *field);
    TRY(fields_take(field, &p, ask, list));
    if (!p.put.count && !is_proven) TRY(vault_ask_prove(ask));
    TRY(fields_keep(&p, ask));
    sk_json_array(ask->answer, "fields");
    for (size_t i = 0; i < count; i++)
        field_answer(ask, &p, &field[i]);
    sk_json_end_array(ask->answer);
    if (!p.self.n) return sk_ok();
    sk_json_str(ask->answer, "self", p.self);
    sk_json_int(ask->answer, "age", KEEPER_SELF_LIFE / 1000);
    return sk_ok();
}
