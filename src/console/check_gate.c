/* What the gate has counted since it was started. */
#include "console/ask.h"
#include "console/overview.h"

struct check_result
check_gate(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct check_result result = { .state = LOOK_WELL, .word = "state.well", .unit = "gate.unit" };
    if (sk_failed(console_ask(&root, visit, PEER_GATE, SK_STR("/"), (sk_str){ 0 })))
        return check_away();
    const sk_json *counts = sk_json_get(root, "requests"),
                  *load = sk_json_get(root, "refused_load");
    int64_t lost = sk_json_get_int(counts, "audit_failures", 0);
    int64_t refused = sk_json_get_int(counts, "refused", 0);
    result.value = look_number(visit->mem, refused);
    result.trend = look_words_n(&visit->view, "gate.of", sk_json_get_int(counts, "total", 0));
    if (refused) {
        result.press = "gate.press";
        result.path = "/events/refused";
    }
    if (lost) {
        result.state = LOOK_ACT;
        result.word = "state.act";
        result.trend = look_words_n(&visit->view, "gate.lost", lost);
    } else if (sk_json_get_str(load, "why").n) {
        result.state = LOOK_HERE;
        result.word = "state.look";
        result.trend = look_words(&visit->view, "gate.refused_load");
        result.since = sk_json_get_int(load, "last", 0) * 1000;
    }
    return result;
}
