/* A probe asks the live system one question and reports what it saw. */
#ifndef EVIDENCE_PROBE_H
#define EVIDENCE_PROBE_H

#include "evidence/client.h"
#include "evidence/instance.h"

enum { EVIDENCE_FACTS_MAX = 200 };

struct evidence_report {
    sk_arena *mem;
    sk_str fact[EVIDENCE_FACTS_MAX];
    size_t fact_count;
    sk_str failure[EVIDENCE_FACTS_MAX];
    size_t failure_count;
};

/* What was seen; and what should not have been seen. Past the maximum they are dropped, but a
 * failure still counts. Never personal data or secrets. */
void evidence_saw(struct evidence_report *report, const char *fmt, ...) SK_PRINTF(2, 3);
void evidence_failed(struct evidence_report *report, const char *fmt, ...) SK_PRINTF(2, 3);

struct evidence_probe {
    const char *name;    /* as in the catalogue: "gate.tls" */
    unsigned version;    /* goes up when the question changes */
    const char *en, *ja; /* what it asks: one sentence for reports */
    /* An error means that the question could not be asked: the promise is then not proven. */
    sk_err (*run)(struct evidence_report *report, const struct evidence_instance *instance);
};

extern const struct evidence_probe evidence_probes[];
extern const size_t evidence_probe_count;
const struct evidence_probe *evidence_probe_find(sk_str name);

sk_err evidence_probe_tls(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_waf(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_public(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_upstreams(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_input(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_log_recorded(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_log_kept(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_log_export(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_shun(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_admin(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_login(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_challenge(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_second(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_privileges(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_personal(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_removed(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_vault_aes(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_vault_sealed(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_vault_transfers(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_vault_trades(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_vault_contracts(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_vault_purpose(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_vault_tenants(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_vault_keys(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_vault_export(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_vault_scope(struct evidence_report *, const struct evidence_instance *);
sk_err evidence_probe_vault_rate(struct evidence_report *, const struct evidence_instance *);

/* Shared by probes: the public site that they ask (the first one). */
sk_str evidence_host(const struct evidence_instance *instance);
/* A request with Host, the probe's mark and Connection: close; `body` may be empty. `extra` are
 * whole header lines. */
sk_str evidence_request(sk_arena *mem, const char *method, sk_str target, sk_str host,
                        const char *extra, sk_str body);

#endif
