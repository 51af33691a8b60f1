/* A folder of templates. */
#include "base/file.h"
#include "part/template_node.h"

#include <dirent.h>

struct part_templates {
    sk_arena *mem;
    size_t count;
    struct part_template *row[PART_TEMPLATES_MAX];
    sk_str name[PART_TEMPLATES_MAX];
};

const struct part_template *
part_templates_find(const struct part_templates *set, sk_str name)
{
    for (size_t i = 0; i < set->count; i++)
        if (sk_str_eq(set->name[i], name)) return set->row[i];
    return NULL;
}

static sk_err
file_load(struct part_templates *set, const char *folder, sk_str name, const char *ending)
{
    sk_str text, path = sk_str_printf(set->mem, "%s/%.*s%s", folder, SK_ARG(name), ending);
    if (set->count == PART_TEMPLATES_MAX)
        return sk_fail(SK_FULL, "%s: more than %d templates", folder, PART_TEMPLATES_MAX);
    if (part_templates_find(set, name))
        return sk_fail(SK_BAD, "%.*s: there is another file of that name", SK_ARG(path));
    TRY(sk_file_read(&text, set->mem, path.p, PART_TEMPLATE_SIZE_MAX));
    TRY(part_template_parse(&set->row[set->count], set->mem, text, path.p));
    set->name[set->count++] = name;
    return sk_ok();
}

/* `below` is "" or a folder's name with its slash: one level of folders is enough. */
static sk_err
folder_load(struct part_templates *set, const char *folder, const char *below)
{
    static const char *const endings[] = { ".html", ".svg" };
    sk_str path = sk_str_printf(set->mem, "%s/%s", folder, below);
    DIR *dir = opendir(path.p);
    sk_err e = sk_ok();
    if (!dir) return sk_fail(SK_MISSING, "%.*s: no such folder of templates", SK_ARG(path));
    for (struct dirent *d; !sk_failed(e) && (d = readdir(dir));) {
        sk_str file = sk_str_of(d->d_name);
        if (d->d_name[0] == '.') continue;
        if (d->d_type == DT_DIR && !*below)
            e = folder_load(set, folder, sk_str_printf(set->mem, "%s/", d->d_name).p);
        for (size_t i = 0; i < 2 && d->d_type != DT_DIR && !sk_failed(e); i++) {
            sk_str ending = sk_str_of(endings[i]);
            if (!sk_str_ends(file, ending)) continue;
            sk_str stem = sk_str_first(file, file.n - ending.n);
            sk_str name = sk_str_printf(set->mem, "%s%.*s", below, SK_ARG(stem));
            e = file_load(set, folder, name, endings[i]);
        }
    }
    closedir(dir);
    return e;
}

/* Every {{> part}} and {{layout}} must exist, so that a page cannot fail for it later. */
static sk_err
parts_check(const struct part_templates *set, const struct part_template *t)
{
    if (t->layout.n && !part_templates_find(set, t->layout))
        return part_template_fault(SK_BAD, t, 0, "its layout does not exist");
    for (size_t i = 0; i < t->count; i++)
        if (t->node[i].kind == NODE_PART && !part_templates_find(set, t->node[i].text))
            return part_template_fault(SK_BAD, t, t->node[i].at, "no such file");
    return sk_ok();
}

sk_err
part_templates_load_all(struct part_templates **out, const char *const *folders)
{
    sk_arena *mem = sk_arena_new(64 * 1024);
    struct part_templates *set = SK_NEW(mem, struct part_templates);
    sk_err e = sk_ok();
    set->mem = mem;
    for (; *folders && !sk_failed(e); folders++)
        e = folder_load(set, *folders, "");
    for (size_t i = 0; i < set->count && !sk_failed(e); i++)
        e = parts_check(set, set->row[i]);
    if (sk_failed(e))
        part_templates_free(set);
    else
        *out = set;
    return e;
}

sk_err
part_templates_load(struct part_templates **out, const char *folder)
{
    return part_templates_load_all(out, (const char *const[]){ folder, NULL });
}

void
part_templates_free(struct part_templates *set)
{
    if (set) sk_arena_free(set->mem);
}

sk_err
part_templates_check(const struct part_templates *set, const struct part_words *words)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct part_template *t = set->row[i];
        for (size_t k = 0; k < t->count; k++)
            if (t->node[k].kind == NODE_WORDS && !part_words_find(words, t->node[k].text).n)
                return part_template_fault(SK_BAD, t, t->node[k].at, "no words for this key");
    }
    return sk_ok();
}
