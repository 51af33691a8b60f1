/* Unpacking of compressed responses. */
#include "gate/inflate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <zlib.h>

#include <cmocka.h>

struct taken {
    struct sk_buf text;
    size_t most;
};

static bool
take(void *ctx, sk_str slice)
{
    struct taken *taken = ctx;

    sk_buf_add(&taken->text, slice);
    return taken->text.n < taken->most;
}

static sk_str
pack(sk_arena *mem, sk_str text, int window_bits)
{
    z_stream z = { 0 };
    size_t room = text.n + 256;
    char *out = sk_alloc(mem, room);

    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (z_const Bytef *)text.p;
    z.avail_in = (uInt)text.n;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return (sk_str){ out, room - z.avail_out };
}

/* Adds `packed` in steps of `step` bytes. */
static sk_err
unpack(struct taken *taken, struct gate_inflate **in, sk_arena *mem, enum gate_encoding encoding,
       sk_str packed, size_t step)
{
    *taken = (struct taken){ .text = { .mem = mem }, .most = SIZE_MAX };
    *in = gate_inflate_new(mem, encoding);
    for (size_t at = 0; at < packed.n; at += step)
        TRY(gate_inflate_add(*in, sk_str_first(sk_str_from(packed, at), step), take, taken));
    return sk_ok();
}

static sk_str
long_text(sk_arena *mem)
{
    struct sk_buf text = { .mem = mem };

    for (unsigned i = 0; i < 5000; i++)
        sk_buf_printf(&text, "行 %u の文章。\n", i);
    return sk_buf_str(&text);
}

static void
inflate__gives_back_all_three_forms_in_any_step(void **state)
{
    static const struct {
        enum gate_encoding encoding;
        int bits;
    } forms[] = { { GATE_GZIP, 31 }, { GATE_DEFLATE, 15 }, { GATE_DEFLATE, -15 } };
    static const size_t steps[] = { 2, 7, 4096, 1000000 };

    (void)state;
    for (size_t f = 0; f < 3; f++)
        for (size_t s = 0; s < 4; s++) {
            DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
            sk_str text = long_text(mem), packed = pack(mem, text, forms[f].bits);
            struct gate_inflate *in;
            struct taken taken;

            assert_int_equal(unpack(&taken, &in, mem, forms[f].encoding, packed, steps[s]).kind,
                             SK_OK);
            assert_true(gate_inflate_whole(in));
            assert_true(sk_str_eq(sk_buf_str(&taken.text), text));
        }
}

static void
inflate__reads_every_gzip_member(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf both = { .mem = mem };
    struct gate_inflate *in;
    struct taken taken;

    (void)state;
    sk_buf_add(&both, pack(mem, SK_STR("harmless "), 31));
    sk_buf_add(&both, pack(mem, SK_STR("leak"), 31));
    assert_int_equal(unpack(&taken, &in, mem, GATE_GZIP, sk_buf_str(&both), 3).kind, SK_OK);
    assert_true(sk_str_eq(sk_buf_str(&taken.text), SK_STR("harmless leak")));
}

static void
inflate__refuses_broken_and_trailing_data(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf more = { .mem = mem };
    struct gate_inflate *in;
    struct taken taken;

    (void)state;
    assert_int_equal(unpack(&taken, &in, mem, GATE_GZIP, SK_STR("<html>"), 100).kind, SK_BAD);
    sk_buf_add(&more, pack(mem, SK_STR("text"), 31));
    sk_buf_add(&more, SK_STR("tail"));
    assert_int_equal(unpack(&taken, &in, mem, GATE_GZIP, sk_buf_str(&more), 100).kind, SK_BAD);
}

static void
inflate__knows_that_data_was_cut(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str packed = pack(mem, long_text(mem), 31);
    struct gate_inflate *in;
    struct taken taken;

    (void)state;
    packed.n -= 9;
    assert_int_equal(unpack(&taken, &in, mem, GATE_GZIP, packed, 1000).kind, SK_OK);
    assert_false(gate_inflate_whole(in));
}

static void
inflate__stops_a_bomb_where_the_taker_says(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct taken taken = { .text = { .mem = mem }, .most = 100000 };
    size_t n = 50u << 20;
    char *zeros = calloc(1, n);
    sk_str packed = pack(mem, (sk_str){ zeros, n }, 31);
    struct gate_inflate *in = gate_inflate_new(mem, GATE_GZIP);

    (void)state;
    free(zeros);
    assert_int_equal(gate_inflate_add(in, packed, take, &taken).kind, SK_OK);
    assert_in_range(taken.text.n, 100000, 100000 + 16384);
}

static void
encoding__is_known_by_its_name(void **state)
{
    (void)state;
    assert_int_equal(gate_encoding_of(SK_STR("")), GATE_IDENTITY);
    assert_int_equal(gate_encoding_of(SK_STR(" GZip ")), GATE_GZIP);
    assert_int_equal(gate_encoding_of(SK_STR("deflate")), GATE_DEFLATE);
    assert_int_equal(gate_encoding_of(SK_STR("br")), GATE_UNKNOWN_ENCODING);
    assert_int_equal(gate_encoding_of(SK_STR("gzip, gzip")), GATE_UNKNOWN_ENCODING);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inflate__gives_back_all_three_forms_in_any_step),
        cmocka_unit_test(inflate__reads_every_gzip_member),
        cmocka_unit_test(inflate__refuses_broken_and_trailing_data),
        cmocka_unit_test(inflate__knows_that_data_was_cut),
        cmocka_unit_test(inflate__stops_a_bomb_where_the_taker_says),
        cmocka_unit_test(encoding__is_known_by_its_name),
    };

    return cmocka_run_group_tests_name("gate/inflate", tests, NULL, NULL);
}
