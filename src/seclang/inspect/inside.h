/* A survey from inside: the parser's drafts are kept, so that rules can be told as they were
 * written, also those that linking has dropped. */
#ifndef SECLANG_INSPECT_INSIDE_H
#define SECLANG_INSPECT_INSIDE_H

#include "seclang/inspect.h"
#include "seclang/parse/parser.h"

struct seclang_survey {
    sk_arena *scratch; /* the survey itself, drafts, notes, portraits */
    struct seclang_rules *rules;
    struct seclang_parser parser;
    struct seclang_faults faults;
    struct seclang_note *note;
    size_t note_count;
};

/* The rules of a survey one by one, markers and removed ones left out. */
const struct seclang_draft *seclang_survey_at(const struct seclang_survey *survey, size_t index);
/* Whether linking has left the rule out. Not known where there were faults. */
bool seclang_survey_dropped(const struct seclang_survey *survey, const struct seclang_draft *draft);

#endif
