#include "post/pace.h"

static const struct {
    int64_t first, most;
} delays[2] = { { 15000, 3600000 }, { 2000, 60000 } };

int64_t
post_delay(bool urgent, unsigned tries, unsigned chance)
{
    int64_t delay = delays[urgent].first;
    for (unsigned i = 0; i < tries && delay < delays[urgent].most; i++)
        delay *= 2;
    if (delay > delays[urgent].most) delay = delays[urgent].most;
    return delay * (800 + (int64_t)chance * 400 / 1000) / 1000;
}

int64_t
post_rate_wait(struct post_rate *rate, sk_when now)
{
    if (!rate->rate) return 0;
    int64_t step = (int64_t)60 * 1000000 / rate->rate, at = now * 1000;
    int64_t early = rate->next - at - step * (POST_BURST - 1);
    if (early > 0) return (early + 999) / 1000;
    rate->next = (rate->next > at ? rate->next : at) + step;
    return 0;
}
