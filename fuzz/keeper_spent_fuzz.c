/* The journals of what was spent and earned, as a damaged disk may give them back. The first byte
 * says which, and whether records have their checksums (of which the fuzzer would guess none).
 * Whatever is read: the keeper starts, judges, makes the journal short, and knows the same after.
 */
#include "base/file.h"
#include "keeper/budget.h"
#include "keeper/earned.h"
#include "keeper/spent.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64];

static void
must(bool so)
{
    if (!so) abort();
}

static void
folder_remove(void)
{
    (void)sk_file_remove_tree(folder);
}

static void
begin(void)
{
    snprintf(folder, sizeof folder, "/dev/shm/spent-fuzz-XXXXXX");
    must(mkdtemp(folder) != NULL);
    (void)atexit(folder_remove);
}

static void
clear(const char *name)
{
    static const char *const endings[] = { "log", "snap", "new" };
    char path[128];

    for (int number = 0; number < 3; number++)
        for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
            snprintf(path, sizeof path, "%s/%s-%d.%s", folder, name, number, endings[i]);
            (void)unlink(path);
        }
}

static void
visit(void *ctx, const unsigned char *body)
{
    (void)ctx;
    (void)body;
}

static void
records_put(const char *name, sk_str bytes)
{
    struct keeper_journal *journal;
    struct keeper_journal_found found = { 0 };

    must(!sk_failed(keeper_journal_open(&journal, &found, folder, name, visit, NULL)));
    must(!sk_failed(
        keeper_journal_add(journal, (const unsigned char *)bytes.p, bytes.n / KEEPER_RECORD_BODY)));
    keeper_journal_close(&journal);
}

static void
bytes_put(const char *name, sk_str bytes)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s-0.log", folder, name);
    DEFER(sk_fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
}

enum { NOW = 1000000 };

static struct keeper_purpose purpose = { .name = { "orders", 6 }, .ticket = 2, .earned = NOW };

static enum keeper_word
took(struct keeper_budget *budget)
{
    struct ticket ticket = { .id = SK_STR("R1"), .principal = SK_STR("acc_1") };
    struct keeper_id person = { "per_00000000000000000000" };
    struct keeper_take take = { .purpose = &purpose,
                                .ticket = &ticket,
                                .tenant = SK_STR("tea"),
                                .person = &person,
                                .count = 1 };
    struct keeper_taken taken;
    enum keeper_word word = keeper_budget_take(&taken, budget, &take, NOW);

    must(word == KEEPER_OK || word == KEEPER_FULL || word == KEEPER_PURPOSE_FROZEN ||
         (word >= KEEPER_BUDGET_SECOND && word <= KEEPER_BUDGET_DAY));
    return word;
}

static void
spent_try(void)
{
    struct keeper_budget_found found;
    struct keeper_budget *budget;

    must(!sk_failed(keeper_budget_open(&budget, &found, folder, true, NOW)));
    enum keeper_word first = took(budget);
    bool frozen = keeper_budget_is_frozen(budget, purpose.name);
    must(!sk_failed(keeper_budget_tend(budget, NOW)));
    keeper_budget_close(&budget);
    must(!sk_failed(keeper_budget_open(&budget, &found, folder, true, NOW)));
    must(keeper_budget_is_frozen(budget, purpose.name) == frozen);
    /* whoever was counted is counted, and whoever was refused is refused */
    must(took(budget) == first || first == KEEPER_FULL);
    keeper_budget_close(&budget);
}

static void
earned_try(void)
{
    struct keeper_id mark = { "val_00000000000000000000" }, person = mark;
    struct keeper_earned *earned;
    uint64_t damaged;

    must(!sk_failed(keeper_earned_open(&earned, &damaged, folder, NOW)));
    bool has = keeper_earned_has(earned, &purpose, SK_STR("tea"), &mark, NOW);
    sk_err e = keeper_earned_add(earned, &purpose, SK_STR("tea"), &person, &mark, 1, NOW);
    bool added = !sk_failed(e);
    must(!sk_failed(keeper_earned_tend(earned, NOW)));
    keeper_earned_close(&earned);
    must(!sk_failed(keeper_earned_open(&earned, &damaged, folder, NOW)) && damaged == 0);
    must(keeper_earned_has(earned, &purpose, SK_STR("tea"), &mark, NOW) == (has || added));
    keeper_earned_close(&earned);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_str bytes = { (const char *)data + 1, size ? size - 1 : 0 };
    const char *name = size && data[0] & 1 ? "earned" : "spent";

    if (!folder[0]) begin();
    if (size < 2) return 0;
    for (int scope = 0; scope < KEEPER_SCOPES; scope++)
        for (int window = 0; window < KEEPER_WINDOWS; window++)
            purpose.most[scope][window] = 2;
    clear("spent");
    clear("earned");
    if (data[0] & 2)
        bytes_put(name, bytes);
    else if (bytes.n >= KEEPER_RECORD_BODY)
        records_put(name, bytes);
    if (data[0] & 1)
        earned_try();
    else
        spent_try();
    return 0;
}
