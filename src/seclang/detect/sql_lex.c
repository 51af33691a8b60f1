/* Cuts a value into tokens. Where dialects differ in what one byte means, both readings are tried
 * (`mysql`); where they differ in what is a word, all of them hold. */
#include "seclang/detect/sql.h"

enum {
    WORD_MOST = 64,
    TAG_MOST = 32,
    POINTS_MOST = 3 /* server...table: not more, or each point of a row would look at all of it */
};

static unsigned char
peek(const struct sql_lexer *l, size_t ahead)
{
    return l->at + ahead < l->s.n ? (unsigned char)l->s.p[l->at + ahead] : 0;
}

static bool
is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool
begins_word(unsigned char c)
{
    unsigned char lower = sk_lower_byte(c);
    return (lower >= 'a' && lower <= 'z') || c == '_' || c >= 0x80;
}

static bool
in_word(unsigned char c)
{
    return begins_word(c) || is_digit(c) || c == '$';
}

/* ── what stands between tokens ── */

/* Blanks of any dialect. U+00A0 and, where it is no part of UTF-8, the byte 0xA0: MySQL takes it
 * for a blank in latin1. The ideographic space is a letter to all of them. */
static size_t
blank_length(const struct sql_lexer *l, size_t at)
{
    unsigned char c = (unsigned char)l->s.p[at];

    if (c <= ' ' || c == 0x7f) return 1;
    if (c == 0xa0) return at == 0 || (unsigned char)l->s.p[at - 1] < 0x80 ? 1 : 0;
    if (c == 0xc2 && at + 1 < l->s.n && (unsigned char)l->s.p[at + 1] == 0xa0) return 2;
    return 0;
}

static void
cut_off(struct sql_lexer *l)
{
    l->cut = true;
    l->cut_at = l->at;
    l->at = l->s.n;
}

static void
skip_line(struct sql_lexer *l)
{
    sk_str rest = sk_str_from(l->s, l->at);
    size_t end = sk_str_find_byte(rest, '\n');

    if (end == SIZE_MAX) {
        cut_off(l);
    } else {
        l->commented = true;
        l->at += end + 1;
    }
}

/* PostgreSQL, SQL Server: comments nest. MySQL, Oracle, SQLite: they do not. */
static void
skip_block(struct sql_lexer *l)
{
    unsigned depth = 1;
    size_t at = l->at + 2;

    l->commented = true;
    for (; at + 1 < l->s.n; at++) {
        char a = l->s.p[at], b = l->s.p[at + 1];
        if (a == '*' && b == '/') {
            at++;
            if (--depth == 0) break;
        } else if (a == '/' && b == '*' && !l->mysql) {
            depth++, at++;
        }
    }
    if (depth > 0)
        cut_off(l);
    else
        l->at = at + 1;
}

/* / *!50000 and MariaDB's / *M!: what is inside is code. */
static bool
skip_conditional(struct sql_lexer *l)
{
    size_t begin = peek(l, 2) == '!' ? 3 : 4;

    if (!l->mysql || (begin == 4 && !(peek(l, 2) == 'M' && peek(l, 3) == '!'))) return false;
    l->conditional = l->commented = true;
    l->at += begin;
    for (int i = 0; i < 6 && is_digit(peek(l, 0)); i++)
        l->at++;
    return true;
}

static bool
skip_comment(struct sql_lexer *l)
{
    unsigned char a = peek(l, 0), b = peek(l, 1);

    bool dashes = a == '-' && b == '-' && (!l->mysql || l->at + 2 >= l->s.n || peek(l, 2) <= ' ');

    if (dashes || (a == '#' && l->mysql)) {
        skip_line(l);
    } else if (a == '/' && b == '*') {
        if (!skip_conditional(l)) skip_block(l);
    } else if (a == '*' && b == '/' && (l->conditional || l->was_comment)) {
        l->at += 2;
    } else {
        return false;
    }
    return true;
}

static void
skip_between(struct sql_lexer *l)
{
    while (l->at < l->s.n) {
        size_t blank = blank_length(l, l->at);
        if (blank)
            l->at += blank;
        else if (!skip_comment(l))
            return;
    }
}

/* ── tokens ── */

static struct sql_token
token(const struct sql_lexer *l, enum sql_role role, size_t from)
{
    struct sql_token t = { .role = role, .at = from, .n = l->at - from };

    if (from < l->s.n) t.sign = l->s.p[from];
    return t;
}

/* Up to the closing quote; the lexer stands behind the opening one. */
static struct sql_token
read_quoted(struct sql_lexer *l, size_t from, char quote, enum sql_role role)
{
    bool open = true;

    for (; l->at < l->s.n; l->at++) {
        char c = l->s.p[l->at];
        if (c == '\\' && l->mysql && quote != '`') {
            l->at++;
        } else if (c == quote) {
            if (peek(l, 1) != (unsigned char)quote) {
                open = false;
                break;
            }
            l->at++; /* doubled: one of it */
        }
    }
    l->at = open ? l->s.n : l->at + 1;
    struct sql_token t = token(l, role, from);
    t.open = open;
    return t;
}

static struct sql_token
lex_quote(struct sql_lexer *l)
{
    size_t from = l->at++;
    char quote = l->s.p[from];

    return read_quoted(l, from, quote, quote == '`' ? SQL_NAME : SQL_STRING);
}

static bool read_part(struct sql_lexer *l);

/* `a`.`b` */
static struct sql_token
lex_backtick(struct sql_lexer *l)
{
    struct sql_token t = lex_quote(l);

    while (!t.open && read_part(l))
        t.n = l->at - t.at;
    return t;
}

/* Oracle: q'[...]', the closing sign followed by the quote. */
static struct sql_token
read_oracle_quote(struct sql_lexer *l, size_t from)
{
    static const char open[] = "[({<", close[] = "])}>";
    char sign = l->s.p[l->at + 1];
    const char *pair = sign ? strchr(open, sign) : NULL;
    char until[2] = { pair ? close[pair - open] : sign, '\'' };
    sk_str rest = sk_str_from(l->s, l->at + 2);
    size_t end = sk_str_find(rest, (sk_str){ until, 2 });
    struct sql_token t;

    l->at = end == SIZE_MAX ? l->s.n : l->at + 2 + end + 2;
    t = token(l, SQL_STRING, from);
    t.open = end == SIZE_MAX;
    return t;
}

/* PostgreSQL: $$...$$, $tag$...$tag$. False: no such string begins here. */
static bool
read_dollar_quote(struct sql_token *t, struct sql_lexer *l, size_t from)
{
    size_t n = 1;

    while (n < TAG_MOST && in_word(peek(l, n)) && peek(l, n) != '$')
        n++;
    if (peek(l, n) != '$' || (n > 1 && is_digit(peek(l, 1)))) return false;
    sk_str tag = { l->s.p + from, n + 1 };
    size_t end = sk_str_find(sk_str_from(l->s, from + tag.n), tag);
    l->at = end == SIZE_MAX ? l->s.n : from + tag.n + end + tag.n;
    *t = token(l, SQL_STRING, from);
    t->open = end == SIZE_MAX;
    return true;
}

static struct sql_token
lex_dollar(struct sql_lexer *l)
{
    struct sql_token t;
    size_t from = l->at;

    if (read_dollar_quote(&t, l, from)) return t;
    l->at++;
    while (in_word(peek(l, 0)) || peek(l, 0) == '.' || peek(l, 0) == ',')
        l->at++; /* $1: a parameter; $1,000.00: money; $column */
    if (l->at == from + 1) return token(l, SQL_BAD, from);
    return token(l, is_digit((unsigned char)l->s.p[from + 1]) ? SQL_NUMBER : SQL_NAME, from);
}

static void
skip_digits(struct sql_lexer *l)
{
    while (is_digit(peek(l, 0)) || (peek(l, 0) == '_' && is_digit(peek(l, 1))))
        l->at++;
}

/* 0x41, 0b01. */
static bool
read_radix(struct sql_lexer *l)
{
    bool hex = sk_lower_byte(peek(l, 1)) == 'x';
    size_t n = 2;

    if (peek(l, 0) != '0' || (!hex && sk_lower_byte(peek(l, 1)) != 'b')) return false;
    while (hex ? peek(l, n) != 0 && sk_hex_value((char)peek(l, n)) >= 0
               : peek(l, n) == '0' || peek(l, n) == '1')
        n++;
    if (n == 2 && !hex) return false;
    l->at += n;
    return true;
}

/* The exponent. MySQL passes over "1.e" before anything else as if it were not there, which takes
 * function names apart: substring(1.e(select ...)). True: such a piece was passed over. */
static bool
read_exponent(struct sql_lexer *l, bool fraction)
{
    size_t sign = peek(l, 1) == '+' || peek(l, 1) == '-' ? 2 : 1;

    if (sk_lower_byte(peek(l, 0)) != 'e') return false;
    if (is_digit(peek(l, sign))) {
        l->at += sign;
        skip_digits(l);
    } else if (!in_word(peek(l, 1)) && fraction) {
        l->at++;
        return true;
    }
    return false;
}

/* 1.0f, 1d: Oracle; only where no other word goes on. */
static void
read_suffix(struct sql_lexer *l)
{
    unsigned char c = sk_lower_byte(peek(l, 0));
    sk_str rest = sk_str_first(sk_str_from(l->s, l->at + 1), 5);

    if ((c == 'd' || c == 'f') && (!in_word(peek(l, 1)) || sk_str_eq_nocase(rest, SK_STR("union"))))
        l->at++;
}

static struct sql_token lex_word(struct sql_lexer *l);

static struct sql_token
lex_number(struct sql_lexer *l)
{
    size_t from = l->at;
    bool fraction = false;

    if (!read_radix(l)) {
        skip_digits(l);
        if (peek(l, 0) == '.') {
            fraction = true;
            l->at++;
            skip_digits(l);
        }
        if (read_exponent(l, fraction)) return token(l, SQL_NOTHING, from);
        read_suffix(l);
    }
    struct sql_token number = token(l, SQL_NUMBER, from);
    if (!begins_word(peek(l, 0))) return number;
    /* 1or 2: a word of the language behind it stands for itself; 90s, 1a: all of it is a name */
    size_t behind = l->at;
    struct sql_token word = lex_word(l);
    if (word.word) {
        l->at = behind;
        return number;
    }
    return token(l, SQL_NAME, from);
}

static size_t
word_length(const struct sql_lexer *l)
{
    size_t n = 0;

    while (l->at + n < l->s.n && in_word((unsigned char)l->s.p[l->at + n]) &&
           !blank_length(l, l->at + n))
        n++;
    return n;
}

/* N'..', E'..', B'..', X'..', U&'..', Q'[..]', NQ'[..]', _utf8'..': the prefix of a string? */
static bool
read_prefixed(struct sql_token *t, struct sql_lexer *l, size_t from, sk_str word)
{
    char first = (char)sk_lower_byte((unsigned char)word.p[0]);
    bool ampersand = word.n == 1 && first == 'u' && peek(l, 0) == '&' && peek(l, 1) == '\'';

    if (ampersand) l->at++;
    if (peek(l, 0) != '\'') return false;
    if (sk_str_eq_nocase(word, SK_STR("q")) || sk_str_eq_nocase(word, SK_STR("nq"))) {
        if (l->at + 2 >= l->s.n) return false;
        *t = read_oracle_quote(l, from);
        return true;
    }
    if (!ampersand && !(word.n == 1 && strchr("nebx", first)) && first != '_') return false;
    bool mysql = l->mysql;
    l->mysql |= first == 'e'; /* PostgreSQL's strings with escapes */
    l->at++;
    *t = read_quoted(l, from, '\'', SQL_STRING);
    l->mysql = mysql;
    return true;
}

/* a.b, a.`b`, a.[b], a.*, also with blanks around the point: one name. */
static bool
read_part(struct sql_lexer *l)
{
    struct sql_lexer ahead = *l;

    if (peek(&ahead, 0) != '.') return false;
    ahead.at++;
    for (int points = 1; points < POINTS_MOST && peek(&ahead, 0) == '.'; points++)
        ahead.at++; /* master..xp_cmdshell */
    size_t behind = ahead.at;
    skip_between(&ahead);
    if (peek(&ahead, 0) == '`' || peek(&ahead, 0) == '"')
        (void)lex_quote(&ahead);
    else if (peek(&ahead, 0) == '*')
        ahead.at++;
    else if (begins_word(peek(&ahead, 0)) && ahead.at == behind) /* else a sentence ends there */
        ahead.at += word_length(&ahead);
    else
        return false;
    *l = ahead;
    return true;
}

static struct sql_token
lex_word(struct sql_lexer *l)
{
    size_t from = l->at, last = from;
    sk_str word = { l->s.p + from, word_length(l) };
    struct sql_token t;
    const struct sql_word *known;
    bool parts = false;

    l->at += word.n;
    if (read_prefixed(&t, l, from, word)) return t;
    known = word.n <= WORD_MOST ? seclang_sql_word(word) : NULL;
    bool reserved = known && known->role >= SQL_LOGIC && known->role < SQL_OBJECT;
    while (peek(l, 0) == '.' && !reserved) {
        size_t point = l->at;
        if (!read_part(l)) break;
        parts = true;
        last = point + 1;
    }
    word = (sk_str){ l->s.p + last, l->at - last };
    t = token(l, SQL_NAME, from);
    known = word.n <= WORD_MOST ? seclang_sql_word(word) : NULL;
    if (!known) return t;
    if (parts && known->role != SQL_FUNCTION && known->role != SQL_EFFECT) return t;
    t.word = known;
    t.role = known->role;
    return t;
}

/* @x, @@x, @`x`, @'x', :x, :1. */
static struct sql_token
lex_variable(struct sql_lexer *l)
{
    size_t from = l->at;

    while (peek(l, 0) == '@')
        l->at++;
    if (peek(l, 0) == '`' || peek(l, 0) == '\'' || peek(l, 0) == '"') {
        struct sql_token quoted = lex_quote(l);
        quoted.role = SQL_VARIABLE;
        quoted.at = from;
        return quoted;
    }
    while (in_word(peek(l, 0)) || (peek(l, 0) == '.' && in_word(peek(l, 1))))
        l->at++;
    return token(l, SQL_VARIABLE, from);
}

struct sign {
    const char *text;
    enum sql_role role;
};

/* The longest first. */
static const struct sign signs[] = {
    { "<=>", SQL_COMPARE }, { "!~*", SQL_COMPARE }, { "->>", SQL_ARITH },  { "#>>", SQL_ARITH },
    { "||/", SQL_PREFIX },  { "!~~", SQL_COMPARE }, { "&&", SQL_LOGIC },   { "||", SQL_LOGIC },
    { "<=", SQL_COMPARE },  { ">=", SQL_COMPARE },  { "<>", SQL_COMPARE }, { "!=", SQL_COMPARE },
    { "!<", SQL_COMPARE },  { "!>", SQL_COMPARE },  { "^=", SQL_COMPARE }, { ":=", SQL_COMPARE },
    { "==", SQL_COMPARE },  { "<<", SQL_ARITH },    { ">>", SQL_ARITH },   { "::", SQL_CAST },
    { "@>", SQL_COMPARE },  { "<@", SQL_COMPARE },  { "~*", SQL_COMPARE }, { "~~", SQL_COMPARE },
    { "!~", SQL_COMPARE },  { "?|", SQL_COMPARE },  { "?&", SQL_COMPARE }, { "@?", SQL_COMPARE },
    { "->", SQL_ARITH },    { "#>", SQL_ARITH },    { "#-", SQL_ARITH },   { "|/", SQL_PREFIX },
    { "(", SQL_OPEN },      { ")", SQL_CLOSE },     { ",", SQL_COMMA },    { ";", SQL_SEMICOLON },
    { "{", SQL_BRACE },     { "}", SQL_UNBRACE },   { "*", SQL_STAR },     { "+", SQL_SIGN },
    { "-", SQL_SIGN },      { "/", SQL_ARITH },     { "%", SQL_ARITH },    { "&", SQL_ARITH },
    { "|", SQL_ARITH },     { "^", SQL_ARITH },     { "#", SQL_ARITH },    { "=", SQL_COMPARE },
    { "<", SQL_COMPARE },   { ">", SQL_COMPARE },   { "~", SQL_NEGATE },   { "!", SQL_NEGATE },
    { "?", SQL_COMPARE },
};

static struct sql_token
lex_sign(struct sql_lexer *l)
{
    size_t from = l->at;
    sk_str rest = sk_str_from(l->s, from);

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].text[0] != rest.p[0]) continue;
        sk_str text = sk_str_of(signs[i].text);
        if (!sk_str_starts(rest, text)) continue;
        l->at += text.n;
        struct sql_token t = token(l, signs[i].role, from);
        if (text.n > 1 && t.role != SQL_LOGIC) t.sign = 0;
        return t;
    }
    l->at++;
    return token(l, SQL_BAD, from);
}

static struct sql_token
lex_point(struct sql_lexer *l)
{
    size_t from = l->at;

    if (is_digit(peek(l, 1))) return lex_number(l);
    while (read_part(l)) /* of `` . ``: what is left of an empty one */
        continue;
    if (l->at > from) return token(l, SQL_NAME, from);
    l->at++;
    return token(l, SQL_BAD, from);
}

static struct sql_token
lex_colon(struct sql_lexer *l)
{
    size_t from = l->at;

    if (!in_word(peek(l, 1))) return lex_sign(l);
    l->at++;
    while (in_word(peek(l, 0)))
        l->at++;
    return token(l, SQL_VARIABLE, from);
}

/* SQL Server's [name]. */
static struct sql_token
lex_bracket(struct sql_lexer *l)
{
    size_t from = l->at;
    size_t end = sk_str_find_byte(sk_str_first(sk_str_from(l->s, from), 2 * WORD_MOST), ']');

    l->at += end == SIZE_MAX ? 1 : end + 1;
    if (end == SIZE_MAX) return token(l, SQL_BRACKET, from);
    while (read_part(l))
        continue;
    return token(l, SQL_NAME, from);
}

/* MySQL's \N is null; any other is passed over, as some clients strip it. */
static struct sql_token
lex_backslash(struct sql_lexer *l)
{
    size_t from = l->at;
    bool null = peek(l, 1) == 'N';

    l->at += null ? 2 : 1;
    return token(l, null ? SQL_LITERAL : SQL_NOTHING, from);
}

static struct sql_token
lex_at(struct sql_lexer *l)
{
    unsigned char next = peek(l, 1);
    return next == '>' || next == '?' ? lex_sign(l) : lex_variable(l);
}

typedef struct sql_token (*lex_fn)(struct sql_lexer *l);

static lex_fn
reader_of(unsigned char c)
{
    static const struct {
        char first;
        lex_fn read;
    } rows[] = { { '\'', lex_quote },  { '"', lex_quote },      { '`', lex_backtick },
                 { '$', lex_dollar },  { '.', lex_point },      { ':', lex_colon },
                 { '[', lex_bracket }, { '\\', lex_backslash }, { '@', lex_at } };

    if (is_digit(c)) return lex_number;
    if (begins_word(c)) return lex_word;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (c == (unsigned char)rows[i].first) return rows[i].read;
    return lex_sign;
}

static const char place_quote[SQL_PLACES] = { 0, '\'', '"', '`', 0 };

void
seclang_sql_begin(struct sql_lexer *lexer, sk_str value, enum sql_place place, bool mysql)
{
    *lexer = (struct sql_lexer){ .s = value, .mysql = mysql };
    lexer->quote = place_quote[place];
    if (place != SQL_IN_COMMENT) return;
    lexer->was_comment = true;
    lexer->at = sk_str_find(value, SK_STR("*/")) + 2;
}

struct sql_token
seclang_sql_next(struct sql_lexer *l)
{
    size_t from = l->at;
    char quote = l->quote;
    struct sql_token t;

    if (quote) {
        l->quote = 0;
        return read_quoted(l, 0, quote, quote == '`' ? SQL_NAME : SQL_STRING);
    }
    do {
        skip_between(l);
        if (l->at >= l->s.n) return (struct sql_token){ .role = SQL_END, .at = l->s.n };
        t = reader_of((unsigned char)l->s.p[l->at])(l);
        l->trick |= t.role == SQL_NOTHING;
    } while (t.role == SQL_NOTHING);
    t.spaced = t.at > from;
    return t;
}

bool
seclang_sql_calls(const struct sql_lexer *l)
{
    struct sql_lexer ahead = *l;

    skip_between(&ahead);
    return peek(&ahead, 0) == '(';
}
