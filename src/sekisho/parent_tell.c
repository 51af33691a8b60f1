/* What the parent itself does is recorded, too: start, stop, a changed configuration. Who gave the
 * word is the user that the parent runs as; nobody else is heard on its control socket but the
 * superuser. */
#include "part/log.h"
#include "sekisho/parent.h"

#ifdef SEKISHO_HAS_LEDGER
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "ledger/ledger.h"

#include <unistd.h>

/* Which configuration: the digest of its file, by which a copy that was kept can be found. */
static sk_str
details_of(sk_arena *mem, const char *conf_file)
{
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    unsigned char digest[SK_SHA256];
    sk_str text;

    sk_json_object(&w, NULL);
    sk_json_text(&w, "version", SEKISHO_VERSION);
    if (!sk_failed(sk_file_read(&text, mem, conf_file, HOUSE_CONF_MAX))) {
        sk_sha256(digest, text);
        sk_json_str(&w, "sha256", sk_hex(mem, (sk_str){ (const char *)digest, sizeof digest }));
    }
    sk_json_end_object(&w);
    return sk_buf_str(&out);
}

static sk_err
tell(struct ledger_link *link, const struct parent *p, const char *action, const char *outcome)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    return ledger_tell(
        link, &(struct ledger_event){ .principal = sk_str_printf(mem, "local:%u", getuid()),
                                      .action = sk_str_of(action),
                                      .object = SK_STR("configuration"),
                                      .outcome = sk_str_of(outcome),
                                      .details = details_of(mem, p->house.conf_file) });
}

sk_err
parent_tell(const struct parent *p, const char *action, const char *outcome)
{
    struct ledger_link *link;
    sk_err e = ledger_link_open(&link, p->house.state);

    if (sk_failed(e)) return e;
    e = tell(link, p, action, outcome);
    ledger_link_close(link);
    if (sk_failed(e)) part_log(PART_ERROR, "%s is not on record: %s", action, e.why);
    return e;
}

#else

sk_err
parent_tell(const struct parent *p, const char *action, const char *outcome)
{
    (void)p, (void)action, (void)outcome;
    return sk_ok();
}

#endif

void
parent_tell_also(const struct parent *p, const char *action, const char *outcome)
{
    sk_err e = parent_tell(p, action, outcome);

    (void)e; /* said in the log */
}
