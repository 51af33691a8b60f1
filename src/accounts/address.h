/* E-mail addresses and phone numbers as people paste them, brought to the one spelling that is
 * stored and compared; and the masked forms that pages show. RFC 5321 and 5322 (addresses), UTS #46
 * (domains), E.164 and the Japanese numbering plan (numbers). */
#ifndef SK_ACCOUNTS_ADDRESS_H
#define SK_ACCOUNTS_ADDRESS_H

#include "base/str.h"

enum {
    ACCOUNTS_EMAIL_MAX = 254, /* RFC 5321, 4.5.3.1: a path of 256 with its brackets */
    ACCOUNTS_LOCAL_MAX = 64,  /* before the @ */
    ACCOUNTS_PHONE_MAX = 15,  /* digits, E.164 */
};

struct accounts_email {
    sk_str shown; /* as it is written to: local part as typed, domain in lower-case ASCII */
    sk_str same;  /* what is compared and indexed: all of it in lower case */
};

/* Full-width letters, digits and signs and blanks at both ends are mended, the domain becomes
 * ASCII. Consecutive dots and one before the @ are taken, since Japanese carriers gave out such
 * addresses. SK_BAD with a sentence's key (email.empty, email.sign, email.local, email.domain,
 * email.long). */
sk_err accounts_email_read(struct accounts_email *email, sk_arena *mem, sk_str text) SK_CHECKED;
/* "t***@example.jp" of an address as it is shown. */
sk_str accounts_email_mask(sk_arena *mem, sk_str shown);

/* What a number can be asked for. */
enum accounts_phone_can {
    ACCOUNTS_PHONE_SMS = 1,
    ACCOUNTS_PHONE_VOICE = 2,
};

struct accounts_phone {
    sk_str e164;  /* "+819012345678" */
    unsigned can; /* bits of enum accounts_phone_can */
    bool foreign; /* not of Japan: allowed only where configuration says so (tolls) */
};

/* A Japanese number without country code, or one with "+". Hyphens, brackets, dots and blanks of
 * any width are left out. SK_BAD with a sentence's key: phone.empty, phone.sign, phone.length,
 * phone.plan; phone.toll for numbers that cost the caller or the called (0120, 0800, 0570, 0990
 * ...) and for emergency and service numbers of three digits. */
sk_err accounts_phone_read(struct accounts_phone *phone, sk_arena *mem, sk_str text) SK_CHECKED;
/* "090-****-1234", "03-****-1234"; of other countries "+44 ****1234". */
sk_str accounts_phone_mask(sk_arena *mem, sk_str e164);

#endif
