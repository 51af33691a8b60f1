/* What the keeper reads and did not make itself, as far as it knows: ciphertexts and index entries
 * of a store that somebody has written to, cookies of browsers, lines of root keys. The first byte
 * says which. Nobody knows the key, so nothing of it opens. */
#include "keeper/root.h"
#include "keeper/value.h"
#include "keeper/word_key.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct keeper_key key = { "nobody's" };
static const struct keeper_id person = { "per_00000000000000000000" },
                              value = { "val_00000000000000000000" }, none;

static void
must(bool so)
{
    if (!so) abort();
}

static void
value_try(sk_arena *mem, sk_str bytes)
{
    struct keeper_place place = { SK_STR("tea"), &person, &none, &value, 1, 1 };
    sk_str text;

    (void)keeper_value_number(bytes);
    (void)keeper_value_mark(bytes);
    must(sk_failed(keeper_value_open(&text, mem, &place, &key, bytes)));
}

/* The text is sealed here; with one bit of it changed it does not open, or names another key. */
static void
value_change(sk_arena *mem, sk_str text)
{
    struct keeper_place place = { SK_STR("tea"), &person, &none, &value, 1, 1 };
    sk_str sealed, again;

    if (text.n < 2 || text.n > KEEPER_TEXT_MAX) return;
    must(!sk_failed(keeper_value_seal(&sealed, mem, &place, 7, &key, text)));
    must(keeper_value_number(sealed) == 7);
    must(!sk_failed(keeper_value_open(&again, mem, &place, &key, sealed)) &&
         sk_str_eq(text, again));
    char *other = sk_alloc(mem, sealed.n);
    memcpy(other, sealed.p, sealed.n);
    size_t at = (size_t)(unsigned char)text.p[0] * 7 % sealed.n;
    other[at] = (char)(other[at] ^ 1 << (text.p[1] & 7));
    sk_str changed = { other, sealed.n };
    must(keeper_value_number(changed) != 7 ||
         sk_failed(keeper_value_open(&again, mem, &place, &key, changed)));
}

static void
entry_try(sk_str bytes)
{
    struct keeper_word_key word = { { { 1 } }, { { 2 } } };
    struct keeper_found_value found;
    unsigned char entry[KEEPER_ENTRY] = { 0 };

    memcpy(entry, bytes.p, bytes.n < sizeof entry ? bytes.n : sizeof entry);
    must(!keeper_entry_open(&found, &word, entry));
}

static void
self_try(sk_arena *mem, sk_str bytes)
{
    struct keeper_id who;

    must(!keeper_self_read(&who, mem, &key, SK_STR("tea"), SK_STR("shop"), bytes, 1));
}

/* What is read is written as the same lines. */
static void
ring_try(sk_arena *mem, sk_str bytes)
{
    struct keeper_ring *ring = keeper_ring_new(), *again = keeper_ring_new();

    if (!sk_failed(keeper_ring_read(ring, bytes))) {
        must(ring->count > 0 && ring->count <= KEEPER_ROOTS_MAX);
        must(!sk_failed(keeper_ring_read(again, keeper_ring_write(mem, ring))));
        must(again->count == ring->count &&
             memcmp(again->row, ring->row, ring->count * sizeof *ring->row) == 0);
    }
    keeper_ring_free(ring);
    keeper_ring_free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str bytes = { (const char *)data + 1, size ? size - 1 : 0 };

    if (size < 2) return 0;
    if (data[0] % 5 == 0) value_try(mem, bytes);
    if (data[0] % 5 == 1) value_change(mem, bytes);
    if (data[0] % 5 == 2) entry_try(bytes);
    if (data[0] % 5 == 3) self_try(mem, bytes);
    if (data[0] % 5 == 4) ring_try(mem, bytes);
    return 0;
}
