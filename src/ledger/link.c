/* Blocking conversation with the writer. */
#include "base/json.h"
#include "ledger/ledger.h"
#include "part/talk.h"

#include <stdlib.h>
#include <time.h>

enum { PAUSE_MS = 20, ASKED_MAX = 256 * 1024 };

struct ledger_link {
    struct part_talks *talks;
};

sk_err
ledger_link_open(struct ledger_link **made, const char *state)
{
    struct ledger_link *link = calloc(1, sizeof *link);
    sk_err e;

    if (!link) return sk_fail(SK_FULL, "no memory");
    e = part_talks_open(&link->talks, state, "ledger", LEDGER_LINKS_MAX);
    if (sk_failed(e))
        free(link);
    else
        *made = link;
    return e;
}

void
ledger_link_close(struct ledger_link *link)
{
    if (!link) return;
    part_talks_close(link->talks);
    free(link);
}

/* What is asked, and how many lines the answer has. */
struct asked {
    sk_str text; /* with its line ends */
    size_t answers;
};

static size_t
lines_of(const char *text, size_t n)
{
    size_t lines = 0;

    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    return lines;
}

static sk_err
answer_take(sk_str *answer, sk_arena *mem, const struct part_talk *talk, size_t left)
{
    struct sk_buf in = { .mem = mem };

    while (in.n < ASKED_MAX) {
        char *to = sk_buf_room(&in, LEDGER_ANSWER_MAX);
        size_t n;

        TRY(part_talk_take(&n, to, LEDGER_ANSWER_MAX, talk));
        size_t lines = lines_of(to, n);
        in.n += n;
        left -= lines < left ? lines : left;
        if (left || in.p[in.n - 1] != '\n') continue;
        *answer = (sk_str){ in.p, in.n - 1 };
        return sk_ok();
    }
    return sk_fail(SK_BROKEN, "the ledger's answer has no end");
}

static sk_err
once(sk_str *answer, sk_arena *mem, struct part_talk *talk, const struct asked *asked)
{
    TRY(part_talk_connect(talk));
    TRY(part_talk_send(talk, asked->text));
    return answer_take(answer, mem, talk, asked->answers);
}

static void
pause_short(void)
{
    struct timespec t = { 0, PAUSE_MS * 1000000L };

    nanosleep(&t, NULL);
}

/* As long as there is time: a writer that is started again closes what it had, and its socket file
 * may be missing for a moment. */
static sk_err
converse(sk_str *answer, sk_arena *mem, struct part_talk *talk, const struct asked *asked)
{
    for (;;) {
        sk_err e = once(answer, mem, talk, asked);
        bool kept = talk->kept;

        if (e.kind != SK_MISSING) return e;
        part_talk_drop(talk);
        if (kept) continue;
        pause_short();
        if (talk->until <= sk_monotonic()) return e;
    }
}

static sk_err
ask_lines(sk_str *answer, sk_arena *mem, struct ledger_link *link, const struct asked *asked)
{
    struct part_talk talk;
    sk_err e;

    TRY(part_talk_begin(&talk, link->talks, LEDGER_PATIENCE_MS));
    e = converse(answer, mem, &talk, asked);
    part_talk_end(&talk, !sk_failed(e));
    return e;
}

/* The first error of all, else the first record's number. */
static sk_err
answers_read(uint64_t *sequence, sk_str answers, size_t count)
{
    sk_str line, rest = answers;
    uint64_t other;

    for (size_t i = 0; i < count; i++) {
        sk_str_cut(&line, &rest, '\n');
        TRY(ledger_answer_read(i ? &other : sequence, line));
    }
    return rest.n ? sk_fail(SK_BROKEN, "the ledger answers more than it was asked") : sk_ok();
}

sk_err
ledger_tell_all(uint64_t *sequence, struct ledger_link *link, const struct ledger_event *event,
                size_t count)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf lines = { .mem = mem };
    sk_str answers;

    for (size_t i = 0; i < count; i++)
        ledger_event_write(&lines, &event[i]);
    TRY(ask_lines(&answers, mem, link, &(struct asked){ sk_buf_str(&lines), count }));
    return answers_read(sequence, answers, count);
}

sk_err
ledger_tell(struct ledger_link *link, const struct ledger_event *event)
{
    uint64_t sequence;

    return ledger_tell_all(&sequence, link, event, 1);
}

sk_err
ledger_ask(sk_str *answer, sk_arena *mem, struct ledger_link *link, sk_str question)
{
    DEFER(sk_json_close) sk_json *read = NULL;
    struct sk_buf line = { .mem = mem };
    uint64_t none;

    sk_buf_add(&line, question);
    sk_buf_byte(&line, '\n');
    TRY(ask_lines(answer, mem, link, &(struct asked){ sk_buf_str(&line), 1 }));
    if (sk_failed(sk_json_read(&read, *answer)) || sk_json_get(read, "error"))
        return ledger_answer_read(&none, *answer);
    return sk_ok();
}
