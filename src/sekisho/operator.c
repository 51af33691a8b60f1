#include "sekisho/operator.h"

#include "base/file.h"
#include "ticket/ticket.h"

#include <unistd.h>

enum { TEXT_MAX = 32 };

unsigned
operator_uid_read(sk_str text, unsigned own)
{
    int64_t uid;

    if (!sk_str_to_i64(&uid, sk_str_trim(text)) || uid < 0 || uid >= UINT32_MAX) return own;
    return (unsigned)uid; /* (uid_t)-1: nobody has signed in */
}

unsigned
operator_uid(void)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text;

    if (sk_failed(sk_file_read(&text, mem, "/proc/self/loginuid", TEXT_MAX))) return geteuid();
    return operator_uid_read(text, geteuid());
}

sk_err
operator_ticket(sk_str *ticket, const struct house *house)
{
    DEFER(ticket_key_wipe) struct ticket_key key;
    sk_str bytes;
    sk_err e;

    TRY(sk_file_read(&bytes, house->mem, house_path(house, "keys/ticket.key"), TICKET_KEY + 1));
    e = ticket_key_read(&key, bytes);
    explicit_bzero((void *)bytes.p, bytes.n);
    TRY(e);
    *ticket = ticket_local(house->mem, &key, operator_uid(), sk_now());
    return sk_ok();
}
