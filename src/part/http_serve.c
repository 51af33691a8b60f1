#include "part/http.h"
#include "part/stop.h"

sk_err
part_http_serve(const struct part_service *service)
{
    struct part_http *http;
    sigset_t stop;
    int signal;
    part_stop_block(&stop);
    TRY(part_http_start(&http, service));
    sigwait(&stop, &signal);
    part_http_stop(http);
    return sk_ok();
}
