/* The words of sekisho vault about what may be read: how much is at stake, which purposes there
 * are, stopping one, a reserve for one. */
#include "sekisho/strong_room.h"

#include "base/json.h"
#include "sekisho/operator.h"
#include "sekisho/services.h"
#include "sekisho/tongue.h"
#include "sekisho/vault.h"

#include <stdio.h>

/* ── asking the keeper ── */

struct asking {
    struct keeper_link *link;
};

static void
asking_end(struct asking *a)
{
    keeper_link_close(a->link);
}

static sk_err
word_check(enum keeper_word word)
{
    const struct keeper_word_row *row = &keeper_word_rows[word];

    return word == KEEPER_OK ? sk_ok() : sk_fail(row->kind, "%s: %s", row->name, row->why);
}

static sk_err
exposure_ask(struct keeper_exposure *exposure, const struct verb_args *args,
             const struct house *house)
{
    DEFER(asking_end) struct asking a = { NULL };
    struct keeper_exposure_ask ask = { .tenant = sk_str_of(args->tenant) };

    TRY(keeper_link_open(&a.link, house->state));
    return word_check(keeper_exposure(exposure, house->mem, a.link, &ask));
}

/* ── exposure ── */

static void
kinds_write(struct sk_buf *out, uint32_t kinds)
{
    const char *between = "";

    for (int kind = PERSONAL_NONE + 1; kind < PERSONAL_KINDS; kind++) {
        const struct personal_kind_row *row = &personal_kind_rows[kind];

        if (!(kinds & personal_kind_bit((enum personal_kind)kind))) continue;
        sk_buf_printf(out, "%s%s", between, tongue_is_ja() ? row->ja : row->en);
        between = tongue_is_ja() ? "・" : ", ";
    }
}

/* What becomes of the data under a purpose. */
static const char *
show_words(uint32_t show)
{
    switch (show) {
    case KEEPER_SHOW_PLAIN:
        return tongue("whole", "全体を表示");
    case KEEPER_SHOW_MASKED:
        return tongue("masked", "伏せ字で表示");
    case KEEPER_SHOW_ERASE:
        return tongue("nothing shown, people erased", "表示せず、人を消去");
    case KEEPER_SHOW_LETTER:
        return tongue("letters to the person", "本人への通知のみ");
    default:
        return tongue("on labels made inside the vault", "保管庫の中で作る伝票に表示");
    }
}

static void
row_write(struct sk_buf *out, const struct keeper_exposure_row *row)
{
    sk_buf_printf(out, "  %.*s", SK_ARG(row->purpose));
    if (row->tenant.n) sk_buf_printf(out, " (%.*s)", SK_ARG(row->tenant));
    sk_buf_printf(out, tongue(": %llu people", ": %llu 人"), (unsigned long long)row->people);
    if (row->earned)
        sk_buf_printf(out, tongue(" and %llu earned", "、ほかに注文で得たもの %llu 人"),
                      (unsigned long long)row->earned);
    sk_buf_printf(out, tongue("; %s%s", "。%s%s"), show_words(row->show), row->kinds ? ": " : "");
    kinds_write(out, row->kinds);
    if (row->is_frozen) sk_buf_add(out, sk_str_of(tongue("; FROZEN", "（凍結中）")));
    sk_buf_byte(out, '\n');
}

void
strong_room_exposure(struct sk_buf *out, const struct keeper_exposure *exposure)
{
    sk_buf_printf(
        out,
        tongue("If the application were taken over now, data of at most %llu people could "
               "be read whole within an hour.\n",
               "いまアプリケーションが乗っ取られた場合、1 時間以内に全体を読み取られうるのは"
               "最大 %llu 人分です。\n"),
        (unsigned long long)exposure->people);
    for (size_t i = 0; i < exposure->count; i++)
        row_write(out, &exposure->row[i]);
    if (exposure->count == 0)
        sk_buf_add(out, sk_str_of(tongue("  Nobody is in the vault, or no purpose is declared.\n",
                                         "  保管庫に誰もいないか、目的が設定されていません。\n")));
}

void
strong_room_exposure_json(struct sk_buf *out, const struct keeper_exposure *exposure)
{
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    sk_json_int(&w, "people", (int64_t)exposure->people);
    sk_json_array(&w, "purposes");
    for (size_t i = 0; i < exposure->count; i++) {
        const struct keeper_exposure_row *row = &exposure->row[i];

        sk_json_object(&w, NULL);
        sk_json_str(&w, "purpose", row->purpose);
        sk_json_str(&w, "tenant", row->tenant);
        sk_json_text(&w, "show",
                     row->show < KEEPER_SHOWS ? keeper_show_names[row->show] : "unknown");
        sk_json_array(&w, "kinds");
        for (int kind = PERSONAL_NONE + 1; kind < PERSONAL_KINDS; kind++)
            if (row->kinds & personal_kind_bit((enum personal_kind)kind))
                sk_json_text(&w, NULL, personal_kind_rows[kind].name);
        sk_json_end_array(&w);
        sk_json_int(&w, "people", (int64_t)row->people);
        sk_json_int(&w, "earned", (int64_t)row->earned);
        sk_json_bool(&w, "frozen", row->is_frozen);
        sk_json_end_object(&w);
    }
    sk_json_end_array(&w);
    sk_json_end_object(&w);
    sk_buf_byte(out, '\n');
}

sk_err
vault_word_exposure(const struct verb_args *args, const struct house *house)
{
    struct keeper_exposure exposure;
    struct sk_buf out = { .mem = house->mem };

    TRY(exposure_ask(&exposure, args, house));
    if (args->json)
        strong_room_exposure_json(&out, &exposure);
    else
        strong_room_exposure(&out, &exposure);
    fwrite(out.p, 1, out.n, stdout);
    return sk_ok();
}

/* ── purposes ── */

static void
list_write(struct sk_buf *out, const struct conf_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        sk_buf_printf(out, "%s%.*s", i ? ", " : "", SK_ARG(list->item[i]));
}

static void
limits_write(struct sk_buf *out, const char *name, const struct conf_limits *limits)
{
    sk_buf_printf(out,
                  tongue("    in %s: %lld for an account, %lld for a tenant, %lld in all\n",
                         "    %s: アカウント %lld 人、テナント %lld 人、全体 %lld 人\n"),
                  name, (long long)limits->principal, (long long)limits->tenant,
                  (long long)limits->purpose);
}

/* As configured: what the keeper is told at the next start or reload. */
void
strong_room_purpose(struct sk_buf *out, const struct conf_purpose *purpose)
{
    static const enum keeper_show shows[CONF_SHOWS] = {
        [CONF_SHOW_PLAIN] = KEEPER_SHOW_PLAIN,   [CONF_SHOW_MASKED] = KEEPER_SHOW_MASKED,
        [CONF_SHOW_RENDER] = KEEPER_SHOW_RENDER, [CONF_SHOW_ERASE] = KEEPER_SHOW_ERASE,
        [CONF_SHOW_LETTER] = KEEPER_SHOW_LETTER,
    };

    sk_buf_printf(out, "%.*s: %s%s", SK_ARG(purpose->name), show_words(shows[purpose->show]),
                  purpose->kinds.count ? ": " : "");
    list_write(out, &purpose->kinds);
    sk_buf_add(out, sk_str_of(tongue("\n    for ", "\n    対象: ")));
    list_write(out, &purpose->realms);
    sk_buf_add(out, sk_str_of(tongue(", sites ", "、サイト ")));
    list_write(out, &purpose->sites);
    if (purpose->routes.count) sk_buf_add(out, sk_str_of(tongue(", below ", "、パス ")));
    list_write(out, &purpose->routes);
    sk_buf_printf(out, tongue("\n    a request: %lld\n", "\n    1 要求: %lld 人\n"),
                  (long long)purpose->ticket);
    limits_write(out, tongue("a second", "1 秒"), &purpose->second);
    limits_write(out, tongue("an hour", "1 時間"), &purpose->hour);
    limits_write(out, tongue("a day", "1 日"), &purpose->day);
    if (purpose->earned_days)
        sk_buf_printf(out,
                      tongue("    what came with an order: %lld days beside them\n",
                             "    注文で得たもの: 別枠で %lld 日間\n"),
                      (long long)purpose->earned_days);
}

/* Those that are declared, and the house's own. */
static void
purposes_say(struct sk_buf *out, const struct conf *conf)
{
    for (size_t i = 0; i < conf->purpose_count; i++)
        strong_room_purpose(out, &conf->purpose[i]);
    if (conf->purpose_count == 0)
        sk_buf_add(out, sk_str_of(tongue("No purpose is declared: nothing can be read.\n",
                                         "目的が設定されていないため、何も読み取れません。\n")));
    strong_room_purpose(out, &conf->probe);
}

sk_err
vault_word_purposes(const struct verb_args *args, const struct house *house)
{
    struct sk_buf out = { .mem = house->mem };
    struct sk_json_writer w = { .out = &out };
    struct house here = *house;
    sk_err e = house_read(&here, args, false);

    if (sk_failed(e) && here.faults.count)
        return sk_fail(e.kind, "%.*s", SK_ARG(sk_buf_str(&here.faults.text)));
    TRY(e);
    if (args->json) {
        services_purposes_json(&w, NULL, &here);
        sk_buf_byte(&out, '\n');
    } else {
        purposes_say(&out, here.conf);
    }
    fwrite(out.p, 1, out.n, stdout);
    return sk_ok();
}

/* ── stopping a purpose, and letting it go on ── */

static sk_err
purpose_ask(enum keeper_verb verb, const struct verb_args *args, const struct house *house)
{
    DEFER(asking_end) struct asking a = { NULL };
    struct keeper_purpose_ask ask = { .purpose = sk_str_of(args->arg[1]) };
    struct keeper_none none;

    TRY(operator_ticket(&ask.ticket, house));
    TRY(keeper_link_open(&a.link, house->state));
    TRY(word_check(keeper_ask(&none, house->mem, a.link, verb, &ask)));
    puts(tongue("done", "完了しました"));
    return sk_ok();
}

sk_err
vault_word_freeze(const struct verb_args *args, const struct house *house)
{
    return purpose_ask(KEEPER_FREEZE, args, house);
}

sk_err
vault_word_thaw(const struct verb_args *args, const struct house *house)
{
    return purpose_ask(KEEPER_THAW, args, house);
}

/* ── reserves ── */

static sk_err
number_read(uint32_t *out, const char *text)
{
    int64_t n;

    if (!sk_str_to_i64(&n, sk_str_of(text)) || n < 1 || n > UINT32_MAX)
        return sk_fail(SK_BAD, tongue("%s: a number is expected", "%s: 数を指定してください"),
                       text);
    *out = (uint32_t)n;
    return sk_ok();
}

static sk_err
reserve_ask(struct asking *a, const struct verb_args *args, const struct house *house)
{
    struct keeper_reserve_ask ask = { .purpose = sk_str_of(args->arg[2]),
                                      .tenant = sk_str_of(args->tenant),
                                      .reason = sk_str_of(args->reason) };
    struct keeper_reserve reserve;

    if (!args->reason)
        return sk_fail(SK_BAD, "%s",
                       tongue("--reason TEXT: whoever opens it has to know what it is for",
                              "--reason で、承認する人に分かるように理由を指定してください"));
    TRY(number_read(&ask.people, args->arg[3]));
    TRY(number_read(&ask.minutes, args->arg[4]));
    TRY(operator_ticket(&ask.ticket, house));
    TRY(word_check(keeper_reserve_ask(&reserve, house->mem, a->link, &ask)));
    printf(tongue("%.*s waits for another operator until %.*s\n",
                  "%.*s: 別の運用者の承認を %.*s まで待ちます\n"),
           SK_ARG(keeper_id_str(&reserve.reserve_id)),
           SK_ARG(sk_when_jst(house->mem, (sk_when)reserve.until)));
    return sk_ok();
}

static sk_err
reserve_open(struct asking *a, const struct verb_args *args, const struct house *house)
{
    struct keeper_reserve_open ask;
    struct keeper_reserve reserve;
    enum keeper_word word;

    if (!keeper_id_read(&ask.reserve_id, "rsv", sk_str_of(args->arg[2])))
        return sk_fail(SK_BAD,
                       tongue("%s: expected rsv_...", "%s: rsv_ で始まる番号を指定してください"),
                       args->arg[2]);
    TRY(operator_ticket(&ask.ticket, house));
    word = keeper_reserve_open(&reserve, house->mem, a->link, &ask);
    if (word == KEEPER_DENIED)
        return sk_fail(
            SK_DENIED, "%s",
            tongue("another operator must open it; of two at the command line, both must "
                   "have signed in as themselves, not as root",
                   "別の運用者が承認してください。二人ともコマンドラインの場合は、それぞれ"
                   " root 以外の自分の名前でログインしている必要があります"));
    TRY(word_check(word));
    printf(tongue("open until %.*s; an alarm says that it was opened here\n",
                  "%.*s まで有効です。コマンドラインで承認されたことが警報に残ります\n"),
           SK_ARG(sk_when_jst(house->mem, (sk_when)reserve.until)));
    return sk_ok();
}

void
strong_room_reserve(struct sk_buf *out, const struct keeper_reserve_row *row)
{
    sk_buf_printf(out, "%.*s  %s  %.*s", SK_ARG(keeper_id_str(&row->reserve_id)),
                  row->is_open ? tongue("open", "有効") : tongue("waits", "承認待ち"),
                  SK_ARG(row->purpose));
    if (row->tenant.n) sk_buf_printf(out, " (%.*s)", SK_ARG(row->tenant));
    sk_buf_printf(out,
                  tongue(": %u people, %u used, %u minutes, until %.*s\n    %.*s: %.*s\n",
                         ": %u 人（使用 %u 人）、%u 分、期限 %.*s\n    %.*s: %.*s\n"),
                  row->people, row->used, row->minutes,
                  SK_ARG(sk_when_jst(out->mem, (sk_when)row->until)), SK_ARG(row->asked_by),
                  SK_ARG(row->reason));
}

static sk_err
reserve_list(struct asking *a, const struct verb_args *args, const struct house *house)
{
    struct sk_buf out = { .mem = house->mem };
    struct keeper_reserves all;
    struct keeper_ticket ask;

    (void)args;
    TRY(operator_ticket(&ask.ticket, house));
    TRY(word_check(keeper_reserves(&all, house->mem, a->link, &ask)));
    for (size_t i = 0; i < all.count; i++)
        strong_room_reserve(&out, &all.row[i]);
    if (all.count == 0) sk_buf_add(&out, sk_str_of(tongue("none\n", "ありません\n")));
    fwrite(out.p, 1, out.n, stdout);
    return sk_ok();
}

sk_err
vault_word_reserve(const struct verb_args *args, const struct house *house)
{
    static const struct {
        const char *word;
        unsigned count;
        sk_err (*run)(struct asking *, const struct verb_args *, const struct house *);
    } words[] = { { "ask", 5, reserve_ask },
                  { "open", 3, reserve_open },
                  { "list", 2, reserve_list } };
    DEFER(asking_end) struct asking a = { NULL };

    TRY(keeper_link_open(&a.link, house->state));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(args->arg[1], words[i].word) == 0 && args->count == words[i].count)
            return words[i].run(&a, args, house);
    return sk_fail(
        SK_BAD, "%s",
        tongue("expected reserve ask PURPOSE PEOPLE MINUTES --reason TEXT, reserve open "
               "ID, or reserve list",
               "reserve ask 目的 人数 分 --reason 理由、reserve open 番号、または reserve "
               "list と指定してください"));
}
