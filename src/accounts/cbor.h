/* As much of CBOR (RFC 8949) as authenticators write (CTAP2's canonical form, WebAuthn
 * section 6.5): items with a length of their own, none of indefinite length, the shortest head.
 * Each reader takes an item from the start of *rest; false leaves it somewhere within, and nothing
 * more should be read. */
#ifndef SK_ACCOUNTS_CBOR_H
#define SK_ACCOUNTS_CBOR_H

#include "base/str.h"

enum { ACCOUNTS_CBOR_DEPTH = 4, ACCOUNTS_CBOR_ITEMS = 64 /* in one item, all levels together */ };

bool accounts_cbor_map(size_t *pairs, sk_str *rest);
/* Borrowed from *rest. */
bool accounts_cbor_text(sk_str *text, sk_str *rest);
bool accounts_cbor_bytes(sk_str *bytes, sk_str *rest);
/* Any item, as its bytes. */
bool accounts_cbor_item(sk_str *item, sk_str *rest);

#endif
