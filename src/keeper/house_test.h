/* A house on a real folder, with a ledger that this file plays and a clock that it turns; people
 * and tickets, for tests of what is asked. */
#ifndef SK_KEEPER_HOUSE_TEST_H
#define SK_KEEPER_HOUSE_TEST_H

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "keeper/house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define LIMITS(n)                                                                                  \
    "\"ticket\":" n ",\"second\":{\"principal\":" n ",\"tenant\":" n ",\"purpose\":" n "},"        \
    "\"hour\":{\"principal\":" n ",\"tenant\":" n ",\"purpose\":" n "},"                           \
    "\"day\":{\"principal\":" n ",\"tenant\":" n ",\"purpose\":" n "}"
#define PURPOSE(name, show, overrun, n)                                                            \
    "{\"name\":\"" name "\",\"sites\":[\"shop\"],\"kinds\":[\"name\",\"phone\",\"email\"],"        \
    "\"realms\":[\"merchant\"],\"roles\":[],\"routes\":[\"/admin\"],\"level\":2,"                  \
    "\"show\":\"" show "\",\"on_overrun\":\"" overrun "\",\"earned_days\":30," LIMITS(n) "}"

#define ERASING(name, overrun, n)                                                                  \
    "{\"name\":\"" name "\",\"sites\":[\"shop\"],\"kinds\":[],\"realms\":[\"merchant\"],"          \
    "\"roles\":[\"owner\"],\"routes\":[\"/admin\"],\"level\":2,\"show\":\"erase\","                \
    "\"on_overrun\":\"" overrun "\",\"earned_days\":0," LIMITS(n) "}"

static const char purposes[] =
    "{\"purposes\":[" PURPOSE("labels", "render", "refuse", "600") "," PURPOSE("letters", "letter", "refuse", "600") "," PURPOSE(
        "orders", "plain", "refuse",
        "600") "," PURPOSE("list", "masked", "refuse",
                           "600") "," PURPOSE("few", "plain", "refuse",
                                              "2") "," PURPOSE("trap", "plain", "freeze",
                                                               "600") "," ERASING("closing",
                                                                                  "refuse",
                                                                                  "2") "," ERASING("shutting",
                                                                                                   "freeze",
                                                                                                   "1") "]}";

enum { TOLD_MAX = 32 };

static struct {
    char folder[64];
    sk_arena *mem;
    struct keeper_house house;
    struct keeper_desk desk;
    bool ledger_away;
    size_t told, visits; /* records; conversations */
    char action[TOLD_MAX][32], principal[TOLD_MAX][32], details[TOLD_MAX][8192];
} t;

static sk_when clock_now;

static inline sk_when
test_now(void)
{
    return clock_now;
}

static inline void
told_note(const struct ledger_event *event)
{
    assert_true(t.told < TOLD_MAX && event->details.n < sizeof t.details[0]);
    snprintf(t.action[t.told], sizeof t.action[0], "%.*s", SK_ARG(event->action));
    snprintf(t.principal[t.told], sizeof t.principal[0], "%.*s", SK_ARG(event->principal));
    snprintf(t.details[t.told], sizeof t.details[0], "%.*s", SK_ARG(event->details));
    t.told++;
}

static inline sk_err
played_tell(void *ctx, uint64_t *sequence, const struct ledger_event *event, size_t count)
{
    (void)ctx;
    if (t.ledger_away) return sk_fail(SK_MISSING, "played: away");
    t.visits++;
    *sequence = t.told + 1;
    for (size_t i = 0; i < count; i++)
        told_note(&event[i]);
    return sk_ok();
}

static inline sk_err
house_try(sk_str kind)
{
    struct keeper_root_setting root = { .kind = kind,
                                        .folder = t.folder,
                                        .rounds = KEEPER_ROOT_ROUNDS_LEAST };
    struct keeper_keys_setting keys = { .folder = t.folder,
                                        .sql = SOURCE_DIR "/src/keeper/sql",
                                        .now = test_now };
    uint64_t damaged;

    pthread_mutex_init(&t.house.lock, NULL);
    t.house.now = test_now;
    t.house.tell = played_tell;
    memset(t.house.ticket_key.byte, 7, TICKET_KEY);
    TRY(keeper_purposes_read(&t.house.purposes, t.mem, sk_str_of(purposes)));
    TRY(keeper_root_open(&t.house.root, &root));
    keys.root = t.house.root;
    TRY(keeper_keys_open(&t.house.keys, &keys));
    TRY(keeper_budget_open(&t.house.budget, &(struct keeper_budget_found){ 0 }, NULL, false,
                           clock_now));
    TRY(keeper_earned_open(&t.house.earned, &damaged, NULL, clock_now));
    t.desk = (struct keeper_desk){ .house = &t.house, .mem = t.mem, .uid = 990 };
    return keeper_keys_reader(&t.desk.reader, t.house.keys);
}

static inline int
house_of(const char *kind)
{
    memset(&t, 0, sizeof t);
    clock_now = 1764140400000;
    snprintf(t.folder, sizeof t.folder, "/tmp/keeper-house-XXXXXX");
    if (!mkdtemp(t.folder)) return -1;
    t.mem = sk_arena_new(0);
    sk_err e = house_try(sk_str_of(kind));
    if (sk_failed(e)) fprintf(stderr, "%s\n", e.why);
    return sk_failed(e);
}

static inline int
house_make(void **state)
{
    (void)state;
    return house_of("file");
}

static inline int
house_make_sealed(void **state)
{
    (void)state;
    return house_of("passphrase");
}

static inline int
house_remove(void **state)
{
    (void)state;
    part_store_close(&t.desk.reader);
    keeper_earned_close(&t.house.earned);
    keeper_budget_close(&t.house.budget);
    keeper_keys_close(&t.house.keys);
    keeper_root_close(&t.house.root);
    sk_arena_free(t.mem);
    return sk_file_remove_tree(t.folder) ? 0 : -1;
}

/* ── people and tickets ── */

static const struct ticket merchant = {
    .id = { "R1", 2 },
    .site = { "shop", 4 },
    .tenant = { "shop/tea", 8 },
    .realm = { "merchant", 8 },
    .role = { "owner", 5 },
    .principal = { "acc_1", 5 },
    .session = { "ses_1", 5 },
    .route = { "/admin", 6 },
    .level = 2,
};

static inline sk_str
ticket_of(struct ticket ticket)
{
    struct sk_buf out = { .mem = t.mem };

    if (!ticket.at) ticket.at = clock_now;
    assert_true(ticket_make(&out, &t.house.ticket_key, &ticket));
    return sk_buf_str(&out);
}

static const struct keeper_id none;

/* One person with a name and a phone number. */
struct person {
    struct keeper_id id;
    struct keeper_put put;
    struct keeper_put_value value[2];
    struct keeper_text word[2][2];
    struct keeper_kept kept;
};

static inline enum keeper_word
put(struct person *p)
{
    memset(&p->kept, 0, sizeof p->kept);
    return keeper_answer(&p->kept, &t.desk, KEEPER_PUT, &p->put);
}

static inline void
person_draft(struct person *p)
{
    *p = (struct person){ .id = keeper_id_new("per") };
    p->word[0][0].text = SK_STR("name:関所子");
    p->word[1][0].text = SK_STR("phone:+819012345678");
    p->word[1][1].text = SK_STR("phone:0901");
    p->value[0] = (struct keeper_put_value){ keeper_id_new("val"), PERSONAL_NAME, 1,
                                             SK_STR("関 所子"),    p->word[0],    1 };
    p->value[1] = (struct keeper_put_value){ keeper_id_new("val"),    PERSONAL_PHONE, 1,
                                             SK_STR("090-1234-5678"), p->word[1],     2 };
    p->put = (struct keeper_put){
        .tenant = SK_STR("shop/tea"), .person_id = p->id, .value = p->value, .count = 2
    };
}

static inline void
person_new(struct person *p)
{
    person_draft(p);
    assert_int_equal(put(p), KEEPER_OK);
    assert_int_equal(p->kept.count, 2);
}

static inline struct keeper_sealed_value
sealed_of(const struct person *p, size_t i)
{
    return (struct keeper_sealed_value){ p->id,
                                         p->put.case_id,
                                         p->value[i].value_id,
                                         p->value[i].kind,
                                         p->value[i].version,
                                         p->kept.value[i].sealed };
}

static inline enum keeper_word
open_as(struct keeper_shown *shown, const char *purpose, struct ticket ticket,
        struct keeper_sealed_value *value, size_t count)
{
    struct keeper_open ask = {
        .ticket = ticket_of(ticket), .purpose = sk_str_of(purpose), .value = value, .count = count
    };

    memset(shown, 0, sizeof *shown);
    t.told = 0;
    return keeper_answer(shown, &t.desk, KEEPER_OPEN, &ask);
}

static inline void
is_told(size_t i, const char *action, const char *piece)
{
    assert_true(i < t.told);
    assert_string_equal(t.action[i], action);
    if (!strstr(t.details[i], piece)) fail_msg("%s is not in %s", piece, t.details[i]);
}

static inline void
is_text(const struct keeper_shown *shown, size_t i, const char *text)
{
    assert_int_equal(shown->value[i].word, KEEPER_OK);
    if (!sk_str_eq(shown->value[i].text, sk_str_of(text)))
        fail_msg("%.*s is not %s", SK_ARG(shown->value[i].text), text);
}

/* Nothing of the answer has the text. */
static inline void
shows_nothing(const struct keeper_shown *shown, enum keeper_word word)
{
    for (size_t i = 0; i < shown->count; i++) {
        assert_int_equal(shown->value[i].word, word);
        assert_int_equal(shown->value[i].text.n, 0);
    }
}

static inline struct ticket
operator_of(const char *principal)
{
    return (struct ticket){ .id = SK_STR("R2"),
                            .site = SK_STR("console"),
                            .realm = SK_STR("operator"),
                            .principal = sk_str_of(principal),
                            .role = SK_STR("operator"),
                            .level = 2 };
}

#define TEST(name)        cmocka_unit_test_setup_teardown(name, house_make, house_remove)
#define TEST_SEALED(name) cmocka_unit_test_setup_teardown(name, house_make_sealed, house_remove)

#endif
