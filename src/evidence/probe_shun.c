/* GATE-03. From an address of this machine that is not loopback attacks are sent, twice a second,
 * until the gate shuts the address out: harmless requests must be refused then, the list must say
 * who, why and until when, and a release must let it in again. It is released in any case. */
#include "base/file.h"
#include "base/json.h"
#include "base/net.h"
#include "evidence/probe.h"
#include "part/ask.h"
#include "ticket/ticket.h"

#include <time.h>
#include <unistd.h>

enum { TRIES = 40, PAUSE_MS = 500, WIDEST_V4 = 96 + 8, WIDEST_V6 = 16 };

/* Of two kinds, so that one promise does not hang on another's rules. */
static const char *const attacks[] = { "/?q=1%27%20OR%20%271%27=%271%27%20--%20-", "/.git/config" };

struct shun {
    struct evidence_report *report;
    const struct evidence_instance *instance;
    sk_str from;
};

static sk_err
ask(struct evidence_answer *answer, const struct shun *shun, const char *target)
{
    sk_str host = evidence_host(shun->instance);
    return evidence_ask_from(
        answer, shun->report->mem, shun->instance, shun->from, shun->instance->https, host,
        evidence_request(shun->report->mem, "GET", sk_str_of(target), host, "", (sk_str){ 0 }));
}

static bool
is_shut_out(const struct evidence_answer *answer)
{
    return answer->status == 403 && evidence_answer_header(answer, "Retry-After").n > 0;
}

/* The gate's own list: GET or POST /shun. */
static sk_err
ask_list(sk_json **list, const struct shun *shun, const char *method, sk_str target)
{
    struct part_answer answer;
    sk_str path =
        sk_str_printf(shun->report->mem, "%.*s/run/status.sock", SK_ARG(shun->instance->state));
    TRY(part_ask(&answer, shun->report->mem,
                 &(struct part_ask){ .path = path.p, .method = method, .target = target }));
    return sk_json_read(list, sk_str_trim(answer.body));
}

static sk_err
attack_until_out(bool *out, const struct shun *shun)
{
    const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
    *out = false;
    for (int i = 0; i < TRIES && !*out; i++) {
        struct evidence_answer answer;
        for (size_t k = 0; k < sizeof attacks / sizeof *attacks; k++)
            TRY(ask(&answer, shun, attacks[k]));
        *out = is_shut_out(&answer);
        if (!*out) nanosleep(&pause, NULL);
    }
    return sk_ok();
}

static sk_err
look_at_list(const struct shun *shun)
{
    DEFER(sk_json_close) sk_json *list = NULL;
    TRY(ask_list(&list, shun, "GET", SK_STR("/shun")));
    const sk_json *all = sk_json_get(list, "shut_out");
    for (size_t i = 0; i < sk_json_count(all); i++) {
        const sk_json *entry = sk_json_at(all, i);
        if (!sk_str_eq_nocase(sk_json_get_str(entry, "why"), SK_STR("rules"))) continue;
        evidence_saw(shun->report, "the list says why, since when and until when (time %lld)",
                     (long long)sk_json_get_int(entry, "times", 0));
        return sk_ok();
    }
    evidence_failed(shun->report, "the list does not name the source that was shut out");
    return sk_ok();
}

static sk_err
ticket_of_ours(sk_str *ticket, const struct shun *shun)
{
    DEFER(ticket_key_wipe) struct ticket_key key = { 0 };
    sk_arena *mem = shun->report->mem;
    sk_str bytes, path = sk_str_printf(mem, "%.*s/keys/ticket.key", SK_ARG(shun->instance->state));
    TRY(sk_file_read(&bytes, mem, path.p, TICKET_KEY));
    TRY(ticket_key_read(&key, bytes));
    *ticket = ticket_local(mem, &key, geteuid(), sk_now());
    return sk_ok();
}

static sk_err
release(const struct shun *shun)
{
    DEFER(sk_json_close) sk_json *list = NULL;
    sk_str ticket;
    struct sk_net net, source;
    if (!sk_net_read(&net, shun->from)) return sk_fail(SK_BROKEN, "no address to release");
    source = sk_net_source(&net);
    TRY(ticket_of_ours(&ticket, shun));
    return ask_list(&list, shun, "POST",
                    sk_str_printf(shun->report->mem, "/shun?ticket=%.*s&release=%.*s",
                                  SK_ARG(ticket), SK_ARG(sk_net_text(shun->report->mem, &source))));
}

static bool
lies_in(const struct evidence_networks *networks, const struct sk_net *client)
{
    struct sk_net net;
    for (size_t i = 0; i < networks->count; i++)
        if (sk_net_read(&net, networks->item[i]) && sk_net_has(&net, client) &&
            net.bits >= (sk_net_is_v4(&net) ? WIDEST_V4 : WIDEST_V6)) /* else nobody's own */
            return true;
    return false;
}

/* Operators are never shut out, so that their address proves nothing. */
static bool
is_operators(const struct evidence_instance *instance, sk_str from)
{
    struct sk_net client;
    if (!sk_net_read(&client, from)) return true;
    if (lies_in(&instance->spared, &client) || lies_in(&instance->console_networks, &client))
        return true;
    for (size_t i = 0; i < instance->site_count; i++)
        for (size_t k = 0; k < instance->site[i].area_count; k++)
            if (lies_in(&instance->site[i].area[k].networks, &client)) return true;
    return false;
}

static sk_err
try_all(const struct shun *shun)
{
    struct evidence_answer answer;
    bool out;
    TRY(attack_until_out(&out, shun));
    if (!out) {
        evidence_failed(shun->report,
                        "%d attacks within %d seconds, and the source is not shut out", 2 * TRIES,
                        TRIES * PAUSE_MS / 1000);
        return sk_ok();
    }
    TRY(ask(&answer, shun, "/"));
    if (!is_shut_out(&answer))
        evidence_failed(shun->report, "a source that is shut out was answered %d", answer.status);
    else
        evidence_saw(shun->report, "after several attacks everything from the source is refused");
    TRY(look_at_list(shun));
    TRY(release(shun));
    TRY(ask(&answer, shun, "/"));
    if (is_shut_out(&answer))
        evidence_failed(shun->report, "a source that was released is still shut out");
    else
        evidence_saw(shun->report, "a source that was released is let in (%d)", answer.status);
    return sk_ok();
}

sk_err
evidence_probe_shun(struct evidence_report *report, const struct evidence_instance *instance)
{
    struct shun shun = { .report = report, .instance = instance };
    TRY(evidence_outside(&shun.from, report->mem, instance));
    if (is_operators(instance, shun.from))
        return sk_fail(SK_MISSING, "this machine's address is an operator's own: it is never shut "
                                   "out");
    sk_err e = try_all(&shun);
    sk_err mended = release(&shun);
    return sk_failed(e) ? e : mended;
}
