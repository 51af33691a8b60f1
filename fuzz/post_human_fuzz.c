/* A provider's answer, whatever it holds: only one that says yes, and names a host of the site and
 * our action, makes a person. */
#include "post/config.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char conf[] =
    "{\"human_provider\":\"recaptcha-score\",\"human_site_key\":\"k\","
    "\"human_secret\":\"/s\",\"human_score\":50,\"house\":{\"sites\":["
    "{\"name\":\"shop\",\"names\":[\"www.example.jp\",\"*.shop.example\"]}]}}";

static void
person_check(sk_str body)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    if (sk_failed(sk_json_read(&root, body))) abort();
    if (!sk_json_get_bool(root, "success", false)) abort();
    if (!sk_str_eq(sk_json_get_str(root, "action"), sk_str_of(post_human_action))) abort();
    if (!(sk_json_get_real(root, "score", -1) >= 0.5)) abort();
    if (!sk_json_get_str(root, "hostname").n) abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct post_config config;
    sk_str body = { (const char *)data, size };
    if (sk_failed(post_config_read(&config, sk_str_of(conf)))) abort();
    sk_err e = post_human_judge(&config.human, SK_STR("shop"), 200, body);
    if (e.kind == SK_OK) person_check(body);
    if (post_human_judge(&config.human, SK_STR("elsewhere"), 200, body).kind == SK_OK) abort();
    post_config_free(&config);
    return 0;
}
