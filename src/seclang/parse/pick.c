#include "seclang/parse/pick.h"

#include "seclang/parse/parser.h"

static bool
take_range(int64_t *from, int64_t *to, sk_str part)
{
    part = sk_str_trim(part);
    size_t dash = sk_str_find_byte(part, '-');
    if (!sk_str_to_i64(from, sk_str_trim(sk_str_first(part, dash)))) return false;
    *to = *from;
    if (dash == SIZE_MAX) return *from >= 0;
    return sk_str_to_i64(to, sk_str_trim(sk_str_from(part, dash + 1))) && *from >= 0 &&
           *from <= *to;
}

bool
seclang_ids_valid(sk_str text)
{
    sk_str part;
    int64_t from, to;
    if (!text.n) return false;
    while (sk_str_cut(&part, &text, ','))
        if (!take_range(&from, &to, part)) return false;
    return true;
}

static void
take_ranges(struct seclang_chooser *pick)
{
    sk_str part, rest = pick->picker.text;
    struct seclang_id_range range;
    while (sk_str_cut(&part, &rest, ',')) {
        if (!take_range(&range.from, &range.to, part)) continue;
        pick->range =
            seclang_draft_room(pick->mem, pick->range, pick->range_count, sizeof *pick->range);
        pick->range[pick->range_count++] = range;
    }
}

static bool
ids_have(const struct seclang_chooser *pick, unsigned id)
{
    for (size_t i = 0; i < pick->range_count; i++)
        if (id >= pick->range[i].from && id <= pick->range[i].to) return true;
    return false;
}

static bool
is_plain(sk_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (strchr("\\^$.|?*+()[]{}", text.p[i])) return false;
    return true;
}

sk_err
seclang_chooser_open(struct seclang_chooser *pick, sk_arena *mem,
                     const struct seclang_picker *picker)
{
    *pick = (struct seclang_chooser){ .picker = *picker, .mem = mem };
    pick->plain = picker->by == SECLANG_BY_ID || is_plain(picker->text);
    if (picker->by == SECLANG_BY_ID) take_ranges(pick);
    if (pick->plain) return sk_ok();
    pick->rx = seclang_op_find(SK_STR("rx"));
    struct seclang_op_place place = { .rule_file = picker->at.file };
    sk_err e = pick->rx->compile(&pick->rx_state, mem, &place, picker->text, false);
    if (sk_failed(e)) return seclang_place_fail(picker->at, "%s", e.why);
    return seclang_scratch_new(&pick->scratch);
}

void
seclang_chooser_close(struct seclang_chooser *pick)
{
    if (pick->rx_state && pick->rx->release) pick->rx->release(pick->rx_state);
    if (pick->scratch) seclang_scratch_free(pick->scratch);
    pick->rx_state = NULL;
    pick->scratch = NULL;
}

static bool
text_matches(const struct seclang_chooser *pick, sk_str text)
{
    if (pick->plain) return sk_str_find(text, pick->picker.text) != SIZE_MAX;
    struct seclang_op_run run = { .scratch = pick->scratch,
                                  .mem = pick->mem,
                                  .argument = pick->picker.text };
    return pick->rx->run(pick->rx_state, &run, text);
}

bool
seclang_chooser_names(const struct seclang_chooser *pick, const struct seclang_draft *draft)
{
    if (draft->marker.p || draft->head != draft) return false;
    const struct seclang_wishes *w = &draft->wishes;
    if (pick->picker.by == SECLANG_BY_ID) return ids_have(pick, w->id);
    if (pick->picker.by == SECLANG_BY_MSG)
        return (w->said & SECLANG_SAID_MSG) && text_matches(pick, w->msg_text);
    for (size_t i = 0; i < w->tag_count; i++)
        if (text_matches(pick, w->tag_text[i])) return true;
    return false;
}
