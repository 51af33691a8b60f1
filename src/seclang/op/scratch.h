/* A thread's scratch from inside: what PCRE2 and Vectorscan write to while they match. */
#ifndef SECLANG_OP_SCRATCH_H
#define SECLANG_OP_SCRATCH_H

#include "seclang/op/op.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <hs/hs.h>
#include <pcre2.h>

enum {
    SECLANG_PCRE_LIMIT = 100000,  /* matches; as modsecurity.conf-recommended */
    SECLANG_PCRE_STACK = 1 << 20, /* bytes, at most, for JIT code */
    SECLANG_MACRO_PATTERNS = 8    /* remembered per thread */
};

/* Patterns of @rx with macros, compiled while running: the newest ones, by their text. */
struct seclang_macro_pattern {
    char *text; /* malloc'ed, as it outlives the transaction */
    size_t n;
    pcre2_code *code; /* NULL: the text is no valid pattern */
};

struct seclang_scratch {
    pcre2_match_data *match; /* SECLANG_CAPTURES pairs */
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    hs_scratch_t *hs;       /* made at first use: see seclang_scratch_hs */
    unsigned hs_generation; /* of the databases it fits */
    char *text;             /* scan.c's copy of what is scanned; malloc'ed */
    size_t text_size;
    struct seclang_macro_pattern macro[SECLANG_MACRO_PATTERNS];
    unsigned next_macro;
    struct seclang_machines *machines; /* linear.c's; NULL: none was needed yet */
};

/* Vectorscan's scratch that fits every database registered so far; NULL without memory. */
hs_scratch_t *seclang_scratch_hs(struct seclang_scratch *scratch);
/* Every match in the text, and some that lie behind its end (to > text.n): those are none. A
 * pattern that asks for the end of the text finds it too late. False: no answer (no memory, too
 * long). */
bool seclang_scan(const hs_database_t *db, struct seclang_scratch *scratch, sk_str text,
                  match_event_handler on_match, void *ctx);
/* The same without a copy: behind the text lie SECLANG_BULK_BEHIND zero bytes. */
bool seclang_scan_in_place(const hs_database_t *db, struct seclang_scratch *scratch, sk_str text,
                           match_event_handler on_match, void *ctx);
/* The compiled pattern, borrowed until SECLANG_MACRO_PATTERNS others were asked for; NULL when it
 * is no valid pattern. */
const pcre2_code *seclang_scratch_pattern(struct seclang_scratch *scratch, sk_str text);

/* Every database is registered when it is made and released when it is freed. */
sk_err seclang_database_register(hs_database_t *db) SK_CHECKED;
void seclang_database_release(hs_database_t *db);

/* With the options of @rx. SK_BAD says what is wrong and where in the pattern. */
sk_err seclang_pcre_compile(pcre2_code **code, sk_str pattern, uint32_t options) SK_CHECKED;
enum {
    SECLANG_RX_OPTIONS = PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY |
                         PCRE2_USE_OFFSET_LIMIT /* see rx.c: long texts are asked in spans */
};

#endif
