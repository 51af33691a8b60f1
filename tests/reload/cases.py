"""The cases, in the order in which they run."""
import ctypes
import json
import os
import shutil
import signal
import subprocess
import time

import stand
from stand import CRS, SITE, Skipped, Stand, servers

CASES = []
RELOADS = 60
ALL_RELOADS = 1000


def case(function):
    CASES.append(function)
    return function


def say(text):
    print("        " + text, flush=True)


def crs():
    if not stand.has_crs():
        raise Skipped("the package modsecurity-crs is not installed")
    return CRS


def status(s):
    return json.loads(s.ask("/status")[1])


# ── time and memory of one rule set ──

READY_MS = 50      # what is promised, for the Core Rule Set
NOISE = 2          # a machine that does other things at the same time
RULE_SET_KB = 32 * 1024


def loaded(rules, cache):
    """Of several loads, each in a process of its own, the one that was least disturbed."""
    program = os.path.join(servers.TOP, "build/release/benches/sekisho_bench_loading")
    lines = [json.loads(subprocess.run([program, rules, cache], capture_output=True, text=True, check=True).stdout)
             for _ in range(6)]
    return lines[0], min(lines[1:], key=lambda line: line["load_ms"])


@case
def a_rule_set_is_ready_from_its_cache(_):
    more = crs()
    folder = servers.folder("sekisho-reload-")
    for level in (1, 4):
        rules = os.path.join(folder, "level%d.rules" % level)
        with open(rules, "w", encoding="utf-8") as file:
            file.write('SecAction "id:2,phase:1,nolog,pass,t:none,setvar:tx.paranoia_level=%d"\n' % level)
            file.write(stand.RULES.format(generation=0, more=more))
        first, later = loaded(rules, os.path.join(folder, "cache%d" % level))
        say("Debian's Core Rule Set, level %d: %.0f ms and %.1f MB when compiled; from the cache %.0f ms and %.1f MB"
            % (level, first["load_ms"], first["memory_kb"] / 1024, later["load_ms"], later["memory_kb"] / 1024))
        assert first["added"] > 0 and later["added"] == 0 and later["taken"] == first["added"], (first, later)
        assert later["load_ms"] < READY_MS * NOISE, later
        assert later["memory_kb"] < RULE_SET_KB, later


# ── under load ──

def flat(series, slack):
    """The last third is no higher than the second, but for `slack` kB."""
    third = len(series) // 3
    return max(series[2 * third:]) <= max(series[third:2 * third]) + slack


@case
def reloads_under_load_lose_no_request_and_leave_nothing_behind(options):
    count = ALL_RELOADS if options.all else RELOADS
    s = Stand(more=crs()).start()
    masters, workers, took = [], [], []
    try:
        with stand.Load(s.port) as load:
            for generation in range(1, count + 1):
                took.append(s.reload(generation))
                masters.append(stand.anonymous(s.process.pid))
                workers.append(max(map(stand.anonymous, s.children()[-2:])))
            time.sleep(0.3)
        s.settle(2)
        files = stand.open_files(s.process.pid)
        with_old = s.reload(count + 1)
        s.settle(2)
        say("%d reloads, %d requests, %d slow uploads, %d connections opened again; in force after %.0f ms (median), "
            "%.0f ms without load" % (count, load.done, load.uploads, load.reopened, sorted(took)[count // 2] * 1e3,
                                      with_old * 1e3))
        step = max(1, count // 12)
        say("master, kB:       " + " ".join(map(str, masters[step - 1::step])))
        say("newest worker, kB: " + " ".join(map(str, workers[step - 1::step])))
        assert not load.failed, "%d failed: %s" % (len(load.failed), load.failed[:3])
        assert load.done > 10 * count and load.uploads > 0, "there was hardly any load"
        assert flat(masters, 1024), "the master grows"
        assert flat(workers, 2048), "the workers grow"
        later = stand.open_files(s.process.pid)
        assert later == files, "the master kept open %s, then %s" % (files, later)
        assert status(s)["workers"]["restarts"] == 0, "workers died"
        assert "alert" not in s.said() and "signal 11" not in s.said(), s.said()[-500:]
    finally:
        s.stop()


@case
def workers_share_the_rules(_):
    s = Stand(workers=4, more=crs()).start()
    try:
        for _ in range(40):
            s.ask("/?q=%3Cscript%3E")
            s.ask("/?q=plain")
        rows = [("master", s.process.pid)] + [("worker", pid) for pid in s.children()]
        total = 0
        for name, pid in rows:
            m = stand.memory(pid)
            total += m["pss"]
            say("%s: own %5d kB, shared %5d kB, fair share %5d kB" % (name, m["private"], m["shared"], m["pss"]))
        say("two rule sets, nginx and four workers: %.1f MB" % (total / 1024))
        for pid in s.children():
            m = stand.memory(pid)
            assert m["private"] < 6000, "a worker has %d kB of its own" % m["private"]
        assert total < 32 * 1024, "%d kB for all" % total
    finally:
        s.stop()


# ── errors ──

@case
def an_error_keeps_the_old_rules_and_is_told(_):
    s = Stand(more=crs()).start()
    try:
        s.reload(1)
        before = status(s)["workers"]["generation"]
        s.write("base.rules", 'SecRuleEngine On\nSecRule ARGS "@rx (" "id:5,phase:2,deny"\n')
        s.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 10
        while "base.rules:2:" not in s.said() and time.monotonic() < end:
            time.sleep(0.02)
        assert "sekisho: rules: %s/base.rules:2:" % s.dir in s.said(), s.said()[-400:]
        assert s.ask(X_Generation="1")[0] == 418, "the old rules are gone"
        now = status(s)["workers"]
        assert now["generation"] == before, now
        refused = status(s)["refused_load"]
        assert refused["count"] == 1 and "base.rules:2:" in refused["why"], refused
        ok, text = s.test()
        assert not ok and "base.rules:2:" in text, text
        s.reload(2)
    finally:
        s.stop()


@case
def a_missing_list_of_words_keeps_the_old_rules(_):
    s = Stand(more='SecRule ARGS "@pmFromFile words.data" "id:7,phase:2,deny,status:403"\n')
    s.write("words.data", "forbidden\n")
    s.start()
    try:
        s.reload(1)
        os.rename(os.path.join(s.dir, "words.data"), os.path.join(s.dir, "words.gone"))
        s.rules(2)
        s.process.send_signal(signal.SIGHUP)
        time.sleep(0.7)
        assert "words.data" in s.said() and s.ask(X_Generation="1")[0] == 418
        s.write("words.data", "another\n")
        s.reload(3)
        s.settle(2)  # those of before may still answer
        assert s.ask("/?q=forbidden")[0] == 200 and s.ask("/?q=another")[0] == 403, "old words are still looked for"
    finally:
        s.stop()


# ── the cache's file ──

def filled(**words):
    """A stand whose cache was filled by nginx -t, and that file's path."""
    s = Stand(more=crs(), **words)
    ok, text = s.test()
    assert ok, text
    assert len(s.files()) == 1, s.files()
    return s, s.files()[0]


def still_guards(s, word, attack="/?q=1%27%20or%20%271%27=%271"):
    """It starts, refuses attacks, and says `word` in its log (None: nothing of the cache)."""
    s.start()
    try:
        assert s.ask(attack)[0] == 403 and s.ask("/?q=plain")[0] == 200
        if word is None:
            assert "sekisho_cache" not in s.said(), s.said()
        else:
            assert word in s.said(), "%r is not in %s" % (word, s.said()[-600:])
    finally:
        s.stop()


@case
def a_cache_file_that_is_whole_is_taken_and_left_alone(_):
    s, path = filled()
    before = os.stat(path)
    assert before.st_mode & 0o777 == 0o600 and os.stat(s.cache).st_mode & 0o777 == 0o700
    still_guards(s, None)
    assert os.stat(path).st_ino == before.st_ino, "it was written again"


@case
def a_damaged_cache_file_is_made_anew(_):
    s, path = filled()
    size = os.stat(path).st_size
    for at in (40, 70, 200, size - 100):  # maker, digest, table, a body
        with open(path, "r+b") as file:
            file.seek(at)
            byte = file.read(1)
            file.seek(at)
            file.write(bytes([byte[0] ^ 0x55]))
        inode = os.stat(path).st_ino
        still_guards(s, None if at == size - 100 else "passed over")
        assert os.stat(path).st_ino != inode, "damage at %d was not mended" % at
        os.remove(s.log)


@case
def a_foreign_or_cut_or_empty_cache_file_is_made_anew(_):
    s, path = filled()
    with open(path, "rb") as file:
        whole = file.read()
    for content in (b"", whole[:100], whole[:len(whole) // 2], os.urandom(5000),
                    b"sekisho rules 0\n" + whole[16:]):
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, 0o600)
        still_guards(s, "passed over")
        assert os.stat(path).st_size >= len(whole) * 0.9
        os.remove(s.log)


@case
def cache_files_of_other_versions_stay_few(_):
    s, path = filled()
    for i in range(6):
        shutil.copy(path, os.path.join(s.cache, "%016x.rules" % i))
    s.rules(1, 'SecRule ARGS "@pm something else" "id:8,phase:2,deny"\n')
    ok, text = s.test()
    assert ok and len(s.files()) <= 3 and path in s.files(), (text, s.files())


@case
def the_cache_does_not_grow_with_every_change(_):
    s = Stand(more='SecRule ARGS "@pm first last" "id:8,phase:2,deny"\n')
    sizes = []
    for i in range(25):
        s.rules(i, 'SecRule ARGS "@pm %s" "id:9,phase:2,deny"\n' % " ".join("word%02d-%d" % (i, k) for k in range(50)))
        ok, text = s.test()
        assert ok, text
        sizes.append(os.stat(s.files()[0]).st_size)
    assert max(sizes[12:]) <= max(sizes[:12]) * 1.1, sizes


@case
def many_lists_of_rules_fill_one_cache(_):
    lists = "".join("location /%d/ { sekisho_rules 'SecRule ARGS \"@pm word%d other\" \"id:%d,phase:2,deny\"'; "
                    "return 200 ok; }\n" % (i, i, 100 + i) for i in range(20))
    s = Stand(http=SITE.replace("location = /status", lists.replace("{", "{{").replace("}", "}}") + "location = /status"))
    ok, text = s.test()
    assert ok and "sekisho_cache" not in text, text
    inode = os.stat(s.files()[0]).st_ino
    ok, text = s.test()
    assert ok and os.stat(s.files()[0]).st_ino == inode, "a second load had something to add"
    still_guards(s, None, attack="/7/?q=word7")


@case
def a_cache_that_others_may_write_to_is_not_used(_):
    s, path = filled()
    os.chmod(path, 0o666)
    still_guards(s, "passed over")
    os.remove(s.log)
    os.chmod(s.cache, 0o777)
    still_guards(s, "no other may write")
    os.remove(s.log)
    os.chmod(s.cache, 0o700)
    os.rename(s.cache, s.cache + "-moved")
    os.symlink(s.cache + "-moved", s.cache)
    still_guards(s, "rules are compiled at every load")


@case
def a_cache_of_another_user_is_not_used(_):
    if os.geteuid() != 0:
        raise Skipped("only root can give files away")
    s, path = filled()
    os.chown(path, 65534, 65534)
    still_guards(s, "passed over")
    os.remove(s.log)
    os.chown(s.cache, 65534, 65534)
    still_guards(s, "must belong to root")


@case
def a_cache_file_that_is_a_pipe_or_a_link_is_not_read(_):
    s, path = filled()
    os.rename(path, path + ".aside")
    os.mkfifo(path)
    still_guards(s, "passed over")
    os.remove(s.log)
    os.remove(path)
    os.symlink(path + ".aside", path)
    still_guards(s, "passed over")


@case
def a_disk_without_room_costs_only_time(_):
    s = Stand(more=crs(), cache="small")
    os.makedirs(s.cache, 0o700)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "none", s.cache],
                             capture_output=True, check=False)
    if mounted.returncode != 0:
        raise Skipped("a small disk cannot be mounted here")
    try:
        still_guards(s, "No space left on device")
        assert os.listdir(s.cache) == [], os.listdir(s.cache)
    finally:
        subprocess.run(["umount", s.cache], check=False)


@case
def a_cache_that_cannot_be_written_costs_only_time(_):
    if os.geteuid() != 0:
        raise Skipped("only root can mount read-only")
    s, path = filled()
    os.remove(path)
    if subprocess.run(["mount", "--bind", s.cache, s.cache], capture_output=True, check=False).returncode != 0:
        raise Skipped("nothing can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", s.cache], check=True)
        still_guards(s, "Read-only file system")
    finally:
        subprocess.run(["umount", s.cache], check=False)


@case
def a_writer_that_is_killed_leaves_the_old_file_or_the_new_one(_):
    s = Stand(more=crs())
    with open(os.devnull, "wb") as null:
        for i in range(12):
            process = servers.start(s.command("-t"), stdout=null, stderr=null)
            time.sleep(0.02 + 0.03 * i)
            process.kill()
            process.wait()
            time.sleep(0.02)
            for left in s.files():
                assert os.stat(left).st_size > 100000, "half a file"
    os.makedirs(s.cache, 0o700, exist_ok=True)
    with open(os.path.join(s.cache, ".fresh"), "wb") as file:
        file.write(b"half")
    for left in s.files():
        os.remove(left)
    ok, text = s.test()
    assert ok, text
    assert [os.path.basename(p) for p in s.files()] == os.listdir(s.cache), os.listdir(s.cache)
    still_guards(s, None)


# ── many servers ──

SERVERS = 200
ONE = """
    server {{
        listen 127.0.0.1:{port};
        server_name s{n}.example;
        {own}
        location / {{ return 200 "as it was\\n"; }}
    }}
"""


def with_servers(own):
    head = "    sekisho on;\n    sekisho_rules_file {dir}/base.rules;\n    server_names_hash_max_size 4096;\n"
    return head + "".join(ONE.replace("{n}", str(n)).replace("{own}", own.replace("NUMBER", str(n)))
                          for n in range(SERVERS))


def measured(http, more):
    s = Stand(http=http, more=more, workers=1)
    ok, text = s.test()
    assert ok, text
    begun = time.monotonic()
    s.start()
    took = time.monotonic() - begun
    try:
        assert s.ask("/?q=1%27%20or%20%271%27=%271")[0] == (403 if "sekisho on" in http else 200)
        return stand.anonymous(s.process.pid), took
    finally:
        s.stop()


@case
def two_hundred_servers_with_the_same_rules_cost_one_rule_set(_):
    more = crs()
    none, _ = measured(with_servers("").replace("sekisho on;", "sekisho off;"), more)
    same, took = measured(with_servers(""), more)
    own, took_own = measured(with_servers("sekisho_rules 'SecRuleUpdateTargetById 942100 \"!ARGS:field-NUMBER\"';"), more)
    say("%d servers without rules: %.1f MB; with the same rules: %.1f MB (started in %.1f s)"
        % (SERVERS, none / 1024, same / 1024, took))
    say("with an exclusion of its own each: %.1f MB (%.1f s): %.2f MB and %.0f ms a server"
        % (own / 1024, took_own, (own - same) / 1024 / (SERVERS - 1), 1e3 * (took_own - took) / (SERVERS - 1)))
    assert same - none < 32 * 1024, "one rule set takes %d kB" % (same - none)
    assert (own - same) / (SERVERS - 1) < 4 * 1024, "a server with an exclusion takes %d kB" % ((own - same) / SERVERS)


# ── sekisho reload ──

class House:
    """An instance of Sekisho, with a state folder of its own."""

    def __init__(self):
        import instance
        self.state = servers.folder("sekisho-reload-")
        self.port = str(instance.free_ports())

    def __enter__(self):
        code, text = self.sekisho("up", "--detach", "--port", self.port)
        assert code == 0, text
        return self

    def __exit__(self, *_):
        self.sekisho("stop")

    def sekisho(self, *words):
        program = os.path.join(servers.TOP, "build/release/sekisho")
        done = subprocess.run([program, *words, "--state", self.state], text=True, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, LANG="C.UTF-8"), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, timeout=120)
        return done.returncode, done.stdout

    def path(self, below):
        return os.path.join(self.state, below)

    def own_rules(self, text):
        with open(self.path("rules/exclusions.conf"), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, below):
        with open(self.path(below), encoding="utf-8", errors="replace") as file:
            return file.read()


@case
def sekisho_reload_tells_what_it_did(_):
    with House() as house:
        house.own_rules('# one\nSecRule ARGS "@rx [" "id:1,phase:2"\n')
        code, text = house.sekisho("reload")
        assert code == 2 and "exclusions.conf:2:" in text, (code, text)
        code, text = house.sekisho("status")
        assert "exclusions.conf:2:" in text, text
        house.own_rules('SecRule ARGS:mark "@streq swapped" "id:1,phase:2,deny,status:403"\n')
        code, text = house.sekisho("reload")
        assert code == 0 and "new workers" in text and "your own rules" in text and " rules → " in text, (code, text)
        code, text = house.sekisho("status")
        assert "exclusions.conf:2:" not in text, text
        code, text = house.sekisho("reload")
        assert code == 0 and "nothing is different" in text, (code, text)


def has_landlock():
    """Asks the kernel for the version: landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION)."""
    return ctypes.CDLL(None, use_errno=True).syscall(444, None, ctypes.c_size_t(0), 1) > 0


@case
def the_running_gate_cannot_write_its_cache(_):
    if not has_landlock():
        raise Skipped("this kernel has no Landlock")
    with House() as house:
        cache = house.path("gate/cache")
        assert os.listdir(cache), "the trial has not filled it"
        shutil.rmtree(cache)
        os.mkdir(cache, 0o700)
        shutil.chown(cache, *[getattr(os.stat(house.path("gate/tmp")), name) for name in ("st_uid", "st_gid")])
        house.own_rules('SecRule ARGS:mark "@pm swapped words" "id:1,phase:2,deny,status:403"\n')
        os.kill(int(house.read("run/gate.pid")), signal.SIGHUP)
        end = time.monotonic() + 10
        while "cannot be written" not in house.read("log/gate-error.log") and time.monotonic() < end:
            time.sleep(0.05)
        assert "Permission denied" in house.read("log/gate-error.log"), house.read("log/gate-error.log")
        assert os.listdir(cache) == [], os.listdir(cache)
        code, text = house.sekisho("reload")
        assert code == 0 and len(os.listdir(cache)) == 1, (code, text)
