/* POST /v1/read and /v1/exchange/out: tokens in, texts out. */
#include "vault/tokens.h"

static void
shown_put(struct sk_json_writer *w, const struct vault_token *t, const struct keeper_shown *shown,
          bool each_show)
{
    const struct keeper_shown_value *v = t->found ? &shown->value[t->place] : NULL;
    unsigned word = v ? v->word : (unsigned)VAULT_UNKNOWN_TOKEN;
    const char *key = t->asked.p; /* of a JSON text, so it ends with a zero */

    sk_json_object(w, key);
    if (word == KEEPER_OK) {
        sk_json_str(w, "text", v->text);
        if (each_show) sk_json_text(w, "show", keeper_show_names[v->show]);
    } else {
        sk_json_text(w, "why", vault_word_row(word).name);
    }
    sk_json_end_object(w);
}

static void
values_put(struct sk_json_writer *w, const struct vault_tokens *tokens,
           const struct keeper_shown *shown, bool each_show)
{
    sk_json_object(w, "values");
    for (size_t i = 0; i < tokens->count; i++)
        if (!tokens->token[i].again) shown_put(w, &tokens->token[i], shown, each_show);
    sk_json_end_object(w);
}

/* How the purpose shows: as it did those that were. */
static const char *
show_of(const struct keeper_shown *shown)
{
    for (size_t i = 0; i < shown->count; i++)
        if (shown->value[i].word == KEEPER_OK) return keeper_show_names[shown->value[i].show];
    return keeper_show_names[KEEPER_SHOW_MASKED];
}

sk_err
vault_read(struct vault_ask *ask)
{
    struct vault_tokens tokens;
    struct keeper_shown shown;
    sk_str purpose;

    TRY(vault_ask_text(&purpose, ask, "purpose"));
    TRY(vault_tokens_read(&tokens, ask, sk_json_get(ask->body, "tokens")));
    TRY(vault_tokens_open(&shown, &tokens, ask, (sk_str){ 0 }, KEEPER_USE_SHOW));
    TRY(vault_no(shown.refused));
    sk_json_text(ask->answer, "show", show_of(&shown));
    values_put(ask->answer, &tokens, &shown, false);
    return sk_ok();
}

sk_err
vault_exchange_out(struct vault_ask *ask)
{
    sk_str self = sk_json_get_str(ask->body, "self");
    struct vault_tokens tokens;
    struct keeper_shown shown;

    TRY(vault_tokens_read(&tokens, ask, sk_json_get(ask->body, "tokens")));
    TRY(vault_tokens_of_self(&tokens, ask, self));
    TRY(vault_tokens_open(&shown, &tokens, ask, self, KEEPER_USE_SHOW));
    values_put(ask->answer, &tokens, &shown, true);
    return sk_ok();
}
