/* Configuration text by Apache's rules (server/util.c, ap_cfg_getline and ap_getword_conf, as the
 * Apache manual's "Configuration Files" describes): a line that ends in a backslash goes on in the
 * next; # begins a comment line; arguments are words or stand in "..." or '...', where \\ means one
 * backslash and \" (or \') the quote; all other backslashes stay.
 *
 * Every byte of an argument still knows its line and column, so that messages point at it. */
#ifndef SECLANG_PARSE_CONF_TEXT_H
#define SECLANG_PARSE_CONF_TEXT_H

#include "base/str.h"

enum {
    SECLANG_LINE_MOST = 1 << 20, /* bytes of one line, continuations included */
    SECLANG_ARGS_MOST = 256      /* arguments of one directive */
};

struct seclang_place {
    const char *file;      /* lives as long as the rules */
    unsigned line, column; /* from 1; the column counts bytes */
};

struct seclang_arg {
    sk_str text;     /* unescaped, zero-terminated */
    size_t from, to; /* where its raw text stands in the joined line */
    char quote;      /* " or ' or 0 */
};

struct seclang_line {
    sk_str name; /* the directive, or the section's name: "IfModule" */
    size_t name_at;
    bool section; /* <Name ...> */
    bool closes;  /* </Name> */
    struct seclang_arg arg[SECLANG_ARGS_MOST];
    size_t count;
};

struct seclang_conf_text {
    sk_arena *mem; /* of what survives: arguments */
    const char *file;
    sk_str rest;
    unsigned next_line;
    struct sk_buf joined; /* the current line */
    struct seclang_piece {
        size_t at; /* where in `joined` this physical line begins */
        unsigned line;
        size_t before; /* bytes of the physical line that were left out */
    } * piece;
    size_t piece_count, piece_room;
};

/* `text` is borrowed while reading; `scratch` holds the joined line, `mem` the arguments. */
void seclang_text_open(struct seclang_conf_text *reader, sk_arena *mem, sk_arena *scratch,
                       const char *file, sk_str text, unsigned first_line);
/* The next directive or section line. *some is false at the end. SK_BAD with its place. */
sk_err seclang_text_next(struct seclang_line *line, bool *some,
                         struct seclang_conf_text *reader) SK_CHECKED;
/* Where byte `at` of the joined line stands in the file. */
struct seclang_place seclang_text_place(const struct seclang_conf_text *reader, size_t at);
/* Where byte `at` of an argument's unescaped text stands; at may be the text's length. */
struct seclang_place seclang_text_arg_place(const struct seclang_conf_text *reader,
                                            const struct seclang_arg *arg, size_t at);

#endif
