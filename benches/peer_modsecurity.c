/* libmodsecurity 3, driven: see drive.h. Walks a transaction as ModSecurity-nginx does. */
#include "drive.h"

#include <modsecurity/modsecurity.h>
#include <modsecurity/rules_set.h>
#include <modsecurity/transaction.h>
#include <stdlib.h>

static struct {
    ModSecurity *library;
    RulesSet *rules;
} peer;

static void
log_nowhere(void *ctx, const void *line)
{
    (void)ctx, (void)line;
}

static sk_err
load(const char *rules)
{
    const char *why = NULL;

    peer.library = msc_init();
    msc_set_log_cb(peer.library, log_nowhere);
    peer.rules = msc_create_rules_set();
    if (msc_rules_add_file(peer.rules, rules, &why) < 0)
        return sk_fail(SK_BAD, "%s", why ? why : "the rules were not taken");
    return sk_ok();
}

static bool
refused(Transaction *tx)
{
    ModSecurityIntervention it = { .status = 200 };
    bool yes = msc_intervention(tx, &it) != 0 && it.disruptive != 0;

    free(it.log);
    free(it.url);
    return yes;
}

#define BYTES(s) (const unsigned char *)(s).p, (s).n

/* The library wants zero-terminated texts for what stands in the request line. */
static bool
ask_request(Transaction *tx, const struct seclang_replay *request)
{
    char *uri = strndup(request->uri.p, request->uri.n);
    char *method = strndup(request->method.p, request->method.n);

    msc_process_uri(tx, uri, method, "1.1");
    free(uri);
    free(method);
    for (unsigned i = 0; i < request->header_count; i++)
        msc_add_n_request_header(tx, BYTES(request->header[i].name),
                                 BYTES(request->header[i].value));
    msc_process_request_headers(tx);
    if (refused(tx)) return true;
    if (request->body.n > 0) msc_append_request_body(tx, BYTES(request->body));
    msc_process_request_body(tx);
    return refused(tx);
}

static bool
ask_response(Transaction *tx, const struct seclang_replay *response)
{
    for (unsigned i = 0; i < response->header_count; i++)
        msc_add_n_response_header(tx, BYTES(response->header[i].name),
                                  BYTES(response->header[i].value));
    msc_process_response_headers(tx, response->status, "HTTP/1.1");
    if (refused(tx)) return true;
    if (response->body.n > 0) msc_append_response_body(tx, BYTES(response->body));
    msc_process_response_body(tx);
    return refused(tx);
}

static bool
one(const struct seclang_replay *request, const struct seclang_replay *response)
{
    Transaction *tx = msc_new_transaction(peer.library, peer.rules, NULL);
    bool no;

    msc_process_connection(tx, "127.0.0.1", 40000, "127.0.0.1", 443);
    no = ask_request(tx, request) || ask_response(tx, response);
    msc_process_logging(tx);
    msc_transaction_cleanup(tx);
    return no;
}

static void
unload(void)
{
    msc_rules_cleanup(peer.rules);
    msc_cleanup(peer.library);
}

int
main(int argc, char **argv)
{
    static const struct drive_engine modsecurity = { load, one, unload };

    return drive_main(argc, argv, &modsecurity);
}
