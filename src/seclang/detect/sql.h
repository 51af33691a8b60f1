/* The SQL detector from inside: tokens of five dialects at once, and what their words can be. */
#ifndef SECLANG_DETECT_SQL_H
#define SECLANG_DETECT_SQL_H

#include "base/str.h"

/* What a token can be in the grammar. Those from SQL_SELECT on are words that begin something. */
enum sql_role {
    SQL_END,
    SQL_BAD,     /* no dialect has it */
    SQL_NOTHING, /* passed over like a blank; never leaves the lexer */
    SQL_NUMBER,
    SQL_STRING,
    SQL_NAME,
    SQL_VARIABLE, /* @x, @@x, :x, $1 */
    SQL_LITERAL,  /* null, true, current_user, default ... */
    SQL_FUNCTION, /* a word known as a function of some dialect; a name where no ( follows */
    SQL_EFFECT,   /* the same, and whoever calls it wants time, files or commands */
    SQL_OPEN,
    SQL_CLOSE,
    SQL_BRACE,
    SQL_UNBRACE,
    SQL_BRACKET, /* [ that closes nowhere near: an array */
    SQL_COMMA,
    SQL_SEMICOLON,
    SQL_STAR,
    SQL_SIGN,    /* + -: also before an operand */
    SQL_ARITH,   /* / % & | ^ << >> div mod */
    SQL_COMPARE, /* = < > <=> != @> ~ ... */
    SQL_NEGATE,  /* ! ~: before an operand only */
    SQL_CAST,    /* :: */
    SQL_LOGIC,   /* and or xor && || */
    SQL_NOT,
    SQL_PREFIX, /* binary, exists, any, all, interval, prior: before an operand */
    SQL_LIKE,   /* like, rlike, regexp, glob, in, between, is, sounds ...: words that compare */
    SQL_IS,
    SQL_IN,
    SQL_BETWEEN,
    SQL_POSTFIX, /* isnull, notnull, asc, desc: behind an operand, nothing follows it */
    SQL_SUFFIX,  /* collate, escape, at, over: behind an operand, an operand follows it */
    SQL_CASE,
    SQL_CASE_PART, /* when, then, else, end */
    SQL_SELECT,
    SQL_UNION,  /* intersect, except, minus */
    SQL_SPREAD, /* all, distinct, top: between select or union and what is selected */
    SQL_FROM,
    SQL_CLAUSE, /* where, having, limit, group, order, join ... */
    SQL_INTO,
    SQL_AS,
    SQL_STATEMENT, /* drop, exec, waitfor ...; what must follow stands in sql_statement.c */
    SQL_OBJECT,    /* table, database, view, user ...: what statements are about */
    SQL_ROLES
};

struct sql_token {
    enum sql_role role;
    const struct sql_word *word; /* of names that are words of the language; else NULL */
    size_t at, n;                /* in the value */
    bool open;                   /* a string that the value does not close */
    bool spaced;                 /* blanks or a comment before it */
    char sign;                   /* first byte of operators */
};

struct sql_word {
    const char *text; /* lower case */
    enum sql_role role;
    bool call; /* a function too, where ( follows */
};

/* NULL: the word belongs to no dialect. */
const struct sql_word *seclang_sql_word(sk_str text);
/* All of them, in order. */
const struct sql_word *seclang_sql_words(size_t *count);

/* Where the value stands in the query. */
enum sql_place {
    SQL_BARE,
    SQL_IN_SINGLE,
    SQL_IN_DOUBLE,
    SQL_IN_BACKTICK,
    SQL_IN_COMMENT, /* between / * and * / */
    SQL_PLACES
};

struct sql_lexer {
    sk_str s;
    size_t at;
    char quote;       /* the query began a string with it and the value goes on inside */
    bool mysql;       /* # and "-- " begin comments, \ escapes, / *! * / is code */
    bool commented;   /* a comment stood between tokens */
    bool cut;         /* the value ends inside a comment: what follows in the query is gone */
    size_t cut_at;    /* where that comment begins */
    bool conditional; /* tokens came out of / *! * / */
    bool was_comment; /* the query was in a comment: more ends of it are passed over */
    bool trick;       /* 1.e and other bytes that only a parser's quirk lets pass */
};

void seclang_sql_begin(struct sql_lexer *lexer, sk_str value, enum sql_place place, bool mysql);
/* The next token; SQL_END again and again at the end. In quotes, the first token is the string that
 * the query began. */
struct sql_token seclang_sql_next(struct sql_lexer *lexer);
/* The byte behind the blanks and comments that follow is an opening parenthesis. */
bool seclang_sql_calls(const struct sql_lexer *lexer);

#endif
