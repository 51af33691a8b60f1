/* application/x-www-form-urlencoded, in pieces: a pair is decoded as soon as its separator (or the
 * end) has come, so that only one pair is held back. Each pair is as seclang_arguments_split
 * reads it. */
#include "seclang/body/inner.h"

struct urlencoded {
    struct seclang_body base;
    struct sk_buf pair; /* raw, of the pair that is being read */
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
    u->pair.mem = mem;
    if (!u->base.limits.separator) u->base.limits.separator = '&';
    return &u->base;
}

/* The pair's decoded half: a text of its own, since the raw bytes are written over. */
static sk_str
decoded(struct urlencoded *u, sk_str raw)
{
    sk_str text = seclang_url_decode(u->base.mem, raw, true, &u->bad_encoding);
    return text.p == raw.p ? sk_str_copy(u->base.mem, raw) : text;
}

static void
end_pair(struct urlencoded *u, sk_str pair)
{
    size_t equals = sk_str_find_byte(pair, '=');
    sk_str value = equals == SIZE_MAX ? SK_STR("") : sk_str_from(pair, equals + 1);

    if (u->base.arguments >= u->base.limits.arguments) { /* not copied in vain */
        u->stopped = true;
        (void)seclang_body_argument(&u->base, SK_STR(""), SK_STR(""));
        return;
    }
    sk_str name = decoded(u, sk_str_first(pair, equals));
    (void)seclang_body_argument(&u->base, name, decoded(u, value));
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
    if (!u->stopped) sk_buf_add(&u->pair, chunk);
}

static void
finish(struct seclang_body *body, struct seclang_body_report *report)
{
    struct urlencoded *u = (struct urlencoded *)body;

    if (u->pair.n && !u->stopped) end_pair(u, sk_buf_str(&u->pair));
    *report = (struct seclang_body_report){ .error = body->error, .bad_encoding = u->bad_encoding };
}

const struct seclang_body_kind seclang_body_urlencoded = { "URLENCODED", begin, feed, finish,
                                                           NULL };
