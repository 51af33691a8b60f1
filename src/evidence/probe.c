#include "evidence/probe.h"

#include <stdarg.h>
#include <stdio.h>

const struct evidence_probe evidence_probes[] = {
    { "gate.tls", 1,
      "Which TLS versions and ciphers are accepted, and what does plain HTTP answer?",
      evidence_probe_tls },
    { "gate.waf", 1, "Are attacks refused and recorded, and benign requests let pass?",
      evidence_probe_waf },
    { "gate.public", 1, "Are files that are not meant for the public refused?",
      evidence_probe_public },
    { "gate.upstreams", 1, "Is load spread, and does the service go on when one server stops?",
      evidence_probe_upstreams },
    { "gate.input", 1, "Is input without its declared format refused and not stored?",
      evidence_probe_input },
    { "log.recorded", 1, "Do records say who acted, and is the start of what runs among them?",
      evidence_probe_log_recorded },
    { "log.kept", 1,
      "Is each record as it was signed, kept for six months at least, and removed after its time?",
      evidence_probe_log_kept },
    { "log.export", 1, "Can one tenant's records be handed out with proof that none is missing?",
      evidence_probe_log_export },
    { "gate.shun", 1, "Is a source shut out that attacks over several requests, and let in again?",
      evidence_probe_shun },
    { "gate.admin", 1, "Are administration areas closed to networks that are not listed?",
      evidence_probe_admin },
    { "gate.login", 1, "Are sign-ins refused once too many have failed?", evidence_probe_login },
    { "gate.challenge", 1, "Must who looks like a program solve a challenge before signing in?",
      evidence_probe_challenge },
    { "accounts.second", 1, "Is no operator or merchant in, or was of late, by one factor?",
      evidence_probe_second },
    { "accounts.privileges", 1,
      "Is each privilege approved by somebody else, listed, on record, and does it end?",
      evidence_probe_privileges },
    { "accounts.personal", 1,
      "Does nobody see users' data but those who signed in, and whole but those approved?",
      evidence_probe_personal },
    { "accounts.removed", 1, "Is nothing left of the accounts that were removed?",
      evidence_probe_removed },
};
const size_t evidence_probe_count = sizeof evidence_probes / sizeof *evidence_probes;

const struct evidence_probe *
evidence_probe_find(sk_str name)
{
    for (size_t i = 0; i < evidence_probe_count; i++)
        if (sk_str_eq(name, sk_str_of(evidence_probes[i].name))) return &evidence_probes[i];
    return NULL;
}

static sk_str say(sk_arena *mem, const char *fmt, va_list args) SK_PRINTF(2, 0);

static sk_str
say(sk_arena *mem, const char *fmt, va_list args)
{
    char text[600];
    vsnprintf(text, sizeof text, fmt, args);
    return sk_str_copy(mem, sk_str_of(text));
}

void
evidence_saw(struct evidence_report *report, const char *fmt, ...)
{
    va_list args;
    if (report->fact_count == EVIDENCE_FACTS_MAX) return;
    va_start(args, fmt);
    report->fact[report->fact_count++] = say(report->mem, fmt, args);
    va_end(args);
}

void
evidence_failed(struct evidence_report *report, const char *fmt, ...)
{
    va_list args;
    if (report->failure_count == EVIDENCE_FACTS_MAX) return;
    va_start(args, fmt);
    report->failure[report->failure_count++] = say(report->mem, fmt, args);
    va_end(args);
}

sk_str
evidence_host(const struct evidence_instance *instance)
{
    return instance->site[0].host.n ? instance->site[0].host : SK_STR("localhost");
}

sk_str
evidence_request(sk_arena *mem, const char *method, sk_str target, sk_str host, const char *extra,
                 sk_str body)
{
    struct sk_buf out = { .mem = mem };
    sk_buf_printf(&out, "%s ", method);
    sk_buf_add(&out, target);
    sk_buf_printf(&out,
                  " HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: Mozilla/5.0 (sekisho evidence)\r\n"
                  "Accept: text/html,application/json;q=0.9,*/*;q=0.8\r\nX-Sekisho-Probe: 1\r\n"
                  "Connection: close\r\n%s",
                  SK_ARG(host), extra ? extra : "");
    if (body.n) sk_buf_printf(&out, "Content-Length: %zu\r\n", body.n);
    sk_buf_add(&out, SK_STR("\r\n"));
    sk_buf_add(&out, body);
    return sk_buf_str(&out);
}
