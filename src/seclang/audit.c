#include "seclang/audit.h"

#include "seclang/mask.h"

sk_str
seclang_audit_cut(sk_str s, size_t most)
{
    if (s.n <= most) return s;
    while (most > 0 && ((unsigned char)s.p[most] & 0xc0) == 0x80)
        most--;
    return sk_str_first(s, most);
}

bool
seclang_audit_lists(const struct seclang_match *match)
{
    return match->audit || match->disruptive;
}

/* Masking comes first: half a card number would not be known as one. But it need not look at more
 * than what can be left over. */
sk_str
seclang_audit_value(const struct seclang_tx *tx, const struct seclang_match *match)
{
    sk_str masked = seclang_mask_variable(tx, match->variable, match->value);

    return seclang_audit_cut(masked, SECLANG_AUDIT_VALUE_MOST);
}

/* Data usually quotes the value: secret with it. */
sk_str
seclang_audit_data(const struct seclang_tx *tx, const struct seclang_match *match)
{
    sk_str data = seclang_mask_secret(tx, match->variable) ? seclang_mask_all(tx->mem, match->data)
                                                           : seclang_mask_text(tx, match->data);

    return seclang_audit_cut(data, SECLANG_AUDIT_VALUE_MOST);
}

const char *
seclang_audit_action(const struct seclang_tx *tx, bool wanted)
{
    static const char *const names[] = { [SECLANG_PASS] = "pass",
                                         [SECLANG_DENY] = "deny",
                                         [SECLANG_REDIRECT] = "redirect",
                                         [SECLANG_DROP] = "drop" };
    bool counts = wanted ? tx->decision.noted : tx->decision.made;

    return names[counts ? tx->decision.verdict.act : SECLANG_PASS];
}
