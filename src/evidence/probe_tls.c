/* GATE-01. Asks by handshakes what the listener accepts, as any client on the Internet could, and
 * holds the answers against the recommended type of the TLS cipher configuration guideline of
 * IPA/CRYPTREC (version 3.0.1, 2020): TLS 1.2 and 1.3; ECDHE with AES-GCM, ChaCha20-Poly1305 (CCM
 * is not refused by it, either). */
#include "evidence/probe.h"

#include <openssl/ssl.h>

enum { KEY_BITS_LEAST = 112, DAYS_LEAST = 7 };

struct attempt {
    const char *what;
    struct evidence_offer offer;
    bool wanted; /* false: must be refused */
};

static const struct attempt attempts[] = {
    { "TLS 1.0", { TLS1_VERSION, TLS1_VERSION, NULL }, false },
    { "TLS 1.1", { TLS1_1_VERSION, TLS1_1_VERSION, NULL }, false },
    { "TLS 1.2", { TLS1_2_VERSION, TLS1_2_VERSION, NULL }, true },
    { "TLS 1.3", { TLS1_3_VERSION, TLS1_3_VERSION, NULL }, true },
    { "TLS 1.2 with ECDHE and AES-128-GCM",
      { TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE+AES128+AESGCM:@SECLEVEL=0" },
      true },
    { "TLS 1.2 with CBC ciphers",
      { TLS1_2_VERSION, TLS1_2_VERSION,
        "AES128-SHA:AES256-SHA:AES128-SHA256:AES256-SHA256:ECDHE-RSA-AES128-SHA:"
        "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA384:"
        "ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA256:DHE-RSA-AES128-SHA:"
        "DHE-RSA-AES256-SHA256:CAMELLIA128-SHA:CAMELLIA256-SHA:@SECLEVEL=0" },
      false },
    { "TLS 1.2 without forward secrecy",
      { TLS1_2_VERSION, TLS1_2_VERSION,
        "AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-CCM:AES256-CCM:AES128-SHA:AES256-SHA256:"
        "@SECLEVEL=0" },
      false },
    { "TLS 1.2 without encryption or authentication",
      { TLS1_2_VERSION, TLS1_2_VERSION, "eNULL:aNULL:@SECLEVEL=0" },
      false },
};

static void
judge_attempt(struct evidence_report *report, const struct attempt *attempt,
              const struct evidence_tls *seen)
{
    if (attempt->wanted && !seen->connected)
        evidence_failed(report, "%s was refused (%.*s)", attempt->what, SK_ARG(seen->fault));
    else if (!attempt->wanted && seen->connected)
        evidence_failed(report, "%s was accepted (%.*s, %.*s)", attempt->what,
                        SK_ARG(seen->version), SK_ARG(seen->cipher));
    else if (seen->connected)
        evidence_saw(report, "%s accepted: %.*s", attempt->what, SK_ARG(seen->cipher));
    else
        evidence_saw(report, "%s refused (%.*s)", attempt->what, SK_ARG(seen->fault));
}

static void
judge_cipher(struct evidence_report *report, const struct evidence_tls *seen)
{
    if (!seen->connected) return;
    if (!seen->aead)
        evidence_failed(report, "%.*s is not authenticated encryption", SK_ARG(seen->cipher));
    if (!seen->forward_secret)
        evidence_failed(report, "%.*s has no forward secrecy", SK_ARG(seen->cipher));
    if (seen->compressed) evidence_failed(report, "TLS compression is on");
    if (!seen->secure_renegotiation) evidence_failed(report, "renegotiation is not secure");
}

static void
judge_certificate(struct evidence_report *report, const struct evidence_tls *seen, sk_str host)
{
    if (!seen->name_fits) evidence_failed(report, "the certificate is not for %.*s", SK_ARG(host));
    if (seen->key_bits < KEY_BITS_LEAST)
        evidence_failed(report, "the certificate's key has only %d bits of strength",
                        seen->key_bits);
    if (seen->days_left < DAYS_LEAST)
        evidence_failed(report, "the certificate ends in %d days", seen->days_left);
    evidence_saw(report, "certificate of %.*s: %d bits of strength, %d days left%s", SK_ARG(host),
                 seen->key_bits, seen->days_left, seen->self_signed ? ", self-signed" : "");
}

static sk_err
try_handshakes(struct evidence_report *report, const struct evidence_instance *instance,
               sk_str host)
{
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        struct evidence_tls seen;
        TRY(evidence_tls_try(&seen, report->mem, instance, host, attempts[i].offer));
        judge_attempt(report, &attempts[i], &seen);
        if (!attempts[i].wanted) continue;
        judge_cipher(report, &seen);
        if (seen.connected && attempts[i].offer.most == TLS1_3_VERSION)
            judge_certificate(report, &seen, host);
    }
    return sk_ok();
}

static sk_err
check_plain_http(struct evidence_report *report, const struct evidence_instance *instance,
                 sk_str host)
{
    static const struct {
        const char *method, *target;
    } requests[] = {
        { "GET", "/" },       { "GET", "/s/" },  { "POST", "/" },
        { "HEAD", "/x?y=1" }, { "DELETE", "/" }, { "GET", "/.well-known/security.txt" }
    };
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct evidence_answer answer;
        bool post = requests[i].method[0] == 'P';
        sk_str request =
            evidence_request(report->mem, requests[i].method, sk_str_of(requests[i].target), host,
                             "", post ? SK_STR("a=b") : (sk_str){ 0 });
        TRY(evidence_ask_plain(&answer, report->mem, instance, request));
        sk_str to = evidence_answer_header(&answer, "Location");
        bool redirect = answer.status == 301 || answer.status == 302 || answer.status == 307 ||
                        answer.status == 308;
        if (!redirect || !sk_str_starts(to, SK_STR("https://")) || answer.body.n > 4096)
            evidence_failed(report,
                            "plain HTTP answered %s %s with %d instead of a redirect to https",
                            requests[i].method, requests[i].target, answer.status);
        else
            evidence_saw(report, "plain HTTP: %s %s redirects (%d)", requests[i].method,
                         requests[i].target, answer.status);
    }
    return sk_ok();
}

static sk_err
check_hsts(struct evidence_report *report, const struct evidence_instance *instance, sk_str host)
{
    struct evidence_answer answer;
    TRY(evidence_ask(&answer, report->mem, instance, host,
                     evidence_request(report->mem, "GET", SK_STR("/"), host, "", (sk_str){ 0 })));
    sk_str hsts = evidence_answer_header(&answer, "Strict-Transport-Security");
    if (sk_str_find(hsts, SK_STR("max-age=")) == SIZE_MAX)
        evidence_failed(report, "Strict-Transport-Security is missing from the answer of /");
    else
        evidence_saw(report, "Strict-Transport-Security: %.*s", SK_ARG(hsts));
    return sk_ok();
}

static sk_err
probe_site(struct evidence_report *report, const struct evidence_instance *instance, sk_str host)
{
    TRY(try_handshakes(report, instance, host));
    TRY(check_hsts(report, instance, host));
    return check_plain_http(report, instance, host);
}

sk_err
evidence_probe_tls(struct evidence_report *report, const struct evidence_instance *instance)
{
    for (size_t i = 0; i < instance->site_count; i++)
        TRY(probe_site(report, instance, instance->site[i].host));
    return sk_ok();
}
