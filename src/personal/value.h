/* How values of each kind are read, for personal_read() alone. A reader gets a text of UTF-8 within
 * the kind's length, and fills in shown, compared and digits, or says why it does not fit. */
#ifndef SK_PERSONAL_VALUE_H
#define SK_PERSONAL_VALUE_H

#include "personal/personal.h"

/* SK_BAD, with the row in value->unfit. */
sk_err personal_does_not_fit(struct personal_value *value, enum personal_unfit why) SK_CHECKED;

typedef sk_err personal_reader(struct personal_value *value, sk_arena *mem, sk_str typed);
personal_reader personal_read_name, personal_read_reading, personal_read_phone, personal_read_email,
    personal_read_address, personal_read_birthday, personal_read_bank, personal_read_note;

/* "+" and digits of a number as it is typed; in *groups the same with a hyphen for whatever stood
 * between. False: there is another sign in it. */
bool personal_phone_digits(sk_str *digits, sk_str *groups, sk_arena *mem, sk_str typed);
/* The national form of +81...: 090...; others as they are. */
sk_str personal_phone_national(sk_arena *mem, sk_str digits);

#endif
