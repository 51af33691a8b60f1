/* Whole requests through a rule set: which rules matched, and the scores. */
#include "../../benches/pack.h"
#include "differential.h"
#include "known_request.h"
#include "mutate.h"
#include "say.h"
#include "their_tf.h"
#include "theirs.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIGHTINGS_MOST = 400, BODY_IS_BROKEN = 200002 };

/* What one side saw. */
struct side {
    sk_arena *mem;
    struct sighting at[SIGHTINGS_MOST];
    size_t count;
    sk_str scores;
};

struct engine {
    struct seclang_rules *rules;
    struct seclang_worker *worker;
};

struct bench {
    struct theirs *theirs;
    struct engine ours[WAY_RULES];
    sk_arena *mem; /* of one request */
    struct side our[WAYS], their;
    bool asked[WAYS];
    const struct seclang_replay *request;
    bool shrinking; /* nothing is counted */
};

static void without_fragment(struct seclang_replay *request, sk_arena *mem);

/* What a way changes: the rules, or the request. */
static const struct {
    const char *rules;
    bool their_tf;
    void (*request)(struct seclang_replay *request, sk_arena *mem);
} ways[WAYS] = {
    [WAY_OURS] = { "", false, NULL },
    [WAY_BACKSLASH] = { ".backslash", false, NULL },
    [WAY_MULTILINE] = { ".multiline", false, NULL },
    [WAY_TF] = { "", true, NULL },
    [WAY_ALL] = { ".both", true, NULL },
    [WAY_FRAGMENT] = { NULL, false, without_fragment },
    [WAY_LINES] = { NULL, false, parts_join_lines },
};

static unsigned long compared;

/* ── both engines ── */

static sk_err
open_ours(struct engine *engine, const char *rules, bool their_tf)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    /* As both references are: no second look, which takes matches away; their detectors. */
    seclang_source_text(source, SK_STR("SekishoSecondLook Off\nSekishoDetector libinjection\n"),
                        "differential", 1);
    if (their_tf) seclang_source_text(source, SK_STR("SekishoScreen Off\n"), "differential", 3);
    seclang_source_file(source, rules);
    their_tf_use(their_tf);
    e = seclang_rules_new(&engine->rules, source);
    their_tf_use(false);
    seclang_source_free(source);
    if (sk_failed(e)) return e;
    return seclang_worker_new(&engine->worker, engine->rules);
}

static sk_err
open_both(struct bench *b, sk_arena *mem, const char *rules)
{
    TRY(theirs_new(&b->theirs, sk_str_printf(mem, "Include %s\n%c", rules, 0).p));
    for (int i = 0; i < WAY_RULES; i++)
        TRY(open_ours(&b->ours[i], sk_str_printf(mem, "%s%s%c", rules, ways[i].rules, 0).p,
                      ways[i].their_tf));
    return sk_ok();
}

static void
close_both(struct bench *b)
{
    theirs_free(b->theirs);
    for (int i = 0; i < WAY_RULES; i++) {
        seclang_worker_free(b->ours[i].worker);
        seclang_rules_free(b->ours[i].rules);
    }
}

static void
note(struct side *side, unsigned rule, sk_str variable, bool ours)
{
    for (size_t i = 0; i < side->count; i++)
        if (side->at[i].rule == rule) return;
    if (side->count < SIGHTINGS_MOST)
        side->at[side->count++] = (struct sighting){ rule, ours, sk_str_copy(side->mem, variable) };
}

static void
hear(void *side, const char *line)
{
    struct side *s = side;
    unsigned id = theirs_line_id(line);

    if (id == RULE_SCORES)
        s->scores = sk_str_copy(s->mem, theirs_line_field(line, "msg"));
    else if (id > 0)
        note(s, id, theirs_line_variable(line), false);
}

static void
without_fragment(struct seclang_replay *request, sk_arena *mem)
{
    request->uri = sk_str_first(request->uri, sk_str_find_byte(request->uri, '#'));
    request->line = sk_str_printf(mem, "%.*s %.*s %.*s", SK_ARG(request->method),
                                  SK_ARG(request->uri), SK_ARG(request->protocol));
}

static void
ask_ours(struct bench *b, enum way way)
{
    static const struct seclang_host host;
    static const struct seclang_replay response = {
        .line = SK_STR("HTTP/1.1 200 OK"),
        .protocol = SK_STR("HTTP/1.1"),
        .status = 200,
        .header = { { SK_STR("Content-Type"), SK_STR("text/html") } },
        .header_count = 1,
    };
    static struct seclang_replay request;
    const struct engine *engine = &b->ours[way < WAY_RULES ? way : WAY_OURS];
    struct side *side = &b->our[way];
    struct seclang_tx *tx = seclang_tx_new(engine->worker, engine->rules, b->mem, &host);
    const struct seclang_match *match;
    size_t count;

    seclang_tx_conn(tx, SK_STR("127.0.0.1"), 40000, SK_STR("127.0.0.1"), 443);
    *side = (struct side){ .mem = b->mem };
    b->asked[way] = true;
    request = *b->request;
    if (ways[way].request) ways[way].request(&request, b->mem);
    if (seclang_replay_request(tx, &request).act == SECLANG_PASS &&
        seclang_replay_response(tx, &response).act == SECLANG_PASS)
        seclang_tx_logging(tx);
    match = seclang_tx_matches(tx, &count);
    for (size_t i = 0; i < count; i++) {
        if (match[i].rule == RULE_SCORES)
            side->scores = sk_str_copy(b->mem, match[i].msg);
        else if (match[i].log)
            note(side, match[i].rule, match[i].variable, true);
    }
    seclang_tx_free(tx);
}

static void
ask_both(struct bench *b, const struct seclang_replay *request)
{
    b->request = request;
    memset(b->asked, 0, sizeof(b->asked));
    ask_ours(b, WAY_OURS);
    b->their = (struct side){ .mem = b->mem };
    theirs_run(b->theirs, request, hear, &b->their);
}

/* ── findings ── */

static bool
has(const struct side *side, unsigned rule)
{
    for (size_t i = 0; i < side->count; i++)
        if (side->at[i].rule == rule) return true;
    return false;
}

/* What follows from the scores: it differs wherever something else does. */
static bool
sums_up(unsigned rule)
{
    return rule == 949110 || rule == 949111 || rule == 959100 || rule == 959101 ||
           (rule >= 980100 && rule < 981000);
}

static bool
matches_in(void *bench, enum way way, unsigned rule)
{
    struct bench *b = bench;

    if (!b->asked[way]) ask_ours(b, way);
    return has(&b->our[way], rule);
}

/* What matched in `other` matched in `side`, too. */
static bool
covers(const struct side *side, const struct side *other)
{
    for (size_t i = 0; i < other->count; i++)
        if (!has(side, other->at[i].rule) && !sums_up(other->at[i].rule)) return false;
    return true;
}

static bool
sums_in(void *bench, enum way way)
{
    struct bench *b = bench;

    if (!b->asked[way]) ask_ours(b, way);
    return sk_str_eq(b->our[way].scores, b->their.scores) && covers(&b->our[way], &b->their) &&
           covers(&b->their, &b->our[way]);
}

static sk_str
with_comma(sk_arena *mem, sk_str s, size_t at)
{
    return sk_str_printf(mem, "%.*s,%.*s", SK_ARG(sk_str_first(s, at)), SK_ARG(sk_str_from(s, at)));
}

static bool
they_match(struct bench *b, sk_arena *mem, const struct seclang_replay *request, unsigned rule)
{
    struct side side = { .mem = mem };

    theirs_run(b->theirs, request, hear, &side);
    return has(&side, rule);
}

static bool
matches_apart(void *bench, unsigned rule)
{
    static struct seclang_replay changed;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    struct bench *b = bench;
    const struct seclang_replay *request = b->request;

    changed = *request;
    for (size_t i = 0; i <= request->uri.n; i++) {
        sk_arena_reset(mem);
        changed.uri = with_comma(mem, request->uri, i);
        changed.line = sk_str_printf(mem, "%.*s %.*s %.*s", SK_ARG(request->method),
                                     SK_ARG(changed.uri), SK_ARG(request->protocol));
        if (they_match(b, mem, &changed, rule)) return true;
    }
    changed = *request;
    for (size_t i = 0; i <= request->body.n; i++) {
        sk_arena_reset(mem);
        changed.body = with_comma(mem, request->body, i);
        if (they_match(b, mem, &changed, rule)) return true;
    }
    return false;
}

static enum request_body
body_of(const struct seclang_replay *request)
{
    static const struct {
        const char *type;
        enum request_body body;
    } types[] = { { "application/json", BODY_JSON },
                  { "application/x-www-form-urlencoded", BODY_FORM },
                  { "multipart/form-data", BODY_MULTIPART },
                  { "application/xml", BODY_XML },
                  { "application/soap+", BODY_XML },
                  { "text/xml", BODY_XML } };

    for (unsigned i = 0; i < request->header_count; i++)
        for (size_t k = 0; k < sizeof(types) / sizeof(types[0]); k++)
            if (sk_str_eq_nocase(request->header[i].name, SK_STR("Content-Type")) &&
                sk_str_starts_nocase(request->header[i].value, sk_str_of(types[k].type)))
                return types[k].body;
    return request->body.n ? BODY_PLAIN : BODY_NONE;
}

/* The row that explains it; NULL: there is none. */
static struct known_request *
explanation(struct bench *b, const struct sighting *seen)
{
    struct request_case c = { b->request,
                              body_of(b->request),
                              has(&b->our[WAY_OURS], BODY_IS_BROKEN),
                              has(&b->their, BODY_IS_BROKEN),
                              parts_of(b->request),
                              matches_in,
                              sums_in,
                              matches_apart,
                              b };
    size_t count;
    struct known_request *known = known_request_rows(&count);

    for (size_t i = 0; i < count; i++)
        if (known[i].explains(&c, seen)) return &known[i];
    return NULL;
}

static bool
explain(struct bench *b, const struct sighting *seen)
{
    struct known_request *known = explanation(b, seen);

    if (known) known->seen += !b->shrinking;
    return known != NULL;
}

struct verdict {
    unsigned differ;                      /* sightings of one side */
    struct sighting open[SIGHTINGS_MOST]; /* those that no row explains */
    size_t open_count;
};

static void
look(struct verdict *v, struct bench *b, const struct side *one, const struct side *other)
{
    for (size_t i = 0; i < one->count; i++) {
        const struct sighting *seen = &one->at[i];

        if (has(other, seen->rule) || sums_up(seen->rule)) continue;
        v->differ++;
        if (!explain(b, seen) && v->open_count < SIGHTINGS_MOST) v->open[v->open_count++] = *seen;
    }
}

static void
judge(struct verdict *v, struct bench *b, const struct seclang_replay *request)
{
    const struct side *our = &b->our[WAY_OURS];
    struct sighting scores = { .rule = RULE_SCORES };

    *v = (struct verdict){ 0 };
    ask_both(b, request);
    look(v, b, our, &b->their);
    look(v, b, &b->their, our);
    if (v->differ > 0 || sk_str_eq(our->scores, b->their.scores) || explain(b, &scores)) return;
    scores.variable =
        sk_str_printf(b->mem, "%.*s, theirs %.*s", SK_ARG(our->scores), SK_ARG(b->their.scores));
    v->open[v->open_count++] = scores;
}

static bool
is_open(const struct verdict *v, const struct sighting *seen)
{
    for (size_t i = 0; i < v->open_count; i++)
        if (v->open[i].rule == seen->rule && v->open[i].ours == seen->ours) return true;
    return false;
}

/* Which of two Content-Types counts is the host's business: Apache joins them, nginx does not. */
static bool
is_repeated(const struct seclang_replay *request, const char *name)
{
    unsigned times = 0;

    for (unsigned i = 0; i < request->header_count; i++)
        times += sk_str_eq_nocase(request->header[i].name, sk_str_of(name));
    return times > 1;
}

/* libmodsecurity is told of method, target and version as C texts. Where a quotation in a part's
 * headers does not end it reads on in memory that is not the text's, and its answer is chance. */
static bool
askable(struct seclang_replay *request, sk_str raw)
{
    return !sk_failed(seclang_replay_read_request(request, raw)) && request->method.n > 0 &&
           request->method.n < 32 && request->protocol.n < 12 &&
           sk_str_starts(request->protocol, SK_STR("HTTP/")) && request->uri.n > 0 &&
           request->uri.n < 8000 && sk_str_find_byte(request->line, '\0') == SIZE_MAX &&
           !is_repeated(request, "Content-Type") && !parts_of(request).open;
}

/* Makes the request smaller while the same rule stays open. */
static sk_str
shrink(struct bench *b, sk_arena *mem, sk_str raw, const struct sighting *seen)
{
    struct seclang_replay *request = sk_alloc(mem, sizeof(*request));
    struct verdict *v = sk_alloc(mem, sizeof(*v));

    for (size_t piece = raw.n / 2; piece > 0; piece /= 2)
        for (size_t at = 0; at + piece <= raw.n;) {
            struct sk_buf less = { .mem = mem };

            sk_buf_add(&less, sk_str_first(raw, at));
            sk_buf_add(&less, sk_str_from(raw, at + piece));
            if (askable(request, sk_buf_str(&less))) {
                judge(v, b, request);
                if (is_open(v, seen)) {
                    raw = sk_str_copy(mem, sk_buf_str(&less));
                    sk_arena_reset(b->mem);
                    continue;
                }
            }
            sk_arena_reset(b->mem);
            at++;
        }
    return raw;
}

enum { SHRUNK_MOST = 6 }; /* requests in one run: each costs hundreds of questions */

static void
tell(struct bench *b, sk_str raw, const struct sighting *seen)
{
    static unsigned shrunk;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);

    b->shrinking = true;
    if (shrunk++ < SHRUNK_MOST) raw = shrink(b, mem, raw, seen);
    b->shrinking = false;
    printf("new\t%u\t%s\t%s\t%s\n", seen->rule, seen->ours ? "ours" : "theirs",
           say_quoted(mem, seen->variable), say_quoted(mem, raw));
}

static void
tell_all(struct bench *b, sk_str raw, const struct verdict *v)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    size_t count = v->open_count;
    struct sighting *open = sk_array(mem, count + 1, sizeof(*open));

    for (size_t i = 0; i < count; i++) { /* shrinking reuses what they lie on */
        open[i] = v->open[i];
        open[i].variable = sk_str_copy(mem, open[i].variable);
    }
    for (size_t i = 0; i < count; i++)
        tell(b, raw, &open[i]);
}

static void
one(struct bench *b, sk_str raw)
{
    static struct seclang_replay request;
    static struct verdict v;

    if (askable(&request, raw)) {
        judge(&v, b, &request);
        compared++;
        tell_all(b, raw, &v);
    }
    sk_arena_reset(b->mem);
}

/* ── seeds and mutants ── */

static void
tell_sum(const char *what)
{
    size_t count;
    const struct known_request *known = known_request_rows(&count);

    printf("compared\t%s\t%lu\n", what, compared);
    for (size_t i = 0; i < count; i++)
        if (known[i].seen) printf("known\t%s\t%lu\n", known[i].id, known[i].seen);
}

static sk_err
compare(struct span span, const char *rules, const char *pack_path, bool mutants)
{
    static struct bench b;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    DEFER(sk_arena_close) sk_arena *made = sk_arena_new(1 << 16);
    struct pack pack;

    TRY(pack_read(&pack, mem, pack_path));
    b.mem = sk_arena_new(256 << 10);
    TRY(open_both(&b, mem, rules));
    for (uint64_t i = span.seed; i < span.seed + span.count; i++) {
        struct dice d = dice_of(i);
        sk_str raw = pack.at[mutants ? dice_below(&d, (unsigned)pack.count) : i % pack.count];

        if (!mutants && i >= pack.count) break;
        if (mutants) raw = mutate(&d, made, raw, pack.at[dice_below(&d, (unsigned)pack.count)]);
        one(&b, raw);
        sk_arena_reset(made);
    }
    tell_sum(mutants ? "mutated requests" : "requests");
    close_both(&b);
    sk_arena_free(b.mem);
    return sk_ok();
}

sk_err
request_compare(struct span span, const char *rules, const char *pack)
{
    return compare(span, rules, pack, false);
}

sk_err
mutant_compare(struct span span, const char *rules, const char *pack)
{
    return compare(span, rules, pack, true);
}

/* ── examples of docs/differences.md ──
 *
 *     "request"  ours ID...  theirs ID...      rules that match on one side alone; "no": none
 *     "request"  other scores                  the same rules, but other sums */

static struct bench example;

sk_err
request_examples_open(const char *rules)
{
    static sk_arena *mem; /* as long as the process */

    mem = sk_arena_new(0);
    example.mem = sk_arena_new(256 << 10);
    return open_both(&example, mem, rules);
}

/* The rules that matched on one side alone: "no", or their numbers in the order of matching. */
static sk_str
alone(sk_arena *mem, const struct side *one, const struct side *other)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < one->count; i++)
        if (!has(other, one->at[i].rule) && !sums_up(one->at[i].rule))
            sk_buf_printf(&out, "%s%u", out.n ? " " : "", one->at[i].rule);
    return out.n ? sk_buf_str(&out) : SK_STR("no");
}

/* Every one is explained; *by_id: at least one by the row `id`. */
static bool
is_explained(bool *by_id, struct bench *b, const struct side *one, const struct side *other,
             const char *id)
{
    for (size_t i = 0; i < one->count; i++) {
        const struct sighting *seen = &one->at[i];
        const struct known_request *known;

        if (has(other, seen->rule) || sums_up(seen->rule)) continue;
        known = explanation(b, seen);
        if (!known) return false;
        *by_id |= strcmp(known->id, id) == 0;
    }
    return true;
}

static bool
scores_alone(bool *by_id, struct bench *b, const char *id)
{
    struct sighting scores = { .rule = RULE_SCORES };
    const struct known_request *known = explanation(b, &scores);

    *by_id |= known && strcmp(known->id, id) == 0;
    return known && !sk_str_eq(b->our[WAY_OURS].scores, b->their.scores);
}

sk_err
request_example(sk_arena *mem, const char *id, sk_str line)
{
    struct bench *b = &example;
    const struct side *our = &b->our[WAY_OURS], *their = &b->their;
    struct seclang_replay request;
    sk_str raw, said, is;
    bool by_id = false;

    TRY(say_take_quoted(&raw, mem, &line));
    if (!askable(&request, raw)) return sk_fail(SK_BAD, "no request that both can be asked");
    ask_both(b, &request);
    is = sk_str_printf(mem, "ours %.*s  theirs %.*s", SK_ARG(alone(mem, our, their)),
                       SK_ARG(alone(mem, their, our)));
    said = sk_str_trim(line);
    if (sk_str_eq(is, SK_STR("ours no  theirs no")) && scores_alone(&by_id, b, id))
        is = SK_STR("other scores");
    if (!sk_str_eq(said, is)) return sk_fail(SK_BAD, "it is %.*s", SK_ARG(is));
    if (!is_explained(&by_id, b, our, their, id) || !is_explained(&by_id, b, their, our, id))
        return sk_fail(SK_BAD, "not explained");
    if (!by_id) return sk_fail(SK_BAD, "the row %s explains nothing of it", id);
    sk_arena_reset(b->mem);
    return sk_ok();
}
