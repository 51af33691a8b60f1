/* For tests: a ledger with three days of records of three tenants, below a folder of its own. */
#ifndef LEDGER_MADE_TEST_H
#define LEDGER_MADE_TEST_H

#include "base/file.h"
#include "ledger/store.h"
#include "part/log.h"
#include "part/run.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { MADE_DAYS = 3, MADE_A_DAY = 700 };

static char made_folder[64];
static sk_when made_clock;

static sk_when
made_now(void)
{
    return made_clock;
}

static void
made_put(struct ledger_store *s, unsigned i)
{
    static const char *const tenants[] = { "tea", "cloth", "paper" };
    char object[32], request[32];
    uint64_t sequence;

    snprintf(object, sizeof object, "ord_%u", i);
    snprintf(request, sizeof request, "REQ%u", i / 2);
    made_clock += 1000;
    assert_false(sk_failed(ledger_store_begin(s)));
    assert_false(sk_failed(ledger_store_put(
        &sequence, s,
        &(struct ledger_event){ .tenant = sk_str_of(tenants[i % 3]),
                                .site = SK_STR("shop"),
                                .request = sk_str_of(request),
                                .principal = i % 2 ? SK_STR("acc_1") : SK_STR("acc_2"),
                                .action = i % 5 ? SK_STR("orders.show") : SK_STR("orders.change"),
                                .object = sk_str_of(object),
                                .outcome = i % 7 ? SK_STR("ok") : SK_STR("denied") },
        7)));
    assert_false(sk_failed(ledger_store_commit(s)));
}

static struct ledger_store *
made_open(void)
{
    const struct ledger_options options = { .now = made_now };
    struct ledger_store *s = NULL;

    assert_false(sk_failed(ledger_store_open(&s, made_folder, &options)));
    return s;
}

static void
made_fill(void)
{
    struct ledger_store *s = made_open();

    for (unsigned day = 0; day < MADE_DAYS; day++) {
        for (unsigned i = 0; i < MADE_A_DAY; i++) {
            made_put(s, day * MADE_A_DAY + i);
            if (i % 99 == 0) assert_false(sk_failed(ledger_store_publish(s)));
        }
        if (day + 1 < MADE_DAYS) made_clock += 24 * 3600 * 1000 - MADE_A_DAY * 1000;
    }
    ledger_store_close(s);
}

/* One line for the shell; whether it went well. */
static inline bool
made_shell(const char *command)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    const char *const argv[] = { "/bin/sh", "-c", command, NULL };
    sk_str output;
    int code = 1;

    return !sk_failed(part_run(&code, &output, mem, argv)) && code == 0;
}

static int
made_begin(void **state)
{
    (void)state;
    snprintf(made_folder, sizeof made_folder, "/tmp/sekisho-made-XXXXXX");
    part_log_open(open("/dev/null", O_WRONLY | O_CLOEXEC), "ledger", PART_ERROR);
    if (!mkdtemp(made_folder) || !ledger_time_read(&made_clock, SK_STR("2026-11-20T01:00:00.000Z")))
        return -1;
    made_fill();
    return 0;
}

static int
made_end(void **state)
{
    (void)state;
    return sk_file_remove_tree(made_folder) ? 0 : -1;
}

#endif
