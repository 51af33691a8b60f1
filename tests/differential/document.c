/* A chapter's heading is "### ID"; an example is a line indented by four that begins with "t:", "@"
 * or "request". */
#include "document.h"

#include "base/file.h"
#include "differential.h"
#include "known_op.h"
#include "known_request.h"
#include "known_tf.h"

#include <stdio.h>
#include <stdlib.h>

enum { DOCUMENT_MOST = 1 << 20, CHAPTERS_MOST = 100 };

struct chapter {
    const char *id;
    unsigned examples;
};

struct document {
    struct chapter chapter[CHAPTERS_MOST];
    size_t count;
    struct chapter *now; /* the one whose lines are read; NULL: none of ours */
};

static void
add(struct document *d, const char *id)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->chapter[i].id, id) == 0) return;
    if (d->count < CHAPTERS_MOST) d->chapter[d->count++] = (struct chapter){ id, 0 };
}

static void
list_known(struct document *d)
{
    size_t tf_count, op_count, request_count;
    const struct known_tf *tf = known_tf_rows(&tf_count);
    const struct known_op *op = known_op_rows(&op_count);
    const struct known_request *request = known_request_rows(&request_count);

    for (size_t i = 0; i < tf_count; i++)
        add(d, tf[i].id);
    for (size_t i = 0; i < op_count; i++)
        add(d, op[i].id);
    for (size_t i = 0; i < request_count; i++)
        add(d, request[i].id);
}

static void
open_chapter(struct document *d, sk_str id)
{
    d->now = NULL;
    for (size_t i = 0; i < d->count; i++)
        if (sk_str_eq(id, sk_str_of(d->chapter[i].id))) d->now = &d->chapter[i];
    if (!d->now) printf("bad\t%.*s\tno row of the tables has this id\n", SK_ARG(id));
}

static void
example(struct document *d, sk_str line, sk_err (*replay)(sk_arena *, const char *, sk_str))
{
    sk_arena *mem = sk_arena_new(0);
    sk_err e = replay(mem, d->now->id, line);

    d->now->examples++;
    if (sk_failed(e))
        printf("bad\t%s\t%s: %.*s\n", d->now->id, e.why, SK_ARG(line));
    else
        printf("good\t%s\t%.*s\n", d->now->id, SK_ARG(line));
    sk_arena_free(mem);
}

static void
read_line(struct document *d, sk_str line)
{
    sk_str heading = SK_STR("### "), tf = SK_STR("    t:"), op = SK_STR("    @");
    sk_str request = SK_STR("    request ");

    if (sk_str_starts(line, heading))
        open_chapter(d, sk_str_trim(sk_str_from(line, heading.n)));
    else if (d->now && sk_str_starts(line, tf))
        example(d, sk_str_from(line, tf.n), tf_example);
    else if (d->now && sk_str_starts(line, op))
        example(d, sk_str_from(line, op.n), op_example);
    else if (d->now && sk_str_starts(line, request))
        example(d, sk_str_from(line, request.n), request_example);
}

sk_err
document_replay(const char *path, const char *rules)
{
    struct document d = { 0 };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text, line;

    TRY(sk_file_read(&text, mem, path, DOCUMENT_MOST));
    TRY(request_examples_open(rules));
    list_known(&d);
    while (sk_str_cut(&line, &text, '\n'))
        read_line(&d, line);
    for (size_t i = 0; i < d.count; i++)
        if (d.chapter[i].examples == 0)
            printf("bad\t%s\t%s has no example of it\n", d.chapter[i].id, path);
    return sk_ok();
}
