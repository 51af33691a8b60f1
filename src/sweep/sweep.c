#include "sweep/sweep.h"

#include "sweep/tally.h"

const char *
sweep_kind_name(int kind)
{
    return kind == SWEEP_CARD ? "card" : personal_kind_rows[kind].name;
}

/* 10,000 rows of 1.4 kB are asked for as pages, of which few are ever touched. */
void
sweep_begin(struct sweep *sweep)
{
    sweep->found = sk_alloc(sweep->mem, SWEEP_FOUND_MAX * sizeof *sweep->found);
    sweep->trouble = sk_array(sweep->mem, SWEEP_TROUBLES_MAX, sizeof *sweep->trouble);
}

static const struct {
    const char *prefix;
    sk_err (*run)(struct sweep *sweep, const char *where);
} places[] = {
    { "postgresql:", sweep_postgresql },
    { "postgres:", sweep_postgresql },
    { "mysql:", sweep_mysql },
    { "", sweep_path },
};

sk_err
sweep_place(struct sweep *sweep, const char *place)
{
    size_t i = 0;

    while (!sk_str_starts(sk_str_of(place), sk_str_of(places[i].prefix)))
        i++;
    return places[i].run(sweep, place);
}
