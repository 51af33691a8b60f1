/* The budget's records: what was taken, by whom it was counted, what is frozen, which reserves
 * there are. Names stand in them as digests; a person as the opaque id. */
#ifndef SK_KEEPER_SPENT_H
#define SK_KEEPER_SPENT_H

#include "keeper/journal.h"
#include "keeper/purpose.h"

/* A name in 16 bytes: the beginning of SHA-256 over what it is and the texts, each with its length.
 */
struct keeper_name {
    unsigned char byte[16];
};
struct keeper_name keeper_name_of(const char *what, sk_str first, sk_str second);
static inline bool
keeper_name_eq(const struct keeper_name *a, const struct keeper_name *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

enum keeper_spent_kind {
    KEEPER_SPENT_TAKE = 1, /* a person, in the scopes `name` by KEEPER_SCOPE_ */
    KEEPER_SPENT_SEEN,     /* the same in one scope, name[0], of kind `scope` */
    KEEPER_SPENT_FROZEN,   /* purpose name[0] */
    KEEPER_SPENT_THAWED,
    KEEPER_SPENT_ASKED, /* reserve `id` of `people`, `minutes`, for purpose name[0], tenant name[1],
                           by name[2]; `when` it lapses */
    KEEPER_SPENT_OPENED, /* reserve `id`, until `when` */
    KEEPER_SPENT_DRAWN,  /* a person of reserve `id`; ticket name[0], which is none in a snapshot */
    KEEPER_SPENT_BLIND,  /* until `when` nobody knows what was spent before */
    KEEPER_SPENT_WORDS,  /* piece `scope` of what reserve `id` is called */
};

/* One record. The pads are zero. */
struct keeper_spent {
    uint8_t kind; /* enum keeper_spent_kind */
    uint8_t scope;
    uint16_t pad;
    uint32_t minutes;
    sk_when when;
    union {
        char words[64];
        struct keeper_name name[KEEPER_SCOPES];
        struct {
            struct keeper_name of[3];
            uint32_t people, pad[3];
        } reserve;
        struct {
            struct keeper_name ticket;
            struct keeper_id id;
            unsigned char pad[24];
        } drawn;
    };
    struct keeper_id id; /* of a person or, where it is about one, a reserve */
    uint64_t more;
};
_Static_assert(sizeof(struct keeper_spent) == KEEPER_RECORD_BODY, "it is a record's body");

#endif
