/* sekisho check: every fault of a configuration, with its place; nothing is changed. */
#include "base/file.h"
#include "part/lock.h"
#include "sekisho/files.h"
#include "sekisho/house.h"
#include "sekisho/port.h"
#include "sekisho/render.h"
#include "sekisho/services.h"
#include "sekisho/tongue.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
folder_remove(char **path)
{
    if (*path) sk_file_remove_tree(*path);
}

/* Ports are only looked at while nothing of ours holds them. */
static void
ports_check(struct house *house)
{
    const struct conf *conf = house->conf;
    int64_t ports[] = { conf->https, conf->http, conf->console.port };
    size_t count = services_has("console") ? 3 : 2;
    pid_t holder;

    if (!sk_failed(part_lock_holder(&holder, house_path(house, "run/sekisho.pid")))) return;
    for (size_t i = 0; i < count; i++) {
        sk_err e = port_free(conf->address, ports[i]);
        if (sk_failed(e)) conf_fault(&house->faults, conf, 1, 1, "listen: %s", e.why);
    }
}

/* A complaint about a file of the copy, said of the file that the operator knows. */
static sk_err
in_place(const struct house *house, const struct house *copy, sk_err e)
{
    sk_str why = sk_str_of(e.why), aside = sk_str_of(copy->state);
    size_t at = sk_str_find(why, aside);

    if (!sk_failed(e) || at == SIZE_MAX) return e;
    return sk_fail(e.kind, "%.*s%s%s", (int)at, why.p, house->state, why.p + at + aside.n);
}

/* A rule set below the state folder goes along: the check may read nothing but its own state. */
static sk_err
crs_copy(struct house *copy, const struct house *house)
{
    sk_arena *mem = house->mem;
    sk_str crs = render_path(mem, house->state, copy->conf->crs);
    sk_str rules = sk_str_printf(mem, "%s/rules/", house->state);
    const char *into;

    if (!sk_str_starts(crs, rules)) return sk_ok();
    copy->conf->crs = sk_str_printf(mem, "rules/%.*s", SK_ARG(sk_str_from(crs, rules.n)));
    into = sk_str_zcopy(mem, render_path(mem, copy->state, copy->conf->crs));
    TRY(files_folder(into, 0755, NULL));
    return files_rules_copy(mem, sk_str_zcopy(mem, crs), into);
}

/* Everything is rendered into a folder of its own, with a state of its own, and nginx reads it. */
static sk_err
rules_check(struct house *house)
{
    char aside[] = "/tmp/sekisho-check-XXXXXX";
    DEFER(folder_remove) char *made = mkdtemp(aside);
    struct house copy = *house;

    if (!made) return sk_fail(SK_FULL, "no folder for the check below /tmp");
    copy.state = made;
    copy.gate = house_path(&copy, "gate");
    for (size_t i = 0; i < copy.conf->site_count; i++) {
        struct conf_site *site = &copy.conf->site[i];

        if (!site->chain.n || site->chain.p[0] == '/') continue;
        site->chain = sk_str_printf(house->mem, "%s/%.*s", house->state, SK_ARG(site->chain));
        site->key = sk_str_printf(house->mem, "%s/%.*s", house->state, SK_ARG(site->key));
    }
    TRY(house_prepare(&copy));
    TRY(files_rules_copy(house->mem, house_path(house, "rules"), house_path(&copy, "rules")));
    TRY(crs_copy(&copy, house));
    TRY(house_render(&copy));
    return in_place(house, &copy, house_test(&copy));
}

static sk_err
check(struct house *house, sk_arena *mem, const struct verb_args *args)
{
    struct verb_args given = *args;
    sk_err e;

    if (args->count) given.config = args->arg[0];
    TRY(house_open(house, mem, &given));
    e = house_read(house, &given, false);
    if (sk_failed(e) && !house->faults.count) return e;
    if (sk_failed(e)) return sk_ok(); /* the faults say it */
    house_certificates(house);
    services_check(house);
    ports_check(house);
    if (house->faults.count) return sk_ok();
    return rules_check(house);
}

int
verb_check(const struct verb_args *args)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct house house;
    sk_err e = check(&house, mem, args);

    fwrite(house.faults.text.p, 1, house.faults.text.n, stderr);
    if (sk_failed(e)) {
        verb_fail(e);
        return sk_kind_rows[SK_BAD].exit_code;
    }
    if (house.faults.count) {
        fprintf(stderr,
                tongue("%u fault(s); nothing was changed\n",
                       "%u 件の誤りがあります。何も変更していません\n"),
                house.faults.count);
        return sk_kind_rows[SK_BAD].exit_code;
    }
    printf(tongue("%s is well.\n", "%s に誤りはありません。\n"), house.conf_file);
    return 0;
}
