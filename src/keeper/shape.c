/* How each question and answer stands in bytes: its members in order. */
#include "keeper/wire.h"

#define AT(type, field) .offset = offsetof(struct type, field)
#define U32(type, field)                                                                           \
    {                                                                                              \
        .kind = KEEPER_MEMBER_U32, AT(type, field)                                                 \
    }
#define U64(type, field)                                                                           \
    {                                                                                              \
        .kind = KEEPER_MEMBER_U64, AT(type, field)                                                 \
    }
#define ID(type, field, prefix)                                                                    \
    {                                                                                              \
        .kind = KEEPER_MEMBER_ID, AT(type, field), .id = (prefix)                                  \
    }
#define BYTES(type, field)                                                                         \
    {                                                                                              \
        .kind = KEEPER_MEMBER_BYTES, AT(type, field), .most = sizeof(((struct type *)0)->field)    \
    }
#define TEXT(type, field, longest)                                                                 \
    {                                                                                              \
        .kind = KEEPER_MEMBER_TEXT, AT(type, field), .most = (longest)                             \
    }
#define NAME(type, field)                                                                          \
    {                                                                                              \
        .kind = KEEPER_MEMBER_NAME, AT(type, field), .most = KEEPER_NAME_MAX                       \
    }
#define LIST(type, field, longest, shape)                                                          \
    {                                                                                              \
        .kind = KEEPER_MEMBER_LIST, AT(type, field), .count = offsetof(struct type, count),        \
        .most = (longest), .rows = &(shape)                                                        \
    }
#define PART(type, field, shape)                                                                   \
    {                                                                                              \
        .kind = KEEPER_MEMBER_PART, AT(type, field), .rows = &(shape)                              \
    }
#define SHAPE(name, type)                                                                          \
    static const struct keeper_shape name = { sizeof(struct type), name##_members,                 \
                                              sizeof name##_members / sizeof *name##_members }

static const struct keeper_shape none = { sizeof(struct keeper_none), NULL, 0 };

static const struct keeper_member text_members[] = { TEXT(keeper_text, text, KEEPER_WORD_MAX) };
SHAPE(text, keeper_text);
static const struct keeper_member put_value_members[] = {
    ID(keeper_put_value, value_id, "val"),
    U32(keeper_put_value, kind),
    U32(keeper_put_value, version),
    TEXT(keeper_put_value, text, KEEPER_TEXT_MAX),
    LIST(keeper_put_value, word, KEEPER_WORDS_MAX, text),
};
SHAPE(put_value, keeper_put_value);
static const struct keeper_member put_members[] = {
    TEXT(keeper_put, ticket, KEEPER_TICKET_MAX),
    NAME(keeper_put, tenant),
    ID(keeper_put, person_id, "per"),
    ID(keeper_put, case_id, "cas"),
    U32(keeper_put, is_honey),
    NAME(keeper_put, earns),
    NAME(keeper_put, self_site),
    LIST(keeper_put, value, KEEPER_PUT_MAX, put_value),
};
SHAPE(put, keeper_put);
static const struct keeper_member row_members[] = {
    BYTES(keeper_row, naming),
    BYTES(keeper_row, entry),
};
SHAPE(row, keeper_row);
static const struct keeper_member kept_value_members[] = {
    TEXT(keeper_kept_value, sealed, KEEPER_SEALED_MAX),
    BYTES(keeper_kept_value, token),
    LIST(keeper_kept_value, row, KEEPER_WORDS_MAX, row),
};
SHAPE(kept_value, keeper_kept_value);
static const struct keeper_member kept_members[] = {
    LIST(keeper_kept, value, KEEPER_PUT_MAX, kept_value),
    TEXT(keeper_kept, self, KEEPER_SELF_MAX),
};
SHAPE(kept, keeper_kept);

static const struct keeper_member sealed_value_members[] = {
    ID(keeper_sealed_value, person_id, "per"), ID(keeper_sealed_value, case_id, "cas"),
    ID(keeper_sealed_value, value_id, "val"),  U32(keeper_sealed_value, kind),
    U32(keeper_sealed_value, version),         TEXT(keeper_sealed_value, sealed, KEEPER_SEALED_MAX),
};
SHAPE(sealed_value, keeper_sealed_value);
static const struct keeper_member open_members[] = {
    TEXT(keeper_open, ticket, KEEPER_TICKET_MAX),
    NAME(keeper_open, purpose),
    NAME(keeper_open, tenant),
    TEXT(keeper_open, self, KEEPER_SELF_MAX),
    U32(keeper_open, use),
    LIST(keeper_open, value, KEEPER_VALUES_MAX, sealed_value),
};
SHAPE(open, keeper_open);
static const struct keeper_member shown_value_members[] = {
    U32(keeper_shown_value, word),
    U32(keeper_shown_value, show),
    TEXT(keeper_shown_value, text, KEEPER_TEXT_MAX),
};
SHAPE(shown_value, keeper_shown_value);
static const struct keeper_member shown_members[] = {
    U32(keeper_shown, refused),
    LIST(keeper_shown, value, KEEPER_VALUES_MAX, shown_value),
};
SHAPE(shown, keeper_shown);

static const struct keeper_member reseal_members[] = {
    NAME(keeper_reseal, tenant),
    LIST(keeper_reseal, value, KEEPER_VALUES_MAX, sealed_value),
};
SHAPE(reseal, keeper_reseal);
static const struct keeper_member resealed_value_members[] = {
    U32(keeper_resealed_value, word),
    TEXT(keeper_resealed_value, sealed, KEEPER_SEALED_MAX),
};
SHAPE(resealed_value, keeper_resealed_value);
static const struct keeper_member resealed_members[] = {
    LIST(keeper_resealed, value, KEEPER_VALUES_MAX, resealed_value),
};
SHAPE(resealed, keeper_resealed);

static const struct keeper_member find_members[] = {
    TEXT(keeper_find, ticket, KEEPER_TICKET_MAX),
    NAME(keeper_find, purpose),
    NAME(keeper_find, tenant),
    U32(keeper_find, kind),
    TEXT(keeper_find, word, KEEPER_WORD_MAX),
};
SHAPE(find, keeper_find);
static const struct keeper_member naming_members[] = { BYTES(keeper_naming, naming) };
SHAPE(naming, keeper_naming);
static const struct keeper_member entry_members[] = { BYTES(keeper_entry, entry) };
SHAPE(entry, keeper_entry);
static const struct keeper_member found_ask_members[] = {
    PART(keeper_found_ask, find, find),
    LIST(keeper_found_ask, entry, KEEPER_VALUES_MAX, entry),
};
SHAPE(found_ask, keeper_found_ask);
static const struct keeper_member found_value_members[] = {
    ID(keeper_found_value, person_id, "per"),
    ID(keeper_found_value, value_id, "val"),
};
SHAPE(found_value, keeper_found_value);
static const struct keeper_member found_members[] = {
    LIST(keeper_found, value, KEEPER_VALUES_MAX, found_value),
};
SHAPE(found, keeper_found);

static const struct keeper_member self_members[] = {
    NAME(keeper_self, tenant),
    NAME(keeper_self, site),
    TEXT(keeper_self, self, KEEPER_SELF_MAX),
};
SHAPE(self, keeper_self);
static const struct keeper_member person_members[] = { ID(keeper_person, person_id, "per") };
SHAPE(person, keeper_person);

static const struct keeper_member erase_members[] = {
    TEXT(keeper_erase, ticket, KEEPER_TICKET_MAX),
    NAME(keeper_erase, purpose),
    NAME(keeper_erase, tenant),
    ID(keeper_erase, person_id, "per"),
    ID(keeper_erase, case_id, "cas"),
    U32(keeper_erase, later),
};
SHAPE(erase, keeper_erase);
static const struct keeper_member erased_members[] = {
    U64(keeper_erased, at),
    U64(keeper_erased, sequence),
};
SHAPE(erased, keeper_erased);

static const struct keeper_member reserve_ask_members[] = {
    TEXT(keeper_reserve_ask, ticket, KEEPER_TICKET_MAX),
    NAME(keeper_reserve_ask, purpose),
    NAME(keeper_reserve_ask, tenant),
    TEXT(keeper_reserve_ask, reason, KEEPER_REASON_MAX),
    U32(keeper_reserve_ask, people),
    U32(keeper_reserve_ask, minutes),
};
SHAPE(reserve_ask, keeper_reserve_ask);
static const struct keeper_member reserve_members[] = {
    ID(keeper_reserve, reserve_id, "rsv"),
    U64(keeper_reserve, until),
};
SHAPE(reserve, keeper_reserve);
static const struct keeper_member reserve_open_members[] = {
    TEXT(keeper_reserve_open, ticket, KEEPER_TICKET_MAX),
    ID(keeper_reserve_open, reserve_id, "rsv"),
};
SHAPE(reserve_open, keeper_reserve_open);
static const struct keeper_member ticket_members[] = {
    TEXT(keeper_ticket, ticket, KEEPER_TICKET_MAX),
};
SHAPE(ticket, keeper_ticket);
static const struct keeper_member reserve_row_members[] = {
    ID(keeper_reserve_row, reserve_id, "rsv"),
    NAME(keeper_reserve_row, purpose),
    NAME(keeper_reserve_row, tenant),
    TEXT(keeper_reserve_row, asked_by, KEEPER_PRINCIPAL_MAX),
    TEXT(keeper_reserve_row, reason, KEEPER_REASON_MAX),
    U32(keeper_reserve_row, people),
    U32(keeper_reserve_row, used),
    U32(keeper_reserve_row, minutes),
    U32(keeper_reserve_row, is_open),
    U64(keeper_reserve_row, until),
};
SHAPE(reserve_row, keeper_reserve_row);
static const struct keeper_member reserves_members[] = {
    LIST(keeper_reserves, row, KEEPER_RESERVES_MAX, reserve_row),
};
SHAPE(reserves, keeper_reserves);
static const struct keeper_member purpose_ask_members[] = {
    TEXT(keeper_purpose_ask, ticket, KEEPER_TICKET_MAX),
    NAME(keeper_purpose_ask, purpose),
};
SHAPE(purpose_ask, keeper_purpose_ask);
static const struct keeper_member exposure_ask_members[] = {
    TEXT(keeper_exposure_ask, ticket, KEEPER_TICKET_MAX),
    NAME(keeper_exposure_ask, tenant),
};
SHAPE(exposure_ask, keeper_exposure_ask);
static const struct keeper_member exposure_row_members[] = {
    NAME(keeper_exposure_row, tenant),   NAME(keeper_exposure_row, purpose),
    U32(keeper_exposure_row, kinds),     U32(keeper_exposure_row, show),
    U64(keeper_exposure_row, people),    U64(keeper_exposure_row, earned),
    U32(keeper_exposure_row, is_frozen),
};
SHAPE(exposure_row, keeper_exposure_row);
static const struct keeper_member exposure_members[] = {
    U64(keeper_exposure, people),
    LIST(keeper_exposure, row, KEEPER_ROWS_MAX, exposure_row),
};
SHAPE(exposure, keeper_exposure);

static const struct keeper_member window_row_members[] = {
    NAME(keeper_window_row, purpose),  NAME(keeper_window_row, tenant),
    U32(keeper_window_row, kinds),     U32(keeper_window_row, show),
    U32(keeper_window_row, is_frozen), U32(keeper_window_row, freezes),
    U32(keeper_window_row, second),    U32(keeper_window_row, hour),
    U32(keeper_window_row, day),       U32(keeper_window_row, second_most),
    U32(keeper_window_row, hour_most), U32(keeper_window_row, day_most),
};
SHAPE(window_row, keeper_window_row);
static const struct keeper_member windows_members[] = {
    U64(keeper_windows, blind_until),
    U64(keeper_windows, alarmed),
    LIST(keeper_windows, row, KEEPER_ROWS_MAX, window_row),
};
SHAPE(windows, keeper_windows);

static const struct keeper_member rotate_members[] = {
    TEXT(keeper_rotate, ticket, KEEPER_TICKET_MAX),
    U32(keeper_rotate, level),
    NAME(keeper_rotate, tenant),
    ID(keeper_rotate, person_id, "per"),
    ID(keeper_rotate, case_id, "cas"),
    TEXT(keeper_rotate, phrase, KEEPER_PHRASE_MAX),
};
SHAPE(rotate, keeper_rotate);
static const struct keeper_member rotated_members[] = { U64(keeper_rotated, left) };
SHAPE(rotated, keeper_rotated);
static const struct keeper_member status_members[] = {
    U32(keeper_status, is_sealed),   NAME(keeper_status, root),
    TEXT(keeper_status, why, 512),   U64(keeper_status, tenants),
    U64(keeper_status, people),      U64(keeper_status, keys),
    U64(keeper_status, erased),      U64(keeper_status, left),
    U64(keeper_status, last_erased), U64(keeper_status, most_uses),
    U64(keeper_status, backed_up),   U64(keeper_status, tenant_made),
    U64(keeper_status, key_made),    U32(keeper_status, purposes),
    U32(keeper_status, frozen),      U32(keeper_status, memory_locked),
};
SHAPE(status, keeper_status);
static const struct keeper_member unseal_members[] = {
    TEXT(keeper_unseal, phrase, KEEPER_PHRASE_MAX),
};
SHAPE(unseal, keeper_unseal);
static const struct keeper_member backup_members[] = { NAME(keeper_backup, file) };
SHAPE(backup, keeper_backup);
static const struct keeper_member restored_members[] = {
    U64(keeper_restored, keys),
    U64(keeper_restored, erased),
};
SHAPE(restored, keeper_restored);

const struct keeper_verb_row keeper_verb_rows[KEEPER_VERBS] = {
    [KEEPER_VERB_NONE] = { "", NULL, NULL },
    [KEEPER_PUT] = { "put", &put, &kept },
    [KEEPER_OPEN] = { "open", &open, &shown },
    [KEEPER_RESEAL] = { "reseal", &reseal, &resealed },
    [KEEPER_FIND] = { "find", &find, &naming },
    [KEEPER_FOUND] = { "found", &found_ask, &found },
    [KEEPER_SELF] = { "self", &self, &person },
    [KEEPER_ERASE] = { "erase", &erase, &erased },
    [KEEPER_ASK_ERASED] = { "ask_erased", &erase, &erased },
    [KEEPER_RESERVE_ASK] = { "reserve_ask", &reserve_ask, &reserve },
    [KEEPER_RESERVE_OPEN] = { "reserve_open", &reserve_open, &reserve },
    [KEEPER_FREEZE] = { "freeze", &purpose_ask, &none },
    [KEEPER_THAW] = { "thaw", &purpose_ask, &none },
    [KEEPER_EXPOSURE] = { "exposure", &exposure_ask, &exposure },
    [KEEPER_ROTATE] = { "rotate", &rotate, &rotated },
    [KEEPER_STATUS] = { "status", &none, &status },
    [KEEPER_UNSEAL] = { "unseal", &unseal, &none },
    [KEEPER_BACKUP] = { "backup", &none, &backup },
    [KEEPER_RESTORE] = { "restore", &none, &restored },
    [KEEPER_ASK_WINDOWS] = { "windows", &ticket, &windows },
    [KEEPER_ASK_RESERVES] = { "reserves", &ticket, &reserves },
};
