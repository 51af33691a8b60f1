/* Our detectors and libinjection, asked the same:
 *
 *     sekisho_detect compare sql|xss [--list] <FILE   values, one a line, URL-encoded; counts, and
 * with
 *                                                     --list the values in which they differ
 *     sekisho_detect speed                            nanoseconds a call for values without an
 * attack sekisho_detect linear                           the worst cost per byte of long hostile
 * values
 *
 * Each result is a line of words and numbers, for tests/detect/run. */
#include "seclang/detect/detect.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int libinjection_sqli(const char *text, size_t n, char fingerprint[8]);
int libinjection_xss(const char *text, size_t n);

struct detector {
    const char *name;
    bool (*own)(char reason[SECLANG_REASON], sk_str value);
    bool (*oracle)(char reason[SECLANG_REASON], sk_str value);
    void (*filter)(struct seclang_filter *filter);
};

static bool
oracle_sql(char reason[SECLANG_REASON], sk_str value)
{
    return libinjection_sqli(value.p, value.n, reason);
}

static bool
oracle_xss(char reason[SECLANG_REASON], sk_str value)
{
    reason[0] = 0;
    return libinjection_xss(value.p, value.n);
}

static const struct detector detectors[] = {
    { "sql", seclang_detect_sql, oracle_sql, seclang_detect_sql_filter },
    { "xss", seclang_detect_xss, oracle_xss, seclang_detect_xss_filter },
};

/* ── compare ── */

/* In place; returns the length. */
static size_t
url_decode(char *line)
{
    char *out = line;

    for (const char *in = line; *in; in++) {
        int high = in[0] == '%' ? sk_hex_value(in[1]) : -1;
        int low = high >= 0 ? sk_hex_value(in[2]) : -1;
        *out++ = low >= 0 ? (char)(high * 16 + low) : *in == '+' ? ' ' : *in;
        if (low >= 0) in += 2;
    }
    return (size_t)(out - line);
}

static int
compare(const struct detector *d, bool list)
{
    unsigned long count[2][2] = { { 0 } };
    char *line = NULL, reason[SECLANG_REASON] = "", fingerprint[SECLANG_REASON] = "";
    size_t room = 0;
    ssize_t n;

    while ((n = getline(&line, &room, stdin)) > 0) {
        if (line[n - 1] == '\n') line[--n] = 0;
        if (n == 0 || line[0] == '#') continue; /* as libinjection's own files have it */
        char *raw = list ? strdup(line) : NULL;
        sk_str value = { line, url_decode(line) };
        bool ours = d->own(reason, value), theirs = d->oracle(fingerprint, value);
        count[ours][theirs]++;
        if (raw && ours != theirs)
            printf("%s\t%s\t%s\n", ours ? "ours" : "oracle", ours ? reason : fingerprint, raw);
        free(raw);
    }
    free(line);
    printf("both %lu oracle %lu ours %lu neither %lu\n", count[1][1], count[0][1], count[1][0],
           count[0][0]);
    return 0;
}

/* ── speed ── */

enum { CALLS = 200000, LONG_LEAST = 16 << 10, LONG_MOST = 256 << 10 };

static const char *const values[] = {
    "42",
    "teapot",
    "tokyo@example.jp",
    "03-1234-5678",
    "2026-11-26",
    "Blue cotton shirt, size M",
    "O'Neil",
    "It's the best -- or nearly.",
    "https://example.jp/items?page=2&sort=price",
    "会社",
    "東京都千代田区丸の内1-2-3",
    "大阪市北区梅田 第2ビル 3F",
    "よろしくお願いします<(_ _)>",
    "抹茶 & 湯呑み (セット) = 3,000円",
    "ありがとうございます。サイズはM or Lで迷っています。",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0",
};

static double
cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
nanoseconds(bool (*detect)(char reason[SECLANG_REASON], sk_str value), sk_str value)
{
    char reason[SECLANG_REASON];
    unsigned found = 0;
    double begun = cpu_seconds();

    for (unsigned i = 0; i < CALLS; i++)
        found += detect(reason, value);
    if (found) printf("found %s\n", reason);
    return (cpu_seconds() - begun) / CALLS * 1e9;
}

static int
speed(void)
{
    size_t count = sizeof values / sizeof *values;

    for (size_t k = 0; k < sizeof detectors / sizeof *detectors; k++) {
        const struct detector *d = &detectors[k];
        struct seclang_filter filter;
        double ours = 0, theirs = 0, worst = 0;
        unsigned passed = 0;

        d->filter(&filter);
        for (size_t i = 0; i < count; i++) {
            sk_str value = sk_str_of(values[i]);
            struct sk_bytes present = sk_bytes_of(value);
            bool passes = seclang_filter_passes(&filter, value.n, &present);
            double own = nanoseconds(d->own, value);
            passed += passes;
            if (own > worst) worst = own;
            ours += passes ? own : 0; /* the engine calls it only then */
            theirs += nanoseconds(d->oracle, value);
        }
        printf("speed %s ours %.0f worst %.0f libinjection %.0f filtered %zu of %zu\n", d->name,
               ours / (double)count, worst, theirs / (double)count, count - passed, count);
    }
    return 0;
}

/* ── linear ── */

static const char *const pieces[] = {
    "'",        "''",
    "' '",      "\"'`",
    "\\'",      "/*",
    "/*/*",     "*/",
    "/*!0",     "--\n",
    "#\n",      "(",
    "((1)",     "(select ",
    "select ",  "union ",
    "1.e",      "1or ",
    "$a$",      "$a",
    "q'[",      "n'",
    "a.",       "a.`b`",
    "[a",       "{a ",
    "@",        "case ",
    "when ",    "1,",
    "1=1 ",     "or ",
    ";",        "; drop ",
    "f(",       "a ",
    "<",        "<a ",
    "<a b=",    "<!--",
    "<!-- --!", "&#x6a",
    "&",        "=",
    "a=\"",     "<a href=\"java",
    "\t",       "style=",
    "</",       "<![CDATA[",
    "onload",   "\0x",
    "\xa0",
};

static char *
repeated(const char *piece, size_t n)
{
    size_t length = strlen(piece) ? strlen(piece) : 2; /* the one with a zero in front */
    char *text = malloc(n);

    for (size_t i = 0; text && i < n; i++)
        text[i] = piece[i % length];
    return text;
}

static double
cost_per_byte(const struct detector *d, const char *piece, size_t n)
{
    char reason[SECLANG_REASON], *text = repeated(piece, n);
    double best = 0;

    if (!text) return 0;
    for (int i = 0; i < 3; i++) { /* the best of three: others use the machine too */
        double begun = cpu_seconds();
        (void)d->own(reason, (sk_str){ text, n });
        double took = cpu_seconds() - begun;
        if (i == 0 || took < best) best = took;
    }
    free(text);
    return best / (double)n * 1e9;
}

static int
linear(void)
{
    for (size_t k = 0; k < sizeof detectors / sizeof *detectors; k++) {
        double worst = 0, growth = 0;
        const char *which = "", *grows = "";
        for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
            double few = cost_per_byte(&detectors[k], pieces[i], LONG_LEAST);
            double many = cost_per_byte(&detectors[k], pieces[i], LONG_MOST);
            if (many > worst) worst = many, which = pieces[i];
            if (few > 0.5 && many / few > growth) growth = many / few, grows = pieces[i];
        }
        printf("linear %s worst %.1f growth %.2f pieces %s | %s\n", detectors[k].name, worst,
               growth, which, grows);
    }
    return 0;
}

int
main(int argc, char **argv)
{
    bool list = argc > 3 && strcmp(argv[3], "--list") == 0;

    if (argc == 2 && strcmp(argv[1], "speed") == 0) return speed();
    if (argc == 2 && strcmp(argv[1], "linear") == 0) return linear();
    if (argc < 3 || strcmp(argv[1], "compare") != 0) {
        fprintf(stderr, "usage: sekisho_detect compare sql|xss [--list] | speed | linear\n");
        return 2;
    }
    return compare(&detectors[strcmp(argv[2], "xss") == 0], list);
}
