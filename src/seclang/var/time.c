/* Variables of time: local time, as mod_security 2. */
#include "seclang/var/fetch.h"

#include <time.h>

static void
add_time(struct seclang_tx *tx, struct seclang_list *list, const char *format)
{
    time_t now = (time_t)(sk_now() / 1000);
    struct tm local = { 0 };
    char text[32];
    size_t n;

    if (!localtime_r(&now, &local)) return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the formats stand below */
    n = strftime(text, sizeof(text), format, &local);
#pragma GCC diagnostic pop
    seclang_fetch_text(tx, list, sk_str_copy(tx->mem, (sk_str){ text, n }));
}

#define TIME_ROW(function, format)                                                                 \
    static void function(struct seclang_tx *tx, struct seclang_list *list,                         \
                         const struct seclang_rule *rule)                                          \
    {                                                                                              \
        (void)rule;                                                                                \
        add_time(tx, list, format);                                                                \
    }

TIME_ROW(whole, "%Y%m%d%H%M%S")
TIME_ROW(day, "%d")
TIME_ROW(epoch, "%s")
TIME_ROW(hour, "%H")
TIME_ROW(minute, "%M")
TIME_ROW(month, "%m")
TIME_ROW(second, "%S")
TIME_ROW(weekday, "%w")
TIME_ROW(year, "%Y")

/* Microseconds since the transaction began. */
static void
duration(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_int(tx, list, seclang_tx_clock() - tx->begun_us);
}

/* Microseconds that rules have taken. */
static int64_t
combined(const struct seclang_tx *tx)
{
    int64_t sum = 0;

    for (unsigned phase = 1; phase < SECLANG_PHASES; phase++)
        sum += tx->phase_us[phase];
    return sum;
}

#define SPENT_ROW(function, expression)                                                            \
    static void function(struct seclang_tx *tx, struct seclang_list *list,                         \
                         const struct seclang_rule *rule)                                          \
    {                                                                                              \
        (void)rule;                                                                                \
        seclang_fetch_int(tx, list, (expression));                                                 \
    }

SPENT_ROW(spent, combined(tx))
SPENT_ROW(spent_1, tx->phase_us[1])
SPENT_ROW(spent_2, tx->phase_us[2])
SPENT_ROW(spent_3, tx->phase_us[3])
SPENT_ROW(spent_4, tx->phase_us[4])
SPENT_ROW(spent_5, tx->phase_us[5])

static void
performance(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    const int64_t *us = tx->phase_us;

    (void)rule;
    seclang_fetch_text(tx, list,
                       sk_str_printf(tx->mem,
                                     "combined=%lld, p1=%lld, p2=%lld, p3=%lld, p4=%lld, "
                                     "p5=%lld",
                                     (long long)combined(tx), (long long)us[1], (long long)us[2],
                                     (long long)us[3], (long long)us[4], (long long)us[5]));
}

const struct seclang_fetch_row seclang_fetch_time[] = {
    { SECLANG_VAR_DURATION, SECLANG_FETCH_ALWAYS, duration },
    { SECLANG_VAR_PERF_ALL, SECLANG_FETCH_ALWAYS, performance },
    { SECLANG_VAR_PERF_COMBINED, SECLANG_FETCH_ALWAYS, spent },
    { SECLANG_VAR_PERF_PHASE1, SECLANG_FETCH_ALWAYS, spent_1 },
    { SECLANG_VAR_PERF_PHASE2, SECLANG_FETCH_ALWAYS, spent_2 },
    { SECLANG_VAR_PERF_PHASE3, SECLANG_FETCH_ALWAYS, spent_3 },
    { SECLANG_VAR_PERF_PHASE4, SECLANG_FETCH_ALWAYS, spent_4 },
    { SECLANG_VAR_PERF_PHASE5, SECLANG_FETCH_ALWAYS, spent_5 },
    { SECLANG_VAR_TIME, SECLANG_FETCH_ALWAYS, whole },
    { SECLANG_VAR_TIME_DAY, SECLANG_FETCH_ALWAYS, day },
    { SECLANG_VAR_TIME_EPOCH, SECLANG_FETCH_ALWAYS, epoch },
    { SECLANG_VAR_TIME_HOUR, SECLANG_FETCH_ALWAYS, hour },
    { SECLANG_VAR_TIME_MIN, SECLANG_FETCH_ALWAYS, minute },
    { SECLANG_VAR_TIME_MON, SECLANG_FETCH_ALWAYS, month },
    { SECLANG_VAR_TIME_SEC, SECLANG_FETCH_ALWAYS, second },
    { SECLANG_VAR_TIME_WDAY, SECLANG_FETCH_ALWAYS, weekday },
    { SECLANG_VAR_TIME_YEAR, SECLANG_FETCH_ALWAYS, year },
    { SECLANG_VAR_COUNT, SECLANG_FETCH_FILLED, NULL },
};
