/* Rule ids of our own; the Core Rule Set's lie between 900000 and 999999. */
#ifndef SK_EXPLAIN_OWN_RULES_H
#define SK_EXPLAIN_OWN_RULES_H

enum {
    RULE_BASE = 9900000,  /* bodies, encodings, limits */
    RULE_SERVE = 9901000, /* GATE-05 */
    RULE_SETUP = 9902000, /* the Core Rule Set's settings */
    RULE_AREA =
        9903000, /* the gate's own: 1 network, 2 two areas, 3 no right, 4 signed out, 5 away */
    RULE_AREA_END = 9903010,
    RULE_LOGIN = 9903010, /* the gate's own: 1 too many failures, 2 a challenge comes first */
    RULE_LOGIN_END = 9903020,
    RULE_EXCHANGE = 9903020, /* the gate's own: 1 the vault is away, 2 two readings, 3 too large */
    RULE_EXCHANGE_END = 9903030,
    RULE_EXCHANGED = 9903030, /* what is exchanged is written into no log */
    RULE_INPUT = 9910000,     /* GATE-13: RULE_INPUT + route * RULE_ROUTE + ... */
    RULE_ROUTE = 400,
    RULE_OWN = 9950000, /* free for the operator's files: RULE_OWN..9959999 */
};

#endif
