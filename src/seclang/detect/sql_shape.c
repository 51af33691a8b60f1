/* What must follow SELECT, UNION and the words of statements before they count as SQL. Prose has
 * these words too ("select a size", "drop us a line"), but never in such company. */
#include "seclang/detect/sql_inner.h"

/* ── selecting ── */

/* How surely a query stands here, by what stands before SELECT. */
enum trust { PROSE, BEGINS, FOLLOWS, CERTAIN };

static enum trust
trust_of(struct sql_judge *j)
{
    const struct sql_frame *frame = sql_frame(j);
    /* test-select-in; read, write, select */
    bool named = j->place == SQL_BARE && ((frame->term | j->opening) & SQL_T_NAME);

    if (j->lost) return PROSE;
    if (named && j->last.role != SQL_OPEN) return BEGINS;
    if (j->state == SQL_AT_START || j->state == SQL_AT_OPERATOR) return BEGINS;
    if (frame->kind == SQL_F_CALL && !frame->word) return BEGINS; /* size (select one) */
    return FOLLOWS;
}

/* now and the next token are a call. */
static bool
is_call(struct sql_judge *j)
{
    return (j->now.role == SQL_NAME || (j->now.word && j->now.word->call)) &&
           sql_peek(j, 0).role == SQL_OPEN;
}

static bool
is_name(const struct sql_token *t)
{
    return t->role == SQL_NAME || t->role == SQL_OBJECT || t->role == SQL_FUNCTION ||
           t->role == SQL_EFFECT || t->role == SQL_STATEMENT || t->role == SQL_POSTFIX;
}

static void
skip_spread(struct sql_judge *j)
{
    while (j->now.role == SQL_SPREAD || j->now.role == SQL_AS) {
        bool top = j->now.word && j->now.word->text[0] == 't';
        sql_advance(j);
        if (top && j->now.role == SQL_NUMBER) sql_advance(j);
    }
}

/* What no prose has between SELECT and FROM. */
static bool
is_mark(struct sql_judge *j)
{
    static const bool marks[SQL_ROLES] = {
        [SQL_VARIABLE] = true, [SQL_STAR] = true,   [SQL_COMPARE] = true,
        [SQL_CAST] = true,     [SQL_CASE] = true,   [SQL_STRING] = true,
        [SQL_NUMBER] = true,   [SQL_LOGIC] = false, [SQL_COMMA] = true,
    };
    sk_str text = { j->lex.s.p + j->now.at, j->now.n };

    return marks[j->now.role] || is_call(j) ||
           (j->now.role == SQL_NAME &&
            (sk_str_find_byte(text, '.') != SIZE_MAX || sk_str_find_byte(text, '_') != SIZE_MAX ||
             text.p[0] == '`' || text.p[0] == '['));
}

/* Behind FROM: a table, and then nothing that reads on as prose. */
static bool
is_table(struct sql_judge *j)
{
    struct sql_token next = sql_peek(j, 0), after = sql_peek(j, 1);

    if (next.role == SQL_OPEN || next.role == SQL_STRING) return true;
    if (!is_name(&next)) return next.role == SQL_VARIABLE || next.role == SQL_LITERAL;
    return !is_name(&after) || sql_peek(j, 2).role != SQL_NAME;
}

/* ── statements ── */

/* What may follow, as alternatives: a word in lower case stands for itself, a sign for a role:
 *     n name   o kind of object   s string   v @variable   1 number   ( = , *   themselves
 *     f call   S select   F from   I into   T statement   x name with a point or underscore
 *     . end of the value or the statement   C end by a comment or semicolon   c by a comment */
struct shape {
    const char *word;
    int least; /* enum trust: where it counts */
    const char *what;
};

static const struct shape shapes[] = {
    { "alter", BEGINS, "o n T|o n n|o n (|o n with" },
    { "attach", BEGINS, "database s|s as" },
    { "backup", BEGINS, "database n to|log n" },
    { "begin", FOLLOWS, "T|f|n T|S" },
    { "bulk", PROSE, "insert n" },
    { "call", CERTAIN, "n (|x (" },
    { "copy", CERTAIN, "n F s|n to s|n F n|( S|n (" },
    { "create", BEGINS, "o n (|o n as|o x|or T|o n .|unique index|o if not|temp o|temporary o" },
    { "create", CERTAIN, "n o n" },
    { "dbcc", BEGINS, "n (" },
    { "declare", PROSE, "v" },
    { "declare", FOLLOWS, "n n .|n n =|n cursor" },
    { "delete", BEGINS, "F x|F n .|F n where|low_priority F|ignore F|quick F|F n C|F n ," },
    { "deny", BEGINS, "n on|all" },
    { "describe", BEGINS, "x|n C" },
    { "do", FOLLOWS, "( 1|f|( S|s" },
    { "drop", BEGINS, "o n .|o n ,|o if exists|o x|o n cascade|o n (" },
    { "drop", FOLLOWS, "n c|o s" },
    { "exec", PROSE, "v|( s|( v|( x|x" },
    { "exec", CERTAIN, "(|s|n s|n v|n 1|n c" },
    { "execute", PROSE, "v|( s|( v|x|as login" },
    { "execute", CERTAIN, "(|s|immediate|n s|n v" },
    { "explain", BEGINS, "S" },
    { "goto", PROSE, "n S|n T|n c" },
    { "grant", BEGINS, "all|T on|S on|S ,|n to n" },
    { "handler", PROSE, "n open|x open|n read|x read" },
    { "if", FOLLOWS, "( 1|( S|1 =|not exists|exists (|( v|v" },
    { "if", CERTAIN, "( f|( (|( n =|( s" },
    { "insert", BEGINS, "I n (|I n values|I n S|I n set|I x|n values|I s" },
    { "kill", FOLLOWS, "1 ." },
    { "load", BEGINS, "data|xml|s" },
    { "lock", BEGINS, "tables n" },
    { "merge", BEGINS, "I n using|I x" },
    { "prepare", BEGINS, "n F|n as" },
    { "print", CERTAIN, "v|s .|1 ." },
    { "raiserror", BEGINS, "(" },
    { "reconfigure", FOLLOWS, "." },
    { "rename", BEGINS, "table n to" },
    { "replace", BEGINS, "I n|I x" },
    { "restore", BEGINS, "database" },
    { "revoke", BEGINS, "all|S on|T on" },
    { "set", BEGINS, "v" },
    { "set", CERTAIN, "n =|x|global n|session n" },
    { "show", BEGINS, "tables|databases|n F" },
    { "shutdown", FOLLOWS, ".|with|T|- -" },
    { "truncate", BEGINS, "table n|table x|n C|x ." },
    { "update", BEGINS, "n set|n n set" },
    { "update", FOLLOWS, "x set" },
    { "use", FOLLOWS, "n c|x ." },
    { "vacuum", FOLLOWS, "." },
    { "waitfor", PROSE, "delay s|time s|delay v|delay (|delay C" },
    { "while", CERTAIN, "1 =|( 1|v|( v" },
    { "analyze", BEGINS, "table" },
    { "detach", BEGINS, "database" },
    { "pragma", BEGINS, "n =|x =|n (|x (" },
    { "dump", BEGINS, "database" },
};

static bool
is_named_oddly(const struct sql_judge *j, const struct sql_token *t)
{
    sk_str text = { j->lex.s.p + t->at, t->n };

    return (t->role == SQL_NAME || t->role == SQL_EFFECT) &&
           (sk_str_find_byte(text, '.') != SIZE_MAX || sk_str_find_byte(text, '_') != SIZE_MAX ||
            text.p[0] == '`' || text.p[0] == '[');
}

static bool
is_role(struct sql_judge *j, unsigned i, char sign)
{
    static const struct {
        char sign;
        enum sql_role role;
    } roles[] = { { 'o', SQL_OBJECT },    { 's', SQL_STRING }, { 'v', SQL_VARIABLE },
                  { '1', SQL_NUMBER },    { '(', SQL_OPEN },   { '=', SQL_COMPARE },
                  { ',', SQL_COMMA },     { '*', SQL_STAR },   { 'S', SQL_SELECT },
                  { 'F', SQL_FROM },      { 'I', SQL_INTO },   { 'T', SQL_STATEMENT },
                  { ';', SQL_SEMICOLON }, { '-', SQL_SIGN } };
    struct sql_token t = sql_peek(j, i);

    switch (sign) {
    case 'n':
        return is_name(&t) || t.role == SQL_STRING;
    case 'x':
        return is_named_oddly(j, &t);
    case 'f':
        return (t.role == SQL_NAME || (t.word && t.word->call)) &&
               sql_peek(j, i + 1).role == SQL_OPEN;
    case '.':
        return t.role == SQL_END || t.role == SQL_SEMICOLON || t.role == SQL_CLOSE;
    case 'c':
        return t.role == SQL_END && sql_cuts_off(j);
    case 'C':
        return t.role == SQL_SEMICOLON || (t.role == SQL_END && j->lex.cut);
    default:
        break;
    }
    for (size_t k = 0; k < sizeof roles / sizeof *roles; k++)
        if (roles[k].sign == sign) return t.role == roles[k].role && (sign != 'v' || t.sign == '@');
    return false;
}

static bool
follows(struct sql_judge *j, sk_str alternative)
{
    sk_str item;
    unsigned i = 0;

    while (sk_str_cut(&item, &alternative, ' ')) {
        if (item.n == 0) continue;
        struct sql_token t = sql_peek(j, i);
        if (item.n > 1 ? !sql_is_spelled(j, &t, item) : !is_role(j, i, item.p[0])) return false;
        i++;
    }
    return true;
}

/* A name in front of it is prose; a quote that was closed or a semicolon is not. */
static enum trust
statement_trust(const struct sql_judge *j)
{
    if (j->lost && j->state != SQL_AFTER_SEMICOLON) return PROSE;
    if (j->state == SQL_AT_START) return BEGINS;
    if (j->state == SQL_AFTER_SEMICOLON) return CERTAIN;
    return (j->place == SQL_BARE || j->place == SQL_IN_COMMENT) && (j->frame[0].term & SQL_T_NAME)
               ? PROSE
               : FOLLOWS;
}

static bool
is_statement(struct sql_judge *j)
{
    enum trust trust = statement_trust(j);
    sk_str alternative;

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (strcmp(shapes[i].word, j->now.word->text) != 0 || (int)trust < shapes[i].least)
            continue;
        sk_str rest = sk_str_of(shapes[i].what);
        while (sk_str_cut(&alternative, &rest, '|'))
            if (follows(j, alternative)) return true;
    }
    return false;
}

/* ── reading a query ── */

/* A known function with something that is no name in it. */
static bool
is_sql_call(struct sql_judge *j)
{
    struct sql_token inner = sql_peek(j, 1);
    return j->now.word && j->now.word->call && is_call(j) && inner.role != SQL_NAME;
}

/* The list, the table, or where it ends: does it read as a query? -1: not known yet. */
static int
tells(struct sql_judge *j, enum trust trust, unsigned marks, unsigned run)
{
    enum sql_role next = sql_peek(j, 0).role;

    switch (j->now.role) {
    case SQL_FROM:
        return trust == CERTAIN || (is_table(j) && (trust >= FOLLOWS || marks > 0 || j->lex.cut ||
                                                    sql_peek(j, 3).role == SQL_COMPARE));
    case SQL_COMMA:
        return trust >= FOLLOWS && (run < 2 || marks > 1) ? 1 : -1;
    case SQL_CLAUSE:
        return trust >= FOLLOWS && run > 0 ? 1 : -1;
    case SQL_SELECT:
        return j->last.role == SQL_OPEN ? 1 : -1;
    case SQL_UNION:
        return marks > 0 && (next == SQL_SELECT || next == SQL_SPREAD) ? 1 : -1;
    case SQL_INTO:
        return marks > 0 ? 1 : -1;
    case SQL_CASE:
        return trust >= FOLLOWS || next == SQL_CASE_PART ? 1 : -1;
    case SQL_BAD:
        return 0;
    case SQL_END:
    case SQL_SEMICOLON:
        return trust == CERTAIN || (marks == 1 && run == 1 && sql_cuts_off(j)) ||
               (marks > 0 && trust != PROSE && (j->lex.cut || trust == FOLLOWS));
    default:
        return -1;
    }
}

/* Reads the list until it is certain. True: a query. */
static bool
reads_as_query(struct sql_judge *j, enum trust trust)
{
    unsigned marks = 0, run = 0, before, depth = 0;

    for (;; sql_advance(j)) {
        enum sql_role role = j->now.role;
        bool operand = is_name(&j->now) || role == SQL_NUMBER || role == SQL_STRING;
        marks += is_mark(j);
        before = run;
        run = operand ? run + 1 : 0;
        if (run > 2) return false;
        if (trust == PROSE && marks > 1 && is_sql_call(j)) return true;
        if (role == SQL_STATEMENT && marks > 0) return is_statement(j);
        if (role == SQL_CLOSE && depth == 0) return trust == CERTAIN || (trust == FOLLOWS && marks);
        depth += role == SQL_OPEN;
        depth -= role == SQL_CLOSE;
        int told = tells(j, trust, marks, before);
        if (told >= 0) return told > 0;
    }
}

/* What is selected begins with something that is no word. */
static bool
begins_hard(struct sql_judge *j, enum trust trust)
{
    static const bool hard[SQL_ROLES] = {
        [SQL_STAR] = true,    [SQL_VARIABLE] = true, [SQL_OPEN] = true,
        [SQL_LITERAL] = true, [SQL_SIGN] = true,     [SQL_CASE] = true,
        [SQL_NEGATE] = true,  [SQL_STRING] = true,   [SQL_BRACE] = true,
    };
    enum sql_role next = sql_peek(j, 0).role;

    if (trust >= FOLLOWS && j->now.role == SQL_NUMBER) return next != SQL_NAME;
    if (trust >= FOLLOWS) return hard[j->now.role] || is_call(j);
    if (j->now.role == SQL_STAR) return next == SQL_FROM;
    if (j->now.role == SQL_OPEN) return next == SQL_SELECT;
    if (j->now.role == SQL_VARIABLE) return j->now.sign == '@';
    return is_call(j) && j->now.word;
}

static enum sql_state
found(struct sql_judge *j, const char *why)
{
    j->reason = why;
    return SQL_DONE;
}

static enum sql_state
select_as(struct sql_judge *j, enum trust trust, const char *why)
{
    sql_advance(j);
    skip_spread(j);
    if (begins_hard(j, trust)) return found(j, why);
    if (reads_as_query(j, trust)) return found(j, why);
    return sql_lose(j);
}

enum sql_state
sql_shape_select(struct sql_judge *j)
{
    return select_as(j, trust_of(j), "select");
}

/* VALUES (1), VALUES ROW(1), TABLE users */
static bool
is_row_source(struct sql_judge *j)
{
    struct sql_token t = j->now, next = sql_peek(j, 0), end = sql_peek(j, 1);

    if (sql_is_spelled(j, &t, SK_STR("values")))
        return next.role == SQL_OPEN || (next.role == SQL_PREFIX && end.role == SQL_OPEN);
    return sql_is_spelled(j, &t, SK_STR("table")) && is_name(&next) &&
           (end.role == SQL_END || end.role == SQL_CLAUSE || end.role == SQL_SEMICOLON);
}

/* UNION, and what no prose has there even without SELECT. */
enum sql_state
sql_shape_union(struct sql_judge *j)
{
    bool prose = j->lost || !j->frame[0].term || (j->frame[0].term & SQL_T_NAME) ||
                 (j->last.role == SQL_NUMBER && !j->now.spaced && sql_peek(j, 0).role == SQL_END);
    enum sql_role next;

    sql_advance(j);
    while (j->now.role == SQL_SPREAD || j->now.role == SQL_OPEN || j->now.role == SQL_SIGN)
        sql_advance(j);
    next = sql_peek(j, 0).role;
    if (j->now.role == SQL_SELECT)
        return select_as(j, j->lost ? BEGINS : prose ? FOLLOWS : CERTAIN, "union");
    if (prose) return sql_lose(j);
    if (j->now.role == SQL_END || j->now.role == SQL_STAR ||
        (j->now.role == SQL_ARITH && j->place == SQL_IN_COMMENT))
        return found(j, "union");
    if (j->now.role == SQL_NUMBER && next == SQL_COMMA) return found(j, "union");
    if (is_row_source(j)) return found(j, "union");
    if (j->now.role == SQL_STATEMENT) return sql_shape_statement(j);
    return sql_lose(j);
}

/* ... INTO OUTFILE 'file' */
enum sql_state
sql_shape_into(struct sql_judge *j)
{
    struct sql_token next;

    sql_advance(j);
    next = sql_peek(j, 0);
    if (j->now.role == SQL_OBJECT && sk_str_ends(sk_str_of(j->now.word->text), SK_STR("file")) &&
        (next.role == SQL_STRING || next.role == SQL_OPEN ||
         (!j->lost && next.role >= SQL_NAME && next.role <= SQL_EFFECT)))
        return found(j, "into");
    if (j->now.role == SQL_VARIABLE && !j->lost) return found(j, "into");
    return sql_lose(j);
}

/* 1 FROM users WHERE name=, 1 FROM users-- */
enum sql_state
sql_shape_from(struct sql_judge *j)
{
    bool prose = j->lost || !j->frame[0].term || (j->frame[0].term & SQL_T_NAME);
    enum sql_role condition = sql_peek(j, 3).role;
    struct sql_token table = sql_peek(j, 0), where = sql_peek(j, 1);

    if (is_named_oddly(j, &table) && sql_is_word(&where, "where")) return found(j, "from");
    if (prose || !is_name(&table)) return sql_lose(j);
    if (where.role == SQL_END && j->lex.cut) return found(j, "from");
    if (where.role == SQL_CLAUSE &&
        (condition == SQL_COMPARE || condition == SQL_LIKE || condition == SQL_IN))
        return found(j, "from");
    return sql_lose(j);
}

/* Words alone, such as "delete from my list", are prose. */
static bool
has_sign(sk_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i], lower = sk_lower_byte(c);
        if (c > ' ' && c < 0x7f && !(lower >= 'a' && lower <= 'z')) return true;
    }
    return false;
}

enum sql_state
sql_shape_statement(struct sql_judge *j)
{
    if (is_statement(j) && (statement_trust(j) > BEGINS || has_sign(j->lex.s)))
        return found(j, "statement");
    return sql_lose(j);
}
