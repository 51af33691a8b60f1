/* How many sources the gate has shut out just now. */
#include "console/ask.h"
#include "console/overview.h"

struct check_result
check_shut(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct check_result result = { .state = LOOK_WELL,
                                   .word = "state.well",
                                   .unit = "shuts.unit",
                                   .press = "shuts.press",
                                   .path = "/shut" };
    if (sk_failed(console_ask(&root, visit, PEER_GATE, SK_STR("/shun"), (sk_str){ 0 })))
        return check_away();
    size_t count = sk_json_count(sk_json_get(root, "shut_out"));
    result.value = look_number(visit->mem, (int64_t)count);
    if (count) result.trend = look_words(&visit->view, "shuts.some");
    return result;
}
