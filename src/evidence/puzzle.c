#include "evidence/puzzle.h"

#include "base/hash.h"

static sk_str
unescaped(sk_arena *mem, sk_str html)
{
    struct sk_buf out = { .mem = mem };
    while (html.n) {
        bool quote = sk_str_starts(html, SK_STR("&quot;")), and = sk_str_starts(html,
                                                                                SK_STR("&amp;"));
        sk_buf_byte(&out, quote ? '"' : html.p[0]);
        html = sk_str_from(html, quote ? 6 : and? 5 : 1);
    }
    return sk_buf_str(&out);
}

/* The number that solves it; -1: none does. */
static int64_t
solve(sk_arena *mem, const sk_json *puzzle)
{
    DEFER(sk_arena_close) sk_arena *scratch = sk_arena_new(0);
    sk_str wanted, salt = sk_json_get_str(puzzle, "salt");
    int64_t most = sk_json_get_int(puzzle, "maxnumber", 0);
    if (!sk_unhex(mem, &wanted, sk_json_get_str(puzzle, "challenge"))) return -1;
    for (int64_t number = 0; number <= most; number++) {
        unsigned char digest[SK_SHA256];
        sk_arena_reset(scratch);
        sk_sha256(digest, sk_str_printf(scratch, "%.*s%lld", SK_ARG(salt), (long long)number));
        if (sk_str_eq(wanted, (sk_str){ (char *)digest, sizeof digest })) return number;
    }
    return -1;
}

sk_str
evidence_puzzle_solution(sk_arena *mem, const sk_json *puzzle, bool right)
{
    int64_t number = right ? solve(mem, puzzle) : -1;
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    static const char *const names[] = { "algorithm", "challenge", "salt", "signature" };
    sk_json_object(&w, NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        sk_json_str(&w, names[i], sk_json_get_str(puzzle, names[i]));
    sk_json_int(&w, "number", number);
    sk_json_end_object(&w);
    return sk_base64(mem, sk_buf_str(&out));
}

sk_err
evidence_puzzle_read(sk_json **puzzle, sk_arena *mem, sk_str page)
{
    size_t at = sk_str_find(page, SK_STR("data-puzzle=\""));
    if (at == SIZE_MAX) return sk_fail(SK_MISSING, "the page has no challenge");
    sk_str text = sk_str_from(page, at + 13);
    text = sk_str_first(text, sk_str_find_byte(text, '"'));
    return sk_json_read(puzzle, unescaped(mem, text));
}

void
evidence_puzzle_escape(struct sk_buf *out, sk_str solution)
{
    for (size_t i = 0; i < solution.n; i++)
        if (strchr("+/=", solution.p[i]))
            sk_buf_printf(out, "%%%02X", (unsigned char)solution.p[i]);
        else
            sk_buf_byte(out, solution.p[i]);
}
