/* What people type: application/x-www-form-urlencoded text read strictly, and fields checked
 * against a table. https://url.spec.whatwg.org/#urlencoded-parsing, RFC 3629 (UTF-8). */
#ifndef SK_PART_FORM_H
#define SK_PART_FORM_H

#include "base/str.h"

enum { PART_FORM_FIELDS_MAX = 64, PART_FORM_NAME_MAX = 64, PART_FIELD_ROWS_MAX = 16 };

struct part_form_field {
    sk_str name, value;
};

struct part_form {
    size_t count;
    struct part_form_field field[PART_FORM_FIELDS_MAX];
};

/* Decodes `text` ("a=1&b=%E8%8C%B6"). SK_BAD for a broken %-escape, text that is not UTF-8 or a
 * control character other than tab and line ends; SK_FULL above PART_FORM_FIELDS_MAX fields or
 * PART_FORM_NAME_MAX bytes of name. Values are on `mem`. */
sk_err part_form_read(struct part_form *form, sk_arena *mem, sk_str text) SK_CHECKED;
/* The value of the first field of that name; empty when there is none. Borrowed. */
sk_str part_form_get(const struct part_form *form, const char *name);
/* How often the name occurs. */
size_t part_form_count(const struct part_form *form, const char *name);

/* Decodes %XX; '+' is a blank when `plus`. SK_BAD as part_form_read. */
sk_err part_percent_decode(sk_str *plain, sk_arena *mem, sk_str text, bool plus) SK_CHECKED;
/* Valid UTF-8 without control characters (C0, DEL, C1, and the bidirectional overrides that make
 * text read otherwise than it is stored). With `lines`, tab and line ends are allowed. */
bool part_text_clean(sk_str text, bool lines);

enum part_field_kind {
    PART_FIELD_LINE,
    PART_FIELD_LINES,
    PART_FIELD_EMAIL,
    PART_FIELD_PHONE,
    PART_FIELD_KINDS
};

/* local@domain in ASCII with a dot in the domain: as HTML's "valid e-mail address". */
bool part_email_valid(sk_str address);

/* One row of a form's table. Lengths count characters, after blanks at both ends are cut and line
 * ends made \n. */
struct part_field {
    const char *name;
    enum part_field_kind kind;
    size_t most;
    bool required;
};

enum part_field_fault {
    PART_FIELD_OK,
    PART_FIELD_EMPTY,
    PART_FIELD_LONG,
    PART_FIELD_FORMAT,
    PART_FIELD_TWICE,
    PART_FIELD_FAULTS
};

struct part_field_answer {
    sk_str value; /* as it is to be stored, also when faulty so that it can be shown again */
    enum part_field_fault fault;
};

/* Checks every row; returns how many are faulty. `answers` has a place for each row. */
size_t part_form_check(struct part_field_answer *answers, sk_arena *mem,
                       const struct part_form *form, const struct part_field *rows, size_t count);

#endif
