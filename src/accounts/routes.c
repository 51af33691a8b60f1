#include "accounts/routes.h"

#include "accounts/api.h"
#include "accounts/pages.h"

/* Hashing waits in the pages' threads only; ACCOUNTS_SLOTS_MAX of them at most do. */
enum { PAGE_THREADS = 12, API_THREADS = 4 };

#define PAGE(method, name, handler)                                                                \
    {                                                                                              \
        method, "/.sekisho/{realm}/" name, handler, (method) == PART_POST ? ACCOUNTS_FORM_MAX : 0, \
            NULL                                                                                   \
    }
#define BOTH(name, handler)                                                                        \
    PAGE(PART_GET, name, handler##_get), PAGE(PART_POST, name, handler##_post)

static sk_err
asset_get(struct part_response *response, struct part_request *request)
{
    struct accounts *house = request->ctx;
    return look_asset_answer(response, request, house->look);
}

static const struct part_route pages[] = {
    { PART_GET, "/.sekisho/asset/{name}", asset_get, 0, NULL },
    BOTH("sign-in", accounts_sign_in),
    BOTH("code", accounts_code),
    BOTH("code/enter", accounts_code_enter),
    PAGE(PART_GET, "sign-out", accounts_sign_out),
    PAGE(PART_POST, "sign-out", accounts_sign_out),
    PAGE(PART_GET, "account", accounts_mine_get),
    PAGE(PART_POST, "account/end", accounts_end_post),
    BOTH("second", accounts_second),
    BOTH("passkey", accounts_passkey_in),
    BOTH("again", accounts_again),
    PAGE(PART_GET, "factors", accounts_factors_get),
    PAGE(PART_POST, "factors/change", accounts_factors_change_post),
    BOTH("factors/app", accounts_app),
    BOTH("factors/codes", accounts_codes),
    BOTH("factors/passkey", accounts_passkey_add),
    BOTH("password", accounts_password),
    BOTH("forgot", accounts_forgot),
    BOTH("reset", accounts_reset),
    BOTH("unlock", accounts_unlock),
    BOTH("stop", accounts_stop),
    BOTH("invite", accounts_invite),
    BOTH("sign-up", accounts_sign_up),
    BOTH("sign-up/code", accounts_sign_up_code),
    BOTH("join", accounts_join),
    BOTH("leave", accounts_leave),
};

static const struct part_route questions[] = {
    { PART_GET, "/v1/session", accounts_api_session, 0, NULL },
    { PART_POST, "/v1/{room}/{verb}", accounts_api_post, ACCOUNTS_API_BODY_MAX,
      "application/json" },
};

struct part_service
accounts_pages_service(struct accounts *house, int listen_fd)
{
    return (struct part_service){
        .listen_fd = listen_fd,
        .threads = PAGE_THREADS,
        .routes = pages,
        .count = sizeof pages / sizeof *pages,
        .ctx = house,
        .error_page = accounts_page_error,
        .headers = look_headers,
        .header_count = LOOK_HEADERS,
        .peers = &house->page_peers,
    };
}

struct part_service
accounts_api_service(struct accounts *house, int listen_fd)
{
    return (struct part_service){
        .listen_fd = listen_fd,
        .threads = API_THREADS,
        .routes = questions,
        .count = sizeof questions / sizeof *questions,
        .ctx = house,
        .peers = &house->api_peers,
    };
}
