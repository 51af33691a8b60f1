/* The HMAC that ticket, pass and puzzle share. */
#ifndef SEKISHO_TICKET_SEAL_H
#define SEKISHO_TICKET_SEAL_H

#include "base/hash.h"
#include "ticket/ticket.h"

/* Of `text`, which begins as no other kind's does. */
static inline void
ticket_seal(unsigned char mac[SK_SHA256], const struct ticket_key *key, sk_str text)
{
    sk_hmac_sha256(mac, (sk_str){ (const char *)key->byte, sizeof key->byte }, text);
}

/* Whether `seal` is the base64url of text's. */
static inline bool
ticket_sealed(sk_arena *mem, const struct ticket_key *key, sk_str text, sk_str seal)
{
    unsigned char mac[SK_SHA256];
    sk_str got;

    if (!sk_unbase64url(mem, &got, seal)) return false;
    ticket_seal(mac, key, text);
    return sk_str_eq_secret(got, (sk_str){ (const char *)mac, sizeof mac });
}

#endif
