"""The rules that both engines load: recommended settings, a Core Rule Set at one paranoia level."""
import glob
import os
import re

DEBIAN = ("/etc/modsecurity/crs/crs-setup.conf", "/usr/share/modsecurity-crs/rules")
# SecRuleEngine DetectionOnly: every rule has its say. 901321 opens collections that outlive a
# request in libmodsecurity. The last rule tells the scores.
TEMPLATE = r"""
SecRuleEngine DetectionOnly
SecRequestBodyAccess On
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 131072
SecRequestBodyLimitAction Reject
SecRequestBodyJsonDepthLimit 512
SecArgumentsLimit 1000
SecPcreMatchLimit 100000
SecPcreMatchLimitRecursion 100000
SecResponseBodyAccess Off
SecArgumentSeparator &
SecCookieFormat 0
SecAuditEngine Off
SecUnicodeMapFile /etc/nginx/unicode.mapping 20127
SecRule REQUEST_HEADERS:Content-Type "^(?:application(?:/soap\+|/)|text/)xml" \
    "id:200000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "^application/json" \
    "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQBODY_ERROR "!@eq 0" "id:200002,phase:2,t:none,log,pass"
SecRule MULTIPART_STRICT_ERROR "!@eq 0" "id:200003,phase:2,t:none,log,pass"
SecRule MULTIPART_UNMATCHED_BOUNDARY "@eq 1" "id:200004,phase:2,t:none,log,pass"
Include {setup}
SecAction "id:900000,phase:1,nolog,pass,t:none,setvar:tx.paranoia_level={level},\
    setvar:tx.blocking_paranoia_level={level},setvar:tx.detection_paranoia_level={level},\
    setvar:tx.crs_validate_utf8_encoding=1"
{includes}
SecRuleRemoveById 901321
SecAction "id:999990,phase:5,pass,log,t:none,msg:'{scores}'"
"""
SCORES = ("anomaly_score", "sql_injection_score", "xss_score", "rfi_score", "lfi_score", "rce_score", "php_injection_score",
          "http_violation_score", "session_fixation_score")


PATTERN = re.compile(r'("!?@rx )((?:[^"\\]|\\.)*)(")')


def patterns(change):
    return lambda text: PATTERN.sub(lambda m: m[1] + change(m[2]) + m[3], text)


# As libmodsecurity reads patterns: what two backslashes stay, and with PCRE2's multi-line option.
DIALECTS = {
    "backslash": patterns(lambda pattern: pattern.replace("\\\\", "\\\\\\\\")),
    "multiline": patterns(lambda pattern: "(?m)" + pattern),
    "both": patterns(lambda pattern: "(?m)" + pattern.replace("\\\\", "\\\\\\\\")),
}


def translate(source, folder, change):
    """A copy of the rule file, changed, with the lists that it reads beside it."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, os.path.basename(source))
    with open(source, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as out:
        out.write(change(text))
    for data in glob.glob(os.path.join(os.path.dirname(source), "*.data")):
        link = os.path.join(folder, os.path.basename(data))
        if not os.path.lexists(link):
            os.symlink(data, link)
    return path


def write_main(path, setup, level, files):
    with open(path, "w", encoding="utf-8") as out:
        out.write(TEMPLATE.format(setup=setup, level=level, includes="\n".join("Include " + f for f in files),
                                  scores=", ".join(name + " %{tx." + name + "}" for name in SCORES)))


def write(folder, level, crs=None):
    """The path of the rules file; beside it the same in each dialect, as PATH.DIALECT."""
    setup, rules = (os.path.join(crs, "crs-setup.conf.example"), os.path.join(crs, "rules")) if crs else DEBIAN
    path = os.path.join(folder, "%s-%d.conf" % ("crs" if crs else "debian", level))
    files = sorted(glob.glob(os.path.join(rules, "*.conf")))
    if not files or not os.path.exists(setup):
        return None
    write_main(path, setup, level, files)
    for name, change in DIALECTS.items():
        copies = [translate(file, path + "." + name + ".d", change) for file in files]
        write_main(path + "." + name, setup, level, copies)
    return path
