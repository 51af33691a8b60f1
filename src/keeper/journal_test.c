#include "keeper/journal.h"

#include "base/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char folder[32];
    struct keeper_journal *journal;
    struct keeper_journal_found found;
    unsigned seen[64]; /* first bytes of what was read */
    size_t count;
};

static void
visit(void *ctx, const unsigned char *body)
{
    struct fixture *f = ctx;

    assert_true(f->count < 64);
    f->seen[f->count++] = body[0];
}

static void
reopen(struct fixture *f)
{
    keeper_journal_close(&f->journal);
    f->count = 0;
    assert_false(sk_failed(keeper_journal_open(&f->journal, &f->found, f->folder, "n", visit, f)));
}

static int
setup(void **state)
{
    static struct fixture f;

    f = (struct fixture){ .folder = "/tmp/journal-test-XXXXXX" };
    if (!mkdtemp(f.folder)) return -1;
    reopen(&f);
    *state = &f;
    return 0;
}

static int
teardown(void **state)
{
    struct fixture *f = *state;

    keeper_journal_close(&f->journal);
    return sk_file_remove_tree(f->folder) ? 0 : -1;
}

static sk_err
add(struct fixture *f, unsigned first, size_t count)
{
    unsigned char bodies[16][KEEPER_RECORD_BODY] = { { 0 } };

    for (size_t i = 0; i < count; i++)
        memset(bodies[i], (int)(first + i), sizeof bodies[i]);
    return keeper_journal_add(f->journal, bodies[0], count);
}

static void
holds(struct fixture *f, unsigned first, size_t count)
{
    assert_int_equal(f->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(f->seen[i], first + i);
}

static void
path_of(char path[64], const struct fixture *f, const char *name)
{
    snprintf(path, 64, "%s/%s", f->folder, name);
}

static void
journal__is_read_as_it_was_written(void **state)
{
    struct fixture *f = *state;

    assert_false(f->found.there);
    assert_false(sk_failed(add(f, 1, 3)));
    assert_false(sk_failed(add(f, 4, 1)));
    reopen(f);
    assert_true(f->found.there);
    assert_int_equal(f->found.damaged, 0);
    holds(f, 1, 4);
}

static void
journal__loses_a_half_written_end_and_goes_on_behind_the_rest(void **state)
{
    struct fixture *f = *state;
    char path[64];

    path_of(path, f, "n-0.log");
    for (off_t cut = 1; cut < KEEPER_RECORD; cut += 17) {
        assert_int_equal(truncate(path, 0), 0);
        reopen(f);
        assert_false(sk_failed(add(f, 1, 3)));
        assert_int_equal(truncate(path, 3 * KEEPER_RECORD - cut), 0);
        reopen(f);
        holds(f, 1, 2);
        assert_int_equal(f->found.damaged, 1);
        assert_false(sk_failed(add(f, 3, 2)));
        reopen(f);
        holds(f, 1, 4);
        assert_int_equal(f->found.damaged, 0);
    }
}

static void
journal__passes_over_a_changed_record_and_says_so(void **state)
{
    struct fixture *f = *state;
    char path[64];
    int fd;

    assert_false(sk_failed(add(f, 1, 5)));
    path_of(path, f, "n-0.log");
    fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "x", 1, 2 * KEEPER_RECORD + 50), 1);
    close(fd);
    reopen(f);
    assert_int_equal(f->found.damaged, 1);
    assert_int_equal(f->count, 4);
    assert_int_equal(f->seen[2], 4);
}

static void
journal__does_not_take_zeros_for_records(void **state)
{
    struct fixture *f = *state;
    char path[64];

    assert_false(sk_failed(add(f, 1, 2)));
    path_of(path, f, "n-0.log");
    assert_int_equal(truncate(path, 10 * KEEPER_RECORD), 0);
    reopen(f);
    holds(f, 1, 2);
    assert_int_equal(f->found.damaged, 8);
}

static void
journal__starts_from_its_newest_snapshot(void **state)
{
    struct fixture *f = *state;
    unsigned char alive[2 * KEEPER_RECORD_BODY];
    struct stat st;
    char path[64];

    assert_false(sk_failed(add(f, 7, 9)));
    assert_int_equal(keeper_journal_length(f->journal), 9);
    assert_false(sk_failed(keeper_journal_turn(f->journal)));
    assert_int_equal(keeper_journal_length(f->journal), 0);
    assert_false(sk_failed(add(f, 3, 1)));
    reopen(f); /* killed between turning and settling: the older log is read */
    assert_int_equal(f->count, 10);
    assert_false(sk_failed(keeper_journal_turn(f->journal)));
    memset(alive, 1, KEEPER_RECORD_BODY);
    memset(alive + KEEPER_RECORD_BODY, 2, KEEPER_RECORD_BODY);
    assert_false(sk_failed(keeper_journal_settle(f->journal, alive, 2)));
    assert_false(sk_failed(add(f, 3, 2)));
    path_of(path, f, "n-0.log");
    assert_int_equal(stat(path, &st), -1);
    reopen(f);
    holds(f, 1, 4);
    assert_false(sk_failed(keeper_journal_sync(f->journal)));
}

static void
journal__takes_nothing_where_the_disk_has_no_room_for_all(void **state)
{
    struct fixture *f = *state;
    struct rlimit old, small;
    sk_err e;

    assert_false(sk_failed(add(f, 1, 2)));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = (struct rlimit){ 4 * KEEPER_RECORD + 60, old.rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    e = add(f, 3, 4);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(e.kind, SK_FULL);
    assert_false(sk_failed(add(f, 3, 1)));
    reopen(f);
    assert_int_equal(f->found.damaged, 0);
    holds(f, 1, 3);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(journal__is_read_as_it_was_written),
        CASE(journal__loses_a_half_written_end_and_goes_on_behind_the_rest),
        CASE(journal__passes_over_a_changed_record_and_says_so),
        CASE(journal__does_not_take_zeros_for_records),
        CASE(journal__starts_from_its_newest_snapshot),
        CASE(journal__takes_nothing_where_the_disk_has_no_room_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
