/* The handlers of the pages below /.sekisho/REALM/, for the table of routes. */
#ifndef SK_ACCOUNTS_PAGES_H
#define SK_ACCOUNTS_PAGES_H

#include "accounts/page.h"

part_handler accounts_sign_in_get, accounts_sign_in_post, accounts_sign_out;
part_handler accounts_code_get, accounts_code_post, accounts_code_enter_get,
    accounts_code_enter_post;
part_handler accounts_mine_get, accounts_end_post;
part_handler accounts_password_get, accounts_password_post;
part_handler accounts_forgot_get, accounts_forgot_post;
part_handler accounts_reset_get, accounts_reset_post;
part_handler accounts_unlock_get, accounts_unlock_post;
part_handler accounts_stop_get, accounts_stop_post;

/* --- second factors --- */

part_handler accounts_second_get, accounts_second_post;
part_handler accounts_again_get, accounts_again_post;
part_handler accounts_factors_get, accounts_factors_change_post;
part_handler accounts_app_get, accounts_app_post;
part_handler accounts_codes_get, accounts_codes_post;
part_handler accounts_passkey_add_get, accounts_passkey_add_post;
part_handler accounts_passkey_in_get, accounts_passkey_in_post;

part_handler accounts_invite_get, accounts_invite_post;
part_handler accounts_sign_up_get, accounts_sign_up_post, accounts_sign_up_code_get,
    accounts_sign_up_code_post, accounts_join_get, accounts_join_post;
part_handler accounts_leave_get, accounts_leave_post;

/* Whether it is the password of the account that has signed in. Counted like a sign-in: a stolen
 * session must not be a way to guess. */
sk_err accounts_page_password(bool *right, struct accounts_page *page,
                              const struct account *account, sk_str typed) SK_CHECKED;
/* Status and notice of a sign-in that led nowhere. */
void accounts_page_refuse(struct accounts_page *page, const struct accounts_signed *s);

#endif
