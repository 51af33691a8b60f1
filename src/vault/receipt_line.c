#include "vault/receipt.h"
#include "vault/scope.h"

struct looking {
    sk_str person;
    unsigned kinds;
};

/* "name+phone":["per_…"] */
static void
group_look(void *ctx, const char *names, const sk_json *people)
{
    struct looking *l = ctx;
    unsigned kinds;

    if (!vault_kinds_read(&kinds, sk_str_of(names))) return;
    for (size_t i = 0; i < sk_json_count(people); i++)
        if (sk_str_eq(sk_json_as_str(sk_json_at(people, i)), l->person)) l->kinds |= kinds;
}

/* vault.read, vault.found */
static bool
seen_read(struct vault_receipt_line *line, const sk_json *record, sk_str person)
{
    const sk_json *details = sk_json_get(record, "details");
    struct looking l = { .person = person };

    sk_json_each(sk_json_get(details, "seen"), group_look, &l);
    line->kinds = l.kinds;
    line->purpose = sk_json_get_str(details, "purpose");
    line->show = sk_json_get_str(details, "show");
    return l.kinds != 0;
}

/* To an authority it went by an opaque name, which is nobody else's business. */
static bool
exported_read(struct vault_receipt_line *line, const sk_json *record, sk_str person)
{
    sk_str whom = sk_json_get_str(sk_json_get(record, "details"), "for");

    line->purpose = sk_str_eq(whom, SK_STR("person")) ? whom : SK_STR("authority");
    return sk_str_eq(sk_json_get_str(record, "object"), person);
}

static const struct {
    const char *action, *what;
    bool (*read)(struct vault_receipt_line *line, const sk_json *record, sk_str person);
} rows[] = {
    { "vault.read", "read", seen_read },
    { "vault.found", "found", seen_read },
    { "vault.exported", "exported", exported_read },
};

static sk_str
who_of(const struct vault_receipt_line *line, sk_str role)
{
    if (sk_str_eq(line->show, SK_STR("self"))) return line->show;
    return role.n ? role : SK_STR("nobody");
}

bool
vault_receipt_read(struct vault_receipt_line *line, const sk_json *record, sk_str person)
{
    sk_str action = sk_json_get_str(record, "action");

    *line = (struct vault_receipt_line){
        .sequence = (uint64_t)sk_json_get_int(record, "seq", 0),
        .principal = sk_json_get_str(record, "principal"),
    };
    if (!sk_str_eq(sk_json_get_str(record, "outcome"), SK_STR("ok")) ||
        !sk_when_read(&line->when, sk_json_get_str(record, "time")))
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!sk_str_eq(action, sk_str_of(rows[i].action))) continue;
        line->what = rows[i].what;
        if (!rows[i].read(line, record, person)) return false;
        line->who = who_of(line, sk_json_get_str(record, "role"));
        return true;
    }
    return false;
}
