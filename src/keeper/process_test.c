/* The process with a real ledger beside it: who may come, frames of no form, kill -9 at any moment,
 * and a disk that is full. */
#include "base/file.h"
#include "keeper/keeper.h"
#include "part/control.h"
#include "ticket/ticket.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/ledger.h"

#include <cmocka.h>

#define SCOPE "{\"principal\":1000000,\"tenant\":1000000,\"purpose\":1000000}"
static const char conf[] =
    "{\"purposes\":[{\"name\":\"orders\",\"sites\":[\"shop\"],\"kinds\":[\"name\"],"
    "\"realms\":[\"merchant\"],\"roles\":[],\"routes\":[],\"level\":2,\"show\":\"plain\","
    "\"on_overrun\":\"refuse\",\"earned_days\":0,\"ticket\":1000000,\"second\":" SCOPE
    ",\"hour\":" SCOPE ",\"day\":" SCOPE "}]}";

enum { PATIENCE_MS = 20000 };

static char state_folder[64];
static struct ticket_key ticket_key;
static struct keeper_link *to_keeper;
static pid_t ledger, keeper;

static void
file_put(const char *name, const void *bytes, size_t n)
{
    char path[192];

    snprintf(path, sizeof path, "%s/%s", state_folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    close(fd);
}

static void
folder_put(const char *name)
{
    char path[192];

    snprintf(path, sizeof path, "%s/%s", state_folder, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

/* Its own process, as the parent starts it; `bytes`: no file grows beyond. */
static pid_t
started(const char *name, int (*run)(const struct part_place *), rlim_t bytes)
{
    struct part_place place = { .state = state_folder, .share = SOURCE_DIR, .second_fd = -1 };
    struct rlimit limit = { bytes, RLIM_INFINITY };
    char path[192];
    pid_t child;

    snprintf(path, sizeof path, "%s/run/%s.sock", state_folder, name);
    assert_false(sk_failed(part_socket_listen(&place.listen_fd, path, 0600)));
    child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);

        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that crashes leaves nobody */
        dup2(null, 2);
        setrlimit(RLIMIT_FSIZE, &limit);
        _exit(run(&place));
    }
    close(place.listen_fd);
    return child;
}

static void
ended(pid_t *child, int how)
{
    if (*child <= 0) return;
    kill(*child, how);
    waitpid(*child, NULL, 0);
    *child = 0;
}

static int
all_start(void **state)
{
    static const char *const folders[] = { "run",         "conf",   "conf/keeper",
                                           "conf/ledger", "keeper", "ledger" };

    (void)state;
    snprintf(state_folder, sizeof state_folder, "/tmp/keeper-proc-XXXXXX");
    if (!mkdtemp(state_folder)) return -1;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        folder_put(folders[i]);
    memset(ticket_key.byte, 9, TICKET_KEY);
    file_put("conf/keeper/ticket.key", ticket_key.byte, TICKET_KEY);
    file_put("conf/keeper/keeper.json", conf, sizeof conf - 1);
    ledger = started("ledger", ledger_main, RLIM_INFINITY);
    keeper = started("keeper", keeper_main, RLIM_INFINITY);
    return sk_failed(keeper_link_open(&to_keeper, state_folder)) ? -1 : 0;
}

static int
all_stop(void **state)
{
    (void)state;
    keeper_link_close(to_keeper);
    ended(&keeper, SIGKILL);
    ended(&ledger, SIGKILL);
    return sk_file_remove_tree(state_folder) ? 0 : -1;
}

/* ── one person ── */

struct person {
    struct keeper_id id, value_id;
    char sealed[KEEPER_SEALED_MORE + 64];
    size_t n;
};

static const sk_str name_text = { "関 所子", 10 };

static enum keeper_word
put(struct person *p)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_put_value value = { .kind = PERSONAL_NAME, .version = 1, .text = name_text };
    struct keeper_put ask = { .tenant = SK_STR("shop"), .value = &value, .count = 1 };
    struct keeper_kept kept;
    enum keeper_word word;

    p->id = ask.person_id = keeper_id_new("per");
    p->value_id = value.value_id = keeper_id_new("val");
    word = keeper_put(&kept, mem, to_keeper, &ask);
    if (word != KEEPER_OK) return word;
    assert_true(kept.count == 1 && kept.value[0].sealed.n <= sizeof p->sealed);
    p->n = kept.value[0].sealed.n;
    memcpy(p->sealed, kept.value[0].sealed.p, p->n);
    return word;
}

/* The value's own word, or the whole answer's. */
static enum keeper_word
open_one(const struct person *p)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ticket ticket = { .id = SK_STR("R1"),
                             .site = SK_STR("shop"),
                             .tenant = SK_STR("shop"),
                             .realm = SK_STR("merchant"),
                             .principal = SK_STR("acc_1"),
                             .role = SK_STR("owner"),
                             .level = 2,
                             .at = sk_now() };
    struct keeper_sealed_value value = { .person_id = p->id,
                                         .value_id = p->value_id,
                                         .kind = PERSONAL_NAME,
                                         .version = 1,
                                         .sealed = { p->sealed, p->n } };
    struct keeper_open ask = { .purpose = SK_STR("orders"), .value = &value, .count = 1 };
    struct sk_buf text = { .mem = mem };
    struct keeper_shown shown;
    enum keeper_word word;

    assert_true(ticket_make(&text, &ticket_key, &ticket));
    ask.ticket = sk_buf_str(&text);
    word = keeper_open(&shown, mem, to_keeper, &ask);
    if (word != KEEPER_OK) return word;
    assert_int_equal(shown.count, 1);
    if (shown.value[0].word == KEEPER_OK)
        assert_true(sk_str_eq(shown.value[0].text, name_text));
    else
        assert_int_equal(shown.value[0].text.n, 0);
    return (enum keeper_word)shown.value[0].word;
}

/* Until it answers. */
static void
answers(void)
{
    sk_when until = sk_monotonic() + PATIENCE_MS;
    enum keeper_word word = KEEPER_NO_KEEPER;

    while (word == KEEPER_NO_KEEPER && sk_monotonic() < until) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        struct keeper_none none = { 0 };
        struct keeper_status status;

        word = keeper_status(&status, mem, to_keeper, &none);
        if (word == KEEPER_NO_KEEPER) usleep(5000);
    }
    assert_int_equal(word, KEEPER_OK);
}

static bool
is_recorded(const struct person *p)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char folder[192], path[512];
    bool found = false;

    snprintf(folder, sizeof folder, "%s/ledger/segment", state_folder);
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; !found && (entry = readdir(dir));) {
        sk_str text;

        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (!sk_failed(sk_file_read(&text, mem, path, 1 << 28)))
            found = sk_str_find(text, (sk_str){ p->id.text, 24 }) != SIZE_MAX;
    }
    closedir(dir);
    return found;
}

/* ── frames ── */

static int
connected(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s/run/keeper.sock", state_folder);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* The one byte of an answer that is nothing but a word; then the end. */
static void
is_turned_away(int fd, enum keeper_word word)
{
    char bytes[16];
    size_t n = 0;
    ssize_t got;

    while (n < sizeof bytes && (got = recv(fd, bytes + n, sizeof bytes - n, 0)) > 0)
        n += (size_t)got;
    assert_int_equal(n, 5);
    assert_int_equal(bytes[4], word);
    close(fd);
}

static void
frames__of_no_form_are_answered_and_end_the_connection(void **state)
{
    static const char unknown[] = { 0, 0, 0, 1, 99 }, empty[] = { 0, 0, 0, 0 },
                      cut[] = { 0, 0, 0, 5, KEEPER_FREEZE, 0, 0, 0, 9 }, huge[] = { 0x7f, 0, 0, 0 };

    (void)state;
    answers();
    int fd = connected();
    assert_int_equal(send(fd, unknown, sizeof unknown, 0), sizeof unknown);
    is_turned_away(fd, KEEPER_BAD);
    fd = connected();
    assert_int_equal(send(fd, empty, sizeof empty, 0), sizeof empty);
    is_turned_away(fd, KEEPER_BAD);
    fd = connected();
    assert_int_equal(send(fd, cut, sizeof cut, 0), sizeof cut);
    is_turned_away(fd, KEEPER_BAD);
    fd = connected();
    assert_int_equal(send(fd, huge, sizeof huge, 0), sizeof huge);
    is_turned_away(fd, KEEPER_TOO_LONG);
    answers();
}

static void
connections__beyond_the_most_are_told_to_come_again(void **state)
{
    static int fd[KEEPER_CONNECTIONS_MAX + 1];
    static const char status[] = { 0, 0, 0, 1, KEEPER_STATUS };
    char bytes[64];

    (void)state;
    ended(&keeper, SIGKILL); /* so that nobody is connected */
    keeper = started("keeper", keeper_main, RLIM_INFINITY);
    for (int i = 0; i < KEEPER_CONNECTIONS_MAX; i++) {
        fd[i] = connected();
        assert_int_equal(send(fd[i], status, sizeof status, 0), sizeof status);
        assert_true(recv(fd[i], bytes, sizeof bytes, 0) > 5);
    }
    is_turned_away(connected(), KEEPER_BUSY);
    for (int i = 0; i < KEEPER_CONNECTIONS_MAX; i++)
        close(fd[i]);
    answers();
}

/* ── kill -9 ── */

struct crowd {
    struct person person[2000];
    size_t put_count;
    _Atomic size_t shown_count;
};

/* Puts and opens until the keeper is gone; counts what it was told. */
static void *
crowd_run(void *ctx)
{
    struct crowd *crowd = ctx;

    while (crowd->put_count < 2000) {
        struct person *p = &crowd->person[crowd->put_count];

        if (put(p) != KEEPER_OK) return NULL;
        crowd->put_count++;
        if (open_one(p) != KEEPER_OK) return NULL;
        crowd->shown_count = crowd->put_count;
    }
    return NULL;
}

/* Killed while they ask, not before: with others on the machine the first answer can take long. */
static void
somebody_is_shown(const struct crowd *crowd, int threads)
{
    for (int i = 0; i < 10000; i++) {
        for (int n = 0; n < threads; n++)
            if (crowd[n].shown_count) return;
        usleep(1000);
    }
    fail_msg("nobody was shown within ten seconds");
}

static void
kill_9__no_reading_without_a_record_and_no_key_lost(void **state)
{
    enum { THREADS = 4 };
    static struct crowd crowd[THREADS];
    pthread_t thread[THREADS];

    (void)state;
    for (unsigned turn = 0; turn < 4; turn++) {
        memset(crowd, 0, sizeof crowd);
        answers();
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(pthread_create(&thread[i], NULL, crowd_run, &crowd[i]), 0);
        somebody_is_shown(crowd, THREADS);
        usleep(23000 * turn);
        ended(&keeper, SIGKILL);
        for (int i = 0; i < THREADS; i++)
            pthread_join(thread[i], NULL);
        keeper = started("keeper", keeper_main, RLIM_INFINITY);
        answers();
        for (int i = 0; i < THREADS; i++) {
            for (size_t n = 0; n < crowd[i].shown_count; n++)
                assert_true(is_recorded(&crowd[i].person[n]));
            for (size_t n = 0; n < crowd[i].put_count; n++)
                assert_int_equal(open_one(&crowd[i].person[n]), KEEPER_OK);
        }
    }
}

static void
ledger__that_is_killed_stops_all_reading_until_it_is_back(void **state)
{
    struct person p;

    (void)state;
    answers();
    assert_int_equal(put(&p), KEEPER_OK);
    ended(&ledger, SIGKILL);
    assert_int_equal(open_one(&p), KEEPER_NO_LEDGER);
    ledger = started("ledger", ledger_main, RLIM_INFINITY);
    assert_int_equal(open_one(&p), KEEPER_OK);
    assert_true(is_recorded(&p));
}

/* ── a full disk ── */

static void
disk__that_is_full_refuses_and_goes_on_afterwards(void **state)
{
    struct person p, other;
    enum keeper_word word = KEEPER_OK;

    (void)state;
    answers();
    assert_int_equal(put(&p), KEEPER_OK);
    ended(&keeper, SIGKILL);
    keeper = started("keeper", keeper_main, 300 * 1024);
    answers();
    for (int i = 0; i < 3000 && word == KEEPER_OK; i++)
        word = put(&other);
    assert_true(word == KEEPER_FULL || word == KEEPER_BROKEN);
    ended(&keeper, SIGKILL);
    keeper = started("keeper", keeper_main, RLIM_INFINITY);
    answers();
    assert_int_equal(open_one(&p), KEEPER_OK);
    assert_int_equal(put(&other), KEEPER_OK);
    assert_int_equal(open_one(&other), KEEPER_OK);
}

/* SIGTERM while people ask: it ends by itself, with code 0. */
static void
term__ends_it(void **state)
{
    int status;
    int idle = connected();

    (void)state;
    answers();
    kill(keeper, SIGTERM);
    assert_int_equal(waitpid(keeper, &status, 0), keeper);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(idle);
    keeper = 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames__of_no_form_are_answered_and_end_the_connection),
        cmocka_unit_test(connections__beyond_the_most_are_told_to_come_again),
        cmocka_unit_test(kill_9__no_reading_without_a_record_and_no_key_lost),
        cmocka_unit_test(ledger__that_is_killed_stops_all_reading_until_it_is_back),
        cmocka_unit_test(disk__that_is_full_refuses_and_goes_on_afterwards),
        cmocka_unit_test(term__ends_it),
    };
    return cmocka_run_group_tests(tests, all_start, all_stop);
}
