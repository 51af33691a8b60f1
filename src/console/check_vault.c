/* How many people's data could be read within the hour, and whether anything is wrong there. */
#include "console/overview.h"
#include "console/vault.h"

enum { ALARM_AGE = 24 * 3600 * 1000 };

static size_t
frozen_count(const struct keeper_windows *windows)
{
    size_t frozen = 0;

    for (size_t i = 0; i < windows->count; i++)
        frozen += windows->row[i].is_frozen && !windows->row[i].tenant.n;
    return frozen;
}

static void
trouble_set(struct check_result *result, const struct console_visit *visit,
            const struct keeper_windows *windows)
{
    size_t frozen = frozen_count(windows);

    if (windows->alarmed && visit->view.now - (sk_when)windows->alarmed < ALARM_AGE) {
        result->state = LOOK_ACT;
        result->word = "state.act";
        result->trend = look_words(&visit->view, "vaults.alarm");
        result->since = (sk_when)windows->alarmed;
    } else if (frozen) {
        result->state = LOOK_HERE;
        result->word = "state.look";
        result->trend = look_words_n(&visit->view, "vaults.frozen", (int64_t)frozen);
    }
}

struct check_result
check_vault(struct console_visit *visit)
{
    struct check_result result = { .state = LOOK_WELL,
                                   .word = "state.well",
                                   .unit = "vaults.unit",
                                   .press = "vaults.press",
                                   .path = "/vault" };
    const struct keeper_exposure_ask stake = { .ticket = visit->ticket_text };
    const struct keeper_ticket ask = { visit->ticket_text };
    struct keeper_exposure exposure;
    struct keeper_windows windows;

    if (keeper_exposure(&exposure, visit->mem, visit->console->keeper, &stake) != KEEPER_OK ||
        keeper_windows(&windows, visit->mem, visit->console->keeper, &ask) != KEEPER_OK)
        return check_away();
    result.value = look_number(visit->mem, (int64_t)exposure.people);
    trouble_set(&result, visit, &windows);
    return result;
}
