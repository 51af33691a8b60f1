/* sekisho vault scope: the breach report's tables, the list for notices, the records behind them.
 */
#include "vault/scope.h"

#include "ledger/export.h"
#include "sekisho/files.h"
#include "sekisho/log.h"
#include "sekisho/tongue.h"
#include "sekisho/vault.h"

#include <inttypes.h>
#include <stdio.h>

static const struct {
    const char *en, *ja;
} shown_words[VAULT_SHOWN] = {
    { "shown in plain text", "平文で表示された情報" },
    { "shown masked", "一部を伏せて表示された情報" },
    { "used for labels, mails, messages", "送り状・メール・SMS に使われた情報" },
    { "shown to themselves", "ご本人に表示された情報" },
};

/* ── kinds ── */

/* "name・phone" in the reader's words. */
static void
kinds_say(struct sk_buf *out, unsigned kinds)
{
    bool some = false;

    for (unsigned k = 1; k < PERSONAL_KINDS; k++) {
        const struct personal_kind_row *row = &personal_kind_rows[k];

        if (!(kinds & personal_kind_bit((enum personal_kind)k))) continue;
        if (some) sk_buf_add(out, sk_str_of(tongue(", ", "・")));
        sk_buf_add(out, sk_str_of(tongue(row->en, row->ja)));
        some = true;
    }
}

/* ── tables ── */

static void
rows_print(struct sk_buf *out, const struct vault_scope_tenant *t)
{
    const struct vault_scope_row *before = NULL;

    for (const struct vault_scope_row *row = t->rows; row; before = row, row = row->next) {
        if (!before || before->shown != row->shown)
            sk_buf_printf(out, "  %s\n",
                          tongue(shown_words[row->shown].en, shown_words[row->shown].ja));
        sk_buf_printf(out,
                      tongue("    %10" PRIu64 " people %12" PRIu64 " times  ",
                             "    %10" PRIu64 " 人 %12" PRIu64 " 回  "),
                      row->people, row->showings);
        kinds_say(out, row->kinds);
        sk_buf_byte(out, '\n');
    }
}

static void
sum_print(struct sk_buf *out, const struct vault_scope_sum *sum)
{
    sk_buf_printf(out,
                  tongue("%" PRIu64 " people, %" PRIu64 " values shown, %zu tenants; %" PRIu64
                         " records of the ledger, from %" PRIu64 " to %" PRIu64 "\n",
                         "対象者 %" PRIu64 " 人、表示された値 %" PRIu64
                         " 件、テナント %zu、台帳の記録 %" PRIu64 " 件（番号 %" PRIu64
                         " から %" PRIu64 "）\n"),
                  sum->people, sum->values, sum->tenants, sum->records, sum->first, sum->last);
}

static void
tables_print(struct sk_buf *out, const struct vault_scope *scope)
{
    const struct vault_scope_sum sum = vault_scope_sum(scope);
    const struct vault_scope_tenant *t;

    sum_print(out, &sum);
    for (size_t i = 0; (t = vault_scope_tenant(scope, i)); i++) {
        sk_buf_printf(out,
                      tongue("\n%.*s: %" PRIu64 " people, %" PRIu64
                             " of them in plain text; %" PRIu64 " records\n",
                             "\n%.*s: %" PRIu64 " 人（うち平文 %" PRIu64 " 人）、記録 %" PRIu64
                             " 件\n"),
                      SK_ARG(t->name), t->people, t->plain, t->records);
        rows_print(out, t);
    }
}

/* ── the list for notices ── */

static void
person_list(void *ctx, const struct vault_scope_person *person)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(512);
    struct sk_buf line = { .mem = mem };

    vault_scope_list_line(&line, person);
    fwrite(line.p, 1, line.n, ctx);
}

static void
list_write(FILE *file, const struct vault_scope *scope)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(512);
    struct sk_buf head = { .mem = mem };

    vault_scope_list_head(&head);
    fwrite(head.p, 1, head.n, file);
    vault_scope_people(scope, person_list, file);
}

/* ── a folder with everything ── */

static sk_err
list_file(const struct vault_scope *scope, const char *path)
{
    FILE *file = fopen(path, "we");
    bool bad;

    if (!file) return sk_fail(SK_BROKEN, "%s: %m", path);
    list_write(file, scope);
    bad = ferror(file);
    if (fclose(file) || bad) return sk_fail(SK_BROKEN, "%s: %m", path);
    return sk_ok();
}

/* A tenant's name as part of a file's: the one sign of names that folders have, too, is taken out.
 */
static sk_str
tenant_path(sk_arena *mem, const char *out, sk_str tenant)
{
    char *name = sk_str_zcopy(mem, tenant);

    for (size_t i = 0; i < tenant.n; i++)
        if (name[i] == '/') name[i] = '+';
    return sk_str_printf(mem, "%s/proof-%s", out, name);
}

/* Each tenant's records with their proofs: that none is missing can be checked from the folder. */
static sk_err
proofs_write(const struct vault_scope *scope, const struct house *house, const char *out)
{
    const struct vault_scope_tenant *t;
    struct ledger_exported x;

    for (size_t i = 0; (t = vault_scope_tenant(scope, i)); i++)
        if (t->name.n)
            TRY(ledger_export_tenant(&x, house->state, t->name,
                                     tenant_path(house->mem, out, t->name).p));
    return sk_ok();
}

static sk_err
folder_write(const struct vault_scope *scope, const struct house *house, const char *out,
             sk_str tables)
{
    struct sk_buf json = { .mem = house->mem };

    TRY(files_folder(out, 0700, NULL));
    vault_scope_json(&json, scope);
    TRY(files_write(sk_str_printf(house->mem, "%s/tables.txt", out).p, tables, 0600));
    TRY(files_write(sk_str_printf(house->mem, "%s/tables.json", out).p, sk_buf_str(&json), 0600));
    TRY(list_file(scope, sk_str_printf(house->mem, "%s/people.tsv", out).p));
    return proofs_write(scope, house, out);
}

/* ── the word ── */

static sk_err
ask_read(struct vault_scope_ask *ask, const struct verb_args *args)
{
    *ask = (struct vault_scope_ask){ .tenant = sk_str_of(args->tenant),
                                     .principal = sk_str_of(args->principal),
                                     .purpose = sk_str_of(args->purpose),
                                     .route = sk_str_of(args->route),
                                     .ticket = sk_str_of(args->id) };
    if (args->since) TRY(log_time_read(&ask->since, "--since", args->since));
    if (args->until) TRY(log_time_read(&ask->until, "--until", args->until));
    return sk_ok();
}

sk_err
vault_word_scope(const struct verb_args *args, const struct house *house)
{
    DEFER(vault_scope_close) struct vault_scope *scope = NULL;
    struct sk_buf tables = { .mem = house->mem };
    struct vault_scope_ask ask;
    uint64_t unreadable;

    TRY(ask_read(&ask, args));
    TRY(vault_scope_read(&scope, house->state, &ask));
    if (args->json)
        vault_scope_json(&tables, scope);
    else
        tables_print(&tables, scope);
    if (args->out) TRY(folder_write(scope, house, args->out, sk_buf_str(&tables)));
    if (args->list)
        list_write(stdout, scope);
    else
        fwrite(tables.p, 1, tables.n, stdout);
    unreadable = vault_scope_sum(scope).unreadable;
    if (!unreadable) return sk_ok();
    return sk_fail(SK_BROKEN,
                   tongue("%" PRIu64 " records cannot be read: the tables are not exact",
                          "読めない記録が %" PRIu64 " 件あり、表は正確ではありません"),
                   unreadable);
}
