/* What people type about themselves: whatever is taken is ASCII that can stand in a mail's head or
 * a gateway's request, and reading it again gives the same. */
#include "accounts/address.h"
#include "accounts/digits.h"
#include "personal/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds) __builtin_trap();
}

static void
email_check(sk_arena *mem, sk_str text)
{
    struct accounts_email email, again;

    if (sk_failed(accounts_email_read(&email, mem, text))) return;
    require(email.shown.n <= ACCOUNTS_EMAIL_MAX);
    for (size_t i = 0; i < email.shown.n; i++)
        require(email.shown.p[i] > ' ' && email.shown.p[i] < 0x7f);
    require(!sk_failed(accounts_email_read(&again, mem, email.shown)));
    require(sk_str_eq(again.shown, email.shown) && sk_str_eq(again.same, email.same));
    accounts_email_mask(mem, email.shown);
}

static void
phone_check(sk_arena *mem, sk_str text)
{
    struct accounts_phone phone, again;

    if (sk_failed(accounts_phone_read(&phone, mem, text))) return;
    require(phone.e164.p[0] == '+' && phone.e164.n <= ACCOUNTS_PHONE_MAX + 1);
    for (size_t i = 1; i < phone.e164.n; i++)
        require(phone.e164.p[i] >= '0' && phone.e164.p[i] <= '9');
    require(!sk_failed(accounts_phone_read(&again, mem, phone.e164)));
    require(sk_str_eq(again.e164, phone.e164) && again.can == phone.can);
    accounts_phone_mask(mem, phone.e164);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str text = { (const char *)data, size }, one, again;

    email_check(mem, text);
    phone_check(mem, text);
    require(accounts_digits_read(mem, text).n <= ACCOUNTS_TYPED_MAX * 3);
    require(accounts_base32_read(mem, text).n <= ACCOUNTS_TYPED_MAX * 3);
    if (!sk_failed(personal_text_nfkc(&one, mem, text)) && one.n <= PERSONAL_TEXT_MAX)
        require(!sk_failed(personal_text_nfkc(&again, mem, one)) && sk_str_eq(one, again));
    sk_arena_free(mem);
    return 0;
}
