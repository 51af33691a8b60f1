/* The system users that run here, and what each of them may open: tried, not reckoned from modes.
 */
#ifndef EVIDENCE_USERS_H
#define EVIDENCE_USERS_H

#include "evidence/instance.h"

#include <sys/types.h>

enum {
    EVIDENCE_USERS_MAX = 64,
    EVIDENCE_GROUPS_MAX = 64,
    EVIDENCE_FILES_MAX = 1000,
};

struct evidence_users {
    struct evidence_user {
        unsigned uid, gid;
        gid_t group[EVIDENCE_GROUPS_MAX];
        size_t groups;
        sk_str part; /* as whom it was found */
    } user[EVIDENCE_USERS_MAX];
    size_t count;
};
/* Of the parts and their children (the gate's workers), and nobody: all but the superuser and the
 * users of the part `but`. */
sk_err evidence_users_find(struct evidence_users *users, const struct evidence_instance *instance,
                           const char *but) SK_CHECKED;

struct evidence_files {
    sk_arena *mem;
    const char *path[EVIDENCE_FILES_MAX];
    size_t count;
};
void evidence_files_add(struct evidence_files *files, const char *path);
/* All of a folder and below. SK_MISSING. */
sk_err evidence_files_find(struct evidence_files *files, const char *folder) SK_CHECKED;

/* In a child that becomes the user for good: the index of the first file that opens, or -1. Needs
 * the superuser. */
sk_err evidence_user_try(int *opened, const struct evidence_user *user,
                         const struct evidence_files *files) SK_CHECKED;

#endif
