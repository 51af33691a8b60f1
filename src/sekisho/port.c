#include "sekisho/port.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TCP_LISTEN_STATE = 0x0a }; /* net/tcp_states.h, as in /proc/net/tcp */

/* The nth field of a line, counted from 0; fields stand between blanks. */
static const char *
field_at(const char *line, unsigned nth)
{
    for (line += strspn(line, " "); nth > 0; nth--) {
        line += strcspn(line, " ");
        line += strspn(line, " ");
    }
    return line;
}

/* The inode of the socket that listens on the port, from a table of proc(5); 0: none. Its fields:
 * sl local:port remote:port st tx:rx tr:when retrnsmt uid timeout inode; all but the last three are
 * hexadecimal, and the heading has no colon. */
static unsigned long
listener_inode(const char *table, unsigned port)
{
    FILE *in = fopen(table, "re");
    char line[512];
    unsigned long found = 0;

    if (!in) return 0;
    while (!found && fgets(line, sizeof(line), in)) {
        const char *colon = strchr(field_at(line, 1), ':');

        if (colon && strtoul(colon + 1, NULL, 16) == port &&
            strtoul(field_at(line, 3), NULL, 16) == TCP_LISTEN_STATE)
            found = strtoul(field_at(line, 9), NULL, 10);
    }
    fclose(in);
    return found;
}

static bool
process_holds(const char *pid, unsigned long inode)
{
    char folder[64], path[320], target[64], wanted[64];
    struct dirent *entry;
    bool found = false;
    DIR *fds;

    snprintf(folder, sizeof(folder), "/proc/%.16s/fd", pid);
    snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
    fds = opendir(folder);
    while (fds && !found && (entry = readdir(fds))) {
        ssize_t n;

        snprintf(path, sizeof(path), "%s/%.200s", folder, entry->d_name);
        n = readlink(path, target, sizeof(target) - 1);
        if (n <= 0) continue;
        target[n] = '\0';
        found = strcmp(target, wanted) == 0;
    }
    if (fds) closedir(fds);
    return found;
}

/* "nginx (process 123)", or that it is another user's. */
static void
holder_name(char *out, size_t size, unsigned port)
{
    unsigned long inode = listener_inode("/proc/net/tcp", port);
    struct dirent *entry;
    DIR *proc = opendir("/proc");

    snprintf(out, size, "another program (of another user: try as root)");
    if (!inode) inode = listener_inode("/proc/net/tcp6", port);
    while (inode && proc && (entry = readdir(proc))) {
        char path[64], comm[32] = "?";
        FILE *in;

        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        if (!process_holds(entry->d_name, inode)) continue;
        snprintf(path, sizeof(path), "/proc/%.16s/comm", entry->d_name);
        in = fopen(path, "re");
        if (in && fgets(comm, sizeof(comm), in)) comm[strcspn(comm, "\n")] = '\0';
        if (in) fclose(in);
        snprintf(out, size, "%s (process %.16s)", comm, entry->d_name);
        break;
    }
    if (proc) closedir(proc);
}

static int
try_bind(sk_str address, unsigned port)
{
    struct sockaddr_storage any = { 0 };
    struct sockaddr_in *v4 = (void *)&any;
    struct sockaddr_in6 *v6 = (void *)&any;
    char text[64];
    int fd, on = 1, reason = 0;
    socklen_t n;

    snprintf(text, sizeof(text), "%.*s", SK_ARG(address));
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        n = sizeof(*v4);
    } else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        n = sizeof(*v6);
    } else {
        return EINVAL;
    }
    fd = socket(any.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&any, n) != 0 || listen(fd, 1) != 0) reason = errno;
    close(fd);
    return reason;
}

sk_err
port_free(sk_str address, int64_t port)
{
    char holder[128];
    int reason = try_bind(address, (unsigned)port);

    if (reason == 0) return sk_ok();
    if (reason == EADDRINUSE) {
        holder_name(holder, sizeof(holder), (unsigned)port);
        return sk_fail(SK_BUSY,
                       "port %lld is taken by %s: stop it, or choose another with --port N",
                       (long long)port, holder);
    }
    if (reason == EACCES)
        return sk_fail(SK_DENIED,
                       "port %lld is only for the superuser: choose one above 1023 with "
                       "--port N, or start as root",
                       (long long)port);
    return sk_fail(SK_BAD, "cannot listen on %.*s port %lld: %s", SK_ARG(address), (long long)port,
                   strerror(reason));
}
