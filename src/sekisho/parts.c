/* Who may do what: the cards of all parts. And how each begins. */
#include "part/log.h"
#include "part/start.h"
#include "sekisho/services.h"
#include "sekisho/verb.h"

#ifdef SEKISHO_HAS_SHOP
#include "shop/shop.h"
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* nginx with our module. "share:" is the folder that was rendered for it. */
#define GATE_CARD                                                                                  \
    .user = "sekisho-gate",                                                                        \
    .read = LIST("share:", "state:gate/cache", "state:rules", "/etc/sekisho",                      \
                 "/usr/share/modsecurity-crs", "/etc/modsecurity", "/etc/ssl",                     \
                 "/usr/share/ca-certificates", "/etc/hosts", "/etc/resolv.conf", "/etc/host.conf", \
                 "/usr/sbin/nginx"),                                                               \
    .programs = LIST("/usr/sbin/nginx"),                                                           \
    .may = PART_MAY_LISTEN | PART_MAY_CONNECT | PART_MAY_FORK | PART_MAY_EXEC, .open_files = 16384

static const struct part_card gate_card = {
    .name = "gate",
    .write = LIST("share:tmp", "state:run", "state:log"),
    GATE_CARD,
};

/* Reads what was rendered, and compiles: what it leaves in the cache the gate only reads. A worker
 * that was taken over cannot write there what the next start would run. */
static const struct part_card gate_test_card = {
    .name = "gate-test",
    .write = LIST("share:tmp", "state:run", "state:log", "state:gate/cache"),
    GATE_CARD,
};

struct begin {
    const char *name;
    const struct part_card *card;
    int (*run)(const struct part_place *place);
};

static int
nginx_exec(const struct part_place *place, bool test)
{
    char conf[4096], log[4096];

    if (snprintf(conf, sizeof(conf), "%s/nginx.conf", place->share) >= (int)sizeof(conf) ||
        snprintf(log, sizeof(log), "%s/log/gate-error.log", place->state) >= (int)sizeof(log))
        return verb_fail(sk_fail(SK_FULL, "%s: path too long", place->share));
    if (test)
        execl("/usr/sbin/nginx", "nginx", "-t", "-q", "-p", place->share, "-e", log, "-c", conf,
              NULL);
    else
        execl("/usr/sbin/nginx", "nginx", "-p", place->share, "-e", log, "-c", conf, NULL);
    return verb_fail(sk_fail(SK_BROKEN, "cannot start /usr/sbin/nginx: %s", strerror(errno)));
}

static int
gate_run(const struct part_place *place)
{
    char left[4096];

    /* A gate that was killed leaves its socket's file, and could not bind it again. */
    if (snprintf(left, sizeof(left), "%s/run/status.sock", place->state) < (int)sizeof(left))
        unlink(left);
    return nginx_exec(place, false);
}

static int
gate_test(const struct part_place *place)
{
    return nginx_exec(place, true);
}

static const struct begin begins[] = {
    { "gate", &gate_card, gate_run },
    { "gate-test", &gate_test_card, gate_test },
#ifdef SEKISHO_HAS_SHOP
    { "shop", &shop_card, shop_main },
#endif
};

static int
begin(const struct begin *row, const struct part_place *place)
{
    const char *remark = NULL;
    sk_err e = part_start(&remark, row->card, place);

    if (sk_failed(e)) return verb_fail(e);
    part_log_open(2, row->name, PART_INFO);
    if (remark) part_log(PART_INFO, "%s", remark);
    umask(0027);
    return row->run(place);
}

/* What was handed lies where child.h says; everything behind it was closed. */
static int
handed(int nth)
{
    int fd = PART_CHILD_FD + nth;

    return fcntl(fd, F_GETFD) >= 0 ? fd : -1;
}

int
verb_part(const struct verb_args *args)
{
    struct part_place place = {
        .state = args->state,
        .share = args->share,
        .listen_fd = handed(0),
        .second_fd = handed(1),
    };

    if (!place.state || !place.share)
        return verb_fail(sk_fail(SK_BAD, "part: --state and --share are needed"));
    if (args->number) place.number = (unsigned)strtoul(args->number, NULL, 10);
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        if (strcmp(begins[i].name, args->arg[0]) == 0) return begin(&begins[i], &place);
    for (const struct service *s = services; s->name; s++)
        if (strcmp(s->name, args->arg[0]) == 0)
            return begin(&(struct begin){ s->name, s->card, s->main }, &place);
    return verb_fail(sk_fail(SK_BAD, "there is no part %s", args->arg[0]));
}
