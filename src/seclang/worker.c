/* A thread's scratch memory, and what it knows about its rules. */
#include "seclang/worker.h"

#include "base/hash.h"
#include "seclang/forms.h"
#include "seclang/screen.h"
#include "seclang/second_look.h"
#include "seclang/twin.h"
#include "seclang/window.h"

enum { LOOK_CHUNK = 16 << 10 /* bytes: enough for a second look at most values */ };

int
seclang_worker_slot(const struct seclang_worker *worker, sk_str name, uint64_t hash)
{
    for (size_t at = (size_t)hash & worker->slot_mask;; at = (at + 1) & worker->slot_mask) {
        int slot = worker->slot[at];

        if (slot < 0) return -1;
        if (sk_str_eq_nocase(worker->rules->tx_name[slot], name)) return slot;
    }
}

/* Open addressing, at most half full. */
static void
index_slots(struct seclang_worker *w)
{
    size_t count = w->rules->tx_slot_count, size = 8;

    while (size < 2 * count)
        size *= 2;
    w->slot = sk_array(w->mem, size, sizeof(int));
    w->slot_mask = size - 1;
    for (size_t i = 0; i < size; i++)
        w->slot[i] = -1;
    for (size_t i = 0; i < count; i++) {
        size_t at = sk_hash_nocase(w->rules->tx_name[i]) & w->slot_mask;

        while (w->slot[at] >= 0)
            at = (at + 1) & w->slot_mask;
        w->slot[at] = (int)i;
    }
    for (int i = 0; i < SECLANG_CAPTURES; i++) {
        char digit = (char)('0' + i);

        w->capture_slot[i] =
            seclang_worker_slot(w, (sk_str){ &digit, 1 }, sk_hash_nocase((sk_str){ &digit, 1 }));
    }
}

static bool
some_rule_reads(const struct seclang_rules *rules, enum seclang_var var)
{
    for (size_t i = 0; i < rules->rule_count; i++)
        if (seclang_rule_reads(&rules->rule[i], var)) return true;
    return false;
}

/* From phase 2 on: when the body is read it is too early to know. */
static bool
shows_body_late(const struct seclang_rule *rule)
{
    for (size_t i = 0; i < rule->action_count; i++) {
        const struct seclang_action *act = &rule->action[i];

        if (act->kind == SECLANG_ACT_CTL && (act->ctl == SECLANG_CTL_FORCE_REQUEST_BODY_VARIABLE ||
                                             act->ctl == SECLANG_CTL_REQUEST_BODY_PROCESSOR))
            return rule->phase > 1;
    }
    return false;
}

static void
note_bodies(struct seclang_worker *w)
{
    const struct seclang_rules *rules = w->rules;

    w->reads_any_body = some_rule_reads(rules, SECLANG_VAR_FULL_REQUEST) ||
                        some_rule_reads(rules, SECLANG_VAR_FULL_REQUEST_LENGTH);
    w->reads_request_body = w->reads_any_body || some_rule_reads(rules, SECLANG_VAR_REQUEST_BODY);
    for (size_t i = 0; i < rules->rule_count && !w->reads_any_body; i++)
        w->reads_any_body = shows_body_late(&rules->rule[i]);
}

static bool
turns_audit_on(const struct seclang_rule *rule)
{
    for (size_t i = 0; i < rule->action_count; i++)
        if (rule->action[i].kind == SECLANG_ACT_CTL &&
            rule->action[i].ctl == SECLANG_CTL_AUDIT_ENGINE &&
            rule->action[i].number != SECLANG_AUDIT_OFF)
            return true;
    return false;
}

static void
note_times(struct seclang_worker *w)
{
    static const enum seclang_var times[] = {
        SECLANG_VAR_PERF_ALL,    SECLANG_VAR_PERF_COMBINED, SECLANG_VAR_PERF_PHASE1,
        SECLANG_VAR_PERF_PHASE2, SECLANG_VAR_PERF_PHASE3,   SECLANG_VAR_PERF_PHASE4,
        SECLANG_VAR_PERF_PHASE5,
    };
    const struct seclang_rules *rules = w->rules;

    w->times = rules->settings.audit != SECLANG_AUDIT_OFF;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]) && !w->times; i++)
        w->times = some_rule_reads(rules, times[i]);
    for (size_t i = 0; i < rules->rule_count && !w->times; i++)
        w->times = turns_audit_on(&rules->rule[i]);
}

/* Most rules exclude nothing: then no value of theirs is asked for it. */
static void
note_exclusions(struct seclang_worker *w)
{
    w->excludes = sk_zalloc(w->mem, w->rules->rule_count + 1);
    for (size_t i = 0; i < w->rules->rule_count; i++) {
        const struct seclang_rule *rule = &w->rules->rule[i];

        for (size_t j = 0; j < rule->exclusion_count; j++)
            w->excludes[rule->index] |= rule->exclusion[j].selector.pick == SECLANG_PICK_REGEX
                                            ? SECLANG_EXCLUDES_REGEX
                                            : SECLANG_EXCLUDES_NAMES;
    }
}

static void
note_second_looks(struct seclang_worker *w)
{
    w->second_look = sk_zalloc(w->mem, w->rules->rule_count + 1);
    for (size_t i = 0; i < w->rules->rule_count; i++) {
        const struct seclang_rule *rule = &w->rules->rule[i];

        w->second_look[rule->index] = (unsigned char)seclang_second_look_of(w->rules, rule);
    }
}

static void
make_start(struct seclang_worker *w)
{
    const struct seclang_rules *rules = w->rules;

    w->tx_start = sk_array(w->mem, rules->tx_slot_count + 1, sizeof(struct seclang_member));
    for (size_t i = 0; i < rules->tx_slot_count; i++) {
        struct seclang_member *m = &w->tx_start[i];

        m->value.name = rules->tx_name[i];
        m->slot = (int)i;
        if (!rules->tx_value || !rules->tx_value[i].p) continue;
        m->value.text.s = rules->tx_value[i];
        m->set = true;
    }
}

static void
note_service(struct seclang_worker *w, unsigned phase, unsigned question)
{
    const struct seclang_rule *rule = w->rules->phase[phase].screen->ask[question];
    bool relayed = (int)question == rule->relayed; /* it asks the value itself */
    enum seclang_service serves =
        relayed ? SECLANG_TWIN_NEVER
                : seclang_twin_serves(w->rules, rule, w->second_look[rule->index]);
    uint64_t bit = (uint64_t)1 << (question & 63);

    if (serves == SECLANG_TWIN_ALWAYS) w->served[phase].w[question >> 6] |= bit;
    if (serves != SECLANG_TWIN_NEVER) w->served_alike[phase].w[question >> 6] |= bit;
}

static void
note_served(struct seclang_worker *w)
{
    w->served = sk_array(w->mem, SECLANG_PHASES, sizeof(struct seclang_asks));
    w->served_alike = sk_array(w->mem, SECLANG_PHASES, sizeof(struct seclang_asks));
    for (unsigned phase = 0; phase < SECLANG_PHASES; phase++) {
        const struct seclang_screen *screen = w->rules->phase[phase].screen;

        for (unsigned q = 0; screen && q < screen->count; q++)
            note_service(w, phase, q);
    }
}

/* Of the phase with the most questions. */
static size_t
screen_words(const struct seclang_rules *rules)
{
    size_t words = 0;

    for (unsigned phase = 0; phase < SECLANG_PHASES; phase++) {
        const struct seclang_screen *screen = rules->phase[phase].screen;

        if (screen && screen->words > words) words = screen->words;
    }
    return words;
}

sk_err
seclang_worker_new(struct seclang_worker **worker, const struct seclang_rules *rules)
{
    struct seclang_decoders *decoders;
    struct seclang_scratch *scratch;
    struct seclang_worker *w;
    sk_arena *mem;
    sk_err e;

    TRY(seclang_decoders_new(&decoders, rules->form_charsets));
    e = seclang_scratch_new(&scratch);
    if (sk_failed(e)) {
        seclang_decoders_free(decoders);
        return e;
    }
    mem = sk_arena_new(0);
    w = SK_NEW(mem, struct seclang_worker);
    w->mem = mem;
    w->rules = rules;
    w->scratch = scratch;
    w->decoders = decoders;
    w->look_mem = sk_arena_new(LOOK_CHUNK);
    w->recall = seclang_recall_new(mem, screen_words(rules));
    w->forms = seclang_forms_new(mem, rules);
    w->taken = sk_array(mem, SECLANG_TAKEN, sizeof(*w->taken));
    note_bodies(w);
    note_times(w);
    w->reads_response_body = some_rule_reads(rules, SECLANG_VAR_RESPONSE_BODY);
    w->window = seclang_window_plan_new(mem, rules);
    index_slots(w);
    make_start(w);
    note_exclusions(w);
    note_second_looks(w);
    note_served(w);
    *worker = w;
    return sk_ok();
}

void
seclang_worker_free(struct seclang_worker *worker)
{
    if (!worker) return;
    seclang_scratch_free(worker->scratch);
    seclang_decoders_free(worker->decoders);
    seclang_recall_free(worker->recall);
    sk_arena_free(worker->look_mem);
    sk_arena_free(worker->mem);
}
