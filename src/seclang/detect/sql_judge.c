/* SQL in a value: the walk over its tokens.
 *
 * A value that is no attack stops being SQL after a word or two: a name follows a name, a quote
 * closes and a letter stands behind it. Then the walk is lost, and only what no prose contains is
 * looked for. An attack must be SQL from the place where the application put it up to its end, or
 * up to where it comments the rest of the query out. */
#include "seclang/detect/detect.h"
#include "seclang/detect/sql_inner.h"

#include <stdio.h>

struct sql_token
sql_peek(struct sql_judge *j, unsigned i)
{
    while (j->ahead_count <= i) {
        unsigned at = (j->first_ahead + j->ahead_count) % SQL_AHEAD;
        j->ahead[at] = seclang_sql_next(&j->lex);
        j->ahead_count++;
    }
    return j->ahead[(j->first_ahead + i) % SQL_AHEAD];
}

void
sql_advance(struct sql_judge *j)
{
    j->last = j->now;
    j->now = sql_peek(j, 0);
    j->first_ahead = (j->first_ahead + 1) % SQL_AHEAD;
    j->ahead_count--;
}

void
sql_mark(struct sql_judge *j, unsigned flags)
{
    sql_frame(j)->term |= flags;
}

enum sql_state
sql_lose(struct sql_judge *j)
{
    bool doubled = j->last.role == SQL_ARITH || j->last.role == SQL_COMPARE; /* 1=1//x */
    bool complete = j->state == SQL_AT_OPERATOR || j->depth > 0 || doubled;

    j->lost = true;
    while (complete && j->depth > 0)
        sql_frame_pop(j);
    if (complete) sql_term_close(j);
    j->depth = 0;
    j->deeper = 0;
    j->frame[0] = (struct sql_frame){ 0 };
    return SQL_LOST;
}

bool
sql_is_word(const struct sql_token *t, const char *text)
{
    return t->word && strcmp(t->word->text, text) == 0;
}

bool
sql_is_spelled(const struct sql_judge *j, const struct sql_token *t, sk_str text)
{
    return sk_str_eq_nocase((sk_str){ j->lex.s.p + t->at, t->n }, text);
}

bool
sql_is_call(struct sql_judge *j)
{
    return sql_peek(j, 0).role == SQL_OPEN && (!j->now.word || j->now.word->call) &&
           j->lex.s.p[j->now.at] != '\'' && j->lex.s.p[j->now.at] != '"';
}

enum sql_state
sql_begin_call(struct sql_judge *j)
{
    const struct sql_word *word = j->now.word;

    sql_advance(j); /* the parenthesis */
    sql_frame_push(j, SQL_F_CALL, word);
    if (sql_peek(j, 0).role == SQL_STAR) sql_advance(j), sql_mark(j, SQL_T_NUMBER);
    return j->now.role == SQL_STAR ? SQL_AT_OPERATOR : SQL_AT_OPERAND;
}

/* ── lost ── */

static enum sql_state
stay_lost(struct sql_judge *j)
{
    (void)j;
    return SQL_LOST;
}

static enum sql_state
lost_logic(struct sql_judge *j)
{
    sql_frame(j)->appended = sql_frame(j)->astray = true;
    sql_frame(j)->term = 0;
    return SQL_AT_OPERAND;
}

static enum sql_state
lost_semicolon(struct sql_judge *j)
{
    (void)j;
    return SQL_AFTER_SEMICOLON;
}

/* ── the grammar ── */

static const sql_step_fn when_lost[SQL_ROLES] = {
    [SQL_LOGIC] = lost_logic,        [SQL_SEMICOLON] = lost_semicolon,
    [SQL_SELECT] = sql_shape_select, [SQL_UNION] = sql_shape_union,
    [SQL_INTO] = sql_shape_into,     [SQL_STATEMENT] = sql_shape_statement,
};

static bool
begins_statement(struct sql_judge *j)
{
    static const bool begins[SQL_ROLES] = {
        [SQL_STATEMENT] = true, [SQL_SELECT] = true, [SQL_OPEN] = true,
        [SQL_SEMICOLON] = true, [SQL_CASE] = true,
    };
    return begins[j->now.role] || sql_peek(j, 0).role == SQL_OPEN;
}

static enum sql_state
step(struct sql_judge *j)
{
    enum sql_role role = j->now.role;
    sql_step_fn fn = NULL;

    if (j->state == SQL_LOST)
        fn = when_lost[role] ? when_lost[role] : stay_lost;
    else if (j->state == SQL_AT_OPERATOR)
        fn = sql_at_operator[role];
    else if (j->state == SQL_AFTER_SEMICOLON)
        fn = begins_statement(j) ? sql_at_operand[role] : sql_lose;
    else
        fn = sql_at_operand[role];
    if (!fn && j->state == SQL_AT_START) fn = sql_at_operator[role];
    return fn ? fn(j) : sql_lose(j);
}

static const char *
judge(sk_str value, enum sql_place place, bool mysql)
{
    struct sql_judge j;

    memset(&j, 0, offsetof(struct sql_judge, ahead));
    j.frame[0] = (struct sql_frame){ 0 };
    j.place = place;
    seclang_sql_begin(&j.lex, value, place, mysql);
    if (j.lex.quote) {
        sql_advance(&j);
        if (j.now.open) return NULL;
        j.first = j.now;
        sql_mark(&j, place == SQL_IN_BACKTICK ? SQL_T_NAME : SQL_T_STRING);
        j.state = SQL_AT_OPERATOR;
    }
    for (sql_advance(&j); j.now.role != SQL_END; sql_advance(&j)) {
        j.state = step(&j);
        if (j.state == SQL_DONE || j.reason) return j.reason;
    }
    sql_term_finish(&j);
    return j.reason;
}

/* Bytes that MySQL reads in its own way: # \ and all comments. */
static bool
reads_differently(sk_str value)
{
    return memchr(value.p, '#', value.n) || memchr(value.p, '\\', value.n) ||
           (memchr(value.p, '-', value.n) && sk_str_find(value, SK_STR("--")) != SIZE_MAX) ||
           (memchr(value.p, '*', value.n) && sk_str_find(value, SK_STR("/*")) != SIZE_MAX);
}

static const struct {
    char quote;
    const char *name;
} places[SQL_PLACES] = {
    { 0, "value" }, { '\'', "'" }, { '"', "\"" }, { '`', "`" }, { '*', "*/" },
};

/* Whether the value can leave that place. A bare value with a / in front is a path. */
static bool
may_stand(enum sql_place place, sk_str value)
{
    if (place == SQL_BARE) return value.p[0] != '/' || sk_str_starts(value, SK_STR("/*"));
    if (!memchr(value.p, places[place].quote, value.n)) return false;
    return place != SQL_IN_COMMENT || sk_str_find(value, SK_STR("*/")) != SIZE_MAX;
}

/* Between two tokens there is a blank, a quote or a sign that stands for itself: any but _. A colon
 * begins a variable (1or:a), a point a number or a name (1or.1, exec..a), a comma goes between two
 * values; what has only points and commas is mostly a number or an address, without letters. */
#define BLANKS(w) (SK_BYTES_SPAN(w, 0, ' ') | SK_BYTES_BIT(w, 0x7f) | SK_BYTES_BIT(w, 0xa0))
#define QUOTES(w) (SK_BYTES_BIT(w, '\'') | SK_BYTES_BIT(w, '"') | SK_BYTES_BIT(w, '`'))
#define JOINTS(w)                                                                                  \
    (BLANKS(w) | QUOTES(w) | SK_BYTES_SPAN(w, '!', '+') | SK_BYTES_BIT(w, '-') |                   \
     SK_BYTES_BIT(w, '/') | SK_BYTES_SPAN(w, ':', '?') | SK_BYTES_BIT(w, '@') |                    \
     SK_BYTES_SPAN(w, '[', '^') | SK_BYTES_SPAN(w, '{', '~'))

#define JOINTS_AND_POINTS(w)  (JOINTS(w) | SK_BYTES_BIT(w, '.') | SK_BYTES_BIT(w, ','))
#define JOINTS_AND_LETTERS(w) (JOINTS(w) | SK_BYTES_SPAN(w, 'a', 'z') | SK_BYTES_SPAN(w, 'A', 'Z'))

/* One word, whatever it is, asks for nothing: 1shutdown. */
static bool
is_one_word(sk_str value)
{
    static const struct sk_bytes joints = SK_BYTES(JOINTS_AND_POINTS);
    size_t i = 0;

    while (i < value.n && !sk_bytes_has(&joints, (unsigned char)value.p[i]))
        i++;
    return i == value.n;
}

bool
seclang_detect_sql(char reason[SECLANG_REASON], sk_str value)
{
    if (is_one_word(value)) return false;
    bool mysql = reads_differently(value);

    for (int place = 0; place < SQL_PLACES; place++) {
        const char *why;

        if (!may_stand((enum sql_place)place, value)) continue;
        why = judge(value, (enum sql_place)place, false);
        if (!why && mysql) why = judge(value, (enum sql_place)place, true);
        if (!why) continue;
        snprintf(reason, SECLANG_REASON, "%s %s", places[place].name, why);
        return true;
    }
    return false;
}

void
seclang_detect_sql_filter(struct seclang_filter *filter)
{
    *filter = (struct seclang_filter){ .least = 2, .sets = 2 };
    filter->set[0] = (struct sk_bytes)SK_BYTES(JOINTS_AND_POINTS);
    filter->set[1] = (struct sk_bytes)SK_BYTES(JOINTS_AND_LETTERS);
}
