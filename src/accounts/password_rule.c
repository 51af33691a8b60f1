#include "accounts/password_rule.h"

#include "accounts/password.h"
#include "base/file.h"
#include "base/utf8.h"
#include "personal/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <zxcvbn.h>

enum { FILE_MAX = 2 * 1024 * 1024, PIECES_MAX = 8 /* of one own word */ };

const char *const accounts_password_words[ACCOUNTS_PASSWORD_FAULTS] = {
    [ACCOUNTS_PASSWORD_EMPTY] = "password.empty",     [ACCOUNTS_PASSWORD_TEXT] = "password.text",
    [ACCOUNTS_PASSWORD_SHORT] = "password.short",     [ACCOUNTS_PASSWORD_LONG] = "password.long",
    [ACCOUNTS_PASSWORD_COMMON] = "password.common",   [ACCOUNTS_PASSWORD_OWN] = "password.own",
    [ACCOUNTS_PASSWORD_REPEATS] = "password.repeats", [ACCOUNTS_PASSWORD_WEAK] = "password.weak",
};

struct accounts_rules {
    sk_arena *mem;
    sk_str *common; /* in the order of their bytes */
    size_t common_count;
    const char **words; /* the most likely first, ends with NULL */
    size_t word_count;
};

/* The lines of a file without its remarks ("# ..."). */
static sk_err
lines_read(sk_str **lines, size_t *count, sk_arena *mem, const char *path, size_t most)
{
    sk_str text, line;

    TRY(sk_file_read(&text, mem, path, FILE_MAX));
    *lines = sk_array(mem, most, sizeof **lines);
    *count = 0;
    while (sk_str_cut(&line, &text, '\n')) {
        if (!line.n || sk_str_starts(line, SK_STR("# "))) continue;
        if (*count == most) return sk_fail(SK_FULL, "%s: more than %zu lines", path, most);
        (*lines)[(*count)++] = line;
    }
    return sk_ok();
}

static int
compare(sk_str a, sk_str b)
{
    int by = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

    if (by) return by;
    return a.n < b.n ? -1 : a.n > b.n;
}

static sk_err
common_read(struct accounts_rules *rules, const char *folder)
{
    sk_str path = sk_str_printf(rules->mem, "%s/passwords.txt", folder);

    TRY(lines_read(&rules->common, &rules->common_count, rules->mem, path.p, ACCOUNTS_COMMON_MAX));
    for (size_t i = 1; i < rules->common_count; i++)
        if (compare(rules->common[i - 1], rules->common[i]) >= 0)
            return sk_fail(SK_BROKEN, "%s: \"%.*s\" is out of order", path.p,
                           SK_ARG(rules->common[i]));
    return sk_ok();
}

static sk_err
words_read(struct accounts_rules *rules, const char *folder)
{
    sk_str path = sk_str_printf(rules->mem, "%s/words.txt", folder), *lines;

    TRY(lines_read(&lines, &rules->word_count, rules->mem, path.p, ACCOUNTS_WORDS_MAX));
    rules->words = sk_array(rules->mem, rules->word_count + 1, sizeof *rules->words);
    for (size_t i = 0; i < rules->word_count; i++)
        rules->words[i] = sk_str_zcopy(rules->mem, lines[i]);
    return sk_ok();
}

sk_err
accounts_rules_open(struct accounts_rules **rules, const char *folder)
{
    sk_arena *mem = sk_arena_new(1024 * 1024);
    struct accounts_rules *made = SK_NEW(mem, struct accounts_rules);

    made->mem = mem;
    sk_err e = common_read(made, folder);
    if (!sk_failed(e)) e = words_read(made, folder);
    if (sk_failed(e)) {
        sk_arena_free(mem);
        return e;
    }
    *rules = made;
    return sk_ok();
}

void
accounts_rules_free(struct accounts_rules *rules)
{
    if (rules) sk_arena_free(rules->mem);
}

void
accounts_rules_close(struct accounts_rules **rules)
{
    accounts_rules_free(*rules);
    *rules = NULL;
}

static bool
is_common(const struct accounts_rules *rules, sk_str low)
{
    size_t from = 0, to = rules->common_count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int by = compare(rules->common[middle], low);
        if (by == 0) return true;
        if (by < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

/* A password being judged: all on an arena that is wiped as far as we made it. */
struct judged {
    sk_arena *mem;
    sk_str one, low; /* NFKC; the same in lower case */
    const char *own[ACCOUNTS_OWN_WORDS_MAX * PIECES_MAX];
    size_t own_count;
};

static void
judged_wipe(struct judged *j)
{
    if (j->one.n) explicit_bzero((void *)j->one.p, j->one.n);
    if (j->low.n) explicit_bzero((void *)j->low.p, j->low.n);
    sk_arena_free(j->mem);
}

static void
own_add(struct judged *j, sk_str word)
{
    if (word.n < ACCOUNTS_OWN_LEAST || j->own_count == sizeof j->own / sizeof *j->own) return;
    j->own[j->own_count++] = sk_str_zcopy(j->mem, word);
}

static bool
is_border(char c)
{
    return sk_is_blank(c) || (c && strchr("@._-+/", c));
}

/* Each own word by itself and in its pieces: of "hana.sato@example.jp" also hana, sato, example. */
static void
own_split(struct judged *j, sk_str word)
{
    sk_str folded;
    size_t begun = 0;

    if (sk_failed(personal_text_nfkc(&folded, j->mem, word))) return;
    folded = sk_str_lower(j->mem, folded);
    own_add(j, folded);
    for (size_t i = 0, pieces = 1; i <= folded.n && pieces < PIECES_MAX; i++) {
        if (i < folded.n && !is_border(folded.p[i])) continue;
        sk_str piece = { folded.p + begun, i - begun };
        if (piece.n && piece.n < folded.n) own_add(j, piece), pieces++;
        begun = i + 1;
    }
}

static bool
has_own(const struct judged *j)
{
    for (size_t i = 0; i < j->own_count; i++)
        if (sk_str_find(j->low, sk_str_of(j->own[i])) != SIZE_MAX) return true;
    return false;
}

static size_t
signs_of(sk_str text)
{
    uint32_t seen[ACCOUNTS_SIGNS_LEAST], code;
    size_t count = 0;

    while (text.n && count < ACCOUNTS_SIGNS_LEAST) {
        size_t i = 0;
        text = sk_str_from(text, sk_utf8_decode(&code, text));
        while (i < count && seen[i] != code)
            i++;
        if (i == count) seen[count++] = code;
    }
    return count;
}

/* What zxcvbn thinks of it, knowing the person's words and Japanese ones. */
static double
bits_of(const struct judged *j, const struct accounts_rules *rules)
{
    const char **words = sk_array(j->mem, j->own_count + rules->word_count + 1, sizeof *words);

    if (j->own_count) memcpy(words, j->own, j->own_count * sizeof *words);
    memcpy(words + j->own_count, rules->words, rules->word_count * sizeof *words);
    return ZxcvbnMatch(j->one.p, words, NULL);
}

static bool
is_control(char c)
{
    return ((unsigned char)c < 0x20) || c == 0x7f;
}

static enum accounts_password_fault
form_judge(struct judged *j, sk_str password, bool alone)
{
    sk_str one;

    if (!password.n) return ACCOUNTS_PASSWORD_EMPTY;
    if (password.n > ACCOUNTS_PASSWORD_BYTES) return ACCOUNTS_PASSWORD_LONG;
    if (sk_failed(personal_text_nfkc(&one, j->mem, password))) return ACCOUNTS_PASSWORD_TEXT;
    j->one = (sk_str){ sk_str_zcopy(j->mem, one), one.n }; /* zxcvbn wants the zero */
    explicit_bzero((void *)one.p, one.n);
    for (size_t i = 0; i < j->one.n; i++)
        if (is_control(j->one.p[i])) return ACCOUNTS_PASSWORD_TEXT;
    size_t characters = sk_utf8_count(j->one);
    if (characters < accounts_password_least(alone)) return ACCOUNTS_PASSWORD_SHORT;
    return characters > ACCOUNTS_PASSWORD_MOST ? ACCOUNTS_PASSWORD_LONG : ACCOUNTS_PASSWORD_GOOD;
}

enum accounts_password_fault
accounts_password_judge(const struct accounts_rules *rules, const struct accounts_password_ask *ask)
{
    DEFER(judged_wipe) struct judged j = { .mem = sk_arena_new(32 * 1024) };
    enum accounts_password_fault fault = form_judge(&j, ask->password, ask->alone);

    if (fault) return fault;
    j.low = sk_str_lower(j.mem, j.one);
    for (size_t i = 0; i < ask->own_count && i < ACCOUNTS_OWN_WORDS_MAX; i++)
        own_split(&j, ask->own[i]);
    own_split(&j, SK_STR("sekisho")); /* what stands on every page of ours */
    if (is_common(rules, j.low)) return ACCOUNTS_PASSWORD_COMMON;
    if (signs_of(j.one) < ACCOUNTS_SIGNS_LEAST) return ACCOUNTS_PASSWORD_REPEATS;
    int least = ask->alone ? ACCOUNTS_BITS_ALONE : ACCOUNTS_BITS_WITH;
    if (bits_of(&j, rules) >= least) return ACCOUNTS_PASSWORD_GOOD;
    return has_own(&j) ? ACCOUNTS_PASSWORD_OWN : ACCOUNTS_PASSWORD_WEAK;
}
