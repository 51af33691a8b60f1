/* sekisho rules: which of its verbs, and the rules they are about. */
#include "sekisho/rules.h"

#include "sekisho/nearest.h"
#include "sekisho/render.h"
#include "sekisho/tongue.h"

#include <stdlib.h>
#include <unistd.h>

static const struct {
    const char *name;
    unsigned least, most; /* words behind the name */
    const char *usage;
    int (*run)(const struct verb_args *args);
} verbs_of_rules[] = {
    { "test", 0, 1, "test DIR|FILE | --request FILE", rules_test },
    { "explain", 1, 1, "explain ID", rules_explain },
    { "lint", 0, VERB_ARGS_MAX - 1, "lint [FILE...]", rules_lint },
    { "why", 0, 0, "why --request FILE | --id ID", rules_why },
    { "update", 0, 1, "update [VERSION]", rules_update },
};

static int
unknown(const char *given)
{
    struct nearest near = nearest_to(sk_str_of(given));

    for (size_t i = 0; i < sizeof(verbs_of_rules) / sizeof(verbs_of_rules[0]); i++)
        nearest_try(&near, verbs_of_rules[i].name);
    return verb_fail(
        sk_fail(SK_BAD,
                tongue("rules %s: expected test, explain, lint, why or update%s%s%s",
                       "rules %s: test、explain、lint、why、update のいずれかです%s%s%s"),
                given, near.best ? tongue("; did you mean ", "。もしかして: ") : "",
                near.best ? near.best : "", near.best ? "?" : ""));
}

int
verb_rules(const struct verb_args *args)
{
    for (size_t i = 0; i < sizeof(verbs_of_rules) / sizeof(verbs_of_rules[0]); i++) {
        unsigned words = args->count - 1;

        if (strcmp(args->arg[0], verbs_of_rules[i].name) != 0) continue;
        if (words < verbs_of_rules[i].least || words > verbs_of_rules[i].most)
            return verb_fail(sk_fail(SK_BAD,
                                     tongue("usage: sekisho rules %s", "使い方: sekisho rules %s"),
                                     verbs_of_rules[i].usage));
        return verbs_of_rules[i].run(args);
    }
    return unknown(args->arg[0]);
}

/* ── the rules ── */

static sk_err
site_read(struct rules_site *site, sk_arena *mem, const struct verb_args *args)
{
    struct house *house = &site->house;
    struct render r;

    TRY(house_open(house, mem, args));
    if (sk_failed(house_read(house, args, false))) {
        if (house->faults.count)
            return sk_fail(SK_BAD, "%.*s", SK_ARG(sk_buf_str(&house->faults.text)));
        TRY(conf_read(&house->conf, &house->faults, mem, sk_str_of(conf_first), "(built in)"));
        house->conf->before.count = 0;
    }
    r = (struct render){
        .conf = house->conf, .state = house->state, .gate = house->gate, .module = ""
    };
    seclang_source_text(site->source, render_rules(mem, &r, &house->conf->site[0]), "site.rules",
                        1);
    return sk_ok();
}

sk_err
rules_load(struct rules_site *site, sk_arena *mem, const struct verb_args *args)
{
    *site = (struct rules_site){ .own_file = args->rules != NULL, .source = seclang_source_new() };
    if (!args->rules) return site_read(site, mem, args);
    seclang_source_file(site->source, args->rules);
    return sk_ok();
}

void
rules_close(struct rules_site *site)
{
    seclang_source_free(site->source);
    site->source = NULL;
}

/* ── colour ── */

bool
rules_colour(void)
{
    static int known = -1;
    const char *no = getenv("NO_COLOR");

    if (known < 0) known = isatty(STDOUT_FILENO) && !(no && no[0]);
    return known > 0;
}

const char *
rules_ink_on(enum rules_ink ink)
{
    static const char *const signs[] = {
        [RULES_PLAIN] = "",         [RULES_BOLD] = "\033[1m",    [RULES_DIM] = "\033[2m",
        [RULES_RED] = "\033[1;31m", [RULES_YELLOW] = "\033[33m", [RULES_GREEN] = "\033[32m"
    };

    return rules_colour() ? signs[ink] : "";
}

const char *
rules_ink_off(void)
{
    return rules_colour() ? "\033[0m" : "";
}

void
rules_ink(struct sk_buf *out, enum rules_ink ink, const char *text)
{
    sk_buf_printf(out, "%s%s%s", rules_ink_on(ink), text, rules_ink_off());
}
