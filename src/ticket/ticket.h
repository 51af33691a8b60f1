/* Three small signed things that one part of Sekisho hands to another, by way of people who may
 * try to forge them. Pure: bytes in, bytes out; the caller brings key and clock.
 *
 *     the ticket  "the gate let this request pass, for this principal"   gate → upstream → parts
 *     the pass    "this client has solved a challenge"                   gate → browser → gate
 *     the puzzle  "find the number": proof of work, as ALTCHA asks it    gate → browser → gate
 *
 * All are HMAC-SHA256 under one key of TICKET_KEY bytes, each kind with a beginning of its own, so
 * that none can be taken for another. Signatures are compared in constant time and before anything
 * else is read. Who holds the key can make all three: it lies with the gate and our own parts, and
 * never with an upstream. */
#ifndef SEKISHO_TICKET_TICKET_H
#define SEKISHO_TICKET_TICKET_H

#include "base/net.h"
#include "base/str.h"
#include "base/when.h"

enum {
    TICKET_KEY = 32,       /* bytes */
    TICKET_TEXT = 2048,    /* bytes of a whole ticket, at most */
    TICKET_FIELD = 256,    /* bytes of one of its fields, at most */
    TICKET_LIFE = 10000,   /* ms */
    TICKET_AHEAD = 1000,   /* ms that the reader's clock may be behind the gate's */
    TICKET_PASS_ID = 12,   /* bytes of a pass's id */
    TICKET_SITE = 64,      /* bytes of a site's name, at most; gate and sekisho.conf allow 63 */
    TICKET_SOLUTION = 1024 /* bytes of a solution, at most */
};

struct ticket_key {
    unsigned char byte[TICKET_KEY];
};

/* SK_BAD when `bytes` (a key file's contents) are not exactly TICKET_KEY bytes. */
sk_err ticket_key_read(struct ticket_key *key, sk_str bytes) SK_CHECKED;
/* Overwrites it; for DEFER. */
void ticket_key_wipe(struct ticket_key *key);

/* ── the ticket ── */

/* Strings are UTF-8 or mended to be; empty ones are not written. Nobody signed in: realm,
 * principal, role and session are empty and level is 0. */
struct ticket {
    sk_str id;        /* the request's */
    sk_str site;      /* as sekisho.conf names it */
    sk_str tenant;    /* of the principal */
    sk_str realm;     /* operator, merchant, buyer, worker, api */
    sk_str principal; /* acc_... */
    sk_str role;
    sk_str session; /* ses_... */
    sk_str route;   /* the area's path, "/wp-admin" */
    int level;      /* 0 nobody, 1 one factor, 2 two factors */
    sk_when at;     /* when the gate let it pass; ms */
};

/* Appends v1.<base64url of the payload's JSON>.<base64url of the HMAC>. False: a field is longer
 * than TICKET_FIELD, or the whole longer than TICKET_TEXT; nothing is appended. */
bool ticket_make(struct sk_buf *out, const struct ticket_key *key, const struct ticket *ticket);
/* Strings lie on mem. SK_DENIED: not signed by this key, too old, or from the future; SK_BAD:
 * signed but not of this form. Both mean: as without a ticket; ticket->at is then 0 but where
 * nothing but its time is wrong. */
sk_err ticket_verify(struct ticket *ticket, sk_arena *mem, const struct ticket_key *key,
                     sk_str text, sk_when now) SK_CHECKED;

/* For whoever may read the key's file on this machine, such as the command line: as an operator's
 * at the console, principal local:UID. */
sk_str ticket_local(sk_arena *mem, const struct ticket_key *key, unsigned uid, sk_when now);
/* Whether it is an operator's of two factors, by the console (or local): what those need who ask
 * for a change of what protects everybody. */
bool ticket_is_console(const struct ticket *ticket);

/* ── the pass ── */

/* A cookie's value, for the site and the client's network (IPv4 /24, IPv6 /48: telephones change
 * their addresses within one), good until `until`. Its id lets the reader count its uses. */
sk_str ticket_pass_make(sk_arena *mem, const struct ticket_key *key, sk_str site,
                        const struct sk_net *client, sk_when until);
/* *id is TICKET_PASS_ID bytes, on mem. SK_DENIED: forged, expired, of another site or network. */
sk_err ticket_pass_verify(sk_str *id, sk_arena *mem, const struct ticket_key *key, sk_str pass,
                          sk_str site, const struct sk_net *client, sk_when now) SK_CHECKED;

/* ── the puzzle ── */

/* Appends {"algorithm":"SHA-256","challenge":...,"maxnumber":...,"salt":...,"signature":...}: find
 * the number from 0 to `most` for which SHA-256(salt + number) is the challenge. On average most/2
 * hashes; a browser does one to two million a second. `where` is what it is good for, a site and
 * a network say; it is signed and not shown. Good until `until` (whole seconds, rounded up). */
void ticket_puzzle_make(struct sk_buf *out, const struct ticket_key *key, sk_str where,
                        uint32_t most, sk_when until);

struct ticket_solved {
    sk_str challenge; /* 64 characters, different for each puzzle; on mem */
    sk_when until;    /* after which the puzzle is refused anyway */
};

/* `solution` is what ALTCHA's widget sends: base 64 of {"algorithm","challenge","number","salt",
 * "signature", ...}. That a puzzle is solved once only is the caller's business: remember the
 * challenge until `until`. SK_DENIED: wrong, forged, expired or for another `where`; SK_BAD: not of
 * that form. */
sk_err ticket_puzzle_verify(struct ticket_solved *solved, sk_arena *mem,
                            const struct ticket_key *key, sk_str where, sk_str solution,
                            sk_when now) SK_CHECKED;

#endif
