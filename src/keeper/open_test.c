/* OPEN: who is shown what, and what is recorded of it. */
#include "keeper/house_test.h"

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

/* ── labels, letters, copies ── */

static enum keeper_word
open_for(struct keeper_shown *shown, const char *purpose, enum keeper_use use,
         struct keeper_sealed_value *value, size_t count)
{
    struct keeper_open ask = { .ticket = ticket_of(merchant),
                               .purpose = sk_str_of(purpose),
                               .use = use,
                               .value = value,
                               .count = count };

    memset(shown, 0, sizeof *shown);
    t.told = 0;
    return keeper_answer(shown, &t.desk, KEEPER_OPEN, &ask);
}

static void
use__is_what_the_purpose_is_for_and_the_record_says_how_it_was_shown(void **state)
{
    static const struct {
        const char *purpose;
        enum keeper_use use;
        const char *show; /* of the record; NULL: refused */
    } rows[] = {
        { "list", KEEPER_USE_SHOW, "masked" },     { "orders", KEEPER_USE_SHOW, "plain" },
        { "labels", KEEPER_USE_SHOW, NULL },       { "letters", KEEPER_USE_SHOW, NULL },
        { "list", KEEPER_USE_LABEL, NULL },        { "orders", KEEPER_USE_LABEL, "render" },
        { "labels", KEEPER_USE_LABEL, "render" },  { "letters", KEEPER_USE_LABEL, NULL },
        { "list", KEEPER_USE_LETTER, NULL },       { "orders", KEEPER_USE_LETTER, "render" },
        { "labels", KEEPER_USE_LETTER, "render" }, { "letters", KEEPER_USE_LETTER, "render" },
        { "list", KEEPER_USE_COPY, NULL },         { "orders", KEEPER_USE_COPY, "plain" },
        { "labels", KEEPER_USE_COPY, NULL },       { "letters", KEEPER_USE_COPY, NULL },
    };
    struct keeper_shown shown;
    struct person p;

    (void)state;
    person_new(&p);
    struct keeper_sealed_value value = sealed_of(&p, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *piece = rows[i].show ? rows[i].show : "kind_denied";

        assert_int_equal(open_for(&shown, rows[i].purpose, rows[i].use, &value, 1), KEEPER_OK);
        assert_int_equal(t.told, 1);
        is_told(0, rows[i].show ? "vault.read" : "vault.refused", piece);
        if (!rows[i].show) shows_nothing(&shown, KEEPER_KIND_DENIED);
    }
    assert_int_equal(open_for(&shown, "orders", KEEPER_USES, &value, 1), KEEPER_BAD);
}

static void
use__of_a_label_is_all_or_nothing_and_no_reading_is_recorded(void **state)
{
    struct keeper_shown shown;
    struct person p;

    (void)state;
    person_new(&p);
    struct keeper_sealed_value value[] = { sealed_of(&p, 0), sealed_of(&p, 1) };
    value[1].kind = PERSONAL_BANK; /* which no purpose here has */
    for (int use = KEEPER_USE_LABEL; use < KEEPER_USES; use++) {
        assert_int_equal(open_for(&shown, "orders", (enum keeper_use)use, value, 2), KEEPER_OK);
        assert_int_equal(shown.refused, KEEPER_KIND_DENIED);
        shows_nothing(&shown, KEEPER_KIND_DENIED);
        assert_int_equal(t.told, 1);
        is_told(0, "vault.refused", "kind_denied");
    }
    assert_int_equal(open_for(&shown, "orders", KEEPER_USE_SHOW, value, 2), KEEPER_OK);
    is_text(&shown, 0, "関 所子");
}

static void
use__of_a_copy_leaves_out_what_was_erased(void **state)
{
    struct keeper_shown shown;
    struct keeper_erased erased;
    struct person p, gone;

    (void)state;
    person_new(&p);
    person_new(&gone);
    struct keeper_erase erase = { .tenant = SK_STR("shop/tea"), .person_id = gone.id };
    assert_int_equal(keeper_answer(&erased, &t.desk, KEEPER_ERASE, &erase), KEEPER_OK);
    struct keeper_sealed_value value[] = { sealed_of(&gone, 0), sealed_of(&p, 0) };
    assert_int_equal(open_for(&shown, "orders", KEEPER_USE_COPY, value, 2), KEEPER_OK);
    assert_int_equal(shown.value[0].word, KEEPER_ERASED);
    is_text(&shown, 1, "関 所子");
    assert_int_equal(open_for(&shown, "orders", KEEPER_USE_LETTER, value, 2), KEEPER_OK);
    shows_nothing(&shown, KEEPER_ERASED);
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

/* The answer is as for anybody, and takes one visit to the ledger, as ever; alarm and frost are on
 * disk before it. */
static void
honey__is_an_alarm_before_the_answer_which_does_not_show_it(void **state)
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
        t.visits = 0;
        assert_int_equal(open_as(&shown[i], "trap", merchant, &value[i], 1), KEEPER_OK);
        assert_int_equal(t.visits, 1);
        assert_int_equal(t.told, i ? 3 : 1);
    }
    is_told(0, "vault.read", "\"seen\"");
    is_told(1, "vault.alarm", "honey");
    is_told(2, "vault.frozen", "honey");
    assert_int_equal(shown[0].refused, shown[1].refused);
    assert_int_equal(shown[0].value[0].show, shown[1].value[0].show);
    is_text(&shown[1], 0, "関 所子");
    assert_int_equal(open_as(&shown[0], "trap", merchant, value, 1), KEEPER_OK);
    assert_int_equal(shown[0].refused, KEEPER_PURPOSE_FROZEN);
}

static void
honey__is_not_shown_when_its_alarm_cannot_be_recorded(void **state)
{
    struct person honey, real;
    struct keeper_shown shown;

    (void)state;
    person_draft(&honey);
    honey.put.is_honey = 1;
    assert_int_equal(put(&honey), KEEPER_OK);
    person_new(&real);
    struct keeper_sealed_value value = sealed_of(&honey, 0), other = sealed_of(&real, 0);
    t.ledger_away = true;
    assert_int_equal(open_as(&shown, "list", merchant, &value, 1), KEEPER_NO_LEDGER);
    t.ledger_away = false;
    assert_int_equal(open_as(&shown, "list", merchant, &other, 1), KEEPER_OK);
    assert_int_equal(t.told, 1); /* nothing is left of it for whoever comes next */
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
    is_told(1, "vault.alarm", "honey");
    assert_int_equal(t.told, 2); /* this purpose does not freeze */
    assert_int_equal(open_as(&shown, "curiosity", merchant, &value, 1), KEEPER_OK);
    is_told(0, "vault.refused", "purpose_unknown");
    assert_int_equal(t.told, 1);
    assert_int_equal(t.desk.honeys, 0);
}

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
        TEST(use__is_what_the_purpose_is_for_and_the_record_says_how_it_was_shown),
        TEST(use__of_a_label_is_all_or_nothing_and_no_reading_is_recorded),
        TEST(use__of_a_copy_leaves_out_what_was_erased),
        TEST(earned__is_what_was_put_and_nothing_else_of_the_person),
        TEST(self__is_shown_without_purpose_and_only_to_that_browser),
        TEST(self__that_was_changed_is_as_none),
        TEST(honey__is_an_alarm_before_the_answer_which_does_not_show_it),
        TEST(honey__is_not_shown_when_its_alarm_cannot_be_recorded),
        TEST(honey__masked_is_an_alarm_too_and_a_refused_one_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
