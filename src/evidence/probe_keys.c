/* VAULT-09. Whether keys are apart: every file of the keeper's is tried to be opened as each system
 * user that our parts, the applications and nobody run as; no wrapped key lies among the data; and
 * whether they are exchanged: how old each tenant's is, and the probe's own are exchanged now. */
#include "evidence/bytes.h"
#include "evidence/users.h"
#include "evidence/vault.h"

#include "base/file.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CONF_MAX = 1 << 20,
    DAY = 24 * 3600 * 1000,
    USUAL_DAYS = 365, /* where the configuration says nothing */
    GRACE_DAYS = 2,
};

/* ── who can read them ── */

static sk_err
conf_read(sk_json **conf, sk_arena *mem, const struct evidence_instance *instance)
{
    sk_str text;

    TRY(sk_file_read(&text, mem,
                     sk_str_printf(mem, "%.*s/conf/keeper/keeper.json", SK_ARG(instance->state)).p,
                     CONF_MAX));
    return sk_json_read(conf, text);
}

static sk_err
secrets_find(struct evidence_files *files, const struct evidence_instance *instance,
             const sk_json *conf)
{
    static const char *const folders[] = { "keeper", "conf/keeper", "keys" };
    sk_str root = sk_json_get_str(conf, "root_file");

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        TRY(evidence_files_find(
            files, sk_str_printf(files->mem, "%.*s/%s", SK_ARG(instance->state), folders[i]).p));
    if (root.n) evidence_files_add(files, sk_str_zcopy(files->mem, root));
    return sk_ok();
}

static sk_err
apart_check(struct evidence_report *report, const struct evidence_instance *instance,
            const sk_json *conf)
{
    struct evidence_files *files = SK_NEW(report->mem, struct evidence_files);
    struct evidence_users *users = SK_NEW(report->mem, struct evidence_users);

    if (geteuid() != 0)
        return sk_fail(SK_DENIED, "all parts share one user, so that keys and applications are not "
                                  "apart: start as the superuser");
    files->mem = report->mem;
    TRY(secrets_find(files, instance, conf));
    TRY(evidence_users_find(users, instance, "keeper"));
    for (size_t i = 0; i < users->count; i++) {
        const struct evidence_user *u = &users->user[i];
        int opened;

        TRY(evidence_user_try(&opened, u, files));
        if (opened >= 0)
            evidence_failed(report, "%.*s (user %u) can read %s", SK_ARG(u->part), u->uid,
                            files->path[opened]);
    }
    evidence_saw(report, "%zu files of keys were tried as %zu users", files->count, users->count);
    if (files->count < 3 || users->count < 3)
        evidence_failed(report, "%zu files and %zu users are too few to try", files->count,
                        users->count);
    return sk_ok();
}

/* ── keys among the data ── */

static sk_err
wrapped_add(struct evidence_bytes *b, struct part_store *store, const char *sql, const char *what)
{
    struct part_query *q;
    bool row;

    TRY(part_store_query(&q, store, sql));
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        TRY(evidence_bytes_add_raw(b, what, part_query_get_blob(b->mem, q, 0)));
    }
}

static sk_err
data_look(struct evidence_vault *v)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    sk_arena *mem = v->report->mem;
    struct evidence_bytes b;

    evidence_bytes_open(&b, mem);
    TRY(evidence_vault_store(&store, v, "keeper/keys.db"));
    TRY(wrapped_add(&b, store, "SELECT wrapped FROM tenant_key ORDER BY made DESC LIMIT 100",
                    "a tenant's key"));
    TRY(wrapped_add(&b, store, "SELECT wrapped FROM index_key LIMIT 100", "an index key"));
    TRY(wrapped_add(&b, store, "SELECT wrapped FROM key LIMIT 100", "a person's key"));
    TRY(evidence_bytes_look(&b, sk_str_printf(mem, "%.*s/vault", SK_ARG(v->instance->state)).p));
    evidence_saw(v->report, "%zu wrapped keys are looked for among the data, %" PRIu64 " found",
                 b.count, b.found);
    if (b.found)
        evidence_failed(v->report, "%s lies among the data, in %.*s", b.example->what,
                        SK_ARG(b.where));
    return sk_ok();
}

/* ── exchanging ── */

static sk_err
age_check(struct evidence_vault *v, const sk_json *conf)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    int64_t days = sk_json_get_int(conf, "rotate_days", USUAL_DAYS), oldest, age;

    TRY(evidence_vault_store(&store, v, "keeper/keys.db"));
    TRY(evidence_vault_number(&oldest, store,
                              "SELECT min(newest) FROM (SELECT max(made) AS newest FROM tenant_key"
                              " GROUP BY tenant)",
                              (sk_str){ 0 }, (sk_str){ 0 }, false));
    age = (sk_now() - oldest) / DAY;
    evidence_saw(v->report,
                 "the oldest tenant's key is of %" PRId64 " days ago, of at most %" PRId64, age,
                 days);
    if (age > days + GRACE_DAYS)
        evidence_failed(v->report, "a tenant's key was not exchanged for %" PRId64 " days", age);
    return sk_ok();
}

/* A file has the root key as it is, or sealed by a passphrase; a token's is not seen. */
static sk_err
root_check(struct evidence_report *report, const struct evidence_instance *instance,
           const sk_json *conf)
{
    static const char *const kinds[][2] = { { "file", "root.key" },
                                            { "passphrase", "root.sealed" } };
    sk_str kind = sk_json_get_str(conf, "root_key"), other = sk_json_get_str(conf, "root_file");
    int64_t days = sk_json_get_int(conf, "rotate_days", USUAL_DAYS), age;
    struct stat info;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *path =
            sk_str_printf(report->mem, "%.*s/keeper/%s", SK_ARG(instance->state), kinds[i][1]).p;

        if (!sk_str_eq(kind, sk_str_of(kinds[i][0]))) continue;
        if (i == 0 && other.n) path = sk_str_zcopy(report->mem, other);
        if (stat(path, &info) != 0) return sk_fail(SK_MISSING, "%s: %s", path, strerror(errno));
        age = (sk_now() / 1000 - info.st_mtime) / (DAY / 1000);
        evidence_saw(report, "the root key is of %" PRId64 " days ago, of at most %" PRId64, age,
                     days);
        if (age > days)
            evidence_failed(report, "the root key was not exchanged for %" PRId64 " days", age);
        return sk_ok();
    }
    evidence_saw(report, "the root key lies in a token, where its age is not seen");
    return sk_ok();
}

static sk_err
level_rotate(struct evidence_vault *v, const char *level, const struct evidence_person *p)
{
    struct ticket ticket = evidence_vault_ticket(v);
    struct evidence_said said;
    sk_str body = sk_str_printf(v->report->mem,
                                "{\"tenant\":\"" EVIDENCE_VAULT_TENANT
                                "\",\"level\":\"%s\",\"person\":\"%.*s\"}",
                                level, SK_ARG(p->person));

    TRY(evidence_vault_ask(&said, v, "rotate", evidence_vault_sign(v, &ticket), body));
    return said.status == 200 ? sk_ok()
                              : sk_fail(SK_BROKEN, "a %s's key is not exchanged: %d %.*s", level,
                                        said.status, SK_ARG(said.error));
}

static sk_err
newest_get(int64_t *number, struct evidence_vault *v, const char *sql, sk_str id)
{
    DEFER(part_store_close) struct part_store *store = NULL;

    TRY(evidence_vault_store(&store, v, "keeper/keys.db"));
    return evidence_vault_number(number, store, sql, id, (sk_str){ 0 }, true);
}

/* The probe's own person's and tenant's; what was sealed before is shown all the same. */
static sk_err
rotation_check(struct evidence_vault *v, const struct evidence_person *p)
{
    static const struct {
        const char *level, *sql;
        bool of_person;
    } levels[] = {
        { "person", "SELECT number FROM key WHERE person = ?1 ORDER BY made DESC", true },
        { "tenant",
          "SELECT number FROM tenant_key WHERE tenant = CAST(?1 AS TEXT) ORDER BY made DESC",
          false },
    };
    bool shown;

    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        sk_str id = levels[i].of_person ? p->person : SK_STR(EVIDENCE_VAULT_TENANT);
        int64_t before, after;

        TRY(newest_get(&before, v, levels[i].sql, id));
        TRY(level_rotate(v, levels[i].level, p));
        TRY(newest_get(&after, v, levels[i].sql, id));
        TRY(evidence_vault_shows(&shown, v, p, (sk_str){ 0 }));
        if (before == after || !shown)
            evidence_failed(v->report, "a %s's key was %s exchanged, and data %s shown",
                            levels[i].level, before == after ? "not" : "", shown ? "is" : "is not");
    }
    evidence_saw(v->report, "a person's and a tenant's key were exchanged, and data is shown");
    return sk_ok();
}

sk_err
evidence_probe_vault_keys(struct evidence_report *report, const struct evidence_instance *instance)
{
    DEFER(evidence_vault_close) struct evidence_vault v = { .report = report };
    DEFER(sk_json_close) sk_json *conf = NULL;
    struct evidence_person p = { .count = 0 };

    TRY(conf_read(&conf, report->mem, instance));
    TRY(apart_check(report, instance, conf));
    TRY(evidence_vault_open(&v, report, instance));
    evidence_person_add(&p, "name", SK_STR("探針 鍵"));
    TRY(evidence_vault_put(&p, &v, false));
    TRY(data_look(&v));
    TRY(rotation_check(&v, &p));
    TRY(root_check(report, instance, conf));
    return age_check(&v, conf);
}
