/* The words of one language, sorted for bisection. */
#include "base/file.h"
#include "base/json.h"
#include "part/template_node.h"

#include <stdlib.h>

enum { FILE_MOST = 512 * 1024 };

struct row {
    sk_str key, text;
};

struct part_words {
    sk_arena *mem;
    size_t count;
    bool full;
    struct row row[PART_WORDS_MAX];
};

static int
compare(sk_str a, sk_str b)
{
    int order = memcmp(a.p ? a.p : "", b.p ? b.p : "", a.n < b.n ? a.n : b.n);
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int
compare_rows(const void *a, const void *b)
{
    return compare(((const struct row *)a)->key, ((const struct row *)b)->key);
}

static void
row_add(void *ctx, const char *key, const sk_json *value)
{
    struct part_words *words = ctx;
    if (words->count == PART_WORDS_MAX) {
        words->full = true;
        return;
    }
    words->row[words->count++] = (struct row){ sk_str_copy(words->mem, sk_str_of(key)),
                                               sk_str_copy(words->mem, sk_json_as_str(value)) };
}

static sk_err
read_into(struct part_words *words, const char *path)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    sk_str text;
    TRY(sk_file_read(&text, words->mem, path, FILE_MOST));
    sk_err e = sk_json_read(&root, text);
    if (sk_failed(e)) return sk_fail(SK_BAD, "%s: %s", path, e.why);
    sk_json_each(root, row_add, words);
    if (words->full) return sk_fail(SK_FULL, "%s: more than %d words", path, PART_WORDS_MAX);
    return sk_ok();
}

/* Of two files: within one, a key that stands twice was refused before. */
static sk_err
twice_check(const struct part_words *words)
{
    for (size_t i = 1; i < words->count; i++)
        if (sk_str_eq(words->row[i - 1].key, words->row[i].key))
            return sk_fail(SK_BAD, "words: '%.*s' stands in two files", SK_ARG(words->row[i].key));
    return sk_ok();
}

sk_err
part_words_load_all(struct part_words **out, const char *const *paths)
{
    sk_arena *mem = sk_arena_new(0);
    struct part_words *words = SK_NEW(mem, struct part_words);
    sk_err e = sk_ok();
    words->mem = mem;
    for (; *paths && !sk_failed(e); paths++)
        e = read_into(words, *paths);
    qsort(words->row, words->count, sizeof *words->row, compare_rows);
    if (!sk_failed(e)) e = twice_check(words);
    if (sk_failed(e))
        part_words_free(words);
    else
        *out = words;
    return e;
}

sk_err
part_words_load(struct part_words **out, const char *path)
{
    return part_words_load_all(out, (const char *const[]){ path, NULL });
}

void
part_words_free(struct part_words *words)
{
    if (words) sk_arena_free(words->mem);
}

sk_str
part_words_find(const struct part_words *words, sk_str key)
{
    size_t from = 0, to = words->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = compare(key, words->row[middle].key);
        if (order == 0) return words->row[middle].text;
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return (sk_str){ 0 };
}

sk_str
part_words_get(const struct part_words *words, const char *key)
{
    return part_words_find(words, sk_str_of(key));
}
