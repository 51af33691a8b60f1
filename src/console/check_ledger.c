/* Whether the ledger takes records. */
#include "base/json.h"
#include "console/overview.h"
#include "ledger/ledger.h"

static const struct {
    const char *name, *trend;
} troubles[] = { { "full", "ledgers.full" }, { "damaged", "ledgers.damaged" } };

struct check_result
check_ledger(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct check_result result = { .state = LOOK_WELL,
                                   .word = "state.well",
                                   .unit = "ledgers.unit" };
    sk_str text;
    if (sk_failed(
            ledger_ask(&text, visit->mem, visit->console->ledger, SK_STR("{\"do\":\"status\"}"))) ||
        sk_failed(sk_json_read(&root, text)))
        return check_away();
    result.value = look_number(visit->mem, sk_json_get_int(root, "records", 0));
    result.trend = look_words_with(&visit->view, "ledgers.since",
                                   sk_str_copy(visit->mem, sk_json_get_str(root, "since")));
    result.press = "ledgers.press";
    result.path = "/events";
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
        if (!sk_str_eq(sk_json_get_str(root, "state"), sk_str_of(troubles[i].name))) continue;
        result.state = LOOK_ACT;
        result.word = "state.act";
        result.trend = look_words(&visit->view, troubles[i].trend);
    }
    return result;
}
