/* Every key of sekisho.conf: one row. */
#include "sekisho/conf.h"

#define TOP(member)  offsetof(struct conf, member)
#define SITE(member) offsetof(struct conf_site, member)
#define MB           (1024 * 1024)

/* The same keys for SMS and for voice calls. */
#define ROW(kind, key, type, usual, choices, most, help)                                           \
    {                                                                                              \
        "post", #kind "_" #key, type, TOP(post.kind.key), usual, choices, 0, most, help            \
    }
#define GATEWAY(kind, what)                                                                        \
    ROW(kind, url, CONF_TEXT, "", NULL, 0,                                                         \
        "The HTTP gateway for " what ": https://host/path. {to}, {text} and {id} stand for the "   \
        "number, the text and the message. Left out: there are none."),                            \
        ROW(kind, method, CONF_CHOICE, "POST", "POST|PUT|GET", 0, "How it is asked."),             \
        ROW(kind, type, CONF_CHOICE, "application/json",                                           \
            "application/json|application/x-www-form-urlencoded", 0,                               \
            "What its body is, by which values are escaped."),                                     \
        ROW(kind, headers, CONF_LIST, NULL, NULL, 0,                                               \
            "Header lines as \"Name: value\"; {secret} stands for the text of " #kind "_secret."), \
        ROW(kind, body, CONF_TEXT, "", NULL, 0, "Its body, with {to} and {text}."),                \
        ROW(kind, success, CONF_LIST, NULL, NULL, 0,                                               \
            "The statuses by which it says yes. Left out: 200 to 299."),                           \
        ROW(kind, secret, CONF_SECRET, "", NULL, 0, "The file with its key."),                     \
        ROW(kind, rate, CONF_NUMBER, "60", NULL, 1000000,                                          \
            "How many go out a minute at most; 0: no limit.")

const struct conf_row conf_rows[] = {
    { "", "state", CONF_PATH, TOP(state), "var", NULL, 0, 0,
      "The folder that holds all state; relative to the working folder. --state wins." },
    { "listen", "address", CONF_TEXT, TOP(address), "127.0.0.1", NULL, 0, 0,
      "The IP address to listen on; 0.0.0.0 or :: for all." },
    { "listen", "https", CONF_NUMBER, TOP(https), "8443", NULL, 1, 65535,
      "The port for HTTPS. --port wins." },
    { "listen", "http", CONF_NUMBER, TOP(http), "0", NULL, 0, 65535,
      "The port for plain HTTP, which only redirects; 0 means the port after https." },
    { "rules", "mode", CONF_CHOICE, TOP(mode), "block", "block|detect|off", 0, 0,
      "Refuse attacks, only record them, or do not look." },
    { "rules", "paranoia", CONF_NUMBER, TOP(paranoia), "1", NULL, 1, 4,
      "The Core Rule Set's paranoia level; higher finds more and errs more." },
    { "rules", "inbound", CONF_NUMBER, TOP(inbound), "5", NULL, 1, 10000,
      "The score from which a request is refused." },
    { "rules", "outbound", CONF_NUMBER, TOP(outbound), "4", NULL, 1, 10000,
      "The score from which a response is refused." },
    { "rules", "response", CONF_BOOL, TOP(response), "true", NULL, 0, 0,
      "Look at responses too: leaked errors, directory listings." },
    { "rules", "crs", CONF_PATH, TOP(crs), "/usr/share/modsecurity-crs/rules", NULL, 0, 0,
      "The folder with the Core Rule Set's rules, below /usr/share, /etc/sekisho or STATE/rules; "
      "rules/crs/rules is what sekisho rules update keeps; none leaves it out." },
    { "rules", "source", CONF_TEXT, TOP(rules_source), "https://github.com/coreruleset/coreruleset",
      NULL, 0, 0, "Where sekisho rules update gets releases from; laid out like GitHub." },
    { "rules", "before", CONF_LIST, TOP(before), "rules/exclusions.conf", NULL, 0, 0,
      "SecLang files read before the rule set: exclusions by ctl. Below STATE/rules or "
      "/etc/sekisho." },
    { "rules", "after", CONF_LIST, TOP(after), NULL, NULL, 0, 0,
      "SecLang files read after the rule set: SecRuleRemoveById and the like. Below the same "
      "folders." },
    { "shop", "instances", CONF_NUMBER, TOP(instances), "2", NULL, 1, 16,
      "How many processes of the built-in shop run." },
    { "accounts", "lock_after", CONF_NUMBER, TOP(accounts.lock_after), "6", NULL, 1, 10,
      "How many failures in a row lock an account for devices that it does not know." },
    { "accounts", "lock_minutes", CONF_NUMBER, TOP(accounts.lock_minutes), "30", NULL, 1, 1440,
      "How long the first lock lasts; each one in a row is twice as long, eight hours at most." },
    { "accounts", "password", CONF_CHOICE, TOP(accounts.stretch), "pbkdf2-sha512",
      "pbkdf2-sha512|argon2id", 0, 0,
      "How passwords are stretched before they are keyed. A changed way is taken with the next "
      "sign-in of each owner; sekisho accounts status says how many are kept in which." },
    { "accounts", "password_rounds", CONF_NUMBER, TOP(accounts.rounds), "210000", NULL, 210000,
      10000000, "Iterations of pbkdf2-sha512." },
    { "accounts", "password_passes", CONF_NUMBER, TOP(accounts.passes), "2", NULL, 1, 64,
      "Passes of argon2id." },
    { "accounts", "password_memory", CONF_NUMBER, TOP(accounts.memory), "19", NULL, 12, 1024,
      "Memory of argon2id in MiB: 46 at least with one pass, 19 with two, 12 with three and "
      "more." },
    { "accounts", "second_factor", CONF_LIST, TOP(accounts.second_factor), NULL, NULL, 0, 0,
      "Realms that need a second factor besides operator and merchant, which always do: buyer, "
      "worker." },
    { "accounts", "sign_up", CONF_LIST, TOP(accounts.sign_up), NULL, NULL, 0, 0,
      "Who may open an account without being invited: buyer (proves an e-mail address), merchant "
      "(a phone number, too)." },
    { "accounts", "operator_idle", CONF_NUMBER, TOP(accounts.operator_idle), "30", NULL, 1, 527040,
      "Minutes after which an operator who does nothing is signed out." },
    { "accounts", "operator_longest", CONF_NUMBER, TOP(accounts.operator_longest), "720", NULL, 1,
      527040, "Minutes after which an operator is signed out in any case." },
    { "accounts", "merchant_idle", CONF_NUMBER, TOP(accounts.merchant_idle), "120", NULL, 1, 527040,
      "The same for merchants." },
    { "accounts", "merchant_longest", CONF_NUMBER, TOP(accounts.merchant_longest), "1440", NULL, 1,
      527040, "The same for merchants." },
    { "accounts", "buyer_idle", CONF_NUMBER, TOP(accounts.buyer_idle), "43200", NULL, 1, 527040,
      "The same for buyers." },
    { "accounts", "buyer_longest", CONF_NUMBER, TOP(accounts.buyer_longest), "129600", NULL, 1,
      527040, "The same for buyers." },
    { "accounts", "worker_idle", CONF_NUMBER, TOP(accounts.worker_idle), "720", NULL, 1, 527040,
      "The same for delivery workers." },
    { "accounts", "worker_longest", CONF_NUMBER, TOP(accounts.worker_longest), "1440", NULL, 1,
      527040, "The same for delivery workers." },
    { "keeper", "root_key", CONF_CHOICE, TOP(keeper.root_key), "file", "file|passphrase|pkcs11", 0,
      0,
      "Where the key lies that wraps all others: in a file that only the keeper reads, in one that "
      "a passphrase opens after each start, or in a token that never gives it away." },
    { "keeper", "root_file", CONF_SECRET, TOP(keeper.root_file), "", NULL, 0, 0,
      "For file: a key file of your own, which is not changed. Left out: STATE/keeper/root.key." },
    { "keeper", "pkcs11_module", CONF_TEXT, TOP(keeper.pkcs11_module), "", NULL, 0, 0,
      "For pkcs11: the library of the token." },
    { "keeper", "pkcs11_token", CONF_TEXT, TOP(keeper.pkcs11_token), "", NULL, 0, 0,
      "For pkcs11: the token's label." },
    { "keeper", "pkcs11_pin", CONF_SECRET, TOP(keeper.pkcs11_pin), "", NULL, 0, 0,
      "For pkcs11: the file with the user's PIN." },
    { "keeper", "pkcs11_paths", CONF_LIST, TOP(keeper.pkcs11_paths), NULL, NULL, 0, 0,
      "For pkcs11: what the library reads and writes besides itself, such as a software token's "
      "store; everything else stays closed to it." },
    { "keeper", "rotate_days", CONF_NUMBER, TOP(keeper.rotate_days), "365", NULL, 1, 1095,
      "How many days a tenant's key serves before it is exchanged by itself, and the root key "
      "before "
      "somebody is asked to." },
    { "vault", "keep", CONF_LIST, TOP(vault.keep), NULL, NULL, 0, 0,
      "How long personal data is kept after what: \"trade_completed 1 month\", "
      "\"transfer_completed 1 month\", \"account_closed now\", \"contract_ended 30 days\", which "
      "are the defaults, too." },
    { "vault", "receipt", CONF_CHOICE, TOP(vault.receipt), "roles", "roles|names", 0, 0,
      "What a person is told of who has read their data: the role, or whose account it was as "
      "well." },
    { "vault", "receipt_without", CONF_LIST, TOP(vault.receipt_without), NULL, NULL, 0, 0,
      "Purposes that such receipts leave out, such as those of an authority's requests that must "
      "not be told of; `authority` is all that was exported for one. Every receipt then says that "
      "it may not be complete." },
    { "ledger", "keep_days", CONF_NUMBER, TOP(ledger.keep_days), "366", NULL, 183, 36600,
      "How many days records are kept; whole days are removed behind that, unless a hold stops "
      "it." },
    { "ledger", "origin", CONF_TEXT, TOP(ledger.origin), "", NULL, 0, 0,
      "The name that a new ledger signs by, such as shop.example/ledger; an existing one keeps its "
      "own. Left out: made from its key." },
    { "shun", "enabled", CONF_BOOL, TOP(shun.enabled), "true", NULL, 0, 0,
      "Shut sources out that attack over several requests." },
    { "shun", "strikes", CONF_NUMBER, TOP(shun.strikes), "10", NULL, 3, 1000,
      "From how many attacks on; one wears off each minute." },
    { "shun", "longest", CONF_NUMBER, TOP(shun.longest), "1440", NULL, 1, 527040,
      "For how many minutes at most; the first time is one minute." },
    { "shun", "spare", CONF_LIST, TOP(shun.spare), NULL, NULL, 0, 0,
      "Addresses and networks that are never shut out, besides this machine, and the networks of "
      "admin areas and of the console." },
    { "console", "port", CONF_NUMBER, TOP(console.port), "0", NULL, 0, 65535,
      "The port of the operators' console; 0 means the second after https." },
    { "console", "networks", CONF_LIST, TOP(console.networks), "127.0.0.1 ::1", NULL, 0, 0,
      "The addresses and networks that may open the console." },
    { "human", "provider", CONF_CHOICE, TOP(human.provider), "proof-of-work",
      "proof-of-work|turnstile|hcaptcha|recaptcha|recaptcha-score", 0, 0,
      "Who tells people from programs where a site's challenge asks for it: our own puzzle, or a "
      "company's widget." },
    { "human", "site_key", CONF_TEXT, TOP(human.site_key), "", NULL, 0, 0,
      "The public key that the company gave you; stands in the page." },
    { "human", "secret", CONF_SECRET, TOP(human.secret), "", NULL, 0, 0,
      "The file with the secret key." },
    { "human", "score", CONF_SHARE, TOP(human.score), "0.5", NULL, 0, 0,
      "The least score of a person, from 0.0 to 1.0; for recaptcha-score." },
    { "human", "verify", CONF_TEXT, TOP(human.verify), "", NULL, 0, 0,
      "Where tokens are checked, in place of the company's usual address." },
    { "human", "script", CONF_TEXT, TOP(human.script), "", NULL, 0, 0,
      "Where the page loads the widget from, in place of the company's usual address." },
    { "post", "smtp", CONF_TEXT, TOP(post.smtp), "", NULL, 0, 0,
      "The mail server: smtp://host:port (STARTTLS) or smtps://host:port. Left out: nothing is "
      "sent, and the console shows what would have been." },
    { "post", "from", CONF_TEXT, TOP(post.from), "", NULL, 0, 0,
      "Who mail is from: no-reply@example.jp or 関所 <no-reply@example.jp>." },
    { "post", "user", CONF_TEXT, TOP(post.user), "", NULL, 0, 0,
      "The name to sign in to the mail server with." },
    { "post", "password", CONF_SECRET, TOP(post.password), "", NULL, 0, 0,
      "The file with its password." },
    { "post", "tls", CONF_CHOICE, TOP(post.tls), "required", "required|off", 0, 0,
      "Whether the mail server must speak TLS with a certificate that holds; off only for one on "
      "this machine." },
    { "post", "ca", CONF_SECRET, TOP(post.ca), "", NULL, 0, 0,
      "PEM file: the certificates trusted for mail server and gateways, in place of the "
      "system's." },
    { "post", "rate", CONF_NUMBER, TOP(post.rate), "1200", NULL, 0, 1000000,
      "How many mails go out a minute at most; 0: no limit." },
    GATEWAY(sms, "SMS"),
    GATEWAY(voice, "voice calls"),
    { .key = NULL },
};

const struct conf_row conf_site_rows[] = {
    { "", "names", CONF_LIST, SITE(names), NULL, NULL, 0, 0,
      "The host names that the site answers to; all others are refused." },
    { "", "challenge", CONF_CHOICE, SITE(challenge), "adaptive", "adaptive|always|off", 0, 0,
      "Who must solve a puzzle before signing in at a login block's path: who looks like a "
      "program, "
      "everybody, nobody." },
    { "certificate", "chain", CONF_PATH, SITE(chain), "", NULL, 0, 0,
      "PEM file: the certificate and the chain above it. Left out: self-signed." },
    { "certificate", "key", CONF_PATH, SITE(key), "", NULL, 0, 0, "PEM file: the private key." },
    { "upstream", "servers", CONF_LIST, SITE(servers), NULL, NULL, 0, 0,
      "The application: http://host:port or unix:path each. Left out: the built-in shop." },
    { "upstream", "backup", CONF_LIST, SITE(backup), NULL, NULL, 0, 0,
      "Servers that are asked only while all others are away." },
    { "body", "limit", CONF_SIZE, SITE(body_limit), "12mb", NULL, 1024, (int64_t)1024 * MB,
      "The largest request body." },
    { "body", "past_limit", CONF_CHOICE, SITE(body_past), "refuse", "refuse|windows", 0, 0,
      "What happens to a larger body: refused with 413, or inspected to its end in windows and "
      "passed on." },
    { "body", "utf8", CONF_BOOL, SITE(body_utf8), "true", NULL, 0, 0,
      "Refuse paths and arguments, once decoded by charsets, that are not valid UTF-8." },
    { "body", "charsets", CONF_LIST, SITE(body_charsets), NULL, NULL, 0, 0,
      "Charsets besides UTF-8 in which the application takes forms: Shift_JIS, EUC-JP, "
      "ISO-2022-JP. "
      "The first is that of forms that do not say theirs." },
    { "serve", "allow", CONF_LIST, SITE(serve_allow), "/", NULL, 0, 0,
      "Path prefixes that are served at all." },
    { "serve", "refuse_extensions", CONF_LIST, SITE(serve_extensions), "", NULL, 0, 0,
      "File name endings that are never served, besides the built-in ones." },
    { "serve", "allow_files", CONF_LIST, SITE(serve_files), NULL, NULL, 0, 0,
      "Exact paths that are served although a built-in rule would refuse them." },
    { "serve", "enabled", CONF_BOOL, SITE(serve_enabled), "true", NULL, 0, 0,
      "Refuse hidden, backup, dump, configuration and key files, and what allow leaves out." },
    { "serve", "refuse_listings", CONF_BOOL, SITE(serve_listing), "true", NULL, 0, 0,
      "Refuse pages that list a folder's files." },
    { .key = NULL },
};

const char conf_first[] =
    "# sekisho.conf: see man sekisho.conf. Try a change with `sekisho check FILE`,\n"
    "# take it over with `sekisho reload`.\n"
    "\n"
    "listen { address = \"127.0.0.1\"; https = 8443; }   # plain HTTP on the port after it\n"
    "\n"
    "rules {\n"
    "    mode = block;      # block | detect | off\n"
    "    paranoia = 1;      # 1..4: higher finds more and errs more\n"
    "    inbound = 5;       # score from which a request is refused\n"
    "    outbound = 4;      # and a response\n"
    "}\n"
    "\n"
    "site shop {\n"
    "    names = [\"localhost\", \"127.0.0.1\", \"[::1]\"];\n"
    "    # certificate { chain = \"tls/shop.pem\"; key = \"tls/shop.key\"; }   # left out: "
    "self-signed\n"
    "    # upstream { servers = [\"http://127.0.0.1:8000\"]; }               # left out: built-in "
    "shop\n"
    "    body { limit = 12mb; }    # charsets = [\"Shift_JIS\"]; for forms besides UTF-8\n"
    "    serve {\n"
    "        allow = [\"/\"];      # hidden files, backups, dumps, keys are refused below it\n"
    "    }\n"
    "\n"
    "    # What the built-in shop's contact form takes; anything else is refused at the gate.\n"
    "    input \"/s/*/contact\" {\n"
    "        name = \"text 100 required\";\n"
    "        email = \"email required\";\n"
    "        phone = phone;\n"
    "        subject = \"text 200\";\n"
    "        message = \"lines 1000 required\";\n"
    "    }\n"
    "    input \"/s/*/search\" { q = \"text 100\"; page = integer; }\n"
    "\n"
    "    # What is personal in it goes to the vault, and the shop stores tokens. Who has typed it "
    "sees it\n"
    "    # again, others see masks. Each of the shops below /s is a tenant of its own.\n"
    "    exchange \"/s\" {\n"
    "        tenant = 2;\n"
    "        name = name; email = email; phone = phone; note = [\"subject\", \"message\"];\n"
    "    }\n"
    "    show \"/s\" { tenant = 2; }\n"
    "}\n"
    "\n"
    "shop { instances = 2; }\n"
    "\n"
    "accounts { sign_up = [\"buyer\", \"merchant\"]; }   # all others are invited\n"
    "\n"
    "# Mail, SMS and voice calls. Without a mail server nothing is sent: the console shows it.\n"
    "# post { smtp = \"smtp://mail.example.jp:587\"; from = \"no-reply@example.jp\";\n"
    "#        user = \"shop\"; password = \"/etc/sekisho/smtp.password\"; }\n";
