/* What the parent tells: instance.json for other rooms, answers on the control socket. */
#include "base/json.h"
#include "part/log.h"
#include "sekisho/files.h"
#include "sekisho/parent.h"
#include "sekisho/services.h"

#include <unistd.h>

static void
inputs_json(struct sk_json_writer *w, const struct conf_site *site)
{
    sk_json_array(w, "inputs");
    for (size_t i = 0; i < site->input_count; i++) {
        const struct conf_input *input = &site->input[i];

        for (size_t f = 0; f < input->field_count; f++) {
            sk_json_object(w, NULL);
            sk_json_str(w, "route", input->path);
            sk_json_str(w, "field", input->field[f].name);
            sk_json_text(w, "format", input->field[f].format->name);
            sk_json_int(w, "limit", input->field[f].limit);
            sk_json_bool(w, "required", input->field[f].required);
            sk_json_end_object(w);
        }
    }
    sk_json_end_array(w);
}

static void
list_json(struct sk_json_writer *w, const char *key, const struct conf_list *list)
{
    sk_json_array(w, key);
    for (size_t i = 0; i < list->count; i++)
        sk_json_str(w, NULL, list->item[i]);
    sk_json_end_array(w);
}

static void
areas_json(struct sk_json_writer *w, const struct conf_site *site)
{
    sk_json_array(w, "areas");
    for (size_t i = 0; i < site->admin_count; i++) {
        sk_json_object(w, NULL);
        sk_json_str(w, "path", site->admin[i].path);
        list_json(w, "networks", &site->admin[i].networks);
        sk_json_end_object(w);
    }
    sk_json_end_array(w);
    sk_json_array(w, "logins");
    for (size_t i = 0; i < site->login_count; i++) {
        sk_json_object(w, NULL);
        sk_json_str(w, "path", site->login[i].path);
        sk_json_str(w, "account", site->login[i].account);
        sk_json_int(w, "per_source", site->login[i].per_source);
        sk_json_end_object(w);
    }
    sk_json_end_array(w);
}

static void
entrance_json(struct sk_json_writer *w, const struct conf *conf)
{
    if (services_has("console")) {
        sk_json_object(w, "console");
        sk_json_int(w, "port", conf->console.port);
        list_json(w, "networks", &conf->console.networks);
        sk_json_end_object(w);
    }
    list_json(w, "spared", &conf->shun.spare);
}

static void
upstreams_json(struct sk_json_writer *w, sk_arena *mem, const struct conf *conf,
               const struct conf_site *site)
{
    if (site->servers.count) {
        list_json(w, "upstreams", &site->servers);
        return;
    }
    sk_json_array(w, "upstreams");
    for (int64_t i = 0; i < conf->instances; i++)
        sk_json_str(w, NULL, sk_str_printf(mem, "unix:run/shop-%lld.sock", (long long)i + 1));
    sk_json_end_array(w);
}

static void
parts_json(struct sk_json_writer *w, const struct parent *p)
{
    sk_when now = sk_monotonic();

    sk_json_array(w, "parts");
    for (size_t i = 0; i < p->children.count; i++) {
        const struct part_child *child = &p->children.row[i];

        if (!child->wanted && !child->pid) continue;
        sk_json_object(w, NULL);
        sk_json_text(w, "name", child->name);
        sk_json_int(w, "pid", child->pid);
        sk_json_int(w, "restarts", child->restarts);
        sk_json_int(w, "uptime_ms", child->pid ? now - child->started : 0);
        if (child->ended[0]) sk_json_text(w, "last_end", child->ended);
        sk_json_end_object(w);
    }
    sk_json_end_array(w);
}

static void
instance_json(struct sk_json_writer *w, sk_arena *mem, const struct parent *p)
{
    const struct conf *conf = p->house.conf;

    sk_json_text(w, "version", SEKISHO_VERSION);
    sk_json_int(w, "https", conf->https);
    sk_json_int(w, "http", conf->http);
    sk_json_str(w, "address", conf->address);
    sk_json_int(w, "pid", getpid());
    sk_json_array(w, "sites");
    for (size_t i = 0; i < conf->site_count; i++) {
        const struct conf_site *site = &conf->site[i];

        sk_json_object(w, NULL);
        sk_json_str(w, "name", site->name);
        list_json(w, "names", &site->names);
        upstreams_json(w, mem, conf, site);
        inputs_json(w, site);
        areas_json(w, site);
        sk_json_end_object(w);
    }
    sk_json_end_array(w);
    entrance_json(w, conf);
    parts_json(w, p);
}

sk_err
parent_instance_write(const struct parent *p)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };

    sk_json_object(&w, NULL);
    instance_json(&w, mem, p);
    sk_json_end_object(&w);
    sk_buf_byte(&out, '\n');
    return files_write(sk_str_printf(mem, "%s/run/instance.json", p->house.state).p,
                       sk_buf_str(&out), 0644);
}

/* ── control lines ── */

struct ask {
    struct parent *parent;
    struct sk_json_writer *w;
    sk_arena *mem;
    sk_str rest; /* behind the word */
};

static void
result(const struct ask *ask, sk_err e)
{
    sk_json_bool(ask->w, "ok", !sk_failed(e));
    if (sk_failed(e)) {
        sk_json_text(ask->w, "kind", sk_kind_rows[e.kind].name);
        sk_json_int(ask->w, "code", sk_kind_rows[e.kind].exit_code);
        sk_json_text(ask->w, "why", e.why);
    }
}

static void
say_status(const struct ask *ask)
{
    const struct parent *p = ask->parent;

    result(ask, sk_ok());
    sk_json_str(ask->w, "state", sk_str_of(p->house.state));
    sk_json_bool(ask->w, "ready", p->ready);
    sk_json_int(ask->w, "uptime_ms", sk_monotonic() - p->began);
    sk_json_str(ask->w, "since", sk_when_utc(ask->mem, p->began_wall));
    sk_json_int(ask->w, "reloads", p->reloads);
    sk_json_bool(ask->w, "own_users", p->house.as_root);
    if (p->remark[0]) sk_json_text(ask->w, "remark", p->remark);
    if (p->refused[0]) {
        sk_json_object(ask->w, "refused_reload");
        sk_json_str(ask->w, "at", sk_when_utc(ask->mem, p->refused_at));
        sk_json_text(ask->w, "why", p->refused);
        sk_json_end_object(ask->w);
    }
    instance_json(ask->w, ask->mem, p);
}

static void
say_reload(const struct ask *ask)
{
    sk_err e = parent_reload(ask->parent);

    result(ask, e);
    if (!sk_failed(e)) sk_json_int(ask->w, "changed", ask->parent->changed);
}

static void
say_stop(const struct ask *ask)
{
    ask->parent->stopping = true;
    result(ask, sk_ok());
    sk_json_int(ask->w, "pid", getpid());
}

static void
say_restart(const struct ask *ask)
{
    struct part_child *child = part_child_find(&ask->parent->children, ask->rest);

    if (!child || !child->wanted) {
        result(ask, sk_fail(SK_MISSING, "there is no part %.*s", SK_ARG(ask->rest)));
        return;
    }
    part_log(PART_INFO, "%s is started again by request", child->name);
    part_child_renew(child);
    result(ask, sk_ok());
    sk_json_int(ask->w, "pid", child->pid);
}

static const struct {
    const char *word;
    void (*say)(const struct ask *ask);
} words[] = {
    { "status", say_status },
    { "reload", say_reload },
    { "stop", say_stop },
    { "restart", say_restart },
};

void
parent_answer(void *parent, struct sk_buf *answer, sk_str line)
{
    struct sk_json_writer w = { .out = answer };
    struct ask ask = { .parent = parent, .w = &w, .mem = answer->mem, .rest = line };
    sk_str word;

    sk_json_object(&w, NULL);
    if (sk_str_cut(&word, &ask.rest, ' ')) {
        ask.rest = sk_str_trim(ask.rest);
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
            if (!sk_str_eq(word, sk_str_of(words[i].word))) continue;
            words[i].say(&ask);
            sk_json_end_object(&w);
            return;
        }
    }
    result(&ask, sk_fail(SK_BAD, "unknown request: expected status, reload, stop or restart PART"));
    sk_json_end_object(&w);
}
