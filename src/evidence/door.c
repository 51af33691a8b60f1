#include "evidence/door.h"

#include "base/hash.h"
#include "evidence/puzzle.h"

enum { CHALLENGE_WITHIN = 12, REFUSED_WITHIN = 60, WRONG = 422, REFUSED = 429 };

sk_str
evidence_address_fresh(sk_arena *mem)
{
    unsigned char random[3];

    sk_random(random, sizeof random);
    return sk_str_printf(mem, "127.%d.%d.%d", 1 + random[0] % 254, random[1], 1 + random[2] % 254);
}

static const char path[] = "/.sekisho/buyer/sign-in";

struct door {
    struct evidence_report *report;
    const struct evidence_instance *instance;
    sk_str host, from, name, cookie, token;
    struct evidence_answer answer; /* of the newest try, or the page as it was opened */
};

static sk_err
ask(struct door *door, const char *method, sk_str body)
{
    sk_arena *mem = door->report->mem;
    sk_str cookie = door->cookie.n ? sk_str_printf(mem, "Cookie: %.*s\r\n", SK_ARG(door->cookie))
                                   : (sk_str){ 0 };
    sk_str headers = sk_str_printf(
        mem, "%s%.*s", body.n ? "Content-Type: application/x-www-form-urlencoded\r\n" : "",
        SK_ARG(cookie));

    return evidence_ask_from(
        &door->answer, mem, door->instance, door->from, door->instance->https, door->host,
        evidence_request(mem, method, sk_str_of(path), door->host, headers.p, body));
}

/* The page, its cookie and its form's token. */
static sk_err
door_open(struct door *door, struct evidence_report *report,
          const struct evidence_instance *instance)
{
    static const char mark[] = "name=\"token\" value=\"";
    size_t at;

    *door = (struct door){ .report = report,
                           .instance = instance,
                           .host = evidence_host(instance),
                           .from = evidence_address_fresh(report->mem) };
    TRY(ask(door, "GET", (sk_str){ 0 }));
    door->cookie = evidence_answer_header(&door->answer, "Set-Cookie");
    door->cookie = sk_str_first(door->cookie, sk_str_find_byte(door->cookie, ';'));
    at = sk_str_find(door->answer.body, sk_str_of(mark));
    if (door->answer.status != 200 || at == SIZE_MAX || !door->cookie.n)
        return sk_fail(SK_BROKEN, "%s was answered %d", path, door->answer.status);
    door->token = sk_str_from(door->answer.body, at + sizeof mark - 1);
    door->token = sk_str_first(door->token, sk_str_find_byte(door->token, '"'));
    return sk_ok();
}

static sk_err
try_once(struct door *door, sk_str solution)
{
    struct sk_buf body = { .mem = door->report->mem };

    sk_buf_printf(&body, "token=%.*s&email=sekisho-probe-%.*s%%40example.invalid&password=wrong",
                  SK_ARG(door->token), SK_ARG(door->from));
    if (solution.n) sk_buf_add(&body, SK_STR("&solution="));
    evidence_puzzle_escape(&body, solution);
    return ask(door, "POST", sk_buf_str(&body));
}

/* Of the puzzle that stands in the newest page; empty when there is none. */
static sk_str
solution_of(const struct door *door, bool right)
{
    DEFER(sk_json_close) sk_json *puzzle = NULL;

    if (sk_failed(evidence_puzzle_read(&puzzle, door->report->mem, door->answer.body)))
        return (sk_str){ 0 };
    return evidence_puzzle_solution(door->report->mem, puzzle, right);
}

sk_err
evidence_door_challenge(struct evidence_report *report, const struct evidence_instance *instance)
{
    struct door door;
    sk_str right, wrong;
    int tries = 0, first, second, third;

    TRY(door_open(&door, report, instance));
    do
        TRY(try_once(&door, (sk_str){ 0 }));
    while (++tries < CHALLENGE_WITHIN && door.answer.status == WRONG);
    right = solution_of(&door, true);
    wrong = solution_of(&door, false);
    if (door.answer.status != REFUSED || !right.n) {
        evidence_failed(report, "%s: no challenge after %d wrong passwords (%d)", path, tries,
                        door.answer.status);
        return sk_ok();
    }
    TRY(try_once(&door, wrong));
    first = door.answer.status;
    TRY(try_once(&door, right));
    second = door.answer.status;
    TRY(try_once(&door, right));
    third = door.answer.status;
    if (first != REFUSED || second != WRONG || third != REFUSED)
        evidence_failed(report, "%s: solutions made up, right, used again were answered %d, %d, %d",
                        path, first, second, third);
    else
        evidence_saw(report, "%s: a challenge after %d tries; a right solution passes, once", path,
                     tries);
    return sk_ok();
}

sk_err
evidence_door_limit(struct evidence_report *report, const struct evidence_instance *instance)
{
    struct door door;
    sk_str until;
    int tries = 0;

    TRY(door_open(&door, report, instance));
    do {
        TRY(try_once(&door, solution_of(&door, true)));
        until = evidence_answer_header(&door.answer, "Retry-After");
    } while (++tries < REFUSED_WITHIN && !until.n);
    if (door.answer.status != REFUSED || !until.n)
        evidence_failed(report, "%s: %d wrong passwords, and the next is still checked", path,
                        tries);
    else
        evidence_saw(report, "%s: refused after %d tries, for %.*s s", path, tries, SK_ARG(until));
    return sk_ok();
}
