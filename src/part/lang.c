#include "part/lang.h"

#include "part/http.h"

const char *const part_lang_names[PART_LANGS] = { "ja", "en" };

bool
part_lang_find(enum part_lang *lang, sk_str name)
{
    for (int i = 0; i < PART_LANGS; i++) {
        if (!sk_str_eq_nocase(name, sk_str_of(part_lang_names[i]))) continue;
        *lang = (enum part_lang)i;
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

enum part_lang
part_lang_accept(sk_str header)
{
    int best[PART_LANGS] = { 0 };
    sk_str range, rest = header;
    while (sk_str_cut(&range, &rest, ',')) {
        sk_str tag, primary, parameter = range;
        enum part_lang lang;
        sk_str_cut(&tag, &parameter, ';');
        tag = sk_str_trim(tag);
        sk_str_cut(&primary, &tag, '-');
        if (!part_lang_find(&lang, primary)) continue;
        int q = weight(parameter);
        if (q > best[lang]) best[lang] = q;
    }
    if (best[PART_JA] == 0 && best[PART_EN] == 0)
        return sk_str_trim(header).n && !sk_str_eq(sk_str_trim(header), SK_STR("*")) ? PART_EN
                                                                                     : PART_JA;
    return best[PART_EN] > best[PART_JA] ? PART_EN : PART_JA;
}

static enum part_lang
choose(struct part_response *response, const struct part_request *request)
{
    enum part_lang lang;
    if (part_lang_find(&lang, part_form_get(&request->query, "lang"))) {
        part_response_header(response, "Set-Cookie",
                             sk_str_printf(request->mem,
                                           "lang=%s; Path=/; Max-Age=31536000; Secure; HttpOnly; "
                                           "SameSite=Lax",
                                           part_lang_names[lang]));
        return lang;
    }
    if (part_lang_find(&lang, part_request_cookie(request, "lang"))) return lang;
    return part_lang_accept(part_request_header(request, "Accept-Language"));
}

enum part_lang
part_lang_choose(struct part_response *response, const struct part_request *request)
{
    enum part_lang lang = choose(response, request);
    part_response_header(response, "Content-Language", sk_str_of(part_lang_names[lang]));
    part_response_header(response, "Vary", SK_STR("Accept-Language, Cookie"));
    return lang;
}
