/* What may stand behind an operand. */
#include "seclang/detect/sql_inner.h"

static enum sql_state
go_arith(struct sql_judge *j)
{
    if (j->state == SQL_AT_START && j->now.n > 1) return sql_lose(j);
    sql_mark(j, SQL_T_ARITH);
    return SQL_AT_OPERAND;
}

static void
mark_comparison(struct sql_judge *j, unsigned flag)
{
    unsigned before = sql_frame(j)->term;

    if (!(before & (SQL_T_COMPARE | SQL_T_LIKE)) && (before & SQL_T_NAME)) flag |= SQL_T_LEFT_NAME;
    sql_mark(j, flag);
}

static enum sql_state
go_compare(struct sql_judge *j)
{
    bool equal = memchr(j->lex.s.p + j->now.at, '=', j->now.n) && j->now.n < 4;

    /* <item>, ->here: prose and markup may begin so */
    if (j->state == SQL_AT_START && !equal) return sql_lose(j);
    mark_comparison(j, SQL_T_COMPARE | (equal ? (unsigned)SQL_T_EQUAL : 0U));
    return SQL_AT_OPERAND;
}

static enum sql_state
go_like(struct sql_judge *j)
{
    bool pair = j->now.word && sk_str_ends(sk_str_of(j->now.word->text), SK_STR("s"));

    mark_comparison(j, SQL_T_LIKE);
    if (!pair) return SQL_AT_OPERAND; /* sounds like */
    if (sql_peek(j, 0).role != SQL_LIKE) return sql_lose(j);
    sql_advance(j);
    return SQL_AT_OPERAND;
}

static enum sql_state
go_in(struct sql_judge *j)
{
    struct sql_token next = sql_peek(j, 0);

    if (sql_is_spelled(j, &next, SK_STR("boolean"))) { /* in boolean mode */
        sql_advance(j);
        sql_advance(j);
        return SQL_AT_OPERATOR;
    }
    if (next.role != SQL_OPEN) return sql_lose(j);
    mark_comparison(j, SQL_T_LIKE);
    return SQL_AT_OPERAND;
}

static enum sql_state
go_between(struct sql_judge *j)
{
    mark_comparison(j, SQL_T_LIKE);
    sql_frame(j)->between = true;
    return SQL_AT_OPERAND;
}

static enum sql_state
go_not(struct sql_judge *j)
{
    enum sql_role next = sql_peek(j, 0).role;

    return next == SQL_LIKE || next == SQL_IN || next == SQL_BETWEEN ? SQL_AT_OPERATOR
                                                                     : sql_lose(j);
}

static enum sql_state
go_postfix(struct sql_judge *j)
{
    if (j->now.word->text[0] == 'i' || j->now.word->text[0] == 'n') mark_comparison(j, SQL_T_LIKE);
    return SQL_AT_OPERATOR;
}

static enum sql_state
go_suffix(struct sql_judge *j)
{
    (void)j;
    return SQL_AT_OPERAND;
}

static enum sql_state
go_cast(struct sql_judge *j)
{
    bool called = sql_frame(j)->term & (SQL_T_CALL | SQL_T_NAMED_CALL | SQL_T_EFFECT);
    bool value = j->last.role == SQL_STRING || (j->last.role == SQL_CLOSE && called);

    if (sql_peek(j, 0).role < SQL_NAME) return sql_lose(j);
    if (value && !j->likely) j->likely = "cast"; /* '3'::int */
    sql_advance(j);
    return SQL_AT_OPERATOR;
}

static enum sql_state
append(struct sql_judge *j)
{
    sql_term_close(j);
    sql_frame(j)->appended = true;
    sql_frame(j)->where = false;
    return j->reason ? SQL_DONE : SQL_AT_OPERAND;
}

static enum sql_state
go_logic(struct sql_judge *j)
{
    if (sql_frame(j)->between) {
        sql_frame(j)->between = false;
        return SQL_AT_OPERAND;
    }
    return append(j);
}

static enum sql_state
go_comma(struct sql_judge *j)
{
    sql_term_close(j);
    sql_frame(j)->appended = false;
    j->listed |= j->depth == 0;
    return j->reason ? SQL_DONE : SQL_AT_OPERAND;
}

/* Also one more than were opened: the value closes the application's. */
static enum sql_state
go_close(struct sql_judge *j)
{
    if (j->depth > 0) {
        if (sql_frame(j)->kind == SQL_F_CASE || sql_frame(j)->kind == SQL_F_BRACE)
            return sql_lose(j);
        sql_frame_pop(j);
    } else {
        sql_mark(j, SQL_T_PAREN);
    }
    return j->reason ? SQL_DONE : SQL_AT_OPERATOR;
}

static enum sql_state
go_unbrace(struct sql_judge *j)
{
    if (sql_frame(j)->kind != SQL_F_BRACE) return sql_lose(j);
    sql_frame_pop(j);
    return SQL_AT_OPERATOR;
}

/* WHEN, THEN, ELSE; THEN is enough to be sure. */
static enum sql_state
go_case_part(struct sql_judge *j)
{
    if (sql_frame(j)->kind != SQL_F_CASE) return sql_lose(j);
    if (j->now.word->text[0] != 't') return SQL_AT_OPERAND;
    j->reason = "case";
    return SQL_DONE;
}

static enum sql_state
go_string(struct sql_judge *j)
{
    return j->last.role == SQL_STRING ? SQL_AT_OPERATOR : sql_lose(j);
}

static enum sql_state
go_semicolon(struct sql_judge *j)
{
    if (j->depth > 0) return sql_lose(j);
    sql_term_close(j);
    sql_frame(j)->appended = false;
    return j->reason ? SQL_DONE : SQL_AFTER_SEMICOLON;
}

static enum sql_state
go_inner_word(struct sql_judge *j)
{
    return sql_frame(j)->kind == SQL_F_CALL ? SQL_AT_OPERAND : sql_lose(j);
}

/* ORDER BY, GROUP BY, HAVING, WHERE, LIMIT: what follows is again an expression. */
static enum sql_state
go_clause(struct sql_judge *j)
{
    struct sql_token next = sql_peek(j, 0);
    bool by = sql_is_word(&j->now, "order") || sql_is_word(&j->now, "group");

    if (sql_is_word(&j->now, "having") && next.role == SQL_OPEN && sql_peek(j, 1).role != SQL_NAME)
        j->likely = "having";
    if (sql_is_word(&j->now, "where") || sql_is_word(&j->now, "having")) {
        enum sql_state then = append(j);
        sql_frame(j)->where = sql_is_word(&j->now, "where");
        return then;
    }
    if (sql_is_word(&j->now, "for") && sql_is_word(&next, "update")) {
        sql_advance(j);
        return SQL_AT_OPERATOR;
    }
    if (by && next.role == SQL_END) return SQL_AT_OPERATOR;
    if (sql_is_word(&j->now, "procedure") && sql_is_word(&next, "analyse")) {
        j->reason = "procedure";
        return SQL_DONE;
    }
    if (by ? !sql_is_word(&next, "by")
           : !sql_is_word(&j->now, "limit") && !sql_is_word(&j->now, "offset"))
        return go_inner_word(j);
    if (by) sql_advance(j);
    if (sql_peek(j, 0).role == SQL_END) return SQL_AT_OPERATOR;
    sql_term_close(j);
    sql_frame(j)->appended = false;
    j->ordered |= by;
    if (!(j->opening & SQL_T_NAME) && j->opened && by && !j->likely) j->likely = "order";
    return SQL_AT_OPERAND;
}

static enum sql_state
go_from(struct sql_judge *j)
{
    if (sql_frame(j)->kind == SQL_F_CALL) return SQL_AT_OPERAND;
    return sql_shape_from(j);
}

/* 1 (select ...): what stood between was a comment of another dialect. */
static enum sql_state
go_open(struct sql_judge *j)
{
    enum sql_role next = sql_peek(j, 0).role;

    if (sql_frame(j)->term & SQL_T_NAME) return sql_lose(j);
    return next == SQL_SELECT || next == SQL_UNION ? SQL_AT_OPERAND : sql_lose(j);
}

/* ' own3d by 1: a word that some filter is meant to stumble over. */
static enum sql_state
go_name(struct sql_judge *j)
{
    struct sql_token by = sql_peek(j, 0);
    bool digits = false;

    for (size_t i = 1; i + 1 < j->now.n; i++)
        digits |= j->lex.s.p[j->now.at + i] >= '0' && j->lex.s.p[j->now.at + i] <= '9';
    if (digits && j->place != SQL_BARE && sql_is_word(&by, "by") &&
        sql_peek(j, 1).role == SQL_NUMBER && sql_peek(j, 2).role == SQL_END)
        j->reason = "order";
    return sql_lose(j);
}

/* '' find_in_set(...): a call right behind the query's own string. */
static enum sql_state
go_function(struct sql_judge *j)
{
    if (j->place == SQL_BARE || j->last.role != SQL_STRING || !sql_is_call(j)) return sql_lose(j);
    sql_mark(j, SQL_T_ARITH);
    return sql_begin_call(j);
}

const sql_step_fn sql_at_operator[SQL_ROLES] = {
    [SQL_STRING] = go_string,
    [SQL_NAME] = go_name,
    [SQL_FUNCTION] = go_function,
    [SQL_EFFECT] = go_function,
    [SQL_OPEN] = go_open,
    [SQL_CLOSE] = go_close,
    [SQL_UNBRACE] = go_unbrace,
    [SQL_COMMA] = go_comma,
    [SQL_SEMICOLON] = go_semicolon,
    [SQL_STAR] = go_arith,
    [SQL_SIGN] = go_arith,
    [SQL_ARITH] = go_arith,
    [SQL_COMPARE] = go_compare,
    [SQL_CAST] = go_cast,
    [SQL_LOGIC] = go_logic,
    [SQL_NOT] = go_not,
    [SQL_LIKE] = go_like,
    [SQL_IS] = go_compare,
    [SQL_IN] = go_in,
    [SQL_BETWEEN] = go_between,
    [SQL_POSTFIX] = go_postfix,
    [SQL_SUFFIX] = go_suffix,
    [SQL_CASE_PART] = go_case_part,
    [SQL_SELECT] = sql_shape_select,
    [SQL_UNION] = sql_shape_union,
    [SQL_FROM] = go_from,
    [SQL_CLAUSE] = go_clause,
    [SQL_INTO] = sql_shape_into,
    [SQL_AS] = go_suffix,
    [SQL_STATEMENT] = sql_shape_statement,
};

enum sql_state
sql_go(struct sql_judge *j)
{
    sql_step_fn fn = sql_at_operator[j->now.role];
    return fn ? fn(j) : sql_lose(j);
}
