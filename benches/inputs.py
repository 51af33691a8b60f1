"""What is measured with, written into a folder: rules files and packs of messages (see pack.h)."""
import glob
import os
import sys

import workloads

RULES = r"""
SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 131072
SecRequestBodyLimitAction Reject
SecRequestBodyJsonDepthLimit 512
SecArgumentsLimit {arguments}
SecPcreMatchLimit 1000
SecPcreMatchLimitRecursion 1000
SecResponseBodyAccess {response}
SecResponseBodyMimeType text/plain text/html text/xml
SecResponseBodyLimit 2097152
SecResponseBodyLimitAction ProcessPartial
SecArgumentSeparator &
SecCookieFormat 0
SecAuditEngine Off
SecRule REQUEST_HEADERS:Content-Type "^(?:application(?:/soap\+|/)|text/)xml" \
    "id:'200000',phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "^application/json" \
    "id:'200001',phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQBODY_ERROR "!@eq 0" "id:'200002',phase:2,t:none,log,deny,status:400,severity:2"
SecRule MULTIPART_STRICT_ERROR "!@eq 0" "id:'200003',phase:2,t:none,log,deny,status:400"
Include {setup}
SecAction "id:900000,phase:1,nolog,pass,t:none,setvar:tx.paranoia_level={level},\
    setvar:tx.blocking_paranoia_level={level},setvar:tx.detection_paranoia_level={level}"
{threshold}
"""
# Harmless requests are to be judged to the end by every engine, whatever its answer would be.
HIGH = ('SecAction "id:900110,phase:1,nolog,pass,t:none,setvar:tx.inbound_anomaly_score_threshold=100000,'
        'setvar:tx.outbound_anomaly_score_threshold=100000"')
DEBIAN = ("/etc/modsecurity/crs/crs-setup.conf", "/usr/share/modsecurity-crs/rules")
# How rules differ by workload: attacks are refused as usual, pages are inspected on their way out.
VARIANTS = {"run": {"threshold": HIGH, "response": "Off"},
            "page": {"threshold": HIGH, "response": "On"},
            "block": {"threshold": "", "response": "Off"}}


def variant(name):
    return {"page": "page", "attack": "block"}.get(name, "run")


def core_rule_set(folder):
    """(setup file, rule files) of Debian's package or of a release's folder."""
    setup, rules = DEBIAN
    if folder:
        setup, rules = os.path.join(folder, "crs-setup.conf.example"), os.path.join(folder, "rules")
    files = sorted(glob.glob(os.path.join(rules, "*.conf")))
    if not files or not os.path.exists(setup):
        sys.exit("bench: no Core Rule Set in %s: apt-get install modsecurity-crs" % rules)
    return setup, files


def rules(run, level, kind, arguments=1000, crs=None):
    """The path of a rules file: recommended settings, the Core Rule Set as it comes."""
    path = os.path.join(run, "rules-%d-%s.conf" % (level, kind))
    setup, files = core_rule_set(crs)
    with open(path, "w", encoding="utf-8") as file:
        file.write(RULES.format(level=level, arguments=arguments, setup=setup, **VARIANTS[kind]))
        file.writelines("Include %s\n" % name for name in files)
    return path


def pack(path, messages):
    with open(path, "wb") as file:
        for message in messages:
            file.write(b"%d\n" % len(message) + message)
    return path


def requests(run, names):
    """{workload: (its pack, how many requests, their mean size)}"""
    made = {}
    for name in names:
        drawn = workloads.draw(name)
        path = pack(os.path.join(run, name + ".pack"), drawn)
        made[name] = (path, len(drawn), sum(map(len, drawn)) / len(drawn))
    return made


def names(text):
    """The workloads of an option A,B."""
    chosen = text.split(",")
    for name in chosen:
        if name not in workloads.WORKLOADS:
            sys.exit("bench: no workload %s (one of %s)" % (name, ", ".join(workloads.WORKLOADS)))
    return chosen


def machine():
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        model = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return "%d × %s" % (len(model), model[0] if model else "unknown CPU")
