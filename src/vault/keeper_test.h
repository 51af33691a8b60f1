/* For tests: a keeper that this process plays on a socket of its own. It keeps no secret: a sealed
 * value is its text behind "S". What it answers in place of OK a test may set. */
#ifndef SK_VAULT_KEEPER_TEST_H
#define SK_VAULT_KEEPER_TEST_H

#include "base/file.h"
#include "base/hash.h"
#include "keeper/keeper.h"
#include "part/control.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { PLAYED_ERASED_MAX = 16 };

static struct played {
    char folder[64];
    int listener;
    pthread_t thread;
    enum keeper_word answer;  /* to every question */
    enum keeper_word word;    /* to the question at hand */
    enum keeper_word refused; /* of an OPEN */
    enum keeper_show show;
    struct keeper_id erased[PLAYED_ERASED_MAX]; /* persons and cases */
    unsigned erasures;
    enum keeper_word erases; /* to an ERASE */
    unsigned later;          /* erasures that were only asked for */
    char purpose[64];        /* of the last erasure */
    bool same_token;         /* the keeper's chance says the same each time */
} played;

static bool
played_is_erased(const struct keeper_id *id)
{
    for (unsigned i = 0; i < played.erasures; i++)
        if (memcmp(&played.erased[i], id, sizeof *id) == 0) return true;
    return false;
}

static void
played_naming(unsigned char naming[KEEPER_NAMING], sk_str word)
{
    sk_sha256(naming, word);
}

static void
played_row(struct keeper_row *row, const struct keeper_put *put, size_t i, sk_str word)
{
    played_naming(row->naming, word);
    memset(row->entry, 0xff, sizeof row->entry);
    memcpy(row->entry, put->person_id.text, 24);
    memcpy(row->entry + 24, put->value[i].value_id.text, 24);
}

static void
played_value(struct keeper_kept_value *out, sk_arena *mem, const struct keeper_put *put, size_t i)
{
    const struct keeper_put_value *v = &put->value[i];
    unsigned char digest[SK_SHA256];

    out->sealed = sk_str_printf(mem, "S%.*s", SK_ARG(v->text));
    out->count = v->count;
    out->row = sk_array(mem, out->count, sizeof *out->row);
    for (size_t k = 0; k < v->count; k++)
        played_row(&out->row[k], put, i, v->word[k].text);
    sk_random(out->token, sizeof out->token);
    if (played.same_token) memset(out->token, 7, sizeof out->token);
    sk_sha256(digest, v->text);
    if (v->kind == PERSONAL_EMAIL) memcpy(out->token, digest, sizeof out->token);
}

static void
played_put(void *answer, sk_arena *mem, const void *question)
{
    const struct keeper_put *put = question;
    struct keeper_kept *kept = answer;

    kept->count = put->count;
    kept->value = sk_array(mem, put->count, sizeof *kept->value);
    for (size_t i = 0; i < put->count; i++)
        played_value(&kept->value[i], mem, put, i);
    if (put->self_site.n)
        kept->self = sk_str_printf(mem, "self:%.*s", SK_ARG(keeper_id_str(&put->person_id)));
}

static bool
played_is_self(const struct keeper_open *open, const struct keeper_id *person)
{
    return sk_str_starts(open->self, SK_STR("self:")) &&
           sk_str_eq(sk_str_from(open->self, 5), keeper_id_str(person));
}

/* A purpose for letters and labels shows nothing, one that masks is for neither. */
static enum keeper_word
played_use(uint32_t use)
{
    bool made = use == KEEPER_USE_LABEL || use == KEEPER_USE_LETTER;

    return made == (played.show == KEEPER_SHOW_RENDER) ? KEEPER_OK : KEEPER_KIND_DENIED;
}

static void
played_open(void *answer, sk_arena *mem, const void *question)
{
    const struct keeper_open *open = question;
    struct keeper_shown *shown = answer;

    shown->refused = played.refused;
    shown->count = open->count;
    shown->value = sk_array(mem, open->count + 1, sizeof *shown->value);
    for (size_t i = 0; i < open->count; i++) {
        const struct keeper_sealed_value *v = &open->value[i];
        bool self = played_is_self(open, &v->person_id);

        shown->value[i].word = played_is_erased(&v->person_id) || played_is_erased(&v->case_id)
                                   ? KEEPER_ERASED
                               : self ? KEEPER_OK
                                      : played.refused;
        if (shown->value[i].word == KEEPER_OK && !self)
            shown->value[i].word = played_use(open->use);
        if (shown->value[i].word != KEEPER_OK) continue;
        shown->value[i].show = self ? KEEPER_SHOW_SELF : played.show;
        shown->value[i].text = sk_str_from(v->sealed, 1);
    }
}

static void
played_reseal(void *answer, sk_arena *mem, const void *question)
{
    const struct keeper_reseal *ask = question;
    struct keeper_resealed *resealed = answer;

    resealed->count = ask->count;
    resealed->value = sk_array(mem, ask->count + 1, sizeof *resealed->value);
    for (size_t i = 0; i < ask->count; i++)
        resealed->value[i].sealed =
            sk_str_printf(mem, "T%.*s", SK_ARG(sk_str_from(ask->value[i].sealed, 1)));
}

static void
played_find(void *answer, sk_arena *mem, const void *question)
{
    (void)mem;
    played_naming(((struct keeper_naming *)answer)->naming,
                  ((const struct keeper_find *)question)->word);
}

static void
played_found(void *answer, sk_arena *mem, const void *question)
{
    const struct keeper_found_ask *ask = question;
    struct keeper_found *found = answer;

    found->count = ask->count;
    found->value = sk_array(mem, ask->count + 1, sizeof *found->value);
    for (size_t i = 0; i < ask->count; i++) {
        memcpy(found->value[i].person_id.text, ask->entry[i].entry, 24);
        memcpy(found->value[i].value_id.text, ask->entry[i].entry + 24, 24);
    }
}

static void
played_self(void *answer, sk_arena *mem, const void *question)
{
    const struct keeper_self *self = question;

    (void)mem;
    if (!keeper_id_read(&((struct keeper_person *)answer)->person_id, "per",
                        sk_str_from(self->self, 5)))
        fail_msg("no self");
}

static void
played_erase(void *answer, sk_arena *mem, const void *question)
{
    const struct keeper_erase *ask = question;
    bool is_case = !keeper_id_is_none(&ask->case_id);

    (void)mem;
    snprintf(played.purpose, sizeof played.purpose, "%.*s", SK_ARG(ask->purpose));
    played.word = played.erases;
    if (played.erases != KEEPER_OK) return;
    if (ask->later) {
        played.later++;
        return;
    }
    assert_true(played.erasures < PLAYED_ERASED_MAX);
    played.erased[played.erasures++] = is_case ? ask->case_id : ask->person_id;
    *(struct keeper_erased *)answer =
        (struct keeper_erased){ .at = 1764115200000, .sequence = played.erasures };
}

static void
played_ask_erased(void *answer, sk_arena *mem, const void *question)
{
    const struct keeper_erase *ask = question;
    bool is_case = !keeper_id_is_none(&ask->case_id);

    (void)mem;
    if (!played_is_erased(is_case ? &ask->case_id : &ask->person_id)) played.word = KEEPER_MISSING;
    *(struct keeper_erased *)answer = (struct keeper_erased){ .at = 1764115200000, .sequence = 77 };
}

static void
played_status(void *answer, sk_arena *mem, const void *question)
{
    (void)mem;
    (void)question;
    ((struct keeper_status *)answer)->erased = played.erasures;
    ((struct keeper_status *)answer)->last_erased = played.erasures;
}

static void
played_nothing(void *answer, sk_arena *mem, const void *question)
{
    (void)answer;
    (void)mem;
    (void)question;
}

static void (*const played_verbs[KEEPER_VERBS])(void *answer, sk_arena *mem,
                                                const void *question) = {
    [KEEPER_PUT] = played_put,
    [KEEPER_OPEN] = played_open,
    [KEEPER_RESEAL] = played_reseal,
    [KEEPER_FIND] = played_find,
    [KEEPER_FOUND] = played_found,
    [KEEPER_SELF] = played_self,
    [KEEPER_ERASE] = played_erase,
    [KEEPER_ROTATE] = played_nothing,
    [KEEPER_ASK_ERASED] = played_ask_erased,
    [KEEPER_STATUS] = played_status,
};

union played_answer {
    struct keeper_kept kept;
    struct keeper_shown shown;
    struct keeper_resealed resealed;
    struct keeper_naming naming;
    struct keeper_found found;
    struct keeper_person person;
    struct keeper_erased erased;
    struct keeper_rotated rotated;
    struct keeper_status status;
};

static bool
played_receive(int fd, char *to, size_t n)
{
    return recv(fd, to, n, MSG_WAITALL) == (ssize_t)n;
}

/* One question of a connection; false: it has ended. */
static bool
played_answer(int fd)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    struct sk_buf out = { .mem = mem };
    union played_answer answer = { 0 };
    unsigned char length[4];
    enum keeper_verb verb;
    void *question;
    size_t n;
    char *bytes;

    if (!played_receive(fd, (char *)length, 4)) return false;
    n = (size_t)length[0] << 24 | (size_t)length[1] << 16 | (size_t)length[2] << 8 | length[3];
    bytes = sk_alloc(mem, n);
    if (!played_receive(fd, bytes, n)) return false;
    assert_false(sk_failed(keeper_question_read(&verb, &question, mem, (sk_str){ bytes, n })));
    assert_non_null(played_verbs[verb]);
    played.word = played.answer;
    if (played.answer == KEEPER_OK) played_verbs[verb](&answer, mem, question);
    assert_false(sk_failed(keeper_answer_write(&out, verb, played.word, &answer)));
    return send(fd, out.p, out.n, MSG_NOSIGNAL) == (ssize_t)out.n;
}

/* Connections one after the other: the tests ask from one thread, whose link keeps one. */
static void *
played_run(void *ctx)
{
    int fd;

    (void)ctx;
    while ((fd = accept(played.listener, NULL, NULL)) >= 0) {
        while (played_answer(fd))
            ;
        close(fd);
    }
    return NULL;
}

static int
played_begin(void **state)
{
    char path[160];

    (void)state;
    played = (struct played){ .show = KEEPER_SHOW_PLAIN };
    snprintf(played.folder, sizeof played.folder, "/tmp/vault-test-XXXXXX");
    if (!mkdtemp(played.folder)) return -1;
    for (int i = 0; i < 3; i++) {
        static const char *const folders[] = { "run", "conf", "conf/vault" };

        snprintf(path, sizeof path, "%s/%s", played.folder, folders[i]);
        if (mkdir(path, 0700)) return -1;
    }
    snprintf(path, sizeof path, "%s/run/keeper.sock", played.folder);
    if (sk_failed(part_socket_listen(&played.listener, path, 0600))) return -1;
    return pthread_create(&played.thread, NULL, played_run, NULL);
}

static int
played_end(void **state)
{
    (void)state;
    shutdown(played.listener, SHUT_RDWR);
    pthread_join(played.thread, NULL);
    close(played.listener);
    return sk_file_remove_tree(played.folder) ? 0 : -1;
}

#endif
