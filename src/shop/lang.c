#include "shop/lang.h"

const char *const shop_lang_names[SHOP_LANGS] = { "ja", "en" };

bool
shop_lang_find(enum shop_lang *lang, sk_str name)
{
    for (int i = 0; i < SHOP_LANGS; i++) {
        if (!sk_str_eq_nocase(name, sk_str_of(shop_lang_names[i]))) continue;
        *lang = (enum shop_lang)i;
        return true;
    }
    return false;
}

/* "q=0.8" to 800; 1000 when there is none or it is not one. */
static int
weight(sk_str parameter)
{
    static const int place[] = { 100, 10, 1 };
    sk_str q = sk_str_trim(parameter);
    int value = 0;
    if (!sk_str_starts_nocase(q, SK_STR("q=")) || q.n < 3 || q.p[2] != '0') return 1000;
    for (size_t i = 4; i < q.n && i < 7; i++)
        if (q.p[i] >= '0' && q.p[i] <= '9') value += (q.p[i] - '0') * place[i - 4];
    return value;
}

enum shop_lang
shop_lang_accept(sk_str header)
{
    int best[SHOP_LANGS] = { 0 };
    sk_str range, rest = header;
    while (sk_str_cut(&range, &rest, ',')) {
        sk_str tag, primary, parameter = range;
        enum shop_lang lang;
        sk_str_cut(&tag, &parameter, ';');
        tag = sk_str_trim(tag);
        sk_str_cut(&primary, &tag, '-');
        if (!shop_lang_find(&lang, primary)) continue;
        int q = weight(parameter);
        if (q > best[lang]) best[lang] = q;
    }
    if (best[SHOP_JA] == 0 && best[SHOP_EN] == 0)
        return sk_str_trim(header).n && !sk_str_eq(sk_str_trim(header), SK_STR("*")) ? SHOP_EN
                                                                                     : SHOP_JA;
    return best[SHOP_EN] > best[SHOP_JA] ? SHOP_EN : SHOP_JA;
}
