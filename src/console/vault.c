#include "console/vault.h"

enum { FULL = 100, NEARLY = 80 };

sk_err
vault_check(enum keeper_word word)
{
    const struct keeper_word_row *row = &keeper_word_rows[word];

    return word == KEEPER_OK ? sk_ok() : sk_fail(row->kind, "keeper: %s: %s", row->name, row->why);
}

sk_str
vault_kinds(const struct console_visit *visit, uint32_t kinds)
{
    struct sk_buf out = { .mem = visit->mem };
    bool ja = visit->view.lang == PART_JA;

    for (unsigned kind = PERSONAL_NONE + 1; kind < PERSONAL_KINDS; kind++) {
        const struct personal_kind_row *row = &personal_kind_rows[kind];

        if (!(kinds & personal_kind_bit((enum personal_kind)kind))) continue;
        if (out.n) sk_buf_add(&out, ja ? SK_STR("・") : SK_STR(", "));
        sk_buf_add(&out, sk_str_of(ja ? row->ja : row->en));
    }
    return sk_buf_str(&out);
}

sk_str
vault_shows(const struct console_visit *visit, uint32_t show)
{
    static const char *const words[KEEPER_SHOWS] = {
        [KEEPER_SHOW_MASKED] = "vault.show.masked", [KEEPER_SHOW_PLAIN] = "vault.show.plain",
        [KEEPER_SHOW_RENDER] = "vault.show.render", [KEEPER_SHOW_SELF] = "vault.show.self",
        [KEEPER_SHOW_ERASE] = "vault.show.erase",   [KEEPER_SHOW_LETTER] = "vault.show.letter",
    };

    _Static_assert(KEEPER_SHOWS == 6, "each way to show has its words");
    return look_words(&visit->view, words[show < KEEPER_SHOWS ? show : KEEPER_SHOW_MASKED]);
}

/* What there is of it is seen, even if it is little. */
static int64_t
percent_of(uint64_t used, uint64_t most)
{
    uint64_t percent;

    if (used == 0) return 0;
    if (used >= most) return FULL;
    percent = used * 100 / most;
    return percent ? (int64_t)percent : 1;
}

static void
bar_set(const struct console_visit *visit, struct part_value *object, const char *name,
        uint64_t used, uint64_t most, const char *tone)
{
    struct part_value *bar = part_set_object(object, name);

    part_set_text(bar, "used", look_number(visit->mem, (int64_t)used));
    part_set_text(bar, "most", look_number(visit->mem, (int64_t)most));
    part_set_int(bar, "percent", percent_of(used, most));
    part_set_text(bar, "tone", sk_str_of(tone));
}

void
vault_window(const struct console_visit *visit, struct part_value *object, const char *name,
             uint64_t used, uint64_t most)
{
    int64_t percent = percent_of(used, most);

    bar_set(visit, object, name, used, most,
            percent == FULL     ? "act"
            : percent >= NEARLY ? "look"
                                : "");
}

void
vault_share(const struct console_visit *visit, struct part_value *object, const char *name,
            uint64_t part, uint64_t all)
{
    bar_set(visit, object, name, part, all, "");
}

void
vault_tabs(struct console_visit *visit, const char *here)
{
    static const char *const tabs[] = { "stake", "reserves", "scope" };

    for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++)
        part_set_flag(visit->view.values, sk_str_printf(visit->mem, "in_%s", tabs[i]).p,
                      strcmp(tabs[i], here) == 0);
}

sk_err
vault_away(struct console_visit *visit, const char *here, enum keeper_word word)
{
    bool sealed = word == KEEPER_SEALED;

    if (word != KEEPER_NO_KEEPER && !sealed) return vault_check(word);
    vault_tabs(visit, here);
    look_empty(&visit->view, LOOK_ACT, sealed ? "vault.sealed" : "vault.away",
               sealed ? "vault.sealed.cure" : "vault.away.cure", "/vault", "look.again");
    return console_show(visit, "vault-away", "vault.title");
}
