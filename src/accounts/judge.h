/* Whether a new password is good enough for its account, in words for the form. */
#ifndef SK_ACCOUNTS_JUDGE_H
#define SK_ACCOUNTS_JUDGE_H

#include "accounts/page.h"

/* *fault is empty when it is; `alone`: no second factor stands beside it. */
sk_err accounts_judge(sk_str *fault, const struct accounts_page *page,
                      const struct account *account, sk_str password, bool alone) SK_CHECKED;

/* The same for somebody who has no account yet, but an address. */
void accounts_judge_new(sk_str *fault, const struct accounts_page *page, sk_str email,
                        sk_str password, bool alone);

#endif
