#include "vault/pace.h"

#include "base/hash.h"

void
vault_pace_begin(struct vault_pace *pace)
{
    *pace = (struct vault_pace){ .place = { { 0, 0 } } };
    pthread_mutex_init(&pace->lock, NULL);
}

bool
vault_pace_take(struct vault_pace *pace, sk_str name, unsigned most, sk_when now)
{
    size_t i = sk_hash(name) % VAULT_PACE_PLACES;
    int64_t minute = now / VAULT_PACE_MINUTE;
    bool allowed;

    pthread_mutex_lock(&pace->lock);
    if (pace->place[i].minute != minute) {
        pace->place[i].minute = minute;
        pace->place[i].count = 0;
    }
    allowed = pace->place[i].count < most;
    pace->place[i].count += allowed;
    pthread_mutex_unlock(&pace->lock);
    return allowed;
}
