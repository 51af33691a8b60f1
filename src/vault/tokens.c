#include "vault/tokens.h"

static bool
is_again(const struct vault_tokens *tokens, sk_str asked)
{
    for (size_t i = 0; i < tokens->count; i++)
        if (sk_str_eq(tokens->token[i].asked, asked)) return true;
    return false;
}

static sk_err
token_add(struct vault_tokens *tokens, const struct vault_ask *ask, struct part_store *store,
          sk_str asked)
{
    struct vault_token *t = &tokens->token[tokens->count];
    struct personal_token token;

    t->asked = asked;
    t->again = is_again(tokens, asked);
    tokens->count++;
    if (t->again || !personal_token_is(&token, asked)) return sk_ok();
    TRY(vault_store_by_token(&t->found, &t->row, ask->mem, store, ask->tenant,
                             personal_token_str(&token)));
    if (t->found) t->place = tokens->found++;
    return sk_ok();
}

static sk_err
tokens_add(struct vault_tokens *tokens, const struct vault_ask *ask, struct part_store *store,
           const sk_str *asked, size_t count)
{
    sk_err e = part_store_look(store);

    for (size_t i = 0; !sk_failed(e) && i < count; i++)
        e = token_add(tokens, ask, store, asked[i]);
    part_store_looked(store);
    return e;
}

sk_err
vault_tokens_of(struct vault_tokens *tokens, const struct vault_ask *ask, const sk_str *asked,
                size_t count)
{
    struct part_store *store;
    sk_err e;

    *tokens =
        (struct vault_tokens){ .token = sk_array(ask->mem, count + 1, sizeof *tokens->token) };
    TRY(vault_ask_store(&store, ask));
    e = tokens_add(tokens, ask, store, asked, count);
    vault_ask_give(ask, store);
    return e;
}

sk_err
vault_tokens_read(struct vault_tokens *tokens, const struct vault_ask *ask, const sk_json *list)
{
    size_t count = sk_json_count(list);
    sk_str asked[VAULT_TOKENS_MAX];

    if (count > VAULT_TOKENS_MAX) return vault_no(KEEPER_TOO_LONG);
    for (size_t i = 0; i < count; i++) {
        asked[i] = sk_json_as_str(sk_json_at(list, i));
        if (!asked[i].p) return vault_no(KEEPER_BAD);
    }
    return list ? vault_tokens_of(tokens, ask, asked, count) : vault_no(KEEPER_BAD);
}

/* Whom they are about: whose the first value is that only one person can have. */
static const struct keeper_id *
person_of(const struct vault_tokens *tokens)
{
    const struct keeper_id *person = NULL;

    for (size_t i = 0; i < tokens->count; i++) {
        const struct vault_token *t = &tokens->token[i];

        if (!t->found) continue;
        if (t->row.kind != PERSONAL_EMAIL) return &t->row.person_id;
        if (!person) person = &t->row.person_id;
    }
    return person;
}

static sk_err
token_give(struct vault_token *t, const struct vault_ask *ask, struct part_store *store,
           const struct keeper_id *person)
{
    bool theirs;

    if (!t->found || sk_str_eq(keeper_id_str(&t->row.person_id), keeper_id_str(person)))
        return sk_ok();
    TRY(vault_store_by_owner(&theirs, &t->row, ask->mem, store, ask->tenant, t->row.token, person));
    return theirs ? sk_ok() : vault_no(VAULT_SEVERAL_PEOPLE);
}

static sk_err
tokens_give(struct vault_tokens *tokens, const struct vault_ask *ask, struct part_store *store,
            const struct keeper_id person)
{
    for (size_t i = 0; i < tokens->count; i++)
        TRY(token_give(&tokens->token[i], ask, store, &person));
    return sk_ok();
}

sk_err
vault_tokens_of_one(struct vault_tokens *tokens, const struct vault_ask *ask)
{
    const struct keeper_id *person = person_of(tokens);
    struct part_store *store;
    sk_err e;

    if (!person) return sk_ok();
    TRY(vault_ask_store(&store, ask));
    e = tokens_give(tokens, ask, store, *person);
    vault_ask_give(ask, store);
    return e;
}

static bool
has_address(const struct vault_tokens *tokens)
{
    for (size_t i = 0; i < tokens->count; i++)
        if (tokens->token[i].found && tokens->token[i].row.kind == PERSONAL_EMAIL) return true;
    return false;
}

static sk_err
addresses_give(struct vault_tokens *tokens, const struct vault_ask *ask, struct part_store *store,
               const struct keeper_id *person)
{
    bool theirs;

    for (size_t i = 0; i < tokens->count; i++) {
        struct vault_token *t = &tokens->token[i];

        if (t->found && t->row.kind == PERSONAL_EMAIL)
            TRY(vault_store_by_owner(&theirs, &t->row, ask->mem, store, ask->tenant, t->row.token,
                                     person));
    }
    return sk_ok();
}

sk_err
vault_tokens_of_self(struct vault_tokens *tokens, const struct vault_ask *ask, sk_str self)
{
    const struct keeper_self question = { ask->tenant, ask->site, self };
    struct keeper_person person;
    struct part_store *store;
    sk_err e;

    if (!self.n || self.n > KEEPER_SELF_MAX || !has_address(tokens)) return sk_ok();
    if (keeper_self(&person, ask->mem, ask->house->keeper, &question) != KEEPER_OK)
        return sk_ok(); /* nobody's own: it is opened as the purpose says */
    TRY(vault_ask_store(&store, ask));
    e = addresses_give(tokens, ask, store, &person.person_id);
    vault_ask_give(ask, store);
    return e;
}

sk_err
vault_tokens_open(struct keeper_shown *shown, const struct vault_tokens *tokens,
                  const struct vault_ask *ask, sk_str self, enum keeper_use use)
{
    struct keeper_open open = { .ticket = ask->ticket,
                                .purpose = sk_json_get_str(ask->body, "purpose"),
                                .tenant = ask->tenant,
                                .self = self,
                                .use = use,
                                .count = tokens->found };

    if (open.purpose.n > KEEPER_NAME_MAX) return vault_no(KEEPER_PURPOSE_UNKNOWN);
    open.value = sk_array(ask->mem, tokens->found + 1, sizeof *open.value);
    for (size_t i = 0; i < tokens->count; i++) {
        const struct vault_token *t = &tokens->token[i];

        if (!t->found) continue;
        open.value[t->place] = (struct keeper_sealed_value){
            t->row.person_id, t->row.case_id, t->row.value_id,
            t->row.kind,      t->row.version, t->row.sealed,
        };
    }
    TRY(vault_no(keeper_open(shown, ask->mem, ask->house->keeper, &open)));
    if (shown->count != tokens->found)
        return sk_fail(SK_BROKEN, "the keeper answered other values");
    return sk_ok();
}
