/* Running the screen. */
#include "seclang/screen.h"

#include "seclang/forms.h"
#include "seclang/relay.h"
#include "seclang/second_look.h"
#include "seclang/twin.h"
#include "seclang/var/fetch.h"
#include "seclang/worker.h"

/* One value being screened. */
struct screening {
    struct seclang_tx *tx;
    const struct seclang_screen *screen;
    struct seclang_value *value;
    bool twins; /* texts are of the value's twin: what matches them meets the value itself */
    struct seclang_asks hits;
};

static bool
asks_meet(const struct seclang_asks *a, const struct seclang_asks *b, size_t words)
{
    uint64_t some = 0;

    for (size_t i = 0; i < words; i++)
        some |= a->w[i] & b->w[i];
    return some != 0;
}

/* Rows are 32 bytes: one vector where the processor has such, two elsewhere. Chosen when the
 * program is loaded, but for the sanitizers, which are not ready by then. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

/* ── one text ── */

/* Those of `asks` whose filters the text passes. */
static WIDE void
filter(struct seclang_asks *left, const struct seclang_screen *screen,
       const struct seclang_asks *asks, struct seclang_text *text)
{
    size_t words = screen->words, n = text->s.n;
    const struct seclang_asks *fits =
        &screen->fits[n < SECLANG_SCREEN_LENGTHS ? n : SECLANG_SCREEN_LENGTHS - 1];
    const struct sk_bytes *bytes = seclang_text_bytes(text);
    seclang_row seen[SECLANG_SCREEN_WORDS];

    for (size_t k = 0; k < words; k++)
        seen[k] = screen->open[k];
    for (unsigned i = 0; i < 4; i++)
        for (uint64_t bits = bytes->w[i]; bits; bits &= bits - 1) {
            const seclang_row *row =
                screen->row + (64 * i + (unsigned)__builtin_ctzll(bits)) * words;

            for (size_t k = 0; k < words; k++)
                seen[k] |= row[k];
        }
    for (size_t k = 0; k < words; k++)
        left->w[k] = asks->w[k] & fits->w[k] & seen[k][0] & seen[k][1] & seen[k][2] & seen[k][3];
}

/* Some of a are not in b. */
static bool
asks_beyond(const struct seclang_asks *a, const struct seclang_asks *b, size_t words)
{
    uint64_t some = 0;

    for (size_t i = 0; i < words; i++)
        some |= a->w[i] & ~b->w[i];
    return some != 0;
}

/* Of those that are left: who looks for no gram, or for one that the text has. */
static void
filter_grams(struct seclang_asks *left, const struct seclang_screen *screen, sk_str text)
{
    size_t words = screen->words;
    struct seclang_asks found = screen->gramless;

    if (!asks_beyond(left, &screen->gramless, words)) return;
    for (size_t i = 0; i + SECLANG_GRAM <= text.n; i++) {
        uint32_t hash = seclang_gram_hash(seclang_gram(text.p + i));
        const uint64_t *asks;

        if (!(screen->gram[hash >> 6] >> (hash & 63) & 1)) continue;
        asks = screen->gram_asks + screen->gram_row[hash] * words;
        for (size_t k = 0; k < words; k++)
            found.w[k] |= asks[k];
    }
    for (size_t k = 0; k < words; k++)
        left->w[k] &= found.w[k];
}

/* Whether the match is there also when characters are not cut into bytes (second_look.h). With
 * multiMatch it is not known here which form this text is: walking the rules asks again. */
static bool
stands(const struct screening *s, const struct seclang_rule *rule, const struct seclang_op_run *run)
{
    return s->tx->bytes_only || run->limit_hit || rule->multi_match ||
           seclang_second_look(s->tx->worker, rule, run, s->value->text.s, rule->form);
}

static bool
operate(struct screening *s, const struct seclang_rule *rule, sk_str text)
{
    struct seclang_op_run *run = &s->tx->worker->run;

    run->argument = rule->argument.count ? rule->argument.part[0].literal : (sk_str){ 0 };
    run->want_captures = false;
    run->quiet = true;
    run->capture_count = 0;
    run->limit_hit = false;
    return rule->op->run(rule->op_state, run, text) != rule->negated || run->limit_hit;
}

static void
hit(struct screening *s, unsigned question)
{
    s->hits.w[question >> 6] |= (uint64_t)1 << (question & 63);
}

static void
ask(struct screening *s, unsigned question, sk_str text)
{
    const struct seclang_rule *rule = s->screen->ask[question];

    if ((int)question == rule->relayed) {
        if (seclang_relay_may(rule, &s->tx->worker->run, text)) hit(s, question);
        return;
    }
    if (!operate(s, rule, text)) return;
    if (s->twins && !rule->multi_match) { /* the second look was the first */
        text = seclang_value_form(s->value, s->tx->mem, s->tx->rules, rule->form)->s;
        if (!operate(s, rule, text)) return;
    } else if (!stands(s, rule, &s->tx->worker->run)) {
        return;
    }
    hit(s, question);
}

static void
screen_text(struct screening *s, const struct seclang_asks *asks, struct seclang_text *text)
{
    struct seclang_asks left;

    filter(&left, s->screen, asks, text);
    filter_grams(&left, s->screen, text->s);
    for (unsigned k = 0; k < s->screen->words; k++)
        for (uint64_t bits = left.w[k] & ~s->hits.w[k]; bits; bits &= bits - 1)
            ask(s, 64 * k + (unsigned)__builtin_ctzll(bits), text->s);
}

/* ── one value, in all its forms ── */

/* Texts that differ from the value's own, each with who asks about it. */
struct forms {
    struct seclang_text *text[SECLANG_SCREEN_TFS];
    struct seclang_asks asks[SECLANG_SCREEN_TFS];
    unsigned count;
};

static void
unite(struct seclang_asks *to, const struct seclang_asks *with, const struct seclang_asks *of,
      size_t words)
{
    for (size_t k = 0; k < words; k++)
        to->w[k] |= with->w[k] & of->w[k];
}

static void
screen_forms(struct screening *s, struct forms *forms)
{
    for (unsigned i = 0; i < forms->count; i++)
        screen_text(s, &forms->asks[i], forms->text[i]);
    forms->count = 0;
}

/* Chains that lead to one text are one question to its filter. */
static void
add_form(struct screening *s, struct forms *forms, struct seclang_text *text,
         const struct seclang_asks *with, const struct seclang_asks *of)
{
    unsigned i = forms->count;

    while (i > 0 && forms->text[i - 1] != text)
        i--;
    if (i == 0) {
        if (forms->count == SECLANG_SCREEN_TFS) screen_forms(s, forms);
        forms->text[forms->count] = text;
        forms->asks[forms->count] = (struct seclang_asks){ { 0 } };
        i = ++forms->count;
    }
    unite(&forms->asks[i - 1], with, of, s->screen->words);
}

/* The transformations that would change this text. */
static uint64_t
changing(const struct seclang_screen *screen, const struct sk_bytes *bytes)
{
    uint64_t all = 0;

    for (size_t i = 0; i < screen->tf_count; i++)
        if (screen->tf[i]->always || sk_bytes_meet(&screen->tf[i]->needs, bytes))
            all |= (uint64_t)1 << i;
    return all;
}

/* All forms of `value`, which is the screened one or its twin. */
static void
screen_forms_of(struct screening *s, struct seclang_value *value, const struct seclang_lane *lane,
                const struct seclang_asks *asks, enum seclang_nodes nodes)
{
    uint64_t changed = changing(s->screen, seclang_text_bytes(&value->text));
    struct seclang_forms *all = s->tx->worker->forms;
    const struct seclang_course *course = seclang_forms_course(all, lane, changed, nodes);
    struct seclang_asks same = { { 0 } };
    struct forms forms;

    forms.count = 0;
    seclang_forms_begin(all, value);
    for (unsigned i = 0; i < course->count; i++) {
        const struct seclang_screen_node *node = &lane->node[course->node[i]];

        if (asks_meet(&node->asks, asks, s->screen->words) &&
            seclang_forms_reach(all, s->tx->mem, node->form, node->least))
            add_form(s, &forms, seclang_forms_at(all, s->tx->mem, node->form), &node->asks, asks);
    }
    unite(&same, &course->same, asks, s->screen->words);
    screen_text(s, &same, &value->text);
    screen_forms(s, &forms);
}

/* Rules whose matches count only if the twin has them, too, meet the twin first. */
static void
screen_twins(struct screening *s, const struct seclang_twins *twins,
             const struct seclang_lane *lane, const struct seclang_asks *asks)
{
    bool alike = twins->cut == twins->plain;

    s->twins = true;
    screen_forms_of(s, twins->cut, lane, asks, alike ? SECLANG_NODES_ALL : SECLANG_NODES_CUTTING);
    if (!alike) screen_forms_of(s, twins->plain, lane, asks, SECLANG_NODES_PLAIN);
    s->twins = false;
}

static void
screen_value(struct screening *s, const struct seclang_lane *lane, const struct seclang_asks *asks)
{
    const struct seclang_worker *worker = s->tx->worker;
    struct seclang_asks others = *asks, theirs = *asks;
    struct seclang_twins twins;

    (void)seclang_text_bytes(&s->value->text);
    if (!s->tx->bytes_only && seclang_twins_of(&twins, s->tx, s->value)) {
        const struct seclang_asks *served =
            &(twins.cut == twins.plain ? worker->served_alike : worker->served)[s->tx->phase];

        for (size_t k = 0; k < s->screen->words; k++) {
            theirs.w[k] &= served->w[k];
            others.w[k] &= ~served->w[k];
        }
        screen_twins(s, &twins, lane, &theirs);
    }
    screen_forms_of(s, s->value, lane, &others, SECLANG_NODES_ALL);
}

/* ── all values of a variable ── */

static void
add_named(struct seclang_asks *asks, const struct seclang_lane *lane, sk_str name, size_t words)
{
    for (size_t i = 0; i < lane->name_count; i++) {
        const struct seclang_screen_name *n = &lane->name[i];

        if (n->name.n != name.n || !sk_str_eq_nocase(n->name, name)) continue;
        for (size_t k = 0; k < words; k++)
            asks->w[k] = (asks->w[k] | n->more.w[k]) & ~n->less.w[k];
    }
}

static struct seclang_asks
asks_of(const struct seclang_lane *lane, const struct seclang_value *value, size_t words)
{
    struct seclang_asks asks = lane->asks;
    const struct seclang_asks *side = value->post ? &lane->post_asks : &lane->get_asks;

    for (size_t k = 0; k < words; k++)
        asks.w[k] |= side->w[k];
    if (lane->name_count) add_named(&asks, lane, value->name, words);
    return asks;
}

static void
walk(struct seclang_tx *tx, unsigned step)
{
    tx->hot[step >> 6] |= (uint64_t)1 << (step & 63);
}

static void
note_hits(struct screening *s)
{
    struct seclang_tx *tx = s->tx;
    uint64_t *hits;

    if (!asks_meet(&s->hits, &s->hits, s->screen->words)) return;
    hits = sk_alloc(tx->mem, s->screen->words * sizeof(uint64_t));
    memcpy(hits, s->hits.w, s->screen->words * sizeof(uint64_t));
    s->value->hits = hits;
    for (unsigned k = 0; k < s->screen->words; k++)
        for (uint64_t bits = hits[k]; bits; bits &= bits - 1)
            walk(tx, s->screen->step[64 * k + (unsigned)__builtin_ctzll(bits)]);
}

/* Numbers who asks: the phase, the variable, the side; and whether bytes are taken as they are. */
static uint64_t
tag_of(const struct seclang_tx *tx, const struct seclang_lane *lane,
       const struct seclang_value *value)
{
    return (uint64_t)tx->phase << 16 | (uint64_t)lane->var << 2 | (uint64_t)tx->bytes_only << 1 |
           (uint64_t)value->post;
}

/* Several phases, and variables that share their values, look at one text. */
static struct seclang_print
print_of(struct screening *s)
{
    struct seclang_value *value = s->value;

    if (!value->printed)
        value->print =
            seclang_print_text(seclang_recall_printer(s->tx->worker->recall), value->text.s);
    value->printed = true;
    return value->print;
}

/* Names count only where some question looks at them. */
static struct seclang_print
whole_print(struct screening *s, const struct seclang_lane *lane)
{
    sk_str name = lane->name_count ? s->value->name : (sk_str){ 0 };

    return seclang_print_end(seclang_recall_printer(s->tx->worker->recall), print_of(s),
                             s->value->text.s, name, tag_of(s->tx, lane, s->value));
}

static bool
is_brief(const struct seclang_value *value)
{
    return value->text.s.n <= SECLANG_RECALL_BYTES;
}

static void
screen_or_recall(struct screening *s, const struct seclang_lane *lane,
                 const struct seclang_print *print)
{
    struct seclang_recall *recall = s->tx->worker->recall;
    bool brief = is_brief(s->value);
    const uint64_t *known = brief ? seclang_recall_find(recall, *print) : NULL;
    struct seclang_asks asks;

    if (known) {
        memcpy(s->hits.w, known, s->screen->words * sizeof(uint64_t));
    } else {
        asks = asks_of(lane, s->value, s->screen->words);
        screen_value(s, lane, &asks);
        if (brief) seclang_recall_learn(recall, *print, s->hits.w);
    }
    note_hits(s);
}

/* The prints of a lane's values, from `print`; returns where the next lane's go. */
static struct seclang_print *
expect_lane(struct seclang_tx *tx, const struct seclang_screen *screen,
            const struct seclang_lane *lane, struct seclang_print *print)
{
    const struct seclang_list *list = &tx->list[lane->var];

    for (unsigned i = 0; i < list->count; i++) {
        struct screening s = { .tx = tx, .screen = screen, .value = list->at[i] };

        if (!is_brief(s.value)) continue;
        print[i] = whole_print(&s, lane);
        seclang_recall_expect(tx->worker->recall, print[i]);
    }
    return print + list->count;
}

static struct seclang_print *
screen_lane(struct seclang_tx *tx, const struct seclang_screen *screen,
            const struct seclang_lane *lane, struct seclang_print *print)
{
    const struct seclang_list *list = &tx->list[lane->var];

    for (unsigned i = 0; i < list->count; i++) {
        struct screening s = { .tx = tx, .screen = screen, .value = list->at[i] };

        s.value->hits = NULL;
        screen_or_recall(&s, lane, &print[i]);
    }
    tx->list[lane->var].screened = list->count;
    if (lane->get < SECLANG_VAR_COUNT) tx->list[lane->get].screened = tx->list[lane->get].count;
    if (lane->post < SECLANG_VAR_COUNT) tx->list[lane->post].screened = tx->list[lane->post].count;
    return print + list->count;
}

/* What was judged before is looked up for all values at once, so that they wait together. */
static void
screen_lanes(struct seclang_tx *tx, const struct seclang_screen *screen)
{
    struct seclang_print *print, *next;
    size_t values = 0;

    for (size_t i = 0; i < screen->lane_count; i++)
        values += seclang_fetch(tx, screen->lane[i].var, NULL)->count;
    print = next = sk_alloc(tx->mem, (values + 1) * sizeof(*print));
    for (size_t i = 0; i < screen->lane_count; i++)
        next = expect_lane(tx, screen, &screen->lane[i], next);
    next = print;
    for (size_t i = 0; i < screen->lane_count; i++)
        next = screen_lane(tx, screen, &screen->lane[i], next);
}

static void
forget(struct seclang_tx *tx, enum seclang_var var)
{
    if (var < SECLANG_VAR_COUNT) tx->list[var].screened = 0;
}

void
seclang_screen_forget(struct seclang_tx *tx)
{
    if (!tx->screen) return;
    for (size_t i = 0; i < tx->screen->lane_count; i++) {
        forget(tx, tx->screen->lane[i].var);
        forget(tx, tx->screen->lane[i].get);
        forget(tx, tx->screen->lane[i].post);
    }
    tx->screen = NULL;
}

/* tx->screen may be an earlier phase's where tx->hot is none. */
void
seclang_screen_wake(struct seclang_tx *tx, size_t slot)
{
    const struct seclang_screen *screen = tx->screen;

    if (!tx->hot) return;
    for (unsigned i = screen->sleeper[slot]; i < screen->sleeper[slot + 1]; i++)
        walk(tx, screen->sleeper_step[i]);
}

static void
wake_all(struct seclang_tx *tx)
{
    if (!tx->tx_woken) return;
    for (size_t k = 0; k <= tx->rules->tx_slot_count >> 6; k++)
        for (uint64_t bits = tx->tx_woken[k]; bits; bits &= bits - 1)
            seclang_screen_wake(tx, 64 * k + (unsigned)__builtin_ctzll(bits));
}

static bool
has_response_body(const struct seclang_tx *tx)
{
    return tx->response_kept && tx->response_text.n > 0;
}

void
seclang_screen_run(struct seclang_tx *tx, const struct seclang_screen *screen)
{
    size_t size = screen->step_words * sizeof(uint64_t);

    tx->screen = screen;
    tx->hot = sk_alloc(tx->mem, size);
    memcpy(tx->hot, screen->walked, size);
    wake_all(tx);
    for (size_t k = 0; has_response_body(tx) && k < screen->step_words; k++)
        tx->hot[k] |= screen->of_body[k];
    screen_lanes(tx, screen);
}
