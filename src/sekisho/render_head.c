/* What the head of a request may say about the rest of it. A body that the rules cannot read is one
 * that they would let pass unseen, and a header that the application takes for one of ours would be
 * believed. */
#include "sekisho/render.h"

/* Applications on CGI's model (RFC 3875, section 4.1.18: PHP, WSGI, Rack) see X_Real_IP, X.Real.IP
 * and X-Real-IP under one name, so the client's would stand for the gate's. Only spellings that are
 * not the real one are refused: those that hold a byte which is no letter, digit or hyphen. */
static const char disguised[] =
    "^(?![a-z0-9-]*$)(?:x[^a-z0-9](?:forwarded|real|request|original|rewrite|client|cluster|host|"
    "http)(?:[^a-z0-9].*)?|content[^a-z0-9](?:type|length|encoding)|transfer[^a-z0-9]encoding|"
    "(?:true[^a-z0-9])?client[^a-z0-9]ip)$";

void
render_head(struct sk_buf *out)
{
    sk_buf_printf(out,
                  "SecRule REQUEST_HEADERS_NAMES \"@rx %s\" "
                  "\"id:%d,phase:1,t:none,t:lowercase,log,auditlog,deny,status:400,"
                  "tag:'sekisho/head',severity:'CRITICAL',"
                  "msg:'A header that applications take for another one',"
                  "logdata:'%%{MATCHED_VAR}'\"\n",
                  disguised, RULE_BASE + 7);
    sk_buf_printf(out,
                  "SecRule REQUEST_HEADERS:Content-Encoding \"!@rx ^(?:identity)?$\" "
                  "\"id:%d,phase:1,t:none,t:lowercase,log,auditlog,deny,status:415,"
                  "tag:'sekisho/body',severity:'CRITICAL',"
                  "msg:'Compressed request bodies are not taken'\"\n",
                  RULE_BASE + 8);
}

/* Also a body without a type: applications guess then, and guess differently. */
void
render_unread(struct sk_buf *out)
{
    sk_buf_printf(out,
                  "SecRule REQUEST_BODY_LENGTH \"@gt 0\" "
                  "\"id:%d,phase:2,t:none,log,auditlog,deny,status:415,tag:'sekisho/body',"
                  "severity:'CRITICAL',msg:'A body of a kind that cannot be inspected',"
                  "logdata:'%%{REQUEST_HEADERS.Content-Type}',chain\"\n"
                  "SecRule REQBODY_PROCESSOR \"!@rx ^(?:URLENCODED|MULTIPART|JSON|XML)$\" "
                  "\"t:none\"\n",
                  RULE_BASE + 9);
}
