#include "evidence/people.h"

#include "part/ask.h"

#include <stdlib.h>
#include <unistd.h>

sk_err
evidence_people_open(struct part_store **store, sk_arena *mem,
                     const struct evidence_instance *instance)
{
    const char *path = sk_str_printf(mem, "%.*s/accounts/accounts.db", SK_ARG(instance->state)).p;
    if (access(path, R_OK) != 0) return sk_fail(SK_MISSING, "%s cannot be read", path);
    TRY(part_store_open(store, path));
    return part_store_exec(*store, "PRAGMA query_only = ON");
}

sk_err
evidence_people_number(int64_t *number, struct part_store *store, const char *sql)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, sql));
    TRY(part_query_step(&row, q));
    *number = row ? part_query_get_int(q, 0) : 0;
    part_query_done(q);
    return sk_ok();
}

sk_err
evidence_people_ask(int *status, sk_str *answer, sk_arena *mem,
                    const struct evidence_instance *instance, const char *verb, sk_str ticket)
{
    struct part_answer got;
    struct part_ask ask = {
        .path = sk_str_printf(mem, "%.*s/run/accounts-api.sock", SK_ARG(instance->state)).p,
        .method = "POST",
        .target = sk_str_printf(mem, "/v1/%s", verb),
        .body = SK_STR("{}"),
        .header = { { "X-Sekisho-Ticket", ticket } },
        .headers = ticket.n ? 1 : 0,
    };
    TRY(part_ask(&got, mem, &ask));
    *status = got.status;
    *answer = got.body;
    return sk_ok();
}

sk_err
evidence_people_refuses(struct evidence_report *report, const struct evidence_instance *instance,
                        const char *const *verbs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sk_str answer;
        int status;
        TRY(evidence_people_ask(&status, &answer, report->mem, instance, verbs[i],
                                SK_STR(EVIDENCE_NO_TICKET)));
        if (status == 403)
            evidence_saw(report, "%s with a made-up ticket is refused", verbs[i]);
        else
            evidence_failed(report, "%s with a made-up ticket was answered %d", verbs[i], status);
    }
    return sk_ok();
}

/* ── ids ── */

bool
evidence_ids_add(struct evidence_ids *ids, sk_arena *mem, sk_str id)
{
    size_t size = sizeof *ids->id;
    if (id.n != EVIDENCE_ID || ids->count == EVIDENCE_IDS_MAX) return false;
    if (ids->count == ids->room) {
        size_t room = ids->room ? ids->room * 2 : 64;
        ids->id = sk_grow(mem, ids->id, ids->room * size, room * size);
        ids->room = room;
    }
    ids->id[ids->count] = (struct evidence_id){ .seen = false };
    memcpy(ids->id[ids->count++].text, id.p, EVIDENCE_ID);
    return true;
}

static int
by_text(const void *a, const void *b)
{
    return memcmp(a, b, EVIDENCE_ID); /* the text stands first in an entry */
}

void
evidence_ids_sort(struct evidence_ids *ids)
{
    if (ids->count) qsort(ids->id, ids->count, sizeof *ids->id, by_text);
}

struct evidence_id *
evidence_ids_find(const struct evidence_ids *ids, const char *text)
{
    return ids->count ? bsearch(text, ids->id, ids->count, sizeof *ids->id, by_text) : NULL;
}

sk_err
evidence_ids_read(struct evidence_ids *ids, sk_arena *mem, struct part_store *store,
                  const char *sql)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, sql));
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) break;
        evidence_ids_add(ids, mem, part_query_get_text(mem, q, 0));
    }
    evidence_ids_sort(ids);
    return sk_ok();
}
