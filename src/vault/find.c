/* POST /v1/find: which values are this. */
#include "vault/api.h"

enum { TOKENS_MAX = 200 };

struct finding {
    struct keeper_find find;
    struct keeper_entry *entry;
    size_t count;
    bool more; /* than were looked at */
    bool nobody;
};

static sk_err
word_read(struct finding *f, const struct vault_ask *ask)
{
    enum personal_kind kind = personal_kind_of(sk_json_get_str(ask->body, "kind"));
    sk_str text = sk_json_get_str(ask->body, "text");
    sk_str prefix = sk_json_get_str(ask->body, "prefix");
    enum personal_unfit why;

    if (kind == PERSONAL_NONE) return vault_no(KEEPER_UNKNOWN_KIND);
    if (!text.n == !prefix.n) return vault_no(KEEPER_BAD);
    f->find.kind = kind;
    if (sk_failed(personal_word_asked(&f->find.word, &why, ask->mem, kind, text.n ? text : prefix,
                                      prefix.n > 0)))
        return vault_no(KEEPER_UNFIT_VALUE);
    return f->find.word.n <= KEEPER_WORD_MAX ? sk_ok() : vault_no(KEEPER_TOO_LONG);
}

static sk_err
entries_find(struct finding *f, const struct vault_ask *ask)
{
    struct keeper_naming naming;
    struct part_store *store;
    sk_err e;

    enum keeper_word word = keeper_find(&naming, ask->mem, ask->house->keeper, &f->find);

    f->nobody = word == KEEPER_MISSING; /* the tenant has nobody yet */
    if (f->nobody) return sk_ok();
    TRY(vault_no(word));
    TRY(vault_ask_store(&store, ask));
    e = vault_store_word(&f->entry, &f->count, &f->more, ask->mem, store, naming.naming,
                         KEEPER_VALUES_MAX);
    vault_ask_give(ask, store);
    return e;
}

/* A token once, though several values have it (an e-mail address). */
static bool
is_new(const sk_str *token, size_t count, sk_str one)
{
    for (size_t i = 0; i < count; i++)
        if (sk_str_eq(token[i], one)) return false;
    return one.n > 0;
}

static sk_err
tokens_find(sk_str *token, size_t *count, bool *more, const struct vault_ask *ask,
            struct part_store *store, const struct keeper_found *found)
{
    sk_str one;

    for (size_t i = 0; i < found->count; i++) {
        if (keeper_id_is_none(&found->value[i].value_id)) continue;
        TRY(vault_store_token_of(&one, ask->mem, store, ask->tenant, &found->value[i].value_id));
        if (!is_new(token, *count, one)) continue;
        *more = *more || *count == TOKENS_MAX;
        if (*count == TOKENS_MAX) return sk_ok();
        token[(*count)++] = one;
    }
    return sk_ok();
}

/* Whose they are, each once. */
static void
people_put(const struct vault_ask *ask, const struct keeper_found *found)
{
    sk_str *person = sk_array(ask->mem, found->count + 1, sizeof *person);
    size_t count = 0;

    sk_json_array(ask->answer, "people");
    for (size_t i = 0; i < found->count; i++) {
        sk_str one = keeper_id_str(&found->value[i].person_id);

        if (!is_new(person, count, one)) continue;
        person[count++] = one;
        sk_json_str(ask->answer, NULL, one);
    }
    sk_json_end_array(ask->answer);
}

static sk_err
tokens_put(struct finding *f, const struct vault_ask *ask, const struct keeper_found *found)
{
    sk_str token[TOKENS_MAX];
    struct part_store *store;
    size_t count = 0;
    sk_err e;

    TRY(vault_ask_store(&store, ask));
    e = tokens_find(token, &count, &f->more, ask, store, found);
    vault_ask_give(ask, store);
    TRY(e);
    sk_json_array(ask->answer, "tokens");
    for (size_t i = 0; i < count; i++)
        sk_json_str(ask->answer, NULL, token[i]);
    sk_json_end_array(ask->answer);
    if (sk_json_get_bool(ask->body, "people", false)) people_put(ask, found);
    if (f->more) sk_json_bool(ask->answer, "more", true);
    return sk_ok();
}

sk_err
vault_find(struct vault_ask *ask)
{
    struct finding f = { .find = { .ticket = ask->ticket, .tenant = ask->tenant } };
    struct keeper_found_ask question;
    struct keeper_found found;

    TRY(vault_ask_text(&f.find.purpose, ask, "purpose"));
    if (f.find.purpose.n > KEEPER_NAME_MAX) return vault_no(KEEPER_PURPOSE_UNKNOWN);
    TRY(word_read(&f, ask));
    TRY(entries_find(&f, ask));
    if (f.nobody) return tokens_put(&f, ask, &(struct keeper_found){ .count = 0 });
    question = (struct keeper_found_ask){ f.find, f.entry, f.count };
    TRY(vault_no(keeper_found(&found, ask->mem, ask->house->keeper, &question)));
    return tokens_put(&f, ask, &found);
}
