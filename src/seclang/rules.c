/* Loading a rule set, and giving it back. */
#include "seclang/rules.h"

#include "seclang/parse/parser.h"

enum { CHUNK = 64 << 10, SCRATCH_CHUNK = 512 << 10 };

/* Defaults of the ModSecurity 2 reference manual, but for the depth of JSON, where the recommended
 * configuration's 512 keeps parsers from deep recursion. */
static void
set_defaults(struct seclang_rules *rules)
{
    static const sk_str types[] = { { "text/plain", 10 }, { "text/html", 9 } };
    rules->settings = (struct seclang_settings){
        .engine = SECLANG_OFF,
        .request_body_limit = 134217728,
        .request_body_no_files_limit = 1048576,
        .request_body_limit_action = SECLANG_REJECT,
        .response_body_limit = 524288,
        .response_body_limit_action = SECLANG_REJECT,
        .response_mime_types = types,
        .response_mime_type_count = 2,
        .arguments_limit = 1000,
        .json_depth_limit = 512,
        .second_look = true,
        .audit = SECLANG_AUDIT_OFF,
        .audit_type = SECLANG_SERIAL,
        .audit_format = SECLANG_NATIVE,
        .audit_parts = "ABCFHZ",
        .audit_dir_mode = 0700,
        .audit_file_mode = 0600,
    };
    rules->collection_timeout = 3600;
    rules->argument_separator = '&';
    rules->web_app_id = "default";
}

static void
close_rules(struct seclang_rules **rules)
{
    seclang_rules_free(*rules);
}

struct seclang_rules *
seclang_rules_empty(void)
{
    sk_arena *mem = sk_arena_new(CHUNK);
    struct seclang_rules *rules = SK_NEW(mem, struct seclang_rules);
    rules->mem = mem;
    set_defaults(rules);
    return rules;
}

sk_err
seclang_rules_load(struct seclang_rules **rules, const struct seclang_source *source,
                   struct seclang_cache *cache)
{
    DEFER(sk_arena_close) sk_arena *scratch = sk_arena_new_pages(SCRATCH_CHUNK);
    DEFER(close_rules) struct seclang_rules *fresh = seclang_rules_empty();
    struct seclang_parser p = {
        .mem = fresh->mem, .scratch = scratch, .rules = fresh, .cache = cache
    };

    *rules = NULL;
    TRY(seclang_parse_source(&p, source));
    TRY(seclang_link(&p));
    *rules = fresh;
    fresh = NULL;
    return sk_ok();
}

sk_err
seclang_rules_new(struct seclang_rules **rules, const struct seclang_source *source)
{
    return seclang_rules_load(rules, source, NULL);
}

void
seclang_rules_free(struct seclang_rules *rules)
{
    if (!rules) return;
    for (size_t i = 0; i < rules->owned_count; i++)
        rules->owned[i].op->release(rules->owned[i].state);
    if (rules->bulk) seclang_bulk_free(rules->bulk);
    seclang_geo_close(rules->geo);
    sk_arena_free(rules->mem);
}

const struct seclang_settings *
seclang_rules_settings(const struct seclang_rules *rules)
{
    return &rules->settings;
}

const struct seclang_warning *
seclang_rules_warnings(const struct seclang_rules *rules, size_t *count)
{
    *count = rules->warning_count;
    return rules->warning;
}
