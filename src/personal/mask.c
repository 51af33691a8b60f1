/* Masks: enough for a person at a telephone to say "yes, that is mine", not enough to find out
 * whose it is.
 *
 *     kind      mask                why no more
 *     name      山＊＊              one letter; how long the name is stays untold
 *     reading   ヤ＊＊              the same
 *     phone     090-****-1234       the prefix tells nothing, four digits leave 10,000 numbers
 *               0*-****-1234        an area code is a town: with four digits one household
 *               +****1234           of other countries
 *     email     t***@gmail.com      where millions have an address; else the domain is a name:
 *               t***@***.jp
 *     address   東京都＊＊＊        no town: the smallest has 160 people; no postal code either
 *     birthday  1980-**-**
 *     bank      ****-***-*-*****67  neither bank nor branch, which together are a district
 *     note      ＊＊＊              whatever it says
 *
 * A mask is made of the shown form. What has not that form is ＊＊＊. */
#include "personal/personal.h"

#include "base/utf8.h"

#define STARS "＊＊＊"

/* Where so many have their mail that the domain tells nothing. */
static const char *const crowds[] = {
    "gmail.com",      "yahoo.co.jp",   "icloud.com", "docomo.ne.jp", "ezweb.ne.jp", "au.com",
    "softbank.ne.jp", "i.softbank.jp", "outlook.jp", "outlook.com",  "hotmail.com", "hotmail.co.jp",
    "ymail.ne.jp",    "me.com",        "live.jp",    "yahoo.com",    "rakumail.jp",
};

static const char *const prefectures[] = {
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県",   "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県",   "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県",   "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
};

static void
mask_all(struct sk_buf *out, sk_str shown)
{
    (void)shown;
    sk_buf_add(out, SK_STR(STARS));
}

static void
mask_name(struct sk_buf *out, sk_str shown)
{
    uint32_t code;

    sk_buf_add(out, sk_str_first(shown, sk_utf8_decode(&code, shown)));
    sk_buf_add(out, SK_STR("＊＊"));
}

static void
mask_phone(struct sk_buf *out, sk_str shown)
{
    enum { LAST = 4 };

    if (shown.n < 8 || !(shown.p[0] == '0' || shown.p[0] == '+')) {
        mask_all(out, shown);
        return;
    }
    bool anywhere = shown.p[0] == '0' && shown.p[2] == '0' && shown.p[1] >= '5';
    if (shown.p[0] == '+')
        sk_buf_add(out, SK_STR("+****"));
    else if (anywhere)
        sk_buf_printf(out, "%.3s-****-", shown.p);
    else
        sk_buf_add(out, SK_STR("0*-****-"));
    sk_buf_add(out, sk_str_from(shown, shown.n - LAST));
}

static bool
is_crowd(sk_str domain)
{
    for (size_t i = 0; i < sizeof crowds / sizeof *crowds; i++)
        if (sk_str_eq(domain, sk_str_of(crowds[i]))) return true;
    return false;
}

static void
mask_email(struct sk_buf *out, sk_str shown)
{
    size_t at = sk_str_find_byte(shown, '@');

    if (at == SIZE_MAX || at == 0) {
        mask_all(out, shown);
        return;
    }
    sk_str domain = sk_str_from(shown, at + 1), last = { 0 };
    sk_buf_printf(out, "%c***@", shown.p[0]);
    if (is_crowd(domain)) {
        sk_buf_add(out, domain);
        return;
    }
    while (sk_str_cut(&last, &domain, '.'))
        continue;
    sk_buf_printf(out, "***.%.*s", SK_ARG(last));
}

static void
mask_address(struct sk_buf *out, sk_str shown)
{
    size_t first = SIZE_MAX;
    sk_str name = { 0 };

    for (size_t i = 0; i < sizeof prefectures / sizeof *prefectures; i++) {
        size_t at = sk_str_find(shown, sk_str_of(prefectures[i]));
        if (at >= first) continue;
        first = at;
        name = sk_str_of(prefectures[i]);
    }
    sk_buf_add(out, name);
    mask_all(out, shown);
}

static void
mask_birthday(struct sk_buf *out, sk_str shown)
{
    if (shown.n != 10 || shown.p[4] != '-')
        mask_all(out, shown);
    else
        sk_buf_printf(out, "%.4s-**-**", shown.p);
}

static void
mask_bank(struct sk_buf *out, sk_str shown)
{
    enum { NUMBERS = 18 }; /* 0001-001-1-1234567 */

    if (shown.n < NUMBERS || shown.p[NUMBERS - 8] != '-')
        mask_all(out, shown);
    else
        sk_buf_printf(out, "****-***-*-*****%.2s", shown.p + NUMBERS - 2);
}

static void (*const masks[PERSONAL_KINDS])(struct sk_buf *out, sk_str shown) = {
    [PERSONAL_NAME] = mask_name,       [PERSONAL_READING] = mask_name,
    [PERSONAL_PHONE] = mask_phone,     [PERSONAL_EMAIL] = mask_email,
    [PERSONAL_ADDRESS] = mask_address, [PERSONAL_BIRTHDAY] = mask_birthday,
    [PERSONAL_BANK] = mask_bank,       [PERSONAL_NOTE] = mask_all,
};

void
personal_mask(struct sk_buf *out, enum personal_kind kind, sk_str shown)
{
    if (kind > PERSONAL_NONE && kind < PERSONAL_KINDS)
        masks[kind](out, shown);
    else
        mask_all(out, shown);
}
