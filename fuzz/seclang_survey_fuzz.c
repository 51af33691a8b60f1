/* Configuration text with faults, surveyed to its end: every fault has a sentence, every rule a
 * portrait. What names files is left out, since an absolute path would reach this machine's.
 * Patterns are not probed: that takes too long to be repeated thousands of times a second. */
#include "names_files.h"
#include "seclang/fault.h"
#include "seclang/inspect/inside.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seclang_survey *survey;
    struct seclang_portrait portrait;
    if (names_files((sk_str){ (const char *)data, size })) return 0;
    struct seclang_source *source = seclang_source_new();
    seclang_source_text(source, (sk_str){ (const char *)data, size }, "/nonexistent/fuzz/text", 1);
    survey = seclang_survey_new(source);
    for (size_t i = 0; i < survey->faults.count; i++)
        if (seclang_fault_of(survey->faults.why[i]).what.n == 0) abort();
    for (size_t i = 0; i < survey->parser.draft_count; i++) {
        const struct seclang_draft *draft = survey->parser.draft[i];
        if (draft->marker.p || draft->head != draft || !draft->wishes.id) continue;
        if (!seclang_survey_portrait(&portrait, survey, draft->wishes.id)) abort();
        if (portrait.member_count == 0) abort();
    }
    seclang_survey_free(survey);
    seclang_source_free(source);
    return 0;
}
