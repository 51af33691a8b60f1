/* The writer as a process of its own, asked over its socket by good, bad, slow and silent clients.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/when.h"
#include "ledger/ledger.h"
#include "ledger/serve.h"
#include "part/control.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/sekisho-serve-XXXXXX";
static char path[100];
static pid_t writer;
static int listener = -1;

static void
writer_start(void)
{
    writer = fork();
    if (writer == 0) {
        struct part_place place = { .state = folder, .share = folder, .listen_fd = listener };
        int null = open("/dev/null", O_WRONLY);

        dup2(null, 2);
        _exit(ledger_main(&place));
    }
    assert_true(writer > 0);
}

static void
writer_end(int with)
{
    int status;

    assert_int_equal(kill(writer, with), 0);
    assert_int_equal(waitpid(writer, &status, 0), writer);
    if (with == SIGTERM) assert_int_equal(status, 0);
}

static int
client(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = { .tv_sec = 10 };

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void
say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* One answer, without its line end. */
static sk_str
hear(int fd)
{
    static char line[64 * 1024];
    size_t n = 0;

    while (n < sizeof line) {
        if (recv(fd, line + n, 1, 0) != 1) break;
        if (line[n] == '\n') return (sk_str){ line, n };
        n++;
    }
    return (sk_str){ line, 0 };
}

static int64_t
status_number(const char *name)
{
    DEFER(sk_json_close) sk_json *status = NULL;
    int fd = client();

    say(fd, "{\"do\":\"status\"}\n");
    assert_false(sk_failed(sk_json_read(&status, hear(fd))));
    close(fd);
    return sk_json_get_int(status, name, -1);
}

#define GOOD "{\"do\":\"append\",\"principal\":\"acc_1\",\"action\":\"a.b\",\"outcome\":\"ok\"}\n"

static void
serve__answers_each_line_in_order(void **state)
{
    int fd = client();
    uint64_t first = 0, sequence = 0;

    (void)state;
    say(fd, GOOD GOOD "nonsense\n" GOOD "{\"do\":\"status\"}\n" GOOD);
    assert_false(sk_failed(ledger_answer_read(&first, hear(fd))));
    assert_false(sk_failed(ledger_answer_read(&sequence, hear(fd))));
    assert_int_equal(sequence, first + 1);
    assert_int_equal(ledger_answer_read(&sequence, hear(fd)).kind, SK_BAD);
    assert_false(sk_failed(ledger_answer_read(&sequence, hear(fd))));
    assert_int_equal(sequence, first + 2);
    assert_true(sk_str_starts(hear(fd), SK_STR("{\"state\":\"well\"")));
    assert_false(sk_failed(ledger_answer_read(&sequence, hear(fd))));
    assert_int_equal(sequence, first + 3);
    close(fd);
}

static void
serve__ends_who_sends_a_line_without_end(void **state)
{
    static char long_line[LEDGER_LINE_MAX + 100];
    int fd = client();
    uint64_t sequence;

    (void)state;
    memset(long_line, 'x', sizeof long_line - 1);
    say(fd, long_line);
    assert_int_equal(ledger_answer_read(&sequence, hear(fd)).kind, SK_BAD);
    assert_int_equal(hear(fd).n, 0);
    assert_int_equal(recv(fd, long_line, 1, 0), 0);
    close(fd);
}

static void
serve__is_not_held_up_by_the_silent_and_the_deaf(void **state)
{
    int silent = client(), deaf = client(), good;
    uint64_t sequence;
    sk_when begun;

    (void)state;
    say(silent, "{\"do\":\"app");
    fcntl(deaf, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 100000; i++) /* never reads an answer */
        if (send(deaf, GOOD, strlen(GOOD), MSG_NOSIGNAL) < 0) break;
    good = client();
    begun = sk_monotonic();
    for (int i = 0; i < 50; i++) {
        say(good, GOOD);
        assert_false(sk_failed(ledger_answer_read(&sequence, hear(good))));
    }
    assert_true(sk_monotonic() - begun < 5000);
    say(silent, "end\",\"principal\":\"acc_1\",\"action\":\"a.b\",\"outcome\":\"ok\"}\n");
    assert_false(sk_failed(ledger_answer_read(&sequence, hear(silent))));
    close(silent);
    close(deaf);
    close(good);
}

static void
serve__turns_away_the_257th_connection_of_a_user(void **state)
{
    int fd[LEDGER_CLIENTS_OF_USER + 1];
    uint64_t sequence;

    (void)state;
    for (int i = 0; i <= LEDGER_CLIENTS_OF_USER; i++)
        fd[i] = client();
    assert_int_equal(ledger_answer_read(&sequence, hear(fd[LEDGER_CLIENTS_OF_USER])).kind, SK_BUSY);
    say(fd[0], GOOD);
    assert_false(sk_failed(ledger_answer_read(&sequence, hear(fd[0]))));
    for (int i = 0; i <= LEDGER_CLIENTS_OF_USER; i++)
        close(fd[i]);
}

static void
serve__publishes_within_a_second(void **state)
{
    int fd = client();
    uint64_t sequence;
    sk_when begun;

    (void)state;
    say(fd, GOOD);
    assert_false(sk_failed(ledger_answer_read(&sequence, hear(fd))));
    begun = sk_monotonic();
    while (status_number("published") < (int64_t)sequence)
        assert_true(sk_monotonic() - begun < 1000);
    close(fd);
}

static void
serve__holds_and_releases_for_the_superuser_and_itself(void **state)
{
    int fd = client();
    uint64_t sequence;

    (void)state;
    say(fd, "{\"do\":\"hold\",\"name\":\"case-1\",\"tenant\":\"tea\",\"reason\":\"照会\"}\n"
            "{\"do\":\"hold\",\"name\":\"case-1\"}\n{\"do\":\"holds\"}\n"
            "{\"do\":\"release\",\"name\":\"case-1\"}\n{\"do\":\"holds\"}\n"
            "{\"do\":\"export\",\"tenant\":\"tea\"}\n{\"do\":\"forget\"}\n");
    assert_false(sk_failed(ledger_answer_read(&sequence, hear(fd))));
    assert_int_equal(ledger_answer_read(&sequence, hear(fd)).kind, SK_BAD);
    assert_true(sk_str_find(hear(fd), SK_STR("\"reason\":\"照会\"")) != SIZE_MAX);
    assert_false(sk_failed(ledger_answer_read(&sequence, hear(fd))));
    assert_true(sk_str_eq(hear(fd), SK_STR("{\"holds\":[]}")));
    assert_false(sk_failed(ledger_answer_read(&sequence, hear(fd))));
    assert_true(status_number("published") >= (int64_t)sequence);
    assert_int_equal(ledger_answer_read(&sequence, hear(fd)).kind, SK_BAD);
    close(fd);
}

#define SEEN                                                                                       \
    "{\"do\":\"append\",\"tenant\":\"tea\",\"principal\":\"acc_1\",\"action\":\"vault.read\","     \
    "\"outcome\":\"ok\",\"details\":{\"seen\":{\"name\":[\"per_1\",\"per_2\"]}}}\n"

static void
serve__finds_a_name_while_it_goes_on_taking_records(void **state)
{
    DEFER(sk_json_close) sk_json *found = NULL;
    uint64_t sequence = 0, next = 0;
    int fd = client();
    sk_str line;

    (void)state;
    say(fd, SEEN "{\"do\":\"mentions\",\"tenant\":\"tea\",\"name\":\"per_1\"}\n" GOOD
                 "{\"do\":\"mentions\",\"tenant\":\"cloth\",\"name\":\"per_1\"}\n"
                 "{\"do\":\"mentions\",\"tenant\":\"tea\"}\n");
    assert_false(sk_failed(ledger_answer_read(&sequence, hear(fd))));
    assert_false(sk_failed(sk_json_read(&found, hear(fd))));
    const sk_json *record = sk_json_at(sk_json_get(found, "records"), 0);

    assert_int_equal(sk_json_count(sk_json_get(found, "records")), 1);
    assert_int_equal(sk_json_get_int(record, "seq", 0), sequence);
    record = sk_json_get(sk_json_get(sk_json_get(record, "details"), "seen"), "name");
    assert_int_equal(sk_json_count(record), 1);
    assert_true(sk_str_eq(sk_json_as_str(sk_json_at(record, 0)), SK_STR("per_1")));
    assert_false(sk_failed(ledger_answer_read(&next, hear(fd))));
    assert_true(next > sequence);
    line = hear(fd);
    assert_true(sk_str_eq(line, SK_STR("{\"records\":[],\"before\":0}")));
    assert_true(sk_str_starts(hear(fd), SK_STR("{\"error\":\"bad\"")));
    close(fd);
}

static void
serve__goes_on_when_the_asker_of_a_search_has_gone(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        int fd = client();

        say(fd, "{\"do\":\"mentions\",\"tenant\":\"tea\",\"name\":\"per_1\"}\n");
        close(fd);
        assert_true(status_number("records") >= 0);
    }
}

static void
link__tells_through_a_restart_of_the_writer(void **state)
{
    const struct ledger_event event = { .principal = LEDGER_NOBODY,
                                        .action = SK_STR("a.b"),
                                        .outcome = SK_STR("denied") };
    struct ledger_link *link;

    (void)state;
    assert_false(sk_failed(ledger_link_open(&link, folder)));
    for (int i = 0; i < 3; i++) {
        sk_err e = ledger_tell(link, &event);

        if (sk_failed(e)) fail_msg("%s", e.why);
        writer_end(i % 2 ? SIGTERM : SIGKILL);
        writer_start();
    }
    assert_false(sk_failed(ledger_tell(link, &event)));
    ledger_link_close(link);
}

static int
group_start(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/run", folder);
    if (mkdir(path, 0700) != 0) return -1;
    snprintf(path, sizeof path, "%s/run/ledger.sock", folder);
    if (sk_failed(part_socket_listen(&listener, path, 0600))) return -1;
    writer_start();
    return 0;
}

static int
group_end(void **state)
{
    (void)state;
    writer_end(SIGTERM);
    return sk_file_remove_tree(folder) ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serve__answers_each_line_in_order),
        cmocka_unit_test(serve__ends_who_sends_a_line_without_end),
        cmocka_unit_test(serve__is_not_held_up_by_the_silent_and_the_deaf),
        cmocka_unit_test(serve__turns_away_the_257th_connection_of_a_user),
        cmocka_unit_test(serve__publishes_within_a_second),
        cmocka_unit_test(serve__holds_and_releases_for_the_superuser_and_itself),
        cmocka_unit_test(serve__finds_a_name_while_it_goes_on_taking_records),
        cmocka_unit_test(serve__goes_on_when_the_asker_of_a_search_has_gone),
        cmocka_unit_test(link__tells_through_a_restart_of_the_writer),
    };
    return cmocka_run_group_tests(tests, group_start, group_end);
}
