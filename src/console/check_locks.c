/* Who is locked out by failed sign-ins just now. */
#include "console/overview.h"
#include "console/people.h"

struct check_result
check_locks(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct check_result result = { .state = LOOK_WELL, .word = "state.well", .unit = "locks.unit" };
    sk_err e = people_ask(&root, visit, "locks/list", NULL, NULL);
    if (e.kind == SK_DENIED) {
        result.state = LOOK_NONE;
        result.word = "state.hidden";
        result.value = SK_STR("–");
        return result;
    }
    if (sk_failed(e)) return check_away();
    size_t count = sk_json_count(sk_json_get(root, "locks"));
    result.value = look_number(visit->mem, (int64_t)count);
    result.press = "locks.press";
    result.path = "/shut";
    if (count) {
        result.state = LOOK_HERE;
        result.word = "state.look";
        result.trend = look_words(&visit->view, "locks.some");
    }
    return result;
}
