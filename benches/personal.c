/* Finding tokens in text (personal/token.h): asked by personal.py.
 *
 *     sekisho_bench_personal speed        lines: TEXT MB/s MB/s-of-memchr TOKENS
 *     sekisho_bench_personal count FILE...  candidates in files that have no tokens: KIND TEXT
 *     sekisho_bench_personal numbers N SEED  candidates among N made-up numbers of each sort:
 *                                         SORT NUMBERS CANDIDATES
 *
 * Speed: the finder and memchr for a byte that is not there take turns over the same text, and of
 * ROUNDS the median counts. The text goes in as pieces of PIECE bytes, as a server has them. */
#include "base/file.h"
#include "clock.h"
#include "personal/token.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 16 << 20, PIECE = 32 << 10, ROUNDS = 11, FILE_MAX = 64 << 20, WORD_MAX = 64 };

/* ── speed ── */

static const struct {
    const char *name, *unit;
} texts[] = {
    { "english-html",
      "<tr class=\"row\"><td><a href=\"/wp-admin/post.php?post=1234&amp;action=edit\">The tasks of "
      "this week: sort sixty skirts, 2026-11-26 10:15</a></td><td>1,980</td></tr>\n" },
    { "japanese-html",
      "<tr class=\"row\"><td><a "
      "href=\"/orders/1024\">ご注文ありがとうございます。商品を発送いたしました"
      "のでお知らせします。</a></td><td>￥１，９８０（税込）</td><td>セーター</td></tr>\n" },
    { "json-escaped",
      "{\"id\":1024,\"title\":\"\\u3054\\u6ce8\\u6587\\u3042\\u308a\\u304c\\u3068\\u3046\","
      "\"price\":1980,\"at\":\"2026-11-26T10:15:00+09:00\"}," },
    { "percent-encoded", "q=%E3%83%AF%E3%82%A4%E3%83%B3&page=2&sort=price;" },
    { "digits", "1024,1980,20261126,0312345678,4901234567894,1100,880,100\n" },
    { "orders-with-tokens",
      "<tr><td>2026-11-26</td><td>skn0bp1cq2dr3es4ft5</td><td>090-0123-4567</td><td>"
      "ske0bp1cq2dr3es4ft5@sekisho.invalid</td><td>お届け先を変更しました。</td></tr>\n" },
};

struct heard {
    size_t bytes, tokens;
};

static void
hear(void *ctx, const struct personal_part *part)
{
    struct heard *heard = ctx;

    heard->bytes += part->text.n;
    heard->tokens += part->token != NULL;
}

static double
scan_us(struct heard *heard, sk_str text)
{
    struct personal_scan scan = { 0 };
    double begun = clock_cpu_us();

    *heard = (struct heard){ 0 };
    for (sk_str rest = text; rest.n; rest = sk_str_from(rest, PIECE))
        personal_scan_feed(&scan, sk_str_first(rest, PIECE), hear, heard);
    personal_scan_end(&scan, hear, heard);
    return clock_cpu_us() - begun;
}

static double
memchr_us(sk_str text)
{
    double begun = clock_cpu_us();

    if (memchr(text.p, 0x01, text.n)) abort();
    return clock_cpu_us() - begun;
}

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double
median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, by_size);
    return values[ROUNDS / 2];
}

static int
speed(void)
{
    char *bytes = malloc(SIZE);
    double ours[ROUNDS], theirs[ROUNDS];
    struct heard heard;

    if (!bytes) return 1;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t n = strlen(texts[i].unit), whole = SIZE / n * n;
        for (size_t at = 0; at < whole; at += n)
            memcpy(bytes + at, texts[i].unit, n);
        sk_str text = { bytes, whole };
        for (int round = 0; round < ROUNDS; round++) {
            ours[round] = scan_us(&heard, text);
            theirs[round] = memchr_us(text);
        }
        if (heard.bytes != whole) return 1;
        printf("%s %.0f %.0f %zu\n", texts[i].name, (double)whole / median(ours),
               (double)whole / median(theirs), heard.tokens);
    }
    free(bytes);
    return 0;
}

/* ── candidates that are none ── */

static size_t
count_in(sk_str text, bool say)
{
    struct personal_found found = { 0 };
    size_t count = 0;

    for (size_t at = 0; personal_token_find(&found, text, at); at = found.at + found.n, count++)
        if (say)
            printf("%s %.*s\n", personal_kind_rows[found.token.kind].name, (int)found.n,
                   text.p + found.at);
    return count;
}

static int
count(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        sk_str text;
        if (!sk_failed(sk_file_read(&text, mem, argv[i], FILE_MAX))) count_in(text, true);
    }
    return 0;
}

static uint64_t random_state;

/* SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t
random_next(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static unsigned
below(unsigned most)
{
    return (unsigned)(random_next() % most);
}

static void
mobile(char *word)
{
    snprintf(word, WORD_MAX, "0%u0-%u%03u-%04u", 7 + below(3), 1 + below(9), below(1000),
             below(10000));
}

static void
landline(char *word)
{
    snprintf(word, WORD_MAX, "0%u%03u-%02u-%04u", 1 + below(9), 1 + below(999), below(100),
             below(10000));
}

static void
digits8(char *word)
{
    snprintf(word, WORD_MAX, "%08u", below(100000000));
}

static void
digits11(char *word)
{
    snprintf(word, WORD_MAX, "%05u%06u", below(100000), below(1000000));
}

static void
digits12(char *word)
{
    snprintf(word, WORD_MAX, "%04u-%04u-%04u", below(10000), below(10000), below(10000));
}

static void
date(char *word)
{
    snprintf(word, WORD_MAX, "%u-%02u-%02u", 1900 + below(127), 1 + below(12), 1 + below(28));
}

static void
hexadecimal(char *word)
{
    snprintf(word, WORD_MAX, "%016llx%016llx", (unsigned long long)random_next(),
             (unsigned long long)random_next());
}

static void
base64(char *word)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (int i = 0; i < 60; i++)
        word[i] = signs[below(64)];
    word[60] = 0;
}

static const struct {
    const char *name;
    void (*make)(char *word);
} sorts[] = {
    { "mobile", mobile },     { "landline", landline }, { "digits8", digits8 },
    { "digits11", digits11 }, { "digits12", digits12 }, { "date", date },
    { "hex", hexadecimal },   { "base64", base64 },
};

static int
numbers(const char *how_many, const char *seed)
{
    long n = strtol(how_many, NULL, 10);
    char word[WORD_MAX];

    random_state = (uint64_t)strtoull(seed, NULL, 10);
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        size_t found = 0;
        for (long k = 0; k < n; k++) {
            sorts[i].make(word);
            found += count_in(sk_str_of(word), false);
        }
        printf("%s %ld %zu\n", sorts[i].name, n, found);
    }
    return 0;
}

int
main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "speed") == 0) return speed();
    if (argc > 2 && strcmp(argv[1], "count") == 0) return count(argc - 2, argv + 2);
    if (argc == 4 && strcmp(argv[1], "numbers") == 0) return numbers(argv[2], argv[3]);
    fputs("usage: sekisho_bench_personal speed | count FILE... | numbers N SEED\n", stderr);
    return 2;
}
