/* How a sign-in has failed: see outcome.h. */
#include "gate/outcome.h"

bool
gate_outcome_read(struct gate_outcome *outcome, sk_str text)
{
    int64_t status;

    if (sk_str_starts(text, SK_STR("location:/"))) {
        *outcome = (struct gate_outcome){ .location = sk_str_from(text, 9) };
        return true;
    }
    if (!sk_str_starts(text, SK_STR("status:")) || text.n != 10 ||
        !sk_str_to_i64(&status, sk_str_from(text, 7)) || status < 200 || status > 599)
        return false;
    *outcome = (struct gate_outcome){ .status = (int)status };
    return true;
}

/* Without scheme and host, which are this site's own or do not matter. */
static sk_str
path_of(sk_str location)
{
    size_t host = sk_str_find(location, SK_STR("://")), slash;

    if (host != SIZE_MAX && host < sk_str_find_byte(location, '/'))
        location = sk_str_from(location, host + 3);
    else if (sk_str_starts(location, SK_STR("//")))
        location = sk_str_from(location, 2);
    else
        return location;
    slash = sk_str_find_byte(location, '/');
    return slash == SIZE_MAX ? SK_STR("/") : sk_str_from(location, slash);
}

bool
gate_outcome_is(const struct gate_outcome *outcome, int status, sk_str location)
{
    if (outcome->status) return status == outcome->status;
    return status >= 300 && status < 400 && location.p &&
           sk_str_starts(path_of(location), outcome->location);
}
