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

struct job {
    pthread_t runs;
    seclang_thread *thread;
    size_t wrong;
};

static void *
work(void *arg)
{
    struct job *job = arg;

    for (int i = 0; i < ROUNDS; i++) {
        job->wrong += judge(job->thread, attack) != SECLANG_REFUSE;
        job->wrong += judge(job->thread, innocent) != SECLANG_LET_PASS;
    }
    seclang_thread_free(job->thread);
    return NULL;
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
    struct job job[THREADS] = { 0 };
    seclang_ruleset *ruleset = load(argc - 1, argv + 1);
    size_t wrong = 0;

    for (int i = 0; i < THREADS; i++)
        if (seclang_thread_new(&job[i].thread, ruleset, NULL) < 0 ||
            pthread_create(&job[i].runs, NULL, work, &job[i]) != 0)
            abort();
    seclang_ruleset_free(ruleset);
    seclang_ruleset_free(load(argc - 1, argv + 1));
    for (int i = 0; i < THREADS; i++) {
        pthread_join(job[i].runs, NULL);
        wrong += job[i].wrong;
    }
    printf("%d judged, %zu wrong\n", THREADS * ROUNDS * 2, wrong);
    return wrong != 0;
}
