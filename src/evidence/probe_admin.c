/* GATE-04. Each administration area, and the console, is asked for from an address that is in none
 * of its networks, in several spellings: each must be refused, by the gate and with a record. An
 * area whose networks are the whole Internet keeps nobody out. */
#include "base/net.h"
#include "evidence/probe.h"
#include "evidence/record.h"

struct place {
    sk_str host, path;
    unsigned port;
    const struct evidence_networks *networks;
};

/* How the path may be written besides as it is: what stands before and behind it. */
static const struct {
    const char *front, *back;
} spellings[] = {
    { "", "" },           { "", "/x" },   { "/", "" },    { "/x/..", "" }, { "/.", "" },
    { "/index.php", "" }, { "", ";x=1" }, { "", "%2fx" }, { "/%2e", "" },
};

static bool
is_open_to_all(const struct evidence_networks *networks)
{
    struct sk_net net;
    for (size_t i = 0; i < networks->count; i++)
        if (sk_net_read(&net, networks->item[i]) && net.bits <= (sk_net_is_v4(&net) ? 96 : 0))
            return true;
    return false;
}

static bool
has(const struct evidence_networks *networks, sk_str address)
{
    struct sk_net client, net;
    if (!sk_net_read(&client, address)) return true;
    for (size_t i = 0; i < networks->count; i++)
        if (sk_net_read(&net, networks->item[i]) && sk_net_has(&net, &client)) return true;
    return false;
}

static sk_err
try_spelling(struct evidence_report *report, const struct evidence_instance *instance, sk_str from,
             const struct place *place, sk_str target)
{
    struct evidence_answer answer;
    TRY(evidence_ask_from(
        &answer, report->mem, instance, from, place->port, place->host,
        evidence_request(report->mem, "GET", target, place->host, "", (sk_str){ 0 })));
    sk_str id = evidence_answer_header(&answer, "X-Request-Id");
    if (answer.status != 403)
        evidence_failed(report, "%.*s from a network that is not listed was answered %d",
                        SK_ARG(target), answer.status);
    else if (!id.n || !evidence_record_explains(instance, id))
        evidence_failed(report, "%.*s was refused, but the record does not explain it",
                        SK_ARG(target));
    else
        evidence_saw(report, "%.*s on port %u is refused: %.*s", SK_ARG(target), place->port,
                     SK_ARG(id));
    return sk_ok();
}

/* *asked: from an address that must not enter. */
static sk_err
try_place(bool *asked, struct evidence_report *report, const struct evidence_instance *instance,
          sk_str from, const struct place *place)
{
    if (is_open_to_all(place->networks)) {
        evidence_failed(report, "%.*s on port %u is open to every network", SK_ARG(place->path),
                        place->port);
        return sk_ok();
    }
    if (has(place->networks, from)) return sk_ok();
    *asked = true;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        TRY(try_spelling(report, instance, from, place,
                         sk_str_printf(report->mem, "%s%.*s%s", spellings[i].front,
                                       SK_ARG(place->path), spellings[i].back)));
    return sk_ok();
}

sk_err
evidence_probe_admin(struct evidence_report *report, const struct evidence_instance *instance)
{
    struct place console = { evidence_host(instance), SK_STR("/"), instance->console,
                             &instance->console_networks };
    bool asked = false;
    sk_str from;
    TRY(evidence_outside(&from, report->mem, instance));
    if (instance->console) TRY(try_place(&asked, report, instance, from, &console));
    for (size_t i = 0; i < instance->site_count; i++)
        for (size_t k = 0; k < instance->site[i].area_count; k++) {
            const struct evidence_area *area = &instance->site[i].area[k];
            struct place place = { instance->site[i].host, area->path, instance->https,
                                   &area->networks };
            TRY(try_place(&asked, report, instance, from, &place));
        }
    if (asked || report->failure_count > 0) return sk_ok();
    return sk_fail(SK_MISSING, "no administration area is declared that this machine's address may "
                               "not enter");
}
