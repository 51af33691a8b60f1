/* Reads the promises. A catalogue with a fault is refused whole: a scoreboard that forgets a line
 * would be a lie. */
#include "evidence/catalog.h"

#include "base/file.h"
#include "base/json.h"

#include <glob.h>
#include <stdio.h>

enum { FILE_MAX = 1 << 20 };

sk_when
evidence_interval(sk_str text)
{
    static const struct {
        char unit;
        sk_when ms;
    } units[] = { { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 } };
    int64_t n;
    if (text.n < 2 || !sk_str_to_i64(&n, sk_str_first(text, text.n - 1)) || n < 1 || n > 10000)
        return 0;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (units[i].unit == text.p[text.n - 1]) return n * units[i].ms;
    return 0;
}

static sk_err
read_kinds(struct evidence_control *control, const sk_json *kinds)
{
    for (size_t i = 0; i < sk_json_count(kinds); i++) {
        sk_str kind = sk_json_as_str(sk_json_at(kinds, i));
        if (sk_str_eq(kind, SK_STR("E")))
            control->enforced = true;
        else if (sk_str_eq(kind, SK_STR("P")))
            control->proven = true;
        else if (sk_str_eq(kind, SK_STR("A")))
            control->attested = true;
        else
            return sk_fail(SK_BAD, "%.*s: unknown kind (E, P or A)", SK_ARG(control->id));
    }
    if (!sk_json_count(kinds)) return sk_fail(SK_BAD, "%.*s: no kind", SK_ARG(control->id));
    return sk_ok();
}

static sk_err
read_probe(struct evidence_control *control, sk_arena *mem, const sk_json *probe)
{
    control->probe = sk_str_copy(mem, sk_json_get_str(probe, "name"));
    control->every = evidence_interval(sk_json_get_str(probe, "every"));
    if (!control->probe.n) return sk_fail(SK_BAD, "%.*s: probe.name", SK_ARG(control->id));
    if (!control->every)
        return sk_fail(SK_BAD, "%.*s: probe.every: expected a time such as 10m, 6h, 1d",
                       SK_ARG(control->id));
    return sk_ok();
}

/* A case of the suites: what a stranger cannot see of a running system without doing harm to it. */
static sk_err
read_case(struct evidence_control *control, sk_arena *mem, const sk_json *entry)
{
    control->case_file = sk_str_copy(mem, sk_json_get_str(entry, "file"));
    control->case_name = sk_str_copy(mem, sk_json_get_str(entry, "name"));
    return control->case_file.n && control->case_name.n
               ? sk_ok()
               : sk_fail(SK_BAD, "%.*s: case.file and case.name", SK_ARG(control->id));
}

static sk_err
read_proof(struct evidence_control *control, sk_arena *mem, const sk_json *entry)
{
    const sk_json *probe = sk_json_get(entry, "probe"), *named = sk_json_get(entry, "case");
    if (probe) TRY(read_probe(control, mem, probe));
    if (named) TRY(read_case(control, mem, named));
    control->negative = sk_str_copy(mem, sk_json_get_str(entry, "negative"));
    if ((probe || named) && !control->negative.n)
        return sk_fail(SK_BAD, "%.*s: a probe or case needs a negative test", SK_ARG(control->id));
    return sk_ok();
}

static sk_err
read_control(struct evidence_control *control, sk_arena *mem, const sk_json *entry)
{
    *control = (struct evidence_control){
        .id = sk_str_copy(mem, sk_json_get_str(entry, "id")),
        .ja = sk_str_copy(mem, sk_json_get_str(entry, "ja")),
        .en = sk_str_copy(mem, sk_json_get_str(entry, "en")),
    };
    const sk_json *sources = sk_json_get(entry, "sources");
    if (!control->id.n) return sk_fail(SK_BAD, "an entry has no id");
    if (!control->ja.n || !control->en.n)
        return sk_fail(SK_BAD, "%.*s: the sentence is needed as \"ja\" and \"en\"",
                       SK_ARG(control->id));
    if (!sk_json_count(sources) || sk_json_count(sources) > EVIDENCE_SOURCES_MAX)
        return sk_fail(SK_BAD, "%.*s: sources: 1 to %d are expected", SK_ARG(control->id),
                       EVIDENCE_SOURCES_MAX);
    for (size_t i = 0; i < sk_json_count(sources); i++)
        control->source[control->source_count++] =
            sk_str_copy(mem, sk_json_as_str(sk_json_at(sources, i)));
    TRY(read_kinds(control, sk_json_get(entry, "kind")));
    return read_proof(control, mem, entry);
}

static sk_err
read_file(struct evidence_catalog *catalog, sk_arena *mem, const char *path)
{
    sk_str text;
    DEFER(sk_json_close) sk_json *root = NULL;
    TRY(sk_file_read(&text, mem, path, FILE_MAX));
    sk_err e = sk_json_read(&root, text);
    if (sk_failed(e)) return sk_fail(e.kind, "%s: %s", path, e.why);
    for (size_t i = 0; i < sk_json_count(root); i++) {
        struct evidence_control control;
        e = read_control(&control, mem, sk_json_at(root, i));
        if (sk_failed(e)) return sk_fail(e.kind, "%s: entry %zu: %s", path, i + 1, e.why);
        if (evidence_catalog_find(catalog, control.id))
            return sk_fail(SK_BAD, "%s: %.*s stands there twice", path, SK_ARG(control.id));
        if (catalog->count == EVIDENCE_CONTROLS_MAX)
            return sk_fail(SK_FULL, "%s: more than %d promises", path, EVIDENCE_CONTROLS_MAX);
        catalog->control[catalog->count++] = control;
    }
    return sk_ok();
}

sk_err
evidence_catalog_read(struct evidence_catalog *catalog, sk_arena *mem, const char *folder)
{
    DEFER(globfree) glob_t found = { 0 };
    sk_str pattern = sk_str_printf(mem, "%s/*.json", folder);
    if (glob(pattern.p, 0, NULL, &found) != 0)
        return sk_fail(SK_MISSING, "%s: no catalogue of promises (*.json) there", folder);
    *catalog = (struct evidence_catalog){ .control = sk_array(mem, EVIDENCE_CONTROLS_MAX,
                                                              sizeof(struct evidence_control)) };
    for (size_t i = 0; i < found.gl_pathc; i++)
        TRY(read_file(catalog, mem, found.gl_pathv[i]));
    return sk_ok();
}

const struct evidence_control *
evidence_catalog_find(const struct evidence_catalog *catalog, sk_str id)
{
    for (size_t i = 0; i < catalog->count; i++)
        if (sk_str_eq_nocase(catalog->control[i].id, id)) return &catalog->control[i];
    return NULL;
}
