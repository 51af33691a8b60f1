/* What all of the keeper's threads share (house), and what one connection has for itself (desk). */
#ifndef SK_KEEPER_HOUSE_H
#define SK_KEEPER_HOUSE_H

#include "keeper/budget.h"
#include "keeper/earned.h"
#include "keeper/keys.h"
#include "keeper/purpose.h"
#include "keeper/secret.h"
#include "ledger/ledger.h"
#include "part/peer.h"
#include "ticket/ticket.h"

#include <pthread.h>

enum { KEEPER_HONEY_MAX = 4 };

struct keeper_house {
    struct keeper_root *root;
    struct keeper_keys *keys;
    struct keeper_purposes purposes;
    struct keeper_budget *budget;
    struct keeper_earned *earned;
    struct ticket_key ticket_key;
    /* Success: the events are on disk, the first under this sequence. */
    sk_err (*tell)(void *ctx, uint64_t *sequence, const struct ledger_event *event, size_t count);
    void *tell_ctx;
    sk_when (*now)(void);
    sk_when key_age; /* ms that a tenant's key serves */
    bool memory_locked;
    struct part_peers
        console;          /* who asks for operators only: empty where users are not told apart */
    uint64_t left;        /* of a tenant's rotation, by the tender */
    char trouble[256];    /* of the tender; empty: none */
    sk_when alarmed;      /* the last alarm; 0: none */
    pthread_mutex_t lock; /* of these three */
};

/* Somebody who is nobody is about to be seen: an alarm that goes to disk together with the record
 * of the reading, so that it is there before the value leaves and takes no time of its own. */
struct keeper_honey {
    struct ledger_event event; /* texts on the desk's mem */
    bool freezes;
};

struct keeper_desk {
    struct keeper_house *house;
    struct part_store *reader;
    sk_arena *mem;   /* of the question at hand; overwritten when it is answered */
    unsigned uid;    /* of whoever is at the other end */
    bool is_admin;   /* the superuser or our own user */
    bool is_console; /* the console: it asks for operators, by their tickets */
    struct keeper_honey honey[KEEPER_HONEY_MAX];
    size_t honeys;
};

/* Answers a question: `answer` is the verb's struct, cleared. */
enum keeper_word keeper_answer(void *answer, struct keeper_desk *desk, enum keeper_verb verb,
                               const void *question);

/* Tells the ledger; NO_LEDGER where it could not. */
enum keeper_word keeper_tell(uint64_t *sequence, const struct keeper_desk *desk,
                             const struct ledger_event *event) SK_CHECKED;
/* The same of several at once, and of the alarms that the desk has noted, whose purposes it freezes
 * where they say so. */
enum keeper_word keeper_tell_all(uint64_t *sequence, struct keeper_desk *desk,
                                 const struct ledger_event *event, size_t count) SK_CHECKED;
/* An event of this ticket; of none: nobody's. */
struct ledger_event keeper_event(const char *action, const struct ticket *ticket, sk_str tenant);

/* Who asks for a change of what protects everybody: by an operator's ticket of the console, or the
 * superuser without one, as local:UID. Texts lie on the desk's mem. */
enum keeper_word keeper_operator_find(struct ticket *who, const struct keeper_desk *desk,
                                      sk_str ticket) SK_CHECKED;
/* Records what one has done, with outcome ok. */
enum keeper_word keeper_operator_tell(const struct keeper_desk *desk, const struct ticket *who,
                                      const char *action, sk_str object, sk_str details) SK_CHECKED;

/* Gives tenants whose key is too old a new one (age.c), in the background. */
sk_err keeper_age_tend(const struct keeper_house *house) SK_CHECKED;

/* ── one file each ── */

enum keeper_word keeper_put_answer(struct keeper_desk *, const struct keeper_put *,
                                   struct keeper_kept *);
enum keeper_word keeper_open_answer(struct keeper_desk *, const struct keeper_open *,
                                    struct keeper_shown *);
enum keeper_word keeper_reseal_answer(struct keeper_desk *, const struct keeper_reseal *,
                                      struct keeper_resealed *);
enum keeper_word keeper_find_answer(struct keeper_desk *, const struct keeper_find *,
                                    struct keeper_naming *);
enum keeper_word keeper_found_answer(struct keeper_desk *, const struct keeper_found_ask *,
                                     struct keeper_found *);
enum keeper_word keeper_self_answer(struct keeper_desk *, const struct keeper_self *,
                                    struct keeper_person *);
enum keeper_word keeper_erase_answer(struct keeper_desk *, const struct keeper_erase *,
                                     struct keeper_erased *);
enum keeper_word keeper_ask_erased_answer(struct keeper_desk *, const struct keeper_erase *,
                                          struct keeper_erased *);
enum keeper_word keeper_reserve_ask_answer(struct keeper_desk *, const struct keeper_reserve_ask *,
                                           struct keeper_reserve *);
enum keeper_word keeper_reserve_open_answer(struct keeper_desk *,
                                            const struct keeper_reserve_open *,
                                            struct keeper_reserve *);
enum keeper_word keeper_freeze_answer(struct keeper_desk *, const struct keeper_purpose_ask *,
                                      struct keeper_none *);
enum keeper_word keeper_thaw_answer(struct keeper_desk *, const struct keeper_purpose_ask *,
                                    struct keeper_none *);
enum keeper_word keeper_exposure_answer(struct keeper_desk *, const struct keeper_exposure_ask *,
                                        struct keeper_exposure *);
enum keeper_word keeper_rotate_answer(struct keeper_desk *, const struct keeper_rotate *,
                                      struct keeper_rotated *);
enum keeper_word keeper_status_answer(struct keeper_desk *, const struct keeper_none *,
                                      struct keeper_status *);
enum keeper_word keeper_unseal_answer(struct keeper_desk *, const struct keeper_unseal *,
                                      struct keeper_none *);
enum keeper_word keeper_backup_answer(struct keeper_desk *, const struct keeper_none *,
                                      struct keeper_backup *);
enum keeper_word keeper_restore_answer(struct keeper_desk *, const struct keeper_none *,
                                       struct keeper_restored *);
enum keeper_word keeper_windows_answer(struct keeper_desk *, const struct keeper_ticket *,
                                       struct keeper_windows *);
enum keeper_word keeper_reserves_answer(struct keeper_desk *, const struct keeper_ticket *,
                                        struct keeper_reserves *);

#endif
