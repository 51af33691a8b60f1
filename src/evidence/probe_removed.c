/* ACC-14. Of each account whose removal is on record, no byte of its id is left in the files of
 * accounts: not in a row, not in a page that was given back, not in the journal. Rows of people lie
 * there by that id alone. Ids of operators stay where they name who approved or began something for
 * others; they are counted, not looked for. */
#include "base/file.h"
#include "evidence/people.h"
#include "ledger/reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <time.h>
#include <unistd.h>

enum {
    CHUNK = 1 << 20,
    TURNS = 3,
    PAUSE = 1 /* s: a removal is on record a moment before it is over */
};

struct removed {
    struct evidence_report *report;
    struct evidence_ids ids;
    struct evidence_ids acted; /* stay: as whoever approved, gave or began */
    uint64_t bytes;
    size_t files, found;
    char example[EVIDENCE_ID];
};

static bool
removal_take(void *ctx, const struct ledger_record *r)
{
    struct removed *v = ctx;
    return evidence_ids_add(&v->ids, v->report->mem, r->event.object) ||
           v->ids.count < EVIDENCE_IDS_MAX;
}

static sk_err
acted_read(struct removed *v, const struct evidence_instance *instance)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    TRY(evidence_people_open(&store, v->report->mem, instance));
    return evidence_ids_read(&v->acted, v->report->mem, store,
                             "SELECT given_by FROM held_right UNION SELECT decided_by FROM"
                             " right_request UNION SELECT asked_by FROM job");
}

static void
bytes_look(struct removed *v, const char *p, size_t n)
{
    const char *end = p + n, *at = p;
    while ((at = memmem(at, (size_t)(end - at), "acc_", 4)) && at + EVIDENCE_ID <= end) {
        struct evidence_id *id = evidence_ids_find(&v->ids, at);
        if (id && !evidence_ids_find(&v->acted, at)) {
            id->seen = true;
            v->found++;
            memcpy(v->example, at, EVIDENCE_ID);
        }
        at++;
    }
}

/* Each piece begins with the end of the one before, so that no id is cut. */
static sk_err
file_look(struct removed *v, int folder, const char *name, char *buffer)
{
    DEFER(sk_fd_close) int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    size_t kept = 0;
    ssize_t n;
    if (fd < 0)
        return errno == ENOENT ? sk_ok() : sk_fail(SK_BROKEN, "%s: %s", name, strerror(errno));
    v->files++;
    while ((n = read(fd, buffer + kept, CHUNK - kept)) > 0) {
        size_t all = kept + (size_t)n;
        bytes_look(v, buffer, all);
        v->bytes += (uint64_t)n;
        kept = all < EVIDENCE_ID ? all : EVIDENCE_ID - 1;
        memmove(buffer, buffer + all - kept, kept);
    }
    return n == 0 ? sk_ok() : sk_fail(SK_BROKEN, "%s: %s", name, strerror(errno));
}

static void
close_folder(DIR **folder)
{
    if (*folder) closedir(*folder);
}

static sk_err
files_look(struct removed *v, const struct evidence_instance *instance)
{
    const char *path = sk_str_printf(v->report->mem, "%.*s/accounts", SK_ARG(instance->state)).p;
    DEFER(close_folder) DIR *folder = opendir(path);
    char *buffer = sk_alloc(v->report->mem, CHUNK);
    if (!folder) return sk_fail(SK_MISSING, "%s: %s", path, strerror(errno));
    v->found = v->files = 0;
    v->bytes = 0;
    for (const struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_type == DT_REG) TRY(file_look(v, dirfd(folder), entry->d_name, buffer));
    return sk_ok();
}

sk_err
evidence_probe_removed(struct evidence_report *report, const struct evidence_instance *instance)
{
    const struct ledger_filter removals = { .action = SK_STR("accounts.remove"),
                                            .outcome = SK_STR("ok"),
                                            .newest_first = true };
    const struct timespec pause = { .tv_sec = PAUSE };
    struct removed v = { .report = report };
    TRY(ledger_read(sk_str_zcopy(report->mem, instance->state), &removals, removal_take, &v));
    evidence_ids_sort(&v.ids);
    TRY(acted_read(&v, instance));
    for (int turn = 0; turn < TURNS; turn++) {
        if (turn) nanosleep(&pause, NULL);
        TRY(files_look(&v, instance));
        if (!v.found) break;
    }
    evidence_saw(report,
                 "%zu removals are on record; their ids are found at %zu places in %zu files of"
                 " %" PRIu64 " bytes",
                 v.ids.count, v.found, v.files, v.bytes);
    if (v.found)
        evidence_failed(report, "%zu places still name somebody who was removed (%.*s)", v.found,
                        EVIDENCE_ID, v.example);
    return sk_ok();
}
