/* Whether every part runs: STATE/run/instance.json, which the parent writes at each change. */
#include "base/file.h"
#include "base/json.h"
#include "console/overview.h"

enum { FILE_MOST = 1024 * 1024 };

static sk_str
names_away(const struct console_visit *visit, const sk_json *parts)
{
    struct sk_buf out = { .mem = visit->mem };
    for (size_t i = 0; i < sk_json_count(parts); i++) {
        const sk_json *part = sk_json_at(parts, i);
        if (sk_json_get_int(part, "pid", 0)) continue;
        if (out.n) sk_buf_add(&out, SK_STR(", "));
        sk_buf_add(&out, sk_json_get_str(part, "name"));
    }
    return sk_buf_str(&out);
}

static int64_t
restarts_of(const sk_json *parts)
{
    int64_t sum = 0;
    for (size_t i = 0; i < sk_json_count(parts); i++)
        sum += sk_json_get_int(sk_json_at(parts, i), "restarts", 0);
    return sum;
}

struct check_result
check_parts(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct check_result result = { .state = LOOK_WELL, .word = "state.well", .unit = "parts.unit" };
    sk_str text, path = sk_str_printf(visit->mem, "%s/run/instance.json", visit->console->state);
    if (sk_failed(sk_file_read(&text, visit->mem, path.p, FILE_MOST)) ||
        sk_failed(sk_json_read(&root, text)))
        return check_away();
    const sk_json *parts = sk_json_get(root, "parts");
    sk_str away = names_away(visit, parts);
    int64_t restarts = restarts_of(parts);
    result.value = look_number(visit->mem, (int64_t)sk_json_count(parts));
    if (restarts) {
        result.state = LOOK_HERE;
        result.word = "state.look";
        result.trend = look_words_n(&visit->view, "parts.restarts", restarts);
    }
    if (away.n) {
        result.state = LOOK_ACT;
        result.word = "state.act";
        result.trend = look_words_with(&visit->view, "parts.away", away);
    }
    return result;
}
