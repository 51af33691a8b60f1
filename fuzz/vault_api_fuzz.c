/* Questions as they come in: verb, ticket and body, a line each. The keeper is away, so that
 * nothing gets beyond what is read; the answer is JSON with one of our words in any case. */
#include "base/file.h"
#include "part/log.h"
#include "vault_answer.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct vault *house;
static char folder[64];
static sk_str ticket;

static void
end(void)
{
    vault_house_close(house);
    sk_file_remove_tree(folder);
}

/* The ledger takes all. */
static sk_err
heard(void *ctx, const struct ledger_event *event)
{
    (void)ctx, (void)event;
    return sk_ok();
}

static void
begin(void)
{
    char path[160];
    FILE *conf;

    part_log_open(open("/dev/null", O_WRONLY | O_CLOEXEC), "vault", PART_ERROR);
    snprintf(folder, sizeof folder, "/tmp/vault-fuzz-XXXXXX");
    if (!mkdtemp(folder)) abort();
    snprintf(path, sizeof path, "%s/conf", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/conf/vault", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/conf/vault/vault.json", folder);
    conf = fopen(path, "w");
    if (!conf || fputs("{}", conf) < 0 || fclose(conf)) abort();
    if (sk_failed(vault_house_open(&house, folder, "."))) abort(); /* from the checkout's top */
    house->tell = heard;
    atexit(end);
}

static sk_str
header(const struct part_request *request, const char *name)
{
    (void)request;
    return strcmp(name, "X-Sekisho-Ticket") == 0 ? ticket : (sk_str){ 0 };
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str verb, rest = { (const char *)data, size };
    struct part_response response = { 0 };
    struct part_request request = {
        .mem = mem, .uid = getuid(), .header = header, .id = SK_STR("REQ")
    };

    if (!house) begin();
    if (!sk_str_cut(&verb, &rest, '\n') || !sk_str_cut(&ticket, &rest, '\n')) return 0;
    request.path = sk_str_printf(mem, "/v1/%.*s", SK_ARG(verb));
    request.body = rest;
    request.ctx = house;
    if (sk_failed(vault_api_post(&response, &request))) abort();
    vault_answer_check(&response);
    return 0;
}
