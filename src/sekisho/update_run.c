/* Programs that do what others do better: curl fetches, gpgv verifies, tar unpacks. They get no
 * shell, no input, a limit on what they write and on their time. */
#include "base/file.h"
#include "sekisho/update.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOT_FOUND = 127 };

static _Noreturn void
become(const char *const *argv, int out, unsigned seconds)
{
    const struct rlimit bytes = { UPDATE_ARCHIVE_MAX, UPDATE_ARCHIVE_MAX };
    const struct rlimit time = { seconds, seconds }, none = { 0, 0 };
    int in = open("/dev/null", O_RDONLY);

    if (in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0) _exit(NOT_FOUND);
    setpgid(0, 0);
    if (setrlimit(RLIMIT_FSIZE, &bytes) != 0 || setrlimit(RLIMIT_CPU, &time) != 0 ||
        setrlimit(RLIMIT_CORE, &none) != 0)
        _exit(NOT_FOUND);
    setenv("LC_ALL", "C", 1);
    execvp(argv[0], (char *const *)argv);
    _exit(NOT_FOUND);
}

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads until the program closes its end; false: it took too long. */
static bool
listen_to(struct sk_buf *said, int from, unsigned seconds)
{
    int64_t end = now_ms() + (int64_t)seconds * 1000;
    char chunk[4096];

    for (;;) {
        struct pollfd p = { .fd = from, .events = POLLIN };
        int64_t left = end - now_ms();
        ssize_t n;

        if (left <= 0) return false;
        if (poll(&p, 1, (int)left) <= 0) continue;
        n = read(from, chunk, sizeof(chunk));
        if (n <= 0) return true;
        if (said->n < UPDATE_SAID)
            sk_buf_add(said, (sk_str){ chunk, (size_t)n < UPDATE_SAID - said->n
                                                  ? (size_t)n
                                                  : UPDATE_SAID - said->n });
    }
}

static sk_str
last_line(sk_str said)
{
    sk_str line, last = { 0 };

    while (sk_str_cut(&line, &said, '\n'))
        if (sk_str_trim(line).n) last = sk_str_trim(line);
    return last;
}

static sk_err
outcome(const char *name, int status, sk_str said)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return sk_ok();
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
        return sk_fail(SK_MISSING, "%s is not installed: apt-get install %s", name, name);
    if (WIFSIGNALED(status))
        return sk_fail(SK_BAD, "%s was ended by signal %d (a limit was reached)", name,
                       WTERMSIG(status));
    said = last_line(said);
    return sk_fail(SK_BAD, "%s: %.*s", name, SK_ARG(said.n ? said : SK_STR("failed")));
}

sk_err
update_run(sk_str *said, sk_arena *mem, const char *const *argv, unsigned seconds)
{
    struct sk_buf heard = { .mem = mem };
    int ends[2], status = 0;
    bool in_time;
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) != 0) return sk_fail(SK_FULL, "no pipe: %s", strerror(errno));
    pid = fork();
    if (pid == 0) become(argv, ends[1], seconds);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return sk_fail(SK_FULL, "cannot start %s: %s", argv[0], strerror(errno));
    }
    in_time = listen_to(&heard, ends[0], seconds);
    close(ends[0]);
    if (!in_time) kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    *said = sk_buf_str(&heard);
    if (!in_time) return sk_fail(SK_BUSY, "%s did not end within %u seconds", argv[0], seconds);
    return outcome(argv[0], status, *said);
}
