/* GATE-07 and GATE-08. At our own door (door.h) and at each place where an
 * application signs people in, wrong passwords are tried for an account that does not exist, from
 * an address of this machine that nobody has used lately (somewhere in 127.0.0.0/8). GATE-07:
 * before long a challenge must be asked for, which a made-up solution does not pass, a right one
 * does, and the same one does not pass again. Where a company's widget is shown, its way around,
 * the puzzle, is tried, and a token that the company never gave. GATE-08: also with challenges
 * solved, the tries must be refused in the end. */
#include "base/json.h"
#include "evidence/door.h"
#include "evidence/probe.h"
#include "evidence/puzzle.h"

enum { CHALLENGE_WITHIN = 12, FORGIVEN = 5 };

struct visit {
    struct evidence_report *report;
    const struct evidence_instance *instance;
    const struct evidence_site *site;
    const struct evidence_login *login;
    sk_str from, cookie;
};

static sk_err
ask(struct evidence_answer *answer, const struct visit *visit, const char *method, sk_str target,
    sk_str body)
{
    sk_arena *mem = visit->report->mem;
    sk_str headers = sk_str_printf(
        mem, "%s%s%.*s%s", body.n ? "Content-Type: application/x-www-form-urlencoded\r\n" : "",
        visit->cookie.n ? "Cookie: " : "", SK_ARG(visit->cookie), visit->cookie.n ? "\r\n" : "");
    return evidence_ask_from(
        answer, mem, visit->instance, visit->from, visit->instance->https, visit->site->host,
        evidence_request(mem, method, target, visit->site->host, headers.p, body));
}

static sk_err
sign_in(struct evidence_answer *answer, const struct visit *visit)
{
    const struct evidence_login *login = visit->login;
    sk_str field = login->account.n ? login->account : SK_STR("name");
    return ask(answer, visit, "POST", login->path,
               sk_str_printf(visit->report->mem, "%.*s=sekisho-probe-%.*s&password=wrong",
                             SK_ARG(field), SK_ARG(visit->from)));
}

static bool
is_challenge(const struct evidence_answer *answer)
{
    return answer->status == 303 &&
           sk_str_starts(evidence_answer_header(answer, "Location"), SK_STR("/.sekisho/challenge"));
}

/* ── puzzles ── */

static sk_err
puzzle_get(sk_json **puzzle, const struct visit *visit)
{
    struct evidence_answer answer;
    TRY(ask(&answer, visit, "GET", SK_STR("/.sekisho/challenge?way=work"), (sk_str){ 0 }));
    if (answer.status != 200)
        return sk_fail(SK_BROKEN, "the challenge's page was answered %d", answer.status);
    return evidence_puzzle_read(puzzle, visit->report->mem, answer.body);
}

/* 303 with a cookie when it is taken. */
static sk_err
hand_in(struct evidence_answer *answer, const struct visit *visit, sk_str solution)
{
    struct sk_buf body = { .mem = visit->report->mem };
    sk_buf_add(&body, SK_STR("to=%2F&altcha="));
    evidence_puzzle_escape(&body, solution);
    return ask(answer, visit, "POST", SK_STR("/.sekisho/challenge"), sk_buf_str(&body));
}

/* What no company has given, whether one is asked here or none. */
static sk_err
hand_in_made_up(struct evidence_answer *answer, const struct visit *visit)
{
    return ask(answer, visit, "POST", SK_STR("/.sekisho/challenge"),
               SK_STR("to=%2F&human=made-up-by-the-probe"));
}

static sk_str
cookie_of(const struct evidence_answer *answer)
{
    sk_str cookie = evidence_answer_header(answer, "Set-Cookie");
    return sk_str_first(cookie, sk_str_find_byte(cookie, ';'));
}

static sk_err
pass_get(struct visit *visit)
{
    DEFER(sk_json_close) sk_json *puzzle = NULL;
    struct evidence_answer answer;
    TRY(puzzle_get(&puzzle, visit));
    TRY(hand_in(&answer, visit, evidence_puzzle_solution(visit->report->mem, puzzle, true)));
    visit->cookie = cookie_of(&answer);
    return visit->cookie.n
               ? sk_ok()
               : sk_fail(SK_BROKEN, "a solved challenge was answered %d", answer.status);
}

/* ── the questions ── */

static sk_err
try_solutions(struct visit *visit)
{
    DEFER(sk_json_close) sk_json *puzzle = NULL;
    struct evidence_answer wrong, right, again, made_up;
    sk_str solution;
    TRY(puzzle_get(&puzzle, visit));
    TRY(hand_in(&wrong, visit, evidence_puzzle_solution(visit->report->mem, puzzle, false)));
    solution = evidence_puzzle_solution(visit->report->mem, puzzle, true);
    TRY(hand_in(&right, visit, solution));
    TRY(hand_in(&again, visit, solution));
    TRY(hand_in_made_up(&made_up, visit));
    if (cookie_of(&made_up).n)
        evidence_failed(visit->report, "a made-up token passes");
    else if (cookie_of(&wrong).n || cookie_of(&again).n)
        evidence_failed(visit->report, "a solution that is wrong, or was used before, passes");
    else if (!cookie_of(&right).n)
        evidence_failed(visit->report, "a right solution does not pass (%d)", right.status);
    else
        evidence_saw(visit->report, "a right solution passes, once; a wrong one does not");
    return sk_ok();
}

static sk_err
try_challenge(struct visit *visit)
{
    struct evidence_answer answer = { 0 };
    int tries = 0;
    while (tries++ < CHALLENGE_WITHIN && !is_challenge(&answer) && answer.status != 429)
        TRY(sign_in(&answer, visit));
    if (!is_challenge(&answer)) {
        evidence_failed(visit->report, "%.*s: no challenge after %d wrong passwords (%d)",
                        SK_ARG(visit->login->path), tries - 1, answer.status);
        return sk_ok();
    }
    evidence_saw(visit->report, "%.*s: a challenge after %d tries", SK_ARG(visit->login->path),
                 tries - 1);
    return try_solutions(visit);
}

static sk_err
try_limit(struct visit *visit)
{
    struct evidence_answer answer = { 0 };
    int64_t tries = 0, bound = 2 * (visit->login->most + FORGIVEN);
    if (visit->login->most > 1000) bound = 100; /* nobody would call that a limit */
    while (tries < bound && answer.status != 429) {
        TRY(sign_in(&answer, visit));
        tries++;
        if (is_challenge(&answer)) TRY(pass_get(visit));
    }
    if (answer.status != 429)
        evidence_failed(visit->report, "%.*s: %lld wrong passwords, and the next is still checked",
                        SK_ARG(visit->login->path), (long long)tries);
    else if (!evidence_answer_header(&answer, "Retry-After").n)
        evidence_failed(visit->report, "%.*s: refused, but not told until when",
                        SK_ARG(visit->login->path));
    else
        evidence_saw(visit->report, "%.*s: refused after %lld tries", SK_ARG(visit->login->path),
                     (long long)tries);
    return sk_ok();
}

static sk_err
each_login(struct evidence_report *report, const struct evidence_instance *instance,
           sk_err (*ask_about)(struct visit *visit))
{
    for (size_t i = 0; i < instance->site_count; i++)
        for (size_t k = 0; k < instance->site[i].login_count; k++) {
            struct visit visit = { .report = report,
                                   .instance = instance,
                                   .site = &instance->site[i],
                                   .login = &instance->site[i].login[k],
                                   .from = evidence_address_fresh(report->mem) };
            TRY(ask_about(&visit));
        }
    return sk_ok();
}

sk_err
evidence_probe_login(struct evidence_report *report, const struct evidence_instance *instance)
{
    TRY(evidence_door_limit(report, instance));
    return each_login(report, instance, try_limit);
}

sk_err
evidence_probe_challenge(struct evidence_report *report, const struct evidence_instance *instance)
{
    TRY(evidence_door_challenge(report, instance));
    return each_login(report, instance, try_challenge);
}
