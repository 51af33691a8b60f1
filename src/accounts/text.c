#include "accounts/text.h"

#include "base/utf8.h"

#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* NFKC makes at most 18 UTF-16 units of one (UAX #15, "Stability of normalized forms": U+FDFA). */
enum { GROWTH = 18, DOMAIN_MAX = 253 };

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
utf8_of(sk_str *text, sk_arena *mem, const struct units *units)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t room = units->n * 3 + 1, n = 0;
    char *out = sk_alloc(mem, (size_t)room);

    u_strToUTF8(out, room, &n, units->p, units->n, &status);
    if (U_FAILURE(status)) return sk_fail(SK_BROKEN, "UTF-16: %s", u_errorName(status));
    *text = (sk_str){ out, (size_t)n };
    return sk_ok();
}

sk_err
accounts_text_nfkc(sk_str *one, sk_arena *mem, sk_str text)
{
    DEFER(units_wipe) struct units in = { 0 };
    DEFER(units_wipe) struct units out = { 0 };
    UErrorCode status = U_ZERO_ERROR;

    if (text.n > ACCOUNTS_TEXT_MAX) return sk_fail(SK_FULL, "a text too long");
    if (!sk_utf8_valid(text)) return sk_fail(SK_BAD, "not UTF-8");
    const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&status);
    if (U_FAILURE(status)) return sk_fail(SK_BROKEN, "NFKC: %s", u_errorName(status));
    units_of(&in, mem, text);
    int32_t room = in.n * GROWTH + 1;
    out.p = sk_array(mem, (size_t)room, sizeof *out.p);
    out.n = unorm2_normalize(nfkc, in.p, in.n, out.p, room, &status);
    if (U_FAILURE(status)) return sk_fail(SK_BROKEN, "NFKC: %s", u_errorName(status));
    return utf8_of(one, mem, &out);
}

static void
idna_close(UIDNA **idna)
{
    uidna_close(*idna);
}

sk_err
accounts_text_domain(sk_str *ascii, sk_arena *mem, sk_str domain)
{
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    char *out = sk_alloc(mem, DOMAIN_MAX + 1);

    if (domain.n == 0 || domain.n > ACCOUNTS_TEXT_MAX) return sk_fail(SK_BAD, "no domain");
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
