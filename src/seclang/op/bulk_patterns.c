/* Patterns, and phrases that are too short for the sieve, as Vectorscan is shown them.
 *
 * It takes no lookaround, back reference or atomic group; may not be asked for the end of the text,
 * which is shown to it with more behind (scan.c), and not for negated classes. Such patterns it
 * gets widened (regex_widen.c), and so are those that are asked of a text in lower case. What has
 * no two bytes in a row then, or is too large for it, is a candidate always. What it takes it
 * understands as PCRE2 does. */
#include "seclang/op/bulk.h"
#include "seclang/op/regex_walk.h"
#include "seclang/op/sieve.h"

#include <stdlib.h>

enum {
    SHORT_MOST = 1024, /* phrases; those who have more are candidates always */
    RUN_LEAST = 2      /* bytes in a row: where but one byte is to be found, as in "x", ".x" and
                          "x|long", Vectorscan 5.4.9 may find it in the first 64 bytes of a text
                          alone */
};

/* The arguments of hs_compile_multi: the patterns that are left. */
struct wanted {
    const char **text;
    unsigned *flags, *id;
    unsigned count;
};

/* Quotations, comments and (?x) change what a byte of the pattern means. */
static bool
is_plain(const char *pattern)
{
    if (strstr(pattern, "\\Q") || strstr(pattern, "(?#")) return false;
    for (const char *at = pattern; (at = strstr(at, "(?"));) {
        at += 2;
        if (memchr(at, 'x', strspn(at, "^-imnsxxJU"))) return false;
    }
    return true;
}

/* Whether the pattern asks for the end of the text: $, \z or \Z; not \$ and [$]. Where it is not
 * plain, a guess that may be wrong the other way only. */
static bool
asks_for_end(const char *pattern)
{
    bool plain = is_plain(pattern), class = false;

    for (const char *p = pattern; *p; p++) {
        if (*p == '$' && (!class || !plain)) return true;
        if (*p == '\\' && (p[1] == 'z' || p[1] == 'Z')) return true;
        if (*p == '\\' && plain && p[1]) {
            p++;
        } else if (class) {
            class = *p != ']';
        } else if (*p == '[') {
            class = true;
            p += p[1] == '^';
            p += p[1] == ']'; /* the first one is a byte */
        }
    }
    return false;
}

/* Running over anything but one byte, as in '[^']+', Vectorscan 5.4.9 may run past it with AVX-512:
 * 951230's "Table '[^']+' doesn't exist" was lost 4 times in 200,000 matches of random pages. */
static bool
runs_to_a_byte(const char *pattern)
{
    return strstr(pattern, "[^") != NULL;
}

static bool
is_known(const char *pattern)
{
    hs_compile_error_t *error = NULL;
    hs_expr_info_t *info = NULL;
    bool takes_text;

    if (pattern[0] == '(' && pattern[1] == '*') return false; /* options of PCRE2's own */
    if (asks_for_end(pattern) || runs_to_a_byte(pattern)) return false;
    if (seclang_regex_run(sk_str_of(pattern)) < RUN_LEAST) return false;
    if (hs_expression_info(pattern, HS_FLAG_DOTALL, &info, &error) != HS_SUCCESS) {
        hs_free_compile_error(error);
        return false;
    }
    takes_text = info->min_width > 0;
    free(info); /* malloc'ed, as no allocator was set */
    return takes_text;
}

/* A pattern that matches in every text in which this one does, and that Vectorscan takes: where it
 * can be, with edges of words. NULL: none. */
static const char *
widened(sk_arena *mem, sk_str pattern)
{
    for (int edges = 1; edges >= 0; edges--) {
        const char *text;
        sk_str wide;

        if (!seclang_regex_widen(&wide, mem, pattern, edges > 0)) return NULL;
        text = sk_str_zcopy(mem, wide);
        if (is_known(text)) return text;
    }
    return NULL;
}

/* What Vectorscan is asked in place of the pattern; NULL: nothing. */
static const char *
shown(sk_arena *mem, const struct seclang_bulk_ask *ask)
{
    const char *text = sk_str_zcopy(mem, ask->pattern);

    if (!ask->lower && strlen(text) == ask->pattern.n && is_known(text)) return text;
    return widened(mem, ask->pattern);
}

static void
want(struct wanted *wanted, const char *text, unsigned flags, size_t id)
{
    wanted->text[wanted->count] = text;
    wanted->flags[wanted->count] = HS_FLAG_DOTALL | flags;
    wanted->id[wanted->count++] = (unsigned)id;
}

static void
want_patterns(struct wanted *wanted, char *always, sk_arena *mem,
              const struct seclang_bulk_asks *asks)
{
    for (size_t i = 0; i < asks->count; i++) {
        const char *text;

        if (asks->at[i].kind != SECLANG_ASK_PATTERN) continue;
        text = shown(mem, &asks->at[i]);
        if (text)
            want(wanted, text, HS_FLAG_SINGLEMATCH | (asks->at[i].lower ? HS_FLAG_CASELESS : 0), i);
        else
            always[i] = 1;
    }
}

static const char *
spelled(sk_arena *mem, sk_str phrase)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < phrase.n; i++)
        sk_buf_printf(&out, "\\x%02x", (unsigned char)phrase.p[i]);
    sk_buf_byte(&out, '\0');
    return sk_buf_str(&out).p;
}

/* Each has a number of its own, behind those of the asks: it is told where each of them ends. */
static void
want_phrases(struct wanted *wanted, char *always, sk_arena *mem,
             const struct seclang_bulk_asks *asks)
{
    unsigned count = 0;

    for (size_t i = 0; i < asks->phrase_count; i++) {
        const struct seclang_phrase *phrase = &asks->phrase[i];

        if (phrase->text.n >= SECLANG_SIEVE_LEAST) continue;
        if (phrase->text.n < RUN_LEAST || ++count > SHORT_MOST)
            always[phrase->owner] = 1;
        else
            want(wanted, spelled(mem, phrase->text), HS_FLAG_CASELESS, asks->count + i);
    }
}

static void
leave_out(struct wanted *wanted, char *always, const struct seclang_bulk_asks *asks, unsigned at)
{
    unsigned id = wanted->id[at];

    always[id < asks->count ? id : asks->phrase[id - asks->count].owner] = 1;
    wanted->count--;
    for (unsigned i = at; i < wanted->count; i++) {
        wanted->text[i] = wanted->text[i + 1];
        wanted->flags[i] = wanted->flags[i + 1];
        wanted->id[i] = wanted->id[i + 1];
    }
}

/* What cannot be compiled shows one at a time; where it is not said which, none are compiled. */
static void
compile(struct seclang_product *product, struct wanted *wanted,
        const struct seclang_bulk_asks *asks)
{
    while (wanted->count > 0) {
        hs_compile_error_t *error = NULL;
        int at;

        if (hs_compile_multi(wanted->text, wanted->flags, wanted->id, wanted->count, HS_MODE_BLOCK,
                             NULL, &product->db, &error) == HS_SUCCESS)
            return;
        at = error ? error->expression : -1;
        hs_free_compile_error(error);
        product->db = NULL;
        if (at >= 0 && (unsigned)at < wanted->count)
            leave_out(wanted, product->note, asks, (unsigned)at);
        else
            while (wanted->count > 0)
                leave_out(wanted, product->note, asks, wanted->count - 1);
    }
}

sk_err
seclang_bulk_build(struct seclang_product *product, const void *from)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    const struct seclang_bulk_asks *asks = from;
    size_t most = asks->count + asks->phrase_count;
    struct wanted wanted = { sk_array(mem, most + 1, sizeof(*wanted.text)),
                             sk_array(mem, most + 1, sizeof(*wanted.flags)),
                             sk_array(mem, most + 1, sizeof(*wanted.id)), 0 };

    memcpy(product->note, asks->always, asks->count);
    want_patterns(&wanted, product->note, mem, asks);
    want_phrases(&wanted, product->note, mem, asks);
    compile(product, &wanted, asks);
    return sk_ok();
}
