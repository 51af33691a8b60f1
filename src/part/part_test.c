/* Lock, control socket, children, sandbox: each tried with real processes. */
#include "part/child.h"
#include "part/control.h"
#include "part/drop.h"
#include "part/lock.h"
#include "part/run.h"
#include "part/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/sekisho-part-XXXXXX";

static const char *
below(const char *name)
{
    static char path[4][256];
    static unsigned turn;
    char *out = path[turn++ % 4];

    snprintf(out, 256, "%s/%s", folder, name);
    return out;
}

static void
lock__tells_who_holds_it(void **state)
{
    const char *path = below("pid");
    pid_t holder = 0, child;
    int fd = -1, status = 0;

    (void)state;
    assert_int_equal(part_lock_holder(&holder, path).kind, SK_MISSING);
    assert_false(sk_failed(part_lock_take(&fd, &holder, path)));
    child = fork();
    if (child == 0) {
        int other = -1;
        sk_err e = part_lock_take(&other, &holder, path);
        _exit(e.kind == SK_BUSY && holder == getppid() ? 0 : 1);
    }
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    close(fd);
    assert_int_equal(part_lock_holder(&holder, path).kind, SK_MISSING);
}

static void
echo(void *ctx, struct sk_buf *answer, sk_str line)
{
    (void)ctx;
    sk_buf_printf(answer, "heard %.*s", SK_ARG(line));
}

static void
control__answers_one_line(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    const char *path = below("control");
    sk_str answer;
    int fd;
    pid_t child;

    (void)state;
    assert_int_equal(part_control_ask(&answer, mem, path, "x", 1000).kind, SK_MISSING);
    assert_false(sk_failed(part_socket_listen(&fd, path, 0600)));
    child = fork();
    if (child == 0) {
        part_control_serve(fd, echo, NULL);
        _exit(0);
    }
    assert_false(sk_failed(part_control_ask(&answer, mem, path, "restart shop-2", 5000)));
    assert_true(sk_str_eq(answer, SK_STR("heard restart shop-2")));
    waitpid(child, NULL, 0);
    close(fd);
}

static void
run__gives_code_and_output(void **state)
{
    static const char *const argv[] = { "/bin/sh", "-c", "echo out; echo err >&2; exit 3", NULL };
    static const char *const none[] = { "/nowhere/at/all", NULL };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str said;
    int code;

    (void)state;
    assert_false(sk_failed(part_run(&code, &said, mem, argv)));
    assert_int_equal(code, 3);
    assert_true(sk_str_eq(said, SK_STR("out\nerr\n")));
    assert_int_equal(part_run(&code, &said, mem, none).kind, SK_MISSING);
}

static void
reap_one(struct part_children *all)
{
    struct timespec pause = { 0, 5 * 1000 * 1000 };

    while (part_children_reap(all, sk_monotonic()) == 0)
        nanosleep(&pause, NULL);
}

static void
child__starts_again_later_each_time_and_says_why(void **state)
{
    static const char *const argv[] = { "/bin/sh", "-c", "kill -SEGV $$", NULL };
    struct part_children all = { .count = 0 };
    struct part_child *child = part_child_add(&all, "shop-1", argv);
    sk_when now;

    (void)state;
    assert_false(sk_failed(part_child_start(child)));
    reap_one(&all);
    assert_non_null(strstr(child->ended, "killed by signal 11"));
    assert_int_equal(child->delay, PART_CHILD_DELAY_FIRST);
    now = child->due;
    assert_true(part_children_tend(&all, now - 50) > 0);
    assert_int_equal(child->pid, 0);
    part_children_tend(&all, now);
    assert_int_equal(child->restarts, 1);
    reap_one(&all);
    assert_int_equal(child->delay, 2 * PART_CHILD_DELAY_FIRST);
    part_children_stop(&all);
}

static void
child__is_handed_its_socket_and_nothing_else(void **state)
{
    static const char *const argv[] = { "/bin/sh", "-c",
                                        "test -e /proc/self/fd/3 && ! test -e /proc/self/fd/9 &&"
                                        " ! test -e /proc/self/fd/4",
                                        NULL };
    struct part_children all = { .count = 0 };
    struct part_child *child = part_child_add(&all, "x", argv);

    (void)state;
    child->handed[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    child->handed_count = 1;
    dup2(child->handed[0], 9);
    child->wanted = false;
    assert_false(sk_failed(part_child_start(child)));
    reap_one(&all);
    assert_string_equal(child->ended, "exit code 0");
    close(child->handed[0]);
    close(9);
}

/* The second one lies where the first must go, and the other way round. */
static void
child__is_handed_two_sockets_in_their_order(void **state)
{
    static const char *const argv[] = { "/bin/sh", "-c",
                                        "test \"$(readlink /proc/self/fd/3)\" = /dev/zero &&"
                                        " test \"$(readlink /proc/self/fd/4)\" = /dev/full",
                                        NULL };
    struct part_children all = { .count = 0 };
    struct part_child *child = part_child_add(&all, "x", argv);
    int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC), full = open("/dev/full", O_RDONLY);
    int old3 = fcntl(3, F_DUPFD_CLOEXEC, 20), old4 = fcntl(4, F_DUPFD_CLOEXEC, 20);

    (void)state;
    zero = fcntl(zero, F_DUPFD_CLOEXEC, 20);
    full = fcntl(full, F_DUPFD_CLOEXEC, 20);
    assert_int_equal(dup3(zero, 4, O_CLOEXEC), 4);
    assert_int_equal(dup3(full, 3, O_CLOEXEC), 3);
    child->handed[0] = 4;
    child->handed[1] = 3;
    child->handed_count = 2;
    child->wanted = false;
    assert_false(sk_failed(part_child_start(child)));
    reap_one(&all);
    assert_string_equal(child->ended, "exit code 0");
    if (old3 >= 0) dup2(old3, 3);
    if (old4 >= 0) dup2(old4, 4);
}

/* Writes when it is told to end, in the order in which that happens. */
static void
child__that_is_late_ends_after_all_others(void **state)
{
    static const char *const late[] = {
        "/bin/sh", "-c", "trap 'echo late; exit 0' TERM; echo up; while :; do sleep 0.01; done",
        NULL
    };
    static const char *const soon[] = {
        "/bin/sh", "-c",
        "trap 'sleep 0.1; echo soon; exit 0' TERM; echo up; while :; do sleep 0.01; done", NULL
    };
    struct part_children all = { .count = 0 };
    struct part_child *a = part_child_add(&all, "late", late), *b = part_child_add(&all, "b", soon);
    char said[64] = "";
    size_t n = 0;
    int ends[2];

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    a->log_fd = b->log_fd = ends[1];
    a->late = true;
    assert_false(sk_failed(part_child_start(a)));
    assert_false(sk_failed(part_child_start(b)));
    while (n < 6) {
        ssize_t got = read(ends[0], said + n, sizeof(said) - 1 - n);
        assert_true(got > 0);
        n += (size_t)got;
    }
    part_children_stop(&all);
    memset(said, 0, sizeof(said));
    assert_int_equal(read(ends[0], said, sizeof(said) - 1), 10);
    assert_string_equal(said, "soon\nlate\n");
    close(ends[0]);
    close(ends[1]);
}

/* What a sandboxed process could do: one bit each; run in a child. */
enum {
    READ_ALLOWED = 1,
    READ_OTHER = 2,
    WRITE_ALLOWED = 4,
    WRITE_OTHER = 8,
    CONNECT = 16,
    EXEC = 32,
    TTY = 64,
    ASK = 128
};

static int
try_everything(void)
{
    char program[] = "/bin/true", *argv[] = { program, NULL };
    int could = 0, fd;
    pid_t pid;

    could |= access(below("in/file"), F_OK) == 0 && open(below("in/file"), O_RDONLY) >= 0
                 ? READ_ALLOWED
                 : 0;
    could |= open("/etc/shadow-", O_RDONLY) >= 0 || open("/etc/hostname", O_RDONLY) >= 0
                 ? READ_OTHER
                 : 0;
    could |= open(below("in/new"), O_WRONLY | O_CREAT, 0600) >= 0 ? WRITE_ALLOWED : 0;
    could |= open(below("other"), O_WRONLY | O_CREAT, 0600) >= 0 ? WRITE_OTHER : 0;
    fd = socket(AF_INET, SOCK_STREAM, 0);
    could |= fd >= 0 ? CONNECT : 0;
    could |= socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? ASK : 0;
    could |= ioctl(0, TIOCSTI, "x") == 0 ? TTY : 0;
    if (posix_spawn(&pid, program, NULL, NULL, argv, NULL) == 0) {
        waitpid(pid, NULL, 0);
        could |= EXEC;
    }
    return could;
}

static void
sandbox_try(int could, unsigned may)
{
    static const char *const write[] = { "state:in", NULL };
    const struct part_card card = { .name = "t", .write = write, .may = may, .open_files = 64 };
    struct part_place place = { .state = folder, .share = folder, .listen_fd = -1 };
    int status = 0, fd;
    pid_t child;

    if (part_sandbox_landlock() == 0) skip();
    mkdir(below("in"), 0700);
    fd = open(below("in/file"), O_WRONLY | O_CREAT, 0600);
    close(fd);
    child = fork();
    if (child == 0) {
        const char *remark = NULL;
        sk_err e = part_sandbox_enter(&remark, &card, &place);

        _exit(sk_failed(e) ? 255 : try_everything());
    }
    waitpid(child, &status, 0);
    assert_int_equal(WEXITSTATUS(status), could);
}

static void
sandbox__leaves_what_the_card_names_and_no_more(void **state)
{
    (void)state;
    sandbox_try(READ_ALLOWED | WRITE_ALLOWED, 0);
}

static void
sandbox__lets_who_may_ask_open_unix_sockets_alone(void **state)
{
    (void)state;
    sandbox_try(READ_ALLOWED | WRITE_ALLOWED | ASK, PART_MAY_ASK);
    sandbox_try(READ_ALLOWED | WRITE_ALLOWED | ASK | CONNECT, PART_MAY_CONNECT);
}

static void
user__reaches_open_folders_and_not_closed_ones(void **state)
{
    struct part_user nobody = { 65534, 65534 };

    (void)state;
    mkdir(below("open"), 0755);
    assert_true(part_user_reaches(&nobody, "/usr/share"));
    assert_false(part_user_reaches(&nobody, below("open"))); /* the folder above is 0700 */
    assert_false(part_user_reaches(&nobody, "relative"));
}

static int
folder_make(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int
folder_remove(void **state)
{
    const char *const argv[] = { "/bin/rm", "-r", folder, NULL };
    sk_arena *mem = sk_arena_new(0);
    sk_str said;
    int code = 1;
    sk_err e = part_run(&code, &said, mem, argv);

    (void)state;
    sk_arena_free(mem);
    return sk_failed(e) || code;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lock__tells_who_holds_it),
        cmocka_unit_test(control__answers_one_line),
        cmocka_unit_test(run__gives_code_and_output),
        cmocka_unit_test(child__starts_again_later_each_time_and_says_why),
        cmocka_unit_test(child__is_handed_its_socket_and_nothing_else),
        cmocka_unit_test(child__is_handed_two_sockets_in_their_order),
        cmocka_unit_test(child__that_is_late_ends_after_all_others),
        cmocka_unit_test(sandbox__leaves_what_the_card_names_and_no_more),
        cmocka_unit_test(sandbox__lets_who_may_ask_open_unix_sockets_alone),
        cmocka_unit_test(user__reaches_open_folders_and_not_closed_ones),
    };

    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
