/* Accept-Language and Accept: see accept.h. */
#include "gate/accept.h"

/* The weight in thousandths; what is no weight counts as 0, so that it is not preferred. */
static unsigned
weight(sk_str parameters)
{
    sk_str part;
    unsigned q = 1000;

    while (sk_str_cut(&part, &parameters, ';')) {
        unsigned scale = 1000;

        part = sk_str_trim(part);
        if (!sk_str_starts_nocase(part, SK_STR("q="))) continue;
        q = 0;
        for (size_t i = 2; i < part.n && scale > 0; i++) {
            if (part.p[i] == '.' && i == 3) continue;
            if (part.p[i] < '0' || part.p[i] > '9') return 0;
            q += scale * (unsigned)(part.p[i] - '0');
            scale /= 10;
        }
    }
    return q > 1000 ? 1000 : q;
}

/* Takes the next member: what is asked for and how much of it. */
static bool
member(sk_str *what, unsigned *q, sk_str *header)
{
    sk_str item;

    if (!sk_str_cut(&item, header, ',')) return false;
    sk_str_cut(what, &item, ';');
    *what = sk_str_trim(*what);
    *q = item.p ? weight(item) : 1000;
    return true;
}

/* "ja" and "ja-JP" are Japanese, "jam" is not. */
static bool
is_language(sk_str tag, sk_str language)
{
    if (!sk_str_starts_nocase(tag, language)) return false;
    return tag.n == language.n || tag.p[language.n] == '-';
}

enum gate_language
gate_accept_language(sk_str header)
{
    static const sk_str names[GATE_LANGUAGES] = { { "ja", 2 }, { "en", 2 } };
    int best[GATE_LANGUAGES] = { -1, -1 }, star = -1;
    enum gate_language first = GATE_JA;
    sk_str tag;
    unsigned q;

    if (sk_str_trim(header).n == 0) return GATE_JA;
    for (unsigned i = 0; i < GATE_ACCEPT_MOST && member(&tag, &q, &header); i++) {
        if (sk_str_eq(tag, SK_STR("*"))) star = (int)q;
        for (unsigned l = 0; l < GATE_LANGUAGES; l++) {
            if (!is_language(tag, names[l])) continue;
            if (best[GATE_JA] < 0 && best[GATE_EN] < 0) first = (enum gate_language)l;
            if (best[l] < (int)q) best[l] = (int)q;
        }
    }
    for (unsigned l = 0; l < GATE_LANGUAGES; l++)
        if (best[l] < 0) best[l] = star;
    if (best[GATE_JA] <= 0 && best[GATE_EN] <= 0) return GATE_EN;
    if (best[GATE_JA] == best[GATE_EN]) return first;
    return best[GATE_JA] > best[GATE_EN] ? GATE_JA : GATE_EN;
}

bool
gate_accept_json(sk_str header)
{
    unsigned json = 0, html = 0, q;
    sk_str type;

    for (unsigned i = 0; i < GATE_ACCEPT_MOST && member(&type, &q, &header); i++) {
        if (sk_str_eq_nocase(type, SK_STR("application/json")) ||
            sk_str_eq_nocase(type, SK_STR("application/problem+json"))) {
            if (q > json) json = q;
        } else if (sk_str_eq_nocase(type, SK_STR("text/html")) ||
                   sk_str_eq_nocase(type, SK_STR("application/xhtml+xml"))) {
            if (q > html) html = q;
        }
    }
    return json > html;
}
