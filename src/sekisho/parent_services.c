/* The parts beside gate and shop, as children of the parent; see parent.h and services.h. */
#include "part/control.h"
#include "part/log.h"
#include "sekisho/parent.h"
#include "sekisho/services.h"

#include <signal.h>

/* Where parts have users of their own, those who may not connect are told apart by the part itself
 * (part/peer.h): the sockets belong to the superuser, who bound them. */
static sk_err
socket_add(struct parent *p, struct part_child *child, const char *below)
{
    const char *path = sk_str_printf(p->mem, "%s/%s", p->house.state, below).p;
    int fd;

    TRY(part_socket_listen(&fd, path, p->house.as_root ? 0666 : 0600));
    child->handed[child->handed_count++] = fd;
    return sk_ok();
}

static sk_err
service_add(struct parent *p, const struct service *service)
{
    struct part_child *child = part_child_add(&p->children, service->name,
                                              parent_argv(p, service->name, p->house.share, NULL));

    if (!child) return sk_fail(SK_FULL, "more than %d parts", PART_CHILDREN_MAX);
    child->log_fd = p->log;
    child->late = service->late;
    for (size_t i = 0; i < PART_CHILD_FDS && service->socket[i]; i++)
        TRY(socket_add(p, child, service->socket[i]));
    return part_child_start(child);
}

static sk_err
service_fit(struct parent *p, const struct service *service, bool changed)
{
    struct part_child *child = part_child_find(&p->children, sk_str_of(service->name));
    bool wanted = service_wanted(service, p->house.conf);

    if (!child) return wanted ? service_add(p, service) : sk_ok();
    if (child->wanted != wanted)
        child->due = 0;
    else if (!wanted || !changed)
        return sk_ok();
    if (wanted && changed)
        part_log(PART_INFO, "%s is started again: what it reads has changed", service->name);
    child->wanted = wanted;
    if (wanted && changed)
        part_child_renew(child);
    else
        part_child_end(child, SIGTERM);
    return sk_ok();
}

sk_err
parent_services_fit(struct parent *p, unsigned changed)
{
    for (unsigned i = 0; services[i].name; i++)
        TRY(service_fit(p, &services[i], (changed >> i & 1) != 0));
    return sk_ok();
}
