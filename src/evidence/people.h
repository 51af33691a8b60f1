/* What accounts keeps of people, read by other code than its own: its store, opened to be looked at
 * only, and the ids in it. The ledger says what happened; probes compare the two. */
#ifndef EVIDENCE_PEOPLE_H
#define EVIDENCE_PEOPLE_H

#include "evidence/probe.h"
#include "part/store.h"

/* Yours: part_store_close. SK_MISSING: there is no such store. */
sk_err evidence_people_open(struct part_store **store, sk_arena *mem,
                            const struct evidence_instance *instance) SK_CHECKED;
/* The first column of the first row. */
sk_err evidence_people_number(int64_t *number, struct part_store *store,
                              const char *sql) SK_CHECKED;

/* Of the form of a ticket, and sealed by nobody. */
#define EVIDENCE_NO_TICKET "v1.eyJpZCI6InByb2JlIn0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* A question to accounts as this system user, or with a ticket. */
sk_err evidence_people_ask(int *status, sk_str *answer, sk_arena *mem,
                           const struct evidence_instance *instance, const char *verb,
                           sk_str ticket) SK_CHECKED;
/* With EVIDENCE_NO_TICKET each of the verbs must be refused. */
sk_err evidence_people_refuses(struct evidence_report *report,
                               const struct evidence_instance *instance, const char *const *verbs,
                               size_t count) SK_CHECKED;

/* Ids ("acc_", "ses_" and 20 digits), to be found again. */
enum { EVIDENCE_ID = 24, EVIDENCE_IDS_MAX = 1 << 20 };

struct evidence_ids {
    struct evidence_id {
        char text[EVIDENCE_ID];
        bool seen;
    } * id;
    size_t count, room;
};

bool evidence_ids_add(struct evidence_ids *ids, sk_arena *mem,
                      sk_str id);                 /* false: not an id, or full */
void evidence_ids_sort(struct evidence_ids *ids); /* before the first find */
struct evidence_id *evidence_ids_find(const struct evidence_ids *ids, const char *text);
/* The first column of each row. */
sk_err evidence_ids_read(struct evidence_ids *ids, sk_arena *mem, struct part_store *store,
                         const char *sql) SK_CHECKED;

#endif
