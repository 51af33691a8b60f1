/* The parser's state: one load of a rule set, from the first directive to the last. */
#ifndef SECLANG_PARSE_PARSER_H
#define SECLANG_PARSE_PARSER_H

#include "seclang/parse/draft.h"
#include "seclang/parse/near.h"

enum {
    SECLANG_FILES_MOST = 4096,         /* files of one rule set */
    SECLANG_FILE_SIZE_MOST = 16 << 20, /* bytes */
    SECLANG_INCLUDE_DEPTH = 16,
    SECLANG_WARNINGS_MOST = 1000, /* the rest is counted, not kept */
    SECLANG_FAULTS_MOST = 1000    /* likewise, of a survey */
};

/* Where a survey collects what is wrong, in place of ending with the first. */
struct seclang_faults {
    const char **why; /* sk_err's texts, copied */
    size_t count;
};

struct seclang_parser {
    sk_arena *mem;                /* the rules' */
    sk_arena *scratch;            /* ends with loading */
    struct seclang_rules *rules;  /* settings are written as they are read */
    struct seclang_cache *cache;  /* the host's; NULL: none */
    struct seclang_draft **draft; /* rules and markers, as configured */
    size_t draft_count;
    struct seclang_draft *open_chain;                /* waits for its next member */
    struct seclang_wishes *standard[SECLANG_PHASES]; /* SecDefaultAction; NULL: none */
    unsigned newest_standard;                        /* phase of the last one; 0: none */
    struct seclang_id_set *ids;
    struct seclang_conf_text *text; /* what is being read, for places */
    unsigned depth, files;
    struct seclang_faults *faults; /* NULL: the first fault ends loading */
    bool passing_over;             /* with faults: members of a chain that has failed */
    bool mime_types_said;
    bool no_fold;   /* SekishoFold Off */
    bool no_screen; /* SekishoScreen Off */
    sk_str relevant_status;
    struct seclang_place relevant_status_at;
};

/* Parses everything that `source` lists. */
struct seclang_source;
sk_err seclang_parse_source(struct seclang_parser *p,
                            const struct seclang_source *source) SK_CHECKED;
/* One text; `file` names it in messages and is the folder that relative paths start from. */
sk_err seclang_parse_text(struct seclang_parser *p, sk_str text, const char *file,
                          unsigned first_line) SK_CHECKED;
/* A file or a pattern with * ? [ ]. `optional`: nothing there is no error. `from` NULL: as it is,
 * else relative to the folder of the file `from`. */
sk_err seclang_parse_files(struct seclang_parser *p, const char *pattern, const char *from,
                           bool optional) SK_CHECKED;
/* `path` beside `file` where it is relative. */
const char *seclang_parse_beside(sk_arena *mem, const char *file, const char *path);

/* With faults: keeps a failure and says that all is well, so that reading goes on. */
sk_err seclang_parse_heed(struct seclang_parser *p, sk_err e) SK_CHECKED;

/* SK_BAD: "file:line:column: ...", at a byte of an argument's text. */
sk_err seclang_parse_fail(const struct seclang_parser *p, const struct seclang_arg *arg, size_t at,
                          const char *fmt, ...) SK_PRINTF(4, 5);
sk_err seclang_place_fail(struct seclang_place at, const char *fmt, ...) SK_PRINTF(2, 3);
#ifdef __clang_analyzer__
/* As sk_fail: what it returns is an error. */
#define seclang_place_fail(...) ((sk_err){ SK_BAD, seclang_place_fail(__VA_ARGS__).why })
#endif
/* Something that loads but will not do what its author may expect. */
void seclang_parse_warn(struct seclang_parser *p, struct seclang_place at, const char *fmt, ...)
    SK_PRINTF(3, 4);
struct seclang_place seclang_parse_at(const struct seclang_parser *p, const struct seclang_arg *arg,
                                      size_t at);

/* Part of an argument: [from, from + text.n) of arg->text, or unescaped from there. */
struct seclang_part {
    const struct seclang_arg *arg;
    size_t from;
    sk_str text;
};
sk_err seclang_part_fail(const struct seclang_parser *p, struct seclang_part part, const char *fmt,
                         ...) SK_PRINTF(3, 4);

/* ── the pieces of a rule, a file each ── */

/* targets.c: "ARGS|!ARGS:foo|&TX:bar" appended to *target. */
sk_err seclang_parse_targets(struct seclang_parser *p, struct seclang_draft_target **target,
                             size_t *count, struct seclang_part part) SK_CHECKED;
/* operator.c: "!@rx foo" */
sk_err seclang_parse_operator(struct seclang_parser *p, struct seclang_draft *draft,
                              const struct seclang_arg *arg) SK_CHECKED;
/* actions.c: "id:1,phase:2,..." */
sk_err seclang_parse_actions(struct seclang_parser *p, struct seclang_wishes *wishes,
                             const struct seclang_arg *arg) SK_CHECKED;
/* wishes.c: child over parent, as mod_security 2's msre_actionset_merge; block becomes `otherwise`.
 */
void seclang_wishes_merge(sk_arena *mem, struct seclang_wishes *merged,
                          const struct seclang_wishes *parent, const struct seclang_wishes *child,
                          enum seclang_disruptive otherwise);
/* What holds without any SecDefaultAction: phase:2,log,auditlog,pass. */
const struct seclang_wishes *seclang_wishes_standard(void);
/* macro_parse.c: text with %{VAR.name}. Unknown variables are empty, as in mod_security 2, and
 * warned of; with `keep_unknown` they stay as they are written (patterns of @rx). */
sk_err seclang_parse_macro(struct seclang_parser *p, struct seclang_macro *macro,
                           struct seclang_part part, bool keep_unknown) SK_CHECKED;
/* A variable's name, HTTP_FOO included (then *name is "FOO"); SECLANG_VAR_COUNT when unknown. */
enum seclang_var seclang_parse_var(sk_str *name, sk_str text);
/* "; did you mean" for variables. */
sk_str seclang_parse_near_var(struct seclang_parser *p, sk_str got);

/* directive_rules.c: the rules, as one configuration adds and changes them. */
struct seclang_call {
    struct seclang_parser *p;
    const struct seclang_directive *row;
    const struct seclang_arg *arg;
    size_t count;
    struct seclang_place at; /* of the directive's name */
};
sk_err seclang_set_rule(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_action(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_marker(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_default_action(const struct seclang_call *call) SK_CHECKED;
/* directive_update.c; row->at is an enum seclang_pick_by */
sk_err seclang_set_remove(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_update_target(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_update_action(const struct seclang_call *call) SK_CHECKED;

/* Rule ids that are taken; draft NULL: free. */
struct seclang_draft *seclang_id_find(const struct seclang_id_set *ids, unsigned id);
void seclang_id_put(struct seclang_parser *p, unsigned id, struct seclang_draft *draft);

#endif
