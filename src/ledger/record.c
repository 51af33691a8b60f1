#include "ledger/record.h"

#include "ledger/scan.h"

#include <stddef.h>

#define AT(type, member) offsetof(struct type, member)

/* The names of an event, in the order in which a record tells them. */
static const struct {
    const char *name;
    size_t at;
    bool needed;
} names[] = {
    { "tenant", AT(ledger_event, tenant), false },
    { "site", AT(ledger_event, site), false },
    { "request", AT(ledger_event, request), false },
    { "principal", AT(ledger_event, principal), true },
    { "role", AT(ledger_event, role), false },
    { "action", AT(ledger_event, action), true },
    { "object", AT(ledger_event, object), false },
    { "outcome", AT(ledger_event, outcome), true },
};

enum { NAMES = sizeof names / sizeof *names };

static sk_str *
name_of(struct ledger_event *event, size_t i)
{
    return (sk_str *)(void *)((char *)event + names[i].at);
}

static bool
is_name_byte(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("._:/=,+*~-", c));
}

sk_err
ledger_name_check(const char *what, sk_str s, bool needed)
{
    if (needed && s.n == 0) return sk_fail(SK_BAD, "%s is missing", what);
    if (s.n > LEDGER_NAME_MAX)
        return sk_fail(SK_BAD, "%s has more than %d bytes", what, LEDGER_NAME_MAX);
    for (size_t i = 0; i < s.n; i++)
        if (!is_name_byte((unsigned char)s.p[i]))
            return sk_fail(SK_BAD, "%s has a character that names do not have, at byte %zu", what,
                           i + 1);
    return sk_ok();
}

/* room.verb */
static bool
is_action(sk_str s)
{
    size_t dots = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.')
            dots++;
        else if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '_')
            return false;
    }
    return dots == 1 && s.p[0] != '.' && s.p[s.n - 1] != '.';
}

static bool
is_outcome(sk_str s)
{
    return sk_str_eq(s, SK_STR("ok")) || sk_str_eq(s, SK_STR("denied")) ||
           sk_str_eq(s, SK_STR("failed"));
}

sk_err
ledger_event_check(const struct ledger_event *event)
{
    for (size_t i = 0; i < NAMES; i++)
        TRY(ledger_name_check(names[i].name,
                              *(const sk_str *)(const void *)((const char *)event + names[i].at),
                              names[i].needed));
    if (!is_action(event->action)) return sk_fail(SK_BAD, "action is not of the form room.verb");
    if (!is_outcome(event->outcome))
        return sk_fail(SK_BAD, "outcome is none of ok, denied, failed");
    return sk_ok();
}

/* ── questions ── */

static sk_err
append_check(const struct ledger_event *event)
{
    TRY(ledger_event_check(event));
    if (event->details.n > LEDGER_DETAILS_MAX)
        return sk_fail(SK_BAD, "details have more than %d bytes", LEDGER_DETAILS_MAX);
    if (sk_str_starts(event->action, SK_STR("ledger.")))
        return sk_fail(SK_BAD, "what the ledger did itself nobody else records");
    return sk_ok();
}

static sk_err
text_take(sk_str *to, const struct ledger_member *m)
{
    if (m->kind != LEDGER_STRING || !m->plain)
        return sk_fail(SK_BAD, "%.*s is not a plain text", SK_ARG(m->name));
    *to = m->text;
    return sk_ok();
}

/* True when the member is one of the event. */
static sk_err
event_take(bool *taken, struct ledger_event *event, const struct ledger_member *m)
{
    *taken = true;
    if (sk_str_eq(m->name, SK_STR("details"))) {
        if (m->kind != LEDGER_OBJECT) return sk_fail(SK_BAD, "details are not an object");
        event->details = m->text;
        return sk_ok();
    }
    for (size_t i = 0; i < NAMES; i++)
        if (sk_str_eq(m->name, sk_str_of(names[i].name))) return text_take(name_of(event, i), m);
    *taken = false;
    return sk_ok();
}

static sk_err
sequence_take(uint64_t *to, const struct ledger_member *m)
{
    int64_t number;

    if (m->kind != LEDGER_NUMBER || !sk_str_to_i64(&number, m->text) || number < 0)
        return sk_fail(SK_BAD, "%.*s is no sequence", SK_ARG(m->name));
    *to = (uint64_t)number;
    return sk_ok();
}

static sk_err
other_take(struct ledger_question *q, const struct ledger_member *m)
{
    if (sk_str_eq(m->name, SK_STR("do"))) return text_take(&q->what, m);
    if (sk_str_eq(m->name, SK_STR("name"))) return text_take(&q->name, m);
    if (sk_str_eq(m->name, SK_STR("reason"))) return text_take(&q->reason, m);
    if (sk_str_eq(m->name, SK_STR("before"))) return sequence_take(&q->before, m);
    return sk_fail(SK_BAD, "\"%.*s\" is not known here", SK_ARG(m->name));
}

sk_err
ledger_question_read(struct ledger_question *q, sk_str line)
{
    struct ledger_member member[LEDGER_SCAN_MEMBERS];
    size_t count;

    *q = (struct ledger_question){ 0 };
    TRY(ledger_scan(member, &count, line));
    for (size_t i = 0; i < count; i++) {
        bool taken;

        TRY(event_take(&taken, &q->event, &member[i]));
        if (!taken) TRY(other_take(q, &member[i]));
    }
    if (q->what.n == 0) return sk_fail(SK_BAD, "\"do\" is missing");
    q->tenant = q->event.tenant;
    if (sk_str_eq(q->what, SK_STR("append"))) return append_check(&q->event);
    return sk_ok();
}

/* ── records ── */

static void
number_add(struct sk_buf *out, sk_str label, uint64_t number)
{
    char digits[20];
    size_t n = sizeof digits;

    do
        digits[--n] = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    sk_buf_add(out, label);
    sk_buf_add(out, (sk_str){ digits + n, sizeof digits - n });
}

static void
name_add(struct sk_buf *out, const char *name, sk_str value)
{
    sk_buf_add(out, SK_STR(",\""));
    sk_buf_add(out, sk_str_of(name));
    sk_buf_add(out, SK_STR("\":\""));
    sk_buf_add(out, value);
    sk_buf_byte(out, '"');
}

/* A line end between the members is white space; inside a text it cannot stand. */
static void
details_add(struct sk_buf *out, sk_str details)
{
    char *to = sk_buf_room(out, details.n);

    for (size_t i = 0; i < details.n; i++)
        to[i] = details.p[i] == '\n' || details.p[i] == '\r' ? ' ' : details.p[i];
    out->n += details.n;
}

void
ledger_record_write(struct sk_buf *out, const struct ledger_record *r)
{
    struct ledger_event event = r->event;

    number_add(out, SK_STR("{\"seq\":"), r->sequence);
    name_add(out, "time", r->time);
    for (size_t i = 0; i < NAMES; i++) {
        sk_str value = *name_of(&event, i);

        if (value.n) name_add(out, names[i].name, value);
        if (i > 0) continue;
        number_add(out, SK_STR(",\"nth\":"), r->nth);
        number_add(out, SK_STR(",\"prev\":"), r->prev);
    }
    number_add(out, SK_STR(",\"uid\":"), (uint64_t)r->uid);
    if (event.details.n) {
        sk_buf_add(out, SK_STR(",\"details\":"));
        details_add(out, event.details);
    }
    sk_buf_add(out, SK_STR("}\n"));
}

static sk_err
number_take(uint64_t *to, const struct ledger_member *m)
{
    int64_t number;

    if (m->kind != LEDGER_NUMBER || !sk_str_to_i64(&number, m->text) || number < 0)
        return sk_fail(SK_BAD, "%.*s is not a number", SK_ARG(m->name));
    *to = (uint64_t)number;
    return sk_ok();
}

static sk_err
stamp_take(struct ledger_record *r, const struct ledger_member *m)
{
    uint64_t uid;

    if (sk_str_eq(m->name, SK_STR("time"))) return text_take(&r->time, m);
    if (sk_str_eq(m->name, SK_STR("seq"))) return number_take(&r->sequence, m);
    if (sk_str_eq(m->name, SK_STR("nth"))) return number_take(&r->nth, m);
    if (sk_str_eq(m->name, SK_STR("prev"))) return number_take(&r->prev, m);
    if (!sk_str_eq(m->name, SK_STR("uid")))
        return sk_fail(SK_BAD, "\"%.*s\" is no member of a record", SK_ARG(m->name));
    TRY(number_take(&uid, m));
    r->uid = (int64_t)uid;
    return sk_ok();
}

sk_err
ledger_record_read(struct ledger_record *r, sk_str line)
{
    struct ledger_member member[LEDGER_SCAN_MEMBERS];
    size_t count;
    sk_when when;

    *r = (struct ledger_record){ .line = line };
    TRY(ledger_scan(member, &count, line));
    for (size_t i = 0; i < count; i++) {
        bool taken;

        TRY(event_take(&taken, &r->event, &member[i]));
        if (!taken) TRY(stamp_take(r, &member[i]));
    }
    if (r->sequence == 0 || r->nth == 0 || !ledger_time_read(&when, r->time))
        return sk_fail(SK_BAD, "it has no sequence, count or time");
    return ledger_event_check(&r->event);
}

/* ── times ── */

static void
digits_put(char *to, unsigned n, int64_t number)
{
    while (n--) {
        to[n] = (char)('0' + number % 10);
        number /= 10;
    }
}

/* Civil dates from days since 1970, after H. Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms" (2013): years begin in March, so that the leap day is the last. */
void
ledger_time_write(char out[LEDGER_TIME], sk_when when)
{
    int64_t days = when / 86400000, ms = when % 86400000;
    int64_t z = days + 719468, era = z / 146097, doe = z % 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;

    memcpy(out, "0000-00-00T00:00:00.000Z", LEDGER_TIME);
    digits_put(out, 4, yoe + era * 400 + (month <= 2));
    digits_put(out + 5, 2, month);
    digits_put(out + 8, 2, doy - (153 * mp + 2) / 5 + 1);
    digits_put(out + 11, 2, ms / 3600000);
    digits_put(out + 14, 2, ms / 60000 % 60);
    digits_put(out + 17, 2, ms / 1000 % 60);
    digits_put(out + 20, 3, ms % 1000);
}

static bool
digits_get(int64_t *number, sk_str text, size_t at, size_t n)
{
    *number = 0;
    for (size_t i = at; i < at + n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') return false;
        *number = *number * 10 + (text.p[i] - '0');
    }
    return true;
}

bool
ledger_time_read(sk_when *when, sk_str s)
{
    int64_t year, month, day, hour, minute, second, ms;
    char again[LEDGER_TIME];

    if (s.n != LEDGER_TIME || !digits_get(&year, s, 0, 4) || !digits_get(&month, s, 5, 2) ||
        !digits_get(&day, s, 8, 2) || !digits_get(&hour, s, 11, 2) ||
        !digits_get(&minute, s, 14, 2) || !digits_get(&second, s, 17, 2) ||
        !digits_get(&ms, s, 20, 3) || year < 1970)
        return false;
    int64_t y = year - (month <= 2), era = y / 400, yoe = y % 400;
    int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t days = era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
    *when = ((days * 24 + hour) * 60 + minute) * 60000 + second * 1000 + ms;
    if (*when < 0) return false;
    ledger_time_write(again, *when); /* no 30th of February, no minute 60 */
    return memcmp(again, s.p, LEDGER_TIME) == 0;
}
