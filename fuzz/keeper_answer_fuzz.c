/* Questions of any bytes to a whole house: tickets of any text or, where the first byte is odd, a
 * good one; whatever is shown was recorded before. */
#include "base/file.h"
#include "keeper/house.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SCOPE "{\"principal\":9,\"tenant\":9,\"purpose\":9}"
static const char conf[] =
    "{\"purposes\":[{\"name\":\"orders\",\"sites\":[\"shop\"],\"kinds\":[\"name\"],\"realms\":"
    "[\"merchant\"],\"roles\":[],\"routes\":[],\"level\":2,\"show\":\"plain\",\"on_overrun\":"
    "\"freeze\",\"earned_days\":1,\"ticket\":9,\"second\":" SCOPE ",\"hour\":" SCOPE
    ",\"day\":" SCOPE "}]}";

static struct {
    char folder[64];
    struct keeper_house house;
    struct keeper_desk desk;
    uint64_t told;
} f;

static void
must(bool so)
{
    if (!so) abort();
}

static sk_err
played_tell(void *ctx, uint64_t *sequence, const struct ledger_event *event, size_t count)
{
    (void)ctx;
    *sequence = f.told + 1;
    for (size_t i = 0; i < count; i++) {
        struct sk_buf line = { .mem = f.desk.mem };

        ledger_event_write(&line, &event[i]);
        must(line.n <= LEDGER_LINE_MAX && event[i].details.n <= LEDGER_DETAILS_MAX);
        f.told++;
    }
    return sk_ok();
}

static void
folder_remove(void)
{
    (void)sk_file_remove_tree(f.folder);
}

static void
house_make(void)
{
    static sk_arena *mem;
    struct keeper_root_setting root = { .folder = f.folder };
    struct keeper_keys_setting keys = { .folder = f.folder,
                                        .sql = "src/keeper/sql",
                                        .now = sk_now };
    struct keeper_budget_found found;
    uint64_t damaged;

    mem = sk_arena_new(0);
    snprintf(f.folder, sizeof f.folder, "/tmp/keeper-fuzz-XXXXXX");
    must(mkdtemp(f.folder) != NULL);
    (void)atexit(folder_remove);
    pthread_mutex_init(&f.house.lock, NULL);
    f.house.now = sk_now;
    f.house.tell = played_tell;
    must(!sk_failed(keeper_purposes_read(&f.house.purposes, mem, sk_str_of(conf))));
    must(!sk_failed(keeper_root_open(&f.house.root, &root)));
    keys.root = f.house.root;
    must(!sk_failed(keeper_keys_open(&f.house.keys, &keys)));
    must(!sk_failed(keeper_budget_open(&f.house.budget, &found, NULL, false, sk_now())));
    must(!sk_failed(keeper_earned_open(&f.house.earned, &damaged, NULL, sk_now())));
    f.desk = (struct keeper_desk){ .house = &f.house, .uid = 990 };
    must(!sk_failed(keeper_keys_reader(&f.desk.reader, f.house.keys)));
}

static sk_str
good_ticket(void)
{
    struct ticket ticket = { .id = SK_STR("R1"),
                             .site = SK_STR("shop"),
                             .realm = SK_STR("merchant"),
                             .principal = SK_STR("acc_1"),
                             .role = SK_STR("owner"),
                             .level = 2,
                             .at = sk_now() };
    struct sk_buf text = { .mem = f.desk.mem };

    must(ticket_make(&text, &f.house.ticket_key, &ticket));
    return sk_buf_str(&text);
}

static void
shown_check(const struct keeper_shown *shown)
{
    for (size_t i = 0; i < shown->count; i++)
        must(shown->value[i].text.n == 0 || (f.told && shown->value[i].word == KEEPER_OK));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t answer[32] = { 0 };
    enum keeper_verb verb;
    void *question;

    if (!f.house.keys) house_make();
    if (size < 2) return 0;
    f.desk.mem = sk_arena_new(0);
    f.told = 0;
    if (!sk_failed(keeper_question_read(&verb, &question, f.desk.mem,
                                        (sk_str){ (const char *)data + 1, size - 1 }))) {
        if (verb == KEEPER_OPEN && data[0] % 2)
            ((struct keeper_open *)question)->ticket = good_ticket();
        enum keeper_word word = keeper_answer(answer, &f.desk, verb, question);
        struct sk_buf out = { .mem = f.desk.mem };

        must(word < KEEPER_WORDS);
        must(!sk_failed(keeper_answer_write(&out, verb, word, answer)));
        if (verb == KEEPER_OPEN && word == KEEPER_OK) shown_check((const void *)answer);
    }
    sk_arena_free(f.desk.mem);
    return 0;
}
