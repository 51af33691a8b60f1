#include "console/house.h"

#include "base/file.h"
#include "base/json.h"
#include "console/scope_job.h"

enum { CONF_MAX = 1024 * 1024 };

static sk_err
secrets_load(struct console *console)
{
    sk_arena *mem = console->mem;
    DEFER(sk_arena_close) sk_arena *once = sk_arena_new(0);
    sk_str key;
    TRY(sk_file_read(&key, once,
                     sk_str_printf(once, "%s/conf/console/ticket.key", console->state).p,
                     TICKET_KEY + 1));
    sk_err e = ticket_key_read(&console->ticket_key, key);
    explicit_bzero((void *)key.p, key.n);
    TRY(e);
    return part_csrf_key_load(&console->form_key,
                              sk_str_printf(mem, "%s/console/form.key", console->state).p);
}

sk_err
console_open(struct console **out, const char *state, const char *share)
{
    sk_arena *mem = sk_arena_new(16 * 1024);
    struct console *console = SK_NEW(mem, struct console);
    console->mem = mem;
    console->state = sk_str_zcopy(mem, sk_str_of(state));
    sk_err e = look_open(&console->look, share, "src/console/ui", "/asset/");
    if (!sk_failed(e)) e = ledger_link_open(&console->ledger, state);
    if (!sk_failed(e)) e = keeper_link_open(&console->keeper, state);
    if (!sk_failed(e)) e = scope_job_open(&console->scope, console->state);
    if (!sk_failed(e)) e = secrets_load(console);
    if (!sk_failed(e))
        e = part_peers_find(&console->peers, (const char *const[]){ "sekisho-gate", NULL });
    if (sk_failed(e))
        console_close(console);
    else
        *out = console;
    return e;
}

void
console_close(struct console *console)
{
    if (!console) return;
    ledger_link_close(console->ledger);
    keeper_link_close(console->keeper);
    scope_job_close(console->scope);
    look_close(console->look);
    ticket_key_wipe(&console->ticket_key);
    explicit_bzero(&console->form_key, sizeof console->form_key);
    sk_arena_free(console->mem);
}
