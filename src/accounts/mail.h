/* Letters to the owners of accounts, in their language: share:src/accounts/mail/{ja,en}.json has
 * NAME.subject and NAME.text for each, with {name}s in them. */
#ifndef SK_ACCOUNTS_MAIL_H
#define SK_ACCOUNTS_MAIL_H

#include "accounts/house.h"
#include "accounts/letter.h"

void accounts_letter_fill(struct accounts_letter *letter, const char *name, sk_str value);
/* "https://shop.example/.sekisho/buyer/unlock?link_token=TOKEN" */
sk_str accounts_letter_link(sk_arena *mem, const struct accounts_site *site,
                            enum accounts_realm realm, const char *page, sk_str token);
/* Subject or text with its fills. SK_BROKEN: there are no such words. */
sk_err accounts_letter_write(sk_str *text, sk_arena *mem, const struct accounts *house,
                             enum part_lang lang, const struct accounts_letter *letter,
                             const char *part) SK_CHECKED;
/* The message that a letter to an account's owner is; its texts lie on `mem`. */
sk_err accounts_letter_make(struct post_message *message, sk_arena *mem,
                            const struct accounts *house, const struct account *to,
                            const struct accounts_letter *letter) SK_CHECKED;
/* The same to an address that is no account's (yet). */
sk_err accounts_letter_send_to(const struct accounts *house, sk_arena *mem, sk_str address,
                               enum part_lang lang,
                               const struct accounts_letter *letter) SK_CHECKED;
/* Opens the owner's address and hands the letter to post; success: it is on disk there. */
sk_err accounts_letter_send(const struct accounts *house, sk_arena *mem, const struct account *to,
                            const struct accounts_letter *letter) SK_CHECKED;

#endif
