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
    { "exposure", 0, 0, "exposure [--tenant T] [--json]", vault_word_exposure },
    { "purposes", 0, 0, "purposes [--json]", vault_word_purposes },
    { "freeze", 1, 1, "freeze PURPOSE", vault_word_freeze },
    { "thaw", 1, 1, "thaw PURPOSE", vault_word_thaw },
    { "reserve", 1, 4,
      "reserve ask PURPOSE PEOPLE MINUTES --reason TEXT [--tenant T] | reserve open ID | "
      "reserve list",
      vault_word_reserve },
    { "receipt", 1, 1, "receipt PERSON [--since WHEN] [--until WHEN] [--out DIR]",
      vault_word_receipt },
    { "status", 0, 0, "status [--json]", vault_word_status },
    { "put", 0, 1, "put [PERSON|CASE] --tenant T < VALUES.json", vault_word_put },
    { "honey", 0, 0, "honey --tenant T < VALUES.json", vault_word_honey },
    { "read", 1, VERB_ARGS_MAX - 1, "read --tenant T --purpose NAME TOKEN...", vault_word_read },
    { "find", 1, 2, "find KIND [prefix] --tenant T --purpose NAME < TEXT", vault_word_find },
    { "erase", 1, 1, "erase PERSON|CASE", vault_word_erase },
    { "erased", 1, 1, "erased PERSON|CASE [--out DIR]", vault_word_erased },
    { "export", 1, 1, "export PERSON --purpose NAME [--authority NAME] [--out DIR]",
      vault_word_export },
    { "hold", 1, 3, "hold add NAME PERSON|CASE | hold release NAME | hold list", vault_word_hold },
    { "rotate", 1, 2, "rotate root | rotate tenant --tenant T | rotate person PERSON|CASE",
      vault_word_rotate },
    { "unseal", 0, 0, "unseal < PASSPHRASE", vault_word_unseal },
    { "backup-keys", 0, 0, "backup-keys", vault_word_backup },
    { "restore-keys", 1, 1, "restore-keys FILE", vault_word_restore_keys },
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
