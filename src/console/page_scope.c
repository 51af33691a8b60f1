/* Who has been seen, in a time, by whom, on which pages: a breach report's tables. */
#include "console/pages.h"
#include "console/scope_job.h"
#include "console/vault.h"

enum { TENANTS_SHOWN = 100 };

/* The question's fields: of the form, and as options of the command line. */
static const struct {
    const char *name, *label, *option, *type;
    size_t offset;
} fields[] = {
    { "since", "sieve.from", "--since", "datetime-local", offsetof(struct vault_scope_ask, since) },
    { "until", "sieve.until", "--until", "datetime-local",
      offsetof(struct vault_scope_ask, until) },
    { "principal", "sieve.principal", "--principal", "search",
      offsetof(struct vault_scope_ask, principal) },
    { "tenant", "sieve.tenant", "--tenant", "search", offsetof(struct vault_scope_ask, tenant) },
    { "purpose", "vault.purpose", "--purpose", "search",
      offsetof(struct vault_scope_ask, purpose) },
    { "route", "scope.route", "--route", "search", offsetof(struct vault_scope_ask, route) },
    { "ticket", "sieve.request", "--id", "search", offsetof(struct vault_scope_ask, ticket) },
};
enum { FIELDS = sizeof fields / sizeof *fields, TIMES = 2 };

/* ── the question ── */

static sk_str *
text_of(struct vault_scope_ask *ask, size_t field)
{
    return (sk_str *)(void *)((char *)ask + fields[field].offset);
}

static sk_when *
time_of(struct vault_scope_ask *ask, size_t field)
{
    return (sk_when *)(void *)((char *)ask + fields[field].offset);
}

/* A time as its field sends it: "2026-11-27T09:00", Japan's clock. */
static sk_str
time_typed(sk_arena *mem, sk_when when)
{
    char *text;

    if (!when) return (sk_str){ 0 };
    text = sk_str_zcopy(mem, sk_str_first(sk_when_jst(mem, when), 16));
    text[10] = 'T';
    return sk_str_of(text);
}

static sk_str
value_of(sk_arena *mem, struct vault_scope_ask *ask, size_t field)
{
    return field < TIMES ? time_typed(mem, *time_of(ask, field)) : *text_of(ask, field);
}

/* False: a time is none. */
static bool
ask_read(struct vault_scope_ask *ask, const struct console_visit *visit)
{
    *ask = (struct vault_scope_ask){ 0 };
    for (size_t i = 0; i < FIELDS; i++) {
        sk_str typed = console_sent(visit, fields[i].name);

        if (i >= TIMES)
            *text_of(ask, i) = typed;
        else if (typed.n && !sk_when_read_jst(time_of(ask, i), typed))
            return false;
    }
    return true;
}

/* The form: what was asked last, or what a link to it says. */
static void
form_show(struct console_visit *visit, struct vault_scope_ask *ask)
{
    struct part_value *list = part_set_list(visit->view.values, "sieve");

    for (size_t i = 0; i < FIELDS; i++) {
        struct part_value *field = part_list_add(list);
        sk_str linked = console_asked(visit, fields[i].name);

        part_set_text(field, "name", sk_str_of(fields[i].name));
        part_set_text(field, "label", look_words(&visit->view, fields[i].label));
        part_set_text(field, "type", sk_str_of(fields[i].type));
        part_set_text(field, "value", linked.n ? linked : value_of(visit->mem, ask, i));
    }
}

/* ── the answer ── */

static const char *const shown_words[VAULT_SHOWN] = { "scope.plain", "scope.masked",
                                                      "scope.rendered", "scope.self" };

static sk_str
number(const struct console_visit *visit, uint64_t n)
{
    return look_number(visit->mem, (int64_t)n);
}

static void
tenant_show(struct console_visit *visit, struct part_value *to, const struct vault_scope_tenant *t)
{
    struct part_value *list = part_set_list(to, "rows");
    uint64_t most = t->people;

    part_set_text(to, "tenant", sk_str_copy(visit->mem, t->name));
    part_set_text(to, "people", look_words_n(&visit->view, "vault.people", (int64_t)t->people));
    part_set_text(to, "plain", look_words_n(&visit->view, "scope.ofplain", (int64_t)t->plain));
    part_set_text(to, "records", look_words_n(&visit->view, "scope.records", (int64_t)t->records));
    for (const struct vault_scope_row *row = t->rows; row; row = row->next) {
        struct part_value *line = part_list_add(list);

        part_set_text(line, "shown", look_words(&visit->view, shown_words[row->shown]));
        part_set_text(line, "kinds", vault_kinds(visit, row->kinds));
        part_set_text(line, "people", number(visit, row->people));
        part_set_text(line, "showings", number(visit, row->showings));
        vault_share(visit, line, "bar", row->people, most);
    }
}

static void
sum_show(struct console_visit *visit, const struct vault_scope_sum *sum)
{
    struct part_value *to = part_set_object(visit->view.values, "sum");

    part_set_text(to, "people", number(visit, sum->people));
    part_set_text(to, "values", number(visit, sum->values));
    part_set_text(to, "tenants", number(visit, sum->tenants));
    part_set_text(to, "records", number(visit, sum->records));
    part_set_text(to, "first", number(visit, sum->first));
    part_set_text(to, "last", number(visit, sum->last));
    part_set_text(to, "unreadable",
                  sum->unreadable
                      ? look_words_n(&visit->view, "scope.unreadable", (int64_t)sum->unreadable)
                      : (sk_str){ 0 });
    part_set_text(to, "more",
                  sum->tenants > TENANTS_SHOWN ? look_words_n(&visit->view, "scope.more",
                                                              (int64_t)sum->tenants - TENANTS_SHOWN)
                                               : (sk_str){ 0 });
}

static void
result_show(struct console_visit *visit)
{
    struct part_value *list = part_set_list(visit->view.values, "tenants");
    const struct vault_scope *scope = scope_job_hold(visit->console->scope);
    const struct vault_scope_tenant *t;

    if (scope) {
        struct vault_scope_sum sum = vault_scope_sum(scope);

        sum_show(visit, &sum);
        for (size_t i = 0; i < TENANTS_SHOWN && (t = vault_scope_tenant(scope, i)); i++)
            tenant_show(visit, part_list_add(list), t);
    }
    scope_job_release(visit->console->scope);
}

/* A word of a shell's line. */
static void
quote(struct sk_buf *out, sk_str text)
{
    sk_buf_byte(out, '\'');
    for (size_t i = 0; i < text.n; i++)
        sk_buf_add(out,
                   text.p[i] == '\'' ? SK_STR("'\\''") : sk_str_first(sk_str_from(text, i), 1));
    sk_buf_byte(out, '\'');
}

/* Handing records out with their proofs is the superuser's: here is the line that does it. */
static void
command_show(struct console_visit *visit, struct vault_scope_ask *ask)
{
    struct sk_buf out = { .mem = visit->mem };

    sk_buf_add(&out, SK_STR("sekisho vault scope"));
    for (size_t i = 0; i < FIELDS; i++) {
        sk_str value = value_of(visit->mem, ask, i);

        if (!value.n) continue;
        sk_buf_printf(&out, " %s ", fields[i].option);
        quote(&out, value);
    }
    sk_buf_add(&out, SK_STR(" --out report"));
    part_set_text(visit->view.values, "command", sk_buf_str(&out));
}

static void
asked_show(struct console_visit *visit, struct scope_glance *glance)
{
    struct part_value *asked = part_set_object(visit->view.values, "asked");
    struct part_value *list = part_set_list(asked, "fields");

    part_set_text(asked, "by", glance->by);
    look_time(&visit->view, asked, "at", glance->ended);
    for (size_t i = 0; i < FIELDS; i++) {
        sk_str value = value_of(visit->mem, &glance->ask, i);
        struct part_value *row;

        if (!value.n && i < TIMES) value = look_words(&visit->view, "scope.open");
        if (!value.n) continue;
        row = part_list_add(list);
        part_set_text(row, "label", look_words(&visit->view, fields[i].label));
        part_set_text(row, "value", value);
    }
    command_show(visit, &glance->ask);
}

/* ── while it runs ── */

static void
progress_show(struct console_visit *visit, const struct scope_glance *glance)
{
    enum { MB = 1000 * 1000 };
    struct part_value *progress = part_set_object(visit->view.values, "progress");
    uint64_t all = glance->all ? glance->all : 1, read = glance->read < all ? glance->read : all;
    sk_when spent = visit->view.now - glance->began;
    int64_t left = read ? (int64_t)((uint64_t)spent * (all - read) / read / 60000 + 1) : 0;

    part_set_text(progress, "what", look_words(&visit->view, "scope.running"));
    part_set_int(progress, "done", (int64_t)read);
    part_set_int(progress, "all", (int64_t)all);
    part_set_text(progress, "text",
                  sk_str_printf(visit->mem, "%.*s / %.*s MB", SK_ARG(number(visit, read / MB)),
                                SK_ARG(number(visit, all / MB))));
    part_set_text(progress, "left",
                  left ? look_words_n(&visit->view, "in.minute", left)
                       : look_words(&visit->view, "in.now"));
    part_set_text(progress, "again", SK_STR("/vault/scope"));
    part_set_flag(visit->view.values, "refresh", true);
}

static void
failed_show(struct console_visit *visit, enum sk_kind why)
{
    bool full = why == SK_FULL;

    look_notice(&visit->view, LOOK_ACT, full ? "scope.full" : "scope.failed",
                full ? "scope.full.cure" : "scope.failed.cure");
}

static sk_err
scope_show(struct console_visit *visit)
{
    struct scope_glance glance;

    scope_job_look(&glance, visit->mem, visit->console->scope, visit->view.now);
    form_show(visit, &glance.ask);
    if (glance.state == SCOPE_RUNS) progress_show(visit, &glance);
    if (glance.state == SCOPE_FAILED) failed_show(visit, glance.why);
    if (glance.state == SCOPE_DONE) {
        asked_show(visit, &glance);
        result_show(visit);
    }
    vault_tabs(visit, "scope");
    return console_show(visit, "vault-scope", "scope.title");
}

sk_err
console_scope_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, scope_show);
}

/* ── asking ── */

static sk_err
scope_act(struct console_visit *visit)
{
    struct vault_scope_ask ask;
    sk_err e;

    if (!ask_read(&ask, visit)) {
        visit->view.response->status = 422;
        look_notice(&visit->view, LOOK_HERE, "scope.time", "scope.time.cure");
        return scope_show(visit);
    }
    e = scope_job_begin(visit->console->scope, &ask, visit->ticket.principal, visit->view.now);
    if (e.kind == SK_BUSY) {
        console_done(visit, "/vault/scope", "scope_busy");
        return sk_ok();
    }
    TRY(e);
    part_response_see(visit->view.response, SK_STR("/vault/scope")); /* it shows how far it is */
    return sk_ok();
}

sk_err
console_scope_post(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, scope_act);
}

/* ── to be saved ── */

static void
person_add(void *ctx, const struct vault_scope_person *person)
{
    vault_scope_list_line(ctx, person);
}

static sk_err
save(struct console_visit *visit, const char *type, const char *name,
     void (*write)(struct sk_buf *out, const struct vault_scope *scope))
{
    const struct vault_scope *scope = scope_job_hold(visit->console->scope);
    struct sk_buf out = { .mem = visit->mem };

    if (scope) write(&out, scope);
    scope_job_release(visit->console->scope);
    if (!scope) return sk_fail(SK_MISSING, "nothing was found yet");
    visit->view.response->type = sk_str_of(type);
    visit->view.response->body = sk_buf_str(&out);
    part_response_header(visit->view.response, "Content-Disposition",
                         sk_str_printf(visit->mem, "attachment; filename=\"%s\"", name));
    return sk_ok();
}

static void
list_write(struct sk_buf *out, const struct vault_scope *scope)
{
    vault_scope_list_head(out);
    vault_scope_people(scope, person_add, out);
}

static sk_err
list_build(struct console_visit *visit)
{
    return save(visit, "text/tab-separated-values; charset=utf-8", "people.tsv", list_write);
}

sk_err
console_scope_list(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, list_build);
}

static sk_err
tables_build(struct console_visit *visit)
{
    return save(visit, "application/json", "tables.json", vault_scope_json);
}

sk_err
console_scope_tables(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, tables_build);
}
