/* keys.db on a real folder. */
#include "base/file.h"
#include "base/hash.h"
#include "keeper/keys.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static sk_when clock_now = 1764140400000; /* 2025-11-26 16:00 JST */

static sk_when
test_now(void)
{
    return clock_now;
}

static struct keeper_root *root;
static struct keeper_keys *keys;
static struct part_store *reader;

static sk_err
keys_try(void)
{
    struct keeper_root_setting setting = { .folder = folder };
    struct keeper_keys_setting with = { .folder = folder,
                                        .sql = SOURCE_DIR "/src/keeper/sql",
                                        .now = test_now };

    TRY(keeper_root_open(&root, &setting));
    with.root = root;
    TRY(keeper_keys_open(&keys, &with));
    return keeper_keys_reader(&reader, keys);
}

static void
keys_open(void)
{
    sk_err e = keys_try();

    if (sk_failed(e)) fail_msg("%s", e.why);
}

static void
keys_close(void)
{
    part_store_close(&reader);
    keeper_keys_close(&keys);
    keeper_root_close(&root);
}

static int
folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/keeper-keys-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    keys_open();
    return 0;
}

static int
folder_remove(void **state)
{
    (void)state;
    keys_close();
    return sk_file_remove_tree(folder) ? 0 : -1;
}

static const struct keeper_id none;

struct who {
    struct keeper_id person_id, case_id;
    struct keeper_whose whose;
    struct keeper_sealing sealing;
};

/* A person of the tenant with a key; with a case where `has_case`. */
static void
who_new(struct who *who, const char *tenant, bool has_case)
{
    *who = (struct who){ .person_id = keeper_id_new("per") };
    who->case_id = has_case ? keeper_id_new("cas") : none;
    who->whose = (struct keeper_whose){ sk_str_of(tenant), &who->person_id, &who->case_id };
    assert_int_equal(keeper_keys_take(&who->sealing, keys, &who->whose, false, 1), KEEPER_OK);
}

static enum keeper_word
key_word(const struct who *who)
{
    struct keeper_key key = { { 0 } };
    enum keeper_word word = keeper_keys_get(&key, keys, reader, &who->whose, who->sealing.number);

    if (word == KEEPER_OK) assert_memory_equal(&key, &who->sealing.key, sizeof key);
    return word;
}

static uint64_t
tended(void)
{
    uint64_t left;
    sk_err e = keeper_keys_tend(&left, keys);

    if (sk_failed(e)) fail_msg("%s", e.why);
    return left;
}

/* Whether the bytes are anywhere in a file of the folder. */
static bool
lies_in(const char *name, const void *bytes, size_t n)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char path[192];
    sk_str text;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (sk_failed(sk_file_read(&text, mem, path, 1 << 28))) return false;
    return text.n && memmem(text.p, text.n, bytes, n);
}

static bool
lies_anywhere(const void *bytes, size_t n)
{
    return lies_in("keys.db", bytes, n) || lies_in("keys.db-wal", bytes, n);
}

/* The wrapped key as it lies on disk. */
static struct keeper_wrapped
wrapped_of(const struct who *who)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_wrapped wrapped;
    struct part_query *q;
    bool row;

    assert_false(sk_failed(part_store_query(&q, reader,
                                            "SELECT wrapped FROM key WHERE person = ?1 AND "
                                            "file = ?2 AND number = ?3")));
    part_query_blob(q, 1, (sk_str){ who->person_id.text, 24 });
    part_query_blob(q, 2, (sk_str){ who->case_id.text, 24 });
    part_query_int(q, 3, who->sealing.number);
    assert_false(sk_failed(part_query_step(&row, q)) || !row);
    sk_str blob = part_query_get_blob(mem, q, 0);
    assert_int_equal(blob.n, sizeof wrapped);
    memcpy(&wrapped, blob.p, blob.n);
    part_query_done(q);
    return wrapped;
}

static void
erase_well(const struct who *who, const struct keeper_id *case_id)
{
    struct keeper_whose whose = { who->whose.tenant, &who->person_id, case_id };
    struct keeper_erased erased = { (uint64_t)clock_now, 7 };

    assert_int_equal(keeper_keys_erase(keys, &whose, &erased), KEEPER_OK);
}

static void
keys__are_the_same_after_a_restart(void **state)
{
    struct who account, order;

    (void)state;
    who_new(&account, "tea", false);
    who_new(&order, "tea", true);
    assert_memory_not_equal(&account.sealing.key, &order.sealing.key, sizeof order.sealing.key);
    assert_memory_equal(&account.sealing.index, &order.sealing.index, sizeof order.sealing.index);
    keys_close();
    keys_open();
    assert_int_equal(key_word(&account), KEEPER_OK);
    assert_int_equal(key_word(&order), KEEPER_OK);
}

static void
keys__one_key_a_person_and_case(void **state)
{
    struct who who;
    struct keeper_sealing again = { 0 }, other = { 0 };
    struct keeper_id case_id = keeper_id_new("cas");
    struct keeper_whose whose = { SK_STR("tea"), &who.person_id, &case_id };

    (void)state;
    who_new(&who, "tea", false);
    assert_int_equal(keeper_keys_take(&again, keys, &who.whose, false, 1), KEEPER_OK);
    assert_int_equal(again.number, who.sealing.number);
    assert_memory_equal(&again.key, &who.sealing.key, sizeof again.key);
    assert_int_equal(keeper_keys_take(&other, keys, &whose, false, 1), KEEPER_OK);
    assert_memory_not_equal(&other.key, &who.sealing.key, sizeof other.key);
}

static void
keys__a_person_is_of_one_tenant(void **state)
{
    struct who who;
    struct keeper_sealing sealing = { 0 };

    (void)state;
    who_new(&who, "tea", false);
    who.whose.tenant = SK_STR("coffee");
    assert_int_equal(key_word(&who), KEEPER_WRONG_TENANT);
    assert_int_equal(keeper_keys_take(&sealing, keys, &who.whose, false, 1), KEEPER_WRONG_TENANT);
}

static void
keys__are_not_on_disk_as_they_are(void **state)
{
    struct who who;

    (void)state;
    who_new(&who, "tea", true);
    assert_true(lies_anywhere(wrapped_of(&who).byte, KEEPER_WRAPPED)); /* the search finds */
    assert_false(lies_anywhere(who.sealing.key.byte, 8));
    assert_false(lies_anywhere(who.sealing.index.byte, 8));
}

static void
keys__rest_after_so_many_uses(void **state)
{
    struct who who;
    struct keeper_sealing sealing = { 0 };

    (void)state;
    who_new(&who, "tea", false);
    assert_int_equal(
        keeper_keys_take(&sealing, keys, &who.whose, false, (uint32_t)KEEPER_USES_MAX - 1),
        KEEPER_OK);
    assert_int_equal(sealing.number, who.sealing.number);
    assert_int_equal(keeper_keys_take(&sealing, keys, &who.whose, false, 1), KEEPER_OK);
    assert_int_not_equal(sealing.number, who.sealing.number);
    assert_int_equal(key_word(&who), KEEPER_OK); /* the older one still opens */
    struct keeper_status status = { 0 };
    assert_false(sk_failed(keeper_keys_count(&status, reader)));
    assert_int_equal(status.most_uses, KEEPER_USES_MAX);
}

static void
erase__leaves_no_byte_of_the_key(void **state)
{
    struct who who, other;

    (void)state;
    who_new(&who, "tea", true);
    who_new(&other, "tea", true);
    struct keeper_wrapped wrapped = wrapped_of(&who), kept = wrapped_of(&other);
    assert_true(lies_anywhere(wrapped.byte, 16));
    erase_well(&who, &who.case_id);
    for (size_t at = 0; at + 8 <= sizeof wrapped.byte; at += 4)
        assert_false(lies_anywhere(wrapped.byte + at, 8));
    assert_true(lies_anywhere(kept.byte, KEEPER_WRAPPED));
    assert_int_equal(key_word(&who), KEEPER_ERASED);
    assert_int_equal(key_word(&other), KEEPER_OK);
}

static void
erase__of_a_case_leaves_the_person(void **state)
{
    struct who who;
    struct keeper_sealing account = { 0 }, again = { 0 };
    struct keeper_whose whose = { SK_STR("tea"), &who.person_id, &none };

    (void)state;
    who_new(&who, "tea", true);
    assert_int_equal(keeper_keys_take(&account, keys, &whose, false, 1), KEEPER_OK);
    erase_well(&who, &who.case_id);
    assert_int_equal(keeper_keys_take(&again, keys, &whose, false, 1), KEEPER_OK);
    assert_memory_equal(&again.key, &account.key, sizeof again.key);
    assert_int_equal(keeper_keys_take(&again, keys, &who.whose, false, 1), KEEPER_ERASED);
}

static void
erase__of_a_person_is_of_all_cases_and_for_ever(void **state)
{
    struct who who;
    struct keeper_sealing sealing = { 0 };
    struct keeper_id case_id = keeper_id_new("cas");
    struct keeper_whose next = { SK_STR("tea"), &who.person_id, &case_id };
    struct keeper_erased erased;

    (void)state;
    who_new(&who, "tea", true);
    assert_int_equal(keeper_keys_erased(&erased, reader, &who.whose), KEEPER_MISSING);
    erase_well(&who, &none);
    assert_int_equal(key_word(&who), KEEPER_ERASED);
    assert_int_equal(keeper_keys_take(&sealing, keys, &next, false, 1), KEEPER_ERASED);
    assert_int_equal(keeper_keys_erased(&erased, reader, &next), KEEPER_OK);
    assert_int_equal(erased.sequence, 7);
    keys_close();
    keys_open();
    assert_int_equal(keeper_keys_take(&sealing, keys, &next, false, 1), KEEPER_ERASED);
}

/* Killed between the line and the rows: the start ends what was begun. A torn line is nothing. */
static void
erase__goes_on_from_the_line_after_a_kill(void **state)
{
    struct who who, other;
    char path[128];
    int fd;

    (void)state;
    who_new(&who, "tea", true);
    who_new(&other, "tea", true);
    struct keeper_wrapped wrapped = wrapped_of(&who);
    keys_close();
    snprintf(path, sizeof path, "%s/tombstones", folder);
    fd = open(path, O_WRONLY | O_APPEND);
    assert_true(
        dprintf(fd, "%.24s %.24s tea 1764140400000 9\n", who.person_id.text, who.case_id.text) > 0);
    assert_true(dprintf(fd, "%.24s %.24s tea 17641404", other.person_id.text, other.case_id.text) >
                0);
    close(fd);
    keys_open();
    assert_int_equal(key_word(&who), KEEPER_ERASED);
    assert_int_equal(key_word(&other), KEEPER_OK);
    assert_false(lies_anywhere(wrapped.byte, 16));
    erase_well(&other, &other.case_id); /* its line stands by itself, not behind the torn one */
    keys_close();
    keys_open();
    assert_int_equal(key_word(&other), KEEPER_ERASED);
}

static void
tombstones__that_are_not_ours_stop_the_start(void **state)
{
    char path[128];
    struct stat info;
    int fd;

    (void)state;
    keys_close();
    snprintf(path, sizeof path, "%s/tombstones", folder);
    assert_int_equal(stat(path, &info), 0);
    fd = open(path, O_WRONLY | O_APPEND);
    assert_true(dprintf(fd, "what is this\n") > 0);
    sk_err e = keys_try();
    assert_int_equal(e.kind, SK_BROKEN);
    keeper_root_close(&root);
    assert_int_equal(ftruncate(fd, info.st_size), 0);
    close(fd);
    keys_open();
}

static void
rotate__of_the_root_leaves_all_readable_and_the_old_root_gone(void **state)
{
    struct keeper_rotate rotate = { .level = KEEPER_ROTATE_ROOT };
    struct who who;
    char before[128], after[128], path[128];
    int fd;

    (void)state;
    who_new(&who, "tea", true);
    snprintf(path, sizeof path, "%s/root.key", folder);
    fd = open(path, O_RDONLY);
    ssize_t n = read(fd, before, sizeof before - 1);
    assert_true(n > 60);
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    assert_int_equal(pread(fd, after, (size_t)n, 0), n); /* the file that was: overwritten */
    for (ssize_t i = 0; i < n; i++)
        assert_int_equal(after[i], 0);
    close(fd);
    assert_int_equal(key_word(&who), KEEPER_OK);
    keys_close();
    keys_open();
    assert_int_equal(key_word(&who), KEEPER_OK);
}

/* Killed after the new root was made: the next tending ends it. */
static void
rotate__of_the_root_goes_on_after_a_kill(void **state)
{
    struct keeper_root_setting setting = { .folder = folder };
    struct who who;

    (void)state;
    who_new(&who, "tea", true);
    keys_close();
    assert_false(sk_failed(keeper_root_open(&root, &setting)));
    assert_false(sk_failed(keeper_root_add(root, (sk_str){ 0 })));
    keeper_root_close(&root);
    keys_open();
    assert_int_equal(key_word(&who), KEEPER_OK);
    assert_int_equal(tended(), 0);
    keys_close();
    keys_open();
    assert_int_equal(key_word(&who), KEEPER_OK);
    struct keeper_key key;
    struct keeper_wrapped wrapped = { { 0 } };
    assert_int_equal(
        keeper_root_unwrap(&key, root, keeper_root_newest(root) - 1, SK_STR(""), &wrapped).kind,
        SK_MISSING);
}

enum { ROOTS = 25 };

static void *
roots_change(void *ctx)
{
    const struct keeper_rotate rotate = { .level = KEEPER_ROTATE_ROOT };
    bool *well = ctx;

    for (int i = 0; i < ROOTS; i++)
        *well &= keeper_keys_rotate(keys, &rotate) == KEEPER_OK;
    return NULL;
}

/* Nobody takes away a root key that another has just made, or still needs. */
static void
rotate__of_the_root_by_two_and_the_tender_loses_no_key(void **state)
{
    pthread_t thread[2];
    bool well[2] = { true, true };
    struct who who;
    uint64_t left;

    (void)state;
    who_new(&who, "tea", true);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, roots_change, &well[i]), 0);
    for (int i = 0; i < ROOTS; i++)
        assert_false(sk_failed(keeper_keys_tend(&left, keys)));
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    assert_true(well[0] && well[1]);
    keys_close();
    keys_open();
    assert_int_equal(key_word(&who), KEEPER_OK);
}

static void
rotate__of_a_tenant_follows_in_small_steps(void **state)
{
    enum { PEOPLE = 450 };
    struct keeper_rotate rotate = { .level = KEEPER_ROTATE_TENANT, .tenant = SK_STR("steps") };
    static struct who who[PEOPLE];
    struct who later;
    struct keeper_key index;

    (void)state;
    for (int i = 0; i < PEOPLE; i++)
        who_new(&who[i], "steps", i % 2);
    struct keeper_wrapped before = wrapped_of(&who[7]);
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    who_new(&later, "steps", false);
    assert_int_equal(tended(), 250);
    keys_close(); /* kill -9: the rows say what is left */
    keys_open();
    for (int i = 0; i < PEOPLE; i++)
        assert_int_equal(key_word(&who[i]), KEEPER_OK);
    assert_int_equal(tended(), 50);
    while (tended() > 0)
        continue;
    assert_int_equal(tended(), 0);
    for (int i = 0; i < PEOPLE; i++)
        assert_int_equal(key_word(&who[i]), KEEPER_OK);
    assert_int_equal(key_word(&later), KEEPER_OK);
    assert_false(lies_anywhere(before.byte, KEEPER_WRAPPED));
    assert_int_equal(keeper_keys_index(&index, keys, reader, SK_STR("steps")), KEEPER_OK);
    assert_memory_equal(&index, &later.sealing.index, sizeof index);
    rotate.tenant = SK_STR("nobody");
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_MISSING);
}

static void
rotate__of_a_person_keeps_the_older_key_until_it_is_dropped(void **state)
{
    struct who who;
    struct keeper_sealing newer = { 0 };
    uint32_t number;

    (void)state;
    who_new(&who, "tea", true);
    struct keeper_rotate rotate = { .level = KEEPER_ROTATE_PERSON,
                                    .tenant = SK_STR("tea"),
                                    .person_id = who.person_id,
                                    .case_id = who.case_id };
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    assert_int_equal(keeper_keys_take(&newer, keys, &who.whose, false, 1), KEEPER_OK);
    assert_int_not_equal(newer.number, who.sealing.number);
    assert_int_equal(keeper_keys_newest(&number, reader, &who.whose), KEEPER_OK);
    assert_int_equal(number, newer.number);
    assert_int_equal(key_word(&who), KEEPER_OK);
    struct keeper_wrapped wrapped = wrapped_of(&who);
    rotate.level = KEEPER_ROTATE_DROP;
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    assert_int_equal(key_word(&who), KEEPER_MISSING);
    assert_false(lies_anywhere(wrapped.byte, 16));
}

static void
backup__is_one_a_day_for_seven_days(void **state)
{
    char name[KEEPER_NAME_MAX], first[KEEPER_NAME_MAX], path[192];
    struct who who;

    (void)state;
    for (int day = 0; day < 9; day++) {
        who_new(&who, "tea", false);
        sk_err e = keeper_keys_backup(name, keys, false);
        if (sk_failed(e)) fail_msg("%s", e.why);
        if (day == 0) snprintf(first, sizeof first, "%s", name);
        if (day == 6) {
            snprintf(path, sizeof path, "%s/backup/%s", folder, first);
            assert_int_equal(access(path, F_OK), 0);
        }
        clock_now += (sk_when)24 * 60 * 60 * 1000;
    }
    assert_string_equal(first, "keys-20251126.db");
    assert_int_not_equal(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/backup/%s", folder, name);
    assert_int_equal(access(path, F_OK), 0);
    struct keeper_status status = { 0 };
    assert_false(sk_failed(keeper_keys_count(&status, reader)));
    assert_true(status.backed_up > 0);
}

static void
copy_back(const char *name)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char from[192], to[192];
    sk_str bytes;

    snprintf(from, sizeof from, "%s/backup/%s", folder, name);
    snprintf(to, sizeof to, "%s/restore.db", folder);
    assert_false(sk_failed(sk_file_read(&bytes, mem, from, 1 << 28)));
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
    close(fd);
}

static void
store_lose(void)
{
    static const char *const names[] = { "keys.db", "keys.db-wal", "keys.db-shm" };
    char path[192];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
}

static void
restore__takes_back_what_was_lost_and_nothing_that_was_erased(void **state)
{
    struct who lost, erased, by_ledger, later;
    struct keeper_restored restored;
    struct keeper_erased told;
    char name[KEEPER_NAME_MAX], path[192];
    sk_err e;

    (void)state;
    who_new(&lost, "lost", true);
    who_new(&erased, "lost", true);
    who_new(&by_ledger, "lost", true);
    struct keeper_wrapped wrapped = wrapped_of(&erased);
    assert_false(sk_failed(keeper_keys_backup(name, keys, true)));
    erase_well(&erased, &erased.case_id);
    keys_close();
    store_lose();
    keys_open();
    assert_int_equal(key_word(&lost), KEEPER_MISSING);
    assert_int_equal(key_word(&erased), KEEPER_ERASED); /* by the file */
    who_new(&later, "lost", true);
    copy_back(name);
    snprintf(path, sizeof path, "%s/restore.erased", folder);
    FILE *ids = fopen(path, "w");
    assert_non_null(ids);
    fprintf(ids, "%.24s lost 1764140400000 99\n", by_ledger.case_id.text);
    fclose(ids);
    e = keeper_keys_restore(&restored, keys);
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_true(restored.keys > 0 && restored.erased >= 2);
    assert_int_equal(key_word(&lost), KEEPER_OK);
    assert_int_equal(key_word(&later), KEEPER_OK);
    assert_int_equal(key_word(&erased), KEEPER_ERASED);
    assert_int_equal(key_word(&by_ledger), KEEPER_ERASED); /* known from now on */
    assert_int_equal(keeper_keys_erased(&told, reader, &by_ledger.whose), KEEPER_OK);
    assert_int_equal(told.sequence, 99);
    assert_false(lies_anywhere(wrapped.byte, 16));
    assert_int_equal(keeper_keys_restore(&restored, keys).kind, SK_MISSING);
}

/* Else whatever is taken back could never be opened, and no root key be changed any more. */
static void
restore__refuses_a_copy_of_a_root_key_that_is_gone(void **state)
{
    const struct keeper_rotate rotate = { .level = KEEPER_ROTATE_ROOT };
    struct keeper_restored restored;
    struct who who, now;
    char name[KEEPER_NAME_MAX], path[192];

    (void)state;
    who_new(&who, "older", true);
    assert_false(sk_failed(keeper_keys_backup(name, keys, true)));
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    copy_back(name);
    sk_err e = keeper_keys_restore(&restored, keys);
    if (sk_failed(e)) fail_msg("nothing was lacking: %s", e.why);
    keys_close();
    store_lose();
    keys_open();
    copy_back(name);
    assert_int_equal(keeper_keys_restore(&restored, keys).kind, SK_DENIED);
    snprintf(path, sizeof path, "%s/restore.db", folder);
    assert_int_equal(unlink(path), 0);
    who_new(&now, "older", true);
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    assert_int_equal(key_word(&now), KEEPER_OK);
}

static void
index_of(struct keeper_key *index, const char *tenant)
{
    assert_int_equal(keeper_keys_index(index, keys, reader, sk_str_of(tenant)), KEEPER_OK);
}

/* Somebody comes before the copy is taken back: the index is the one by which all others are found,
 * and stays so when the keys of then are exchanged for newer ones. */
static void
restore__brings_the_index_key_back_by_which_people_are_found(void **state)
{
    struct keeper_key before, between, after;
    struct keeper_restored restored;
    char name[KEEPER_NAME_MAX];
    struct who first, second;
    uint64_t left;
    bool lost;

    (void)state;
    who_new(&first, "found", true);
    index_of(&before, "found");
    assert_false(sk_failed(keeper_keys_backup(name, keys, true)));
    assert_false(sk_failed(keeper_keys_lost(&lost, reader)));
    assert_false(lost);
    keys_close();
    store_lose();
    keys_open();
    assert_false(sk_failed(keeper_keys_lost(&lost, reader)));
    assert_true(lost);
    clock_now += 1000;
    who_new(&second, "found", true);
    index_of(&between, "found");
    assert_memory_not_equal(&before, &between, sizeof before);
    copy_back(name);
    assert_false(sk_failed(keeper_keys_restore(&restored, keys)));
    index_of(&after, "found");
    assert_memory_equal(&before, &after, sizeof before);
    assert_false(sk_failed(keeper_keys_lost(&lost, reader)));
    assert_false(lost);
    for (int i = 0; i < 100; i++) { /* the tenant's older key is exchanged, and destroyed */
        sk_err e = keeper_keys_tend(&left, keys);
        if (sk_failed(e)) fail_msg("%s", e.why);
    }
    assert_int_equal(left, 0);
    index_of(&after, "found");
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(key_word(&first), KEEPER_OK);
    assert_int_equal(key_word(&second), KEEPER_OK);
}

/* No file grows any more: nothing is taken, nothing is half there, and it goes on afterwards. */
static void
disk__that_is_full_changes_nothing(void **state)
{
    struct rlimit had, small = { 4096, RLIM_INFINITY };
    struct who who, other = { .person_id = keeper_id_new("per"), .case_id = keeper_id_new("cas") };
    struct keeper_erased erased = { 1, 2 };

    (void)state;
    other.whose = (struct keeper_whose){ SK_STR("tea"), &other.person_id, &other.case_id };
    who_new(&who, "tea", true);
    getrlimit(RLIMIT_FSIZE, &had);
    small.rlim_max = had.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum keeper_word word = keeper_keys_take(&other.sealing, keys, &other.whose, false, 1);
    enum keeper_word read = key_word(&who);
    struct rlimit nothing = { 0, had.rlim_max };
    setrlimit(RLIMIT_FSIZE, &nothing);
    enum keeper_word erase = keeper_keys_erase(keys, &who.whose, &erased);
    setrlimit(RLIMIT_FSIZE, &had);
    assert_true(word == KEEPER_FULL || word == KEEPER_BROKEN);
    assert_int_equal(erase, KEEPER_FULL);
    assert_int_equal(read, KEEPER_OK);
    assert_int_equal(key_word(&who), KEEPER_OK);
    assert_int_equal(key_word(&other), KEEPER_MISSING);
    assert_int_equal(keeper_keys_take(&other.sealing, keys, &other.whose, false, 1), KEEPER_OK);
    erase_well(&who, &who.case_id);
    assert_int_equal(key_word(&who), KEEPER_ERASED);
}

struct crowd {
    struct who who[40];
    int turn;
};

static void *
crowd_take(void *ctx)
{
    struct crowd *crowd = ctx;

    for (int i = 0; i < 40; i++)
        who_new(&crowd->who[i], crowd->turn % 2 ? "odd" : "even", i % 2);
    return NULL;
}

static void
writers__share_transactions(void **state)
{
    enum { THREADS = 8 };
    static struct crowd crowd[THREADS];
    pthread_t thread[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++) {
        crowd[i].turn = i;
        assert_int_equal(pthread_create(&thread[i], NULL, crowd_take, &crowd[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    keys_close();
    keys_open();
    for (int i = 0; i < THREADS; i++)
        for (int n = 0; n < 40; n++)
            assert_int_equal(key_word(&crowd[i].who[n]), KEEPER_OK);
}

/* A writer that is killed at any moment: each key that it has told is there. */
static void
kill_9__loses_no_key_that_was_told(void **state)
{
    static struct who who[4096];
    int told[2];

    (void)state;
    for (size_t turn = 0; turn < 5; turn++) {
        size_t count = 0;

        assert_int_equal(pipe(told), 0);
        keys_close();
        pid_t child = fork();
        if (child == 0) {
            keys_open();
            for (;;) {
                who_new(&who[0], "killed", true);
                if (write(told[1], &who[0], sizeof *who) != sizeof *who) _exit(1);
            }
        }
        close(told[1]);
        while (count < 4096 && read(told[0], &who[count], sizeof *who) == sizeof *who)
            if (++count == 3 + 7 * turn) kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        close(told[0]);
        assert_true(count >= 3 + 7 * turn);
        keys_open();
        for (size_t i = 0; i < count; i++) {
            who[i].whose =
                (struct keeper_whose){ SK_STR("killed"), &who[i].person_id, &who[i].case_id };
            assert_int_equal(key_word(&who[i]), KEEPER_OK);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys__are_the_same_after_a_restart),
        cmocka_unit_test(keys__one_key_a_person_and_case),
        cmocka_unit_test(keys__a_person_is_of_one_tenant),
        cmocka_unit_test(keys__are_not_on_disk_as_they_are),
        cmocka_unit_test(keys__rest_after_so_many_uses),
        cmocka_unit_test(erase__leaves_no_byte_of_the_key),
        cmocka_unit_test(erase__of_a_case_leaves_the_person),
        cmocka_unit_test(erase__of_a_person_is_of_all_cases_and_for_ever),
        cmocka_unit_test(erase__goes_on_from_the_line_after_a_kill),
        cmocka_unit_test(tombstones__that_are_not_ours_stop_the_start),
        cmocka_unit_test(rotate__of_the_root_leaves_all_readable_and_the_old_root_gone),
        cmocka_unit_test(rotate__of_the_root_goes_on_after_a_kill),
        cmocka_unit_test(rotate__of_the_root_by_two_and_the_tender_loses_no_key),
        cmocka_unit_test(rotate__of_a_tenant_follows_in_small_steps),
        cmocka_unit_test(rotate__of_a_person_keeps_the_older_key_until_it_is_dropped),
        cmocka_unit_test(backup__is_one_a_day_for_seven_days),
        cmocka_unit_test(restore__brings_the_index_key_back_by_which_people_are_found),
        cmocka_unit_test(restore__takes_back_what_was_lost_and_nothing_that_was_erased),
        cmocka_unit_test(restore__refuses_a_copy_of_a_root_key_that_is_gone),
        cmocka_unit_test(disk__that_is_full_changes_nothing),
        cmocka_unit_test(writers__share_transactions),
        cmocka_unit_test(kill_9__loses_no_key_that_was_told),
    };
    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
