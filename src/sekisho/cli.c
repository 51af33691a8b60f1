#include "sekisho/cli.h"

#include "sekisho/nearest.h"
#include "sekisho/tongue.h"

#include <stdio.h>

static const struct verb *
verb_find(const char *name)
{
    for (const struct verb *v = verbs; v->name; v++)
        if (strcmp(v->name, name) == 0) return v;
    return NULL;
}

static int
help_all(void)
{
    printf("%s\n\n",
           tongue("sekisho " SEKISHO_VERSION ": a gate that keeps an online shop's promises",
                  "sekisho " SEKISHO_VERSION "：ショップの約束を守る関所"));
    printf("%s\n\n", tongue("usage: sekisho VERB [options]", "使い方: sekisho 動詞 [オプション]"));
    for (const struct verb *v = verbs; v->name; v++)
        if (!v->internal) printf("  %-9s %s\n", v->name, tongue(v->en, v->ja));
    printf(
        "\n%s\n",
        tongue("`sekisho VERB --help` tells more; so does man sekisho. Options: --help, --version.",
               "詳しくは「sekisho 動詞 --help」または man sekisho をご覧ください。オプション: "
               "--help、--version。"));
    return 0;
}

static int
help_verb(const struct verb *verb)
{
    printf("%s: sekisho %s%s%s [options]\n\n%s\n\n", tongue("usage", "使い方"), verb->name,
           verb->usage[0] ? " " : "", verb->usage, tongue(verb->en, verb->ja));
    for (const struct verb_option *o = verb_options; o->name; o++) {
        char left[32];

        if (!verb_takes(verb, o->name)) continue;
        snprintf(left, sizeof(left), "%s %s", o->name, o->value ? o->value : "");
        printf("  %-17s %s\n", left, tongue(o->en, o->ja));
    }
    if (verb->examples[0]) printf("\n%s:\n%s", tongue("examples", "例"), verb->examples);
    printf("\n%s\n",
           tongue("exit codes: 0 done; 2 wrong input or configuration; others: see man sekisho",
                  "終了コード: 0 完了、2 入力・設定の誤り、その他は man sekisho を参照"));
    return 0;
}

static sk_err
option_unknown(const struct verb *verb, const char *given)
{
    struct nearest near = nearest_to(sk_str_of(given));

    for (const struct verb_option *o = verb_options; o->name; o++)
        if (verb_takes(verb, o->name)) nearest_try(&near, o->name);
    nearest_try(&near, "--help");
    return sk_fail(
        SK_BAD, tongue("%s does not take %s%s%s%s", "%s に %s というオプションはありません%s%s%s"),
        verb->name, given, near.best ? tongue(": did you mean ", "。もしかして: ") : "",
        near.best ? near.best : "", near.best ? "?" : "");
}

static const struct verb_option *
option_find(const struct verb *verb, sk_str name)
{
    for (const struct verb_option *o = verb_options; o->name; o++)
        if (sk_str_eq(sk_str_of(o->name), name)) return verb_takes(verb, o->name) ? o : NULL;
    return NULL;
}

/* `--name value` and `--name=value`; `*i` moves past the value. */
static sk_err
option_read(struct verb_args *args, const struct verb *verb, int argc, char **argv, int *i)
{
    const char *given = argv[*i], *equals = strchr(given, '=');
    sk_str name = { given, equals ? (size_t)(equals - given) : strlen(given) };
    const struct verb_option *option = option_find(verb, name);
    char *place;

    if (!option) return option_unknown(verb, given);
    place = (char *)args + option->offset;
    if (!option->value) {
        *(bool *)(void *)place = true;
        return sk_ok();
    }
    if (!equals && *i + 1 >= argc)
        return sk_fail(SK_BAD, tongue("%s needs %s behind it", "%s の後に %s が必要です"),
                       option->name, option->value);
    *(const char **)(void *)place = equals ? equals + 1 : argv[++*i];
    return sk_ok();
}

sk_err
cli_read(struct verb_args *args, const struct verb *verb, int argc, char **argv)
{
    *args = (struct verb_args){ 0 };
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            args->help = true;
            return sk_ok();
        }
        if (argv[i][0] == '-' && argv[i][1]) {
            TRY(option_read(args, verb, argc, argv, &i));
        } else {
            if (args->count == verb->most)
                return sk_fail(SK_BAD, tongue("%s: what is %s for?", "%s: %s は余分です"),
                               verb->name, argv[i]);
            args->arg[args->count++] = argv[i];
        }
    }
    if (args->count < verb->least)
        return sk_fail(SK_BAD, tongue("usage: sekisho %s %s", "使い方: sekisho %s %s"), verb->name,
                       verb->usage);
    return sk_ok();
}

static int
verb_unknown(const char *given)
{
    struct nearest near = nearest_to(sk_str_of(given));

    for (const struct verb *v = verbs; v->name; v++)
        if (!v->internal) nearest_try(&near, v->name);
    fprintf(stderr,
            tongue("sekisho: there is no verb %s%s%s%s\n",
                   "sekisho: %s という動詞はありません%s%s%s\n"),
            given, near.best ? tongue(": did you mean ", "。もしかして: ") : "",
            near.best ? near.best : "",
            near.best ? "?" : tongue(" (try --help)", "（--help をご覧ください）"));
    return 2;
}

int
cli_main(int argc, char **argv)
{
    const struct verb *verb;
    struct verb_args args;
    sk_err e;

    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0)
        return help_all() + (argc < 2 ? 2 : 0);
    if (strcmp(argv[1], "--version") == 0) {
        puts("sekisho " SEKISHO_VERSION);
        return 0;
    }
    verb = verb_find(argv[1]);
    if (!verb) return verb_unknown(argv[1]);
    if (verb->raw) {
        if (argc > 2 && strcmp(argv[argc - 1], "--help") == 0) return help_verb(verb);
        return verb->raw(argc - 2, argv + 2);
    }
    e = cli_read(&args, verb, argc - 2, argv + 2);
    if (sk_failed(e)) return verb_fail(e);
    if (args.help) return help_verb(verb);
    return verb->run(&args);
}
