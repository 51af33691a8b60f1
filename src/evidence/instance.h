/* What runs: STATE/run/instance.json, written by `sekisho up` once everything answers:
 *
 *   {"version":"0.1.0","address":"127.0.0.1","https":8443,"http":8444,"pid":123,
 *    "sites":[{"name":"shop","names":["localhost"],"upstreams":["unix:run/shop-1.sock", ...],
 *              "inputs":[{"route":"/contact","field":"email","format":"email"}, ...],
 *              "areas":[{"path":"/wp-admin","networks":["10.0.0.0/8"]}],
 *              "logins":[{"path":"/wp-login.php","account":"log","per_source":20}]}],
 *    "console":{"port":8445,"networks":["127.0.0.1"]},"spared":["192.0.2.1"],
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
    EVIDENCE_INPUTS_MAX = 128,
    EVIDENCE_AREAS_MAX = 32,
    EVIDENCE_LOGINS_MAX = 32,
    EVIDENCE_NETWORKS_MAX = 64
};

struct evidence_networks {
    sk_str item[EVIDENCE_NETWORKS_MAX];
    size_t count;
};

/* A place for some networks only. */
struct evidence_area {
    sk_str path;
    struct evidence_networks networks;
};

/* Where an application signs people in. */
struct evidence_login {
    sk_str path, account; /* account: the form's field; may be empty */
    int64_t most;         /* failures of a source, by the configuration */
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
    struct evidence_area area[EVIDENCE_AREAS_MAX];
    size_t area_count;
    struct evidence_login login[EVIDENCE_LOGINS_MAX];
    size_t login_count;
};

struct evidence_instance {
    sk_str state; /* the state folder */
    sk_str version;
    sk_str address;       /* where the listeners are, an IP address */
    unsigned https, http; /* ports */
    unsigned console;     /* its port; 0: there is none */
    struct evidence_networks console_networks, spared;
    int pid; /* of the parent */
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
