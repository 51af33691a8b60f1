#include "accounts/screen.h"

const struct accounts_screen accounts_screens[] = {
    { "orders", ACCOUNTS_MERCHANT, "注文", "orders" },
    { "products", ACCOUNTS_MERCHANT, "商品", "products" },
    { "customers", ACCOUNTS_MERCHANT, "お客さま", "customers" },
    { "delivery", ACCOUNTS_MERCHANT, "配送", "delivery" },
    { "payouts", ACCOUNTS_MERCHANT, "売上と入金", "sales and payouts" },
    { "pages", ACCOUNTS_MERCHANT, "ページとデザイン", "pages and design" },
    { "settings", ACCOUNTS_MERCHANT, "ショップの設定", "shop settings" },
    { "staff", ACCOUNTS_MERCHANT, "副管理者", "staff" },
    { ACCOUNTS_PRIVILEGE_PERSONAL, ACCOUNTS_OPERATOR, "利用者の情報の閲覧", "seeing users' data" },
    { ACCOUNTS_PRIVILEGE_RESET, ACCOUNTS_OPERATOR, "パスワードの一斉リセット",
      "resetting all passwords" },
    { .name = NULL },
};

const struct accounts_screen *
accounts_screen_find(enum accounts_realm realm, sk_str name)
{
    for (const struct accounts_screen *s = accounts_screens; s->name; s++)
        if (s->realm == realm && sk_str_eq(name, sk_str_of(s->name))) return s;
    return NULL;
}

bool
accounts_screen_is_privilege(sk_str name)
{
    return sk_str_starts(name, SK_STR("privilege."));
}
