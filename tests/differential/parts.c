#include "parts.h"

enum { HEADS_MOST = 64 };

/* Where a walk through the lines is. */
struct walk {
    struct parts found;
    sk_str edge; /* boundary */
    sk_str head[HEADS_MOST];
    unsigned heads;
    enum { BEFORE, HEADS, DATA } in;
};

static sk_str
without_end(sk_str line)
{
    if (line.n && line.p[line.n - 1] == '\r') line.n--;
    return line;
}

/* The boundary, without quotation marks and what follows a semicolon. */
static sk_str
boundary(const struct seclang_replay *request, struct parts *found)
{
    sk_str type = seclang_replay_header(request, SK_STR("Content-Type"));
    sk_str name = SK_STR("boundary=");
    size_t at = sk_str_find(type, name), end;

    if (at == SIZE_MAX || !sk_str_starts_nocase(type, SK_STR("multipart/form-data")))
        return (sk_str){ 0 };
    type = sk_str_from(type, at + name.n);
    end = sk_str_find_byte(type, ';');
    found->after = end != SIZE_MAX;
    type = sk_str_first(type, end);
    if (type.n >= 2 && type.p[0] == '"' && type.p[type.n - 1] == '"')
        type = sk_str_first(sk_str_from(type, 1), type.n - 2);
    found->no_boundary = type.n == 0;
    return type;
}

static bool
is_edge(const struct walk *w, sk_str line)
{
    return w->edge.n && sk_str_starts(line, SK_STR("--")) &&
           sk_str_starts(sk_str_from(line, 2), w->edge);
}

/* Whether the text ends inside a quotation. */
static bool
ends_quoted(sk_str s)
{
    char quote = '\0';

    for (size_t i = 0; i < s.n; i++) {
        if (quote && s.p[i] == '\\')
            i++;
        else if (quote ? s.p[i] == quote : s.p[i] == '"' || s.p[i] == '\'')
            quote = quote ? '\0' : s.p[i];
    }
    return quote != '\0';
}

static void
read_disposition(struct walk *w, sk_str value)
{
    static const char *const unnamed[] = { "name=\"\"", "name=''", "name=;" };

    w->found.open |= ends_quoted(value);
    for (size_t i = 0; i < sizeof(unnamed) / sizeof(unnamed[0]); i++)
        w->found.unnamed |= sk_str_find(value, sk_str_of(unnamed[i])) != SIZE_MAX;
}

static void
read_head(struct walk *w, sk_str line)
{
    size_t colon = sk_str_find_byte(line, ':');
    sk_str name = sk_str_first(line, colon);

    if (line.p[0] == ' ' || (line.p[0] >= '\t' && line.p[0] <= '\r')) return; /* folded */
    for (size_t i = 0; i < name.n; i++)
        w->found.strange |= colon != SIZE_MAX && (name.p[i] < '!' || name.p[i] > '~');
    for (unsigned i = 0; i < w->heads; i++)
        w->found.repeated |= colon != SIZE_MAX && sk_str_eq_nocase(w->head[i], name);
    if (w->heads < HEADS_MOST) w->head[w->heads++] = name;
    if (colon != SIZE_MAX && sk_str_eq_nocase(name, SK_STR("Content-Disposition")))
        read_disposition(w, sk_str_from(line, colon + 1));
}

static void
read_line(struct walk *w, sk_str line)
{
    line = without_end(line);
    if (is_edge(w, line)) {
        w->found.unfinished |= w->in == HEADS;
        w->in = HEADS;
        w->heads = 0;
    } else if (w->in == HEADS) {
        if (line.n == 0)
            w->in = DATA;
        else
            read_head(w, line);
    }
}

struct parts
parts_of(const struct seclang_replay *request)
{
    struct walk w = { .in = BEFORE };
    sk_str rest = request->body, line;

    w.edge = boundary(request, &w.found);
    while (w.edge.n && sk_str_cut(&line, &rest, '\n'))
        read_line(&w, line);
    return w.found;
}

void
parts_join_lines(struct seclang_replay *request, sk_arena *mem)
{
    struct walk w = { .in = BEFORE };
    struct sk_buf out = { .mem = mem };
    sk_str rest = request->body, line;

    w.edge = boundary(request, &w.found);
    while (sk_str_cut(&line, &rest, '\n')) {
        bool data = w.in == DATA, ended = line.p + line.n < request->body.p + request->body.n;

        read_line(&w, line);
        if (w.in == DATA && data && rest.n > 0 && !is_edge(&w, rest)) {
            line = without_end(line);
            ended = false;
        }
        sk_buf_add(&out, line);
        if (ended) sk_buf_byte(&out, '\n');
    }
    request->body = sk_buf_str(&out);
}
