/* The parts beside gate and shop: one row each. A part listens on Unix sockets that the parent
 * binds and keeps while it starts again, reads its configuration from a folder of its own
 * (STATE/conf/NAME, which the parent writes) and keeps its state in another (STATE/NAME). */
#ifndef SEKISHO_SERVICES_H
#define SEKISHO_SERVICES_H

#include "part/card.h"
#include "part/child.h"
#include "sekisho/house.h"

struct service {
    const char *name; /* as on its card, below STATE, and of its block in sekisho.conf */
    const struct part_card *card;
    int (*main)(const struct part_place *place);
    const char *socket[PART_CHILD_FDS];      /* below STATE; handed in this order */
    bool (*wanted)(const struct conf *conf); /* NULL: always */
    sk_err (*check)(sk_str json);            /* of NAME.json; NULL: the table's checks are enough */
    const char *also;   /* another block that it is told, as BLOCK_KEY; or NULL */
    const char *reader; /* a user whose group may read STATE/NAME, or NULL */
    bool ticket;        /* it reads tickets: has a copy of their key */
    bool late;          /* others need it until they have ended */
};

extern const struct service services[]; /* ends with name NULL */

/* Whether there is such a row. */
bool services_has(const char *name);
bool service_wanted(const struct service *service, const struct conf *conf);

/* Users when started as root, folders, the key of tickets. */
sk_err services_prepare(struct house *house) SK_CHECKED;
/* Writes STATE/conf/NAME/NAME.json and what belongs beside it for each wanted service; a bit
 * (1 << row) in `changed` for each whose text is another than before. */
sk_err services_render(unsigned *changed, const struct house *house) SK_CHECKED;
/* Secrets that the configuration names and that cannot be read, and what a part would not take:
 * added to house->faults. */
void services_check(struct house *house);
/* What stands in NAME.json: the keys of the block NAME, ports, sites. */
struct sk_json_writer;
/* The purposes of sekisho.conf, as the keeper is told them: an array; `key` as for sk_json_array.
 */
void services_purposes_json(struct sk_json_writer *w, const char *key, const struct house *house);
sk_str service_json(sk_arena *mem, const struct service *service, const struct house *house);

#endif
