/* The cache from outside: rules that are loaded through it, and what becomes of its file. */
#include "seclang/cache/cache.h"

#include "base/file.h"
#include "seclang/cache/build_id.h"
#include "seclang/op/pool.h"
#include "seclang/rule.h"

#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

static const char phrases[] =
    "SecRule ARGS \"@pm alpha beta gamma\" \"id:1,phase:2,deny\"\n"
    "SecRule ARGS \"@rx ^delta\" \"id:2,phase:2,deny\"\n"
    "SecRule RESPONSE_BODY \"@rx epsilon\" \"id:3,phase:4,t:none,deny\"\n"
    "SecRule RESPONSE_BODY \"@rx (?=z)zeta\" \"id:4,phase:4,t:none,deny\"\n";
static const char others[] = "SecRule ARGS \"@pm eta theta\" \"id:1,phase:2,deny\"\n";

/* Entries: a database for the phrases and one for both patterns of response bodies; filters and
 * grams of the phrases and of three patterns. */
enum { OF_PHRASES = 6, OF_OTHERS = 2 };

static char path[64];

static int
open_folder(void **state)
{
    (void)state;
    strcpy(path, "/tmp/sekisho-cache-XXXXXX");
    return mkdtemp(path) ? 0 : -1;
}

static int
close_folder(void **state)
{
    (void)state;
    return sk_file_remove_tree(path) ? 0 : -1;
}

static struct seclang_rules *
load(const char *text, struct seclang_cache *cache)
{
    struct seclang_source *source = seclang_source_new();
    struct seclang_rules *rules;
    sk_err e;

    seclang_source_text(source, sk_str_of(text), "test", 1);
    e = seclang_rules_load(&rules, source, cache);
    if (sk_failed(e)) fail_msg("%s", e.why);
    seclang_source_free(source);
    return rules;
}

/* Loads the text through a cache of their own and saves it. */
static struct seclang_cache_facts
load_saved(const char *text)
{
    struct seclang_cache_facts facts;
    struct seclang_cache *cache;

    assert_false(sk_failed(seclang_cache_open(&cache, path)));
    seclang_rules_free(load(text, cache));
    assert_false(sk_failed(seclang_cache_save(cache, true)));
    facts = seclang_cache_facts(cache);
    facts.unread = facts.unread ? "it was unread" : NULL; /* the text goes with the cache */
    seclang_cache_close(cache);
    return facts;
}

static void
damage(long at)
{
    char names[128];
    glob_t files;
    FILE *f;

    snprintf(names, sizeof(names), "%s/*.rules", path);
    assert_int_equal(glob(names, 0, NULL, &files), 0);
    f = fopen(files.gl_pathv[0], "r+");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, at < 0 ? SEEK_END : SEEK_SET), 0);
    fputs("damaged", f);
    fclose(f);
    globfree(&files);
}

static void
cache__spares_the_second_load_all_compiling(void **state)
{
    struct seclang_cache_facts facts = load_saved(phrases);

    (void)state;
    assert_int_equal(facts.taken, 0);
    assert_int_equal(facts.added, OF_PHRASES);
    facts = load_saved(phrases);
    assert_int_equal(facts.taken, OF_PHRASES);
    assert_int_equal(facts.added, 0);
    assert_null(facts.unread);
}

static bool
refuses(const struct seclang_rules *rules, const char *line, const char *uri)
{
    static const struct seclang_host host;
    struct seclang_worker *worker;
    sk_arena *mem = sk_arena_new(0);
    struct seclang_tx *tx;
    bool refused;

    assert_false(sk_failed(seclang_worker_new(&worker, rules)));
    tx = seclang_tx_new(worker, rules, mem, &host);
    seclang_tx_request_line(tx, sk_str_of(line), SK_STR("GET"), sk_str_of(uri), SK_STR("HTTP/1.1"));
    refused = seclang_tx_request_headers(tx).act != SECLANG_PASS ||
              seclang_tx_request_done(tx).act != SECLANG_PASS;
    seclang_tx_free(tx);
    sk_arena_free(mem);
    seclang_worker_free(worker);
    return refused;
}

static void
rules__from_the_cache_refuse_as_before(void **state)
{
    struct seclang_cache *cache;
    struct seclang_rules *rules;
    char text[2000];

    (void)state;
    snprintf(text, sizeof(text), "SecRuleEngine On\n%s", phrases);
    load_saved(text);
    assert_false(sk_failed(seclang_cache_open(&cache, path)));
    rules = load(text, cache);
    assert_int_equal(seclang_cache_facts(cache).taken, OF_PHRASES);
    seclang_cache_close(cache); /* nothing of it is needed any more */
    assert_true(refuses(rules, "GET /?q=xBETAx HTTP/1.1", "/?q=xBETAx"));
    assert_true(refuses(rules, "GET /?q=delta HTTP/1.1", "/?q=delta"));
    assert_false(refuses(rules, "GET /?q=bet HTTP/1.1", "/?q=bet"));
    seclang_rules_free(rules);
}

static void
cache__a_damaged_body_is_made_anew(void **state)
{
    struct seclang_cache_facts facts;

    (void)state;
    load_saved(phrases);
    damage(-7);
    facts = load_saved(phrases);
    assert_int_equal(facts.taken, OF_PHRASES - 1);
    assert_int_equal(facts.added, 1);
    facts = load_saved(phrases);
    assert_int_equal(facts.taken, OF_PHRASES);
}

static void
cache__a_damaged_head_is_passed_over_and_replaced(void **state)
{
    struct seclang_cache_facts facts;

    (void)state;
    load_saved(phrases);
    damage(20);
    facts = load_saved(phrases);
    assert_non_null(facts.unread);
    assert_int_equal(facts.added, OF_PHRASES);
    facts = load_saved(phrases);
    assert_null(facts.unread);
    assert_int_equal(facts.taken, OF_PHRASES);
}

static void
cache__a_changed_rule_is_never_taken_for_the_old_one(void **state)
{
    struct seclang_cache_facts facts;

    (void)state;
    load_saved(phrases);
    facts = load_saved(others);
    assert_int_equal(facts.taken, 0);
    assert_int_equal(facts.added, OF_OTHERS);
}

static void
cache__keeps_for_a_while_what_is_not_asked_for(void **state)
{
    char text[64];

    (void)state;
    load_saved(phrases);
    load_saved(others);
    assert_int_equal(load_saved(phrases).taken, OF_PHRASES);
    for (int i = 0; i < 12; i++) {
        snprintf(text, sizeof(text), "SecRule ARGS \"@pm word%d other\" \"id:1,phase:2\"\n", i);
        load_saved(text);
    }
    assert_int_equal(load_saved(phrases).taken, 0);
}

static void
cache__also_keeps_what_the_process_already_has(void **state)
{
    struct seclang_rules *alive = load(phrases, NULL);

    (void)state;
    assert_int_equal(load_saved(phrases).added, OF_PHRASES);
    assert_int_equal(load_saved(phrases).added, 0);
    seclang_rules_free(alive);
    assert_int_equal(load_saved(phrases).taken, OF_PHRASES);
}

/* As a host does that compiles aside: one process after another, each with a part of the whole. */
static void
cache__parts_of_a_load_do_not_make_each_other_older(void **state)
{
    struct seclang_cache *whole, *part;
    char text[64];

    (void)state;
    load_saved(phrases);
    assert_false(sk_failed(seclang_cache_open(&whole, path)));
    for (int i = 0; i < 20; i++) {
        snprintf(text, sizeof(text), "SecRule ARGS \"@pm word%d other\" \"id:1,phase:2\"\n", i);
        assert_false(sk_failed(seclang_cache_open(&part, path)));
        seclang_rules_free(load(text, part));
        assert_false(sk_failed(seclang_cache_save(part, false)));
        seclang_cache_close(part);
        assert_false(sk_failed(seclang_cache_refresh(whole)));
        seclang_cache_only(whole, true);
        seclang_rules_free(load(text, whole));
    }
    assert_int_equal(seclang_cache_facts(whole).added, 0);
    assert_false(sk_failed(seclang_cache_save(whole, true)));
    seclang_cache_close(whole);
    assert_int_equal(load_saved(phrases).taken, OF_PHRASES);
    assert_int_equal(load_saved(text).taken, OF_OTHERS);
}

static void
cache__refreshed_takes_the_mended_for_the_damaged(void **state)
{
    struct seclang_cache *cache;

    (void)state;
    load_saved(phrases);
    damage(-7);
    assert_false(sk_failed(seclang_cache_open(&cache, path)));
    assert_int_equal(load_saved(phrases).added, 1);
    assert_false(sk_failed(seclang_cache_refresh(cache)));
    seclang_cache_only(cache, true);
    seclang_rules_free(load(phrases, cache));
    assert_int_equal(seclang_cache_facts(cache).taken, OF_PHRASES);
    seclang_cache_close(cache);
}

static void
program__knows_which_build_it_is(void **state)
{
    sk_str build = seclang_build_id();

    (void)state;
    assert_true(build.n >= 16);
    assert_true(sk_str_eq(build, seclang_build_id()));
}

static void
cache__alone_compiles_nothing(void **state)
{
    struct seclang_source *source = seclang_source_new();
    struct seclang_cache *cache;
    struct seclang_rules *rules;

    (void)state;
    seclang_source_text(source, sk_str_of(phrases), "test", 1);
    assert_false(sk_failed(seclang_cache_open(&cache, path)));
    seclang_cache_only(cache, true);
    assert_int_equal(seclang_rules_load(&rules, source, cache).kind, SK_BUSY);
    assert_int_equal(seclang_pool_count(), 0);
    seclang_cache_close(cache);
    load_saved(phrases);
    assert_false(sk_failed(seclang_cache_open(&cache, path)));
    seclang_cache_only(cache, true);
    assert_false(sk_failed(seclang_rules_load(&rules, source, cache)));
    seclang_rules_free(rules);
    seclang_cache_close(cache);
    seclang_source_free(source);
}

static void
rule_sets__share_what_they_have_in_common_and_leave_nothing(void **state)
{
    char more[2000];
    struct seclang_rules *one, *two;
    size_t alone;

    (void)state;
    snprintf(more, sizeof(more), "%sSecRuleUpdateTargetById 1 !ARGS:comment\n", phrases);
    assert_int_equal(seclang_pool_count(), 0);
    one = load(phrases, NULL);
    alone = seclang_pool_count();
    two = load(more, NULL);
    assert_int_equal(alone, 5); /* phrases, three patterns, the bulk */
    assert_int_equal(seclang_pool_count(), alone);
    seclang_rules_free(one);
    assert_int_equal(seclang_pool_count(), alone);
    seclang_rules_free(two);
    assert_int_equal(seclang_pool_count(), 0);
}

static void
rules__with_an_error_leave_nothing_behind(void **state)
{
    struct seclang_source *source = seclang_source_new();
    struct seclang_rules *rules;
    sk_err e;

    (void)state;
    seclang_source_text(source, sk_str_of(phrases), "good", 1);
    seclang_source_text(source, SK_STR("SecRule ARGS \"@rx (\" \"id:9,phase:2\"\n"), "bad", 7);
    e = seclang_rules_load(&rules, source, NULL);
    assert_int_equal(e.kind, SK_BAD);
    assert_non_null(strstr(e.why, "bad:7:"));
    assert_int_equal(seclang_pool_count(), 0);
    seclang_source_free(source);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_folder, close_folder)
    const struct CMUnitTest tests[] = {
        CASE(cache__spares_the_second_load_all_compiling),
        CASE(rules__from_the_cache_refuse_as_before),
        CASE(cache__a_damaged_body_is_made_anew),
        CASE(cache__a_damaged_head_is_passed_over_and_replaced),
        CASE(cache__a_changed_rule_is_never_taken_for_the_old_one),
        CASE(cache__keeps_for_a_while_what_is_not_asked_for),
        CASE(cache__also_keeps_what_the_process_already_has),
        CASE(cache__parts_of_a_load_do_not_make_each_other_older),
        CASE(cache__refreshed_takes_the_mended_for_the_damaged),
        CASE(program__knows_which_build_it_is),
        CASE(cache__alone_compiles_nothing),
        CASE(rule_sets__share_what_they_have_in_common_and_leave_nothing),
        CASE(rules__with_an_error_leave_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
