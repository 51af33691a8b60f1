/* The site's rules with the new rule set: all of it must load, with the site's own exclusions. */
#include "seclang/inspect.h"
#include "sekisho/render.h"
#include "sekisho/tongue.h"
#include "sekisho/update.h"

enum { FAULTS_SHOWN = 5 };

struct seclang_source *
update_source(sk_arena *mem, const struct house *house, sk_str crs)
{
    struct conf conf = *house->conf;
    struct render r = { .conf = &conf, .state = house->state, .gate = house->gate, .module = "" };
    struct seclang_source *source = seclang_source_new();

    conf.crs = crs;
    if (conf.mode == CONF_OFF) conf.mode = CONF_BLOCK; /* else nothing would be tried */
    seclang_source_text(source, render_rules(mem, &r, &conf.site[0]), "site.rules", 1);
    return source;
}

sk_err
update_load(struct update *u)
{
    sk_str crs = sk_str_printf(u->mem, "%s/rules", u->fresh);
    struct seclang_source *source = update_source(u->mem, u->house, crs);
    struct seclang_survey *survey = seclang_survey_new(source);
    const char *const *fault;
    struct sk_buf why = { .mem = u->mem };
    size_t faults = seclang_survey_faults(survey, &fault);
    size_t rules = seclang_survey_count(survey);

    for (size_t i = 0; i < faults && i < FAULTS_SHOWN; i++)
        sk_buf_printf(&why, "\n  %s", fault[i]);
    seclang_survey_free(survey);
    seclang_source_free(source);
    if (faults)
        return sk_fail(SK_BAD,
                       tongue("the new rules do not load (%zu faults):%.*s",
                              "新しい規則を読み込めません（%zu 件）:%.*s"),
                       faults, SK_ARG(sk_buf_str(&why)));
    update_say(
        tongue("loads", "読み込み"),
        tongue("%zu rules, with the site's exclusions", "規則 %zu 件（サイトの除外設定を含む）"),
        rules);
    return sk_ok();
}
