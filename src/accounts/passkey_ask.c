#include "accounts/passkey_ask.h"

#include "accounts/challenge.h"

/* "https://shop.example:8443" gives "shop.example". */
sk_str
accounts_passkey_rp(const struct accounts_page *page)
{
    sk_str host = page->visitor.site->url, scheme = SK_STR("https://");
    if (sk_str_starts(host, scheme)) host = sk_str_from(host, scheme.n);
    return sk_str_first(host, sk_str_find_byte(host, ':'));
}

static sk_str
purpose_of(const struct accounts_page *page, const char *ceremony)
{
    return sk_str_printf(page->mem, "passkey.%s", ceremony);
}

sk_err
accounts_passkey_show(struct accounts_page *page, const char *ceremony, sk_str binding,
                      const sk_str *ids, size_t count, bool verified)
{
    struct part_value *v = part_set_object(page->view.values, "passkey");
    struct sk_buf list = { .mem = page->mem };
    sk_str challenge;
    TRY(accounts_challenge_new(&challenge, page->mem, page->house->keys,
                               purpose_of(page, ceremony).p, binding, page->visitor.now));
    for (size_t i = 0; i < count; i++) {
        if (i) sk_buf_byte(&list, ' ');
        sk_buf_add(&list, ids[i]);
    }
    part_set_text(v, "ceremony", sk_str_of(ceremony));
    part_set_text(v, "challenge", challenge);
    part_set_text(v, "rp", accounts_passkey_rp(page));
    part_set_text(v, "ids", sk_buf_str(&list));
    part_set_text(v, "verified", verified ? SK_STR("required") : SK_STR("preferred"));
    return sk_ok();
}

sk_err
accounts_passkey_asked(struct accounts_passkey_ask *ask, const struct accounts_page *page,
                       const char *ceremony, sk_str binding, bool verified)
{
    *ask = (struct accounts_passkey_ask){ .rp = accounts_passkey_rp(page),
                                          .origin = page->visitor.site->url,
                                          .challenge = accounts_page_field(page, "challenge"),
                                          .verified = verified };
    return accounts_challenge_check(page->house->keys, purpose_of(page, ceremony).p, binding,
                                    ask->challenge, page->visitor.now);
}
