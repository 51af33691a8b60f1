/* The judge of the SQL detector: one walk over the tokens of one reading of the value. What its
 * five files share: sql_judge.c walks, the others know what may stand where. Of this folder only.
 */
#ifndef SECLANG_DETECT_SQL_INNER_H
#define SECLANG_DETECT_SQL_INNER_H

#include "seclang/detect/sql.h"

enum {
    SQL_DEPTH = 32, /* parentheses that are told apart; what is deeper counts as the last of them */
    SQL_AHEAD = 8   /* tokens */
};

/* What a term is made of: an operand of AND and OR, an argument, an item of a list. */
enum sql_term {
    SQL_T_NUMBER = 1,
    SQL_T_STRING = 2,
    SQL_T_NAME = 4,
    SQL_T_VARIABLE = 8,
    SQL_T_LITERAL = 16,
    SQL_T_CALL = 32,       /* a known function; its arguments look like SQL */
    SQL_T_NAMED_CALL = 64, /* some word with parentheses behind it, such as item(s) */
    SQL_T_EFFECT = 128,
    SQL_T_COMPARE = 256,
    SQL_T_LIKE = 512,
    SQL_T_ARITH = 1024,
    SQL_T_UNARY = 2048,
    SQL_T_PAREN = 4096,
    SQL_T_LEFT_NAME = 8192, /* a name stands left of the comparison */
    SQL_T_CASE = 16384,
    SQL_T_ODD_NUMBER = 32768, /* no plain decimal: 0x1, 1e0, .5 */
    SQL_T_NESTED = 65536,     /* a call with a call or a variable in it */
    SQL_T_EQUAL = 131072,     /* = or one of its kin: what mathematics in prose rarely appends */
    SQL_T_INNER = 262144,     /* a comparison inside parentheses */
};

enum sql_frame_kind { SQL_F_TOP, SQL_F_PAREN, SQL_F_CALL, SQL_F_BRACE, SQL_F_CASE };

struct sql_frame {
    enum sql_frame_kind kind;
    const struct sql_word *word; /* of calls */
    unsigned term;               /* SQL_T_*: of the term that is being read */
    unsigned sum;                /* of all terms in these parentheses */
    bool appended;               /* the term stands behind AND, OR, WHERE or HAVING */
    bool where;                  /* namely behind WHERE */
    bool astray;                 /* namely where the value was no SQL before */
    bool between;                /* the next AND belongs to BETWEEN */
};

enum sql_state {
    SQL_AT_START,
    SQL_AT_OPERAND,
    SQL_AT_OPERATOR,
    SQL_AFTER_SEMICOLON,
    SQL_LOST,
    SQL_DONE
};

struct sql_judge {
    struct sql_lexer lex;
    enum sql_place place;
    unsigned first_ahead, ahead_count;
    struct sql_token now, last, first; /* first: the string that the query began */
    enum sql_state state;
    unsigned depth;     /* index of the innermost frame */
    unsigned deeper;    /* parentheses beyond SQL_DEPTH */
    unsigned opening;   /* SQL_T_* of the value's first term */
    bool opened;        /* that term is complete */
    bool lost;          /* somewhere the value was no SQL */
    bool listed;        /* a comma outside parentheses */
    bool ordered;       /* ORDER BY or GROUP BY */
    bool needs_end;     /* likely only counts if the rest of the query is cut off or quoted */
    const char *reason; /* it is SQL whatever follows */
    const char *likely; /* it is if nothing that is no SQL follows */
    /* what follows is not zeroed at the start */
    struct sql_token ahead[SQL_AHEAD];
    struct sql_frame frame[SQL_DEPTH];
};

static inline struct sql_frame *
sql_frame(struct sql_judge *j)
{
    return &j->frame[j->depth];
}

typedef enum sql_state (*sql_step_fn)(struct sql_judge *j);

/* What to do with `now`, by its role; NULL: it cannot stand there. */
extern const sql_step_fn sql_at_operand[SQL_ROLES], sql_at_operator[SQL_ROLES];
/* `now` by sql_at_operator. */
enum sql_state sql_go(struct sql_judge *j);

/* The value is no SQL from here on. */
enum sql_state sql_lose(struct sql_judge *j);
void sql_mark(struct sql_judge *j, unsigned flags);
bool sql_is_word(const struct sql_token *t, const char *text);
bool sql_is_spelled(const struct sql_judge *j, const struct sql_token *t, sk_str text);
/* `now` is a word that ( follows. */
bool sql_is_call(struct sql_judge *j);
enum sql_state sql_begin_call(struct sql_judge *j);

/* Token number `i` after `now`, i < SQL_AHEAD. */
struct sql_token sql_peek(struct sql_judge *j, unsigned i);
void sql_advance(struct sql_judge *j);

/* A term ends: what does it say? (sql_term.c) */
void sql_term_close(struct sql_judge *j);
void sql_frame_push(struct sql_judge *j, enum sql_frame_kind kind, const struct sql_word *word);
void sql_frame_pop(struct sql_judge *j);
/* The rest of the query is commented out, and the comment is no sentence. */
bool sql_cuts_off(const struct sql_judge *j);
/* The value ends in `state`: sets reason or leaves it NULL. */
void sql_term_finish(struct sql_judge *j);

/* What must follow the words that begin something; `now` is that word. (sql_shape.c) */
enum sql_state sql_shape_select(struct sql_judge *j);
enum sql_state sql_shape_union(struct sql_judge *j);
enum sql_state sql_shape_statement(struct sql_judge *j);
enum sql_state sql_shape_into(struct sql_judge *j);
enum sql_state sql_shape_from(struct sql_judge *j);

#endif
