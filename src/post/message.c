#include "post/message.h"

#include "part/form.h"

enum { CODE_LIFE = 600, NUMBER_LEAST = 8, NUMBER_MOST = 15 };

/* E.164: a plus and 8 to 15 digits. */
static bool
number_valid(sk_str s)
{
    if (s.n < 1 + NUMBER_LEAST || s.n > 1 + NUMBER_MOST || s.p[0] != '+' || s.p[1] == '0')
        return false;
    for (size_t i = 1; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    return true;
}

/* Letters, digits and . _ : - : names of ours, in which nothing can hide. */
static bool
name_valid(sk_str s, size_t most)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool fits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!fits && !memchr("._:-", c, 4)) return false;
    }
    return s.n > 0 && s.n <= most;
}

/* An address that can stand between < and > in a header. */
static bool
link_valid(sk_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || memchr("<>\"\\", s.p[i], 4)) return false;
    return s.n <= POST_LINK_MAX && (s.n == 0 || sk_str_starts(s, SK_STR("https://")));
}

static bool
text_valid(sk_str s, size_t most)
{
    return s.n > 0 && s.n <= most && part_text_clean(s, true) &&
           sk_str_find_byte(s, '\r') == SIZE_MAX;
}

static bool
kind_read(enum post_kind *kind, sk_str name)
{
    for (int i = 0; i < POST_KINDS; i++) {
        if (!sk_str_eq(name, sk_str_of(post_kind_names[i]))) continue;
        *kind = (enum post_kind)i;
        return true;
    }
    return false;
}

static sk_err
mail_check(const struct post_message *m)
{
    if (!part_email_valid(m->to) || m->to.n > POST_ADDRESS_MAX)
        return sk_fail(SK_BAD, "to: not an e-mail address");
    if (!m->subject.n || m->subject.n > POST_SUBJECT_MAX || !part_text_clean(m->subject, false))
        return sk_fail(SK_BAD, "subject: one line of at most %d bytes", POST_SUBJECT_MAX);
    if (!text_valid(m->text, POST_TEXT_MAX))
        return sk_fail(SK_BAD, "text: clean text of at most %d bytes", POST_TEXT_MAX);
    if (!link_valid(m->unsubscribe))
        return sk_fail(SK_BAD, "unsubscribe: an https address of at most %d bytes", POST_LINK_MAX);
    return sk_ok();
}

static sk_err
short_check(const struct post_message *m)
{
    if (!number_valid(m->to)) return sk_fail(SK_BAD, "to: a number as +819012345678");
    if (m->subject.n || m->unsubscribe.n)
        return sk_fail(SK_BAD, "subject and unsubscribe are for mail");
    if (!text_valid(m->text, POST_SHORT_TEXT_MAX))
        return sk_fail(SK_BAD, "text: clean text of at most %d bytes", POST_SHORT_TEXT_MAX);
    return sk_ok();
}

sk_err
post_message_read(struct post_message *m, const sk_json *object)
{
    *m = (struct post_message){
        .to = sk_json_get_str(object, "to"),
        .subject = sk_json_get_str(object, "subject"),
        .text = sk_json_get_str(object, "text"),
        .purpose = sk_json_get_str(object, "purpose"),
        .key = sk_json_get_str(object, "key"),
        .unsubscribe = sk_json_get_str(object, "unsubscribe"),
        .life = sk_json_get_int(object, "life", 0),
    };
    if (!kind_read(&m->kind, sk_json_get_str(object, "kind")))
        return sk_fail(SK_BAD, "kind: mail, sms or voice");
    if (!name_valid(m->purpose, POST_PURPOSE_MAX))
        return sk_fail(SK_BAD, "purpose: a name of at most %d characters", POST_PURPOSE_MAX);
    if (!name_valid(m->key, POST_KEY_MAX))
        return sk_fail(SK_BAD, "key: a name of at most %d characters", POST_KEY_MAX);
    if (m->life < 0 || m->life > POST_LIFE_MAX)
        return sk_fail(SK_BAD, "life: at most %d seconds", POST_LIFE_MAX);
    if (!m->life) m->life = m->kind == POST_MAIL ? POST_LIFE_MAX : CODE_LIFE;
    return m->kind == POST_MAIL ? mail_check(m) : short_check(m);
}
