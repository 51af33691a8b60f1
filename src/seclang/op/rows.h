/* The functions behind the table of operators, and what they share. Semantics are those of
 * mod_security 2.9 (Reference Manual v2.x, "Operators"); each file says where not. */
#ifndef SECLANG_OP_ROWS_H
#define SECLANG_OP_ROWS_H

#include "seclang/op/op.h"

#define SECLANG_OP_COMPILE(name)                                                                   \
    sk_err seclang_op_##name##_compile(void **state, sk_arena *mem,                                \
                                       const struct seclang_op_place *place, sk_str argument,      \
                                       bool has_macro)
#define SECLANG_OP_RUN(name)                                                                       \
    bool seclang_op_##name##_run(const void *state, struct seclang_op_run *run, sk_str value)
#define SECLANG_OP_RELEASE(name) void seclang_op_##name##_release(void *state)
#define SECLANG_OP_FILTER(name)                                                                    \
    void seclang_op_##name##_filter(struct seclang_filter *filter, const void *state,              \
                                    sk_str argument)
#define SECLANG_OP_GRAMS(name)                                                                     \
    void seclang_op_##name##_grams(struct seclang_grams *grams, sk_arena *mem, const void *state,  \
                                   sk_str argument)

SECLANG_OP_COMPILE(nothing); /* for operators that keep nothing */

/* string.c */
SECLANG_OP_RUN(contains);
SECLANG_OP_RUN(contains_word);
SECLANG_OP_RUN(within);
SECLANG_OP_RUN(begins_with);
SECLANG_OP_RUN(ends_with);
SECLANG_OP_RUN(streq);
SECLANG_OP_COMPILE(strmatch);
SECLANG_OP_RUN(strmatch);
SECLANG_OP_FILTER(strmatch);
SECLANG_OP_GRAMS(strmatch);
SECLANG_OP_FILTER(literal);
SECLANG_OP_GRAMS(literal); /* all bytes of the argument must be there */
/* number.c */
SECLANG_OP_COMPILE(eq);
SECLANG_OP_COMPILE(ge);
SECLANG_OP_COMPILE(gt);
SECLANG_OP_COMPILE(le);
SECLANG_OP_COMPILE(lt);
SECLANG_OP_RUN(eq);
SECLANG_OP_RUN(ge);
SECLANG_OP_RUN(gt);
SECLANG_OP_RUN(le);
SECLANG_OP_RUN(lt);
/* rx.c */
SECLANG_OP_COMPILE(rx);
SECLANG_OP_RUN(rx);
SECLANG_OP_RUN(rx_global);
SECLANG_OP_RELEASE(rx);
SECLANG_OP_FILTER(rx);
SECLANG_OP_GRAMS(rx);
/* phrase.c */
SECLANG_OP_COMPILE(pm);
SECLANG_OP_COMPILE(pm_file);
SECLANG_OP_RUN(pm);
SECLANG_OP_RELEASE(pm);
SECLANG_OP_FILTER(pm);
SECLANG_OP_GRAMS(pm);
/* All phrases are ASCII. */
bool seclang_op_pm_is_ascii(const void *state);
/* What it looks for, borrowed; how many. */
size_t seclang_op_pm_phrases(const sk_str **phrase, const void *state);
/* ip.c */
SECLANG_OP_COMPILE(ip);
SECLANG_OP_COMPILE(ip_file);
SECLANG_OP_RUN(ip);
SECLANG_OP_FILTER(ip);
/* valid.c */
SECLANG_OP_COMPILE(byte_range);
SECLANG_OP_RUN(byte_range);
SECLANG_OP_FILTER(byte_range);
SECLANG_OP_RUN(url_encoding);
SECLANG_OP_FILTER(url_encoding);
SECLANG_OP_RUN(utf8_encoding);
SECLANG_OP_FILTER(utf8_encoding);
/* verify.c */
SECLANG_OP_COMPILE(verify);
SECLANG_OP_RELEASE(verify);
SECLANG_OP_RUN(verify_cc);
SECLANG_OP_RUN(verify_cpf);
SECLANG_OP_RUN(verify_ssn);
SECLANG_OP_RUN(verify_svnr);
SECLANG_OP_FILTER(verify);
/* injection.c */
SECLANG_OP_COMPILE(detector);
SECLANG_OP_RUN(sqli);
SECLANG_OP_FILTER(sqli);
SECLANG_OP_RUN(xss);
SECLANG_OP_FILTER(xss);
/* outside.c */
SECLANG_OP_RUN(geo_lookup);
SECLANG_OP_COMPILE(rbl);
SECLANG_OP_RUN(rbl);
/* constant.c */
SECLANG_OP_RUN(always);
SECLANG_OP_RUN(never);
SECLANG_OP_COMPILE(dtd);
SECLANG_OP_COMPILE(schema);
SECLANG_OP_COMPILE(hash);
SECLANG_OP_COMPILE(inspect_file);
SECLANG_OP_COMPILE(fuzzy_hash);
SECLANG_OP_COMPILE(gsb);
SECLANG_OP_COMPILE(rsub);

/* ── what matched, in words ── */

/* `Pattern match "text"`: text escaped as in log lines and cut at 252 bytes, as mod_security 2. */
void seclang_op_say(struct seclang_op_run *run, const char *what, sk_str text);
/* TX.0 alone. */
void seclang_op_capture(struct seclang_op_run *run, sk_str text);

/* ── arguments ── */

enum {
    SECLANG_PHRASES_MOST = 65536, /* of one operator, all its files together */
    SECLANG_PHRASE_BYTES = 8192,  /* of one phrase */
    SECLANG_LIST_BYTES = 16 << 20 /* of one file */
};

/* Phrases of @pm, its files and @strmatch may hold bytes in hexadecimal between bars, "|41 42|",
 * and
 * \\ \: \; \" for the sign itself; quotes around all of it go. False, with *out = text, where an
 * escape is unknown (mod_security 2 then takes the text as it is). */
bool seclang_op_unescape(sk_str *out, sk_arena *mem, sk_str text);
/* The path of a file that a rule names: beside the rule's file unless absolute. SK_BAD for http. */
sk_err seclang_op_path(const char **path, sk_arena *mem, const struct seclang_op_place *place,
                       sk_str name) SK_CHECKED;

/* ── filters ── */

/* Keeps the rarest SECLANG_FILTER_SETS of all the sets that are offered. */
void seclang_filter_offer(struct seclang_filter *filter, const struct sk_bytes *set);
/* How common a text is that has one of these bytes: a sum of rough weights. */
unsigned seclang_filter_weight(const struct sk_bytes *set);
unsigned seclang_filter_byte_weight(unsigned char c);
/* Each byte of the text must be present; `fold`: in one of its ASCII cases. */
void seclang_filter_offer_text(struct seclang_filter *filter, sk_str text, bool fold);

#endif
