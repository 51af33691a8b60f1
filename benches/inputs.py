#!/usr/bin/python3
"""What is measured with: the rules file and the request files, written into a folder.

    benches/inputs.py DIR    writes DIR/rules.conf and DIR/WORKLOAD.list"""
import glob
import os
import sys

from workloads import WORKLOADS

RULES = r"""
SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 131072
SecRequestBodyLimitAction Reject
SecRequestBodyJsonDepthLimit 512
SecArgumentsLimit 1000
SecPcreMatchLimit 1000
SecPcreMatchLimitRecursion 1000
SecResponseBodyAccess {response}
SecResponseBodyMimeType text/plain text/html text/xml
SecResponseBodyLimit 524288
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
Include /etc/modsecurity/crs/crs-setup.conf
SecAction "id:900000,phase:1,nolog,pass,t:none,setvar:tx.paranoia_level={paranoia}"
"""
# 941310 looks for US-ASCII with the eighth bit set and finds it in UTF-8: it refuses every other
# Japanese sentence (the bytes 0xBC and 0xBE are common). No Japanese shop can run with it.
AFTER = "SecRuleRemoveById 941310\n"
RULE_FILES = "/usr/share/modsecurity-crs/rules/*.conf"


def requests(run, names):
    """{workload: (its list for the generator, how many requests)}"""
    made = {}
    for name in names:
        paths = []
        for n, one in enumerate(WORKLOADS[name]()):
            paths.append(os.path.join(run, "%s-%d" % (name, n)))
            with open(paths[-1], "wb") as file:
                file.write(one)
        listing = os.path.join(run, name + ".list")
        with open(listing, "w", encoding="ascii") as file:
            file.write("\n".join(paths) + "\n")
        made[name] = (listing, len(paths))
    return made


def rules(run, paranoia, response):
    """The path of the rules file: recommended settings, Debian's Core Rule Set."""
    path = os.path.join(run, "rules.conf")
    files = sorted(glob.glob(RULE_FILES))
    if not files:
        sys.exit("bench: no Core Rule Set: apt-get install modsecurity-crs")
    with open(path, "w", encoding="utf-8") as file:
        file.write(RULES.format(paranoia=paranoia, response="On" if response else "Off"))
        file.writelines("Include %s\n" % name for name in files)
        file.write(AFTER)
    return path


if __name__ == "__main__":
    rules(sys.argv[1], 1, False)
    requests(sys.argv[1], WORKLOADS)
