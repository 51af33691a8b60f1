/* Whether mail, SMS and calls go out. */
#include "console/ask.h"
#include "console/overview.h"

enum { OLD = 300 }; /* seconds that a message may wait */

static bool
is_stuck(const sk_json *kinds, int64_t *failed)
{
    bool stuck = false;
    *failed = 0;
    for (size_t i = 0; i < sk_json_count(kinds); i++) {
        const sk_json *kind = sk_json_at(kinds, i);
        *failed += sk_json_get_int(kind, "failed_day", 0);
        stuck |= sk_json_get_str(kind, "fault").n || sk_json_get_int(kind, "oldest", 0) > OLD;
    }
    return stuck;
}

struct check_result
check_post(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct check_result result = { .state = LOOK_WELL, .word = "state.well", .unit = "post.unit" };
    int64_t failed;
    if (sk_failed(console_ask(&root, visit, PEER_POST, SK_STR("/v1/status"), (sk_str){ 0 })))
        return check_away();
    result.value = look_number(visit->mem, sk_json_get_int(root, "waiting", 0));
    bool stuck = is_stuck(sk_json_get(root, "kinds"), &failed);
    if (sk_str_eq(sk_json_get_str(root, "mode"), SK_STR("outbox")))
        result.trend = look_words(&visit->view, "post.demo");
    if (failed) {
        result.state = LOOK_HERE;
        result.word = "state.look";
        result.trend = look_words_n(&visit->view, "post.failed", failed);
    }
    if (stuck) {
        result.state = LOOK_ACT;
        result.word = "state.act";
        result.trend = look_words(&visit->view, "post.stuck");
    }
    result.press = "post.press";
    result.path = "/outbox";
    return result;
}
