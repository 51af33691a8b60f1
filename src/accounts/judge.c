#include "accounts/judge.h"

#include "accounts/password.h"
#include "accounts/password_rule.h"

/* "{least}" and "{most}" of the rule's words. */
static sk_str
fill(const struct accounts_page *page, sk_str words, bool alone)
{
    struct sk_buf out = { .mem = page->mem };
    for (size_t at; (at = sk_str_find_byte(words, '{')) != SIZE_MAX;) {
        size_t end = sk_str_find_byte(sk_str_from(words, at), '}');
        if (end == SIZE_MAX) break;
        bool least = sk_str_eq(sk_str_first(sk_str_from(words, at + 1), end - 1), SK_STR("least"));
        sk_buf_add(&out, sk_str_first(words, at));
        sk_buf_printf(&out, "%zu",
                      least ? accounts_password_least(alone) : (size_t)ACCOUNTS_PASSWORD_MOST);
        words = sk_str_from(words, at + end + 1);
    }
    sk_buf_add(&out, words);
    return sk_buf_str(&out);
}

static void
judge(sk_str *fault, const struct accounts_page *page, const struct accounts_password_ask *ask)
{
    enum accounts_password_fault f = accounts_password_judge(page->house->rules, ask);
    *fault = (sk_str){ 0 };
    if (f != ACCOUNTS_PASSWORD_GOOD)
        *fault = fill(page, accounts_words(page, accounts_password_words[f]), ask->alone);
}

sk_err
accounts_judge(sk_str *fault, const struct accounts_page *page, const struct account *account,
               sk_str password, bool alone)
{
    sk_str own[4] = { [2] = account->tenant, [3] = page->visitor.site->url };
    struct accounts_password_ask ask = {
        .password = password, .alone = alone, .own = own, .own_count = sizeof own / sizeof *own
    };
    TRY(accounts_account_email(&own[0], page->mem, page->house->keys, account));
    TRY(accounts_account_name(&own[1], page->mem, page->house->keys, account));
    judge(fault, page, &ask);
    return sk_ok();
}

void
accounts_judge_new(sk_str *fault, const struct accounts_page *page, sk_str email, sk_str password,
                   bool alone)
{
    sk_str own[2] = { email, page->visitor.site->url };
    struct accounts_password_ask ask = {
        .password = password, .alone = alone, .own = own, .own_count = sizeof own / sizeof *own
    };
    judge(fault, page, &ask);
}
