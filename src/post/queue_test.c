#include "post/queue.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MINUTE = 60000, HOUR = 60 * MINUTE };

static sk_arena *mem;
static char folder[64];
static struct post_queue *queue;
static const sk_when noon = 1764165600000;

static const enum post_way lanes[POST_KINDS] = { POST_LANE, POST_LANE, POST_NO_WAY };
static const enum post_way boxes[POST_KINDS] = { POST_OUTBOX, POST_OUTBOX, POST_OUTBOX };

static void
open_with(const enum post_way way[POST_KINDS])
{
    post_queue_close(queue);
    queue = NULL;
    assert_int_equal(post_queue_open(&queue, folder, SOURCE_DIR "/src/post/sql", way).kind, SK_OK);
}

static struct post_message
mail(const char *key, int64_t life)
{
    return (struct post_message){ .kind = POST_MAIL,
                                  .to = SK_STR("hanako@example.jp"),
                                  .subject = SK_STR("秘密の件名"),
                                  .text = SK_STR("コード 424242\n"),
                                  .purpose = SK_STR("test"),
                                  .key = sk_str_of(key),
                                  .life = life };
}

static sk_err
add(sk_str *id, struct post_message m, sk_when now)
{
    return post_queue_add(id, mem, queue, &m, 1, now);
}

static bool
next_is(struct post_job *job, sk_str id, sk_when now)
{
    bool found;
    sk_when when;
    assert_false(sk_failed(post_queue_next(&found, job, &when, mem, queue, POST_MAIL, now)));
    return found && sk_str_eq(job->id, id);
}

static enum post_state
state_of(sk_str id)
{
    enum post_state state;
    assert_false(sk_failed(post_queue_find(&state, queue, id)));
    return state;
}

static sk_json *
status(sk_when now)
{
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    sk_json *root = NULL;
    sk_json_object(&w, NULL);
    assert_false(sk_failed(post_queue_status(&w, queue, now)));
    sk_json_end_object(&w);
    assert_false(sk_failed(sk_json_read(&root, sk_buf_str(&out))));
    return root;
}

static int64_t
waiting(void)
{
    DEFER(sk_json_close) sk_json *root = status(noon);
    return sk_json_get_int(root, "waiting", -1);
}

/* Whether the bytes are in any file of the folder. */
static bool
is_on_disk(const char *text)
{
    static const char *const files[] = { "post.db", "post.db-wal", "post.db-shm" };
    bool found = false;
    for (int i = 0; i < 3; i++) {
        sk_str bytes;
        sk_err e =
            sk_file_read(&bytes, mem, sk_str_printf(mem, "%s/%s", folder, files[i]).p, 1 << 24);
        if (sk_failed(e)) continue;
        found |= memmem(bytes.p, bytes.n, text, strlen(text)) != NULL;
    }
    return found;
}

static void
message__waits_through_a_restart_until_it_was_sent(void **state)
{
    struct post_job job;
    sk_str id;
    (void)state;
    assert_false(sk_failed(add(&id, mail("a", 600), noon)));
    open_with(lanes);
    assert_int_equal(waiting(), 1);
    assert_true(next_is(&job, id, noon));
    assert_true(sk_str_eq(job.text, SK_STR("コード 424242\n")));
    assert_true(job.urgent);
    open_with(lanes); /* as after a kill: nothing has to be put right */
    assert_true(next_is(&job, id, noon));
    assert_false(sk_failed(post_queue_end(queue, &job, POST_SENT, "", noon)));
    assert_int_equal(state_of(id), POST_SENT);
    assert_int_equal(waiting(), 0);
    assert_false(next_is(&job, id, noon));
}

static void
key__is_one_message_however_often_it_is_sent(void **state)
{
    struct post_message two[2] = { mail("a", 600), mail("a", 600) };
    struct post_job job;
    sk_str id, ids[2];
    (void)state;
    assert_false(sk_failed(add(&id, mail("a", 600), noon)));
    assert_false(sk_failed(post_queue_add(ids, mem, queue, two, 2, noon)));
    assert_true(sk_str_eq(ids[0], id) && sk_str_eq(ids[1], id));
    assert_int_equal(waiting(), 1);
    assert_true(next_is(&job, id, noon));
    assert_false(sk_failed(post_queue_end(queue, &job, POST_SENT, "", noon)));
    assert_false(sk_failed(add(&ids[0], mail("a", 600), noon)));
    assert_true(sk_str_eq(ids[0], id));
    assert_int_equal(waiting(), 0);
}

static void
many__are_taken_whole_or_not_at_all(void **state)
{
    struct post_message three[3] = { mail("a", 0), mail("b", 0), mail("c", 0) };
    sk_str ids[3];
    (void)state;
    three[2].kind = POST_VOICE;
    assert_int_equal(post_queue_add(ids, mem, queue, three, 3, noon).kind, SK_BAD);
    assert_int_equal(waiting(), 0);
    assert_false(sk_failed(post_queue_add(ids, mem, queue, three, 2, noon)));
    assert_int_equal(waiting(), 2);
}

static void
urgent__goes_first_and_the_rest_in_order(void **state)
{
    struct post_job job;
    sk_str slow, code, later;
    (void)state;
    assert_false(sk_failed(add(&slow, mail("a", POST_LIFE_MAX), noon)));
    assert_false(sk_failed(add(&later, mail("b", POST_LIFE_MAX), noon + 1)));
    assert_false(sk_failed(add(&code, mail("c", POST_URGENT_LIFE), noon + 2)));
    assert_true(next_is(&job, code, noon + 2));
    assert_false(sk_failed(post_queue_later(queue, &job, "smtp 450 at RCPT", noon + MINUTE)));
    assert_true(next_is(&job, slow, noon + 2));
    assert_true(next_is(&job, code, noon + MINUTE));
    assert_int_equal(job.tries, 1);
}

static void
lane__learns_when_the_next_one_is_due(void **state)
{
    struct post_job job = { 0 };
    sk_str id;
    bool found;
    sk_when when;
    (void)state;
    assert_false(sk_failed(post_queue_next(&found, &job, &when, mem, queue, POST_SMS, noon)));
    assert_true(!found && when == INT64_MAX);
    assert_false(sk_failed(add(&id, mail("a", POST_LIFE_MAX), noon)));
    assert_true(next_is(&job, id, noon));
    assert_false(sk_failed(post_queue_later(queue, &job, "x", noon + 5000)));
    assert_false(sk_failed(post_queue_next(&found, &job, &when, mem, queue, POST_MAIL, noon)));
    assert_true(!found && when == noon + 5000);
}

static void
code__that_is_too_old_is_not_sent(void **state)
{
    struct post_job job;
    sk_str id, other;
    (void)state;
    assert_false(sk_failed(add(&id, mail("a", 600), noon)));
    assert_false(sk_failed(add(&other, mail("b", 600), noon)));
    assert_true(next_is(&job, id, noon + 10 * MINUTE - 1));
    assert_false(next_is(&job, id, noon + 10 * MINUTE));
    assert_int_equal(state_of(id), POST_EXPIRED);
    assert_int_equal(waiting(), 0);
    assert_false(sk_failed(add(&id, mail("c", 600), noon)));
    assert_false(sk_failed(post_queue_sweep(queue, noon + 11 * MINUTE)));
    assert_int_equal(state_of(id), POST_EXPIRED); /* also where no lane asks */
    assert_int_equal(waiting(), 0);
    assert_false(is_on_disk("hanako@"));
}

static void
data__is_gone_from_the_disk_once_it_was_sent(void **state)
{
    struct post_job job;
    sk_str id, failed;
    (void)state;
    assert_false(sk_failed(add(&id, mail("a", 600), noon)));
    assert_false(sk_failed(add(&failed, mail("b", 600), noon)));
    assert_true(is_on_disk("hanako@example.jp") && is_on_disk("424242") &&
                is_on_disk("秘密の件名"));
    assert_true(next_is(&job, id, noon));
    assert_false(sk_failed(post_queue_end(queue, &job, POST_SENT, "", noon)));
    assert_true(next_is(&job, failed, noon));
    assert_false(sk_failed(post_queue_end(queue, &job, POST_FAILED, "smtp 550 at RCPT", noon)));
    assert_false(sk_failed(post_queue_sweep(queue, noon)));
    assert_false(is_on_disk("hanako@example.jp"));
    assert_false(is_on_disk("424242"));
    assert_false(is_on_disk("秘密の件名"));
}

static void
recipient__is_not_flooded(void **state)
{
    char key[32];
    sk_str id;
    (void)state;
    for (int i = 0; i < 60; i++) {
        snprintf(key, sizeof key, "k%d", i);
        assert_false(sk_failed(add(&id, mail(sk_str_zcopy(mem, sk_str_of(key)), 600), noon)));
    }
    assert_int_equal(add(&id, mail("more", 600), noon).kind, SK_BUSY);
    struct post_message other = mail("other", 600);
    other.to = SK_STR("taro@example.jp");
    assert_false(sk_failed(add(&id, other, noon)));
    assert_false(sk_failed(add(&id, mail("more", 600), noon + HOUR)));
}

static void
outbox__shows_the_newest_and_forgets(void **state)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    char key[32], to[32];
    sk_str first, id;
    (void)state;
    open_with(boxes);
    for (int i = 0; i < POST_OUTBOX_MAX + 10; i++) {
        struct post_message m = mail(key, 600);
        snprintf(key, sizeof key, "k%d", i);
        snprintf(to, sizeof to, "a%d@example.jp", i);
        m.key = sk_str_of(key);
        m.to = sk_str_of(to);
        assert_false(sk_failed(add(i ? &id : &first, m, noon)));
    }
    assert_int_equal(state_of(first), POST_SHOWN);
    assert_false(sk_failed(post_queue_sweep(queue, noon)));
    assert_int_equal(state_of(first), POST_SENT);
    sk_json_array(&w, NULL);
    assert_false(sk_failed(post_queue_outbox(&w, queue, 0, 1000)));
    sk_json_end_array(&w);
    assert_false(sk_failed(sk_json_read(&root, sk_buf_str(&out))));
    assert_int_equal(sk_json_count(root), POST_OUTBOX_MAX);
    assert_true(sk_str_eq(sk_json_get_str(sk_json_at(root, 0), "to"), SK_STR("a209@example.jp")));
    assert_true(sk_str_eq(sk_json_get_str(sk_json_at(root, 0), "text"), SK_STR("コード 424242\n")));
    assert_false(is_on_disk("a9@example.jp"));
    assert_false(sk_failed(post_queue_sweep(queue, noon + 25 * HOUR)));
    assert_false(is_on_disk("a209@example.jp"));
}

/* Whoever switches from the demo to a mail server leaves no readable codes behind. */
static void
outbox__is_emptied_when_mail_is_sent_instead(void **state)
{
    sk_str id;
    (void)state;
    open_with(boxes);
    assert_false(sk_failed(add(&id, mail("a", 600), noon)));
    open_with(lanes);
    assert_int_equal(state_of(id), POST_SENT);
    assert_false(sk_failed(post_queue_sweep(queue, noon)));
    assert_false(is_on_disk("424242"));
    assert_int_equal(waiting(), 0);
}

static void
status__counts_and_tells_ages(void **state)
{
    struct post_job job;
    sk_str id;
    (void)state;
    assert_false(sk_failed(add(&id, mail("a", POST_LIFE_MAX), noon)));
    assert_false(sk_failed(add(&id, mail("b", 600), noon + 30000)));
    assert_true(next_is(&job, id, noon + 30000));
    assert_false(sk_failed(post_queue_end(queue, &job, POST_FAILED, "x", noon + 31000)));
    post_queue_say(queue, POST_MAIL, "cannot connect", noon);
    DEFER(sk_json_close) sk_json *root = status(noon + 60000);
    const sk_json *kind = sk_json_at(sk_json_get(root, "kinds"), POST_MAIL);
    assert_int_equal(sk_json_get_int(kind, "waiting", -1), 1);
    assert_int_equal(sk_json_get_int(kind, "failed_day", -1), 1);
    assert_int_equal(sk_json_get_int(kind, "sent_day", -1), 0);
    assert_int_equal(sk_json_get_int(kind, "oldest", -1), 60);
    assert_true(sk_str_eq(sk_json_get_str(kind, "fault"), SK_STR("cannot connect")));
    assert_int_equal(sk_json_get_int(kind, "fault_age", -1), 60);
    kind = sk_json_at(sk_json_get(root, "kinds"), POST_VOICE);
    assert_true(sk_str_eq(sk_json_get_str(kind, "way"), SK_STR("none")));
}

static void
ended__are_forgotten_after_their_keys_can_come_back_no_more(void **state)
{
    struct post_job job;
    enum post_state was;
    sk_str id;
    (void)state;
    assert_false(sk_failed(add(&id, mail("a", 600), noon)));
    assert_true(next_is(&job, id, noon));
    assert_false(sk_failed(post_queue_end(queue, &job, POST_SENT, "", noon)));
    assert_false(sk_failed(post_queue_sweep(queue, noon + POST_ENDED_AGE - 1)));
    assert_int_equal(state_of(id), POST_SENT);
    assert_false(sk_failed(post_queue_sweep(queue, noon + POST_ENDED_AGE)));
    assert_int_equal(post_queue_find(&was, queue, id).kind, SK_MISSING);
}

static int
prepare(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    snprintf(folder, sizeof folder, "/tmp/sekisho-post-queue-XXXXXX");
    if (!mkdtemp(folder)) return 1;
    open_with(lanes);
    return 0;
}

static int
clean(void **state)
{
    (void)state;
    post_queue_close(queue);
    queue = NULL;
    sk_arena_free(mem);
    return !sk_file_remove_tree(folder);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, prepare, clean)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(message__waits_through_a_restart_until_it_was_sent),
        CASE(key__is_one_message_however_often_it_is_sent),
        CASE(many__are_taken_whole_or_not_at_all),
        CASE(urgent__goes_first_and_the_rest_in_order),
        CASE(lane__learns_when_the_next_one_is_due),
        CASE(code__that_is_too_old_is_not_sent),
        CASE(data__is_gone_from_the_disk_once_it_was_sent),
        CASE(recipient__is_not_flooded),
        CASE(outbox__shows_the_newest_and_forgets),
        CASE(outbox__is_emptied_when_mail_is_sent_instead),
        CASE(status__counts_and_tells_ages),
        CASE(ended__are_forgotten_after_their_keys_can_come_back_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
