/* The first lines of every part; see start.h. The order matters: users need rights that the
 * sandbox takes, and the death signal is forgotten when the user changes. */
#include "part/start.h"

#include "part/drop.h"
#include "part/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static sk_err
limits_set(const struct part_card *card)
{
    struct rlimit none = { 0, 0 }, open_files = { card->open_files, card->open_files };

    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return sk_fail(SK_BROKEN, "cannot switch core dumps off: %s", strerror(errno));
    if (card->open_files && setrlimit(RLIMIT_NOFILE, &open_files) != 0) {
        /* The system's own limit may be lower, and is then enough of a limit. */
        struct rlimit given;
        if (getrlimit(RLIMIT_NOFILE, &given) != 0 || given.rlim_cur > card->open_files)
            return sk_fail(SK_BROKEN, "cannot limit open files: %s", strerror(errno));
    }
    return sk_ok();
}

/* The limit is raised while that may be done; the lock is taken by the user who comes after. In a
 * container even the superuser may be refused: the part then locks what the limit allows, and says
 * so. */
static void
memory_limit(const struct part_card *card)
{
    struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

    if (card->locks_memory && geteuid() == 0) (void)setrlimit(RLIMIT_MEMLOCK, &all);
}

/* Pages are locked as they are touched: a thread's whole stack is not taken for it. */
static sk_err
memory_lock(const struct part_card *card)
{
    struct rlimit limit;

    if (!card->locks_memory) return sk_ok();
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY) return sk_ok();
    if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0)
        return sk_fail(SK_BROKEN, "cannot lock memory: %s", strerror(errno));
    return sk_ok();
}

static sk_err
user_take(const struct part_card *card, const struct part_place *place)
{
    struct part_user user;
    struct part_kept kept = { .low_ports = (card->may & PART_MAY_LISTEN) != 0 };

    if (geteuid() != 0 || !card->user) return sk_ok();
    TRY(part_user_find(&user, card->user));
    if (!part_user_reaches(&user, place->state) || !part_user_reaches(&user, place->share)) {
        if (part_sandbox_landlock() == 0)
            return sk_fail(SK_DENIED,
                           "the user %s cannot enter %s: choose a state folder below "
                           "one that all may enter, such as /var/lib/sekisho",
                           card->user, place->state);
        kept.any_path = true;
    }
    return part_user_take(&user, &kept);
}

static sk_err
die_with_parent(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0)
        return sk_fail(SK_BROKEN, "cannot follow the parent's end: %s", strerror(errno));
    /* It may have ended before we asked. */
    if (getppid() != parent) return sk_fail(SK_BROKEN, "the parent has ended");
    return sk_ok();
}

sk_err
part_start(const char **remark, const struct part_card *card, const struct part_place *place)
{
    pid_t parent = getppid();

    *remark = NULL;
    TRY(limits_set(card));
    memory_limit(card);
    TRY(user_take(card, place));
    TRY(memory_lock(card));
    TRY(die_with_parent(parent));
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return sk_fail(SK_BROKEN, "cannot forbid dumps: %s", strerror(errno));
    return part_sandbox_enter(remark, card, place);
}
