/* sekisho rules update: the stages, in order. */
#include "sekisho/update.h"

#include "base/file.h"
#include "sekisho/files.h"
#include "sekisho/rules.h"
#include "sekisho/tongue.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void
update_say(const char *what, const char *fmt, ...)
{
    va_list args;

    printf("  %s%-10s%s ", rules_ink_on(RULES_DIM), what, rules_ink_off());
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
    fflush(stdout);
}

static void
aside_remove(struct update *u)
{
    if (u->aside) sk_file_remove_tree(u->aside);
}

static sk_err
aside_make(struct update *u)
{
    char *path = sk_str_zcopy(u->mem, sk_str_of(house_path(u->house, "rules/.update-XXXXXX")));

    TRY(files_folder(house_path(u->house, "rules"), 0755, NULL));
    if (!mkdtemp(path))
        return sk_fail(SK_DENIED, "cannot make a folder in %s", house_path(u->house, "rules"));
    if (chmod(path, 0755) != 0) return sk_fail(SK_BROKEN, "cannot set the mode of %s", path);
    u->aside = path;
    return sk_ok();
}

/* Each says what it did, or why not; --check ends before the last. */
static sk_err
stages(struct update *u)
{
    TRY(aside_make(u));
    TRY(update_fetch(u));
    TRY(update_signature(u));
    TRY(update_unpack(u));
    TRY(update_load(u));
    TRY(update_tests(u));
    TRY(update_replay(u));
    if (!u->args->check) return update_swap(u);
    puts(
        tongue("Checked only: nothing was changed.", "検査のみ行いました。何も変更していません。"));
    return sk_ok();
}

static sk_err
update(const struct verb_args *args)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct house house;
    struct update u = { .args = args, .house = &house, .mem = mem };
    sk_err e;

    TRY(house_open(&house, mem, args));
    e = house_read(&house, args, false);
    if (sk_failed(e) && house.faults.count)
        return sk_fail(SK_BAD, "%.*s", SK_ARG(sk_buf_str(&house.faults.text)));
    if (e.kind == SK_MISSING) {
        TRY(conf_read(&house.conf, &house.faults, mem, sk_str_of(conf_first), "(built in)"));
        house.conf->before.count = 0;
    } else {
        TRY(e);
    }
    if (args->undo) return update_undo(&house);
    e = stages(&u);
    aside_remove(&u);
    return e;
}

int
rules_update(const struct verb_args *args)
{
    sk_err e = update(args);

    return sk_failed(e) ? verb_fail(e) : 0;
}
