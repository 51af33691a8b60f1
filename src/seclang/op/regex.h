/* The syntax of PCRE2 patterns (pcre2pattern(3), 10.42), as far as filters and the tree need it:
 * what a part of a pattern must find, not how it is matched. Anything not surely understood sets
 * `unsure`. */
#ifndef SECLANG_OP_REGEX_H
#define SECLANG_OP_REGEX_H

#include "base/bytes.h"

enum { SECLANG_REGEX_DEPTH = 100 };     /* groups in groups */
#define SECLANG_REGEX_NO_END UINT32_MAX /* of a quantifier without a most */

struct seclang_regex {
    sk_str text;
    size_t at;
    bool fold;     /* (?i) */
    bool extended; /* (?x) */
    bool quoted;   /* behind \Q */
    unsigned depth;
    bool lines;  /* (?m) somewhere: ^ and $ are not only the ends */
    bool narrow; /* matches less than its parts say: (?>a), a++, (?-s) */
    bool unsure; /* nothing is known any more about the whole pattern */
};

enum seclang_regex_kind {
    SECLANG_REGEX_BYTES,   /* one byte of `set` */
    SECLANG_REGEX_ANY,     /* one byte or more; if `set` is not empty, one of it is among them */
    SECLANG_REGEX_UNKNOWN, /* any text or none: a back reference */
    SECLANG_REGEX_NOTHING  /* an assertion: no text */
};

/* One escape or class: what it takes. `code` is its byte where it is a single one, else -1; '.' of
 * ANY where it is exactly one byte; of NOTHING which assertion, by its letter (^ $ b B A z), 0 for
 * none at all, -1 for one of which nothing is known. */
struct seclang_regex_atom {
    enum seclang_regex_kind kind;
    struct sk_bytes set;
    int code;
};

/* The next byte, or -1 at the end. */
static inline int
seclang_regex_peek(const struct seclang_regex *r, size_t ahead)
{
    return r->at + ahead < r->text.n ? (unsigned char)r->text.p[r->at + ahead] : -1;
}

static inline bool
seclang_regex_is(const struct seclang_regex *r, sk_str what)
{
    return sk_str_starts(sk_str_from(r->text, r->at), what);
}

/* Passes over `what` if it is there. */
static inline bool
seclang_regex_skip(struct seclang_regex *r, sk_str what)
{
    if (!seclang_regex_is(r, what)) return false;
    r->at += what.n;
    return true;
}

/* ── regex_syntax.c: around the atoms ── */

struct seclang_regex_times {
    uint32_t least, most; /* most: SECLANG_REGEX_NO_END of * and + */
    bool possessive;
};
/* Behind "(?": what kind of group. */
struct seclang_regex_group {
    bool counts;  /* its text is part of the match */
    bool must;    /* what it asks for must be there */
    bool atomic;  /* never gone back into */
    bool options; /* (?i): the rest of the group around it */
    bool empty;   /* a subroutine call, a comment: closed already */
};

/* Comments, blanks under (?x), quotation marks: they may stand before a quantifier too. */
void seclang_regex_skip_ignored(struct seclang_regex *r);
/* One quantifier with its ? or + and what is ignored behind it; false: there is none. */
bool seclang_regex_quantifier(struct seclang_regex_times *times, struct seclang_regex *r);
/* Behind "(?"; `options` leaves the reader at the : or ) behind them. */
struct seclang_regex_group seclang_regex_group(struct seclang_regex *r);
/* The group's closing bracket; unsure when it is not there. */
void seclang_regex_close(struct seclang_regex *r);

/* Behind the next `end`; unsure when there is none. */
void seclang_regex_skip_to(struct seclang_regex *r, char end);
/* A single byte, in both cases under (?i). */
struct seclang_regex_atom seclang_regex_byte(const struct seclang_regex *r, unsigned char c);
/* regex_escape.c: at the byte behind the backslash. */
struct seclang_regex_atom seclang_regex_escape(struct seclang_regex *r, bool in_class);
/* regex_class.c: behind the opening bracket. */
struct seclang_regex_atom seclang_regex_class(struct seclang_regex *r);
void seclang_regex_fold(struct sk_bytes *set);

#endif
