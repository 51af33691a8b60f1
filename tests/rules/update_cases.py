"""`sekisho rules update`: a small release made here, signed with a key made here, from a file, a
folder and a server on this machine."""
import functools
import http.client
import http.server
import io
import os
import ssl
import subprocess
import sys
import tarfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import instance  # noqa: E402
import servers  # noqa: E402

VERSION = "9.8.7"
RULES = """SecRule &TX:crs_setup_version "@eq 0" "id:901001,phase:1,deny,status:500,log,\\
ver:'OWASP_CRS/%s'"
SecRule ARGS "@rx attack%s" "id:942001,phase:2,deny,status:403,log,t:none,t:lowercase,msg:'an attack'"
"""
TESTS = """---
rule_id: 942001
tests:
  - test_id: 1
    stages:
      - input:
          headers: {Host: localhost}
          uri: "/?q=%s"
        output:
          log: {expect_ids: [942001]}
  - test_id: 2
    stages:
      - input:
          method: POST
          headers: {Host: localhost}
          uri: "/post"
          data: "q=a friendly word"
        output:
          log: {no_expect_ids: [942001]}
"""


class Release:
    """What a release is made of; names below its top folder."""

    def __init__(self, version=VERSION, pattern="", query="ATTACK", rules=None):
        self.files = {
            "rules/REQUEST-901-INITIALIZATION.conf": rules or RULES % (version, pattern),
            "crs-setup.conf.example": "# settings\n",
            "tests/regression/tests/REQUEST-942/942001.yaml": TESTS % query,
        }
        self.extra = []  # tarfile.TarInfo, as they are

    def archive(self, path):
        with tarfile.open(path, "w:gz") as tar:
            for name, text in self.files.items():
                info = tarfile.TarInfo("coreruleset-%s/%s" % (VERSION, name))
                info.size = len(text.encode())
                tar.addfile(info, io.BytesIO(text.encode()))
            for info in self.extra:
                tar.addfile(info)
        return path

    def folder(self, path):
        for name, text in self.files.items():
            place = os.path.join(path, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "w", encoding="utf-8") as file:
                file.write(text)
        return path


class Key:
    """A key of its own in a folder of its own; made once."""

    def __init__(self, folder):
        self.home = os.path.join(folder, "gpg")
        os.makedirs(self.home, 0o700, exist_ok=True)
        self.ring = os.path.join(folder, "ring.gpg")
        self.gpg("--quick-gen-key", "--passphrase", "", "test@example.jp", "ed25519", "sign", "never")
        with open(self.ring, "wb") as file:
            file.write(self.gpg("--export"))

    def gpg(self, *words):
        done = subprocess.run(["gpg", "--homedir", self.home, "--batch", "--yes", "--quiet", "--pinentry-mode",
                               "loopback", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def sign(self, path):
        self.gpg("--armor", "--detach-sign", "--output", path + ".asc", path)
        return path

    def close(self):
        subprocess.run(["gpgconf", "--homedir", self.home, "--kill", "all"], check=False)


def in_force(world):
    link = os.path.join(world.state, "rules", "crs")
    return os.readlink(link) if os.path.islink(link) else None


def left_over(world):
    folder = os.path.join(world.state, "rules")
    return [n for n in os.listdir(folder) if n.startswith(".")] if os.path.isdir(folder) else []


def refused(world, status, wanted, *words):
    """An update that ends with a sentence and has changed nothing."""
    before = in_force(world)
    text = world.run("update", *words, status=status)
    assert wanted in text, text
    assert in_force(world) == before and not left_over(world), (in_force(world), left_over(world))


def signed(world, release, key):
    return key.sign(release.archive(os.path.join(world.folder, "release.tar.gz")))


def update_takes_a_signed_release_and_goes_back(world, key):
    path = signed(world, Release(), key)
    text = world.run("update", "--from", path, "--keyring", key.ring)
    for wanted in ("signed by", "version 9.8.7", "2 passed, 0 failed", "crs-9.8.7"):
        assert wanted in text, text
    assert in_force(world) == "crs-9.8.7" and not left_over(world)
    assert "in force already" in world.run("update", "--from", path, "--keyring", key.ring)
    path = signed(world, Release("9.9.0"), key)
    world.run("update", "--from", path, "--keyring", key.ring)
    assert in_force(world) == "crs-9.9.0"
    world.run("update", "--undo")
    assert in_force(world) == "crs-9.8.7"
    world.run("update", "--undo")
    assert in_force(world) == "crs-9.9.0"


def update_puts_its_rules_in_force(world, key):
    world.text("var/sekisho.conf", 'rules { crs = "rules/crs/rules"; before = []; }\n'
               'site shop { names = ["localhost"]; }\n')
    world.run("update", "--from", signed(world, Release(), key), "--keyring", key.ring)
    text = world.run("why", "--request", world.text(
        "request.txt", "GET /?q=attack HTTP/1.1\nHost: localhost\nUser-Agent: a\nAccept: */*\n\n"))
    assert "REFUSED with 403 by rule 942001" in text, text
    assert "crs/rules/REQUEST-901" in text, text


def update_only_checks(world, key):
    path = signed(world, Release(), key)
    assert "nothing was changed" in world.run("update", "--from", path, "--keyring", key.ring, "--check")
    assert in_force(world) is None and not left_over(world)


def update_refuses_a_wrong_signature(world, key):
    path = signed(world, Release(), key)
    with open(path, "ab") as file:
        file.write(b"x")
    refused(world, 3, "the signature is not good", "--from", path, "--keyring", key.ring)
    os.remove(path + ".asc")
    refused(world, 3, "--unsigned", "--from", path, "--keyring", key.ring)
    refused(world, 3, "--unsigned", "--from", Release().folder(os.path.join(world.folder, "tree")))


def update_refuses_another_key(world, key):
    path = signed(world, Release(), key)
    other = Key(os.path.join(world.folder, "other"))
    other.close()
    refused(world, 3, "the signature is not good", "--from", path, "--keyring", other.ring)
    refused(world, 4, "keyring", "--from", path, "--keyring", os.path.join(world.folder, "none"))


def update_refuses_rules_that_do_not_load(world, _key):
    broken = RULES % (VERSION, "") + 'SecRule ARGS "@rx (" "id:5,phase:2,deny"\n'
    tree = Release(rules=broken).folder(os.path.join(world.folder, "tree"))
    refused(world, 2, "REQUEST-901-INITIALIZATION.conf:4:19", "--from", tree, "--unsigned")


def update_refuses_a_release_that_fails_its_tests(world, _key):
    tree = Release(query="harmless").folder(os.path.join(world.folder, "tree"))
    refused(world, 2, "1 of the release's own tests fail", "--from", tree, "--unsigned")


def update_refuses_what_would_refuse_the_sites_own_traffic(world, _key):
    world.text("var/replay/search.txt", "GET /?q=an%20attacker HTTP/1.1\nHost: localhost\nUser-Agent: a\n"
               "Accept: */*\n\n")
    tree = Release().folder(os.path.join(world.folder, "tree"))
    refused(world, 3, "now refused by rule 942001: search.txt", "--from", tree, "--unsigned")
    world.text("var/rules/exclusions.conf",
               'SecRule REQUEST_FILENAME "@streq /" "id:9950001,phase:1,pass,nolog,t:none,'
               'ctl:ruleRemoveById=942001"\n')
    world.text("var/sekisho.conf", 'site shop { names = ["localhost"]; }\n')
    assert "0 newly refused" in world.run("update", "--from", tree, "--unsigned")


def update_refuses_archives_that_reach_out(world, _key):
    link = tarfile.TarInfo("coreruleset-9.8.7/rules/evil.conf")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    up = tarfile.TarInfo("coreruleset-9.8.7/../../../escaped.conf")
    device = tarfile.TarInfo("coreruleset-9.8.7/rules/fifo.conf")
    device.type = tarfile.FIFOTYPE
    for extra, words in ((link, "neither file nor folder"), (up, "tar:"), (device, "neither file nor folder")):
        release = Release()
        release.extra.append(extra)
        path = release.archive(os.path.join(world.folder, "release.tar.gz"))
        refused(world, 2 if words == "tar:" else 3, words, "--from", path, "--unsigned")
    found = [n for root, _, names in os.walk(world.folder) for n in names if n == "escaped.conf"]
    assert not found, found


def update_refuses_what_is_no_release(world, _key):
    refused(world, 2, "no folder rules", "--from", world.text("tree/readme", "x") and
            os.path.join(world.folder, "tree"), "--unsigned")
    refused(world, 2, "tar", "--from", world.text("x.tar.gz", "this is no archive"), "--unsigned")
    refused(world, 4, "no such file", "--from", "/nonexistent.tar.gz")
    refused(world, 3, "expected an https address", "--from", "http://example.com/x.tar.gz")


def update_reloads_a_gate_that_runs_and_goes_back_when_it_refuses(world, key):
    """With the release build: a module with sanitizers would need nginx to be started otherwise."""
    port = instance.free_ports()
    world.text("var/sekisho.conf", 'listen { https = %d; }\nrules { crs = "rules/crs/rules"; before = []; }\n'
               'site shop { names = ["localhost"]; }\n' % port)
    world.run("update", "--from", signed(world, Release(pattern="1", query="attack1"), key), "--keyring", key.ring)
    gate = Gate(world, port)
    try:
        gate.answers(403, 200)
        path = signed(world, Release("9.9.0", pattern="2", query="attack2"), key)
        text = world.run("update", "--from", path, "--keyring", key.ring)
        assert "new workers serve" in text, text
        gate.answers(200, 403)
        world.text("var/rules/crs-9.8.7/rules/REQUEST-999.conf", 'SecRule ARGS "@rx (" "id:5,phase:2,deny"\n')
        text = world.run("update", "--undo", status=2)
        assert "the old ones stay" in text and "REQUEST-999.conf:1:19" in text, text
        assert in_force(world) == "crs-9.9.0"
        gate.answers(200, 403)
    finally:
        gate.stop()


class Gate:
    """`sekisho up` of the release build over the world's state."""

    SEKISHO = os.path.join(servers.TOP, "build", "release", "sekisho")

    def __init__(self, world, port):
        self.state, self.port = world.state, port
        done = subprocess.run([self.SEKISHO, "up", "--detach", "--state", self.state], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stdout

    def answers(self, *statuses):
        """To attack1 and attack2, in the end: an old worker may answer for a moment."""
        for _ in range(200):
            found = self.asks("attack1"), self.asks("attack2")
            if found == statuses:
                return
            time.sleep(0.1)
        raise AssertionError("the gate answers %s, not %s" % (found, statuses))

    def asks(self, query):
        """The status that the gate answers with."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        connection.request("GET", "/?q=" + query, headers={"Host": "localhost", "User-Agent": "a"})
        status = connection.getresponse().status
        connection.close()
        return status

    def stop(self):
        subprocess.run([self.SEKISHO, "stop", "--state", self.state], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Server:
    """A source laid out like GitHub, on a free port."""

    def __init__(self, folder):
        handler = functools.partial(self.Handler, directory=folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            if self.path != "/releases/latest":
                super().do_GET()
                return
            self.send_response(302)
            self.send_header("Location", "/releases/tag/v" + VERSION)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args):
            pass

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def update_fetches_the_newest_release_from_its_source(world, key):
    top = os.path.join(world.folder, "source")
    tags = os.path.join(top, "archive", "refs", "tags")
    downloads = os.path.join(top, "releases", "download", "v" + VERSION)
    os.makedirs(tags)
    os.makedirs(downloads)
    path = key.sign(Release().archive(os.path.join(tags, "v%s.tar.gz" % VERSION)))
    os.rename(path + ".asc", os.path.join(downloads, "coreruleset-%s.tar.gz.asc" % VERSION))
    server = Server(top)
    try:
        world.text("var/sekisho.conf", 'rules { source = "%s"; before = []; }\n'
                   'site shop { names = ["localhost"]; }\n' % server.url)
        refused(world, 2, "curl", "1.2.3", "--keyring", key.ring)
        refused(world, 2, "no version", "../x", "--keyring", key.ring)
        text = world.run("update", "--keyring", key.ring)
        assert "fetched" in text and "signed by" in text, text
        assert in_force(world) == "crs-" + VERSION
    finally:
        server.stop()


CASES = (
    update_takes_a_signed_release_and_goes_back,
    update_puts_its_rules_in_force,
    update_only_checks,
    update_refuses_a_wrong_signature,
    update_refuses_another_key,
    update_refuses_rules_that_do_not_load,
    update_refuses_a_release_that_fails_its_tests,
    update_refuses_what_would_refuse_the_sites_own_traffic,
    update_refuses_archives_that_reach_out,
    update_refuses_what_is_no_release,
    update_fetches_the_newest_release_from_its_source,
    update_reloads_a_gate_that_runs_and_goes_back_when_it_refuses,
)
