/* Who is at the other end of a Unix socket: the kernel tells (SO_PEERCRED, unix(7)). */
#ifndef SK_PART_PEER_H
#define SK_PART_PEER_H

#include "base/err.h"

#include <stddef.h>

enum { PART_PEERS_MAX = 16 };

/* The uid of nobody: nothing of ours ever runs as it. */
#define PART_PEER_NOBODY 65534u

struct part_peers {
    unsigned uid[PART_PEERS_MAX];
    size_t count;
};

/* Who is heard: the superuser, our own user, and, where we run as a user of Sekisho's own
 * ("sekisho-..."), those of `users` that exist (names; NULL at the end). Where all parts share one
 * user there is nobody else to tell apart. SK_FULL for more than PART_PEERS_MAX. */
sk_err part_peers_find(struct part_peers *peers, const char *const *users) SK_CHECKED;
bool part_peers_have(const struct part_peers *peers, unsigned uid);
/* Of a connected Unix socket; PART_PEER_NOBODY for any other. */
unsigned part_peer_uid(int fd);

#endif
