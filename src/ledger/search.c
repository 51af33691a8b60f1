#include "ledger/search.h"

#include "base/json.h"
#include "ledger/reader.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ── lists ── */

/* Up to the end of the text or of the value that begins at `at`: a ',' or a closing bracket that is
 * not its own. */
static sk_str
item_take(size_t *at, sk_str text)
{
    size_t begin = *at, depth = 0;
    bool quoted = false;

    for (; *at < text.n; ++*at) {
        char c = text.p[*at];

        if (quoted && c == '\\') {
            ++*at;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted) {
            if (depth == 0 && (c == ',' || c == ']' || c == '}')) break;
            depth += c == '[' || c == '{';
            depth -= c == ']' || c == '}';
        }
    }
    if (*at > text.n) *at = text.n;
    return sk_str_trim((sk_str){ text.p + begin, *at - begin });
}

/* Behind an opening bracket, and then behind its closing one. */
static void
list_cut(struct sk_buf *out, size_t *at, sk_str text, sk_str quoted)
{
    bool some = false;

    do {
        sk_str item = item_take(at, text);

        if (!some && sk_str_eq(item, quoted)) {
            sk_buf_add(out, quoted);
            some = true;
        }
    } while (*at < text.n && text.p[(*at)++] == ',');
    sk_buf_byte(out, ']');
}

void
ledger_mention_cut(struct sk_buf *out, sk_str details, sk_str name)
{
    sk_str quoted = sk_str_printf(out->mem, "\"%.*s\"", SK_ARG(name));
    bool in_text = false;

    for (size_t at = 0; at < details.n;) {
        char c = details.p[at++];

        sk_buf_byte(out, c);
        if (in_text && c == '\\' && at < details.n)
            sk_buf_byte(out, details.p[at++]);
        else if (c == '"')
            in_text = !in_text;
        else if (!in_text && c == '[')
            list_cut(out, &at, details, quoted);
    }
}

/* ── one search ── */

struct finding {
    struct sk_buf *out;
    struct sk_json_writer w;
    sk_str name;
    unsigned count;
    uint64_t last; /* the oldest that was taken; 0: the step was gone through */
};

static void
name_put(struct finding *f, const char *key, sk_str value)
{
    if (value.n) sk_json_str(&f->w, key, value);
}

static bool
record_put(void *ctx, const struct ledger_record *r)
{
    struct finding *f = ctx;

    sk_json_object(&f->w, NULL);
    sk_json_int(&f->w, "seq", (int64_t)r->sequence);
    sk_json_str(&f->w, "time", r->time);
    name_put(f, "site", r->event.site);
    name_put(f, "principal", r->event.principal);
    name_put(f, "role", r->event.role);
    name_put(f, "action", r->event.action);
    name_put(f, "object", r->event.object);
    name_put(f, "outcome", r->event.outcome);
    if (r->event.details.n) {
        sk_buf_add(f->out, SK_STR(",\"details\":"));
        ledger_mention_cut(f->out, r->event.details, f->name);
    }
    sk_json_end_object(&f->w);
    if (++f->count < LEDGER_SEARCH_RECORDS && f->out->n < LEDGER_SEARCH_BYTES) return true;
    f->last = r->sequence;
    return false;
}

sk_err
ledger_search_run(struct sk_buf *out, const char *state, const struct ledger_wanted *wanted)
{
    uint64_t before = wanted->newest + 1;
    struct finding f = { .out = out, .w = { .out = out }, .name = wanted->name };
    struct ledger_filter filter = { .tenant = wanted->tenant,
                                    .action = wanted->action,
                                    .mentions = wanted->name,
                                    .newest_first = true };

    if (wanted->before && wanted->before < before) before = wanted->before;
    filter.before = before;
    filter.from = before > LEDGER_SEARCH_STEP ? before - LEDGER_SEARCH_STEP : 1;
    sk_json_object(&f.w, NULL);
    sk_json_array(&f.w, "records");
    TRY(ledger_read(state, &filter, record_put, &f));
    sk_json_end_array(&f.w);
    if (!f.last) f.last = filter.from;
    sk_json_int(&f.w, "before", f.last > 1 ? (int64_t)f.last : 0);
    sk_json_end_object(&f.w);
    return sk_ok();
}

/* ── the thread ── */

enum stage { IDLE, ASKED, ANSWERED, ENDS };

struct ledger_search {
    const char *state;
    int done_fd;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum stage stage;
    struct ledger_wanted wanted;
    char tenant[LEDGER_NAME_MAX], name[LEDGER_NAME_MAX], action[LEDGER_NAME_MAX];
    sk_arena *mem; /* of the answer */
    sk_str answer;
    enum sk_kind fault;
    char why[128];
};

/* Only while ASKED does the thread touch the answer. */
static void
answer_make(struct ledger_search *s)
{
    struct sk_buf out = { .mem = s->mem };
    sk_err e;

    sk_arena_reset(s->mem);
    e = ledger_search_run(&out, s->state, &s->wanted);
    sk_buf_byte(&out, '\n');
    s->answer = sk_buf_str(&out);
    s->fault = e.kind;
    snprintf(s->why, sizeof s->why, "%s", sk_failed(e) ? e.why : "");
}

static void *
run(void *ctx)
{
    struct ledger_search *s = ctx;
    const uint64_t one = 1;

    pthread_mutex_lock(&s->lock);
    while (s->stage != ENDS) {
        if (s->stage != ASKED) {
            pthread_cond_wait(&s->changed, &s->lock);
            continue;
        }
        pthread_mutex_unlock(&s->lock);
        answer_make(s);
        pthread_mutex_lock(&s->lock);
        if (s->stage == ASKED) s->stage = ANSWERED;
        (void)!write(s->done_fd, &one, sizeof one);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

sk_err
ledger_search_new(struct ledger_search **made, const char *state, int done_fd)
{
    struct ledger_search *s = calloc(1, sizeof *s);

    if (!s) abort();
    s->state = state;
    s->done_fd = done_fd;
    s->mem = sk_arena_new(0);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    if (pthread_create(&s->thread, NULL, run, s) != 0) {
        sk_arena_free(s->mem);
        free(s);
        return sk_fail(SK_BROKEN, "no thread for searches");
    }
    *made = s;
    return sk_ok();
}

void
ledger_search_free(struct ledger_search *s)
{
    if (!s) return;
    pthread_mutex_lock(&s->lock);
    s->stage = ENDS;
    pthread_cond_signal(&s->changed);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    sk_arena_free(s->mem);
    free(s);
}

static sk_str
keep(char to[LEDGER_NAME_MAX], sk_str name)
{
    size_t n = name.n < LEDGER_NAME_MAX ? name.n : LEDGER_NAME_MAX;

    if (n) memcpy(to, name.p, n);
    return (sk_str){ to, n };
}

sk_err
ledger_search_begin(struct ledger_search *s, const struct ledger_wanted *wanted)
{
    bool is_idle;

    pthread_mutex_lock(&s->lock);
    is_idle = s->stage == IDLE;
    if (is_idle) {
        s->wanted = *wanted;
        s->wanted.tenant = keep(s->tenant, wanted->tenant);
        s->wanted.name = keep(s->name, wanted->name);
        s->wanted.action = keep(s->action, wanted->action);
        s->stage = ASKED;
        pthread_cond_signal(&s->changed);
    }
    pthread_mutex_unlock(&s->lock);
    return is_idle ? sk_ok() : sk_fail(SK_BUSY, "somebody else is looking for something");
}

sk_err
ledger_search_take(sk_str *answer, sk_arena *mem, struct ledger_search *s)
{
    bool is_there;

    pthread_mutex_lock(&s->lock);
    is_there = s->stage == ANSWERED;
    if (is_there) {
        *answer = sk_str_copy(mem, s->answer);
        s->stage = IDLE;
    }
    pthread_mutex_unlock(&s->lock);
    if (!is_there) return sk_fail(SK_BUSY, "it is still being looked for");
    return s->fault == SK_OK ? sk_ok() : sk_fail(s->fault, "%s", s->why);
}
