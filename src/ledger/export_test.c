/* Exports of a writer that runs, checked by the receiver's eyes, whole and tampered with. */
#include "ledger/export.h"
#include "ledger/ledger.h"
#include "ledger/made_test.h"
#include "part/control.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static sk_arena *mem;
static pid_t writer;

static const char *
below(const char *name)
{
    return sk_str_printf(mem, "%s/%s", made_folder, name).p;
}

static void
shell(const char *command)
{
    assert_true(made_shell(sk_str_printf(mem, "cd %s && %s", made_folder, command).p));
}

static void
export__of_a_tenant_is_whole_and_checked(void **state)
{
    struct ledger_exported x, again;
    sk_err e = ledger_export_tenant(&x, made_folder, SK_STR("tea"), below("tea"));

    (void)state;
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_int_equal(x.records, MADE_DAYS * MADE_A_DAY / 3 + 1); /* and the export's own */
    assert_int_equal(x.first_nth, 1);
    e = ledger_export_check(&again, below("tea"), (sk_str){ 0 });
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_int_equal(again.last, x.last);
    assert_int_equal(ledger_export_tenant(&x, made_folder, SK_STR("tea"), below("tea")).kind,
                     SK_BAD); /* not over an old one */
    shell("! grep -q cloth tea/records.jsonl");
}

static void
export__with_anything_missing_or_changed_is_refused(void **state)
{
    static const struct {
        const char *command, *why;
    } rows[] = {
        { "sed -i 300d bad/records.jsonl; sed -i 300d bad/proofs.jsonl", "some are missing" },
        { "sed -i 1d bad/records.jsonl; sed -i 1d bad/proofs.jsonl", "kept.jsonl" },
        { "sed -i '$d' bad/records.jsonl; sed -i '$d' bad/proofs.jsonl", "at its end are missing" },
        { "sed -i 300d bad/proofs.jsonl", "not in the signed tree" },
        { "sed -i '$d' bad/proofs.jsonl", "not as many proofs" },
        { "sed -i '300s/acc_./acc_3/' bad/records.jsonl", "not in the signed tree" },
        { "sed -i '300{h;d};301G' bad/records.jsonl; sed -i '300{h;d};301G' bad/proofs.jsonl",
          "some are missing" },
        { "sed -i '2s/^/1/' bad/checkpoint", "signature" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ledger_exported x;
        sk_err e;

        shell("rm -rf bad; cp -r tea bad");
        shell(rows[i].command);
        e = ledger_export_check(&x, below("bad"), (sk_str){ 0 });
        if (!sk_failed(e)) fail_msg("taken: %s", rows[i].command);
        if (!strstr(e.why, rows[i].why)) fail_msg("%s: %s", rows[i].command, e.why);
    }
}

static void
export__by_another_key_is_refused(void **state)
{
    struct ledger_exported x;

    (void)state;
    assert_true(sk_failed(ledger_export_check(
        &x, below("tea"),
        SK_STR("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"))));
}

static void
export__of_everything_has_all_tiles_and_bundles(void **state)
{
    struct ledger_exported x;
    sk_err e = ledger_export_tiles(&x, made_folder, below("all"));

    (void)state;
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_int_equal(x.records, x.size);
    shell("test -s all/tile/0/007 && test -s all/tile/entries/000 && test -s all/checkpoint");
    shell("test $(find all/tile/entries -type f | wc -l) = $(find all/tile/0 -type f | wc -l)");
}

static void
export__is_not_done_when_it_cannot_be_recorded(void **state)
{
    struct ledger_exported x;

    (void)state;
    assert_int_equal(kill(writer, SIGTERM), 0);
    assert_int_equal(waitpid(writer, NULL, 0), writer);
    shell("rm run/ledger.sock");
    assert_int_equal(ledger_export_tenant(&x, made_folder, SK_STR("tea"), below("late")).kind,
                     SK_MISSING);
    shell("! test -e late/records.jsonl");
}

static int
begin(void **state)
{
    int listener;

    mem = sk_arena_new(0);
    if (made_begin(state) != 0 || mkdir(below("run"), 0700) != 0 ||
        sk_failed(part_socket_listen(&listener, below("run/ledger.sock"), 0600)))
        return -1;
    writer = fork();
    if (writer == 0) {
        struct part_place place = { .state = made_folder,
                                    .share = made_folder,
                                    .listen_fd = listener };
        _exit(ledger_main(&place));
    }
    close(listener);
    return writer < 0 ? -1 : 0;
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
        cmocka_unit_test(export__of_a_tenant_is_whole_and_checked),
        cmocka_unit_test(export__with_anything_missing_or_changed_is_refused),
        cmocka_unit_test(export__by_another_key_is_refused),
        cmocka_unit_test(export__of_everything_has_all_tiles_and_bundles),
        cmocka_unit_test(export__is_not_done_when_it_cannot_be_recorded),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
