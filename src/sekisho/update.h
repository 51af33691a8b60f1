/* sekisho rules update: a release of the Core Rule Set, fetched, checked, tried, then swapped in.
 *
 *     fetch ─ signature ─ unpack ─ load with the site's exclusions ─ its own tests ─ replay ─ swap
 *
 * Each stage is a file and may refuse; until the last one nothing has changed but a folder aside,
 * which goes when the update ends. */
#ifndef SEKISHO_UPDATE_H
#define SEKISHO_UPDATE_H

#include "sekisho/house.h"
#include "sekisho/verb.h"

enum {
    UPDATE_ARCHIVE_MAX = 64 << 20, /* bytes of the archive */
    UPDATE_FILE_MAX = 16 << 20,    /* of one file in it */
    UPDATE_FILES_MAX = 20000,      /* in the archive */
    UPDATE_TREE_MAX = 256 << 20,   /* bytes, unpacked */
    UPDATE_RULE_FILES_MAX = 500,
    UPDATE_VERSION_MAX = 32,
    UPDATE_SAID = 4000 /* bytes kept of what a program says */
};

struct update {
    const struct verb_args *args;
    struct house *house;
    sk_arena *mem;
    const char *aside;     /* STATE/rules/.update-XXXXXX: all that is made lies in it */
    const char *archive;   /* file; NULL: a folder was given */
    const char *signature; /* file; NULL: none */
    const char *tree;      /* the release, unpacked: has rules/ and crs-setup.conf.example */
    const char *fresh;     /* what is swapped in: only rule files, copied from the tree */
    char version[UPDATE_VERSION_MAX];
};

/* update_fetch.c: from --from or the configured source; archive and signature. */
sk_err update_fetch(struct update *u) SK_CHECKED;
/* update_signature.c: by gpgv and the keyring. */
sk_err update_signature(struct update *u) SK_CHECKED;
/* update_unpack.c: into the folder aside; links and devices are refused. Finds the version. */
sk_err update_unpack(struct update *u) SK_CHECKED;
/* update_load.c: the site's rules with the new rule set. */
sk_err update_load(struct update *u) SK_CHECKED;
/* update_tests.c: the release's regression tests, in this process. */
sk_err update_tests(struct update *u) SK_CHECKED;
/* update_replay.c: recorded requests by the old rules and by the new. */
sk_err update_replay(struct update *u) SK_CHECKED;
/* update_swap.c: puts the new rules in force, or goes back to those before. */
sk_err update_swap(struct update *u) SK_CHECKED;
sk_err update_undo(const struct house *house) SK_CHECKED;

/* update_run.c: a program found in PATH, without a shell. What it says on standard output and
 * standard error goes to *said, cut at UPDATE_SAID. SK_MISSING when there is no such program,
 * SK_BAD with its last line when it ends with another status than 0, SK_BUSY after `seconds`. */
sk_err update_run(sk_str *said, sk_arena *mem, const char *const *argv,
                  unsigned seconds) SK_CHECKED;
/* The first site's rules, with the rule set that lies in `crs`. */
struct seclang_source *update_source(sk_arena *mem, const struct house *house, sk_str crs);
/* "  what  how it went" to standard output, at once. */
void update_say(const char *what, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
