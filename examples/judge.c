/* judge RULES REQUEST: judges one raw HTTP request by rules from a file.
 * cc judge.c -o judge $(pkg-config --cflags --libs seclang) */
#include <seclang.h>
#include <stdio.h>

static const char *const words[] = { "passes", "refused", "redirected", "cut off" };

static int
judge(seclang_exchange *exchange, const char *raw, size_t length)
{
    seclang_answer answer = { .size = sizeof(answer) };
    seclang_finding found = { .size = sizeof(found) };
    int action = seclang_exchange_judge_raw_request(exchange, raw, length, &answer);

    if (action < 0) return fprintf(stderr, "this is no HTTP request\n"), 2;
    seclang_exchange_finish(exchange);
    printf("%s, status %d, rule %u\n", words[action], answer.status, answer.rule);
    for (size_t i = 0; seclang_exchange_finding(exchange, i, &found); i++)
        printf("  %u %s: %s [%s]\n", found.rule, found.variable, found.message, found.value);
    return action == SECLANG_LET_PASS ? 0 : 1;
}

int
main(int argc, char **argv)
{
    static char raw[1 << 20];
    FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;
    size_t length = file ? fread(raw, 1, sizeof(raw), file) : 0;
    seclang_config *config = seclang_config_new();
    seclang_ruleset *ruleset = NULL;
    seclang_thread *thread = NULL;
    seclang_exchange *exchange;
    seclang_error error = { 0 };
    int status;

    if (!file) return fprintf(stderr, "usage: judge RULES REQUEST\n"), 2;
    fclose(file);
    seclang_config_add_file(config, argv[1]);
    if (seclang_ruleset_new(&ruleset, config, &error) < 0 ||
        seclang_thread_new(&thread, ruleset, &error) < 0)
        return fprintf(stderr, "%s:%u:%u: %s\n", error.file, error.line, error.column, error.what),
               2;
    exchange = seclang_exchange_new(thread);
    status = judge(exchange, raw, length);
    seclang_exchange_free(exchange);
    seclang_thread_free(thread);
    seclang_ruleset_free(ruleset);
    seclang_config_free(config);
    return status;
}
