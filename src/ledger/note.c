#include "ledger/note.h"

#include "base/utf8.h"

#include <inttypes.h>

enum { ED25519 = 1, SIGNATURES_MAX = 16 };

/* em dash, blank */
#define SIGNATURE_MARK SK_STR("\xe2\x80\x94 ")

static bool
is_origin(sk_str s)
{
    size_t all = s.n;

    while (s.n) {
        uint32_t code;
        unsigned n = sk_utf8_decode(&code, s);
        bool blank = code <= ' ' || code == 0x7f || code == 0x85 || code == 0xa0 ||
                     code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
                     code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;

        if (!n || blank || code == '+') return false;
        s = sk_str_from(s, n);
    }
    return all > 0 && all <= LEDGER_ORIGIN_MAX;
}

/* SHA-256(name || 0x0A || 0x01 || key)[:4] */
static void
id_make(struct ledger_key *key)
{
    char tail[2 + SK_SIGN_PUBLIC] = { '\n', ED25519 };
    unsigned char hash[SK_SHA256];

    memcpy(tail + 2, key->public, SK_SIGN_PUBLIC);
    sk_sha256_two(hash, sk_str_of(key->origin), (sk_str){ tail, sizeof tail });
    memcpy(key->id, hash, sizeof key->id);
}

sk_err
ledger_key_set(struct ledger_key *key, sk_str origin, const unsigned char public[SK_SIGN_PUBLIC])
{
    if (!is_origin(origin))
        return sk_fail(SK_BAD, "\"%.*s\" cannot be a log's origin", SK_ARG(origin));
    memcpy(key->origin, origin.p, origin.n);
    key->origin[origin.n] = 0;
    memcpy(key->public, public, SK_SIGN_PUBLIC);
    id_make(key);
    return sk_ok();
}

void
ledger_vkey_write(struct sk_buf *out, const struct ledger_key *key)
{
    char typed[1 + SK_SIGN_PUBLIC] = { ED25519 };

    memcpy(typed + 1, key->public, SK_SIGN_PUBLIC);
    sk_buf_printf(out, "%s+%02x%02x%02x%02x+", key->origin, key->id[0], key->id[1], key->id[2],
                  key->id[3]);
    sk_buf_add(out, sk_base64(out->mem, (sk_str){ typed, sizeof typed }));
}

sk_err
ledger_vkey_read(struct ledger_key *key, sk_str text)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str origin, id, rest = text, bytes;

    if (!sk_str_cut(&origin, &rest, '+') || !sk_str_cut(&id, &rest, '+') ||
        !sk_unbase64(mem, &bytes, rest) || bytes.n != 1 + SK_SIGN_PUBLIC || bytes.p[0] != ED25519)
        return sk_fail(SK_BAD, "it is no Ed25519 verifier key");
    TRY(ledger_key_set(key, origin, (const unsigned char *)bytes.p + 1));
    if (!sk_str_eq(id, sk_hex(mem, (sk_str){ (const char *)key->id, sizeof key->id })))
        return sk_fail(SK_BAD, "the verifier key's id does not belong to it");
    return sk_ok();
}

sk_err
ledger_checkpoint_write(struct sk_buf *out, const struct ledger_checkpoint *checkpoint,
                        const struct ledger_key *key, const unsigned char seed[SK_SIGN_SEED])
{
    char signature[4 + SK_SIGNATURE];
    size_t begin = out->n;

    sk_buf_printf(out, "%s\n%" PRIu64 "\n", key->origin, checkpoint->size);
    sk_buf_add(out, sk_base64(out->mem, (sk_str){ (const char *)checkpoint->root.b, SK_SHA256 }));
    sk_buf_byte(out, '\n');
    memcpy(signature, key->id, 4);
    TRY(sk_sign((unsigned char *)signature + 4, seed, sk_str_from(sk_buf_str(out), begin)));
    sk_buf_byte(out, '\n');
    sk_buf_add(out, SIGNATURE_MARK);
    sk_buf_printf(out, "%s ", key->origin);
    sk_buf_add(out, sk_base64(out->mem, (sk_str){ signature, sizeof signature }));
    sk_buf_byte(out, '\n');
    return sk_ok();
}

/* Where the signatures begin: behind the last empty line. */
static bool
note_split(sk_str *text, sk_str *signatures, sk_str note)
{
    for (size_t at = note.n; at >= 2; at--)
        if (note.p[at - 1] == '\n' && note.p[at - 2] == '\n') {
            *text = sk_str_first(note, at - 1);
            *signatures = sk_str_from(note, at);
            return true;
        }
    return false;
}

/* Whether the line is this key's; its signature's bytes. */
static bool
signature_of(sk_str *bytes, sk_arena *mem, sk_str line, const struct ledger_key *key)
{
    sk_str origin = { key->origin, strlen(key->origin) };

    if (!sk_str_starts(line, SIGNATURE_MARK)) return false;
    line = sk_str_from(line, SIGNATURE_MARK.n);
    if (!sk_str_starts(line, origin) || line.n == origin.n || line.p[origin.n] != ' ') return false;
    return sk_unbase64(mem, bytes, sk_str_from(line, origin.n + 1)) &&
           bytes->n == 4 + SK_SIGNATURE && memcmp(bytes->p, key->id, 4) == 0;
}

static sk_err
signatures_check(sk_arena *mem, sk_str text, sk_str lines, const struct ledger_key *key)
{
    sk_str line, bytes;
    bool signed_once = false;

    for (unsigned i = 0; lines.n && i < SIGNATURES_MAX && sk_str_cut(&line, &lines, '\n'); i++) {
        if (!signature_of(&bytes, mem, line, key)) continue;
        if (!sk_sign_check(key->public, (const unsigned char *)bytes.p + 4, text))
            return sk_fail(SK_BAD, "the checkpoint's signature is not that of %s", key->origin);
        signed_once = true;
    }
    return signed_once ? sk_ok()
                       : sk_fail(SK_BAD, "the checkpoint is not signed by %s", key->origin);
}

static bool
size_read(uint64_t *size, sk_str s)
{
    int64_t number;

    if (s.n == 0 || (s.p[0] == '0' && s.n > 1) || s.p[0] < '0' || s.p[0] > '9' ||
        !sk_str_to_i64(&number, s))
        return false;
    *size = (uint64_t)number;
    return true;
}

sk_err
ledger_checkpoint_read(struct ledger_checkpoint *checkpoint, sk_str note,
                       const struct ledger_key *key)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text, signatures, rest, origin, size, root, bytes;

    if (note.n > LEDGER_NOTE_MAX || !note_split(&text, &signatures, note))
        return sk_fail(SK_BAD, "the checkpoint is no signed note");
    TRY(signatures_check(mem, text, signatures, key));
    rest = text;
    if (!sk_str_cut(&origin, &rest, '\n') || !sk_str_cut(&size, &rest, '\n') ||
        !sk_str_cut(&root, &rest, '\n') || !sk_str_eq(origin, sk_str_of(key->origin)) ||
        !size_read(&checkpoint->size, size) || !sk_unbase64(mem, &bytes, root) ||
        bytes.n != SK_SHA256)
        return sk_fail(SK_BAD, "the checkpoint is none of %s", key->origin);
    memcpy(checkpoint->root.b, bytes.p, SK_SHA256);
    return sk_ok();
}
