/* The gate's question whether somebody is a person (run/human.sock), passed on to the provider. A
 * thread of its own waits for each; those of post.sock never do. What goes wrong is told to the log
 * once a minute, however many visitors meet it. */
#include "part/log.h"
#include "post/house.h"
#include "post/inquiry.h"

#include <stdio.h>

enum { THREADS = 48, BODY = POST_HUMAN_TOKEN_MAX + 1024, SAY_EVERY = 60000 };

/* --- counting and telling --- */

static enum post_human_turn
turn_of(sk_err e)
{
    if (!sk_failed(e)) return POST_HUMAN_YES;
    return e.kind == SK_DENIED ? POST_HUMAN_NO : POST_HUMAN_AWAY;
}

/* Under the lock. How many are to be said now, this one among them; 0: nothing. */
static int64_t
due(struct post_human_desk *desk, enum post_human_turn turn)
{
    sk_when now = sk_monotonic();
    int64_t many = ++desk->unsaid[turn];
    if (turn == POST_HUMAN_YES || (desk->said[turn] && now - desk->said[turn] < SAY_EVERY))
        return 0;
    desk->said[turn] = now;
    desk->unsaid[turn] = 0;
    return many;
}

static void
note(struct post_house *house, sk_err e)
{
    struct post_human_desk *desk = &house->desk;
    enum post_human_turn turn = turn_of(e);
    pthread_mutex_lock(&desk->lock);
    desk->count[turn]++;
    if (turn == POST_HUMAN_AWAY && !desk->fault[0]) desk->fault_since = sk_now();
    snprintf(desk->fault, sizeof desk->fault, "%s", turn == POST_HUMAN_AWAY ? e.why : "");
    int64_t many = due(desk, turn);
    pthread_mutex_unlock(&desk->lock);
    if (many)
        part_log(turn == POST_HUMAN_AWAY ? PART_ERROR : PART_INFO,
                 "human: %s: %s: %s (%lld since the last such line)",
                 house->config.human.provider->name, turn == POST_HUMAN_AWAY ? "away" : "no", e.why,
                 (long long)many);
}

void
post_human_status(struct sk_json_writer *w, struct post_house *house)
{
    static const char *const names[POST_HUMAN_TURNS] = { "yes", "no", "away" };
    struct post_human_desk *desk = &house->desk;
    if (!house->config.human.provider) return;
    sk_json_object(w, "human");
    sk_json_text(w, "provider", house->config.human.provider->name);
    pthread_mutex_lock(&desk->lock);
    for (int i = 0; i < POST_HUMAN_TURNS; i++)
        sk_json_int(w, names[i], desk->count[i]);
    if (desk->fault[0]) {
        sk_json_text(w, "fault", desk->fault);
        sk_json_int(w, "fault_age", (sk_now() - desk->fault_since) / 1000);
    }
    pthread_mutex_unlock(&desk->lock);
    sk_json_end_object(w);
}

/* --- asking --- */

static sk_err
ask(const struct post_human *human, sk_arena *mem, sk_str token, sk_str site)
{
    struct sk_buf form = { .mem = mem };
    struct post_inquiry answer;
    post_human_form(&form, human, token);
    sk_err e = post_inquire(&answer, mem, human, sk_buf_str(&form));
    explicit_bzero(form.p, form.n);
    TRY(e);
    return post_human_judge(human, site, answer.status, answer.body);
}

static sk_err
human_post(struct part_response *response, struct part_request *request)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct post_house *house = request->ctx;
    TRY(sk_json_read(&root, request->body));
    sk_str token = sk_json_get_str(root, "token"), site = sk_json_get_str(root, "site");
    if (!site.n) return sk_fail(SK_BAD, "site: missing");
    if (!house->config.human.provider) return sk_fail(SK_MISSING, "no provider is configured");
    if (!post_human_token_is_one(token)) return sk_fail(SK_DENIED, "this is no token");
    sk_err e = ask(&house->config.human, request->mem, token, site);
    note(house, e);
    response->status = 204;
    if (sk_failed(
            e)) { /* told as often as is good already: not an error for every line of the log */
        response->status = (unsigned)sk_kind_rows[e.kind].http_status;
        post_error_json(response, request, e);
    }
    return sk_ok();
}

static const struct part_route routes[] = {
    { PART_POST, "/v1/human", human_post, BODY, "application/json" },
};

struct part_service
post_human_service(struct post_house *house, int listen_fd)
{
    return (struct part_service){
        .listen_fd = listen_fd,
        .threads = THREADS,
        .waits = true,
        .routes = routes,
        .count = sizeof routes / sizeof *routes,
        .ctx = house,
        .error_page = post_error_json,
        .peers = &house->gates,
    };
}
