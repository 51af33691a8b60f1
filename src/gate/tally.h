/* What the gate has counted since its shared memory was made, per site and in all. Workers add
 * with atomic instructions; whoever reads sees each number right, not all of one moment. */
#ifndef SEKISHO_GATE_TALLY_H
#define SEKISHO_GATE_TALLY_H

#include "base/json.h"

enum {
    GATE_SITES = 64,
    GATE_SITE_NAME = 64,
    GATE_UPSTREAMS = 64,
    GATE_UPSTREAM_NAME = 128,
    GATE_WHY = 512
};

enum gate_count {
    GATE_COUNT_REQUESTS,       /* finished, of locations where sekisho is not off */
    GATE_COUNT_INSPECTED,      /* judged by the rules before anything was passed on */
    GATE_COUNT_REFUSED,        /* answered by us: denied, redirected, dropped, too large */
    GATE_COUNT_DETECTED,       /* would have been refused, but rules only detect */
    GATE_COUNT_NGINX_REFUSED,  /* refused by nginx before the rules could judge */
    GATE_COUNT_PAST_LIMIT,     /* bodies longer than what is inspected at once */
    GATE_COUNT_MATCH_LIMIT,    /* a regular expression hit its limit */
    GATE_COUNT_AUDITED,        /* events written to the audit log */
    GATE_COUNT_AUDIT_FAILURES, /* events that could not be written */
    GATE_COUNTS
};

struct gate_tally {
    uint64_t n[GATE_COUNTS];
};

struct gate_site {
    char name[GATE_SITE_NAME]; /* zero-padded */
    struct gate_tally tally;
};

/* One server behind the gate, as nginx calls it ("unix:/.../shop-1.sock", "10.0.0.5:80"). */
struct gate_upstream {
    char name[GATE_UPSTREAM_NAME]; /* zero-padded; the end of a longer name */
    uint64_t answers;              /* requests that it answered, with whatever status */
    uint64_t failures;             /* refused, timed out or broken off: the next one was asked */
};

/* Lies in shared memory. Names are added in the master, before workers of that configuration
 * start, and never removed: a slot keeps its meaning. */
struct gate_board {
    uint64_t generation;            /* configurations loaded */
    uint64_t worker_starts;         /* in all */
    uint64_t worker_starts_of_this; /* of this generation */
    uint64_t workers_of_this;       /* how many it wants; 0 until the first has started */
    uint64_t worker_restarts;       /* starts beyond the configured number: deaths */
    uint64_t last_restart;          /* seconds since 1970; 0 never */
    uint64_t refused_loads;         /* configurations whose rules had an error: the old ones stay */
    uint64_t last_refused;          /* seconds since 1970; 0 never */
    char refused_why[GATE_WHY];     /* of the last load, cut; "" where it was not refused */
    struct gate_tally total;
    uint32_t site_count;
    struct gate_site sites[GATE_SITES];
    uint32_t upstream_count; /* workers add at the end, under the zone's lock */
    struct gate_upstream upstreams[GATE_UPSTREAMS];
};

/* The slot for a site's name; GATE_SITES when all are taken or the name is too long. */
unsigned gate_board_site(struct gate_board *board, sk_str name);
/* The slot of a server; GATE_UPSTREAMS: not there yet. gate_board_upstream_add is for one caller at
 * a time (a lock); it answers GATE_UPSTREAMS when all slots are taken. */
unsigned gate_board_upstream(const struct gate_board *board, sk_str name);
unsigned gate_board_upstream_add(struct gate_board *board, sk_str name);
void gate_board_upstream_count(struct gate_board *board, unsigned upstream, bool answered);
void gate_board_count(struct gate_board *board, unsigned site, enum gate_count what);
/* A worker starts: `workers` is how many this configuration has. */
void gate_board_started(struct gate_board *board, uint64_t workers, uint64_t now);
void gate_board_loaded(struct gate_board *board);
/* Only the master writes it. */
void gate_board_refused(struct gate_board *board, const char *why, uint64_t now);
/* Adds "requests":{...}, "workers":{...}, "refused_load":{...}, "sites":[...],
 * "upstreams":{name:{...}} to an open object. */
void gate_board_json(struct sk_json_writer *w, const struct gate_board *board);

#endif
