/* Blocking conversation with the keeper. */
#include "keeper/keeper.h"
#include "part/talk.h"

#include <stdlib.h>

enum { LENGTH = 4 };

struct keeper_link {
    struct part_talks *talks;
};

sk_err
keeper_link_open(struct keeper_link **made, const char *state)
{
    struct keeper_link *link = calloc(1, sizeof *link);
    sk_err e;

    if (!link) return sk_fail(SK_FULL, "no memory");
    e = part_talks_open(&link->talks, state, "keeper", KEEPER_LINKS_MAX);
    if (sk_failed(e))
        free(link);
    else
        *made = link;
    return e;
}

void
keeper_link_close(struct keeper_link *link)
{
    if (!link) return;
    part_talks_close(link->talks);
    free(link);
}

static sk_err
take(const struct part_talk *talk, char *to, size_t n)
{
    while (n) {
        size_t got;

        TRY(part_talk_take(&got, to, n, talk));
        to += got, n -= got;
    }
    return sk_ok();
}

static sk_err
answer_take(sk_str *answer, sk_arena *mem, const struct part_talk *talk)
{
    unsigned char length[LENGTH];
    size_t n = 0;
    char *bytes;

    TRY(take(talk, (char *)length, LENGTH));
    for (int i = 0; i < LENGTH; i++)
        n = n << 8 | length[i];
    if (n > KEEPER_FRAME_MAX) return sk_fail(SK_BROKEN, "the keeper's answer has no end");
    bytes = sk_alloc(mem, n);
    *answer = (sk_str){ bytes, n };
    return take(talk, bytes, n);
}

static sk_err
once(sk_str *answer, sk_arena *mem, struct part_talk *talk, sk_str question)
{
    TRY(part_talk_connect(talk));
    TRY(part_talk_send(talk, question));
    return answer_take(answer, mem, talk);
}

/* A connection that was kept may have ended since: that one is made anew, once. */
static sk_err
converse(sk_str *answer, sk_arena *mem, struct part_talk *talk, sk_str question)
{
    sk_err e = once(answer, mem, talk, question);

    if (e.kind != SK_MISSING || !talk->kept) return e;
    part_talk_drop(talk);
    return once(answer, mem, talk, question);
}

static sk_err
ask(sk_str *answer, sk_arena *mem, struct keeper_link *link, sk_str question)
{
    struct part_talk talk;
    sk_err e;

    TRY(part_talk_begin(&talk, link->talks, KEEPER_PATIENCE));
    e = converse(answer, mem, &talk, question);
    part_talk_end(&talk, !sk_failed(e));
    return e;
}

enum keeper_word
keeper_ask(void *answer, sk_arena *mem, struct keeper_link *link, enum keeper_verb verb,
           const void *question)
{
    struct sk_buf out = { .mem = mem };
    enum keeper_word word;
    sk_str bytes;
    sk_err e = keeper_question_write(&out, verb, question);

    if (sk_failed(e)) return e.kind == SK_FULL ? KEEPER_TOO_LONG : KEEPER_BAD;
    if (sk_failed(ask(&bytes, mem, link, sk_buf_str(&out)))) return KEEPER_NO_KEEPER;
    e = keeper_answer_read(&word, answer, mem, verb, bytes);
    return sk_failed(e) ? KEEPER_BROKEN : word;
}
