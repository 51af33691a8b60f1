/* All that is asked, against a house on a real folder, with a ledger that this file plays and a
 * clock that it turns. */
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

static const char purposes[] =
    "{\"purposes\":[" PURPOSE("orders", "plain", "refuse", "600") "," PURPOSE(
        "list", "masked", "refuse", "600") "," PURPOSE("few", "plain", "refuse",
                                                       "2") "," PURPOSE("trap", "plain", "freeze",
                                                                        "600") "]}";

enum { TOLD_MAX = 32 };

static struct {
    char folder[64];
    sk_arena *mem;
    struct keeper_house house;
    struct keeper_desk desk;
    bool ledger_away;
    size_t told;
    char action[TOLD_MAX][32], principal[TOLD_MAX][32], details[TOLD_MAX][8192];
} t;

static sk_when clock_now;

static sk_when
test_now(void)
{
    return clock_now;
}

static sk_err
played_tell(void *ctx, uint64_t *sequence, const struct ledger_event *event)
{
    (void)ctx;
    if (t.ledger_away) return sk_fail(SK_MISSING, "played: away");
    assert_true(t.told < TOLD_MAX && event->details.n < sizeof t.details[0]);
    snprintf(t.action[t.told], sizeof t.action[0], "%.*s", SK_ARG(event->action));
    snprintf(t.principal[t.told], sizeof t.principal[0], "%.*s", SK_ARG(event->principal));
    snprintf(t.details[t.told], sizeof t.details[0], "%.*s", SK_ARG(event->details));
    *sequence = ++t.told;
    return sk_ok();
}

static sk_err
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

static int
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

static int
house_make(void **state)
{
    (void)state;
    return house_of("file");
}

static int
house_make_sealed(void **state)
{
    (void)state;
    return house_of("passphrase");
}

static int
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

static sk_str
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

static enum keeper_word
put(struct person *p)
{
    memset(&p->kept, 0, sizeof p->kept);
    return keeper_answer(&p->kept, &t.desk, KEEPER_PUT, &p->put);
}

static void
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

static void
person_new(struct person *p)
{
    person_draft(p);
    assert_int_equal(put(p), KEEPER_OK);
    assert_int_equal(p->kept.count, 2);
}

static struct keeper_sealed_value
sealed_of(const struct person *p, size_t i)
{
    return (struct keeper_sealed_value){ p->id,
                                         p->put.case_id,
                                         p->value[i].value_id,
                                         p->value[i].kind,
                                         p->value[i].version,
                                         p->kept.value[i].sealed };
}

static enum keeper_word
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

static void
is_told(size_t i, const char *action, const char *piece)
{
    assert_true(i < t.told);
    assert_string_equal(t.action[i], action);
    if (!strstr(t.details[i], piece)) fail_msg("%s is not in %s", piece, t.details[i]);
}

static void
is_text(const struct keeper_shown *shown, size_t i, const char *text)
{
    assert_int_equal(shown->value[i].word, KEEPER_OK);
    if (!sk_str_eq(shown->value[i].text, sk_str_of(text)))
        fail_msg("%.*s is not %s", SK_ARG(shown->value[i].text), text);
}

/* Nothing of the answer has the text. */
static void
shows_nothing(const struct keeper_shown *shown, enum keeper_word word)
{
    for (size_t i = 0; i < shown->count; i++) {
        assert_int_equal(shown->value[i].word, word);
        assert_int_equal(shown->value[i].text.n, 0);
    }
}

/* ── open ── */

static void
open__shows_what_was_put_and_records_it(void **state)
{
    struct person p;
    struct keeper_shown shown;

    (void)state;
    person_new(&p);
    struct keeper_sealed_value value[] = { sealed_of(&p, 0), sealed_of(&p, 1) };
    assert_int_equal(open_as(&shown, "orders", merchant, value, 2), KEEPER_OK);
    is_text(&shown, 0, "関 所子");
    is_text(&shown, 1, "090-1234-5678");
    assert_int_equal(shown.value[0].show, KEEPER_SHOW_PLAIN);
    assert_int_equal(t.told, 1);
    char expected[160];
    snprintf(expected, sizeof expected,
             "{\"purpose\":\"orders\",\"show\":\"plain\",\"route\":\"/admin\",\"values\":2,"
             "\"seen\":{\"name+phone\":[\"%.24s\"]}}",
             p.id.text);
    is_told(0, "vault.read", expected);
    assert_string_equal(t.principal[0], "acc_1");
}

static void
open__shows_nothing_that_is_not_recorded(void **state)
{
    struct person p;
    struct keeper_shown shown;

    (void)state;
    person_new(&p);
    struct keeper_sealed_value value[] = { sealed_of(&p, 0), sealed_of(&p, 1) };
    t.ledger_away = true;
    assert_int_equal(open_as(&shown, "orders", merchant, value, 2), KEEPER_NO_LEDGER);
    for (size_t i = 0; i < shown.count; i++)
        assert_int_equal(shown.value[i].text.n, 0);
}

static void
open__what_was_taken_stays_taken_when_it_fails_later(void **state)
{
    struct person p[3];
    struct keeper_shown shown;

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct keeper_sealed_value value;

        person_new(&p[i]);
        value = sealed_of(&p[i], 0);
        t.ledger_away = i < 2; /* two people taken, none shown */
        enum keeper_word word = open_as(&shown, "few", merchant, &value, 1);
        assert_int_equal(word, i < 2 ? KEEPER_NO_LEDGER : KEEPER_OK);
    }
    assert_int_equal(shown.refused, KEEPER_BUDGET_SECOND);
    shows_nothing(&shown, KEEPER_BUDGET_SECOND);
}

static void
open__masks_where_the_purpose_says_so(void **state)
{
    struct person p;
    struct keeper_shown shown;

    (void)state;
    person_new(&p);
    struct keeper_sealed_value value = sealed_of(&p, 1);
    assert_int_equal(open_as(&shown, "list", merchant, &value, 1), KEEPER_OK);
    assert_int_equal(shown.value[0].word, KEEPER_OK);
    assert_int_equal(shown.value[0].show, KEEPER_SHOW_MASKED);
    assert_true(shown.value[0].text.n > 0);
    assert_int_equal(sk_str_find(shown.value[0].text, SK_STR("1234")), SIZE_MAX);
    is_told(0, "vault.read", "\"show\":\"masked\"");
}

static void
open__needs_a_ticket_of_this_gate_and_moment(void **state)
{
    struct person p;
    struct keeper_shown shown;
    struct keeper_open ask = { .purpose = SK_STR("orders"), .count = 1 };
    struct ticket old = merchant;

    (void)state;
    person_new(&p);
    struct keeper_sealed_value value = sealed_of(&p, 0);
    ask.value = &value;
    t.told = 0;
    assert_int_equal(keeper_answer(&shown, &t.desk, KEEPER_OPEN, &ask), KEEPER_TICKET_MISSING);
    ask.ticket = SK_STR("v1.e30.AAAA");
    assert_int_equal(keeper_answer(&shown, &t.desk, KEEPER_OPEN, &ask), KEEPER_TICKET_FORGED);
    old.at = clock_now - TICKET_LIFE - 1;
    assert_int_equal(open_as(&shown, "orders", old, &value, 1), KEEPER_TICKET_EXPIRED);
    is_told(0, "vault.refused", "\"why\":\"ticket_expired\"");
    assert_string_equal(t.principal[0], "nobody"); /* an old ticket names nobody */
    t.ledger_away = true; /* a refusal that cannot be recorded is refused still */
    assert_int_equal(open_as(&shown, "orders", old, &value, 1), KEEPER_NO_LEDGER);
}

static void
open__refuses_by_the_purpose(void **state)
{
    static const struct {
        const char *purpose, *realm, *route, *site;
        int level;
        enum keeper_word word;
    } cases[] = {
        { "curiosity", "merchant", "/admin", "shop", 2, KEEPER_PURPOSE_UNKNOWN },
        { "orders", "buyer", "/admin", "shop", 2, KEEPER_ROLE_DENIED },
        { "orders", "merchant", "/admin", "shop", 1, KEEPER_ROLE_DENIED },
        { "orders", "merchant", "/other", "shop", 2, KEEPER_ROUTE_DENIED },
        { "orders", "merchant", "/admin", "elsewhere", 2, KEEPER_TICKET_FOREIGN },
    };
    struct person p;
    struct keeper_shown shown;

    (void)state;
    person_new(&p);
    struct keeper_sealed_value value = sealed_of(&p, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ticket ticket = merchant;

        ticket.realm = sk_str_of(cases[i].realm);
        ticket.route = sk_str_of(cases[i].route);
        ticket.site = sk_str_of(cases[i].site);
        ticket.level = cases[i].level;
        assert_int_equal(open_as(&shown, cases[i].purpose, ticket, &value, 1), KEEPER_OK);
        assert_int_equal(shown.refused, cases[i].word);
        shows_nothing(&shown, cases[i].word);
        is_told(0, "vault.refused", keeper_word_rows[cases[i].word].name);
        assert_int_equal(t.told, 1);
    }
}

static void
open__refuses_single_values_by_kind_and_tenant(void **state)
{
    struct person p, other;
    struct keeper_shown shown;

    (void)state;
    person_new(&p);
    person_draft(&other);
    other.put.tenant = SK_STR("shop/coffee");
    assert_int_equal(put(&other), KEEPER_OK);
    struct keeper_sealed_value value[] = { sealed_of(&p, 0), sealed_of(&other, 0),
                                           sealed_of(&p, 1) };
    value[2].kind = PERSONAL_NOTE;
    assert_int_equal(open_as(&shown, "orders", merchant, value, 3), KEEPER_OK);
    is_text(&shown, 0, "関 所子");
    assert_int_equal(shown.value[1].word, KEEPER_WRONG_TENANT);
    assert_int_equal(shown.value[2].word, KEEPER_KIND_DENIED);
    assert_int_equal(shown.value[1].text.n + shown.value[2].text.n, 0);
    is_told(0, "vault.refused", "wrong_tenant");
    is_told(1, "vault.refused", "kind_denied");
    is_told(2, "vault.read", "\"values\":1");
}

/* Moved to another person, case, id, kind or version a ciphertext does not open. */
static void
open__shows_no_value_that_was_moved(void **state)
{
    struct person p, other;
    struct keeper_shown shown;

    (void)state;
    person_new(&p);
    person_new(&other);
    for (int i = 0; i < 5; i++) {
        struct keeper_sealed_value value = sealed_of(&p, 0);

        if (i == 0) value.person_id = other.id;
        if (i == 1) value.value_id = p.value[1].value_id;
        if (i == 2) value.kind = PERSONAL_PHONE;
        if (i == 3) value.version = 2;
        if (i == 4) value.case_id = keeper_id_new("cas");
        assert_int_equal(open_as(&shown, "orders", merchant, &value, 1), KEEPER_OK);
        assert_int_not_equal(shown.value[0].word, KEEPER_OK);
        assert_int_equal(shown.value[0].text.n, 0);
    }
}

static void
open__an_overrun_shows_none_and_is_an_alarm_once(void **state)
{
    struct person p[3];
    struct keeper_sealed_value value[3];
    struct keeper_shown shown;

    (void)state;
    for (int i = 0; i < 3; i++) {
        person_new(&p[i]);
        value[i] = sealed_of(&p[i], 0);
    }
    assert_int_equal(open_as(&shown, "few", merchant, value, 3), KEEPER_OK);
    assert_int_equal(shown.refused, KEEPER_BUDGET_SECOND);
    shows_nothing(&shown, KEEPER_BUDGET_SECOND);
    is_told(0, "vault.alarm", "budget_second");
    is_told(1, "vault.refused", "\"people\":3");
    assert_int_equal(open_as(&shown, "few", merchant, value, 3), KEEPER_OK);
    is_told(0, "vault.refused", "budget_second");
    assert_int_equal(t.told, 1);
    assert_int_equal(open_as(&shown, "few", merchant, value, 2), KEEPER_OK);
    is_text(&shown, 1, "関 所子");
}

static void
open__a_large_call_is_several_records(void **state)
{
    enum { PEOPLE = 300 };
    static struct keeper_sealed_value value[PEOPLE];
    struct keeper_shown shown;
    struct person p;

    (void)state;
    for (int i = 0; i < PEOPLE; i++) {
        person_new(&p);
        value[i] = sealed_of(&p, (size_t)i % 2);
    }
    assert_int_equal(open_as(&shown, "orders", merchant, value, PEOPLE), KEEPER_OK);
    assert_int_equal(t.told, 2);
    is_told(0, "vault.read", "\"values\":250");
    is_told(1, "vault.read", "\"values\":50");
    size_t people = 0;
    for (size_t i = 0; i < 2; i++) {
        DEFER(sk_json_close) sk_json *details = NULL;

        assert_false(sk_failed(sk_json_read(&details, sk_str_of(t.details[i]))));
        const sk_json *seen = sk_json_get(details, "seen");
        people += sk_json_count(sk_json_get(seen, "name"));
        people += sk_json_count(sk_json_get(seen, "phone"));
    }
    assert_int_equal(people, PEOPLE);
}

/* ── earned, self, honey ── */

static void
earned__is_what_was_put_and_nothing_else_of_the_person(void **state)
{
    struct person filler[2], p, late;
    struct keeper_shown shown;

    (void)state;
    for (int i = 0; i < 2; i++) { /* the purpose's two people are used up */
        person_new(&filler[i]);
        struct keeper_sealed_value value = sealed_of(&filler[i], 0);
        assert_int_equal(open_as(&shown, "few", merchant, &value, 1), KEEPER_OK);
        assert_int_equal(shown.refused, KEEPER_OK);
    }
    person_draft(&p);
    p.put.earns = SK_STR("few");
    assert_int_equal(put(&p), KEEPER_OK);
    struct keeper_sealed_value value[] = { sealed_of(&p, 0), sealed_of(&p, 1) };
    assert_int_equal(open_as(&shown, "few", merchant, value, 2), KEEPER_OK);
    is_text(&shown, 1, "090-1234-5678");
    late = p; /* the same value once more: not the one that came with the order */
    late.put.earns = (sk_str){ 0 };
    assert_int_equal(put(&late), KEEPER_OK);
    value[0] = sealed_of(&late, 0);
    assert_int_equal(open_as(&shown, "few", merchant, value, 1), KEEPER_OK);
    assert_int_equal(shown.refused, KEEPER_BUDGET_SECOND);
}

static void
self__is_shown_without_purpose_and_only_to_that_browser(void **state)
{
    struct person p, other;
    struct keeper_shown shown;
    struct keeper_person person;

    (void)state;
    person_draft(&p);
    p.put.self_site = SK_STR("shop");
    assert_int_equal(put(&p), KEEPER_OK);
    person_new(&other);
    struct keeper_sealed_value value[] = { sealed_of(&p, 0), sealed_of(&other, 0) };
    struct keeper_open ask = {
        .ticket = ticket_of(merchant), .self = p.kept.self, .value = value, .count = 2
    };
    t.told = 0;
    assert_int_equal(keeper_answer(&shown, &t.desk, KEEPER_OPEN, &ask), KEEPER_OK);
    is_text(&shown, 0, "関 所子");
    assert_int_equal(shown.value[0].show, KEEPER_SHOW_SELF);
    assert_int_equal(shown.value[1].word, KEEPER_PURPOSE_UNKNOWN);
    is_told(0, "vault.read", "\"show\":\"self\"");
    assert_int_equal(t.told, 1);
    struct keeper_self self = { SK_STR("shop/tea"), SK_STR("shop"), p.kept.self };
    assert_int_equal(keeper_answer(&person, &t.desk, KEEPER_SELF, &self), KEEPER_OK);
    assert_memory_equal(&person.person_id, &p.id, sizeof p.id);
    self.site = SK_STR("elsewhere");
    assert_int_equal(keeper_answer(&person, &t.desk, KEEPER_SELF, &self), KEEPER_MISSING);
    clock_now += KEEPER_SELF_LIFE + 1;
    ask.ticket = ticket_of(merchant);
    assert_int_equal(keeper_answer(&shown, &t.desk, KEEPER_OPEN, &ask), KEEPER_OK);
    assert_int_equal(shown.value[0].word, KEEPER_PURPOSE_UNKNOWN);
}

static void
self__that_was_changed_is_as_none(void **state)
{
    struct person p;
    struct keeper_shown shown;

    (void)state;
    person_draft(&p);
    p.put.self_site = SK_STR("shop");
    assert_int_equal(put(&p), KEEPER_OK);
    char *self = sk_str_zcopy(t.mem, p.kept.self);
    self[20] = self[20] == 'A' ? 'B' : 'A';
    struct keeper_sealed_value value = sealed_of(&p, 0);
    struct keeper_open ask = {
        .ticket = ticket_of(merchant), .self = sk_str_of(self), .value = &value, .count = 1
    };
    assert_int_equal(keeper_answer(&shown, &t.desk, KEEPER_OPEN, &ask), KEEPER_OK);
    assert_int_equal(shown.value[0].word, KEEPER_PURPOSE_UNKNOWN);
}

/* The answer is as for anybody; the alarm and the frost come when it has left. */
static void
honey__is_an_alarm_that_the_answer_does_not_show(void **state)
{
    struct person honey, real;
    struct keeper_shown shown[2];

    (void)state;
    person_draft(&honey);
    honey.put.is_honey = 1;
    assert_int_equal(put(&honey), KEEPER_OK);
    person_new(&real);
    struct keeper_sealed_value value[] = { sealed_of(&real, 0), sealed_of(&honey, 0) };
    for (int i = 0; i < 2; i++) {
        assert_int_equal(open_as(&shown[i], "trap", merchant, &value[i], 1), KEEPER_OK);
        assert_int_equal(t.told, 1); /* the record, as ever */
    }
    assert_int_equal(shown[0].refused, shown[1].refused);
    assert_int_equal(shown[0].value[0].show, shown[1].value[0].show);
    is_text(&shown[1], 0, "関 所子");
    keeper_after_run(&t.desk);
    is_told(1, "vault.frozen", "honey");
    is_told(2, "vault.alarm", "honey");
    assert_int_equal(open_as(&shown[0], "trap", merchant, value, 1), KEEPER_OK);
    assert_int_equal(shown[0].refused, KEEPER_PURPOSE_FROZEN);
}

static void
honey__masked_is_an_alarm_too_and_a_refused_one_is_none(void **state)
{
    struct person honey;
    struct keeper_shown shown;

    (void)state;
    person_draft(&honey);
    honey.put.is_honey = 1;
    assert_int_equal(put(&honey), KEEPER_OK);
    struct keeper_sealed_value value = sealed_of(&honey, 0);
    assert_int_equal(open_as(&shown, "list", merchant, &value, 1), KEEPER_OK);
    keeper_after_run(&t.desk);
    is_told(1, "vault.alarm", "honey");
    assert_int_equal(t.told, 2); /* this purpose does not freeze */
    assert_int_equal(open_as(&shown, "curiosity", merchant, &value, 1), KEEPER_OK);
    assert_int_equal(t.desk.afters, 0);
}

/* ── putting, searching ── */

static void
put__refuses_what_is_not_whole(void **state)
{
    struct person p;

    (void)state;
    person_draft(&p);
    p.value[1].kind = PERSONAL_KINDS;
    assert_int_equal(put(&p), KEEPER_UNKNOWN_KIND);
    person_draft(&p);
    p.value[1].text.n = 0;
    assert_int_equal(put(&p), KEEPER_UNFIT_VALUE);
    person_draft(&p);
    p.put.person_id = none;
    assert_int_equal(put(&p), KEEPER_BAD);
    person_draft(&p);
    p.put.tenant.n = 0;
    assert_int_equal(put(&p), KEEPER_BAD);
    person_draft(&p);
    p.value[0].version = 0;
    assert_int_equal(put(&p), KEEPER_BAD);
}

static void
put__tokens_are_the_same_for_the_same_address_of_a_tenant_alone(void **state)
{
    struct person a, b, c;

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct person *p = i == 0 ? &a : i == 1 ? &b : &c;

        person_draft(p);
        p->value[0].kind = PERSONAL_EMAIL;
        p->word[0][0].text = SK_STR("email:taro@example.jp");
        if (i == 2) p->put.tenant = SK_STR("shop/coffee");
        assert_int_equal(put(p), KEEPER_OK);
    }
    assert_memory_equal(a.kept.value[0].token, b.kept.value[0].token, KEEPER_TOKEN);
    assert_memory_not_equal(a.kept.value[0].token, c.kept.value[0].token, KEEPER_TOKEN);
    assert_memory_not_equal(a.kept.value[1].token, b.kept.value[1].token, KEEPER_TOKEN);
}

static void
find__two_steps_give_the_people_of_a_word_and_no_others(void **state)
{
    struct person p, q;
    struct keeper_naming naming;
    struct keeper_found found;
    struct keeper_entry entry[3];
    struct keeper_found_ask ask = { .find = { .purpose = SK_STR("orders"),
                                              .kind = PERSONAL_PHONE,
                                              .word = SK_STR("phone:0901") },
                                    .entry = entry,
                                    .count = 3 };

    (void)state;
    person_new(&p);
    person_new(&q);
    ask.find.ticket = ticket_of(merchant);
    assert_int_equal(keeper_answer(&naming, &t.desk, KEEPER_FIND, &ask.find), KEEPER_OK);
    assert_memory_equal(naming.naming, p.kept.value[1].row[1].naming, KEEPER_NAMING);
    assert_memory_not_equal(naming.naming, p.kept.value[1].row[0].naming, KEEPER_NAMING);
    memcpy(entry[0].entry, p.kept.value[1].row[1].entry, KEEPER_ENTRY);
    memcpy(entry[1].entry, p.kept.value[1].row[0].entry, KEEPER_ENTRY); /* another word's */
    memcpy(entry[2].entry, q.kept.value[1].row[1].entry, KEEPER_ENTRY);
    t.told = 0;
    assert_int_equal(keeper_answer(&found, &t.desk, KEEPER_FOUND, &ask), KEEPER_OK);
    assert_memory_equal(&found.value[0].person_id, &p.id, sizeof p.id);
    assert_memory_equal(&found.value[0].value_id, &p.value[1].value_id, sizeof p.id);
    assert_true(keeper_id_is_none(&found.value[1].value_id));
    assert_memory_equal(&found.value[2].person_id, &q.id, sizeof q.id);
    is_told(0, "vault.found", "\"phone\":[");
    t.ledger_away = true;
    assert_int_equal(keeper_answer(&found, &t.desk, KEEPER_FOUND, &ask), KEEPER_NO_LEDGER);
}

/* Guessing numbers is reading: the third guess is one too many. */
static void
find__each_word_counts_as_a_person(void **state)
{
    static const char *const words[] = { "phone:1", "phone:2", "phone:2", "phone:3" };
    struct person p;
    struct keeper_naming naming;

    (void)state;
    person_new(&p);
    for (int i = 0; i < 4; i++) {
        struct keeper_find find = { .ticket = ticket_of(merchant),
                                    .purpose = SK_STR("few"),
                                    .kind = PERSONAL_PHONE,
                                    .word = sk_str_of(words[i]) };

        assert_int_equal(keeper_answer(&naming, &t.desk, KEEPER_FIND, &find),
                         i < 3 ? KEEPER_OK : KEEPER_BUDGET_SECOND);
    }
}

/* ── erasing, resealing ── */

static void
erase__is_recorded_first_and_answers_twice_the_same(void **state)
{
    struct person p;
    struct keeper_shown shown;
    struct keeper_erased first, again;

    (void)state;
    person_new(&p);
    struct keeper_erase erase = { .tenant = SK_STR("shop/tea"), .person_id = p.id };
    struct keeper_sealed_value value = sealed_of(&p, 0);
    t.ledger_away = true;
    assert_int_equal(keeper_answer(&first, &t.desk, KEEPER_ERASE, &erase), KEEPER_NO_LEDGER);
    t.ledger_away = false;
    assert_int_equal(open_as(&shown, "orders", merchant, &value, 1), KEEPER_OK);
    is_text(&shown, 0, "関 所子");
    t.told = 0;
    assert_int_equal(keeper_answer(&first, &t.desk, KEEPER_ERASE, &erase), KEEPER_OK);
    is_told(0, "vault.erased", "");
    assert_int_equal(first.sequence, 1);
    clock_now += 5000;
    assert_int_equal(keeper_answer(&again, &t.desk, KEEPER_ERASE, &erase), KEEPER_OK);
    assert_memory_equal(&first, &again, sizeof first);
    assert_int_equal(t.told, 1);
    assert_int_equal(keeper_answer(&again, &t.desk, KEEPER_ASK_ERASED, &erase), KEEPER_OK);
    assert_int_equal(open_as(&shown, "orders", merchant, &value, 1), KEEPER_OK);
    assert_int_equal(shown.value[0].word, KEEPER_ERASED);
    assert_int_equal(put(&p), KEEPER_ERASED);
}

static void
erase__by_a_ticket_is_of_its_tenant(void **state)
{
    struct person p;
    struct keeper_erased erased;
    struct ticket other = merchant;

    (void)state;
    person_new(&p);
    other.tenant = SK_STR("shop/coffee");
    struct keeper_erase erase = { .ticket = ticket_of(other),
                                  .tenant = SK_STR("shop/tea"),
                                  .person_id = p.id };
    assert_int_equal(keeper_answer(&erased, &t.desk, KEEPER_ERASE, &erase), KEEPER_WRONG_TENANT);
    erase.tenant = SK_STR("shop/coffee");
    assert_int_equal(keeper_answer(&erased, &t.desk, KEEPER_ERASE, &erase), KEEPER_WRONG_TENANT);
    erase.person_id = keeper_id_new("per");
    assert_int_equal(keeper_answer(&erased, &t.desk, KEEPER_ERASE, &erase), KEEPER_MISSING);
}

static void
reseal__is_under_the_newest_key_and_no_text_leaves(void **state)
{
    struct person p;
    struct keeper_rotated rotated;
    struct keeper_resealed resealed;
    struct keeper_shown shown;

    (void)state;
    person_new(&p);
    struct keeper_sealed_value value = sealed_of(&p, 0);
    struct keeper_reseal ask = { .tenant = SK_STR("shop/tea"), .value = &value, .count = 1 };
    assert_int_equal(keeper_answer(&resealed, &t.desk, KEEPER_RESEAL, &ask), KEEPER_OK);
    assert_int_equal(resealed.value[0].sealed.n, 0); /* it is the newest */
    struct keeper_rotate rotate = { .level = KEEPER_ROTATE_PERSON,
                                    .tenant = SK_STR("shop/tea"),
                                    .person_id = p.id };
    t.desk.is_admin = true;
    assert_int_equal(keeper_answer(&rotated, &t.desk, KEEPER_ROTATE, &rotate), KEEPER_OK);
    assert_int_equal(keeper_answer(&resealed, &t.desk, KEEPER_RESEAL, &ask), KEEPER_OK);
    assert_int_equal(resealed.value[0].word, KEEPER_OK);
    assert_true(resealed.value[0].sealed.n > 0);
    struct keeper_sealed_value old = value;
    value.sealed = resealed.value[0].sealed;
    value.version = 2;
    rotate.level = KEEPER_ROTATE_DROP;
    assert_int_equal(keeper_answer(&rotated, &t.desk, KEEPER_ROTATE, &rotate), KEEPER_OK);
    assert_int_equal(open_as(&shown, "orders", merchant, &value, 1), KEEPER_OK);
    is_text(&shown, 0, "関 所子");
    assert_int_equal(open_as(&shown, "orders", merchant, &old, 1), KEEPER_OK);
    assert_int_equal(shown.value[0].word, KEEPER_MISSING);
}

/* ── administration ── */

static struct ticket
operator_of(const char *principal)
{
    return (struct ticket){ .id = SK_STR("R2"),
                            .site = SK_STR("console"),
                            .realm = SK_STR("operator"),
                            .principal = sk_str_of(principal),
                            .role = SK_STR("operator"),
                            .level = 2 };
}

static void
admin__is_for_operators_of_the_console_and_the_superuser(void **state)
{
    struct keeper_purpose_ask freeze = { .purpose = SK_STR("orders") };
    struct keeper_none nothing;

    (void)state;
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_FREEZE, &freeze),
                     KEEPER_TICKET_MISSING);
    freeze.ticket = ticket_of(merchant);
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_FREEZE, &freeze), KEEPER_ROLE_DENIED);
    assert_int_equal(t.told, 0);
    freeze.ticket = ticket_of(operator_of("acc_op"));
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_FREEZE, &freeze), KEEPER_OK);
    is_told(0, "vault.frozen", "");
    freeze.ticket = (sk_str){ 0 };
    t.desk.is_admin = true;
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_THAW, &freeze), KEEPER_OK);
    is_told(1, "vault.thawed", "");
    assert_string_equal(t.principal[1], "local:990");
    freeze.purpose = SK_STR("curiosity");
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_THAW, &freeze),
                     KEEPER_PURPOSE_UNKNOWN);
}

static void
admin__what_only_the_superuser_may_no_ticket_opens(void **state)
{
    static const enum keeper_verb verbs[] = { KEEPER_UNSEAL, KEEPER_BACKUP, KEEPER_RESTORE };
    struct keeper_unseal unseal = { SK_STR("a long passphrase") };
    struct keeper_restored answer;

    (void)state;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        assert_int_equal(keeper_answer(&answer, &t.desk, verbs[i], &unseal), KEEPER_DENIED);
}

static void
reserve__is_asked_by_one_and_opened_by_another(void **state)
{
    struct keeper_reserve_ask ask = { .purpose = SK_STR("few"), .people = 5, .minutes = 60 };
    struct keeper_reserve reserve;
    struct keeper_reserve_open open;

    (void)state;
    ask.ticket = ticket_of(operator_of("acc_a"));
    assert_int_equal(keeper_answer(&reserve, &t.desk, KEEPER_RESERVE_ASK, &ask), KEEPER_OK);
    open = (struct keeper_reserve_open){ ask.ticket, reserve.reserve_id };
    assert_int_equal(keeper_answer(&reserve, &t.desk, KEEPER_RESERVE_OPEN, &open), KEEPER_DENIED);
    open.ticket = ticket_of(operator_of("acc_b"));
    assert_int_equal(keeper_answer(&reserve, &t.desk, KEEPER_RESERVE_OPEN, &open), KEEPER_OK);
    is_told(0, "vault.reserve_asked", "\"people\":5");
    assert_string_equal(t.action[t.told - 1], "vault.reserve_opened");
}

static void
exposure__counts_the_people_of_the_keys(void **state)
{
    struct keeper_exposure_ask ask = { .ticket = ticket_of(operator_of("acc_a")) };
    struct keeper_exposure exposure;
    struct person p;

    (void)state;
    for (int i = 0; i < 5; i++)
        person_new(&p);
    assert_int_equal(keeper_answer(&exposure, &t.desk, KEEPER_EXPOSURE, &ask), KEEPER_OK);
    bool is_there = false;
    for (size_t i = 0; i < exposure.count; i++)
        if (sk_str_eq(exposure.row[i].purpose, SK_STR("few"))) {
            is_there = true;
            assert_int_equal(exposure.row[i].people, 2);
        }
    assert_true(is_there);
    assert_int_equal(exposure.people, 5);
}

static void
status__counts(void **state)
{
    struct keeper_none nothing = { 0 };
    struct keeper_status status = { 0 };
    struct person p;

    (void)state;
    person_new(&p);
    assert_int_equal(keeper_answer(&status, &t.desk, KEEPER_STATUS, &nothing), KEEPER_OK);
    assert_int_equal(status.people, 1);
    assert_int_equal(status.keys, 1);
    assert_int_equal(status.tenants, 1);
    assert_int_equal(status.purposes, 4);
    assert_int_equal(status.most_uses, 2);
    assert_false(status.is_sealed);
    assert_true(sk_str_eq(status.root, SK_STR("file")));
}

static void
sealed__answers_so_until_the_passphrase_is_given(void **state)
{
    struct keeper_none nothing = { 0 };
    struct keeper_status status = { 0 };
    struct keeper_unseal unseal = { SK_STR("a long passphrase") };
    struct keeper_shown shown = { 0 };
    struct person p;

    (void)state;
    person_draft(&p);
    assert_int_equal(put(&p), KEEPER_SEALED);
    struct keeper_open ask = { .ticket = ticket_of(merchant), .purpose = SK_STR("orders") };
    assert_int_equal(keeper_answer(&shown, &t.desk, KEEPER_OPEN, &ask), KEEPER_SEALED);
    assert_int_equal(keeper_answer(&status, &t.desk, KEEPER_STATUS, &nothing), KEEPER_OK);
    assert_true(status.is_sealed && status.why.n > 0);
    t.desk.is_admin = true;
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_UNSEAL, &unseal), KEEPER_OK);
    assert_int_equal(put(&p), KEEPER_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_make, house_remove)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(open__shows_what_was_put_and_records_it),
        TEST(open__shows_nothing_that_is_not_recorded),
        TEST(open__what_was_taken_stays_taken_when_it_fails_later),
        TEST(open__masks_where_the_purpose_says_so),
        TEST(open__needs_a_ticket_of_this_gate_and_moment),
        TEST(open__refuses_by_the_purpose),
        TEST(open__refuses_single_values_by_kind_and_tenant),
        TEST(open__shows_no_value_that_was_moved),
        TEST(open__an_overrun_shows_none_and_is_an_alarm_once),
        TEST(open__a_large_call_is_several_records),
        TEST(earned__is_what_was_put_and_nothing_else_of_the_person),
        TEST(self__is_shown_without_purpose_and_only_to_that_browser),
        TEST(self__that_was_changed_is_as_none),
        TEST(honey__is_an_alarm_that_the_answer_does_not_show),
        TEST(honey__masked_is_an_alarm_too_and_a_refused_one_is_none),
        TEST(put__refuses_what_is_not_whole),
        TEST(put__tokens_are_the_same_for_the_same_address_of_a_tenant_alone),
        TEST(find__two_steps_give_the_people_of_a_word_and_no_others),
        TEST(find__each_word_counts_as_a_person),
        TEST(erase__is_recorded_first_and_answers_twice_the_same),
        TEST(erase__by_a_ticket_is_of_its_tenant),
        TEST(reseal__is_under_the_newest_key_and_no_text_leaves),
        TEST(admin__is_for_operators_of_the_console_and_the_superuser),
        TEST(admin__what_only_the_superuser_may_no_ticket_opens),
        TEST(reserve__is_asked_by_one_and_opened_by_another),
        TEST(exposure__counts_the_people_of_the_keys),
        TEST(status__counts),
        cmocka_unit_test_setup_teardown(sealed__answers_so_until_the_passphrase_is_given,
                                        house_make_sealed, house_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
