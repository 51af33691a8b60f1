/* Which rules an id list, a tag's or a message's pattern names. */
#ifndef SECLANG_PARSE_PICK_H
#define SECLANG_PARSE_PICK_H

#include "seclang/parse/draft.h"

/* "920100", "920100-920199", "1,5-9" */
bool seclang_ids_valid(sk_str text);

/* A compiled picker: a text without regex signs is searched as it is, since most are. */
struct seclang_chooser {
    struct seclang_picker picker;
    struct seclang_id_range {
        int64_t from, to;
    } * range;
    size_t range_count;
    bool plain;
    const struct seclang_op *rx;
    void *rx_state;
    struct seclang_scratch *scratch;
    sk_arena *mem;
};

/* SK_BAD with the picker's place when its pattern cannot be compiled. Give back with _close. */
sk_err seclang_chooser_open(struct seclang_chooser *pick, sk_arena *mem,
                            const struct seclang_picker *picker) SK_CHECKED;
/* Whether it names this rule (the first of its chain). */
bool seclang_chooser_names(const struct seclang_chooser *pick, const struct seclang_draft *draft);
void seclang_chooser_close(struct seclang_chooser *pick);

#endif
