/* Values that rules look at, each with its transformed forms.
 *
 *     value "q" ── text "1%27 OR..."                          node 0: as it came
 *                   └─ derived ──▶ text ── derived ──▶ text   made from its parent's form, once
 *
 * A form that its transformation leaves unchanged is its parent's text: text and byte map are
 * shared. Which transformation is not called at all, the byte map tells (tf->needs). */
#ifndef SECLANG_VALUE_H
#define SECLANG_VALUE_H

#include "seclang/recall.h"
#include "seclang/rule.h"

enum { SECLANG_FORM_DEPTH = 32 }; /* nodes looked back at in one go */

struct seclang_derived;

struct seclang_text {
    sk_str s;
    bool mapped; /* `bytes` is valid */
    struct sk_bytes bytes;
    struct seclang_derived *derived; /* what transformations have made of it */
};

/* Chains that differ only in transformations without effect lead to the same text. */
struct seclang_derived {
    const struct seclang_tf *tf;
    struct seclang_text *text; /* the very text it came from, where nothing changed */
    struct seclang_derived *next;
};

struct seclang_value {
    sk_str name;                /* of a collection's member as it came; empty: scalar */
    sk_str shown;               /* the whole name where it is not VARIABLE:name (MATCHED_VARS) */
    struct seclang_text text;   /* as it came */
    struct seclang_print print; /* of the text as it came, where `printed` (recall.h) */
    bool printed;
    const uint64_t *hits; /* a bit a question of the screen; NULL: none (screen.h) */
    bool post;            /* an argument from the body, not from the query */
    bool old;             /* judged in a window before this one */
};

/* Grows on the transaction's arena; values are shared between lists (ARGS, ARGS_GET). */
struct seclang_list {
    struct seclang_value **at;
    unsigned count, size;
    unsigned screened; /* how many of them, from the first, the screen has seen in this phase */
};

struct seclang_value *seclang_value_new(sk_arena *mem, sk_str name, sk_str text);
/* Another text: forms are forgotten. */
void seclang_value_set(struct seclang_value *value, sk_str text);
void seclang_list_add(struct seclang_list *list, sk_arena *mem, struct seclang_value *value);
/* The first member called `name`, without regard to ASCII case; NULL: none. */
struct seclang_value *seclang_list_find(const struct seclang_list *list, sk_str name);

/* What one transformation makes of a text: the text itself where nothing changes. */
struct seclang_text *seclang_text_transform(struct seclang_text *from, sk_arena *mem,
                                            const struct seclang_rules *rules,
                                            const struct seclang_tf *tf);

/* The form of a node of rules->form. */
struct seclang_text *seclang_value_form(struct seclang_value *value, sk_arena *mem,
                                        const struct seclang_rules *rules, unsigned node);

/* The bytes present in the text; found once. */
static inline const struct sk_bytes *
seclang_text_bytes(struct seclang_text *text)
{
    if (!text->mapped) {
        text->bytes = sk_bytes_of(text->s);
        text->mapped = true;
    }
    return &text->bytes;
}

#endif
