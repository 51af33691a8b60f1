/* GATE-05. Asks for what must never be served, in the spellings that get past careless filters. The
 * refusal must be the gate's own (403 with a request id): a 404 of the application only says that
 * this application does not have the file today. */
#include "evidence/probe.h"

static const char *const never[] = {
    "/.git/config",
    "/.git/HEAD",
    "/.svn/entries",
    "/.hg/store",
    "/.env",
    "/.env.production",
    "/.htaccess",
    "/.htpasswd",
    "/.ssh/id_rsa",
    "/id_rsa",
    "/server.key",
    "/backup.sql",
    "/dump.sql.gz",
    "/shop.db",
    "/data.sqlite3",
    "/wp-config.php.bak",
    "/index.php~",
    "/index.php.old",
    "/config.yml",
    "/settings.ini",
    "/composer.json",
    "/.DS_Store",
    "/.well-known/../.git/config",
    "/%2egit/config",
    "/%2Egit/config",
    "/.GIT/config",
    "/a/../.git/config",
    "/a/%2e%2e/.git/config",
    "//.git//config",
    "/.git/config?x=1",
    "/s/.env",
    "/%252egit/config",
    "/.env%00.png",
    "/.env/",
    "/backup.sql%20",
    "/BACKUP.SQL",
};

static const char *const meant_for_all[] = { "/", "/?page=2", "/robots.txt" };

static sk_err
get(struct evidence_answer *answer, struct evidence_report *report,
    const struct evidence_instance *instance, const char *target)
{
    sk_str host = evidence_host(instance);
    return evidence_ask(
        answer, report->mem, instance, host,
        evidence_request(report->mem, "GET", sk_str_of(target), host, "", (sk_str){ 0 }));
}

sk_err
evidence_probe_public(struct evidence_report *report, const struct evidence_instance *instance)
{
    struct evidence_answer answer;
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        TRY(get(&answer, report, instance, never[i]));
        sk_str id = evidence_answer_header(&answer, "X-Request-Id");
        /* 400: nginx itself refuses some spellings before anybody sees them. */
        if (answer.status == 400 || (answer.status == 403 && id.n))
            evidence_saw(report, "%s refused (%d)", never[i], answer.status);
        else
            evidence_failed(report, "%s was not refused by the gate (%d)", never[i], answer.status);
    }
    for (size_t i = 0; i < sizeof meant_for_all / sizeof *meant_for_all; i++) {
        TRY(get(&answer, report, instance, meant_for_all[i]));
        if (answer.status == 0 || answer.status == 403 || answer.status >= 500)
            evidence_failed(report, "%s is meant for all, but was answered %d", meant_for_all[i],
                            answer.status);
    }
    return sk_ok();
}
