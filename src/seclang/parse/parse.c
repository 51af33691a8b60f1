/* From files to drafts: reading, including, sections, and calling each directive's handler. */
#include "base/file.h"
#include "base/hash.h"
#include "seclang/parse/directive.h"
#include "seclang/rules.h"
#include "seclang/source.h"

#include <glob.h>
#include <stdarg.h>
#include <stdio.h>

enum { MESSAGE_MOST = 900 };

/* ── messages ── */

static sk_err fail_text(struct seclang_place at, const char *fmt, va_list args) SK_PRINTF(2, 0);

static sk_err
fail_text(struct seclang_place at, const char *fmt, va_list args)
{
    char text[MESSAGE_MOST];
    vsnprintf(text, sizeof text, fmt, args);
    return sk_fail(SK_BAD, "%s:%u:%u: %s", at.file, at.line, at.column, text);
}

struct seclang_place
seclang_parse_at(const struct seclang_parser *p, const struct seclang_arg *arg, size_t at)
{
    return seclang_text_arg_place(p->text, arg, at);
}

#undef seclang_place_fail /* the analyzer's */

sk_err
seclang_place_fail(struct seclang_place at, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    sk_err e = fail_text(at, fmt, args);
    va_end(args);
    return e;
}

sk_err
seclang_parse_fail(const struct seclang_parser *p, const struct seclang_arg *arg, size_t at,
                   const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    sk_err e = fail_text(seclang_parse_at(p, arg, at), fmt, args);
    va_end(args);
    return e;
}

sk_err
seclang_part_fail(const struct seclang_parser *p, struct seclang_part part, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    sk_err e = fail_text(seclang_parse_at(p, part.arg, part.from), fmt, args);
    va_end(args);
    return e;
}

void
seclang_parse_warn(struct seclang_parser *p, struct seclang_place at, const char *fmt, ...)
{
    struct seclang_rules *rules = p->rules;
    char text[MESSAGE_MOST];
    va_list args;
    if (rules->warning_count == SECLANG_WARNINGS_MOST) return;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    rules->warning =
        seclang_draft_room(p->mem, rules->warning, rules->warning_count, sizeof *rules->warning);
    rules->warning[rules->warning_count++] =
        (struct seclang_warning){ at.file, at.line, at.column,
                                  sk_str_zcopy(p->mem, sk_str_of(text)) };
}

sk_err
seclang_parse_heed(struct seclang_parser *p, sk_err e)
{
    struct seclang_faults *faults = p->faults;
    if (!sk_failed(e) || !faults) return e;
    if (faults->count == SECLANG_FAULTS_MOST) return sk_ok();
    faults->why = seclang_draft_room(p->mem, faults->why, faults->count, sizeof *faults->why);
    faults->why[faults->count++] = sk_str_zcopy(p->mem, sk_str_of(e.why));
    return sk_ok();
}

/* ── lines ── */

static bool
says_chain(const struct seclang_line *line)
{
    sk_str word, rest = line->count ? line->arg[line->count - 1].text : (sk_str){ 0 };
    while (sk_str_cut(&word, &rest, ','))
        if (sk_str_eq_nocase(sk_str_trim(word), SK_STR("chain"))) return true;
    return false;
}

static bool
is_rule(const struct seclang_line *line)
{
    return sk_str_eq_nocase(line->name, SK_STR("SecRule")) ||
           sk_str_eq_nocase(line->name, SK_STR("SecAction"));
}

/* With faults: a rule that failed takes its chain with it. */
static void
give_up_rule(struct seclang_parser *p, const struct seclang_line *line, size_t drafts)
{
    if (!is_rule(line)) return;
    if (p->draft_count > drafts) p->draft_count = drafts;
    if (p->open_chain)
        for (struct seclang_draft *d = p->open_chain->head; d; d = d->chain)
            d->gone = true;
    p->open_chain = NULL;
    p->passing_over = says_chain(line);
}

/* With faults: whether the line belongs to a chain that was given up. */
static bool
is_passed_over(struct seclang_parser *p, const struct seclang_line *line)
{
    bool over = p->passing_over && is_rule(line);
    p->passing_over = over && says_chain(line);
    return over;
}

static sk_err
call_directive(struct seclang_parser *p, const struct seclang_line *line)
{
    const struct seclang_directive *row = seclang_directive_find(line->name);
    struct seclang_place at = seclang_text_place(p->text, line->name_at);
    if (!row)
        return seclang_place_fail(at, "there is no directive %.*s%.*s", SK_ARG(line->name),
                                  SK_ARG(seclang_directive_near(p->scratch, line->name)));
    if (line->count < row->least || line->count > row->most) {
        if (row->least == row->most)
            return seclang_place_fail(at, "%s takes %u argument%s, here are %zu", row->name,
                                      row->least, row->least == 1 ? "" : "s", line->count);
        return seclang_place_fail(at, "%s takes %u to %u arguments, here are %zu", row->name,
                                  row->least, row->most, line->count);
    }
    struct seclang_call call = { p, row, line->arg, line->count, at };
    return row->set(&call);
}

/* Sections that stand open: only IfModule, of which ours counts as loaded. */
struct sections {
    unsigned open;    /* <IfModule> taken */
    unsigned skipped; /* inside <IfModule !security2_module>: nothing is read */
};

static bool
is_our_module(sk_str name)
{
    return sk_str_eq_nocase(name, SK_STR("security2_module")) ||
           sk_str_eq_nocase(name, SK_STR("mod_security2.c")) ||
           sk_str_eq_nocase(name, SK_STR("security3_module"));
}

static sk_err
open_section(struct sections *s, const struct seclang_line *line, struct seclang_place at)
{
    sk_str module = line->count == 1 ? line->arg[0].text : (sk_str){ 0 };
    bool no = module.n && module.p[0] == '!';
    if (s->skipped) {
        s->skipped++;
        return sk_ok();
    }
    if (!sk_str_eq_nocase(line->name, SK_STR("IfModule")) ||
        !is_our_module(sk_str_from(module, no)))
        return seclang_place_fail(at,
                                  "<%.*s %.*s>: of sections only <IfModule security2_module> is "
                                  "known here; move its rules out of it",
                                  SK_ARG(line->name), SK_ARG(module));
    if (no)
        s->skipped = 1;
    else
        s->open++;
    return sk_ok();
}

static sk_err
close_section(struct sections *s, struct seclang_place at)
{
    if (s->skipped)
        s->skipped--;
    else if (s->open)
        s->open--;
    else
        return seclang_place_fail(at, "this section was never opened");
    return sk_ok();
}

static sk_err
take_line(struct seclang_parser *p, struct sections *s, const struct seclang_line *line)
{
    struct seclang_place at = seclang_text_place(p->text, line->name_at);
    if (line->section) return line->closes ? close_section(s, at) : open_section(s, line, at);
    if (s->skipped || is_passed_over(p, line)) return sk_ok();
    size_t drafts = p->draft_count;
    sk_err e = call_directive(p, line);
    if (sk_failed(e) && p->faults) give_up_rule(p, line, drafts);
    return seclang_parse_heed(p, e);
}

static sk_err
take_lines(struct seclang_parser *p)
{
    struct seclang_line *line = SK_NEW(p->scratch, struct seclang_line);
    struct sections sections = { 0 };
    bool some;
    for (;;) {
        TRY(seclang_text_next(line, &some, p->text));
        if (!some) break;
        TRY(take_line(p, &sections, line));
    }
    if (sections.open || sections.skipped)
        return seclang_place_fail(seclang_text_place(p->text, 0),
                                  "the file ends inside <IfModule>; expected </IfModule>");
    return sk_ok();
}

/* The key is a chain of digests over what was read. */
static void
add_to_key(struct seclang_parser *p, sk_str text)
{
    unsigned char both[2 * SK_SHA256];
    memcpy(both, p->rules->key, SK_SHA256);
    sk_sha256(both + SK_SHA256, text);
    sk_sha256(p->rules->key, (sk_str){ (const char *)both, sizeof both });
}

sk_err
seclang_parse_text(struct seclang_parser *p, sk_str text, const char *file, unsigned first_line)
{
    struct seclang_conf_text reader, *outer = p->text;
    seclang_text_open(&reader, p->mem, p->scratch, file, text, first_line);
    add_to_key(p, sk_str_of(file));
    add_to_key(p, text);
    p->text = &reader;
    sk_err e = take_lines(p);
    p->text = outer;
    return e;
}

/* ── files ── */

const char *
seclang_parse_beside(sk_arena *mem, const char *file, const char *path)
{
    const char *slash = file ? strrchr(file, '/') : NULL;
    if (path[0] == '/' || !slash) return path;
    return sk_str_printf(mem, "%.*s/%s", (int)(slash - file), file, path).p;
}

static sk_err
parse_file(struct seclang_parser *p, const char *path)
{
    sk_str text;
    if (++p->files > SECLANG_FILES_MOST)
        return sk_fail(SK_BAD, "%s: more than %d files", path, SECLANG_FILES_MOST);
    TRY(sk_file_read(&text, p->scratch, path, SECLANG_FILE_SIZE_MOST));
    const char *name = sk_str_zcopy(p->mem, sk_str_of(path));
    return seclang_parse_text(p, text, name, 1);
}

static sk_err
parse_each(struct seclang_parser *p, const glob_t *found)
{
    for (size_t i = 0; i < found->gl_pathc; i++)
        TRY(seclang_parse_heed(p, parse_file(p, found->gl_pathv[i])));
    return sk_ok();
}

sk_err
seclang_parse_files(struct seclang_parser *p, const char *pattern, const char *from, bool optional)
{
    DEFER(globfree) glob_t found = { 0 };
    const char *path = seclang_parse_beside(p->scratch, from, pattern);
    if (p->depth == SECLANG_INCLUDE_DEPTH)
        return sk_fail(SK_BAD, "%s: included %d files deep; does it include itself?", path,
                       SECLANG_INCLUDE_DEPTH);
    /* glob() sorts: 901 before 949. */
    int rc = glob(path, 0, NULL, &found);
    if (rc == GLOB_NOMATCH && optional) return sk_ok();
    if (rc == GLOB_NOMATCH) return sk_fail(SK_MISSING, "%s: no such file", path);
    if (rc) return sk_fail(SK_DENIED, "%s: cannot be read", path);
    p->depth++;
    sk_err e = parse_each(p, &found);
    p->depth--;
    return e;
}

sk_err
seclang_parse_source(struct seclang_parser *p, const struct seclang_source *source)
{
    for (size_t i = 0; i < source->count; i++) {
        const struct seclang_source_item *item = &source->item[i];
        sk_err e = item->is_file ? seclang_parse_files(p, item->name, NULL, false)
                                 : seclang_parse_text(p, item->text,
                                                      sk_str_zcopy(p->mem, sk_str_of(item->name)),
                                                      item->line);
        TRY(seclang_parse_heed(p, e));
    }
    if (p->open_chain)
        return seclang_place_fail(p->open_chain->wishes.chain_at,
                                  "the configuration ends, but this chain waits for its next rule");
    return sk_ok();
}
