/* What a buyer writes to a shop. */
#ifndef SK_SHOP_CONTACT_H
#define SK_SHOP_CONTACT_H

#include "base/when.h"
#include "part/form.h"
#include "part/lang.h"
#include "part/store.h"

enum { SHOP_CONTACT_PER_HOUR = 500 }; /* of one shop; beyond it the store is safer shut */
/* Behind the gate what is personal here arrives, and is stored, as tokens: docs/notes/026. */

enum shop_contact_field {
    SHOP_CONTACT_NAME,
    SHOP_CONTACT_EMAIL,
    SHOP_CONTACT_PHONE,
    SHOP_CONTACT_SUBJECT,
    SHOP_CONTACT_MESSAGE,
    SHOP_CONTACT_TRAP, /* hidden from people; whoever fills it in is a program */
    SHOP_CONTACT_FIELDS
};

extern const struct part_field shop_contact_fields[SHOP_CONTACT_FIELDS];

struct shop_contact {
    int64_t tenant;
    enum part_lang lang;
    sk_when at;
    sk_str request; /* id */
    struct part_field_answer answer[SHOP_CONTACT_FIELDS];
};

/* Stores a checked message in one transaction; *number ("7Q3K-M9XP") is what the writer is told.
 * SK_BUSY above SHOP_CONTACT_PER_HOUR. */
sk_err shop_contact_store(sk_str *number, sk_arena *mem, struct part_store *store,
                          const struct shop_contact *contact) SK_CHECKED;
/* Who wrote: tokens, or empty where the store has something else, which is not shown to whoever
 * knows a number. */
struct shop_contact_writer {
    sk_str name, email;
};
/* Of the message of that number for that shop; SK_MISSING: there is none. */
sk_err shop_contact_find(struct shop_contact_writer *writer, sk_arena *mem,
                         struct part_store *store, int64_t tenant, sk_str number) SK_CHECKED;

#endif
