#include "personal/text.h"

#include "base/utf8.h"

#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { DOMAIN_MAX = 253 };

/* UTF-16 that is wiped when it goes. */
struct units {
    UChar *p;
    int32_t n;
};

static void
units_wipe(struct units *units)
{
    if (units->p) explicit_bzero(units->p, (size_t)units->n * sizeof *units->p);
}

static void
units_of(struct units *units, sk_arena *mem, sk_str text)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar *out = sk_array(mem, text.n + 1, sizeof *out);

    u_strFromUTF8(out, (int32_t)text.n + 1, &units->n, text.n ? text.p : "", (int32_t)text.n,
                  &status);
    units->p = out;
}

static sk_err
utf8_add(struct sk_buf *out, const struct units *units)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t room = units->n * 3 + 1, n = 0;

    u_strToUTF8(sk_buf_room(out, (size_t)room), room, &n, units->p, units->n, &status);
    if (U_FAILURE(status)) return sk_fail(SK_BROKEN, "UTF-16: %s", u_errorName(status));
    out->n += (size_t)n;
    return sk_ok();
}

/* Adds the normal form of text. Most texts grow little, so the room is made in a second step where
 * the first is not enough. */
static sk_err
normal_add(struct sk_buf *out, const UNormalizer2 *form, sk_str text)
{
    DEFER(units_wipe) struct units in = { 0 };
    DEFER(units_wipe) struct units made = { 0 };
    int32_t room;

    units_of(&in, out->mem, text);
    room = in.n * 2 + 32;
    for (int step = 0; step < 2; step++) {
        UErrorCode status = U_ZERO_ERROR;
        made.p = sk_array(out->mem, (size_t)room, sizeof *made.p);
        made.n = room;
        int32_t n = unorm2_normalize(form, in.p, in.n, made.p, room, &status);
        if (status == U_BUFFER_OVERFLOW_ERROR && step == 0) {
            units_wipe(&made);
            room = n + 1;
            continue;
        }
        if (U_FAILURE(status)) return sk_fail(SK_BROKEN, "NFKC: %s", u_errorName(status));
        made.n = n;
        return utf8_add(out, &made);
    }
    return sk_fail(SK_BROKEN, "NFKC: a length that changes");
}

static sk_err
check(sk_str text)
{
    if (text.n > PERSONAL_TEXT_MAX) return sk_fail(SK_FULL, "a text too long");
    if (!sk_utf8_valid(text)) return sk_fail(SK_BAD, "not UTF-8");
    return sk_ok();
}

static sk_err
normal(sk_str *one, sk_arena *mem, sk_str text, const UNormalizer2 *(*get)(UErrorCode *))
{
    struct sk_buf out = { .mem = mem };
    UErrorCode status = U_ZERO_ERROR;

    TRY(check(text));
    const UNormalizer2 *form = get(&status);
    if (U_FAILURE(status)) return sk_fail(SK_BROKEN, "NFKC: %s", u_errorName(status));
    TRY(normal_add(&out, form, text));
    *one = sk_buf_str(&out);
    return sk_ok();
}

sk_err
personal_text_nfkc(sk_str *one, sk_arena *mem, sk_str text)
{
    return normal(one, mem, text, unorm2_getNFKCInstance);
}

sk_err
personal_text_folded(sk_str *one, sk_arena *mem, sk_str text)
{
    return normal(one, mem, text, unorm2_getNFKCCasefoldInstance);
}

/* CJK compatibility ideographs, of both planes: NFKC, and NFC as well, writes others in their
 * place. */
static bool
is_kept(uint32_t code)
{
    return (code >= 0xf900 && code <= 0xfaff) || (code >= 0x2f800 && code <= 0x2fa1f);
}

/* Bytes at the start of text that are all kept, or all not. */
static size_t
run_of(sk_str text, bool *kept)
{
    uint32_t code;
    size_t n = sk_utf8_decode(&code, text);

    *kept = is_kept(code);
    while (n < text.n) {
        unsigned used = sk_utf8_decode(&code, sk_str_from(text, n));
        if (is_kept(code) != *kept) break;
        n += used;
    }
    return n;
}

sk_err
personal_text_shown(sk_str *one, sk_arena *mem, sk_str text)
{
    struct sk_buf out = { .mem = mem };
    UErrorCode status = U_ZERO_ERROR;
    bool kept;

    TRY(check(text));
    const UNormalizer2 *form = unorm2_getNFKCInstance(&status);
    if (U_FAILURE(status)) return sk_fail(SK_BROKEN, "NFKC: %s", u_errorName(status));
    while (text.n) {
        size_t n = run_of(text, &kept);
        if (kept)
            sk_buf_add(&out, sk_str_first(text, n));
        else
            TRY(normal_add(&out, form, sk_str_first(text, n)));
        text = sk_str_from(text, n);
    }
    *one = sk_buf_str(&out);
    return sk_ok();
}

static void
idna_close(UIDNA **idna)
{
    uidna_close(*idna);
}

sk_err
personal_text_domain(sk_str *ascii, sk_arena *mem, sk_str domain)
{
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    char *out = sk_alloc(mem, DOMAIN_MAX + 1);

    if (domain.n == 0 || domain.n > DOMAIN_MAX * 4) return sk_fail(SK_BAD, "no domain");
    DEFER(idna_close)
    UIDNA *idna = uidna_openUTS46(UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                                      UIDNA_NONTRANSITIONAL_TO_ASCII,
                                  &status);
    if (U_FAILURE(status)) return sk_fail(SK_BROKEN, "UTS 46: %s", u_errorName(status));
    int32_t n = uidna_nameToASCII_UTF8(idna, domain.p, (int32_t)domain.n, out, DOMAIN_MAX + 1,
                                       &info, &status);
    if (U_FAILURE(status) || info.errors || n < 1 || n > DOMAIN_MAX)
        return sk_fail(SK_BAD, "no domain");
    *ascii = (sk_str){ out, (size_t)n };
    return sk_ok();
}
