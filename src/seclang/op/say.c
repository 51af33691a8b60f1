/* What operators share: sentences on what matched, arguments that name files. */
#include "seclang/op/rows.h"
#include "seclang/seen.h"

enum { SHOWN_MOST = 252 };

/* Most matches are never read about: the words are put together when they are. */
void
seclang_op_say(struct seclang_op_run *run, const char *what, sk_str text)
{
    run->what = what;
    run->matched = text;
}

sk_str
seclang_op_sentence(sk_arena *mem, const char *what, sk_str matched)
{
    struct sk_buf safe = { .mem = mem };
    bool cut;

    if (!what) return matched;
    seclang_log_escape(&safe, sk_str_first(matched, SHOWN_MOST + 1), true);
    cut = safe.n > SHOWN_MOST;
    return sk_str_printf(mem, "%s \"%.*s%s\"", what,
                         SK_ARG(sk_str_first(sk_buf_str(&safe), SHOWN_MOST)), cut ? " ..." : "");
}

void
seclang_op_capture(struct seclang_op_run *run, sk_str text)
{
    run->capture[0] = text;
    run->capture_count = 1;
}

SECLANG_OP_COMPILE(nothing)
{
    (void)mem, (void)place, (void)argument, (void)has_macro;
    *state = NULL;
    return sk_ok();
}

sk_err
seclang_op_path(const char **path, sk_arena *mem, const struct seclang_op_place *place, sk_str name)
{
    const char *rule_file = place->rule_file ? place->rule_file : "";
    const char *slash = strrchr(rule_file, '/');

    if (sk_str_starts_nocase(name, SK_STR("http://")) ||
        sk_str_starts_nocase(name, SK_STR("https://")))
        return sk_fail(SK_BAD,
                       "\"%.*s\": lists are not fetched from the network; save it as a file "
                       "beside the rules and name that",
                       SK_ARG(name));
    if (name.p[0] == '/' || !slash)
        *path = sk_str_zcopy(mem, name);
    else
        *path =
            sk_str_printf(mem, "%.*s%.*s", (int)(slash - rule_file + 1), rule_file, SK_ARG(name)).p;
    return sk_ok();
}

static sk_str
without_quotes(sk_str text)
{
    while (text.n > 0 && sk_str_trim(sk_str_first(text, 1)).n == 0)
        text = sk_str_from(text, 1);
    if (text.n >= 2 && text.p[0] == '"' && text.p[text.n - 1] == '"')
        return sk_str_first(sk_str_from(text, 1), text.n - 2);
    return text;
}

struct reader {
    bool bytes, escaped; /* between bars; behind a backslash */
    bool some;           /* an escape was read: else bars stand for themselves */
    int digit;           /* the first of two; -1: none */
};

/* False: an unknown escape. */
static bool
take(struct sk_buf *out, struct reader *r, char c)
{
    if (c == '|') {
        r->bytes = !r->bytes;
    } else if (!r->escaped && c == '\\') {
        r->escaped = true;
    } else if (r->bytes) {
        int digit = sk_hex_value(c);

        if (digit >= 0 && r->digit >= 0) {
            sk_buf_byte(out, (char)(r->digit * 16 + digit));
            r->some = true;
        }
        if (digit >= 0) r->digit = r->digit >= 0 ? -1 : digit;
    } else if (r->escaped && !strchr(":;\\\"", c)) {
        return false;
    } else {
        sk_buf_byte(out, c);
        r->some = r->some || r->escaped;
        r->escaped = false;
    }
    return true;
}

bool
seclang_op_unescape(sk_str *out, sk_arena *mem, sk_str text)
{
    struct sk_buf buf = { .mem = mem };
    struct reader r = { .digit = -1 };
    sk_str bare = without_quotes(text);

    *out = text;
    sk_buf_room(&buf, bare.n + 1);
    for (size_t i = 0; i < bare.n; i++)
        if (!take(&buf, &r, bare.p[i])) return false;
    *out = r.some ? sk_buf_str(&buf) : bare;
    return true;
}
