/* Children of the parent; see child.h. */
#include "part/child.h"

#include "part/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct part_child *
part_child_add(struct part_children *all, const char *name, const char *const *argv)
{
    struct part_child *child;

    if (all->count == PART_CHILDREN_MAX) return NULL;
    child = &all->row[all->count++];
    *child = (struct part_child){ .argv = argv, .log_fd = 2, .wanted = true };
    snprintf(child->name, sizeof(child->name), "%s", name);
    return child;
}

struct part_child *
part_child_find(struct part_children *all, sk_str name)
{
    for (size_t i = 0; i < all->count; i++)
        if (sk_str_eq(sk_str_of(all->row[i].name), name)) return &all->row[i];
    return NULL;
}

/* By way of numbers above all that are to be taken, so that none is lost under another. */
static void
hand(const struct part_child *child)
{
    int aside[PART_CHILD_FDS];

    for (unsigned i = 0; i < child->handed_count; i++) {
        aside[i] = fcntl(child->handed[i], F_DUPFD, PART_CHILD_FD + PART_CHILD_FDS);
        if (aside[i] < 0) _exit(126);
    }
    for (unsigned i = 0; i < child->handed_count; i++)
        if (dup2(aside[i], (int)(PART_CHILD_FD + i)) < 0) _exit(126);
}

/* Between fork and exec: only what is safe there. */
static void
become(const struct part_child *child)
{
    union {
        const char *const *in;
        char *const *out;
    } argv = { .in = child->argv }; /* execv takes what it does not change as not const */
    sigset_t none;
    int null = open("/dev/null", O_RDONLY);

    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (null >= 0) dup2(null, 0);
    if (dup2(child->log_fd, 1) < 0 || dup2(child->log_fd, 2) < 0) _exit(126);
    hand(child);
    close_range(PART_CHILD_FD + child->handed_count, ~0U, 0);
    execv(child->argv[0], argv.out);
    _exit(127);
}

sk_err
part_child_start(struct part_child *child)
{
    pid_t pid = fork();

    if (pid < 0) return sk_fail(SK_BROKEN, "cannot start %s: %s", child->name, strerror(errno));
    if (pid == 0) become(child);
    setpgid(pid, pid); /* whoever of us comes first */
    child->pid = pid;
    child->started = sk_monotonic();
    return sk_ok();
}

static void
end_note(struct part_child *child, int status, sk_when now)
{
    if (WIFSIGNALED(status))
        snprintf(child->ended, sizeof(child->ended), "killed by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(child->ended, sizeof(child->ended), "exit code %d", WEXITSTATUS(status));
    /* Its own children (nginx's workers) would hold the sockets of the next start. */
    kill(-child->pid, SIGKILL);
    child->pid = 0;
    child->due = now;
    if (!child->wanted || child->renewed) {
        child->renewed = false;
        return;
    }
    if (now - child->started >= PART_CHILD_SETTLED) child->delay = 0;
    child->delay = child->delay ? child->delay * 2 : PART_CHILD_DELAY_FIRST;
    if (child->delay > PART_CHILD_DELAY_MOST) child->delay = PART_CHILD_DELAY_MOST;
    child->due = now + child->delay;
    part_log(PART_ERROR, "%s ended after %lld s: %s; starts again in %u ms", child->name,
             (long long)(now - child->started) / 1000, child->ended, child->delay);
}

unsigned
part_children_reap(struct part_children *all, sk_when now)
{
    unsigned ended = 0;
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (size_t i = 0; i < all->count; i++) {
            if (all->row[i].pid != pid) continue;
            end_note(&all->row[i], status, now);
            ended++;
        }
    }
    return ended;
}

int
part_children_tend(struct part_children *all, sk_when now)
{
    sk_when next = -1;

    for (size_t i = 0; i < all->count; i++) {
        struct part_child *child = &all->row[i];

        if (child->pid || !child->wanted) continue;
        if (child->due <= now) {
            sk_err e = part_child_start(child);

            child->restarts++;
            if (!sk_failed(e)) continue;
            part_log(PART_ERROR, "%s", e.why);
            child->due = now + PART_CHILD_DELAY_MOST;
        }
        if (next < 0 || child->due - now < next) next = child->due - now;
    }
    return next < 0 ? -1 : (int)next + 1;
}

void
part_child_end(const struct part_child *child, int signal)
{
    if (child->pid > 0) kill(child->pid, signal);
}

void
part_child_renew(struct part_child *child)
{
    child->renewed = child->pid > 0;
    part_child_end(child, SIGTERM);
}

static bool
some_run(const struct part_children *all, bool late)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->row[i].pid && all->row[i].late == late) return true;
    return false;
}

/* Those that are late, or those that are not. */
static void
some_stop(struct part_children *all, bool late)
{
    sk_when end = sk_monotonic() + PART_CHILD_GRACE;

    for (size_t i = 0; i < all->count; i++)
        if (all->row[i].late == late) part_child_end(&all->row[i], SIGTERM);
    while (some_run(all, late)) {
        struct timespec pause = { 0, 10 * 1000 * 1000 };

        part_children_reap(all, sk_monotonic());
        if (sk_monotonic() > end)
            for (size_t i = 0; i < all->count; i++)
                if (all->row[i].pid && all->row[i].late == late) kill(-all->row[i].pid, SIGKILL);
        nanosleep(&pause, NULL);
    }
}

void
part_children_stop(struct part_children *all)
{
    for (size_t i = 0; i < all->count; i++)
        all->row[i].wanted = false;
    some_stop(all, false);
    some_stop(all, true);
}
