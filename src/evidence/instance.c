#include "evidence/instance.h"

#include "base/file.h"
#include "base/json.h"

#include <errno.h>
#include <signal.h>

/* A path that the pattern covers: each * stands for one segment. */
static sk_str
example_of(sk_arena *mem, sk_str pattern)
{
    struct sk_buf path = { .mem = mem };
    for (size_t i = 0; i < pattern.n; i++)
        if (pattern.p[i] == '*')
            sk_buf_add(&path, SK_STR("probe"));
        else
            sk_buf_byte(&path, pattern.p[i]);
    return sk_buf_str(&path);
}

static void
read_inputs(struct evidence_site *site, sk_arena *mem, const sk_json *inputs)
{
    for (size_t i = 0; i < sk_json_count(inputs) && i < EVIDENCE_INPUTS_MAX; i++) {
        const sk_json *entry = sk_json_at(inputs, i);
        site->input[site->input_count++] = (struct evidence_input){
            .route = example_of(mem, sk_json_get_str(entry, "route")),
            .field = sk_str_copy(mem, sk_json_get_str(entry, "field")),
            .format = sk_str_copy(mem, sk_json_get_str(entry, "format")),
        };
    }
}

static void
read_networks(struct evidence_networks *networks, sk_arena *mem, const sk_json *list)
{
    for (size_t i = 0; i < sk_json_count(list) && i < EVIDENCE_NETWORKS_MAX; i++)
        networks->item[networks->count++] = sk_str_copy(mem, sk_json_as_str(sk_json_at(list, i)));
}

static void
read_entrance(struct evidence_site *site, sk_arena *mem, const sk_json *entry)
{
    const sk_json *areas = sk_json_get(entry, "areas"), *logins = sk_json_get(entry, "logins");
    for (size_t i = 0; i < sk_json_count(areas) && i < EVIDENCE_AREAS_MAX; i++) {
        struct evidence_area *area = &site->area[site->area_count++];
        area->path = sk_str_copy(mem, sk_json_get_str(sk_json_at(areas, i), "path"));
        read_networks(&area->networks, mem, sk_json_get(sk_json_at(areas, i), "networks"));
    }
    for (size_t i = 0; i < sk_json_count(logins) && i < EVIDENCE_LOGINS_MAX; i++) {
        const sk_json *login = sk_json_at(logins, i);
        site->login[site->login_count++] = (struct evidence_login){
            .path = sk_str_copy(mem, sk_json_get_str(login, "path")),
            .account = sk_str_copy(mem, sk_json_get_str(login, "account")),
            .most = sk_json_get_int(login, "per_source", 0),
        };
    }
}

static void
read_site(struct evidence_site *site, sk_arena *mem, const sk_json *entry)
{
    const sk_json *upstreams = sk_json_get(entry, "upstreams");
    site->name = sk_str_copy(mem, sk_json_get_str(entry, "name"));
    site->host = sk_str_copy(mem, sk_json_as_str(sk_json_at(sk_json_get(entry, "names"), 0)));
    for (size_t i = 0; i < sk_json_count(upstreams) && i < EVIDENCE_UPSTREAMS_MAX; i++)
        site->upstream[site->upstream_count++] =
            sk_str_copy(mem, sk_json_as_str(sk_json_at(upstreams, i)));
    read_inputs(site, mem, sk_json_get(entry, "inputs"));
    read_entrance(site, mem, entry);
}

static void
read_parts(struct evidence_instance *instance, sk_arena *mem, const sk_json *parts)
{
    for (size_t i = 0; i < sk_json_count(parts) && i < EVIDENCE_PARTS_MAX; i++) {
        struct evidence_part *part = &instance->part[instance->part_count++];
        part->name = sk_str_copy(mem, sk_json_get_str(sk_json_at(parts, i), "name"));
        part->pid = (int)sk_json_get_int(sk_json_at(parts, i), "pid", 0);
    }
}

sk_err
evidence_instance_read(struct evidence_instance *instance, sk_arena *mem, const char *state)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    sk_str text, path = sk_str_printf(mem, "%s/run/instance.json", state);

    sk_err e = sk_file_read(&text, mem, path.p, 1 << 20);
    if (sk_failed(e))
        return sk_fail(e.kind,
                       "nothing runs on the state folder %s (no run/instance.json). Start it: "
                       "sekisho up --state %s",
                       state, state);
    e = sk_json_read(&root, text);
    if (sk_failed(e)) return sk_fail(e.kind, "%s: %s", path.p, e.why);
    *instance = (struct evidence_instance){
        .state = sk_str_of(state),
        .version = sk_str_copy(mem, sk_json_get_str(root, "version")),
        .address = sk_str_copy(mem, sk_json_get_str(root, "address")),
        .https = (unsigned)sk_json_get_int(root, "https", 0),
        .http = (unsigned)sk_json_get_int(root, "http", 0),
        .pid = (int)sk_json_get_int(root, "pid", 0),
        .console = (unsigned)sk_json_get_int(sk_json_get(root, "console"), "port", 0),
    };
    read_networks(&instance->console_networks, mem,
                  sk_json_get(sk_json_get(root, "console"), "networks"));
    read_networks(&instance->spared, mem, sk_json_get(root, "spared"));
    const sk_json *sites = sk_json_get(root, "sites");
    instance->site = sk_array(mem, EVIDENCE_SITES_MAX, sizeof *instance->site);
    for (size_t i = 0; i < sk_json_count(sites) && i < EVIDENCE_SITES_MAX; i++)
        read_site(&instance->site[instance->site_count++], mem, sk_json_at(sites, i));
    read_parts(instance, mem, sk_json_get(root, "parts"));
    if (!instance->https || !instance->site_count)
        return sk_fail(SK_BAD, "%s: no listener or no site in it", path.p);
    if (instance->pid <= 0 || (kill(instance->pid, 0) != 0 && errno == ESRCH))
        return sk_fail(SK_MISSING,
                       "the instance of %s has ended (process %d). Start it: sekisho up "
                       "--state %s",
                       state, instance->pid, state);
    return sk_ok();
}
