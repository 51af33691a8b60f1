/* Reading a rule set to tell about it: loading that goes on after faults. */
#include "seclang/inspect/inside.h"

#include "seclang/rules.h"

enum { CHUNK = 64 << 10 };

struct seclang_survey *
seclang_survey_new(const struct seclang_source *source)
{
    sk_arena *scratch = sk_arena_new(CHUNK);
    struct seclang_survey *survey = SK_NEW(scratch, struct seclang_survey);
    sk_err e;

    survey->scratch = scratch;
    survey->rules = seclang_rules_empty();
    survey->parser = (struct seclang_parser){ .mem = survey->rules->mem,
                                              .scratch = scratch,
                                              .rules = survey->rules,
                                              .faults = &survey->faults };
    e = seclang_parse_heed(&survey->parser, seclang_parse_source(&survey->parser, source));
    if (!sk_failed(e)) e = seclang_link(&survey->parser);
    (void)sk_failed(seclang_parse_heed(&survey->parser, e));
    return survey;
}

void
seclang_survey_free(struct seclang_survey *survey)
{
    if (!survey) return;
    seclang_rules_free(survey->rules);
    sk_arena_free(survey->scratch);
}

const struct seclang_rules *
seclang_survey_rules(const struct seclang_survey *survey)
{
    return survey->faults.count ? NULL : survey->rules;
}

size_t
seclang_survey_faults(const struct seclang_survey *survey, const char *const **fault)
{
    *fault = survey->faults.why;
    return survey->faults.count;
}

size_t
seclang_survey_count(const struct seclang_survey *survey)
{
    size_t count = 0;

    for (size_t i = 0; i < survey->parser.draft_count; i++)
        count += seclang_survey_at(survey, i) != NULL;
    return count;
}

const struct seclang_draft *
seclang_survey_at(const struct seclang_survey *survey, size_t index)
{
    const struct seclang_draft *draft = survey->parser.draft[index];

    return draft->marker.p || draft->gone ? NULL : draft;
}

bool
seclang_survey_dropped(const struct seclang_survey *survey, const struct seclang_draft *draft)
{
    return survey->faults.count == 0 && !draft->gone && !draft->rule && !draft->foreseen;
}
