#include "sekisho/folk.h"

#include "part/ask.h"
#include "sekisho/tongue.h"
#include "sekisho/verb.h"

#include <getopt.h>
#include <stdio.h>

/* --- asking --- */

static enum sk_kind
kind_of(sk_str name)
{
    for (int i = SK_OK + 1; i < SK_KINDS; i++)
        if (sk_str_eq(name, sk_str_of(sk_kind_rows[i].name))) return (enum sk_kind)i;
    return SK_BROKEN;
}

sk_err
folk_ask(sk_json **answer, sk_str *text, sk_arena *mem, const char *state, const char *target,
         sk_str body)
{
    struct part_answer got;
    struct part_ask ask = { .path = sk_str_printf(mem, "%s/run/accounts-api.sock", state).p,
                            .target = sk_str_of(target),
                            .body = body,
                            .patience = 15000 };
    sk_err e = part_ask(&got, mem, &ask);
    if (e.kind == SK_MISSING)
        return sk_fail(SK_MISSING, "%s",
                       tongue("nothing runs there: start it with `sekisho up`",
                              "動いていません。「sekisho up」で起動してください"));
    TRY(e);
    TRY(sk_json_read(answer, got.body));
    *text = got.body;
    if (got.status < 300) return sk_ok();
    e = sk_fail(kind_of(sk_json_get_str(*answer, "error")), "%.*s",
                SK_ARG(sk_json_get_str(*answer, "why")));
    sk_json_free(*answer);
    *answer = NULL;
    return e;
}

/* --- arguments --- */

enum {
    STATE = 1000,
    REALM,
    TENANT,
    EMAIL,
    NAME,
    ROLE,
    SCREENS,
    REASON,
    HOURS,
    LANG,
    DAYS,
    JSON,
    DETACH
};

static const struct option options[] = {
    { "state", required_argument, NULL, STATE },     { "realm", required_argument, NULL, REALM },
    { "tenant", required_argument, NULL, TENANT },   { "email", required_argument, NULL, EMAIL },
    { "name", required_argument, NULL, NAME },       { "role", required_argument, NULL, ROLE },
    { "screens", required_argument, NULL, SCREENS }, { "reason", required_argument, NULL, REASON },
    { "hours", required_argument, NULL, HOURS },     { "lang", required_argument, NULL, LANG },
    { "void-after", required_argument, NULL, DAYS }, { "json", no_argument, NULL, JSON },
    { "detach", no_argument, NULL, DETACH },         { NULL, 0, NULL, 0 },
};

static bool
options_read(struct folk_args *args, int argc, char **argv)
{
    const char **text[] = { &args->state, &args->realm, &args->tenant,  &args->email,
                            &args->name,  &args->role,  &args->screens, &args->reason,
                            &args->hours, &args->lang,  &args->days };
    bool *flag[] = { &args->json, &args->detach };
    int found;
    while ((found = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (found < STATE) return false;
        if (found < JSON)
            *text[found - STATE] = optarg;
        else
            *flag[found - JSON] = true;
    }
    return true;
}

/* The word that the arguments begin with; two-part words first, since "rights" is one, too. */
static const struct folk_word *
word_find(unsigned *length, char **argv, int argc)
{
    char two[64];
    const struct folk_word *found = NULL;
    *length = 1;
    snprintf(two, sizeof two, "%s %s", argv[0], argc > 1 ? argv[1] : "");
    for (const struct folk_word *w = folk_words; w->name; w++) {
        if (strcmp(w->name, argv[0]) == 0) found = w;
        if (strcmp(w->name, two) != 0) continue;
        *length = 2;
        return w;
    }
    return found;
}

static int
usage(void)
{
    fprintf(stderr, "%s\n",
            tongue("usage: sekisho accounts WORD [--state DIR] [--json]",
                   "使い方: sekisho accounts 語 [--state DIR] [--json]"));
    for (const struct folk_word *w = folk_words; w->name; w++)
        fprintf(stderr, "  %s %s\n", w->name, w->usage);
    return 2;
}

/* --- the verb --- */

static sk_err
run(const struct folk_word *word, const struct folk_args *args)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *answer = NULL;
    struct sk_buf body = { .mem = mem };
    struct sk_json_writer w = { .out = &body };
    sk_str text;
    sk_json_object(&w, NULL);
    if (word->ask) TRY(word->ask(&w, args));
    sk_json_end_object(&w);
    TRY(folk_ask(&answer, &text, mem, args->state, word->target, sk_buf_str(&body)));
    sk_str job = sk_json_get_str(answer, "job");
    if (args->json)
        printf("%.*s\n", SK_ARG(text));
    else if (word->show)
        word->show(answer, args);
    else
        printf("%s\n", tongue("done", "完了しました"));
    return job.n && !args->json && !args->detach ? folk_follow(args, job) : sk_ok();
}

int
folk_main(int argc, char **argv)
{
    struct folk_args args = { .state = "var" };
    unsigned length;
    /* getopt leaves out the first, and moves what is no option behind the rest. */
    char **all = argv - 1;
    optind = 1;
    if (!options_read(&args, argc + 1, all)) return 2;
    int left = argc + 1 - optind;
    const struct folk_word *word = left ? word_find(&length, all + optind, left) : NULL;
    if (!word) return usage();
    args.count = (unsigned)left - length;
    if (args.count < word->least || args.count > word->most) return usage();
    for (unsigned i = 0; i < args.count; i++)
        args.arg[i] = all[optind + (int)length + (int)i];
    sk_err e = run(word, &args);
    return sk_failed(e) ? verb_fail(e) : 0;
}
