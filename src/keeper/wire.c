#include "keeper/wire.h"

enum { LENGTH = 4, LIST_COUNT = 2 };

static bool
is_name(sk_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i], small = sk_lower_byte(c);

        if (!(small >= 'a' && small <= 'z') && !(c >= '0' && c <= '9') && !memchr("._-/", c, 4))
            return false;
    }
    return true;
}

/* ── writing ── */

static void
number_put(struct sk_buf *out, uint64_t value, unsigned bytes)
{
    char *to = sk_buf_room(out, bytes);

    for (unsigned i = 0; i < bytes; i++)
        to[i] = (char)(value >> 8 * (bytes - 1 - i));
    out->n += bytes;
}

static sk_err shape_write(struct sk_buf *out, const struct keeper_shape *shape, const char *from);

static sk_err
text_write(struct sk_buf *out, const struct keeper_member *m, const char *at)
{
    const sk_str *text = (const void *)at;

    if (text->n > m->most) return sk_fail(SK_FULL, "a text has more than %zu bytes", m->most);
    if (m->kind == KEEPER_MEMBER_NAME && !is_name(*text))
        return sk_fail(SK_BAD, "a name has a character that names do not have");
    number_put(out, text->n, LENGTH);
    sk_buf_add(out, *text);
    return sk_ok();
}

static sk_err
list_write(struct sk_buf *out, const struct keeper_member *m, const char *at, const char *base)
{
    const char *row = *(const char *const *)(const void *)at;
    size_t count = *(const size_t *)(const void *)(base + m->count);

    if (count > m->most) return sk_fail(SK_FULL, "a list has more than %zu rows", m->most);
    number_put(out, count, LIST_COUNT);
    for (size_t i = 0; i < count; i++)
        TRY(shape_write(out, m->rows, row + i * m->rows->size));
    return sk_ok();
}

static sk_err
member_write(struct sk_buf *out, const struct keeper_member *m, const char *base)
{
    const char *at = base + m->offset;

    switch (m->kind) {
    case KEEPER_MEMBER_U32:
        number_put(out, *(const uint32_t *)(const void *)at, 4);
        return sk_ok();
    case KEEPER_MEMBER_U64:
        number_put(out, *(const uint64_t *)(const void *)at, 8);
        return sk_ok();
    case KEEPER_MEMBER_ID:
        sk_buf_add(out, (sk_str){ at, sizeof(struct keeper_id) });
        return sk_ok();
    case KEEPER_MEMBER_BYTES:
        sk_buf_add(out, (sk_str){ at, m->most });
        return sk_ok();
    case KEEPER_MEMBER_TEXT:
    case KEEPER_MEMBER_NAME:
        return text_write(out, m, at);
    case KEEPER_MEMBER_LIST:
        return list_write(out, m, at, base);
    default:
        return shape_write(out, m->rows, at);
    }
}

static sk_err
shape_write(struct sk_buf *out, const struct keeper_shape *shape, const char *from)
{
    for (size_t i = 0; i < shape->count; i++)
        TRY(member_write(out, &shape->member[i], from));
    return sk_ok();
}

/* The frame's length is known when its members are written. On failure nothing was appended. */
static sk_err
frame_write(struct sk_buf *out, unsigned first, const struct keeper_shape *shape, const void *from)
{
    size_t start = out->n;
    sk_err e = sk_ok();

    number_put(out, 0, LENGTH);
    sk_buf_byte(out, (char)first);
    if (shape) e = shape_write(out, shape, from);
    size_t length = out->n - start - LENGTH;
    if (!sk_failed(e) && length > KEEPER_FRAME_MAX)
        e = sk_fail(SK_FULL, "a frame has more than %d bytes", KEEPER_FRAME_MAX);
    if (sk_failed(e)) {
        out->n = start;
        return e;
    }
    out->n = start;
    number_put(out, length, LENGTH);
    out->n = start + LENGTH + length;
    return sk_ok();
}

sk_err
keeper_question_write(struct sk_buf *out, enum keeper_verb verb, const void *question)
{
    return frame_write(out, verb, keeper_verb_rows[verb].question, question);
}

sk_err
keeper_answer_write(struct sk_buf *out, enum keeper_verb verb, enum keeper_word word,
                    const void *answer)
{
    return frame_write(out, word, word == KEEPER_OK ? keeper_verb_rows[verb].answer : NULL, answer);
}

/* ── reading ── */

struct reader {
    sk_arena *mem;
    sk_str left;
};

static sk_err
number_take(uint64_t *value, struct reader *r, unsigned bytes)
{
    *value = 0;
    if (r->left.n < bytes) return sk_fail(SK_BAD, "it ends within a number");
    for (unsigned i = 0; i < bytes; i++)
        *value = *value << 8 | (unsigned char)r->left.p[i];
    r->left = sk_str_from(r->left, bytes);
    return sk_ok();
}

static sk_err
bytes_take(sk_str *bytes, struct reader *r, size_t n)
{
    if (r->left.n < n) return sk_fail(SK_BAD, "it ends within a text");
    *bytes = sk_str_first(r->left, n);
    r->left = sk_str_from(r->left, n);
    return sk_ok();
}

static sk_err shape_read(char *to, struct reader *r, const struct keeper_shape *shape);

static sk_err
text_read(char *at, struct reader *r, const struct keeper_member *m)
{
    sk_str *text = (void *)at;
    uint64_t n;

    TRY(number_take(&n, r, LENGTH));
    if (n > m->most) return sk_fail(SK_FULL, "a text has more than %zu bytes", m->most);
    TRY(bytes_take(text, r, (size_t)n));
    if (m->kind == KEEPER_MEMBER_NAME && !is_name(*text))
        return sk_fail(SK_BAD, "a name has a character that names do not have");
    return sk_ok();
}

static sk_err
id_read(char *at, struct reader *r, const struct keeper_member *m)
{
    static const struct keeper_id none;
    sk_str text = { 0 };

    TRY(bytes_take(&text, r, sizeof none));
    if (memcmp(text.p, &none, sizeof none) == 0) return sk_ok(); /* `to` is cleared */
    if (!keeper_id_read((void *)at, m->id, text)) return sk_fail(SK_BAD, "it has an id of no form");
    return sk_ok();
}

/* The shortest that a shape can be in bytes. */
static size_t
least_of(const struct keeper_shape *shape)
{
    size_t least = 0;

    for (size_t i = 0; i < shape->count; i++) {
        const struct keeper_member *m = &shape->member[i];

        switch (m->kind) {
        case KEEPER_MEMBER_U64:
            least += 8;
            break;
        case KEEPER_MEMBER_ID:
            least += sizeof(struct keeper_id);
            break;
        case KEEPER_MEMBER_BYTES:
            least += m->most;
            break;
        case KEEPER_MEMBER_LIST:
            least += LIST_COUNT;
            break;
        case KEEPER_MEMBER_PART:
            least += least_of(m->rows);
            break;
        default:
            least += 4;
        }
    }
    return least;
}

static sk_err
list_read(char *at, struct reader *r, const struct keeper_member *m, char *base)
{
    uint64_t count;
    char *row;

    TRY(number_take(&count, r, LIST_COUNT));
    if (count > m->most) return sk_fail(SK_FULL, "a list has more than %zu rows", m->most);
    if (count * least_of(m->rows) > r->left.n) return sk_fail(SK_BAD, "it ends within a list");
    if (count == 0) return sk_ok();
    row = sk_array(r->mem, count, m->rows->size);
    *(char **)(void *)at = row;
    *(size_t *)(void *)(base + m->count) = count;
    for (size_t i = 0; i < count; i++)
        TRY(shape_read(row + i * m->rows->size, r, m->rows));
    return sk_ok();
}

static sk_err
member_read(char *base, struct reader *r, const struct keeper_member *m)
{
    char *at = base + m->offset;
    uint64_t number;
    sk_str bytes = { 0 };

    switch (m->kind) {
    case KEEPER_MEMBER_U32:
        TRY(number_take(&number, r, 4));
        *(uint32_t *)(void *)at = (uint32_t)number;
        return sk_ok();
    case KEEPER_MEMBER_U64:
        return number_take((uint64_t *)(void *)at, r, 8);
    case KEEPER_MEMBER_ID:
        return id_read(at, r, m);
    case KEEPER_MEMBER_BYTES:
        TRY(bytes_take(&bytes, r, m->most));
        memcpy(at, bytes.p, m->most);
        return sk_ok();
    case KEEPER_MEMBER_TEXT:
    case KEEPER_MEMBER_NAME:
        return text_read(at, r, m);
    case KEEPER_MEMBER_LIST:
        return list_read(at, r, m, base);
    default:
        return shape_read(at, r, m->rows);
    }
}

static sk_err
shape_read(char *to, struct reader *r, const struct keeper_shape *shape)
{
    for (size_t i = 0; i < shape->count; i++)
        TRY(member_read(to, r, &shape->member[i]));
    return sk_ok();
}

static sk_err
whole_read(void *to, sk_arena *mem, sk_str bytes, const struct keeper_shape *shape)
{
    struct reader r = { mem, bytes };

    memset(to, 0, shape->size);
    TRY(shape_read(to, &r, shape));
    return r.left.n ? sk_fail(SK_BAD, "something follows its end") : sk_ok();
}

sk_err
keeper_question_read(enum keeper_verb *verb, void **question, sk_arena *mem, sk_str bytes)
{
    unsigned char first = bytes.n ? (unsigned char)bytes.p[0] : KEEPER_VERB_NONE;

    if (bytes.n > KEEPER_FRAME_MAX) return sk_fail(SK_FULL, "a frame is longer than may be");
    if (first == KEEPER_VERB_NONE || first >= KEEPER_VERBS)
        return sk_fail(SK_BAD, "there is no such question");
    *verb = (enum keeper_verb)first;
    *question = sk_zalloc(mem, keeper_verb_rows[first].question->size);
    return whole_read(*question, mem, sk_str_from(bytes, 1), keeper_verb_rows[first].question);
}

sk_err
keeper_answer_read(enum keeper_word *word, void *answer, sk_arena *mem, enum keeper_verb verb,
                   sk_str bytes)
{
    const struct keeper_shape *shape = keeper_verb_rows[verb].answer;
    unsigned char first = bytes.n ? (unsigned char)bytes.p[0] : KEEPER_WORDS;

    memset(answer, 0, shape->size);
    if (first >= KEEPER_WORDS) return sk_fail(SK_BAD, "there is no such answer");
    *word = (enum keeper_word)first;
    if (*word == KEEPER_OK) return whole_read(answer, mem, sk_str_from(bytes, 1), shape);
    return bytes.n == 1 ? sk_ok() : sk_fail(SK_BAD, "something follows its end");
}
