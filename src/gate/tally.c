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
    if (__atomic_add_fetch(&board->worker_starts_of_this, 1, __ATOMIC_RELAXED) <= workers) return;
    add(&board->worker_restarts);
    __atomic_store_n(&board->last_restart, now, __ATOMIC_RELAXED);
}

void
gate_board_loaded(struct gate_board *board)
{
    add(&board->generation);
    __atomic_store_n(&board->worker_starts_of_this, 0, __ATOMIC_RELAXED);
}

static void
tally_json(struct sk_json_writer *w, const struct gate_tally *tally)
{
    for (unsigned i = 0; i < GATE_COUNTS; i++)
        sk_json_int(w, names[i], get(&tally->n[i]));
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
    sk_json_end_object(w);
    sk_json_array(w, "sites");
    for (unsigned i = 0; i < board->site_count && i < GATE_SITES; i++) {
        sk_json_object(w, NULL);
        sk_json_text(w, "name", board->sites[i].name);
        tally_json(w, &board->sites[i].tally);
        sk_json_end_object(w);
    }
    sk_json_end_array(w);
}
