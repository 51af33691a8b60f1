/* Scratch memory of threads. One Vectorscan scratch serves all databases: a prototype grows with
 * each database that is compiled, threads clone it when they first scan after that. */
#include "seclang/op/linear.h"

#include <pthread.h>
#include <stdlib.h>

static struct {
    pthread_mutex_t lock;
    hs_scratch_t *prototype;
    unsigned generation; /* one more for each database; 0: there was none */
    unsigned alive;
} databases = { .lock = PTHREAD_MUTEX_INITIALIZER };

sk_err
seclang_database_register(hs_database_t *db)
{
    hs_error_t failed;

    pthread_mutex_lock(&databases.lock);
    failed = hs_alloc_scratch(db, &databases.prototype);
    if (!failed) {
        databases.generation++;
        databases.alive++;
    }
    pthread_mutex_unlock(&databases.lock);
    if (failed) return sk_fail(SK_BROKEN, "Vectorscan has no scratch memory (error %d)", failed);
    return sk_ok();
}

void
seclang_database_release(hs_database_t *db)
{
    hs_free_database(db);
    pthread_mutex_lock(&databases.lock);
    if (--databases.alive == 0) {
        hs_free_scratch(databases.prototype);
        databases.prototype = NULL;
    }
    pthread_mutex_unlock(&databases.lock);
}

hs_scratch_t *
seclang_scratch_hs(struct seclang_scratch *scratch)
{
    /* Read without the lock: databases are compiled before anyone scans them. */
    if (scratch->hs_generation == __atomic_load_n(&databases.generation, __ATOMIC_RELAXED))
        return scratch->hs;
    pthread_mutex_lock(&databases.lock);
    hs_free_scratch(scratch->hs);
    scratch->hs = NULL;
    scratch->hs_generation = 0;
    if (databases.prototype && hs_clone_scratch(databases.prototype, &scratch->hs) == HS_SUCCESS)
        scratch->hs_generation = databases.generation;
    pthread_mutex_unlock(&databases.lock);
    return scratch->hs;
}

sk_err
seclang_pcre_compile(pcre2_code **code, sk_str pattern, uint32_t options)
{
    PCRE2_UCHAR why[128];
    PCRE2_SIZE at;
    int error;

    *code = pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.n, options, &error, &at,
                          NULL);
    if (*code) return sk_ok();
    pcre2_get_error_message(error, why, sizeof(why));
    return sk_fail(SK_BAD, "the pattern is wrong at byte %zu: %s", (size_t)at + 1,
                   (const char *)why);
}

static void
forget(struct seclang_macro_pattern *pattern)
{
    pcre2_code_free(pattern->code);
    free(pattern->text);
    *pattern = (struct seclang_macro_pattern){ 0 };
}

/* Not through JIT: most of these are asked once. */
const pcre2_code *
seclang_scratch_pattern(struct seclang_scratch *scratch, sk_str text)
{
    struct seclang_macro_pattern *pattern = scratch->macro;

    for (; pattern < scratch->macro + SECLANG_MACRO_PATTERNS; pattern++)
        if (pattern->text && pattern->n == text.n && !memcmp(pattern->text, text.p, text.n))
            return pattern->code;
    pattern = &scratch->macro[scratch->next_macro++ % SECLANG_MACRO_PATTERNS];
    forget(pattern);
    pattern->text = malloc(text.n + 1);
    if (!pattern->text) return NULL;
    if (text.n > 0) memcpy(pattern->text, text.p, text.n);
    pattern->n = text.n;
    if (sk_failed(seclang_pcre_compile(&pattern->code, text, SECLANG_RX_OPTIONS)))
        pattern->code = NULL;
    return pattern->code;
}

sk_err
seclang_scratch_new(struct seclang_scratch **scratch)
{
    struct seclang_scratch *s = calloc(1, sizeof(*s));

    *scratch = s;
    if (!s) return sk_fail(SK_FULL, "no memory for a thread's scratch");
    s->match = pcre2_match_data_create(SECLANG_CAPTURES, NULL);
    s->context = pcre2_match_context_create(NULL);
    s->stack = pcre2_jit_stack_create(32 << 10, SECLANG_PCRE_STACK, NULL);
    if (!s->match || !s->context || !s->stack) {
        seclang_scratch_free(s);
        *scratch = NULL;
        return sk_fail(SK_FULL, "no memory for PCRE2's scratch");
    }
    pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return sk_ok();
}

void
seclang_scratch_free(struct seclang_scratch *scratch)
{
    if (!scratch) return;
    for (size_t i = 0; i < SECLANG_MACRO_PATTERNS; i++)
        forget(&scratch->macro[i]);
    seclang_linear_forget(scratch);
    pcre2_match_data_free(scratch->match);
    pcre2_match_context_free(scratch->context);
    pcre2_jit_stack_free(scratch->stack);
    hs_free_scratch(scratch->hs);
    free(scratch->text);
    free(scratch);
}
