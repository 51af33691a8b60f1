/* Counters in shared memory: see tally.h. */
#include "gate/tally.h"

static const char *const names[GATE_COUNTS] = {
    [GATE_COUNT_REQUESTS] = "total",
    [GATE_COUNT_INSPECTED] = "inspected",
    [GATE_COUNT_REFUSED] = "refused",
    [GATE_COUNT_DETECTED] = "detected",
    [GATE_COUNT_NGINX_REFUSED] = "refused_by_nginx",
    [GATE_COUNT_PAST_LIMIT] = "past_limit",
    [GATE_COUNT_MATCH_LIMIT] = "match_limit",
    [GATE_COUNT_AUDITED] = "audited",
    [GATE_COUNT_AUDIT_FAILURES] = "audit_failures",
};

static void
add(uint64_t *number)
{
    __atomic_fetch_add(number, 1, __ATOMIC_RELAXED);
}

static int64_t
get(const uint64_t *number)
{
    return (int64_t)__atomic_load_n(number, __ATOMIC_RELAXED);
}

unsigned
gate_board_site(struct gate_board *board, sk_str name)
{
    if (name.n >= GATE_SITE_NAME) return GATE_SITES;
    for (unsigned i = 0; i < board->site_count && i < GATE_SITES; i++)
        if (sk_str_eq(sk_str_of(board->sites[i].name), name)) return i;
    if (board->site_count >= GATE_SITES) return GATE_SITES;
    if (name.n > 0) memcpy(board->sites[board->site_count].name, name.p, name.n);
    return board->site_count++;
}

static sk_str
upstream_key(sk_str name)
{
    return name.n < GATE_UPSTREAM_NAME ? name : sk_str_from(name, name.n - GATE_UPSTREAM_NAME + 1);
}

unsigned
gate_board_upstream(const struct gate_board *board, sk_str name)
{
    unsigned count = __atomic_load_n(&board->upstream_count, __ATOMIC_ACQUIRE);

    name = upstream_key(name);
    for (unsigned i = 0; i < count && i < GATE_UPSTREAMS; i++)
        if (sk_str_eq(sk_str_of(board->upstreams[i].name), name)) return i;
    return GATE_UPSTREAMS;
}

unsigned
gate_board_upstream_add(struct gate_board *board, sk_str name)
{
    unsigned at = gate_board_upstream(board, name);

    if (at < GATE_UPSTREAMS || board->upstream_count >= GATE_UPSTREAMS) return at;
    name = upstream_key(name);
    at = board->upstream_count;
    if (name.n > 0) memcpy(board->upstreams[at].name, name.p, name.n);
    __atomic_store_n(&board->upstream_count, at + 1, __ATOMIC_RELEASE);
    return at;
}

void
gate_board_upstream_count(struct gate_board *board, unsigned upstream, bool answered)
{
    if (upstream >= GATE_UPSTREAMS) return;
    add(answered ? &board->upstreams[upstream].answers : &board->upstreams[upstream].failures);
}

void
gate_board_count(struct gate_board *board, unsigned site, enum gate_count what)
{
    add(&board->total.n[what]);
    if (site < GATE_SITES) add(&board->sites[site].tally.n[what]);
}

void
gate_board_started(struct gate_board *board, uint64_t workers, uint64_t now)
{
    add(&board->worker_starts);
    __atomic_store_n(&board->workers_of_this, workers, __ATOMIC_RELAXED);
    if (__atomic_add_fetch(&board->worker_starts_of_this, 1, __ATOMIC_RELAXED) <= workers) return;
    add(&board->worker_restarts);
    __atomic_store_n(&board->last_restart, now, __ATOMIC_RELAXED);
}

void
gate_board_loaded(struct gate_board *board)
{
    add(&board->generation);
    __atomic_store_n(&board->worker_starts_of_this, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&board->workers_of_this, 0, __ATOMIC_RELAXED);
    board->refused_why[0] = '\0';
}

/* The last byte is never written, so that whoever reads at this moment finds an end. */
void
gate_board_refused(struct gate_board *board, const char *why, uint64_t now)
{
    add(&board->refused_loads);
    __atomic_store_n(&board->last_refused, now, __ATOMIC_RELAXED);
    strncpy(board->refused_why, why, GATE_WHY - 1);
}

static void
tally_json(struct sk_json_writer *w, const struct gate_tally *tally)
{
    for (unsigned i = 0; i < GATE_COUNTS; i++)
        sk_json_int(w, names[i], get(&tally->n[i]));
}

static void
upstreams_json(struct sk_json_writer *w, const struct gate_board *board)
{
    unsigned count = __atomic_load_n(&board->upstream_count, __ATOMIC_ACQUIRE);

    sk_json_object(w, "upstreams");
    for (unsigned i = 0; i < count && i < GATE_UPSTREAMS; i++) {
        sk_json_object(w, board->upstreams[i].name);
        sk_json_int(w, "answers", get(&board->upstreams[i].answers));
        sk_json_int(w, "failures", get(&board->upstreams[i].failures));
        sk_json_end_object(w);
    }
    sk_json_end_object(w);
}

void
gate_board_json(struct sk_json_writer *w, const struct gate_board *board)
{
    sk_json_object(w, "requests");
    tally_json(w, &board->total);
    sk_json_end_object(w);
    sk_json_object(w, "workers");
    sk_json_int(w, "starts", get(&board->worker_starts));
    sk_json_int(w, "restarts", get(&board->worker_restarts));
    sk_json_int(w, "last_restart", get(&board->last_restart));
    sk_json_int(w, "generation", get(&board->generation));
    sk_json_int(w, "of_this_generation", get(&board->worker_starts_of_this));
    sk_json_int(w, "wanted", get(&board->workers_of_this));
    sk_json_end_object(w);
    sk_json_object(w, "refused_load");
    sk_json_int(w, "count", get(&board->refused_loads));
    sk_json_int(w, "last", get(&board->last_refused));
    sk_json_text(w, "why", board->refused_why);
    sk_json_end_object(w);
    sk_json_array(w, "sites");
    for (unsigned i = 0; i < board->site_count && i < GATE_SITES; i++) {
        sk_json_object(w, NULL);
        sk_json_text(w, "name", board->sites[i].name);
        tally_json(w, &board->sites[i].tally);
        sk_json_end_object(w);
    }
    sk_json_end_array(w);
    upstreams_json(w, board);
}
