/* Starting and keeping the parts; see parent.h. */
#include "sekisho/parent.h"

#include "part/control.h"
#include "part/lock.h"
#include "part/log.h"
#include "sekisho/files.h"
#include "sekisho/port.h"
#include "sekisho/services.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *
path_keep(const struct parent *p, const char *below)
{
    return sk_str_printf(p->mem, "%s/%s", p->house.state, below).p;
}

static sk_err
ports_check(const struct conf *conf)
{
    TRY(port_free(conf->address, conf->https));
    TRY(port_free(conf->address, conf->http));
    return services_has("console") ? port_free(conf->address, conf->console.port) : sk_ok();
}

static sk_err
lock_take(struct parent *p)
{
    pid_t holder = 0;
    sk_err e;

    TRY(files_folder(p->house.state, 0755, NULL));
    TRY(files_folder(path_keep(p, "run"), 01775, NULL));
    e = part_lock_take(&p->lock, &holder, path_keep(p, "run/sekisho.pid"));
    if (e.kind != SK_BUSY) return e;
    return sk_fail(SK_BUSY,
                   "sekisho runs already with this state (process %d): see `sekisho status "
                   "--state %s`, or stop it with `sekisho stop --state %s`",
                   (int)holder, p->house.state, p->house.state);
}

static sk_err
faults_say(const struct house *house, sk_err e)
{
    sk_str text = sk_buf_str(&house->faults.text);

    if (!house->faults.count) return e;
    return sk_fail(SK_BAD, "the configuration has %u fault%s:\n%.*s", house->faults.count,
                   house->faults.count == 1 ? "" : "s", SK_ARG(sk_str_trim(text)));
}

/* Opened, read, certificates looked at: what check, up and reload have in common. */
static sk_err
house_ready(struct house *house, sk_arena *mem, const struct verb_args *args)
{
    sk_err e;

    TRY(house_open(house, mem, args));
    e = house_read(house, args, true);
    if (sk_failed(e)) return faults_say(house, e);
    house_certificates(house);
    services_check(house);
    if (house->faults.count) return faults_say(house, sk_fail(SK_BAD, "files that it names"));
    return sk_ok();
}

sk_err
parent_open(struct parent *p, const struct verb_args *args)
{
    *p = (struct parent){ .args = *args, .lock = -1, .control = -1, .signals = -1, .log = 2 };
    p->mem = sk_arena_new(0);
    p->conf_mem = sk_arena_new(0);
    TRY(house_ready(&p->house, p->conf_mem, args));
    TRY(lock_take(p));
    TRY(ports_check(p->house.conf));
    TRY(house_prepare(&p->house));
    TRY(house_render(&p->house));
    TRY(house_test(&p->house));
    TRY(marks_take(&p->marks, &p->house));
    /* Later readings must mean the same folder, whatever the working folder is then. */
    p->args.state = sk_str_zcopy(p->mem, sk_str_of(p->house.state));
    p->args.config = sk_str_zcopy(p->mem, sk_str_of(p->house.conf_file));
    return sk_ok();
}

/* ── children ── */

const char *const *
parent_argv(const struct parent *p, const char *part, const char *share, const char *number)
{
    const char **argv = sk_array(p->mem, 10, sizeof(*argv));
    size_t n = 0;

    argv[n++] = sk_str_zcopy(p->mem, sk_str_of(p->house.self));
    argv[n++] = "part";
    argv[n++] = part;
    argv[n++] = "--state";
    argv[n++] = p->args.state;
    argv[n++] = "--share";
    argv[n++] = sk_str_zcopy(p->mem, sk_str_of(share));
    if (number) {
        argv[n++] = "--number";
        argv[n++] = sk_str_zcopy(p->mem, sk_str_of(number));
    }
    return argv;
}

/* The socket is bound here: the shop may then open none, and connections wait while it restarts. */
static sk_err
shop_add(struct parent *p)
{
    char number[16], name[32];
    struct part_child *child;
    const char *path;
    int fd;

    snprintf(number, sizeof(number), "%u", p->shops + 1);
    snprintf(name, sizeof(name), "shop-%s", number);
    path = sk_str_printf(p->mem, "%s/run/%s.sock", p->house.state, name).p;
    TRY(part_socket_listen(&fd, path, 0660));
    if (p->house.as_root && chown(path, 0, p->house.gate_user.gid) != 0)
        return sk_fail(SK_BROKEN, "cannot give %s to the gate: %s", path, strerror(errno));
    child = part_child_add(&p->children, name, parent_argv(p, "shop", p->house.share, number));
    if (!child) return sk_fail(SK_FULL, "more than %d parts", PART_CHILDREN_MAX);
    child->handed[child->handed_count++] = fd;
    child->log_fd = p->log;
    p->shops++;
    return part_child_start(child);
}

/* As many shops as the configuration wants; rows of those not wanted stay, stopped. */
static sk_err
shops_fit(struct parent *p)
{
    unsigned wanted = p->house.conf->shop ? (unsigned)p->house.conf->instances : 0;

    for (unsigned i = 0; i < p->shops; i++) {
        char name[32];
        struct part_child *child;

        snprintf(name, sizeof(name), "shop-%u", i + 1);
        child = part_child_find(&p->children, sk_str_of(name));
        if (!child) continue;
        if (i >= wanted && child->wanted) {
            child->wanted = false;
            part_child_end(child, SIGTERM);
        } else if (i < wanted && !child->wanted) {
            child->wanted = true;
            child->due = 0;
        }
    }
    while (p->shops < wanted)
        TRY(shop_add(p));
    return sk_ok();
}

static sk_err
signals_open(struct parent *p)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 ||
        (p->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
        return sk_fail(SK_BROKEN, "no signals: %s", strerror(errno));
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); /* orphans of parts come to us and are reaped */
    return sk_ok();
}

static sk_err
gate_complaint(const struct parent *p, const struct part_child *child)
{
    return sk_fail(SK_BROKEN,
                   "%s does not stay up (%s): see %s/log/gate-error.log and "
                   "%s/log/sekisho.log",
                   child->name, child->ended, p->house.state, p->house.state);
}

/* One round of asking; SK_BUSY: not yet. */
static sk_err
all_answer(struct parent *p)
{
    const struct conf *conf = p->house.conf;

    p->remark[0] = '\0';
    for (size_t i = 0; i < conf->site_count; i++) {
        const struct conf_site *site = &conf->site[i];
        int status = 0;

        TRY(ready_ask(&status, conf->address, conf->https, site->names.item[0]));
        if (status < 500) continue;
        if (site->servers.count == 0) return sk_fail(SK_BUSY, "the shop answers %d", status);
        snprintf(p->remark, sizeof(p->remark),
                 "the upstream of site %.*s does not answer (%d): is "
                 "%.*s running?",
                 SK_ARG(site->name), status, SK_ARG(site->servers.item[0]));
    }
    return sk_ok();
}

static sk_err
ready_wait(struct parent *p)
{
    sk_when end = sk_monotonic() + PARENT_READY_MS;
    struct timespec pause = { 0, 50 * 1000 * 1000 };
    sk_err e;

    for (;;) {
        sk_when now = sk_monotonic();

        part_children_reap(&p->children, now);
        part_children_tend(&p->children, now);
        for (size_t i = 0; i < p->children.count; i++)
            if (p->children.row[i].restarts >= PARENT_TRIES_MAX)
                return gate_complaint(p, &p->children.row[i]);
        e = all_answer(p);
        if (e.kind != SK_BUSY) return e;
        if (now > end)
            return sk_fail(SK_BROKEN, "not everything answered within %d s: %s",
                           PARENT_READY_MS / 1000, e.why);
        nanosleep(&pause, NULL);
    }
}

static sk_err
parts_start(struct parent *p)
{
    unsigned unread; /* nobody has read what was there before */

    TRY(signals_open(p));
    TRY(part_socket_listen(&p->control, path_keep(p, "run/control.sock"), 0600));
    TRY(services_render(&unread, &p->house));
    TRY(parent_services_fit(p, 0));
    TRY(shops_fit(p));
    p->gate = part_child_add(&p->children, "gate", parent_argv(p, "gate", p->house.gate, NULL));
    if (!p->gate) return sk_fail(SK_FULL, "more than %d parts", PART_CHILDREN_MAX);
    p->gate->log_fd = p->log;
    TRY(part_child_start(p->gate));
    TRY(ready_wait(p));
    return parent_instance_write(p);
}

/* A shop is not kept closed because its start could not be recorded; but it is said. */
static void
start_tell(struct parent *p)
{
    sk_err e = parent_tell(p, "sekisho.start", "ok");

    if (sk_failed(e))
        snprintf(p->remark, sizeof(p->remark), "the ledger takes no records: %s", e.why);
}

sk_err
parent_start(struct parent *p)
{
    sk_err e;

    p->began = sk_monotonic();
    p->began_wall = sk_now();
    e = parts_start(p);
    if (sk_failed(e)) {
        part_log(PART_ERROR, "%s", e.why);
        part_children_stop(&p->children);
        return e;
    }
    start_tell(p);
    p->ready = true;
    part_log(PART_INFO, "everything answers after %lld ms", (long long)(sk_monotonic() - p->began));
    return sk_ok();
}

/* ── reload ── */

/* Into a folder aside, so that a fault leaves what runs untouched. */
static sk_err
house_try(struct house *house)
{
    const char *gate = house->gate;
    sk_err e;

    TRY(house_prepare(house));
    house->gate = house_path(house, "gate.next");
    e = house_render(house);
    if (!sk_failed(e)) e = house_test(house);
    house->gate = gate;
    return e;
}

static sk_err
reload_refused(struct parent *p, sk_err e)
{
    part_log(PART_ERROR, "reload refused, the old configuration stays");
    p->refused_at = sk_now();
    snprintf(p->refused, sizeof(p->refused), "%s", e.why);
    e.why = p->refused; /* telling may fail as well, and then has said so */
    parent_tell_also(p, "sekisho.reload", "failed");
    return e;
}

sk_err
parent_reload(struct parent *p)
{
    struct marks marks;
    sk_arena *mem = sk_arena_new(0);
    struct house next;
    unsigned changed = 0;
    sk_err e = house_ready(&next, mem, &p->args);

    if (!sk_failed(e)) e = house_try(&next);
    /* what cannot be recorded is not done */
    if (!sk_failed(e)) e = parent_tell(p, "sekisho.reload", "ok");
    if (!sk_failed(e)) e = house_render(&next);
    if (!sk_failed(e)) e = marks_take(&marks, &next);
    if (!sk_failed(e)) e = services_render(&changed, &next);
    if (sk_failed(e)) {
        sk_arena_free(mem); /* the error's text is the thread's own */
        return reload_refused(p, e);
    }
    p->refused[0] = '\0';
    p->changed = marks_differ(&p->marks, &marks);
    p->marks = marks;
    sk_arena_free(p->conf_mem);
    p->conf_mem = mem;
    p->house = next;
    TRY(parent_services_fit(p, changed));
    TRY(shops_fit(p));
    part_child_end(p->gate, SIGHUP);
    p->reloads++;
    part_log(PART_INFO, "configuration taken over");
    return parent_instance_write(p);
}

/* ── the loop ── */

static void
signals_take(struct parent *p)
{
    struct signalfd_siginfo info;
    sk_err e;

    while (read(p->signals, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) p->stopping = true;
        if (info.ssi_signo != SIGHUP) continue;
        e = parent_reload(p);
        if (sk_failed(e)) part_log(PART_ERROR, "%s", e.why);
    }
}

/* One number that changes with any child's process: FNV-1a over their ids. (A sum of shifted ids
 * would forget the first children of many.) */
static uint64_t
pids_sum(const struct parent *p)
{
    uint64_t sum = 14695981039346656037U;

    for (size_t i = 0; i < p->children.count; i++)
        sum = (sum ^ (uint64_t)p->children.row[i].pid) * 1099511628211U;
    return sum;
}

void
parent_run(struct parent *p)
{
    while (!p->stopping) {
        struct pollfd ready[] = { { .fd = p->signals, .events = POLLIN },
                                  { .fd = p->control, .events = POLLIN } };
        uint64_t before = pids_sum(p);
        int wait = part_children_tend(&p->children, sk_monotonic());

        if (poll(ready, 2, wait) < 0 && errno != EINTR) break;
        signals_take(p);
        part_children_reap(&p->children, sk_monotonic());
        part_children_tend(&p->children, sk_monotonic());
        if (pids_sum(p) != before) {
            sk_err e = parent_instance_write(p);
            if (sk_failed(e)) part_log(PART_ERROR, "%s", e.why);
        }
        if (ready[1].revents) part_control_serve(p->control, parent_answer, p);
    }
    part_log(PART_INFO, "stopping");
    parent_tell_also(p, "sekisho.stop", "ok");
    part_children_stop(&p->children);
    unlink(path_keep(p, "run/instance.json"));
    unlink(path_keep(p, "run/control.sock"));
    part_log(PART_INFO, "stopped");
}
