/* VAULT-10. The data of somebody whom the probe has made up is handed out as to an authority:
 * signed, on record, and not a second time. */
#include "evidence/vault.h"

#include "base/hash.h"
#include "base/sign.h"

#include <inttypes.h>

static sk_err
export_ask(struct evidence_said *said, struct evidence_vault *v, const struct evidence_person *p,
           sk_str name)
{
    struct ticket ticket = evidence_vault_ticket(v);

    return evidence_vault_ask(
        said, v, "export", evidence_vault_sign(v, &ticket),
        sk_str_printf(v->report->mem,
                      "{\"tenant\":\"" EVIDENCE_VAULT_TENANT "\",\"person\":\"%.*s\","
                      "\"purpose\":\"" EVIDENCE_VAULT_PURPOSE "\",\"authority\":\"%.*s\"}",
                      SK_ARG(p->person), SK_ARG(name)));
}

static bool
signature_holds(sk_arena *mem, const sk_json *export, sk_str text)
{
    sk_str key, signature;

    return sk_unbase64(mem, &key, sk_json_get_str(export, "key")) && key.n == SK_SIGN_PUBLIC &&
           sk_unbase64(mem, &signature, sk_json_get_str(export, "signature")) &&
           signature.n == SK_SIGNATURE &&
           sk_sign_check((const unsigned char *)key.p, (const unsigned char *)signature.p, text);
}

static sk_err
export_record(struct evidence_vault *v, const struct evidence_person *p, sk_str text)
{
    unsigned char digest[SK_SHA256];
    uint64_t records;
    sk_str details;

    TRY(evidence_vault_records(&records, &details, v, "vault.exported", (sk_str){ 0 }, p->person));
    sk_sha256(digest, text);
    if (records != 1 ||
        sk_str_find(details, sk_hex(v->report->mem,
                                    (sk_str){ (const char *)digest, sizeof digest })) == SIZE_MAX)
        evidence_failed(v->report, "an export has %" PRIu64 " records of its digest", records);
    return sk_ok();
}

sk_err
evidence_probe_vault_export(struct evidence_report *report,
                            const struct evidence_instance *instance)
{
    DEFER(evidence_vault_close) struct evidence_vault v = { .report = report };
    struct evidence_said first, second;
    struct evidence_person p;
    sk_str name =
        sk_str_printf(report->mem, "probe-%.*s", SK_ARG(evidence_random_letters(report->mem, 12)));
    sk_str text;

    TRY(evidence_vault_open(&v, report, instance));
    TRY(evidence_vault_somebody(&p, &v));
    TRY(export_ask(&first, &v, &p, name));
    text = sk_json_get_str(first.json, "text");
    if (first.status != 200 || sk_str_find(text, p.value[0].text) == SIZE_MAX)
        evidence_failed(report, "an export was answered %d %.*s", first.status,
                        SK_ARG(first.error));
    if (!signature_holds(report->mem, first.json, text))
        evidence_failed(report, "the signature of an export does not hold");
    TRY(export_ask(&second, &v, &p, name));
    if (!sk_str_eq(second.error, SK_STR("answered")))
        evidence_failed(report, "the same request was answered again: %d", second.status);
    TRY(export_record(&v, &p, text));
    evidence_saw(report, "one export, signed, %zu bytes; the second time %.*s", text.n,
                 SK_ARG(second.error));
    return sk_ok();
}
