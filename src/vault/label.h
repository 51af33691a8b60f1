/* A shipping label: one page of A6 with the receiver, the sender and the parcel's code. */
#ifndef SK_VAULT_LABEL_H
#define SK_VAULT_LABEL_H

#include "base/str.h"

enum { VAULT_CODE_MAX = 64, VAULT_SENDER_MAX = 400, VAULT_NOTE_MAX = 200 };

/* UTF-8; any but the code may be empty. Lines end with \n. */
struct vault_label {
    sk_str name, address, phone; /* the receiver's */
    sk_str from, note;
    sk_str code; /* of the parcel: letters, digits and - only */
};

/* The file's bytes. SK_BAD: a text is longer than may be, or the code is none; SK_FULL: the address
 * does not fit; SK_MISSING: the font. *missing: characters that the font does not have. */
sk_err vault_label_make(sk_str *pdf, unsigned *missing, sk_arena *mem,
                        const struct vault_label *label) SK_CHECKED;

#endif
