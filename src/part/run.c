#include "part/run.h"

#include "base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static sk_str
drain(sk_arena *mem, int fd)
{
    struct sk_buf out = { .mem = mem };
    char dropped[4096] = { 0 };

    for (;;) {
        bool full = out.n >= PART_RUN_OUTPUT_MAX;
        ssize_t n = read(fd, full ? dropped : sk_buf_room(&out, sizeof(dropped)), sizeof(dropped));

        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return sk_buf_str(&out);
        if (!full) out.n += (size_t)n;
    }
}

static int
program_start(pid_t *pid, const char *const *argv, int out)
{
    static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C.UTF-8";
    char *env[] = { path, locale, NULL };
    char *args[PART_RUN_ARGS_MAX + 1] = { NULL };
    posix_spawn_file_actions_t acts;
    int rc;

    assert(argv[0]);
    for (size_t i = 0; i < PART_RUN_ARGS_MAX && argv[i]; i++) {
        args[i] = strdup(argv[i]);
        if (!args[i]) abort();
    }
    posix_spawn_file_actions_init(&acts);
    posix_spawn_file_actions_addopen(&acts, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&acts, out, 1);
    posix_spawn_file_actions_adddup2(&acts, out, 2);
    rc = posix_spawn(pid, argv[0], &acts, NULL, args, env);
    posix_spawn_file_actions_destroy(&acts);
    for (size_t i = 0; args[i]; i++)
        free(args[i]);
    return rc;
}

sk_err
part_run(int *code, sk_str *output, sk_arena *mem, const char *const *argv)
{
    DEFER(sk_fd_close) int in = -1;
    int ends[2], rc, status = 0;
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) != 0) return sk_fail(SK_BROKEN, "no pipe: %s", strerror(errno));
    in = ends[0];
    rc = program_start(&pid, argv, ends[1]);
    close(ends[1]);
    if (rc != 0)
        return sk_fail(rc == ENOENT ? SK_MISSING : SK_BROKEN, "cannot start %s: %s", argv[0],
                       strerror(rc));
    *output = drain(mem, in);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return sk_ok();
}
