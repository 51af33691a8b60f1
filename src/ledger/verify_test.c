/* Every kind of damage to every kind of file, on a copy of a good ledger. */
#include "ledger/made_test.h"
#include "ledger/verify.h"

#include <ftw.h>

static sk_arena *mem;
static char told[20][600];
static unsigned told_count;

static void
tell(void *ctx, const char *text)
{
    (void)ctx;
    if (told_count < 20) snprintf(told[told_count], sizeof *told, "%s", text);
    told_count++;
}

static struct ledger_verdict
verdict_of(const char *folder)
{
    const struct ledger_watcher watcher = { .damage = tell };
    struct ledger_verdict v;

    told_count = 0;
    assert_false(sk_failed(ledger_verify(&v, folder, &watcher)));
    return v;
}

/* A copy that can be damaged. */
static const char *
copied(void)
{
    static unsigned turn;
    const char *to = sk_str_printf(mem, "%s/copy-%u", made_folder, turn++).p;

    assert_true(made_shell(sk_str_printf(mem, "cp -r %s/ledger %s", made_folder, to).p));
    return to;
}

static void
told_is(const char *what)
{
    for (unsigned i = 0; i < told_count && i < 20; i++)
        if (strstr(told[i], what)) return;
    fail_msg("not told: %s; but %u, the first: %s", what, told_count,
             told_count ? told[0] : "nothing");
}

static void
verify__finds_nothing_in_a_good_ledger(void **state)
{
    struct ledger_verdict v = verdict_of(sk_str_printf(mem, "%s/ledger", made_folder).p);

    (void)state;
    if (told_count) fail_msg("%s", told[0]);
    assert_int_equal(v.damages, 0);
    assert_int_equal(v.records, MADE_DAYS * MADE_A_DAY + MADE_DAYS + 2);
    assert_int_equal(v.signed_size, v.records);
    assert_int_equal(v.unsigned_records, 0);
}

/* sed and friends change the second day's segment: records 703 to 1403. */
#define SECOND "segment/00000000000000000703-2026-11-21.jsonl"

static const struct {
    const char *command; /* in the ledger's folder */
    const char *named;
} rows[] = {
    { "sed -i '298s/acc_1/acc_3/;298s/acc_2/acc_3/' " SECOND, "record 1000 was changed" },
    { "sed -i '298s/}$/ /' " SECOND, "record 1000 cannot be read" },
    { "sed -i '298d' " SECOND, "records 1000 to 1000 are missing" },
    { "sed -i '298{h;d};299G' " SECOND, "record 1000 stands behind record 1001" },
    { "sed -i '298p' " SECOND, "record 1000 stands behind record 1000" },
    { "sed -i '701d' " SECOND, "records 1403 to 1403 are missing" },
    { "rm " SECOND, "records 703 to 1403 are missing" },
    { "rm segment/00000000000000000001*", "records 1 to 702 are missing" },
    { "rm segment/00000000000000001404*", "records 1404 to 2105 are missing" },
    { "rm segment/*", "records 1 to 2105 are missing" },
    { "truncate -s -5 segment/00000000000000001404*", "record 2105 is cut" },
    { "cp " SECOND " segment/copy.jsonl", "segment/copy.jsonl is no segment" },
    { "rm tile/0/003", "tile/0/003 is missing" },
    { "truncate -s 8000 tile/0/003", "tile/0/003 is missing or cut" },
    { "printf x | dd of=tile/0/003 seek=77 bs=1 conv=notrunc status=none",
      "tile/0/003 was changed" },
    { "printf x | dd of=tile/0/003 seek=77 bs=1 conv=notrunc status=none",
      "tile/0/003 was changed: the hash of record 771" },
    { "printf x | dd of=tile/1/000.p/8 seek=33 bs=1 conv=notrunc status=none",
      "tile/0/001 was changed" },
    { "printf x | dd of=tile/1/000.p/2 seek=33 bs=1 conv=notrunc status=none",
      "tile/1/000.p/2 was changed" },
    { "for f in tile/0/008.p/*; do printf x | dd of=$f seek=3 bs=1 conv=notrunc status=none; done",
      "do not lead to the root" },
    { "for f in tile/0/008.p/*; do printf x | dd of=$f seek=3 bs=1 conv=notrunc status=none; done",
      "the hash of record 2049 is another there" },
    { "mkdir -p tile/0/x001 && cp tile/0/003 tile/0/x001/000",
      "tile/0/x001/000 belongs to no record" },
    { "cp tile/0/003 tile/0/3", "tile/0/3 is no tile" },
    { "sed -i '2s/2105/2104/' checkpoint", "checkpoint: the checkpoint's signature" },
    { "sed -i 's/^ledger/leader/' checkpoint", "checkpoint: " },
    { "rm checkpoint", "checkpoint: " },
    { "sed -i 's/+A/+B/' vkey", "vkey: " },
    { "printf x | dd of=private/key bs=1 conv=notrunc status=none", "private/key does not belong" },
    { "sed -i 's/tea/ten/' heads/00000000000000001404.jsonl",
      "heads/00000000000000001404.jsonl was changed" },
    { "rm heads/00000000000000000703.jsonl", "heads/00000000000000000703.jsonl is missing" },
};

static void
verify__names_every_damage(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *folder = copied();

        assert_true(made_shell(sk_str_printf(mem, "cd %s && %s", folder, rows[i].command).p));
        if (verdict_of(folder).damages == 0) fail_msg("nothing told: %s", rows[i].command);
        told_is(rows[i].named);
        assert_true(sk_file_remove_tree(folder));
    }
}

static const char *flipped_folder;
static unsigned files;

/* A bit in the middle of the file: found; and put back. */
static int
bit_flip(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    (void)where;
    if (kind != FTW_F || s->st_size == 0 || sk_str_ends(sk_str_of(path), SK_STR("/lock"))) return 0;
    for (int back = 0; back < 2; back++) {
        FILE *file = fopen(path, "r+");
        int byte;

        assert_non_null(file);
        assert_int_equal(fseek(file, s->st_size / 2, SEEK_SET), 0);
        byte = fgetc(file);
        assert_int_equal(fseek(file, s->st_size / 2, SEEK_SET), 0);
        fputc(byte ^ 4, file);
        fclose(file);
        if (back == 0 && verdict_of(flipped_folder).damages == 0) fail_msg("not found: %s", path);
    }
    files++;
    return 0;
}

static void
verify__finds_a_flipped_bit_in_every_file(void **state)
{
    (void)state;
    flipped_folder = copied();
    assert_int_equal(nftw(flipped_folder, bit_flip, 16, FTW_PHYS), 0);
    assert_true(files > 20);
    assert_int_equal(verdict_of(flipped_folder).damages, 0);
}

static int
begin(void **state)
{
    mem = sk_arena_new(0);
    return made_begin(state);
}

static int
end(void **state)
{
    sk_arena_free(mem);
    return made_end(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify__finds_nothing_in_a_good_ledger),
        cmocka_unit_test(verify__names_every_damage),
        cmocka_unit_test(verify__finds_a_flipped_bit_in_every_file),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
