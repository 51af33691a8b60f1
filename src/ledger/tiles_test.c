#include "base/file.h"
#include "ledger/tiles.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/sekisho-tiles-XXXXXX";
static int dir = -1;

static void
tile__lies_where_the_specification_says(void **state)
{
    char path[LEDGER_TILE_PATH];

    (void)state;
    ledger_tile_path(path, 0, 1234067, LEDGER_TILE);
    assert_string_equal(path, "tile/0/x001/x234/067");
    ledger_tile_path(path, 2, 0, 1);
    assert_string_equal(path, "tile/2/000.p/1");
    ledger_bundle_path(path, 273, 112);
    assert_string_equal(path, "tile/entries/273.p/112");
    ledger_tile_path(path, 7, UINT64_MAX, 255);
    assert_string_equal(path, "tile/7/x018/x446/x744/x073/x709/x551/615.p/255");
}

/* "a tree of size 70,000 will be represented by 273 full level 0 tiles, one partial level 0 tile of
 * width 112, one full level 1 tile, one partial level 1 tile of width 17, and one partial level 2
 * tile of width 1" */
static void
tile__has_the_width_of_the_specification(void **state)
{
    (void)state;
    assert_int_equal(ledger_tile_width(0, 272, 70000), 256);
    assert_int_equal(ledger_tile_width(0, 273, 70000), 112);
    assert_int_equal(ledger_tile_width(0, 274, 70000), 0);
    assert_int_equal(ledger_tile_width(1, 0, 70000), 256);
    assert_int_equal(ledger_tile_width(1, 1, 70000), 17);
    assert_int_equal(ledger_tile_width(2, 0, 70000), 1);
    assert_int_equal(ledger_tile_width(3, 0, 70000), 0);
}

static void
tile_put(unsigned level, uint64_t n, unsigned width, const struct ledger_hash *hash)
{
    char path[LEDGER_TILE_PATH];

    ledger_tile_path(path, level, n, width);
    assert_false(sk_failed(
        ledger_file_put(dir, path, (sk_str){ (const char *)hash, width * sizeof *hash }, false)));
}

static void
tiles__give_the_hashes_of_all_subtrees(void **state)
{
    static struct ledger_hash leaf[600], second[2];
    static struct ledger_tiles tiles;
    struct ledger_hash expected, got;

    (void)state;
    for (unsigned i = 0; i < 600; i++)
        ledger_leaf(&leaf[i], (sk_str){ (const char *)&i, sizeof i });
    ledger_subtree(&second[0], leaf, 256);
    ledger_subtree(&second[1], leaf + 256, 256);
    tile_put(0, 0, 256, leaf);
    tile_put(0, 1, 256, leaf + 256);
    tile_put(0, 2, 80, leaf + 512);
    tile_put(0, 2, 88, leaf + 512);
    tile_put(1, 0, 2, second);
    tiles.dir = dir;
    for (unsigned height = 0; height < 8; height++)
        for (unsigned i = 0; (i + 1) << height <= 600; i++) {
            assert_false(sk_failed(ledger_tiles_get(&got, &tiles, height, i)));
            ledger_subtree(&expected, leaf + (i << height), 1u << height);
            assert_true(ledger_hash_eq(&got, &expected));
        }
    assert_false(sk_failed(ledger_tiles_get(&got, &tiles, 9, 0)));
    ledger_node(&expected, &second[0], &second[1]);
    assert_true(ledger_hash_eq(&got, &expected));
    assert_int_equal(ledger_tiles_get(&got, &tiles, 0, 600).kind, SK_MISSING);
    assert_int_equal(ledger_tiles_get(&got, &tiles, 0, 768).kind, SK_MISSING);
}

static void
tiles__of_a_wrong_length_are_named(void **state)
{
    static struct ledger_hash hash[LEDGER_TILE];
    unsigned count;
    sk_err e;

    (void)state;
    assert_false(sk_failed(ledger_file_put(dir, "tile/0/007", SK_STR("short"), true)));
    e = ledger_tile_read(hash, &count, dir, 0, 7);
    assert_int_equal(e.kind, SK_BROKEN);
    assert_non_null(strstr(e.why, "tile/0/007"));
}

static int
folder_make(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return dir < 0 ? -1 : 0;
}

static int
folder_remove(void **state)
{
    (void)state;
    sk_fd_close(&dir);
    return sk_file_remove_tree(folder) ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tile__lies_where_the_specification_says),
        cmocka_unit_test(tile__has_the_width_of_the_specification),
        cmocka_unit_test(tiles__give_the_hashes_of_all_subtrees),
        cmocka_unit_test(tiles__of_a_wrong_length_are_named),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
