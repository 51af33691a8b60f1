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
                                        "test -e /proc/self/fd/3 && ! test -e /proc/self/fd/9",
                                        NULL };
    struct part_children all = { .count = 0 };
    struct part_child *child = part_child_add(&all, "x", argv);

    (void)state;
    child->handed_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(child->handed_fd, 9);
    child->wanted = false;
    assert_false(sk_failed(part_child_start(child)));
    reap_one(&all);
    assert_string_equal(child->ended, "exit code 0");
    close(child->handed_fd);
    close(9);
}

/* What a sandboxed process could do: one bit each; run in a child. */
enum {
    READ_ALLOWED = 1,
    READ_OTHER = 2,
    WRITE_ALLOWED = 4,
    WRITE_OTHER = 8,
    CONNECT = 16,
    EXEC = 32,
    TTY = 64
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
    could |= ioctl(0, TIOCSTI, "x") == 0 ? TTY : 0;
    if (posix_spawn(&pid, program, NULL, NULL, argv, NULL) == 0) {
        waitpid(pid, NULL, 0);
        could |= EXEC;
    }
    return could;
}

static void
sandbox__leaves_what_the_card_names_and_no_more(void **state)
{
    static const char *const write[] = { "state:in", NULL };
    static const struct part_card card = { .name = "t", .write = write, .open_files = 64 };
    struct part_place place = { .state = folder, .share = folder, .listen_fd = -1 };
    int status = 0, fd;
    pid_t child;

    (void)state;
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
    assert_int_equal(WEXITSTATUS(status), READ_ALLOWED | WRITE_ALLOWED);
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
        cmocka_unit_test(sandbox__leaves_what_the_card_names_and_no_more),
        cmocka_unit_test(user__reaches_open_folders_and_not_closed_ones),
    };

    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
