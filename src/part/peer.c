#include "part/peer.h"

#include "part/drop.h"

#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool
is_ours(uid_t uid)
{
    const struct passwd *entry = getpwuid(uid);

    return entry && strncmp(entry->pw_name, "sekisho-", 8) == 0;
}

sk_err
part_peers_find(struct part_peers *peers, const char *const *users)
{
    *peers = (struct part_peers){ .uid = { 0, geteuid() }, .count = 2 };
    if (!is_ours(geteuid())) return sk_ok();
    for (; *users; users++) {
        struct part_user user;

        if (sk_failed(part_user_find(&user, *users))) continue;
        if (peers->count == PART_PEERS_MAX)
            return sk_fail(SK_FULL, "more than %d users are to be heard", PART_PEERS_MAX);
        peers->uid[peers->count++] = user.uid;
    }
    return sk_ok();
}

bool
part_peers_have(const struct part_peers *peers, unsigned uid)
{
    for (size_t i = 0; i < peers->count; i++)
        if (peers->uid[i] == uid) return true;
    return false;
}

unsigned
part_peer_uid(int fd)
{
    struct ucred peer = { .uid = PART_PEER_NOBODY };
    socklen_t n = sizeof(peer);
    int domain = 0;
    socklen_t domain_n = sizeof(domain);

    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &domain_n) != 0 || domain != AF_UNIX ||
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0 || peer.uid == (uid_t)-1)
        return PART_PEER_NOBODY;
    return peer.uid;
}
