/* Lines of clients and of segments: what is taken as a question becomes one line that is a record,
 * and which the JSON library reads as well; what is taken as a record is one object. */
#include "base/json.h"
#include "ledger/note.h"
#include "ledger/record.h"
#include "ledger/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool so)
{
    if (!so) __builtin_trap();
}

/* What our scanner takes is JSON. */
static void
object_check(sk_str text)
{
    struct ledger_member member[LEDGER_SCAN_MEMBERS];
    sk_json *read = NULL;
    size_t count;

    if (sk_failed(ledger_scan(member, &count, text))) return;
    must(!sk_failed(sk_json_read(&read, text)));
    must(sk_json_count(read) == count);
    for (size_t i = 0; i < count; i++)
        if (member[i].plain) {
            char name[256];

            if (member[i].name.n >= sizeof name) continue;
            memcpy(name, member[i].name.p, member[i].name.n);
            name[member[i].name.n] = 0;
            must(sk_str_eq(sk_json_get_str(read, name), member[i].text));
        }
    sk_json_free(read);
}

static void
question_check(sk_arena *mem, sk_str line)
{
    struct ledger_question question;
    struct ledger_record record, again;
    struct sk_buf out = { .mem = mem };

    if (sk_failed(ledger_question_read(&question, line)) ||
        !sk_str_eq(question.what, SK_STR("append")))
        return;
    record = (struct ledger_record){ .sequence = 7,
                                     .nth = 3,
                                     .prev = 5,
                                     .time = SK_STR("2026-11-26T07:20:00.123Z"),
                                     .event = question.event };
    ledger_record_write(&out, &record);
    must(out.n <= LEDGER_RECORD_MAX && sk_str_find_byte(sk_buf_str(&out), '\n') == out.n - 1);
    line = sk_str_first(sk_buf_str(&out), out.n - 1);
    must(!sk_failed(ledger_record_read(&again, line)));
    must(sk_str_eq(again.event.principal, question.event.principal) &&
         sk_str_eq(again.event.object, question.event.object) && again.sequence == 7);
    object_check(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str text = { (const char *)data, size };
    struct ledger_checkpoint checkpoint;
    struct ledger_record record;
    struct ledger_key key;
    uint64_t sequence;

    object_check(text);
    question_check(mem, text);
    if (!sk_failed(ledger_record_read(&record, text))) object_check(text);
    if (!sk_failed(ledger_answer_read(&sequence, text))) must(sequence > 0);
    if (!sk_failed(ledger_vkey_read(&key, text))) must(key.origin[0] != 0);
    must(!sk_failed(ledger_vkey_read(
        &key, SK_STR("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"))));
    if (!sk_failed(ledger_checkpoint_read(&checkpoint, text, &key))) __builtin_trap(); /* no key */
    sk_arena_free(mem);
    return 0;
}
