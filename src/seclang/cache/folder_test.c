/* The cache's folder: what is trusted, and what a write leaves behind. */
#include "seclang/cache/folder.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

struct place {
    sk_arena *mem;
    char path[64];
    int folder;
};

static const char *
below(struct place *p, const char *name)
{
    return sk_str_printf(p->mem, "%s/%s", p->path, name).p;
}

static int
open_place(void **state)
{
    struct place *p = calloc(1, sizeof(*p));

    assert_non_null(p);
    p->mem = sk_arena_new(0);
    strcpy(p->path, "/tmp/sekisho-folder-XXXXXX");
    assert_non_null(mkdtemp(p->path));
    assert_false(sk_failed(seclang_folder_open(&p->folder, p->path)));
    *state = p;
    return 0;
}

static int
close_place(void **state)
{
    struct place *p = *state;

    sk_fd_close(&p->folder);
    assert_true(sk_file_remove_tree(p->path));
    sk_arena_free(p->mem);
    free(p);
    return 0;
}

static void
put(struct place *p, const char *name, time_t when)
{
    struct timespec times[] = { { .tv_sec = when }, { .tv_sec = when } };
    int fd = open(below(p, name), O_WRONLY | O_CREAT, 0600);

    assert_true(fd >= 0);
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

static bool
is_there(struct place *p, const char *name)
{
    return access(below(p, name), F_OK) == 0;
}

static sk_err
read_it(sk_str *bytes, struct place *p)
{
    return seclang_folder_read(bytes, p->mem, p->folder, "a.rules", 100);
}

static void
folder__gives_back_what_was_written(void **state)
{
    struct place *p = *state;
    struct stat s;
    sk_str bytes;

    assert_int_equal(read_it(&bytes, p).kind, SK_MISSING);
    assert_false(sk_failed(seclang_folder_write(p->folder, "a.rules", SK_STR("old"))));
    assert_false(sk_failed(seclang_folder_write(p->folder, "a.rules", SK_STR("new one"))));
    assert_false(sk_failed(read_it(&bytes, p)));
    assert_true(sk_str_eq(bytes, SK_STR("new one")));
    assert_int_equal(stat(below(p, "a.rules"), &s), 0);
    assert_int_equal(s.st_mode & 07777, 0600);
    assert_false(is_there(p, ".fresh"));
}

static void
folder__is_made_for_its_owner_alone(void **state)
{
    struct place *p = *state;
    struct stat s;
    int fd;

    assert_false(sk_failed(seclang_folder_open(&fd, below(p, "inner"))));
    assert_int_equal(fstat(fd, &s), 0);
    assert_int_equal(s.st_mode & 07777, 0700);
    close(fd);
    assert_int_equal(seclang_folder_open(&fd, below(p, "no/such/path")).kind, SK_MISSING);
}

static void
folder__that_others_may_write_to_is_refused(void **state)
{
    struct place *p = *state;
    int fd;

    assert_int_equal(chmod(p->path, 0770), 0);
    assert_int_equal(seclang_folder_open(&fd, p->path).kind, SK_DENIED);
    assert_int_equal(chmod(p->path, 0702), 0);
    assert_int_equal(seclang_folder_open(&fd, p->path).kind, SK_DENIED);
    assert_int_equal(chmod(p->path, 0700), 0);
}

static void
folder__reached_over_a_link_is_refused(void **state)
{
    struct place *p = *state;
    const char *link = sk_str_printf(p->mem, "%s-link", p->path).p;
    int fd;

    assert_int_equal(symlink(p->path, link), 0);
    assert_true(sk_failed(seclang_folder_open(&fd, link)));
    unlink(link);
}

static void
file__that_others_may_write_to_or_that_is_a_link_is_refused(void **state)
{
    struct place *p = *state;
    sk_str bytes;

    put(p, "a.rules", 0);
    assert_int_equal(chmod(below(p, "a.rules"), 0620), 0);
    assert_int_equal(read_it(&bytes, p).kind, SK_DENIED);
    assert_int_equal(chmod(below(p, "a.rules"), 0600), 0);
    assert_false(sk_failed(read_it(&bytes, p)));
    assert_int_equal(rename(below(p, "a.rules"), below(p, "b.rules")), 0);
    assert_int_equal(symlink("b.rules", below(p, "a.rules")), 0);
    assert_int_equal(read_it(&bytes, p).kind, SK_DENIED);
}

static void
file__of_another_user_is_refused(void **state)
{
    struct place *p = *state;
    sk_str bytes;

    put(p, "a.rules", 0);
    if (chown(below(p, "a.rules"), 65534, 65534) != 0) skip(); /* only root can try */
    assert_int_equal(read_it(&bytes, p).kind, SK_DENIED);
    assert_int_equal(chown(p->path, 65534, 65534), 0);
    assert_int_equal(seclang_folder_open(&(int){ 0 }, p->path).kind, SK_DENIED);
}

static void
file__that_is_too_large_or_no_file_is_refused(void **state)
{
    struct place *p = *state;
    sk_str bytes;

    put(p, "a.rules", 0);
    assert_int_equal(truncate(below(p, "a.rules"), 101), 0);
    assert_int_equal(read_it(&bytes, p).kind, SK_FULL);
    unlink(below(p, "a.rules"));
    assert_int_equal(mkfifo(below(p, "a.rules"), 0600), 0); /* does not wait for a writer */
    assert_int_equal(read_it(&bytes, p).kind, SK_DENIED);
}

static void
folder__keeps_the_newest_of_other_makers_and_nothing_that_was_left(void **state)
{
    struct place *p = *state;

    put(p, "1.rules", 1000);
    put(p, "4.rules", 4000);
    put(p, "2.rules", 2000);
    put(p, "3.rules", 3000);
    put(p, ".fresh", 1000);
    put(p, "readme", 1);
    assert_false(sk_failed(seclang_folder_write(p->folder, "a.rules", SK_STR("x"))));
    assert_false(is_there(p, "1.rules"));
    assert_false(is_there(p, "2.rules"));
    assert_true(is_there(p, "3.rules"));
    assert_true(is_there(p, "4.rules"));
    assert_true(is_there(p, "a.rules"));
    assert_false(is_there(p, ".fresh"));
    assert_true(is_there(p, "readme"));
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)
    const struct CMUnitTest tests[] = {
        CASE(folder__gives_back_what_was_written),
        CASE(folder__is_made_for_its_owner_alone),
        CASE(folder__that_others_may_write_to_is_refused),
        CASE(folder__reached_over_a_link_is_refused),
        CASE(file__that_others_may_write_to_or_that_is_a_link_is_refused),
        CASE(file__of_another_user_is_refused),
        CASE(file__that_is_too_large_or_no_file_is_refused),
        CASE(folder__keeps_the_newest_of_other_makers_and_nothing_that_was_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
