/* Joining, cutting and unescaping configuration lines. */
#include "seclang/parse/conf_text.h"

void
seclang_text_open(struct seclang_conf_text *reader, sk_arena *mem, sk_arena *scratch,
                  const char *file, sk_str text, unsigned first_line)
{
    if (sk_str_starts(text, SK_STR("\xef\xbb\xbf"))) text = sk_str_from(text, 3);
    *reader = (struct seclang_conf_text){ .mem = mem,
                                          .file = file,
                                          .rest = text,
                                          .next_line = first_line,
                                          .joined = { .mem = scratch } };
}

struct seclang_place
seclang_text_place(const struct seclang_conf_text *reader, size_t at)
{
    struct seclang_place place = { reader->file, reader->next_line, 1 };
    for (size_t i = 0; i < reader->piece_count && reader->piece[i].at <= at; i++) {
        place.line = reader->piece[i].line;
        place.column = (unsigned)(at - reader->piece[i].at + reader->piece[i].before + 1);
    }
    return place;
}

static sk_err
fail_at(const struct seclang_conf_text *reader, size_t at, const char *what)
{
    struct seclang_place place = seclang_text_place(reader, at);
    return sk_fail(SK_BAD, "%s:%u:%u: %s", place.file, place.line, place.column, what);
}

/* ── one line of several physical ones ── */

static void
remember_piece(struct seclang_conf_text *reader)
{
    if (reader->piece_count == reader->piece_room) {
        size_t room = reader->piece_room ? reader->piece_room * 2 : 16;
        reader->piece =
            sk_grow(reader->joined.mem, reader->piece, reader->piece_room * sizeof *reader->piece,
                    room * sizeof *reader->piece);
        reader->piece_room = room;
    }
    reader->piece[reader->piece_count++] =
        (struct seclang_piece){ .at = reader->joined.n, .line = reader->next_line };
}

/* Adds one physical line; true when it ends in a backslash. */
static bool
add_physical(struct seclang_conf_text *reader)
{
    sk_str line = { 0 };
    (void)sk_str_cut(&line, &reader->rest, '\n');
    if (line.n && line.p[line.n - 1] == '\r') line.n--;
    bool goes_on = line.n && line.p[line.n - 1] == '\\';
    if (goes_on) line.n--;
    remember_piece(reader);
    sk_buf_add(&reader->joined, line);
    reader->next_line++;
    return goes_on;
}

static sk_err
join(struct seclang_conf_text *reader, bool *some)
{
    reader->joined.n = 0;
    reader->piece_count = 0;
    *some = reader->rest.p != NULL && reader->rest.n > 0;
    if (!*some) return sk_ok();
    while (add_physical(reader) && reader->rest.p)
        if (reader->joined.n > SECLANG_LINE_MOST)
            return fail_at(reader, 0,
                           "this line is longer than 1048576 bytes with its continuations");
    if (reader->joined.n > SECLANG_LINE_MOST)
        return fail_at(reader, 0, "this line is longer than 1048576 bytes");
    size_t zero = sk_str_find_byte(sk_buf_str(&reader->joined), 0);
    if (zero != SIZE_MAX) return fail_at(reader, zero, "a zero byte: rule files are text");
    return sk_ok();
}

/* ── words ── */

static bool
escaped_pair(sk_str raw, size_t at, char quote)
{
    if (raw.p[at] != '\\' || at + 1 >= raw.n) return false;
    return raw.p[at + 1] == '\\' || (quote && raw.p[at + 1] == quote);
}

static sk_str
unescape(sk_arena *mem, sk_str raw, char quote)
{
    char *text = sk_alloc(mem, raw.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        if (escaped_pair(raw, i, quote)) i++;
        text[n++] = raw.p[i];
    }
    text[n] = 0;
    return (sk_str){ text, n };
}

struct seclang_place
seclang_text_arg_place(const struct seclang_conf_text *reader, const struct seclang_arg *arg,
                       size_t at)
{
    sk_str raw = sk_str_first(sk_buf_str(&reader->joined), arg->to);
    size_t i = arg->from;
    for (; i < arg->to && at > 0; i++, at--)
        if (escaped_pair(raw, i, arg->quote)) i++;
    return seclang_text_place(reader, i);
}

/* The argument at `at`; *at is moved behind it. */
static sk_err
take_arg(struct seclang_arg *arg, struct seclang_conf_text *reader, sk_str s, size_t *at)
{
    size_t i = *at;
    char quote = s.p[i] == '"' || s.p[i] == '\'' ? s.p[i] : 0;
    *arg = (struct seclang_arg){ .from = quote ? i + 1 : i, .quote = quote };
    for (i = arg->from; i < s.n && (quote ? s.p[i] != quote : !sk_is_blank(s.p[i])); i++)
        if (escaped_pair(s, i, quote)) i++;
    if (quote && i >= s.n)
        return fail_at(reader, *at,
                       quote == '"' ? "this \" is never closed; expected another \" on this line"
                                    : "this ' is never closed; expected another ' on this line");
    arg->to = i;
    arg->text = unescape(reader->mem, sk_str_from(sk_str_first(s, i), arg->from), quote);
    *at = quote ? i + 1 : i;
    return sk_ok();
}

/* <Name args> and </Name>: the closing > is the last byte of the line. */
static sk_err
section_begins(struct seclang_line *line, struct seclang_conf_text *reader, sk_str *s, size_t *at)
{
    if (s->p[s->n - 1] != '>') return fail_at(reader, *at, "this section line does not end with >");
    s->n--;
    (*at)++;
    line->section = true;
    line->closes = *at < s->n && s->p[*at] == '/';
    if (line->closes) (*at)++;
    return sk_ok();
}

static sk_err
cut_line(struct seclang_line *line, struct seclang_conf_text *reader)
{
    sk_str s = sk_buf_str(&reader->joined);
    while (s.n && sk_is_blank(s.p[s.n - 1]))
        s.n--;
    size_t at = sk_str_skip_blanks(s, 0);

    line->name = (sk_str){ 0 };
    line->count = 0;
    line->section = line->closes = false;
    if (at >= s.n || s.p[at] == '#') return sk_ok();
    if (s.p[at] == '<') TRY(section_begins(line, reader, &s, &at));
    line->name_at = at;
    struct seclang_arg word = { 0 };
    if (at >= s.n) return fail_at(reader, line->name_at, "expected a name");
    TRY(take_arg(&word, reader, s, &at));
    line->name = word.text;
    while ((at = sk_str_skip_blanks(s, at)) < s.n) {
        if (line->count == SECLANG_ARGS_MOST)
            return fail_at(reader, at, "more than 256 arguments; use several lines");
        TRY(take_arg(&line->arg[line->count], reader, s, &at));
        line->count++;
    }
    return sk_ok();
}

sk_err
seclang_text_next(struct seclang_line *line, bool *some, struct seclang_conf_text *reader)
{
    do {
        TRY(join(reader, some));
        if (!*some) return sk_ok();
        TRY(cut_line(line, reader));
    } while (!line->name.n);
    return sk_ok();
}
