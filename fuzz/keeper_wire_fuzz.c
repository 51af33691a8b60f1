/* Frames of both directions: what is read as a question or an answer is written as the same bytes,
 * for there is one spelling of each. */
#include "keeper/keeper.h"
#include "keeper/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool so)
{
    if (!so) __builtin_trap();
}

static void
same(const struct sk_buf *out, sk_str bytes)
{
    must(sk_str_eq(sk_str_from(sk_buf_str(out), 4), bytes));
}

/* The first byte chooses the verb whose answer it is; the rest is the frame. */
static void
answer_check(sk_arena *mem, sk_str bytes)
{
    enum keeper_verb verb = (enum keeper_verb)(1 + (unsigned char)bytes.p[0] % (KEEPER_VERBS - 1));
    void *answer = sk_zalloc(mem, keeper_verb_rows[verb].answer->size);
    struct sk_buf out = { .mem = mem };
    enum keeper_word word;

    bytes = sk_str_from(bytes, 1);
    if (sk_failed(keeper_answer_read(&word, answer, mem, verb, bytes))) return;
    must(!sk_failed(keeper_answer_write(&out, verb, word, answer)));
    same(&out, bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str bytes = { (const char *)data, size };
    struct sk_buf out = { .mem = mem };
    enum keeper_verb verb;
    void *question;

    if (size) answer_check(mem, bytes);
    if (!sk_failed(keeper_question_read(&verb, &question, mem, bytes))) {
        must(!sk_failed(keeper_question_write(&out, verb, question)));
        same(&out, bytes);
    }
    sk_arena_free(mem);
    return 0;
}
