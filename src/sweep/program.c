#include "sweep/program.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_THERE = 127, PIECE = 64 * 1024 };

static void
become(const char *const *argv, const struct sweep_setting *set, int out)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0) _exit(NOT_THERE);
    for (; set->name; set++)
        if (setenv(set->name, set->value, 1) != 0) _exit(NOT_THERE);
    execvp(argv[0], (char *const *)argv);
    _exit(NOT_THERE);
}

static sk_err
outcome(pid_t pid, const char *name)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return sk_fail(SK_BROKEN, "%s: %s", name, strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return sk_ok();
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_THERE)
        return sk_fail(SK_MISSING, "the program %s is not installed", name);
    return sk_fail(SK_BROKEN, "%s has failed", name);
}

sk_err
sweep_program(const char *const *argv, const struct sweep_setting *set,
              void (*take)(void *ctx, sk_str bytes), void *ctx)
{
    char piece[PIECE];
    int ends[2];
    ssize_t n;

    if (pipe2(ends, O_CLOEXEC) < 0) return sk_fail(SK_BROKEN, "a pipe: %s", strerror(errno));
    DEFER(sk_fd_close) int in = ends[0];
    pid_t pid = fork();
    if (pid == 0) become(argv, set, ends[1]);
    close(ends[1]);
    if (pid < 0) return sk_fail(SK_BROKEN, "fork: %s", strerror(errno));
    while ((n = read(in, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0) take(ctx, (sk_str){ piece, (size_t)n });
    return outcome(pid, argv[0]);
}
