/* ACC-12. Whoever may see users' data whole holds a privilege that somebody else approved, by store
 * and ledger. And each place where staff see anything, the console and every area, leads whoever
 * has not signed in to do so, with made-up cookies and tickets, too: asked from a network that may
 * enter, else the network's lock would hide the door's. */
#include "base/net.h"
#include "evidence/privilege.h"

struct place {
    sk_str host, path;
    unsigned port;
    const struct evidence_networks *networks;
};

static const char made_up[] =
    "Cookie: __Host-sekisho-operator="
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef; __Host-sekisho-merchant="
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
    "X-Sekisho-Ticket: " EVIDENCE_NO_TICKET "\r\n"
    "X-Sekisho-Principal: acc_00000000000000000000\r\nX-Sekisho-Role: operator\r\n";

/* An address of this machine's that may enter; SK_MISSING: it has none. */
static sk_err
address_in(sk_str *from, sk_arena *mem, const struct evidence_instance *instance,
           const struct evidence_networks *networks)
{
    struct sk_net net, client;
    sk_str candidates[] = { SK_STR("127.0.0.1"), SK_STR("::1"), { 0 } };
    if (sk_failed(evidence_outside(&candidates[2], mem, instance))) candidates[2] = (sk_str){ 0 };
    for (size_t i = 0; i < networks->count; i++)
        for (size_t k = 0; k < sizeof candidates / sizeof *candidates; k++) {
            bool same = (sk_str_find_byte(candidates[k], ':') != SIZE_MAX) ==
                        (sk_str_find_byte(instance->address, ':') != SIZE_MAX);
            if (!same || !sk_net_read(&client, candidates[k]) ||
                !sk_net_read(&net, networks->item[i]) || !sk_net_has(&net, &client))
                continue;
            *from = candidates[k];
            return sk_ok();
        }
    return sk_fail(SK_MISSING, "no address of this machine's may enter");
}

static sk_err
knock(struct evidence_report *report, const struct evidence_instance *instance,
      const struct place *place, sk_str from, const char *extra)
{
    struct evidence_answer answer;
    TRY(evidence_ask_from(
        &answer, report->mem, instance, from, place->port, place->host,
        evidence_request(report->mem, "GET", place->path, place->host, extra, (sk_str){ 0 })));
    sk_str to = evidence_answer_header(&answer, "Location");
    bool led = answer.status == 303 && sk_str_starts(to, SK_STR("/.sekisho/")) &&
               sk_str_find(to, SK_STR("/sign-in")) != SIZE_MAX;
    if (led)
        evidence_saw(report, "%.*s on port %u leads to sign in%s", SK_ARG(place->path), place->port,
                     *extra ? ", with made-up cookies and tickets, too" : "");
    else
        evidence_failed(report, "%.*s on port %u was answered %d to somebody who is not signed in",
                        SK_ARG(place->path), place->port, answer.status);
    return sk_ok();
}

static sk_err
try_place(size_t *asked, struct evidence_report *report, const struct evidence_instance *instance,
          const struct place *place)
{
    sk_str from;
    if (sk_failed(address_in(&from, report->mem, instance, place->networks))) {
        evidence_saw(report, "%.*s on port %u cannot be asked from this machine",
                     SK_ARG(place->path), place->port);
        return sk_ok();
    }
    ++*asked;
    TRY(knock(report, instance, place, from, ""));
    return knock(report, instance, place, from, made_up);
}

static sk_err
places_check(struct evidence_report *report, const struct evidence_instance *instance)
{
    struct place console = { evidence_host(instance), SK_STR("/"), instance->console,
                             &instance->console_networks };
    size_t asked = 0;
    if (instance->console) TRY(try_place(&asked, report, instance, &console));
    for (size_t i = 0; i < instance->site_count; i++)
        for (size_t k = 0; k < instance->site[i].area_count; k++) {
            const struct evidence_area *area = &instance->site[i].area[k];
            struct place place = { instance->site[i].host, area->path, instance->https,
                                   &area->networks };
            TRY(try_place(&asked, report, instance, &place));
        }
    if (asked) return sk_ok();
    return sk_fail(SK_MISSING, "neither the console nor an area may be entered from this machine");
}

sk_err
evidence_probe_personal(struct evidence_report *report, const struct evidence_instance *instance)
{
    static const char *const verbs[] = { "accounts/list", "accounts/get", "sessions/list" };
    struct evidence_privileges held = { 0 };
    TRY(evidence_privileges_check(&held, report, instance, "privilege.personal"));
    evidence_saw(report, "%zu people may see users' data whole", held.count);
    TRY(evidence_people_refuses(report, instance, verbs, sizeof verbs / sizeof *verbs));
    return places_check(report, instance);
}
