/* Giving up the superuser's rights for those of a card's user. */
#ifndef SK_PART_DROP_H
#define SK_PART_DROP_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

struct part_user {
    uid_t uid;
    gid_t gid;
};

/* SK_MISSING when there is no such user. */
sk_err part_user_find(struct part_user *user, const char *name) SK_CHECKED;
/* Makes a system user and group without login or home by useradd(8) if it is not there. Needs the
 * superuser; SK_BROKEN with the cure when useradd is away or fails. */
sk_err part_user_make(struct part_user *user, const char *name) SK_CHECKED;
/* Whether `user` may search every folder above `path` and `path` itself. Judged by the modes and
 * the owner; access lists are not looked at, so the answer may be a wrong "no". */
bool part_user_reaches(const struct part_user *user, const char *path);

/* Rights that stay with an ordinary user, of capabilities(7). */
struct part_kept {
    bool low_ports; /* CAP_NET_BIND_SERVICE: ports below 1024 */
    bool any_path;  /* CAP_DAC_READ_SEARCH: state below a folder that only root may enter; only
                       together with Landlock, which then alone says what can be read */
};
/* Takes user, group and no other group, for good; the kept capabilities survive execve(2).
 * SK_BROKEN when any right could not be given up: the process must end then. */
sk_err part_user_take(const struct part_user *user, const struct part_kept *kept) SK_CHECKED;

#endif
