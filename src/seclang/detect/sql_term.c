/* What the terms of an expression say: whether one is what an attacker appends to a condition. */
#include "seclang/detect/sql_inner.h"

#define CONSTANTS (SQL_T_NUMBER | SQL_T_STRING | SQL_T_VARIABLE | SQL_T_LITERAL)
#define CALLS     (SQL_T_CALL | SQL_T_EFFECT)

static bool
quoted(const struct sql_judge *j)
{
    return j->place != SQL_BARE && j->place != SQL_IN_COMMENT;
}

/* The value begins as prose may: with a name. */
static bool
begins_with_name(const struct sql_judge *j)
{
    unsigned first = j->opened ? j->opening : j->frame[j->depth].term; /* "or item(s)" */

    return !quoted(j) && (first & (SQL_T_NAME | SQL_T_NAMED_CALL));
}

static void
likely(struct sql_judge *j, const char *why)
{
    if (!j->likely || j->needs_end) j->likely = why;
    j->needs_end = false;
}

static void
likely_at_end(struct sql_judge *j, const char *why)
{
    if (j->likely) return;
    j->likely = why;
    j->needs_end = true;
}

static void
sure(struct sql_judge *j, const char *why)
{
    if (!j->reason) j->reason = why;
}

/* The last byte of the query's own string; 0: the value begins with the quote. */
static char
byte_before(const struct sql_judge *j)
{
    return j->first.n > 1 ? j->lex.s.p[j->first.n - 2] : 0;
}

/* More than a word, or a word of no programmer. */
static bool
reads_on(sk_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (sk_is_blank(s.p[i]) || (unsigned char)s.p[i] >= 0x80) return true;
    return false;
}

/* Many a driver ends the query there. */
static bool
ends_with_zero(const struct sql_judge *j)
{
    return j->lex.s.n > 1 && j->lex.s.p[j->lex.s.n - 1] == 0;
}

/* BAMBOO SOAP 1 '# */
static bool
leaves_blank(const struct sql_judge *j)
{
    return sk_is_blank(byte_before(j));
}

/* "1--" comments out; "5 -- a nice one" is prose. */
bool
sql_cuts_off(const struct sql_judge *j)
{
    sk_str comment = sk_str_from(j->lex.s, j->lex.cut_at), text;

    if (!j->lex.cut) return ends_with_zero(j);
    if (comment.p[0] == '#')
        return quoted(j) && !reads_on(sk_str_from(comment, 1)) && !leaves_blank(j);
    text = sk_str_from(comment, 2);
    if (sk_str_starts(sk_str_trim(text), SK_STR("-"))) text = sk_str_from(sk_str_trim(text), 1);
    return !reads_on(sk_str_trim(text)) || (j->lex.cut_at == j->last.at + j->last.n && !quoted(j));
}

/* 1=1, 'a'='a, sleep(1)=0: no name in it. */
static void
judge_comparison(struct sql_judge *j, unsigned f)
{
    bool names = f & (SQL_T_NAME | SQL_T_NAMED_CALL);

    if (!quoted(j) && !(f & SQL_T_EQUAL) && (j->opening & SQL_T_COMPARE) && !names) return;
    if (!names && (f & SQL_T_COMPARE))
        sure(j, "comparison");
    else if (!names || !begins_with_name(j) || !(f & SQL_T_LEFT_NAME))
        likely(j, "comparison");
}

/* SMALL "&" SIGN, HREF="/": as prose and markup quote (prose takes double quotes for it, queries
 * the single ones). The term is read up to its end. */
static bool
quotes_a_word(const struct sql_judge *j)
{
    sk_str right = { j->lex.s.p + j->last.at, j->last.n };
    char before = byte_before(j);
    bool blank = sk_is_blank(before) || (right.n > 1 && sk_is_blank(right.p[1]));
    bool enclosed = before == '(' && right.n > 1 && right.p[1] == ')'; /* ("#") */

    return j->last.role == SQL_STRING && (before == '=' || enclosed || (blank && !j->last.spaced));
}

/* More than one word on one side of what is quoted. */
static bool
is_sentence(const struct sql_judge *j)
{
    sk_str left = sk_str_trim(sk_str_first(j->lex.s, j->first.n ? j->first.n - 1 : 0));
    sk_str right = sk_str_trim(sk_str_from(j->lex.s, j->last.at + 1));

    return sk_str_find_byte(left, ' ') != SIZE_MAX || sk_str_find_byte(right, ' ') != SIZE_MAX;
}

/* AND 1, OR 'a, OR @x: nothing but a constant. "2 or 3" is prose. */
static void
judge_constant(struct sql_judge *j, unsigned f)
{
    unsigned arith = SQL_T_ARITH, alike = f | j->opening;
    bool plainly = (alike & ~arith) == SQL_T_NUMBER || alike == SQL_T_VARIABLE ||
                   (f == j->opening && f == (SQL_T_NUMBER | SQL_T_ODD_NUMBER));

    if (sql_frame(j)->where || (begins_with_name(j) && !(f & SQL_T_VARIABLE))) return;
    if (!quoted(j) && plainly && !j->lex.commented && !sql_cuts_off(j)) return;
    if (!quoted(j) && (j->opening & SQL_T_STRING) && f == SQL_T_STRING) return;
    if (!quoted(j) && !j->opened && !j->lex.commented && !sql_cuts_off(j)) return;
    if (quoted(j) && alike == SQL_T_STRING && is_sentence(j) && quotes_a_word(j)) return;
    if (!quoted(j) && (f & SQL_T_LITERAL) && (j->opening & SQL_T_LITERAL)) return;
    likely(j, "logic");
}

static void
judge_appended(struct sql_judge *j, unsigned f)
{
    if (f & SQL_T_EFFECT)
        sure(j, "call");
    else if (f & (SQL_T_COMPARE | SQL_T_LIKE))
        judge_comparison(j, f);
    else if ((f & SQL_T_CALL) || ((f & SQL_T_NAMED_CALL) && !begins_with_name(j)))
        likely(j, "call");
    else if (quoted(j) && (f & SQL_T_ARITH) && (f & CONSTANTS))
        likely(j, "logic");
    if (!(f & ~(unsigned)(CONSTANTS | SQL_T_ARITH | SQL_T_UNARY | SQL_T_PAREN | SQL_T_ODD_NUMBER |
                          SQL_T_INNER)))
        judge_constant(j, f);
}

/* " | name | ": blanks around the signs, and the last quote opens. */
static bool
is_spread_out(const struct sql_judge *j)
{
    sk_str rest = sk_str_from(j->lex.s, j->first.n);

    return j->last.open && j->last.spaced && rest.n && sk_is_blank(rest.p[0]);
}

/* '+'b, '=0#, ' is null: the query's own string goes on as an expression. */
static void
judge_expression(struct sql_judge *j, unsigned f)
{
    bool named = f & SQL_T_NAME, reads;

    if (j->place != SQL_IN_SINGLE)
        reads = (!named || is_spread_out(j)) && !quotes_a_word(j);
    else
        reads = (!named || j->last.open) && byte_before(j) != '>' && /* (>'-'<) is a face */
                !(is_sentence(j) && quotes_a_word(j));
    if (f & (SQL_T_CALL | SQL_T_VARIABLE))
        likely(j, "expression");
    else if (reads)
        likely_at_end(j, "expression");
}

/* The value's own first term, or one in a list or among arguments. */
static void
judge_first(struct sql_judge *j, unsigned f)
{
    bool compares = f & (SQL_T_COMPARE | SQL_T_LIKE | SQL_T_ARITH);

    enum sql_frame_kind kind = sql_frame(j)->kind;
    bool constant = !(f & (SQL_T_NAME | SQL_T_NAMED_CALL)) && (f & SQL_T_COMPARE);

    if (f & SQL_T_EFFECT) sure(j, "call");
    if (f & SQL_T_NESTED) likely(j, "call");
    if (!compares) return;
    if (quoted(j) && j->depth == 0 && !j->opened)
        judge_expression(j, f);
    else if (f & SQL_T_CALL)
        likely(j, "call");
    else if (constant && ((kind == SQL_F_CALL && sql_frame(j)->word) ||
                          ((f & SQL_T_INNER) && (f & SQL_T_ARITH))))
        likely(j, "comparison");
}

/* A term behind AND or OR where the value as a whole is no SQL. */
static void
judge_lost(struct sql_judge *j, unsigned f)
{
    if ((f & SQL_T_EFFECT) || ((f & SQL_T_CALL) && !sql_frame(j)->astray))
        sure(j, "call");
    else if ((f & SQL_T_EQUAL) && (f & CONSTANTS) && !(f & SQL_T_LEFT_NAME))
        sure(j, "comparison");
}

void
sql_term_close(struct sql_judge *j)
{
    struct sql_frame *frame = sql_frame(j);
    unsigned f = frame->term;

    frame->sum |= f;
    if (f && j->lost) {
        if (frame->appended || (quoted(j) && (f & SQL_T_EFFECT))) judge_lost(j, f);
    } else if (f) {
        if (frame->appended)
            judge_appended(j, f);
        else
            judge_first(j, f);
    }
    if (j->depth == 0 && !j->opened && f) {
        j->opened = true;
        j->opening = f;
    }
    frame->term = 0;
    frame->between = false;
}

void
sql_frame_push(struct sql_judge *j, enum sql_frame_kind kind, const struct sql_word *word)
{
    if (j->depth + 1 == SQL_DEPTH) {
        j->deeper++;
        return;
    }
    j->frame[++j->depth] = (struct sql_frame){ .kind = kind, .word = word };
}

/* What a call is to the term around it. item(s) in prose: some word and a name. */
static unsigned
call_of(const struct sql_frame *call)
{
    bool prose = call->sum == SQL_T_NAME;

    if (!call->word || prose) return SQL_T_NAMED_CALL;
    return call->word->role == SQL_EFFECT ? SQL_T_EFFECT : SQL_T_CALL;
}

void
sql_frame_pop(struct sql_judge *j)
{
    struct sql_frame inner = *sql_frame(j);
    unsigned seen;

    if (j->deeper > 0) {
        j->deeper--;
        return;
    }
    sql_term_close(j);
    inner.sum = sql_frame(j)->sum;
    seen = inner.sum & ~(unsigned)SQL_T_LEFT_NAME;
    j->depth--;
    if (inner.kind == SQL_F_CALL)
        sql_frame(j)->term |=
            call_of(&inner) | (seen & (SQL_T_CALL | SQL_T_EFFECT)) |
            (seen & (SQL_T_CALL | SQL_T_EFFECT | SQL_T_VARIABLE) ? (unsigned)SQL_T_NESTED : 0U);
    else
        sql_frame(j)->term |=
            SQL_T_PAREN | seen | (seen & SQL_T_COMPARE ? (unsigned)SQL_T_INNER : 0U);
}

static char
place_quote(const struct sql_judge *j)
{
    static const char quotes[SQL_PLACES] = { 0, '\'', '"', '`', 0 };
    return quotes[j->place];
}

/* What follows in the query is commented out, or closes the string that the value opened. */
static bool
ends_well(const struct sql_judge *j)
{
    if (!quoted(j) || j->lex.cut || j->state == SQL_AFTER_SEMICOLON) return true;
    return j->last.open && j->last.sign == place_quote(j);
}

/* '--run', "#top": the comment has the quote that closes it. */
static bool
quotes_an_option(const struct sql_judge *j)
{
    sk_str comment = sk_str_from(j->lex.s, j->lex.cut ? j->lex.cut_at : j->lex.s.n);

    return quoted(j) && sk_str_find_byte(comment, place_quote(j)) != SIZE_MAX;
}

/* admin'-- whatever else the field had: one word, the quote, and then at once the comment. */
static bool
ends_a_word(const struct sql_judge *j)
{
    sk_str left = sk_str_first(j->lex.s, j->first.n ? j->first.n - 1 : 0);
    unsigned char end = left.n ? (unsigned char)left.p[left.n - 1] : 0;
    bool letter = (sk_lower_byte(end) >= 'a' && sk_lower_byte(end) <= 'z') ||
                  (end >= '0' && end <= '9') || end >= 0x80;

    return quoted(j) && letter && j->lex.cut_at == j->first.n && j->lex.s.p[j->first.n] == '-' &&
           sk_str_find_byte(left, ' ') == SIZE_MAX;
}

static void
judge_cut(struct sql_judge *j)
{
    unsigned f = j->opening;

    if (j->likely || j->listed || !j->lex.cut) return;
    if (j->ordered) likely(j, "order");
    if (!(sql_cuts_off(j) || ends_a_word(j)) || j->frame[0].appended || quotes_an_option(j)) return;
    if (quoted(j) ? f == SQL_T_STRING || (f & SQL_T_PAREN) : !(f & (SQL_T_NAME | SQL_T_NAMED_CALL)))
        likely(j, "comment");
}

void
sql_term_finish(struct sql_judge *j)
{
    bool complete = j->state == SQL_AT_OPERATOR || j->state == SQL_AFTER_SEMICOLON;

    while (j->depth > 0)
        sql_frame_pop(j);
    sql_term_close(j);
    if (j->reason || j->lost || !complete) return;
    judge_cut(j);
    if (j->likely && (!j->needs_end || ends_well(j))) j->reason = j->likely;
}
