/* The store on a real folder, with a clock that the test turns. */
#include "base/file.h"
#include "ledger/store.h"
#include "part/log.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static sk_when clock_now;

static sk_when
test_now(void)
{
    return clock_now;
}

static const struct ledger_options options = { .now = test_now, .origin = { "test.example", 12 } };

static struct ledger_store *
opened(const struct ledger_options *with)
{
    struct ledger_store *s = NULL;
    sk_err e = ledger_store_open(&s, folder, with);

    if (sk_failed(e)) fail_msg("%s", e.why);
    return s;
}

static sk_err
append(struct ledger_store *s, unsigned count, const char *tenant)
{
    static unsigned turn;
    uint64_t sequence;
    char object[32];

    TRY(ledger_store_begin(s));
    for (unsigned i = 0; i < count; i++) {
        snprintf(object, sizeof object, "obj_%u", turn++);
        TRY(ledger_store_put(&sequence, s,
                             &(struct ledger_event){ .tenant = sk_str_of(tenant),
                                                     .principal = SK_STR("acc_1"),
                                                     .action = SK_STR("test.put"),
                                                     .object = sk_str_of(object),
                                                     .outcome = SK_STR("ok") },
                             7));
    }
    TRY(ledger_store_commit(s));
    ledger_store_grow(s);
    return sk_ok();
}

static void
append_well(struct ledger_store *s, unsigned count, const char *tenant)
{
    sk_err e = append(s, count, tenant);

    if (sk_failed(e)) fail_msg("%s", e.why);
}

static const char *
below(const char *name)
{
    static char path[4][256];
    static unsigned turn;
    char *out = path[turn++ % 4];

    snprintf(out, 256, "%s/ledger/%s", folder, name);
    return out;
}

static const char *
segment_of(const struct ledger_store *s, size_t i)
{
    return below(ledger_segment_path(&s->segment[i]));
}

/* Ends as kill -9 does: nothing is said, nothing published. */
static void
killed(struct ledger_store *s)
{
    s->state = LEDGER_DAMAGED;
    ledger_store_close(s);
}

static void
root_of(struct ledger_hash *root, const struct ledger_store *s)
{
    ledger_tree_root(root, &s->tree);
}

/* The published root, from the tiles alone. */
static void
tiles_root(struct ledger_hash *root, const struct ledger_store *s)
{
    struct ledger_tiles *tiles = calloc(1, sizeof *tiles);
    const struct ledger_source source = { ledger_tiles_get, tiles };
    struct ledger_tree tree = { 0 };
    sk_err e;

    assert_non_null(tiles);
    tiles->dir = s->dir;
    e = ledger_tree_of(&tree, &source, s->published);
    if (sk_failed(e)) fail_msg("%s", e.why);
    ledger_tree_root(root, &tree);
    free(tiles);
}

static void
file_poke(const char *path, off_t at, unsigned char flip)
{
    int fd = open(path, O_RDWR);
    unsigned char byte = 0;

    assert_true(fd >= 0 && pread(fd, &byte, 1, at) == 1);
    byte ^= flip;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

static void
file_add(const char *path, sk_str bytes)
{
    int fd = open(path, O_WRONLY | O_APPEND);

    assert_true(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
    close(fd);
}

static uint64_t
count_lines(const char *path, const char *with)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text, line;
    uint64_t count = 0;

    assert_false(sk_failed(sk_file_read(&text, mem, path, 1 << 28)));
    while (text.n && sk_str_cut(&line, &text, '\n'))
        count += sk_str_find(line, sk_str_of(with)) != SIZE_MAX;
    return count;
}

static void
store__goes_on_where_it_ended(void **state)
{
    struct ledger_store *s = opened(&options);
    struct ledger_hash root, tiles;
    uint64_t size;

    (void)state;
    assert_int_equal(s->tree.size, 2); /* ledger.segment, ledger.open */
    for (unsigned i = 0; i < 7; i++) {
        append_well(s, 100, i % 2 ? "tea" : "cloth");
        assert_false(sk_failed(ledger_store_publish(s)));
        root_of(&root, s);
        tiles_root(&tiles, s);
        assert_true(ledger_hash_eq(&root, &tiles));
    }
    size = s->tree.size;
    ledger_store_close(s);
    s = opened(&options);
    assert_int_equal(s->state, LEDGER_WELL);
    assert_int_equal(s->tree.size, size + 2); /* close, open */
    assert_int_equal(ledger_heads_take(s->heads, SK_STR("tea"))->nth, 300);
    append_well(s, 1, "tea");
    assert_int_equal(ledger_heads_take(s->heads, SK_STR("tea"))->nth, 301);
    ledger_store_close(s);
}

static void
store__loses_nothing_that_was_committed_when_it_is_killed(void **state)
{
    struct ledger_store *s = opened(&options);
    struct ledger_hash root, tiles;
    uint64_t size;

    (void)state;
    append_well(s, 300, "tea");
    assert_false(sk_failed(ledger_store_publish(s)));
    append_well(s, 700, "tea"); /* neither tiles nor checkpoint */
    size = s->tree.size;
    killed(s);
    s = opened(&options);
    assert_int_equal(s->state, LEDGER_WELL);
    assert_int_equal(s->tree.size, size + 1);
    root_of(&root, s);
    tiles_root(&tiles, s);
    assert_true(ledger_hash_eq(&root, &tiles));
    ledger_store_close(s);
}

static void
store__cuts_an_unfinished_line_and_says_so(void **state)
{
    struct ledger_store *s = opened(&options);
    uint64_t size;
    char path[256];

    (void)state;
    append_well(s, 3, "tea");
    size = s->tree.size;
    snprintf(path, sizeof path, "%s", segment_of(s, 0));
    killed(s);
    file_add(path, SK_STR("{\"seq\":6,\"time\":\"2026-1"));
    s = opened(&options);
    assert_int_equal(s->state, LEDGER_WELL);
    assert_int_equal(s->tree.size, size + 2);
    assert_int_equal(count_lines(path, "\"bytes_cut\":23,"), 1);
    killed(s);
    file_add(path, SK_STR("{\"seq\":8,\0\0\0\0\0\0\n\0\0\0\0\0")); /* torn by the power */
    s = opened(&options);
    assert_int_equal(s->state, LEDGER_WELL);
    assert_int_equal(count_lines(path, "\"bytes_cut\":"), 2);
    ledger_store_close(s);
}

static void
damage_is(const char *a, const char *b)
{
    struct ledger_store *s = opened(&options);

    assert_int_equal(s->state, LEDGER_DAMAGED);
    assert_int_equal(append(s, 1, "tea").kind, SK_BROKEN);
    if (!strstr(s->why, a) || !strstr(s->why, b)) fail_msg("%s", s->why);
    if (!strstr(s->why, "Cure:")) fail_msg("%s", s->why);
    ledger_store_close(s);
}

static void
store__names_a_changed_record_at_its_start(void **state)
{
    struct ledger_store *s = opened(&options);
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char path[256];
    sk_str text;

    (void)state;
    append_well(s, 400, "tea");
    snprintf(path, sizeof path, "%s", segment_of(s, 0));
    ledger_store_close(s);
    assert_false(sk_failed(sk_file_read(&text, mem, path, 1 << 20)));
    size_t at = sk_str_find(text, SK_STR("\"seq\":300,"));
    file_poke(path, (off_t)(at + sk_str_find(sk_str_from(text, at), SK_STR("acc_1"))), 1);
    damage_is("record 300", path + strlen(folder) + 8);
    file_poke(path, (off_t)(at + sk_str_find(sk_str_from(text, at), SK_STR("acc_1"))), 1);
    file_poke(path, (off_t)at + 7, 1); /* its sequence */
    damage_is("where record 300 belongs", path + strlen(folder) + 8);
    file_poke(path, (off_t)at + 7, 1);
    s = opened(&options);
    assert_int_equal(s->state, LEDGER_WELL);
    ledger_store_close(s);
}

static void
store__knows_that_records_are_missing_at_its_end(void **state)
{
    struct ledger_store *s = opened(&options);
    off_t size;
    char path[256];

    (void)state;
    append_well(s, 10, "tea");
    size = s->segment_seen[0].size;
    snprintf(path, sizeof path, "%s", segment_of(s, 0));
    append_well(s, 10, "tea");
    ledger_store_close(s);
    assert_int_equal(truncate(path, size), 0);
    damage_is("the signed checkpoint has 23 records", "records 13 to 23 are missing");
    assert_int_equal(unlink(path), 0);
    damage_is("the signed checkpoint has 23 records", "there is no segment");
    assert_int_equal(unlink(below("checkpoint")), 0);
    damage_is("checkpoint", "No such file");
}

static void
store__without_its_key_or_vkey_begins_no_other_ledger(void **state)
{
    static const char *const files[] = { "vkey", "private/key" };
    char away[256];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct ledger_store *s = opened(&options);

        append_well(s, 10, "tea");
        ledger_store_close(s);
        snprintf(away, sizeof away, "%s.away", below(files[i]));
        assert_int_equal(rename(below(files[i]), away), 0);
        damage_is(files[i], "");
        assert_int_equal(access(below("checkpoint"), F_OK), 0);
        assert_int_equal(rename(away, below(files[i])), 0);
        s = opened(&options);
        assert_int_equal(s->state, LEDGER_WELL);
        ledger_store_close(s);
    }
    /* nor when the segments are gone with it */
    assert_int_equal(unlink(below("vkey")), 0);
    assert_true(sk_file_remove_tree(below("segment")));
    damage_is("vkey is missing", "there were records");
}

static void
store__mends_a_tile_that_the_signed_root_contradicts(void **state)
{
    struct ledger_store *s = opened(&options);

    (void)state;
    append_well(s, 600, "tea");
    ledger_store_close(s);
    file_poke(below("tile/0/001"), 100, 4);
    assert_int_equal(unlink(below("tile/0/000")), 0);
    s = opened(&options);
    assert_int_equal(s->state, LEDGER_WELL);
    ledger_store_watch_all(s);
    assert_int_equal(s->state, LEDGER_WELL);
    assert_int_equal(count_lines(segment_of(s, 0), "\"tiles_made\":2}"), 1);
    ledger_store_close(s);
}

/* As after a cut of the power: tiles of older segments, never synced, are empty or not there. */
static void
store__makes_tiles_of_older_segments_anew(void **state)
{
    struct ledger_store *s = opened(&options);
    struct ledger_hash root, tiles;

    (void)state;
    for (int day = 0; day < 3; day++) {
        append_well(s, 700, "tea");
        clock_now += 24 * 3600 * 1000;
    }
    root_of(&root, s);
    killed(s);
    assert_int_equal(truncate(below("tile/0/001"), 0), 0);
    assert_true(sk_file_remove_tree(below("tile/1")));
    s = opened(&options);
    assert_int_equal(s->state, LEDGER_WELL);
    assert_int_equal(ledger_heads_take(s->heads, SK_STR("tea"))->nth, 2100);
    root_of(&root, s);
    tiles_root(&tiles, s);
    assert_true(ledger_hash_eq(&root, &tiles));
    ledger_store_watch_all(s);
    assert_int_equal(s->state, LEDGER_WELL);
    ledger_store_close(s);
}

/* ── while it runs ── */

static void
noticed(struct ledger_store *s, const char *what)
{
    for (int i = 0; i < 1000 / LEDGER_WATCH_MS; i++)
        ledger_store_watch(s);
    assert_int_equal(s->state, LEDGER_DAMAGED);
    if (!strstr(s->why, what)) fail_msg("%s", s->why);
    assert_int_equal(append(s, 1, "tea").kind, SK_BROKEN);
    ledger_store_close(s);
}

static struct ledger_store *
running(void)
{
    struct ledger_store *s = opened(&options);

    append_well(s, 600, "tea");
    clock_now += 24 * 3600 * 1000;
    append_well(s, 600, "tea");
    assert_int_equal(s->segment_count, 2);
    assert_false(sk_failed(ledger_store_publish(s)));
    ledger_store_watch_all(s);
    assert_int_equal(s->state, LEDGER_WELL);
    return s;
}

static void
store__notices_a_removed_segment(void **state)
{
    struct ledger_store *s = running();

    (void)state;
    assert_int_equal(unlink(segment_of(s, 1)), 0);
    noticed(s, "was removed (records 603 to 1203)");
}

static void
store__notices_a_replaced_segment(void **state)
{
    struct ledger_store *s = running();
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char path[256];
    sk_str text;

    (void)state;
    snprintf(path, sizeof path, "%s", segment_of(s, 0));
    assert_false(sk_failed(sk_file_read(&text, mem, path, 1 << 24)));
    assert_false(
        sk_failed(ledger_file_put(s->dir, ledger_segment_path(&s->segment[0]), text, false)));
    noticed(s, "was replaced by another file (records 1 to 602)");
}

static void
store__notices_a_line_that_somebody_else_appended(void **state)
{
    struct ledger_store *s = running();

    (void)state;
    file_add(segment_of(s, 1), SK_STR("{}\n"));
    assert_int_equal(append(s, 1, "tea").kind, SK_BROKEN); /* before the next batch already */
    noticed(s, "was changed by somebody else");
}

static void
store__notices_a_cut_segment(void **state)
{
    struct ledger_store *s = running();

    (void)state;
    assert_int_equal(truncate(segment_of(s, 0), 100), 0);
    noticed(s, "was cut");
}

static void
store__notices_a_change_in_place(void **state)
{
    struct ledger_store *s = running();

    (void)state;
    file_poke(segment_of(s, 1), 30, 1);
    noticed(s, "was changed by somebody else");
}

static void
store__notices_a_removed_or_changed_tile(void **state)
{
    struct ledger_store *s = running();

    (void)state;
    assert_int_equal(unlink(below("tile/0/002")), 0);
    noticed(s, "tile/0/002 was removed");
}

static void
store__notices_a_changed_tile(void **state)
{
    struct ledger_store *s = running();

    (void)state;
    file_poke(below("tile/0/001"), 5, 1);
    noticed(s, "tile/0/001 was changed");
}

static void
store__notices_a_removed_checkpoint(void **state)
{
    struct ledger_store *s = running();

    (void)state;
    assert_int_equal(unlink(below("checkpoint")), 0);
    noticed(s, "checkpoint was removed");
}

/* ── a full disk, played by a limit of file sizes ── */

static void
size_limit(rlim_t most)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = most;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
store__refuses_when_the_disk_is_full_and_goes_on_by_itself(void **state)
{
    struct ledger_store *s = opened(&options);
    uint64_t size, sequence;
    off_t bytes;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    append_well(s, 100, "tea");
    bytes = s->segment_seen[0].size;
    size = s->tree.size;
    size_limit((rlim_t)bytes + 100);
    for (int i = 0; i < 3; i++) {
        sk_err e = append(s, 5, "tea");

        assert_int_equal(e.kind, SK_FULL);
        assert_non_null(strstr(e.why, "no room"));
        ledger_store_refuse(s, 5);
    }
    assert_int_equal(s->state, LEDGER_FULL);
    assert_int_equal(s->segment_seen[0].size, bytes);
    size_limit(RLIM_INFINITY);
    assert_int_equal(count_lines(segment_of(s, 0), "\n"), 0);
    append_well(s, 5, "tea");
    assert_int_equal(s->state, LEDGER_WELL);
    assert_int_equal(s->tree.size, size + 6);
    assert_int_equal(count_lines(segment_of(s, 0), "\"refused\":15,"), 1);
    assert_int_equal(ledger_heads_take(s->heads, SK_STR("tea"))->nth, 105);
    append_well(s, 1, "tea");
    assert_int_equal(count_lines(segment_of(s, 0), "ledger.resume"), 1); /* told once */
    ledger_store_close(s);
    s = opened(&options);
    assert_int_equal(s->state, LEDGER_WELL);
    sequence = ledger_heads_take(s->heads, SK_STR("tea"))->sequence;
    assert_int_equal(sequence, size + 7);
    ledger_store_close(s);
}

/* ── keeping ── */

static void
store__begins_a_segment_each_day_and_when_one_is_large(void **state)
{
    struct ledger_options small = options;
    struct ledger_store *s;

    (void)state;
    small.segment_bytes = 20000;
    s = opened(&small);
    for (int i = 0; i < 10; i++)
        append_well(s, 50, "tea");
    assert_true(s->segment_count >= 4);
    size_t before = s->segment_count;
    clock_now += 24 * 3600 * 1000;
    append_well(s, 1, "tea");
    assert_int_equal(s->segment_count, before + 1);
    ledger_store_close(s);
    s = opened(&small);
    assert_int_equal(s->state, LEDGER_WELL);
    assert_int_equal(ledger_heads_take(s->heads, SK_STR("tea"))->nth, 501);
    char gone[256];
    snprintf(gone, sizeof gone, "%s", segment_of(s, 1));
    ledger_store_close(s);
    assert_int_equal(unlink(gone), 0);
    damage_is("is missing", "the segment that begins with record");
}

static void
store__times_never_go_backwards(void **state)
{
    struct ledger_store *s = opened(&options);

    (void)state;
    append_well(s, 1, "tea");
    clock_now -= 3600 * 1000;
    append_well(s, 1, "tea");
    assert_memory_equal(s->stamp, "2026-11-26T07:00:00.000Z", LEDGER_TIME);
    ledger_store_close(s);
    s = opened(&options);
    assert_memory_equal(s->stamp, "2026-11-26T07:00:00.000Z", LEDGER_TIME);
    ledger_store_close(s);
}

static void
store__prunes_whole_segments_unless_they_are_held(void **state)
{
    struct ledger_options year = options;
    struct ledger_store *s = opened(&options);
    struct ledger_hash root, tiles;
    uint64_t sequence;

    (void)state;
    for (int day = 0; day < 5; day++) {
        append_well(s, 300, "tea");
        clock_now += 24 * 3600 * 1000;
    }
    assert_int_equal(s->segment_count, 5);
    assert_int_equal(
        ledger_store_hold(&sequence, s, SK_STR("case 7"), (sk_str){ 0 }, (sk_str){ 0 }, 0).kind,
        SK_BAD);
    assert_false(sk_failed(
        ledger_store_hold(&sequence, s, SK_STR("case-7"), SK_STR("tea"), SK_STR("捜査照会"), 0)));
    clock_now += (sk_when)(LEDGER_KEEP_DAYS - 2) * 24 * 3600 * 1000;
    ledger_store_prune(s);
    size_t held = s->segment_count;
    assert_int_equal(s->pruned, 0);
    ledger_store_close(s);
    s = opened(&year);
    assert_int_equal(s->hold_count, 1);
    assert_string_equal(s->hold[0].reason, "捜査照会");
    assert_int_equal(ledger_store_release(&sequence, s, SK_STR("case-8"), 0).kind, SK_MISSING);
    assert_false(sk_failed(ledger_store_release(&sequence, s, SK_STR("case-7"), 0)));
    ledger_store_prune(s);
    assert_true(s->segment_count < held + 1 && s->pruned >= 302);
    assert_int_equal(s->segment[0].first, s->pruned + 1);
    uint64_t pruned = s->pruned;
    assert_false(sk_failed(ledger_store_publish(s)));
    root_of(&root, s);
    tiles_root(&tiles, s);
    assert_true(ledger_hash_eq(&root, &tiles));
    killed(s);
    s = opened(&options);
    assert_int_equal(s->state, LEDGER_WELL);
    assert_int_equal(s->pruned, pruned);
    assert_int_equal(ledger_heads_take(s->heads, SK_STR("tea"))->nth, 1500);
    ledger_store_close(s);
}

static void
store__is_one_process_only(void **state)
{
    struct ledger_store *s = opened(&options), *other;
    int status;
    pid_t child;

    (void)state;
    child = fork();
    if (child == 0) _exit(ledger_store_open(&other, folder, &options).kind == SK_BUSY ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    ledger_store_close(s);
}

static int
folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/sekisho-store-XXXXXX");
    part_log_open(open("/dev/null", O_WRONLY), "ledger", PART_ERROR);
    return mkdtemp(folder) && ledger_time_read(&clock_now, SK_STR("2026-11-26T07:00:00.000Z")) ? 0
                                                                                               : -1;
}

static int
folder_remove(void **state)
{
    (void)state;
    return sk_file_remove_tree(folder) ? 0 : -1;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(store__goes_on_where_it_ended),
        CASE(store__loses_nothing_that_was_committed_when_it_is_killed),
        CASE(store__cuts_an_unfinished_line_and_says_so),
        CASE(store__names_a_changed_record_at_its_start),
        CASE(store__knows_that_records_are_missing_at_its_end),
        CASE(store__without_its_key_or_vkey_begins_no_other_ledger),
        CASE(store__mends_a_tile_that_the_signed_root_contradicts),
        CASE(store__makes_tiles_of_older_segments_anew),
        CASE(store__notices_a_removed_segment),
        CASE(store__notices_a_replaced_segment),
        CASE(store__notices_a_line_that_somebody_else_appended),
        CASE(store__notices_a_cut_segment),
        CASE(store__notices_a_change_in_place),
        CASE(store__notices_a_removed_or_changed_tile),
        CASE(store__notices_a_changed_tile),
        CASE(store__notices_a_removed_checkpoint),
        CASE(store__refuses_when_the_disk_is_full_and_goes_on_by_itself),
        CASE(store__begins_a_segment_each_day_and_when_one_is_large),
        CASE(store__times_never_go_backwards),
        CASE(store__prunes_whole_segments_unless_they_are_held),
        CASE(store__is_one_process_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
