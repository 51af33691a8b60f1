/* Planning the screen of a phase: which rules are questions, which variables they look at in which
 * forms, and the filter's rows. */
#include "seclang/screen.h"

#include "seclang/link/linker.h"
#include "seclang/tf/rows.h"

/* Variables that keep their values while a phase runs, and whose lists hold each value once. */
static const struct {
    enum seclang_var var, get, post;
} lanes[] = {
    { SECLANG_VAR_ARGS, SECLANG_VAR_ARGS_GET, SECLANG_VAR_ARGS_POST },
    { SECLANG_VAR_ARGS_NAMES, SECLANG_VAR_ARGS_GET_NAMES, SECLANG_VAR_ARGS_POST_NAMES },
    { SECLANG_VAR_REQUEST_COOKIES, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_REQUEST_COOKIES_NAMES, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_REQUEST_HEADERS, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_REQUEST_HEADERS_NAMES, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_REQUEST_URI, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_REQUEST_URI_RAW, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_REQUEST_FILENAME, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_REQUEST_BASENAME, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_REQUEST_LINE, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_QUERY_STRING, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_REQUEST_BODY, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_FILES, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_FILES_NAMES, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_MULTIPART_PART_HEADERS, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_XML, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
    { SECLANG_VAR_RESPONSE_HEADERS, SECLANG_VAR_COUNT, SECLANG_VAR_COUNT },
};
enum { LANES = sizeof lanes / sizeof *lanes };

/* Phase 4 asks about the response's body (op/bulk.c), phase 5 about next to nothing. */
enum { QUESTIONS_UNTIL = 3 };

struct planner {
    struct seclang_linker *l;
    struct seclang_screen *screen;
    struct seclang_lane *lane; /* LANES */
    uint64_t *walked, *of_body;
    struct sleeper *sleeper; /* in the order of steps */
    size_t sleepers;
};

/* A step that waits for a slot. */
struct sleeper {
    size_t slot;
    unsigned step;
};

static void
put(struct seclang_asks *asks, size_t question)
{
    asks->w[question >> 6] |= (uint64_t)1 << (question & 63);
}

/* ── who is a question ── */

/* The index in lanes, or -1. Sides share the lane of the whole. */
static int
lane_of(enum seclang_var var)
{
    for (int i = 0; i < LANES; i++)
        if (lanes[i].var == var || (var != SECLANG_VAR_COUNT && lanes[i].get == var) ||
            (var != SECLANG_VAR_COUNT && lanes[i].post == var))
            return i;
    return -1;
}

static bool
is_question(const struct seclang_rule *rule)
{
    if (rule->unconditional || !rule->op || !rule->op->pure || rule->target_count == 0 ||
        !seclang_macro_constant(&rule->argument))
        return false;
    for (size_t i = 0; i < rule->target_count; i++)
        if (rule->target[i].count || lane_of(rule->target[i].var) < 0) return false;
    return true;
}

/* ── which values it asks about ── */

static struct seclang_screen_name *
name_in(struct planner *p, struct seclang_lane *lane, sk_str name)
{
    for (size_t i = 0; i < lane->name_count; i++)
        if (sk_str_eq_nocase(lane->name[i].name, name)) return &lane->name[i];
    lane->name = seclang_draft_room(p->l->mem, lane->name, lane->name_count, sizeof *lane->name);
    lane->name[lane->name_count] = (struct seclang_screen_name){ .name = name };
    return &lane->name[lane->name_count++];
}

/* XPath expressions are names only by courtesy: their values are screened by all who ask. Sides of
 * ARGS:name too, since a name's bit holds for both sides. */
static bool
by_name(const struct seclang_target *target)
{
    return target->selector.pick == SECLANG_PICK_NAME && target->var != SECLANG_VAR_XML;
}

static void
take_target(struct planner *p, const struct seclang_target *target, size_t question)
{
    struct seclang_lane *lane = &p->lane[lane_of(target->var)];

    if (by_name(target))
        put(&name_in(p, lane, target->selector.name)->more, question);
    else if (target->var == lane->var)
        put(&lane->asks, question);
    else
        put(target->var == lane->post ? &lane->post_asks : &lane->get_asks, question);
}

/* Only plain names of the very variable: what else is excluded, walking the rules finds out. */
static void
take_exclusion(struct planner *p, const struct seclang_target *excluded, size_t question)
{
    int at = lane_of(excluded->var);

    if (excluded->count || at < 0 || !by_name(excluded) || excluded->var != p->lane[at].var) return;
    put(&name_in(p, &p->lane[at], excluded->selector.name)->less, question);
}

/* ── the filter ── */

/* A set that the filter does not have is open: no byte needs to be there. A negated operator has no
 * filter at all. */
static void
lay_filter(seclang_row *open, seclang_row *row, struct seclang_asks *fits,
           const struct seclang_screen *screen, size_t question)
{
    const struct seclang_rule *rule = screen->ask[question];
    uint64_t bit = (uint64_t)1 << (question & 63);
    size_t word = question >> 6;
    size_t least = rule->filtered ? rule->filter.least : 0;

    for (unsigned set = 0; set < SECLANG_FILTER_SETS; set++) {
        if (!rule->filtered || set >= rule->filter.sets) {
            open[word][set] |= bit;
            continue;
        }
        for (unsigned c = 0; c < 256; c++)
            if (sk_bytes_has(&rule->filter.set[set], (unsigned char)c))
                row[c * screen->words + word][set] |= bit;
    }
    for (size_t n = 0; n < SECLANG_SCREEN_LENGTHS; n++)
        if (n >= least || n == SECLANG_SCREEN_LENGTHS - 1) put(&fits[n], question);
}

static void
lay_filters(struct planner *p)
{
    struct seclang_screen *screen = p->screen;
    sk_arena *mem = p->l->mem;
    seclang_row *open = sk_array(mem, screen->words + 1, sizeof *open);
    seclang_row *row = sk_array(mem, 256 * screen->words + 1, sizeof *row);
    struct seclang_asks *fits = sk_array(mem, SECLANG_SCREEN_LENGTHS, sizeof *fits);

    for (size_t q = 0; q < screen->count; q++)
        lay_filter(open, row, fits, screen, q);
    screen->open = open;
    screen->row = row;
    screen->fits = fits;
}

/* ── grams ── */

/* One question's grams; none: it has to be asked without. */
static struct seclang_grams
grams_of(struct planner *p, size_t question)
{
    const struct seclang_rule *rule = p->screen->ask[question];
    struct seclang_grams grams = { 0 };

    if (!rule->negated && rule->argument.count)
        seclang_op_grams(&grams, p->l->scratch, rule->op, rule->op_state,
                         rule->argument.part[0].literal);
    return grams;
}

struct gram_table {
    uint64_t *bit;
    uint16_t *row;
    uint64_t *asks;
    size_t rows, size; /* used, and there */
};

/* False when the rows are used up. */
static bool
lay_gram(struct gram_table *t, struct planner *p, uint32_t gram, size_t question)
{
    uint32_t hash = seclang_gram_hash(gram);
    size_t words = p->screen->words;

    if (!(t->bit[hash >> 6] >> (hash & 63) & 1)) {
        if (t->rows == t->size) return false;
        t->bit[hash >> 6] |= (uint64_t)1 << (hash & 63);
        t->row[hash] = (uint16_t)t->rows++;
    }
    t->asks[t->row[hash] * words + (question >> 6)] |= (uint64_t)1 << (question & 63);
    return true;
}

static size_t
count_grams(const struct seclang_grams *grams, size_t count)
{
    size_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += grams[i].count;
    return sum < (1 << SECLANG_GRAM_BITS) ? sum : 1 << SECLANG_GRAM_BITS;
}

static void
lay_grams(struct planner *p)
{
    struct seclang_screen *screen = p->screen;
    struct seclang_grams *grams = sk_array(p->l->scratch, screen->count + 1, sizeof *grams);
    struct gram_table t = { .bit = sk_array(p->l->mem, 1 << (SECLANG_GRAM_BITS - 6), 8),
                            .row = sk_array(p->l->mem, 1 << SECLANG_GRAM_BITS, 2) };

    for (size_t q = 0; q < screen->count; q++)
        grams[q] = grams_of(p, q);
    t.size = count_grams(grams, screen->count);
    t.asks = sk_array(p->l->mem, t.size * screen->words + 1, sizeof(uint64_t));
    for (size_t q = 0; q < screen->count; q++) {
        bool laid = grams[q].count > 0;

        for (size_t i = 0; i < grams[q].count && laid; i++)
            laid = lay_gram(&t, p, grams[q].gram[i], q);
        if (!laid) put(&screen->gramless, q);
    }
    screen->gram = t.bit;
    screen->gram_row = t.row;
    screen->gram_asks = t.asks;
}

/* ── forms ── */

static uint64_t
tf_bit(struct seclang_screen *screen, const struct seclang_tf *tf)
{
    size_t i = 0;

    while (i < screen->tf_count && screen->tf[i] != tf)
        i++;
    if (i == screen->tf_count) screen->tf[screen->tf_count++] = tf;
    return (uint64_t)1 << i;
}

/* The transformations on the way to a form. There are fewer of them than bits: see tf/table.c. */
static uint64_t
tfs_of(struct planner *p, unsigned form)
{
    uint64_t tfs = 0;

    for (; form > 0; form = p->l->form[form].parent)
        tfs |= tf_bit(p->screen, p->l->form[form].tf);
    return tfs;
}

static bool
cuts(const struct planner *p, unsigned form)
{
    for (; form > 0; form = p->l->form[form].parent)
        if (p->l->form[form].tf->run == seclang_tf_utf8_to_unicode) return true;
    return false;
}

static void
ask_form(struct planner *p, struct seclang_screen_node *by_form, unsigned form, size_t question)
{
    by_form[form].form = form;
    by_form[form].tfs = tfs_of(p, form);
    by_form[form].cuts = cuts(p, form);
    put(&by_form[form].asks, question);
}

/* Who looks at which form, whatever the variable. multiMatch looks at all forms on the way. */
static struct seclang_screen_node *
all_forms(struct planner *p)
{
    struct seclang_screen_node *by_form =
        sk_array(p->l->scratch, p->l->form_count, sizeof *by_form);

    for (size_t q = 0; q < p->screen->count; q++) {
        const struct seclang_rule *rule = p->screen->ask[q];
        unsigned form = rule->form;

        ask_form(p, by_form, form, q);
        for (; rule->multi_match && form > 0; form = p->l->form[form].parent)
            ask_form(p, by_form, p->l->form[form].parent, q);
    }
    return by_form;
}

/* All questions that may come up in a lane. */
static struct seclang_asks
asks_in(const struct seclang_lane *lane)
{
    struct seclang_asks all = lane->asks;

    for (size_t k = 0; k < SECLANG_SCREEN_WORDS; k++) {
        all.w[k] |= lane->get_asks.w[k] | lane->post_asks.w[k];
        for (size_t i = 0; i < lane->name_count; i++)
            all.w[k] |= lane->name[i].more.w[k];
    }
    return all;
}

static bool
cut(struct seclang_asks *asks, const struct seclang_asks *to)
{
    uint64_t some = 0;

    for (size_t k = 0; k < SECLANG_SCREEN_WORDS; k++)
        some |= asks->w[k] &= to->w[k];
    return some != 0;
}

/* The shortest match of all of them; 0 where one is not known. */
static unsigned
least_of(const struct planner *p, const struct seclang_asks *asks)
{
    unsigned least = SECLANG_SCREEN_LENGTHS;

    for (size_t q = 0; q < p->screen->count; q++) {
        const struct seclang_rule *rule = p->screen->ask[q];
        unsigned its = rule->filtered ? (unsigned)rule->filter.least : 0;

        if ((asks->w[q >> 6] >> (q & 63) & 1) && its < least) least = its;
    }
    return least;
}

static void
lay_nodes(struct planner *p, struct seclang_lane *lane, const struct seclang_screen_node *by_form)
{
    struct seclang_asks asks = asks_in(lane);
    struct seclang_screen_node *node = sk_array(p->l->mem, p->l->form_count, sizeof *node);

    for (size_t form = 0; form < p->l->form_count; form++) {
        node[lane->node_count] = by_form[form];
        if (!cut(&node[lane->node_count].asks, &asks)) continue;
        node[lane->node_count].least = least_of(p, &node[lane->node_count].asks);
        lane->tfs |= node[lane->node_count++].tfs;
    }
    lane->node = node;
}

static void
lay_lanes(struct planner *p)
{
    const struct seclang_screen_node *by_form = all_forms(p);
    struct seclang_lane *used = sk_array(p->l->mem, LANES, sizeof *used);

    for (size_t i = 0; i < LANES; i++) {
        lay_nodes(p, &p->lane[i], by_form);
        if (p->lane[i].node_count) used[p->screen->lane_count++] = p->lane[i];
    }
    p->screen->lane = used;
}

/* ── all of it ── */

static int
take_question(struct planner *p, const struct seclang_rule *rule, unsigned step)
{
    size_t q = p->screen->count++;

    p->screen->ask[q] = rule;
    p->screen->step[q] = step;
    for (size_t i = 0; i < rule->target_count; i++)
        take_target(p, &rule->target[i], q);
    for (size_t i = 0; i < rule->exclusion_count; i++)
        take_exclusion(p, &rule->exclusion[i], q);
    return (int)q;
}

/* A relay asks twice: whether its first rule matches, and whether its chain may. */
static void
take_rule(struct planner *p, struct seclang_rule *rule, unsigned step)
{
    rule->question = take_question(p, rule, step);
    if (p->screen->count == SECLANG_SCREEN_MOST) return;
    rule->relay = seclang_link_relay(p->l, rule);
    if (rule->relay) rule->relayed = take_question(p, rule, step);
}

/* ── who sleeps ── */

static void
wait_for(struct planner *p, int slot, unsigned step)
{
    p->sleeper = seclang_draft_room(p->l->scratch, p->sleeper, p->sleepers, sizeof *p->sleeper);
    p->sleeper[p->sleepers++] = (struct sleeper){ (size_t)slot, step };
}

/* Until one of the variables that `rule` names changes. */
static void
take_sleeper(struct planner *p, const struct seclang_rule *rule, unsigned step)
{
    for (size_t i = 0; i < rule->target_count; i++)
        wait_for(p, rule->target[i].selector.tx_slot, step);
    for (size_t i = 0; i < rule->argument.count; i++)
        if (rule->argument.part[i].var == SECLANG_VAR_TX)
            wait_for(p, rule->argument.part[i].tx_slot, step);
}

/* By slot. */
static void
lay_sleepers(struct planner *p)
{
    size_t slots = p->l->rules->tx_slot_count, n = 0;
    unsigned *first = sk_array(p->l->mem, slots + 2, sizeof *first);
    unsigned *step = sk_array(p->l->mem, p->sleepers + 1, sizeof *step);

    for (size_t slot = 0; slot <= slots; slot++) {
        first[slot] = (unsigned)n;
        for (size_t i = 0; i < p->sleepers; i++)
            if (p->sleeper[i].slot == slot) step[n++] = p->sleeper[i].step;
    }
    p->screen->sleeper = first;
    p->screen->sleeper_step = step;
}

/* Of an empty body it has nothing to say. */
static bool
is_of_body(const struct seclang_rule *rule)
{
    return rule->target_count == 1 && rule->target[0].var == SECLANG_VAR_RESPONSE_BODY &&
           !rule->target[0].count && !rule->negated && rule->filtered && rule->filter.least > 0 &&
           !rule->multi_match && rule->form == 0;
}

static void
take_step(struct planner *p, const struct seclang_rule *rule, unsigned step)
{
    uint64_t *bits = is_of_body(rule) ? p->of_body : p->walked;
    const struct seclang_rule *sleeper = seclang_link_sleeper(p->l, rule);

    if (sleeper)
        take_sleeper(p, sleeper, step);
    else
        bits[step >> 6] |= (uint64_t)1 << (step & 63);
}

static void
take_steps(struct planner *p, unsigned phase)
{
    struct seclang_rules *r = p->l->rules;

    for (unsigned i = 0; i < r->phase[phase].count; i++) {
        struct seclang_rule *rule = &r->rule[r->phase[phase].step[i].rule->index];

        if (phase <= QUESTIONS_UNTIL && p->screen->count < SECLANG_SCREEN_MOST && is_question(rule))
            take_rule(p, rule, i);
        else
            take_step(p, rule, i);
    }
}

static void
lay_questions(struct planner *p)
{
    lay_lanes(p);
    lay_filters(p);
    lay_grams(p);
}

void
seclang_link_screen(struct seclang_linker *l, unsigned phase)
{
    struct seclang_rules *r = l->rules;
    struct planner p = { .l = l, .screen = SK_NEW(l->mem, struct seclang_screen) };

    p.lane = sk_array(l->scratch, LANES, sizeof *p.lane);
    for (size_t i = 0; i < LANES; i++)
        p.lane[i] = (struct seclang_lane){ .var = lanes[i].var,
                                           .get = lanes[i].get,
                                           .post = lanes[i].post };
    p.screen->step_words = r->phase[phase].count / 64 + 1;
    p.screen->walked = p.walked = sk_array(l->mem, p.screen->step_words, sizeof *p.walked);
    p.screen->of_body = p.of_body = sk_array(l->mem, p.screen->step_words, sizeof *p.of_body);
    take_steps(&p, phase);
    lay_sleepers(&p);
    p.screen->words = (p.screen->count + 63) / 64;
    if (p.screen->count) lay_questions(&p);
    r->phase[phase].screen = p.screen;
}
