/* What may stand where an operand is due. A value may also begin with an operator, as it may be
 * appended to something: then the other table is asked. */
#include "seclang/detect/sql_inner.h"

static enum sql_state
take_name(struct sql_judge *j)
{
    char first = j->lex.s.p[j->now.at];

    if (sql_is_call(j)) return sql_begin_call(j);
    sql_mark(j, SQL_T_NAME | (first >= '0' && first <= '9' ? (unsigned)SQL_T_ODD_NUMBER : 0U));
    return SQL_AT_OPERATOR;
}

static enum sql_state
take_literal(struct sql_judge *j)
{
    if (sql_is_call(j)) return sql_begin_call(j);
    sql_mark(j, SQL_T_LITERAL);
    return SQL_AT_OPERATOR;
}

static bool
is_plain_number(const struct sql_judge *j)
{
    for (size_t i = 0; i < j->now.n; i++) {
        char c = j->lex.s.p[j->now.at + i];
        if (c < '0' || c > '9') return false;
    }
    return true;
}

static enum sql_state
take_number(struct sql_judge *j)
{
    sql_mark(j, SQL_T_NUMBER | (is_plain_number(j) ? 0U : (unsigned)SQL_T_ODD_NUMBER));
    return SQL_AT_OPERATOR;
}

static enum sql_state
take_string(struct sql_judge *j)
{
    sql_mark(j, SQL_T_STRING);
    return SQL_AT_OPERATOR;
}

static enum sql_state
take_variable(struct sql_judge *j)
{
    sql_mark(j, SQL_T_VARIABLE);
    return SQL_AT_OPERATOR;
}

static enum sql_state
take_unary(struct sql_judge *j)
{
    sql_mark(j, SQL_T_UNARY);
    return SQL_AT_OPERAND;
}

static bool
is_bracketed(struct sql_judge *j)
{
    struct sql_token next = sql_peek(j, 0);
    return next.n > 0 && j->lex.s.p[next.at] == '[';
}

/* binary 'a', exists (...), date '2020-01-01'; else it is a name. */
static enum sql_state
take_prefix(struct sql_judge *j)
{
    enum sql_role next = sql_peek(j, 0).role;

    if (j->now.word && next == SQL_OPEN) return sql_begin_call(j);
    if (sql_is_word(&j->now, "binary") && next >= SQL_NAME && next <= SQL_OPEN)
        return take_unary(j);
    if (sql_is_word(&j->now, "array") && is_bracketed(j)) {
        sql_advance(j);
        return take_variable(j);
    }
    if (next == SQL_PREFIX || next == SQL_STRING || next == SQL_NUMBER || next == SQL_VARIABLE)
        return take_unary(j);
    return take_name(j);
}

static enum sql_state
take_open(struct sql_judge *j)
{
    sql_frame_push(j, SQL_F_PAREN, NULL);
    return SQL_AT_OPERAND;
}

/* ODBC and MySQL: {fn now()}, {d '2020-01-01'}, {x 1}. */
static enum sql_state
take_brace(struct sql_judge *j)
{
    enum sql_role name = sql_peek(j, 0).role, next = sql_peek(j, 1).role;

    if (name < SQL_NAME || next == SQL_CAST) return sql_lose(j);
    sql_advance(j);
    if (next == SQL_UNBRACE) { /* {name} is prose, {`a`.``.b} is not */
        if (j->lex.s.p[j->now.at] != '`') return sql_lose(j);
        sql_advance(j);
        sql_mark(j, SQL_T_VARIABLE);
        return SQL_AT_OPERATOR;
    }
    sql_frame_push(j, SQL_F_BRACE, NULL);
    return SQL_AT_OPERAND;
}

static enum sql_state
take_case(struct sql_judge *j)
{
    sql_frame_push(j, SQL_F_CASE, NULL);
    return sql_peek(j, 0).role == SQL_CASE_PART ? (sql_advance(j), SQL_AT_OPERAND) : SQL_AT_OPERAND;
}

static enum sql_state
take_close(struct sql_judge *j)
{
    if (j->state == SQL_AT_START) return sql_go(j);
    if (j->last.role != SQL_OPEN || j->depth == 0) return sql_lose(j);
    sql_frame_pop(j);
    return SQL_AT_OPERATOR;
}

static enum sql_state
take_statement_word(struct sql_judge *j)
{
    if (j->state != SQL_AT_START && j->state != SQL_AFTER_SEMICOLON) return take_name(j);
    if (sql_is_call(j) && j->state == SQL_AT_START) return sql_begin_call(j);
    return sql_shape_statement(j);
}

static enum sql_state
take_clause_word(struct sql_judge *j)
{
    if (sql_is_call(j)) return sql_begin_call(j);
    if (j->state == SQL_AT_START) return sql_go(j);
    if (sql_is_word(&j->now, "match") && sql_peek(j, 2).role == SQL_OPEN) {
        sql_advance(j); /* match name against (...) */
        sql_advance(j);
        sql_mark(j, SQL_T_LIKE | SQL_T_NAME);
        return SQL_AT_OPERAND;
    }
    return sql_lose(j);
}

/* \*1: only where other tricks were played. */
static enum sql_state
take_odd_sign(struct sql_judge *j)
{
    if (j->state == SQL_AT_START) return sql_go(j);
    return j->lex.trick ? take_unary(j) : sql_lose(j);
}

static enum sql_state
take_semicolon(struct sql_judge *j)
{
    if (j->state == SQL_AT_START) return sql_go(j);
    return j->state == SQL_AFTER_SEMICOLON ? SQL_AFTER_SEMICOLON : sql_lose(j);
}

/* ~~1, !1, and what else is made of them. */
static enum sql_state
take_signs(struct sql_judge *j)
{
    for (size_t i = 0; i < j->now.n; i++)
        if (j->lex.s.p[j->now.at + i] != '~' && j->lex.s.p[j->now.at + i] != '!')
            return j->state == SQL_AT_START ? sql_go(j) : sql_lose(j);
    return take_unary(j);
}

static enum sql_state
take_spread(struct sql_judge *j)
{
    if (sql_is_call(j)) return sql_begin_call(j);
    return sql_frame(j)->kind == SQL_F_CALL ? SQL_AT_OPERAND : sql_lose(j);
}

const sql_step_fn sql_at_operand[SQL_ROLES] = {
    [SQL_NUMBER] = take_number,      [SQL_STRING] = take_string,
    [SQL_NAME] = take_name,          [SQL_VARIABLE] = take_variable,
    [SQL_LITERAL] = take_literal,    [SQL_FUNCTION] = take_name,
    [SQL_EFFECT] = take_name,        [SQL_OPEN] = take_open,
    [SQL_CLOSE] = take_close,        [SQL_BRACE] = take_brace,
    [SQL_SIGN] = take_unary,         [SQL_STAR] = take_odd_sign,
    [SQL_ARITH] = take_odd_sign,     [SQL_SEMICOLON] = take_semicolon,
    [SQL_NEGATE] = take_unary,       [SQL_NOT] = take_unary,
    [SQL_PREFIX] = take_prefix,      [SQL_LIKE] = take_clause_word,
    [SQL_POSTFIX] = take_name,       [SQL_CASE] = take_case,
    [SQL_SELECT] = sql_shape_select, [SQL_UNION] = sql_shape_union,
    [SQL_COMPARE] = take_signs,      [SQL_SPREAD] = take_spread,
    [SQL_CLAUSE] = take_clause_word, [SQL_STATEMENT] = take_statement_word,
    [SQL_OBJECT] = take_name,
};
