/* What runs: STATE/run/instance.json, written by `sekisho up` once everything answers:
 *
 *   {"version":"0.1.0","address":"127.0.0.1","https":8443,"http":8444,"pid":123,
 *    "sites":[{"name":"shop","names":["localhost"],"upstreams":["unix:run/shop-1.sock", ...],
 *              "inputs":[{"route":"/contact","field":"email","format":"email"}, ...]}],
 *    "parts":[{"name":"gate","pid":124},{"name":"shop-1","pid":125}]}
 *
 * `inputs` are the declared formats of sekisho.conf; a star in `route` stands for one segment. */
#ifndef EVIDENCE_INSTANCE_H
#define EVIDENCE_INSTANCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
    EVIDENCE_SITES_MAX = 64,
    EVIDENCE_UPSTREAMS_MAX = 64,
    EVIDENCE_PARTS_MAX = 64,
    EVIDENCE_INPUTS_MAX = 128
};

struct evidence_input {
    sk_str route;         /* a path that the declaration covers: "/s/probe/contact" */
    sk_str field, format; /* "email", "email" */
};

struct evidence_site {
    sk_str name;
    sk_str host; /* the first of its names */
    sk_str upstream[EVIDENCE_UPSTREAMS_MAX];
    size_t upstream_count;
    struct evidence_input input[EVIDENCE_INPUTS_MAX];
    size_t input_count;
};

struct evidence_instance {
    sk_str state; /* the state folder */
    sk_str version;
    sk_str address;       /* where the listeners are, an IP address */
    unsigned https, http; /* ports */
    int pid;              /* of the parent */
    struct evidence_site *site;
    size_t site_count;
    struct evidence_part {
        sk_str name;
        int pid;
    } part[EVIDENCE_PARTS_MAX];
    size_t part_count;
};

/* SK_MISSING when nothing runs there, with what to do. */
sk_err evidence_instance_read(struct evidence_instance *instance, sk_arena *mem,
                              const char *state) SK_CHECKED;

#endif
