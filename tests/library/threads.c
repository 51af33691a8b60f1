/* threads RULES...: eight threads share one ruleset, each with its own seclang_thread, while the
 * main thread lets go of it and loads the next one, as a program does that takes new rules over. */
#include <pthread.h>
#include <seclang.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 8, ROUNDS = 40 };

static const char *const attack =
    "GET /?q=1%27%20or%20%271%27=%271&file=../../etc/passwd HTTP/1.1\n"
    "Host: www.example.com\nUser-Agent: Mozilla/5.0\nAccept: */*\n\n";
static const char *const innocent =
    "GET /search?q=%E5%AF%BF%E5%8F%B8 HTTP/1.1\n"
    "Host: www.example.com\nUser-Agent: Mozilla/5.0\nAccept: */*\n\n";

static int
judge(seclang_thread *thread, const char *raw)
{
    seclang_exchange *x = seclang_exchange_new(thread);
    seclang_answer answer = { .size = sizeof(answer) };
    int action = seclang_exchange_judge_raw_request(x, raw, SECLANG_ZERO_ENDED, &answer);

    if (seclang_exchange_finish(x) < 0) abort();
    seclang_exchange_free(x);
    return action;
}

static void *
work(void *arg)
{
    seclang_thread *thread = arg;
    size_t wrong = 0;

    for (int i = 0; i < ROUNDS; i++) {
        wrong += judge(thread, attack) != SECLANG_REFUSE;
        wrong += judge(thread, innocent) != SECLANG_LET_PASS;
    }
    seclang_thread_free(thread);
    return (void *)wrong;
}

static seclang_ruleset *
load(int count, char **file)
{
    seclang_config *config = seclang_config_new();
    seclang_ruleset *ruleset;
    seclang_error error;

    for (int i = 0; i < count; i++)
        if (seclang_config_add_file(config, file[i]) < 0) abort();
    if (seclang_ruleset_new(&ruleset, config, &error) < 0) {
        fprintf(stderr, "%s:%u:%u: %s\n", error.file, error.line, error.column, error.what);
        exit(2);
    }
    seclang_config_free(config);
    return ruleset;
}

int
main(int argc, char **argv)
{
    pthread_t thread[THREADS];
    seclang_ruleset *ruleset = load(argc - 1, argv + 1);
    size_t wrong = 0;

    for (int i = 0; i < THREADS; i++) {
        seclang_thread *own;

        if (seclang_thread_new(&own, ruleset, NULL) < 0 ||
            pthread_create(&thread[i], NULL, work, own) != 0)
            abort();
    }
    seclang_ruleset_free(ruleset);
    seclang_ruleset_free(load(argc - 1, argv + 1));
    for (int i = 0; i < THREADS; i++) {
        void *result;

        pthread_join(thread[i], &result);
        wrong += (size_t)result;
    }
    printf("%d judged, %zu wrong\n", THREADS * ROUNDS * 2, wrong);
    return wrong != 0;
}
