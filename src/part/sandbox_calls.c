/* System calls in groups, named as a person would ask for them. Allowed is what stands here: what a
 * new kernel adds is refused until someone has thought about it. */
#include "part/sandbox_calls.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* Memory, time, signals to itself, threads, waiting. */
static const char *const living[] = {
    "brk",
    "mmap",
    "munmap",
    "mprotect",
    "mremap",
    "madvise",
    "msync",
    "mincore",
    "mlock",
    "munlock",
    "exit",
    "exit_group",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "rt_sigpending",
    "sigaltstack",
    "tgkill",
    "tkill",
    "kill",
    "pause",
    "alarm",
    "setitimer",
    "getitimer",
    "restart_syscall",
    "futex",
    "futex_waitv",
    "set_robust_list",
    "get_robust_list",
    "set_tid_address",
    "rseq",
    "membarrier",
    "arch_prctl",
    "prctl",
    "sched_yield",
    "sched_getaffinity",
    "sched_setaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "getpriority",
    "setpriority",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "times",
    "timer_create",
    "timer_settime",
    "timer_gettime",
    "timer_delete",
    "timerfd_create",
    "timerfd_settime",
    "timerfd_gettime",
    "getrandom",
    "getpid",
    "getppid",
    "gettid",
    "getpgrp",
    "getpgid",
    "getsid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getgroups",
    "getresuid",
    "getresgid",
    "capget",
    "getcpu",
    "uname",
    "sysinfo",
    "getrlimit",
    "setrlimit",
    "prlimit64",
    "getrusage",
    "umask",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "eventfd",
    "eventfd2",
    "signalfd4",
    "pipe",
    "pipe2",
};

/* Files below the paths that Landlock leaves open. */
static const char *const files[] = {
    "read",
    "write",
    "readv",
    "writev",
    "pread64",
    "pwrite64",
    "preadv",
    "pwritev",
    "preadv2",
    "pwritev2",
    "open",
    "openat",
    "openat2",
    "creat",
    "close",
    "close_range",
    "lseek",
    "_llseek",
    "stat",
    "fstat",
    "lstat",
    "newfstatat",
    "fstatat64",
    "statx",
    "statfs",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getdents64",
    "getcwd",
    "chdir",
    "fchdir",
    "dup",
    "dup2",
    "dup3",
    "fcntl",
    "flock",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "ftruncate",
    "truncate",
    "fallocate",
    "fadvise64",
    "readahead",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "link",
    "linkat",
    "chmod",
    "fchmod",
    "fchmodat",
    "chown",
    "fchown",
    "fchownat",
    "lchown",
    "utimensat",
    "utime",
    "utimes",
    "futimesat",
    "sendfile",
    "copy_file_range",
    "splice",
    "tee",
    "memfd_create",
    "io_setup",
    "io_destroy",
    "io_submit",
    "io_getevents",
    "io_cancel",
};

/* Connections that it was handed, and pairs of its own. */
static const char *const talking[] = {
    "accept",      "accept4",    "recvfrom",   "recvmsg",    "recvmmsg",
    "sendto",      "sendmsg",    "sendmmsg",   "shutdown",   "getsockname",
    "getpeername", "getsockopt", "setsockopt", "socketpair", "listen",
};

static const char *const listening[] = { "bind" };
static const char *const connecting[] = { "connect" };
static const char *const forking[] = { "fork",   "vfork",   "wait4",  "waitid",
                                       "setsid", "setpgid", "waitpid" };
static const char *const executing[] = { "execve" };

struct group {
    unsigned may; /* 0: everyone */
    const char *const *names;
    size_t count;
};

#define GROUP(may, list)                                                                           \
    {                                                                                              \
        may, list, sizeof(list) / sizeof((list)[0])                                                \
    }
static const struct group groups[] = {
    GROUP(0, living),
    GROUP(0, files),
    GROUP(0, talking),
    GROUP(PART_MAY_LISTEN, listening),
    GROUP(PART_MAY_CONNECT, connecting),
    GROUP(PART_MAY_ASK, connecting),
    GROUP(PART_MAY_FORK, forking),
    GROUP(PART_MAY_EXEC, executing),
};

/* Address families by what a card says; packet, netlink and all odd ones stay shut. */
static const struct {
    unsigned family, may; /* any one of the bits */
} families[] = {
    { AF_UNIX, PART_MAY_LISTEN | PART_MAY_CONNECT | PART_MAY_ASK },
    { AF_INET, PART_MAY_LISTEN | PART_MAY_CONNECT },
    { AF_INET6, PART_MAY_LISTEN | PART_MAY_CONNECT },
};

static void
release(scmp_filter_ctx *filter)
{
    if (*filter) seccomp_release(*filter);
}

static int
group_allow(scmp_filter_ctx filter, const struct group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        int call = seccomp_syscall_resolve_name(group->names[i]);
        int rc;

        if (call == __NR_SCMP_ERROR) continue; /* another architecture's */
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
        if (rc != 0 && rc != -EDOM) return rc;
    }
    return 0;
}

/* clone(2) makes threads for everyone, processes for those who may fork, namespaces for nobody.
 * clone3(2) hides its flags behind a pointer: "not there", and libc takes clone(2). */
static int
clone_allow(scmp_filter_ctx filter, bool fork)
{
    const unsigned long spaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                                 CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP;
    int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);

    if (rc != 0) return rc;
    if (fork)
        return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                SCMP_A0(SCMP_CMP_MASKED_EQ, spaces, 0));
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                            SCMP_A0(SCMP_CMP_MASKED_EQ, spaces | CLONE_THREAD, CLONE_THREAD));
}

/* A terminal's input must not be faked (TIOCSTI): only what servers ask of sockets and pipes. */
static int
ioctl_allow(scmp_filter_ctx filter)
{
    static const unsigned long wanted[] = { FIONBIO, FIONREAD, FIOASYNC, FIOCLEX, TCGETS };

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                                  SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffUL, wanted[i]));
        if (rc != 0) return rc;
    }
    return 0;
}

static int
sockets_allow(scmp_filter_ctx filter, unsigned may)
{
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        int rc = 0;

        if (families[i].may & may)
            rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                                  SCMP_A0(SCMP_CMP_EQ, families[i].family, 0));
        if (rc != 0) return rc;
    }
    return 0;
}

sk_err
part_sandbox_calls(const struct part_card *card)
{
    DEFER(release) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int rc = filter ? 0 : -ENOMEM;

    for (size_t i = 0; rc == 0 && i < sizeof(groups) / sizeof(groups[0]); i++)
        if ((groups[i].may & card->may) == groups[i].may) rc = group_allow(filter, &groups[i]);
    if (rc == 0) rc = clone_allow(filter, (card->may & PART_MAY_FORK) != 0);
    if (rc == 0) rc = ioctl_allow(filter);
    if (rc == 0) rc = sockets_allow(filter, card->may);
    if (rc == 0) rc = seccomp_load(filter);
    if (rc != 0) return sk_fail(SK_BROKEN, "no system call filter: %s", strerror(-rc));
    return sk_ok();
}
