/* Versioned folders below STATE/rules, and two links:
 *
 *     crs        ─▶ crs-4.28.0      in force: rules { crs = "rules/crs/rules"; }
 *     crs-before ─▶ crs-4.25.0      what --undo goes back to
 *
 * A link is replaced by renaming a new one over it: whoever reads sees the old or the new. */
#include "base/file.h"
#include "sekisho/ask.h"
#include "sekisho/tongue.h"
#include "sekisho/update.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *
below(const struct house *house, const char *name)
{
    return house_path(house, sk_str_printf(house->mem, "rules/%s", name).p);
}

/* What a link names; "" when there is none. */
static const char *
target_of(const struct house *house, const char *link)
{
    char text[PATH_MAX];
    ssize_t n = readlink(below(house, link), text, sizeof(text));

    return n > 0 ? sk_str_zcopy(house->mem, (sk_str){ text, (size_t)n }) : "";
}

static sk_err
point(const struct house *house, const char *link, const char *target)
{
    const char *at = below(house, link), *aside = sk_str_printf(house->mem, "%s.new", at).p;

    (void)unlink(aside);
    if (symlink(target, aside) != 0 || rename(aside, at) != 0)
        return sk_fail(errno == EACCES ? SK_DENIED : SK_BROKEN, "cannot make the link %s: %s", at,
                       strerror(errno));
    return sk_ok();
}

/* A folder of this version that is there from before: replaced, unless it is in force. */
static sk_err
place_folder(struct update *u, const char *name)
{
    const char *place = below(u->house, name);

    if (access(place, F_OK) == 0 && strcmp(target_of(u->house, "crs"), name) != 0)
        sk_file_remove_tree(place);
    if (rename(u->fresh, place) != 0)
        return sk_fail(SK_BROKEN, "cannot put the rules to %s: %s", place, strerror(errno));
    return sk_ok();
}

/* ── who must hear of it ── */

static bool
is_configured(const struct house *house)
{
    return sk_str_starts(house->conf->crs, SK_STR("rules/crs/")) ||
           sk_str_starts(house->conf->crs, sk_str_of(below(house, "crs/")));
}

static sk_err
announce(const struct house *house)
{
    if (is_configured(house)) {
        sk_err e = reload_house(house);

        return e.kind == SK_MISSING ? sk_ok() : e; /* nothing runs: the next start takes it */
    }
    puts(tongue(
        "To put them in force say  rules { crs = \"rules/crs/rules\"; }  in sekisho.conf, then "
        "`sekisho reload`.",
        "有効にするには sekisho.conf に  rules { crs = \"rules/crs/rules\"; }  と書き、`sekisho "
        "reload` を実行してください。"));
    return sk_ok();
}

/* ── forth and back ── */

static sk_err
swap_links(const struct house *house, const char *now, const char *before)
{
    sk_err e;

    if (before[0]) TRY(point(house, "crs-before", before));
    TRY(point(house, "crs", now));
    update_say(tongue("in force", "適用"), "%s -> %s", below(house, "crs"), now);
    e = announce(house);
    if (!sk_failed(e)) return e;
    if (before[0])
        TRY(point(house, "crs", before));
    else
        (void)unlink(below(house, "crs"));
    return sk_fail(e.kind,
                   tongue("the gate refused the new rules, the old ones stay: %s",
                          "ゲートが新しい規則を拒否したため、元の規則に戻しました: %s"),
                   e.why);
}

sk_err
update_swap(struct update *u)
{
    const char *name = sk_str_printf(u->mem, "crs-%s", u->version).p;
    const char *before = target_of(u->house, "crs");

    if (strcmp(before, name) == 0) {
        update_say(tongue("in force", "適用"),
                   tongue("%s is in force already", "%s はすでに有効です"), u->version);
        return sk_ok();
    }
    TRY(place_folder(u, name));
    return swap_links(u->house, name, before);
}

sk_err
update_undo(const struct house *house)
{
    const char *now = target_of(house, "crs"), *before = target_of(house, "crs-before");

    if (!before[0] || access(below(house, "crs-before"), R_OK) != 0)
        return sk_fail(
            SK_MISSING,
            tongue("there are no rules from before in %s", "%s に以前の規則はありません"),
            below(house, ""));
    return swap_links(house, before, now);
}
