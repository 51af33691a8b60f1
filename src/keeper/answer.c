/* Each verb's handler, and who may ask it. */
#include "keeper/house.h"
#include "keeper/wire.h"

typedef enum keeper_word (*handler)(struct keeper_desk *, const void *question, void *answer);

#define HANDLER(name, question_type, answer_type)                                                  \
    static enum keeper_word name##_handle(struct keeper_desk *desk, const void *question,          \
                                          void *answer)                                            \
    {                                                                                              \
        return keeper_##name##_answer(desk, (const struct question_type *)question,                \
                                      (struct answer_type *)answer);                               \
    }
HANDLER(put, keeper_put, keeper_kept)
HANDLER(open, keeper_open, keeper_shown)
HANDLER(reseal, keeper_reseal, keeper_resealed)
HANDLER(find, keeper_find, keeper_naming)
HANDLER(found, keeper_found_ask, keeper_found)
HANDLER(self, keeper_self, keeper_person)
HANDLER(erase, keeper_erase, keeper_erased)
HANDLER(ask_erased, keeper_erase, keeper_erased)
HANDLER(reserve_ask, keeper_reserve_ask, keeper_reserve)
HANDLER(reserve_open, keeper_reserve_open, keeper_reserve)
HANDLER(freeze, keeper_purpose_ask, keeper_none)
HANDLER(thaw, keeper_purpose_ask, keeper_none)
HANDLER(exposure, keeper_exposure_ask, keeper_exposure)
HANDLER(rotate, keeper_rotate, keeper_rotated)
HANDLER(status, keeper_none, keeper_status)
HANDLER(unseal, keeper_unseal, keeper_none)
HANDLER(backup, keeper_none, keeper_backup)
HANDLER(restore, keeper_none, keeper_restored)
HANDLER(windows, keeper_ticket, keeper_windows)
HANDLER(reserves, keeper_ticket, keeper_reserves)

/* Who may ask. By the rights of a ticket, or of nobody: */
enum who {
    FRONT, /* the vault's front, too */
    DESK,  /* ... and the console */
    ADMIN, /* only the superuser and our own user; no ticket opens it */
};

static const struct {
    handler handle;
    bool while_sealed; /* has an answer without the root key */
    enum who who;
} rows[KEEPER_VERBS] = {
    [KEEPER_PUT] = { put_handle, false, FRONT },
    [KEEPER_OPEN] = { open_handle, true, FRONT }, /* a ticket that is no good is told first */
    [KEEPER_RESEAL] = { reseal_handle, false, FRONT },
    [KEEPER_FIND] = { find_handle, false, FRONT },
    [KEEPER_FOUND] = { found_handle, false, FRONT },
    [KEEPER_SELF] = { self_handle, false, FRONT },
    [KEEPER_ERASE] = { erase_handle, true, FRONT }, /* destroying needs no key */
    [KEEPER_ASK_ERASED] = { ask_erased_handle, true, FRONT },
    [KEEPER_RESERVE_ASK] = { reserve_ask_handle, true, DESK },
    [KEEPER_RESERVE_OPEN] = { reserve_open_handle, true, DESK },
    [KEEPER_FREEZE] = { freeze_handle, true, DESK },
    [KEEPER_THAW] = { thaw_handle, true, DESK },
    [KEEPER_EXPOSURE] = { exposure_handle, true, DESK },
    [KEEPER_ROTATE] = { rotate_handle, false, FRONT },
    [KEEPER_STATUS] = { status_handle, true, DESK },
    [KEEPER_UNSEAL] = { unseal_handle, true, ADMIN },
    [KEEPER_BACKUP] = { backup_handle, true, ADMIN },
    [KEEPER_RESTORE] = { restore_handle, true, ADMIN },
    [KEEPER_ASK_WINDOWS] = { windows_handle, true, DESK },
    [KEEPER_ASK_RESERVES] = { reserves_handle, true, DESK },
};

static bool
may_ask(const struct keeper_desk *desk, enum who who)
{
    return desk->is_admin || (desk->is_console ? who == DESK : who != ADMIN);
}

enum keeper_word
keeper_answer(void *answer, struct keeper_desk *desk, enum keeper_verb verb, const void *question)
{
    if (!may_ask(desk, rows[verb].who)) return KEEPER_DENIED;
    if (!rows[verb].while_sealed && keeper_root_is_sealed(desk->house->root)) return KEEPER_SEALED;
    return rows[verb].handle(desk, question, answer);
}
