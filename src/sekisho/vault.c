/* sekisho vault: which of its words is meant. */
#include "sekisho/vault.h"

#include "sekisho/tongue.h"

#include <stdio.h>
#include <string.h>

const struct vault_word vault_words[] = {
    { "scope", 0, 0,
      "scope [--since WHEN] [--until WHEN] [--principal ID | --route PATH | --id REQUEST | "
      "--purpose NAME | --tenant T] [--list] [--out DIR]",
      vault_word_scope },
    { .name = NULL },
};

static sk_err
word_unknown(const char *given)
{
    char names[512] = "";

    for (const struct vault_word *w = vault_words; w->name; w++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s",
                 w == vault_words ? "" : ", ", w->name);
    return sk_fail(SK_BAD,
                   tongue("vault: there is no %s; expected one of: %s",
                          "vault: %s はありません。次のいずれかです: %s"),
                   given, names);
}

static sk_err
word_run(const struct verb_args *args, const struct house *house)
{
    for (const struct vault_word *w = vault_words; w->name; w++) {
        if (strcmp(w->name, args->arg[0]) != 0) continue;
        if (args->count > w->least && args->count <= w->most + 1) return w->run(args, house);
        return sk_fail(SK_BAD, tongue("usage: sekisho vault %s", "使い方: sekisho vault %s"),
                       w->usage);
    }
    return word_unknown(args->arg[0]);
}

int
verb_vault(const struct verb_args *args)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct house house;
    sk_err e = house_open(&house, mem, args);

    if (!sk_failed(e)) e = word_run(args, &house);
    return sk_failed(e) ? verb_fail(e) : 0;
}
