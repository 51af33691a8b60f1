/* A mail's bytes: RFC 5322 (message), RFC 2045 (body encodings), RFC 2047 (words in headers), RFC
 * 3834 (Auto-Submitted), RFC 2369 (List-Unsubscribe). Pure. Whatever stands in subject or text: no
 * value can begin a header or another recipient. */
#ifndef SK_POST_MIME_H
#define SK_POST_MIME_H

#include "base/str.h"
#include "base/when.h"

/* "関所 <no-reply@example.jp>", taken apart. */
struct post_sender {
    sk_str name; /* may be empty */
    sk_str address;
};
/* "address", "name <address>" or "\"name\" <address>"; borrowed from `text`. SK_BAD. */
sk_err post_sender_read(struct post_sender *sender, sk_str text) SK_CHECKED;

struct post_mail {
    const struct post_sender *from;
    sk_str to, subject, text, unsubscribe;
    sk_str id; /* of the message: the same at each try, so that a duplicate can be told */
    sk_when date;
};
/* Lines end with \r\n; at most 78 bytes long but for addresses. */
void post_mail_write(struct sk_buf *out, const struct post_mail *mail);

/* The address as SMTP wants it between < and >: with quotes around a local part whose dots stand
 * at odd places (Japanese carriers gave out such addresses; RFC 5321 section 4.1.2). */
void post_address_write(struct sk_buf *out, sk_str address);

#endif
