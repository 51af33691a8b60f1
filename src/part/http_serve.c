#include "part/http.h"

#include <pthread.h>

void
part_stop_block(sigset_t *stop)
{
    sigset_t set;
    sigemptyset(stop);
    sigaddset(stop, SIGTERM);
    sigaddset(stop, SIGINT);
    set = *stop;
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

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
