#include "explain/explain.h"

bool
explain_is_sum(int64_t rule)
{
    return rule / 1000 == 949 || rule / 1000 == 959 || rule / 1000 == 980;
}

static void
match_read(struct explain_event *event, const sk_json *match)
{
    int64_t rule = sk_json_get_int(match, "rule", 0);

    if (explain_is_sum(rule)) return;
    if (event->count == EXPLAIN_MATCHES_MAX) {
        event->more++;
        return;
    }
    event->match[event->count++] = (struct explain_match){
        .rule = rule,
        .severity = sk_json_get_str(match, "severity"),
        .variable = sk_json_get_str(match, "variable"),
        .msg = sk_json_get_str(match, "msg"),
        .value = sk_json_get_str(match, "value"),
        .data = sk_json_get_str(match, "data"),
    };
}

void
explain_read(struct explain_event *event, const sk_json *line)
{
    const sk_json *scores = sk_json_get(line, "scores"), *matches = sk_json_get(line, "matches");
    sk_str action = sk_json_get_str(line, "action");

    *event = (struct explain_event){
        .id = sk_json_get_str(line, "id"),
        .client = sk_json_get_str(line, "client"),
        .method = sk_json_get_str(line, "method"),
        .uri = sk_json_get_str(line, "uri"),
        .site = sk_json_get_str(line, "site"),
        .time = sk_json_get_str(line, "time"),
        .status = sk_json_get_int(line, "status", 0),
        .inbound = sk_json_get_int(scores, "inbound", 0),
        .outbound = sk_json_get_int(scores, "outbound", 0),
        .refused = sk_str_eq(action, SK_STR("deny")) || sk_str_eq(action, SK_STR("drop")) ||
                   sk_str_eq(action, SK_STR("redirect")),
    };
    (void)sk_when_read(&event->at, event->time);
    for (size_t i = 0; i < sk_json_count(matches); i++)
        match_read(event, sk_json_at(matches, i));
}
