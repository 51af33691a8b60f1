/* Configs, rulesets, threads. */
#include "seclang/lib/inside.h"

#include "seclang/source.h"

#include <stdlib.h>

const char *
seclang_version(void)
{
    return SECLANG_VERSION;
}

/* Like the arena: without memory there is no answer that would be safe. */
static void *
zeroed(size_t size)
{
    void *p = calloc(1, size);

    if (!p) abort();
    return p;
}

/* ── config ── */

seclang_config *
seclang_config_new(void)
{
    seclang_config *config = zeroed(sizeof(*config));

    config->source = seclang_source_new();
    return config;
}

void
seclang_config_free(seclang_config *config)
{
    if (!config) return;
    seclang_source_free(config->source);
    free(config->cache);
    free(config);
}

int
seclang_config_cache(seclang_config *config, const char *folder)
{
    char *copy = NULL;

    if (!config) return SECLANG_E_ORDER;
    if (folder && !(copy = strdup(folder))) abort();
    free(config->cache);
    config->cache = copy;
    return 0;
}

static int
room(const seclang_config *config, const void *needed)
{
    if (!config || !needed) return SECLANG_E_ORDER;
    return config->source->count >= SECLANG_SOURCE_MOST ? SECLANG_E_LIMIT : 0;
}

int
seclang_config_add_file(seclang_config *config, const char *path)
{
    int rc = room(config, path);

    if (rc == 0) seclang_source_file(config->source, path);
    return rc;
}

int
seclang_config_add_text(seclang_config *config, const char *text, size_t length, const char *name,
                        unsigned line)
{
    int rc = room(config, text);

    if (rc == 0)
        seclang_source_text(config->source, seclang_lib_text(text, length), name ? name : "rules",
                            line ? line : 1);
    return rc;
}

/* ── ruleset ── */

/* A cache that cannot be saved harms nothing that was loaded. */
static sk_err
load(struct seclang_rules **rules, const seclang_config *config)
{
    struct seclang_cache *cache = NULL;
    sk_err e;

    if (config->cache) TRY(seclang_cache_open(&cache, config->cache));
    e = seclang_rules_load(rules, config->source, cache);
    if (cache && !sk_failed(e)) (void)sk_failed(seclang_cache_save(cache, true));
    if (cache) seclang_cache_close(cache);
    return e;
}

int
seclang_ruleset_new(seclang_ruleset **ruleset, const seclang_config *config, seclang_error *error)
{
    struct seclang_rules *rules;
    sk_err e;

    if (!ruleset) return SECLANG_E_ORDER;
    *ruleset = NULL;
    if (!config) return SECLANG_E_ORDER;
    e = load(&rules, config);
    if (sk_failed(e)) return seclang_lib_fail(error, e);
    *ruleset = zeroed(sizeof(**ruleset));
    (*ruleset)->rules = rules;
    atomic_init(&(*ruleset)->holders, 1);
    return 0;
}

void
seclang_ruleset_hold(seclang_ruleset *ruleset)
{
    atomic_fetch_add_explicit(&ruleset->holders, 1, memory_order_relaxed);
}

void
seclang_ruleset_free(seclang_ruleset *ruleset)
{
    if (!ruleset) return;
    if (atomic_fetch_sub_explicit(&ruleset->holders, 1, memory_order_acq_rel) != 1) return;
    seclang_rules_free(ruleset->rules);
    free(ruleset);
}

size_t
seclang_ruleset_count(const seclang_ruleset *ruleset)
{
    return seclang_rules_settings(ruleset->rules)->rule_count;
}

int
seclang_ruleset_mode(const seclang_ruleset *ruleset)
{
    static const int modes[] = { [SECLANG_OFF] = SECLANG_MODE_OFF,
                                 [SECLANG_DETECT] = SECLANG_MODE_DETECT,
                                 [SECLANG_ON] = SECLANG_MODE_ON };

    return modes[seclang_rules_settings(ruleset->rules)->engine];
}

static void
take(char *out, size_t size, const char *text)
{
    size_t n = text ? strnlen(text, size - 1) : 0;

    if (n) memcpy(out, text, n);
    out[n] = '\0';
}

int
seclang_ruleset_warning(const seclang_ruleset *ruleset, size_t index, seclang_error *warning)
{
    size_t count;
    const struct seclang_warning *all = seclang_rules_warnings(ruleset->rules, &count);

    if (index >= count) return 0;
    *warning = (seclang_error){ .line = all[index].line, .column = all[index].column };
    take(warning->file, sizeof(warning->file), all[index].file);
    take(warning->what, sizeof(warning->what), all[index].text);
    return 1;
}

const char *
seclang_ruleset_list(const seclang_ruleset *ruleset, size_t index)
{
    size_t count;
    const sk_str *zone = seclang_rules_rbl_zones(ruleset->rules, &count);

    return index < count ? zone[index].p : NULL;
}

/* ── thread ── */

int
seclang_thread_new(seclang_thread **thread, seclang_ruleset *ruleset, seclang_error *error)
{
    struct seclang_worker *worker;
    sk_err e;

    if (!thread) return SECLANG_E_ORDER;
    *thread = NULL;
    if (!ruleset) return SECLANG_E_ORDER;
    e = seclang_worker_new(&worker, ruleset->rules);
    if (sk_failed(e)) return seclang_lib_fail(error, e);
    *thread = zeroed(sizeof(**thread));
    (*thread)->worker = worker;
    (*thread)->ruleset = ruleset;
    seclang_ruleset_hold(ruleset);
    return 0;
}

void
seclang_thread_free(seclang_thread *thread)
{
    if (!thread) return;
    seclang_worker_free(thread->worker);
    seclang_ruleset_free(thread->ruleset);
    free(thread);
}

void
seclang_thread_log(seclang_thread *thread, seclang_log_line *log, void *context)
{
    thread->log = log;
    thread->log_context = context;
}

void
seclang_thread_lists(seclang_thread *thread, seclang_is_listed *is_listed, void *context)
{
    thread->is_listed = is_listed;
    thread->lists_context = context;
}

int
seclang_thread_collections(seclang_thread *thread, const seclang_collections *collections)
{
    if (!collections || collections->size != sizeof(*collections) || !collections->load ||
        !collections->save)
        return SECLANG_E_ORDER;
    thread->collections = *collections;
    return 0;
}
