#include "vault/word.h"

static const struct {
    struct vault_word_row row;
    enum sk_kind kind;
} own[VAULT_WORDS - KEEPER_WORDS] = {
    { { "unknown_token", "the token stands for nothing in this tenant", 404 }, SK_MISSING },
    { { "held", "a legal hold is on the person or the case", 403 }, SK_DENIED },
    { { "answered", "an export of this name was handed out already", 403 }, SK_DENIED },
    { { "several_people", "a letter goes to the person whom it is about", 403 }, SK_DENIED },
    { { "contact_denied", "where somebody is reached only that person says, through the gate",
        403 },
      SK_DENIED },
    { { "too_often", "this was asked too often; ask again in a minute", 429 }, SK_BUSY },
};

enum { TOO_MANY = 429, GONE = 410 };

static unsigned
status_of(unsigned word)
{
    if (word == KEEPER_BUDGET_SECOND || word == KEEPER_BUDGET_HOUR || word == KEEPER_BUDGET_DAY)
        return TOO_MANY;
    if (word == KEEPER_ERASED) return GONE;
    return (unsigned)sk_kind_rows[keeper_word_rows[word].kind].http_status;
}

struct vault_word_row
vault_word_row(unsigned word)
{
    if (word >= VAULT_WORDS) word = KEEPER_BROKEN;
    if (word >= KEEPER_WORDS) return own[word - KEEPER_WORDS].row;
    return (struct vault_word_row){ keeper_word_rows[word].name, keeper_word_rows[word].why,
                                    status_of(word) };
}

sk_err
vault_no(unsigned word)
{
    if (word == KEEPER_OK) return sk_ok();
    if (word >= VAULT_WORDS) word = KEEPER_BROKEN;
    return sk_fail(word >= KEEPER_WORDS ? own[word - KEEPER_WORDS].kind
                                        : keeper_word_rows[word].kind,
                   "%s", vault_word_row(word).name);
}

unsigned
vault_word_of(sk_err e)
{
    static const unsigned by_kind[SK_KINDS] = {
        [SK_OK] = KEEPER_OK,           [SK_BAD] = KEEPER_BAD,   [SK_DENIED] = KEEPER_DENIED,
        [SK_MISSING] = KEEPER_MISSING, [SK_BUSY] = KEEPER_BUSY, [SK_FULL] = KEEPER_FULL,
        [SK_BROKEN] = KEEPER_BROKEN,
    };

    for (unsigned word = KEEPER_OK + 1; word < VAULT_WORDS; word++)
        if (sk_failed(e) && strcmp(e.why, vault_word_row(word).name) == 0) return word;
    return by_kind[e.kind];
}
