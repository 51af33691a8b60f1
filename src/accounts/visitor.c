#include "accounts/visitor.h"

#include "accounts/agent.h"
#include "accounts/device.h"

sk_err
accounts_visitor_read(struct accounts_visitor *visitor, const struct accounts *house,
                      const struct part_request *request, enum accounts_realm realm, sk_when now)
{
    sk_str name = part_request_header(request, "X-Sekisho-Site");
    sk_str address = part_request_header(request, "X-Real-IP");
    *visitor = (struct accounts_visitor){ .realm = realm, .request = request->id, .now = now };
    visitor->site = accounts_conf_site(&house->conf, name);
    if (!visitor->site) return sk_fail(SK_DENIED, "X-Sekisho-Site names no site");
    if (!sk_net_read(&visitor->client, address)) return sk_fail(SK_DENIED, "no X-Real-IP");
    struct sk_net around = sk_net_neighbours(&visitor->client);
    visitor->place = sk_net_text(request->mem, &around);
    visitor->family =
        accounts_agent_family(request->mem, part_request_header(request, "User-Agent"));
    visitor->device = part_request_cookie(request, ACCOUNTS_DEVICE_COOKIE);
    return sk_ok();
}
