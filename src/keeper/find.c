/* FIND and FOUND: searching is reading. A word that is asked for counts as one person. */
#include "base/hash.h"
#include "keeper/record.h"
#include "keeper/word_key.h"

/* Stands in the budgets for the word: the same for the same word of a tenant. */
static struct keeper_id
word_person(const struct keeper_key *index, const struct keeper_find *find)
{
    struct keeper_id id;
    unsigned char bytes[KEEPER_TOKEN];

    keeper_word_token(bytes, index, find->kind, find->word);
    memcpy(id.text, "fnd_", 4);
    for (size_t i = 0; i < sizeof id.text - 4; i++)
        id.text[4 + i] = "0123456789abcdefghjkmnpqrstvwxyz"[bytes[i % sizeof bytes] & 31];
    return id;
}

static enum keeper_word
allowed(const struct keeper_judged *judged, struct keeper_desk *desk,
        const struct keeper_find *find, const struct keeper_key *index)
{
    struct keeper_id person = word_person(index, find);

    if (!keeper_purpose_shows(judged->purpose, find->kind)) return KEEPER_KIND_DENIED;
    return keeper_judge_take(judged, desk, &person, 1);
}

/* Ticket, purpose, budget; `index` is the tenant's. */
static enum keeper_word
find_judge(struct keeper_judged *judged, struct keeper_key *index, struct keeper_desk *desk,
           const struct keeper_find *find)
{
    enum keeper_word word = keeper_judge_ticket(judged, desk, find->ticket, find->tenant);

    if (word == KEEPER_OK) word = keeper_judge_purpose(judged, desk, find->purpose);
    if (word == KEEPER_OK) {
        word = keeper_keys_index(index, desk->house->keys, desk->reader, judged->tenant);
        if (word != KEEPER_OK) return word;
        word = allowed(judged, desk, find, index);
    }
    return word == KEEPER_OK ? word : keeper_refuse(judged, desk, find->purpose, word, 1);
}

enum keeper_word
keeper_find_answer(struct keeper_desk *desk, const struct keeper_find *find,
                   struct keeper_naming *naming)
{
    DEFER(keeper_word_key_wipe) struct keeper_word_key key = { { { 0 } }, { { 0 } } };
    DEFER(keeper_key_wipe) struct keeper_key index = { { 0 } };
    struct keeper_judged judged;
    enum keeper_word word = find_judge(&judged, &index, desk, find);

    if (word != KEEPER_OK) return word;
    keeper_word_key(&key, &index, find->kind, find->word);
    memcpy(naming->naming, key.naming.byte, KEEPER_NAMING);
    return KEEPER_OK;
}

/* Who is found gave this value: that is seen. People of another tenant cannot be in its index. */
static enum keeper_word
found_tell(const struct keeper_judged *judged, struct keeper_desk *desk,
           const struct keeper_find *find, struct keeper_found *found)
{
    struct keeper_seen *seen = sk_array(desk->mem, found->count, sizeof *seen);
    size_t count = 0;

    for (size_t i = 0; i < found->count; i++) {
        const struct keeper_id *person_id = &found->value[i].person_id;
        struct keeper_id none = { { 0 } };
        struct keeper_whose whose = { judged->tenant, person_id, &none };
        bool is_honey = false;

        if (keeper_id_is_none(person_id)) continue;
        if (keeper_keys_person(&is_honey, desk->reader, &whose) != KEEPER_OK) { /* erased */
            found->value[i] = (struct keeper_found_value){ .person_id = none };
            continue;
        }
        if (is_honey) keeper_honey_note(judged, desk, person_id);
        seen[count++] =
            (struct keeper_seen){ *person_id, personal_kind_bit((enum personal_kind)find->kind),
                                  1 };
    }
    count = keeper_seen_group(seen, count);
    if (count)
        return keeper_seen_tell(judged, desk, "vault.found", find->purpose, "found", seen, count);
    struct ledger_event event = keeper_event("vault.found", &judged->ticket, judged->tenant);
    event.details =
        keeper_seen_text(desk->mem, find->purpose, "found", judged->ticket.route, NULL, 0);
    uint64_t sequence;
    return keeper_tell(&sequence, desk, &event);
}

enum keeper_word
keeper_found_answer(struct keeper_desk *desk, const struct keeper_found_ask *ask,
                    struct keeper_found *found)
{
    DEFER(keeper_word_key_wipe) struct keeper_word_key key = { { { 0 } }, { { 0 } } };
    DEFER(keeper_key_wipe) struct keeper_key index = { { 0 } };
    struct keeper_judged judged;
    enum keeper_word word = find_judge(&judged, &index, desk, &ask->find);

    if (word != KEEPER_OK) return word;
    keeper_word_key(&key, &index, ask->find.kind, ask->find.word);
    found->value = sk_array(desk->mem, ask->count, sizeof *found->value);
    found->count = ask->count;
    for (size_t i = 0; i < ask->count; i++)
        if (!keeper_entry_open(&found->value[i], &key, ask->entry[i].entry))
            found->value[i] = (struct keeper_found_value){ .person_id = { { 0 } } };
    word = found_tell(&judged, desk, &ask->find, found);
    if (word != KEEPER_OK) desk->honeys = 0;
    return word;
}
