/* admin "/path" { ... }: who may enter a place of a site (GATE-04). */
#include "sekisho/conf.h"

#include "base/net.h"

#define ADMIN(member) offsetof(struct conf_admin, member)

const struct conf_row conf_admin_rows[] = {
    { "", "networks", CONF_LIST, ADMIN(networks), NULL, NULL, 0, 0,
      "The addresses and networks that may enter at all: 10.0.0.0/8, 2001:db8:1::/48." },
    { "", "realm", CONF_CHOICE, ADMIN(realm), "operator", "operator|merchant|worker", 0, 0,
      "Whose accounts sign in here." },
    { "", "second_factor", CONF_BOOL, ADMIN(second_factor), "true", NULL, 0, 0,
      "Whether one factor is not enough." },
    { "", "screens", CONF_LIST, ADMIN(screens), NULL, NULL, 0, 0,
      "Sub-administrators need one of these screens. Left out: any will do." },
    { .key = NULL },
};

void
conf_networks_check(const struct conf_list *networks, const struct conf *conf, unsigned line,
                    unsigned column, struct conf_faults *faults)
{
    struct sk_net net;

    for (size_t i = 0; i < networks->count; i++)
        if (!sk_net_read(&net, networks->item[i]))
            conf_fault(faults, conf, line, column,
                       "networks: %.*s: expected an address or a network such as 10.0.0.0/8 (bits "
                       "behind the prefix are 0)",
                       SK_ARG(networks->item[i]));
    if (networks->count == 0)
        conf_fault(faults, conf, line, column,
                   "networks: expected those that may enter, such as [\"10.0.0.0/8\"]");
}

/* As the gate demands it of an area (gate/area.h): what means the same to every reader. */
bool
conf_is_path(sk_str path)
{
    sk_str rest = sk_str_from(path, 1), segment;

    if (!sk_str_starts(path, SK_STR("/")) || path.n > CONF_PATH_MAX) return false;
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = sk_lower_byte((unsigned char)path.p[i]);

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && (c == 0 || !strchr("-_.~/", c)))
            return false;
    }
    while (sk_str_cut(&segment, &rest, '/'))
        if (segment.n == 0 ? rest.p != NULL : segment.p[segment.n - 1] == '.') return false;
    return true;
}

bool
conf_path_check(const struct part_ucl *block, const struct conf *conf, struct conf_faults *faults)
{
    if (block->kind != PART_UCL_BLOCK || !sk_str_starts(block->name, SK_STR("/"))) {
        conf_fault(faults, conf, block->line, block->column, "expected %.*s \"/path\" { ... }",
                   SK_ARG(block->key));
        return false;
    }
    if (conf_is_path(block->name)) return true;
    conf_fault(
        faults, conf, block->line, block->column,
        "%.*s %.*s: a path of letters, digits, - _ . ~ and single slashes is expected: every "
        "reader must read it the same",
        SK_ARG(block->key), SK_ARG(block->name));
    return false;
}

static void
screens_check(const struct conf_admin *admin, const struct part_ucl *block, const struct conf *conf,
              struct conf_faults *faults)
{
    for (size_t i = 0; i < admin->screens.count; i++)
        if (!conf_is_plain(admin->screens.item[i], "-_."))
            conf_fault(faults, conf, block->line, block->column,
                       "screens: %.*s: expected letters, digits, - _ and .",
                       SK_ARG(admin->screens.item[i]));
}

void
conf_admin_read(struct conf_site *site, const struct part_ucl *block, const struct conf *conf,
                struct conf_faults *faults)
{
    struct conf_admin *admin = &site->admin[site->admin_count];

    if (site->admin_count == CONF_ADMINS_MAX) {
        conf_fault(faults, conf, block->line, block->column, "more than %d admin blocks",
                   CONF_ADMINS_MAX);
        return;
    }
    if (!conf_path_check(block, conf, faults)) return;
    admin->path = block->name;
    conf_block_read(admin, conf_admin_rows, block, conf, faults);
    conf_networks_check(&admin->networks, conf, block->line, block->column, faults);
    screens_check(admin, block, conf, faults);
    site->admin_count++;
}
