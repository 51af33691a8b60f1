#include "post/mime.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "part/form.h"

#include <stdio.h>
#include <time.h>

enum {
    WORD_BYTES =
        39, /* of text in one encoded word: 64 characters, so that its line has at most 76 */
    LINE_BYTES = 57, /* of text in one line of base64: 76 characters */
    QP_LINE = 75,    /* characters of a quoted-printable line before its = */
    JST = 9 * 3600
};

/* --- addresses --- */

sk_err
post_sender_read(struct post_sender *sender, sk_str text)
{
    sk_str name = sk_str_trim(text), address = name;
    size_t open = sk_str_find_byte(name, '<');
    sender->name = (sk_str){ 0 };
    if (open != SIZE_MAX) {
        if (!sk_str_ends(name, SK_STR(">"))) return sk_fail(SK_BAD, "no > at the end");
        address = sk_str_from(sk_str_first(name, name.n - 1), open + 1);
        name = sk_str_trim(sk_str_first(name, open));
        if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
            name = sk_str_from(sk_str_first(name, name.n - 1), 1);
        if (!part_text_clean(name, false) || name.n > 200)
            return sk_fail(SK_BAD, "the name is not clean text");
        sender->name = name;
    }
    if (!part_email_valid(address)) return sk_fail(SK_BAD, "not an e-mail address");
    sender->address = address;
    return sk_ok();
}

void
post_address_write(struct sk_buf *out, sk_str address)
{
    size_t at = sk_str_find_byte(address, '@');
    sk_str local = sk_str_first(address, at == SIZE_MAX ? address.n : at);
    bool odd = sk_str_starts(local, SK_STR(".")) || sk_str_ends(local, SK_STR(".")) ||
               sk_str_find(local, SK_STR("..")) != SIZE_MAX;
    if (odd) sk_buf_byte(out, '"');
    sk_buf_add(out, local);
    if (odd) sk_buf_byte(out, '"');
    sk_buf_add(out, sk_str_from(address, local.n));
}

/* --- headers --- */

static bool
is_plain(sk_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~') return false;
    return sk_str_find(s, SK_STR("=?")) == SIZE_MAX;
}

/* Whole characters of at most WORD_BYTES. */
static size_t
word_end(sk_str s)
{
    size_t n = 0;
    while (n < s.n) {
        uint32_t code;
        unsigned step = sk_utf8_decode(&code, sk_str_from(s, n));
        if (!step) step = 1;
        if (n + step > WORD_BYTES) break;
        n += step;
    }
    return n;
}

static void
words_write(struct sk_buf *out, sk_str s)
{
    while (s.n) {
        size_t n = word_end(s);
        sk_str base64 = sk_base64(out->mem, sk_str_first(s, n));
        sk_buf_printf(out, "=?UTF-8?B?%.*s?=", SK_ARG(base64));
        s = sk_str_from(s, n);
        if (s.n) sk_buf_add(out, SK_STR("\r\n "));
    }
}

/* A line that all readers take as it is stays so; all else becomes encoded words. */
static void
subject_write(struct sk_buf *out, sk_str subject)
{
    sk_buf_add(out, SK_STR("Subject: "));
    if (is_plain(subject) && subject.n <= 60)
        sk_buf_add(out, subject);
    else
        words_write(out, subject);
    sk_buf_add(out, SK_STR("\r\n"));
}

/* Letters, digits and blanks need no quotes. */
static bool
is_phrase(sk_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = (char)sk_lower_byte((unsigned char)s.p[i]);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != ' ') return false;
    }
    return s.n <= 60;
}

static void
sender_write(struct sk_buf *out, const struct post_sender *from)
{
    sk_buf_add(out, SK_STR("From: "));
    if (is_phrase(from->name))
        sk_buf_add(out, from->name);
    else
        words_write(out, from->name);
    if (from->name.n) sk_buf_add(out, SK_STR("\r\n "));
    sk_buf_byte(out, '<');
    post_address_write(out, from->address);
    sk_buf_add(out, SK_STR(">\r\n"));
}

static void
date_write(struct sk_buf *out, sk_when date)
{
    static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t t = (time_t)(date / 1000 + JST);
    struct tm tm;
    gmtime_r(&t, &tm);
    sk_buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0900\r\n", days[tm.tm_wday], tm.tm_mday,
                  months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* --- bodies --- */

static void
base64_write(struct sk_buf *out, sk_str text)
{
    struct sk_buf lines = { .mem = out->mem };
    sk_str line, rest = text;
    while (sk_str_cut(&line, &rest, '\n')) {
        sk_buf_add(&lines, line);
        if (rest.p) sk_buf_add(&lines, SK_STR("\r\n"));
    }
    for (sk_str s = sk_buf_str(&lines); s.n; s = sk_str_from(s, LINE_BYTES)) {
        sk_buf_add(out, sk_base64(out->mem, sk_str_first(s, LINE_BYTES)));
        sk_buf_add(out, SK_STR("\r\n"));
    }
}

/* A blank before the line's end would be lost on the way, a dot or "From" at its start changed. */
static bool
needs_escape(sk_str line, size_t i)
{
    char c = line.p[i];
    if ((c == ' ' || c == '\t') && i + 1 == line.n) return true;
    if (i == 0 && (c == '.' || c == 'F')) return true;
    return c == '=' || (c < ' ' && c != '\t') || c > '~';
}

static void
qp_line_write(struct sk_buf *out, sk_str line)
{
    size_t column = 0;
    for (size_t i = 0; i < line.n; i++) {
        bool escape = needs_escape(line, i);
        size_t width = escape ? 3 : 1;
        if (column + width > QP_LINE) {
            sk_buf_add(out, SK_STR("=\r\n"));
            column = 0;
        }
        if (escape)
            sk_buf_printf(out, "=%02X", (unsigned char)line.p[i]);
        else
            sk_buf_byte(out, line.p[i]);
        column += width;
    }
    sk_buf_add(out, SK_STR("\r\n"));
}

static void
qp_write(struct sk_buf *out, sk_str text)
{
    sk_str line, rest = sk_str_ends(text, SK_STR("\n")) ? sk_str_first(text, text.n - 1) : text;
    while (sk_str_cut(&line, &rest, '\n'))
        qp_line_write(out, line);
}

/* Text that is mostly ASCII stays readable without a decoder. */
static bool
is_mostly_ascii(sk_str text)
{
    size_t other = 0;
    for (size_t i = 0; i < text.n; i++)
        other += (unsigned char)text.p[i] > '~';
    return other * 6 < text.n;
}

void
post_mail_write(struct sk_buf *out, const struct post_mail *mail)
{
    bool qp = is_mostly_ascii(mail->text);
    sk_str domain = mail->from->address;
    domain = sk_str_from(domain, sk_str_find_byte(domain, '@') + 1);
    date_write(out, mail->date);
    sender_write(out, mail->from);
    sk_buf_add(out, SK_STR("To: <"));
    post_address_write(out, mail->to);
    sk_buf_add(out, SK_STR(">\r\n"));
    subject_write(out, mail->subject);
    sk_buf_printf(out, "Message-ID: <%.*s@%.*s>\r\n", SK_ARG(mail->id), SK_ARG(domain));
    if (mail->unsubscribe.n)
        sk_buf_printf(out, "List-Unsubscribe: <%.*s>\r\n", SK_ARG(mail->unsubscribe));
    sk_buf_printf(out,
                  "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                  "Content-Type: text/plain; charset=UTF-8\r\n"
                  "Content-Transfer-Encoding: %s\r\n\r\n",
                  qp ? "quoted-printable" : "base64");
    if (qp)
        qp_write(out, mail->text);
    else
        base64_write(out, mail->text);
}
