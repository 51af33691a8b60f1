/* Questions to accounts, and how people are shown. Who may ask what, accounts decides. */
#ifndef SK_CONSOLE_PEOPLE_H
#define SK_CONSOLE_PEOPLE_H

#include "console/ask.h"

/* POST /v1/VERB ("accounts/list") with one JSON object. `write` adds members to it; NULL: none. */
sk_err people_ask(sk_json **root, struct console_visit *visit, const char *verb,
                  void (*write)(void *ctx, struct sk_json_writer *w), void *ctx) SK_CHECKED;
/* The same with texts as members, a list of name and value that ends with name NULL; empty values
 * are left out. */
struct people_text {
    const char *name;
    sk_str value;
};
sk_err people_ask_texts(sk_json **root, struct console_visit *visit, const char *verb,
                        const struct people_text *texts) SK_CHECKED;

/* Sets what is shown of an account: id, who (name or masked address), realm, tenant, role, chip,
 * seen, made. */
void people_show(struct console_visit *visit, struct part_value *row, const sk_json *account);
/* "merchant" in the reader's words. */
sk_str people_realm(const struct console_visit *visit, sk_str realm);
/* Sets the list `realms` (key, word, chosen), with an empty first choice. */
void people_realms_show(struct console_visit *visit, sk_str chosen);

/* Sets the list `screens` (key, word, chosen): accounts' catalogue of what a sub-administrator may
 * be given. `is_chosen` says which are ticked. */
sk_err people_screens_show(struct console_visit *visit,
                           bool (*is_chosen)(const void *ctx, sk_str screen),
                           const void *ctx) SK_CHECKED;
/* Writes the screens that a form has ticked as the array `screens`. */
void people_screens_write(struct sk_json_writer *w, const struct part_form *form);

/* An id of accounts' form: a prefix and 20 characters. */
bool people_is_id(sk_str id, const char *prefix);

#endif
