/* application/x-www-form-urlencoded, in pieces: a pair is decoded as soon as its separator (or the
 * end) has come, so that only one pair is held back. Each pair is as seclang_arguments_split
 * reads it. Where limits.piece is set, not even a pair is: its name or its value is reported in
 * overlapping pieces, a value's under the pair's name. */
#include "seclang/body/inner.h"

struct urlencoded {
    struct seclang_body base;
    struct sk_buf pair; /* raw, of the pair that is being read */
    bool in_value;      /* pair is the rest of a value whose name is `name` */
    struct sk_buf name; /* decoded */
    struct sk_buf text; /* decoded: what the half that is being read has before `pair` */
    bool stopped;       /* too many: what follows is not looked at */
    unsigned bad_encoding;
};

static struct seclang_body *
begin(sk_arena *mem, sk_str content_type, const struct seclang_body_limits *limits,
      const struct seclang_body_sink *sink)
{
    struct urlencoded *u = SK_NEW(mem, struct urlencoded);

    (void)content_type;
    seclang_body_init(&u->base, mem, limits, sink);
    u->pair.mem = u->name.mem = u->text.mem = mem;
    if (!u->base.limits.separator) u->base.limits.separator = '&';
    return &u->base;
}

/* A decoded half of the pair: a text of its own, since the raw bytes are written over. */
static sk_str
decoded(struct urlencoded *u, sk_str raw)
{
    sk_str text = seclang_url_decode(u->base.out, raw, true, &u->bad_encoding);

    if (u->text.n == 0) return text.p == raw.p ? sk_str_copy(u->base.out, raw) : text;
    sk_buf_add(&u->text, text);
    text = sk_str_copy(u->base.out, sk_buf_str(&u->text));
    u->text.n = 0;
    return text;
}

/* The pair's name, and in *pair what is left of the pair. */
static sk_str
take_name(struct urlencoded *u, sk_str *pair)
{
    size_t equals = sk_str_find_byte(*pair, '=');
    sk_str name;

    if (u->in_value) return sk_str_copy(u->base.out, sk_buf_str(&u->name));
    name = decoded(u, sk_str_first(*pair, equals));
    *pair = equals == SIZE_MAX ? SK_STR("") : sk_str_from(*pair, equals + 1);
    return name;
}

static void
end_pair(struct urlencoded *u, sk_str pair)
{
    if (u->base.arguments >= u->base.limits.arguments) { /* not copied in vain */
        u->stopped = true;
        (void)seclang_body_argument(&u->base, SK_STR(""), SK_STR(""));
        return;
    }
    sk_str name = take_name(u, &pair);
    (void)seclang_body_argument(&u->base, name, decoded(u, pair));
    u->in_value = false;
    u->text.n = 0;
}

/* Without a %XX that is not whole. */
static sk_str
whole_escapes(sk_str raw)
{
    size_t percent = raw.n;

    for (size_t back = 1; back <= 2 && back <= raw.n; back++)
        if (raw.p[raw.n - back] == '%') percent = raw.n - back;
    return sk_str_first(raw, percent);
}

/* Reports what has come of a long pair, and keeps its end. */
static void
cut_pair(struct urlencoded *u)
{
    sk_str raw = sk_buf_str(&u->pair), whole;

    if (!u->in_value && sk_str_find_byte(raw, '=') != SIZE_MAX) {
        sk_str name = take_name(u, &raw);

        u->name.n = 0;
        sk_buf_add(&u->name, name);
        u->in_value = true;
    }
    whole = whole_escapes(raw);
    sk_buf_add(&u->text, seclang_url_decode(u->base.out, whole, true, &u->bad_encoding));
    raw = sk_str_from(raw, whole.n);
    memmove(u->pair.p, raw.p, raw.n);
    u->pair.n = raw.n;
    if (!u->in_value)
        (void)seclang_body_argument(&u->base, seclang_body_piece(&u->base, &u->text), SK_STR(""));
    else if (u->text.n > 0)
        (void)seclang_body_argument(&u->base, take_name(u, &raw),
                                    seclang_body_piece(&u->base, &u->text));
}

static void
feed(struct seclang_body *body, sk_str chunk)
{
    struct urlencoded *u = (struct urlencoded *)body;

    if (u->stopped || chunk.n == 0) return;
    chunk = seclang_body_take(body, chunk);
    while (!u->stopped) {
        size_t end = sk_str_find_byte(chunk, body->limits.separator);
        if (end == SIZE_MAX) break;
        sk_buf_add(&u->pair, sk_str_first(chunk, end));
        end_pair(u, sk_buf_str(&u->pair));
        u->pair.n = 0;
        chunk = sk_str_from(chunk, end + 1);
    }
    if (u->stopped) return;
    sk_buf_add(&u->pair, chunk);
    if (seclang_body_piece_due(body, u->pair.n + u->text.n)) cut_pair(u);
}

static void
finish(struct seclang_body *body, struct seclang_body_report *report)
{
    struct urlencoded *u = (struct urlencoded *)body;

    if ((u->pair.n || u->text.n || u->in_value) && !u->stopped) end_pair(u, sk_buf_str(&u->pair));
    *report = (struct seclang_body_report){ .error = body->error, .bad_encoding = u->bad_encoding };
}

const struct seclang_body_kind seclang_body_urlencoded = { "URLENCODED", begin, feed, finish,
                                                           NULL };
