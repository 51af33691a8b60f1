/* A client as the outside has it: TLS with exactly the versions and ciphers asked for, and requests
 * byte by byte as given, since probes must be able to say what a polite library would not. */
#ifndef EVIDENCE_CLIENT_H
#define EVIDENCE_CLIENT_H

#include "evidence/instance.h"

enum { EVIDENCE_ANSWER_MAX = 1 << 20, EVIDENCE_TIMEOUT_S = 10 };

struct evidence_offer {
    int least, most;     /* TLS1_VERSION ... TLS1_3_VERSION; 0: any */
    const char *ciphers; /* OpenSSL list for 1.2 and older; NULL: all that the library has */
};

struct evidence_tls {
    bool connected;
    sk_str version, cipher; /* "TLSv1.3", "TLS_AES_256_GCM_SHA384" */
    bool aead, forward_secret, compressed, secure_renegotiation;
    bool name_fits, self_signed;
    int key_bits;  /* strength in bits by NIST SP 800-57: P-256 and RSA 3072 have 128 */
    int days_left; /* of the certificate */
    sk_str fault;  /* why it did not connect */
};

/* A handshake with `host` as SNI. Fails only when nothing listens; a refused handshake is an answer
 * (connected false). */
sk_err evidence_tls_try(struct evidence_tls *seen, sk_arena *mem,
                        const struct evidence_instance *instance, sk_str host,
                        struct evidence_offer offer) SK_CHECKED;

struct evidence_answer {
    int status;  /* 0: closed without an answer */
    sk_str head; /* status line and headers */
    sk_str body; /* as sent; chunks are put together */
};

/* Sends the bytes to the TLS listener (or, plain, to the HTTP listener) and reads to the end; the
 * request should say Connection: close. SK_BUSY: nothing listens. */
sk_err evidence_ask(struct evidence_answer *answer, sk_arena *mem,
                    const struct evidence_instance *instance, sk_str host,
                    sk_str request) SK_CHECKED;
/* The same from an address of this machine's, and to that port. */
sk_err evidence_ask_from(struct evidence_answer *answer, sk_arena *mem,
                         const struct evidence_instance *instance, sk_str from, unsigned port,
                         sk_str host, sk_str request) SK_CHECKED;
/* An address of this machine's that is not loopback, of the listener's IP version; for others this
 * is how far away a client on this machine can be. SK_MISSING: it has none. */
sk_err evidence_outside(sk_str *address, sk_arena *mem,
                        const struct evidence_instance *instance) SK_CHECKED;
sk_err evidence_ask_plain(struct evidence_answer *answer, sk_arena *mem,
                          const struct evidence_instance *instance, sk_str request) SK_CHECKED;
/* Value of the first header of that name, trimmed; p NULL when absent. */
sk_str evidence_answer_header(const struct evidence_answer *answer, const char *name);

#endif
