/* An instance on this machine: where its things lie, its configuration, and what must be on disk
 * before it can start. */
#ifndef SEKISHO_HOUSE_H
#define SEKISHO_HOUSE_H

#include "part/drop.h"
#include "sekisho/conf.h"
#include "sekisho/verb.h"

enum { HOUSE_VERSION = 1, HOUSE_CONF_MAX = 1 << 20 };

struct house {
    sk_arena *mem;         /* borrowed; all below lies on it */
    const char *state;     /* absolute */
    const char *conf_file; /* STATE/sekisho.conf or --config */
    const char *self;      /* our own executable */
    const char *share;     /* data files */
    const char *module;    /* as built; copied to STATE/gate */
    const char *gate;      /* STATE/gate, or a folder aside while checking */
    struct conf *conf;
    struct conf_faults faults;
    bool as_root;
    struct part_user gate_user, shop_user, console_user; /* when as_root */
};

/* Finds folders and files; makes nothing. */
sk_err house_open(struct house *house, sk_arena *mem, const struct verb_args *args) SK_CHECKED;
/* Reads the configuration with --port and --upstream laid over it. On SK_BAD `faults` has a line
 * each. Writes the first configuration when there is none and `first` is true. */
sk_err house_read(struct house *house, const struct verb_args *args, bool first) SK_CHECKED;
/* Users, folders with their owners, self-signed certificates, version of the state. */
sk_err house_prepare(struct house *house) SK_CHECKED;
/* Writes nginx.conf, rules, pages, keys and the module below house->gate. */
sk_err house_render(const struct house *house) SK_CHECKED;
/* Lets nginx read what was rendered, with the gate's own rights: SK_BAD with its first complaint.
 */
sk_err house_test(const struct house *house) SK_CHECKED;
/* Certificates named in the configuration; faults are added to house->faults. */
void house_certificates(struct house *house);

/* STATE/... on the arena. */
const char *house_path(const struct house *house, const char *below);

#endif
