/* PUT, FIND, RESEAL. */
#include "keeper/house_test.h"

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
put__looks_at_the_ticket_that_comes_with_it(void **state)
{
    static const struct ticket nobody = { .id = { "R2", 2 }, .site = { "shop", 4 } };
    struct person p;

    (void)state;
    person_draft(&p);
    p.put.ticket = SK_STR("v1.x.y");
    assert_int_equal(put(&p), KEEPER_TICKET_FORGED);
    is_told(0, "vault.refused", "\"why\":\"ticket_forged\"");
    p.put.ticket = ticket_of(merchant);
    assert_int_equal(put(&p), KEEPER_OK);
    person_draft(&p);
    p.put.tenant = SK_STR("shop/coffee");
    p.put.ticket = ticket_of(merchant);
    assert_int_equal(put(&p), KEEPER_WRONG_TENANT);
    p.put.ticket = ticket_of(nobody);
    assert_int_equal(put(&p), KEEPER_OK); /* of the site's tenants any */
    person_draft(&p);
    p.put.tenant = SK_STR("club");
    p.put.ticket = ticket_of(nobody);
    assert_int_equal(put(&p), KEEPER_WRONG_TENANT);
    assert_int_equal(t.told, 3);
    t.ledger_away = true;
    assert_int_equal(put(&p), KEEPER_NO_LEDGER);
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

/* ── resealing ── */

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(put__refuses_what_is_not_whole),
        TEST(put__looks_at_the_ticket_that_comes_with_it),
        TEST(put__tokens_are_the_same_for_the_same_address_of_a_tenant_alone),
        TEST(find__two_steps_give_the_people_of_a_word_and_no_others),
        TEST(find__each_word_counts_as_a_person),
        TEST(reseal__is_under_the_newest_key_and_no_text_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
