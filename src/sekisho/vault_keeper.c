/* The words of sekisho vault that ask the keeper: how it is, its root key, its backups. */
#include "base/json.h"
#include "keeper/keeper.h"
#include "sekisho/files.h"
#include "sekisho/tongue.h"
#include "sekisho/vault.h"

#include <stdio.h>
#include <termios.h>
#include <unistd.h>

enum { PHRASE_LINE = KEEPER_PHRASE_MAX + 2 }; /* with its end */

struct asking {
    struct keeper_link *link;
};

static void
asking_end(struct asking *a)
{
    keeper_link_close(a->link);
}

static sk_err
word_check(enum keeper_word word)
{
    const struct keeper_word_row *row = &keeper_word_rows[word];

    return word == KEEPER_OK ? sk_ok() : sk_fail(row->kind, "%s: %s", row->name, row->why);
}

/* ── status ── */

static void
status_json(const struct keeper_status *s)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };

    sk_json_object(&w, NULL);
    sk_json_bool(&w, "sealed", s->is_sealed);
    sk_json_str(&w, "root", s->root);
    sk_json_str(&w, "why", s->why);
    sk_json_int(&w, "tenants", (int64_t)s->tenants);
    sk_json_int(&w, "people", (int64_t)s->people);
    sk_json_int(&w, "keys", (int64_t)s->keys);
    sk_json_int(&w, "erased", (int64_t)s->erased);
    sk_json_int(&w, "left", (int64_t)s->left);
    sk_json_int(&w, "most_uses", (int64_t)s->most_uses);
    sk_json_int(&w, "backed_up", (int64_t)s->backed_up);
    sk_json_int(&w, "purposes", s->purposes);
    sk_json_int(&w, "frozen", s->frozen);
    sk_json_bool(&w, "memory_locked", s->memory_locked);
    sk_json_end_object(&w);
    printf("%.*s\n", (int)out.n, out.p);
}

static void
status_print(const struct keeper_status *s, sk_arena *mem)
{
    if (s->is_sealed) {
        printf(tongue("sealed: the root key (%.*s) is waited for; %.*s\n",
                      "封印中: ルート鍵（%.*s）を待っています。%.*s\n"),
               SK_ARG(s->root), SK_ARG(s->why));
        return;
    }
    printf(tongue("open, root key: %.*s. %llu tenants, %llu people, %llu keys; %llu erased\n",
                  "開いています。ルート鍵: %.*s。テナント %llu、人 %llu、鍵 %llu、消去済み %llu\n"),
           SK_ARG(s->root), (unsigned long long)s->tenants, (unsigned long long)s->people,
           (unsigned long long)s->keys, (unsigned long long)s->erased);
    printf(tongue("%u purposes, %u of them frozen; most uses of one key: %llu\n",
                  "目的 %u 件（凍結 %u 件）、1 つの鍵の最多使用回数 %llu\n"),
           s->purposes, s->frozen, (unsigned long long)s->most_uses);
    if (s->left)
        printf(tongue("%llu keys are still to be wrapped anew\n",
                      "包み直しを待つ鍵が %llu 個あります\n"),
               (unsigned long long)s->left);
    if (s->why.n) printf("%.*s\n", SK_ARG(s->why));
    if (s->backed_up)
        printf(tongue("keys were backed up at %.*s\n", "鍵のバックアップ: %.*s\n"),
               SK_ARG(sk_when_jst(mem, (sk_when)s->backed_up)));
    if (!s->memory_locked) puts(tongue("memory is NOT locked", "メモリーは固定されていません"));
}

sk_err
vault_word_status(const struct verb_args *args, const struct house *house)
{
    DEFER(asking_end) struct asking a = { NULL };
    const struct keeper_none nothing = { 0 };
    struct keeper_status status;

    TRY(keeper_link_open(&a.link, house->state));
    TRY(word_check(keeper_status(&status, house->mem, a.link, &nothing)));
    if (args->json)
        status_json(&status);
    else
        status_print(&status, house->mem);
    return sk_ok();
}

/* ── the root key ── */

/* A line of the terminal without echo, or of whatever the standard input is. */
static sk_err
phrase_read(char line[PHRASE_LINE])
{
    struct termios old, quiet;
    bool terminal = tcgetattr(STDIN_FILENO, &old) == 0;
    char *got;

    if (terminal) {
        fprintf(stderr, "%s: ", tongue("passphrase", "パスフレーズ"));
        quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    got = fgets(line, PHRASE_LINE, stdin);
    if (terminal) tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
    return got ? sk_ok() : sk_fail(SK_BAD, "no passphrase");
}

sk_err
vault_word_unseal(const struct verb_args *args, const struct house *house)
{
    DEFER(asking_end) struct asking a = { NULL };
    struct keeper_unseal unseal;
    struct keeper_none none;
    char line[PHRASE_LINE];
    enum keeper_word word;

    (void)args;
    TRY(keeper_link_open(&a.link, house->state));
    TRY(phrase_read(line));
    unseal.phrase = (sk_str){ line, strcspn(line, "\n") };
    word = keeper_unseal(&none, house->mem, a.link, &unseal);
    explicit_bzero(line, sizeof line);
    return word_check(word);
}

/* ── backups of keys ── */

sk_err
vault_word_backup(const struct verb_args *args, const struct house *house)
{
    DEFER(asking_end) struct asking a = { NULL };
    const struct keeper_none nothing = { 0 };
    struct keeper_backup backup;

    (void)args;
    TRY(keeper_link_open(&a.link, house->state));
    TRY(word_check(keeper_backup(&backup, house->mem, a.link, &nothing)));
    printf("%s/keeper/backup/%.*s\n", house->state, SK_ARG(backup.file));
    return sk_ok();
}
