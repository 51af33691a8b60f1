#include "sekisho/marks.h"

#include "base/file.h"
#include "sekisho/tongue.h"

#include <dirent.h>
#include <stdlib.h>

enum { FILE_MAX = 16 * 1024 * 1024 };

const char *
mark_name(enum mark mark)
{
    static const struct {
        const char *en, *ja;
    } names[MARKS] = {
        [MARK_SERVER] = { "the server (sekisho.conf)", "サーバー（sekisho.conf）" },
        [MARK_SITES] = { "the sites' rules (sekisho.conf)", "サイトの規則（sekisho.conf）" },
        [MARK_OWN] = { "your own rules (rules/)", "独自の規則（rules/）" },
    };

    return tongue(names[mark].en, names[mark].ja);
}

static sk_err
add_file(struct sk_buf *all, sk_str path)
{
    sk_str text;

    TRY(sk_file_read(&text, all->mem, path.p, FILE_MAX));
    sk_buf_printf(all, "%zu %.*s\n", text.n, SK_ARG(path));
    sk_buf_add(all, text);
    return sk_ok();
}

static int
is_rules(const struct dirent *entry)
{
    sk_str name = sk_str_of(entry->d_name);

    return entry->d_name[0] != '.' &&
           (sk_str_ends(name, SK_STR(".conf")) || sk_str_ends(name, SK_STR(".data")));
}

static sk_err
add_folder(struct sk_buf *all, const char *folder)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_rules, alphasort);
    sk_err e = sk_ok();

    for (int i = 0; i < count; i++) {
        if (!sk_failed(e))
            e = add_file(all, sk_str_printf(all->mem, "%s/%s", folder, names[i]->d_name));
        free(names[i]);
    }
    free(names);
    return e;
}

sk_err
marks_take(struct marks *marks, const struct house *house)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(64 << 10);
    struct sk_buf all[MARKS] = { { .mem = mem }, { .mem = mem }, { .mem = mem } };

    TRY(add_file(&all[MARK_SERVER], sk_str_printf(mem, "%s/nginx.conf", house->gate)));
    for (size_t i = 0; i < house->conf->site_count; i++)
        TRY(add_file(&all[MARK_SITES], sk_str_printf(mem, "%s/site-%.*s.rules", house->gate,
                                                     SK_ARG(house->conf->site[i].name))));
    TRY(add_folder(&all[MARK_OWN], sk_str_printf(mem, "%s/rules", house->state).p));
    for (unsigned i = 0; i < MARKS; i++)
        sk_sha256(marks->sum[i], sk_buf_str(&all[i]));
    return sk_ok();
}

unsigned
marks_differ(const struct marks *a, const struct marks *b)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < MARKS; i++)
        if (memcmp(a->sum[i], b->sum[i], SK_SHA256) != 0) bits |= 1U << i;
    return bits;
}
