"""The vault's promises, broken on purpose in a running instance. Each is a context: broken inside, mended
behind. As whoever configures carelessly, whoever holds the files, or a part that fails would break them."""
import contextlib
import http.client
import json
import os
import socket
import sqlite3
import threading
import time

SECONDS = 30


# --- what they are made of ---

def ask_vault(it):
    """What GET /v1/status says; {} while nobody answers."""
    connection = http.client.HTTPConnection("vault", timeout=5)
    connection.sock = socket.socket(socket.AF_UNIX)
    try:
        connection.sock.settimeout(5)
        connection.sock.connect(it.path("run", "vault.sock"))
        connection.request("GET", "/v1/status")
        return json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return {}
    finally:
        connection.close()


def part_anew(it, name):
    """Another process, and the vault serves."""
    before = it.part(name)
    it.call("restart", name, "--state", it.state)
    end = time.monotonic() + SECONDS
    while it.part(name) in (before, None) or ask_vault(it).get("keeper") != "ok":
        if time.monotonic() > end:
            raise SystemExit("%s does not come back" % name)
        time.sleep(0.05)


def run_sql(it, path, *statements):
    with contextlib.closing(sqlite3.connect(it.path(*path), timeout=10, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


@contextlib.contextmanager
def trigger(it, text):
    path = ("vault", "values.db")
    run_sql(it, path, "CREATE TRIGGER broken %s" % text)
    try:
        yield
    finally:
        run_sql(it, path, "DROP TRIGGER broken")


@contextlib.contextmanager
def probe_purpose(it, change):
    """The house's own purpose as the keeper is told of it."""
    path = it.path("conf", "keeper", "keeper.json")
    with open(path, encoding="utf-8") as file:
        old = file.read()
    conf = json.loads(old)
    change(next(p for p in conf["purposes"] if p["name"] == "sekisho.probe"))
    os.chmod(path, 0o600)
    try:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(conf, file)
        part_anew(it, "keeper")
        yield
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(old)
        os.chmod(path, 0o400)
        part_anew(it, "keeper")


class Between(threading.Thread):
    """Sits on a part's socket and hands on what passes `sees(bytes)`: None, as it is; bytes, the answer
    that is given in its place."""

    def __init__(self, path, sees):
        super().__init__(daemon=True)
        self.path, self.real, self.sees, self.ends = path, path + ".real", sees, []
        info = os.stat(path)
        os.rename(path, self.real)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        os.chown(path, info.st_uid, info.st_gid)
        os.chmod(path, 0o666)
        self.listener.listen(64)
        self.start()

    def run(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.real)
            self.ends += [client, server]
            threading.Thread(target=self.there, args=(client, server), daemon=True).start()
            threading.Thread(target=self.back, args=(client, server), daemon=True).start()

    def there(self, client, server):
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 20):
                answer = self.sees(data)
                (client if answer else server).sendall(answer or data)
            server.shutdown(socket.SHUT_WR)

    @staticmethod
    def back(client, server):
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 20):
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)

    def close(self):
        os.rename(self.real, self.path)
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextlib.contextmanager
def forgetful_ledger(it, action):
    """It says that it has recorded what it has not. The keeper asks one question at a time."""
    answer = b'{"seq":1,"time":"2026-01-01T00:00:00.000Z"}\n'
    between = Between(it.path("run", "ledger.sock"), lambda data: answer if action in data else None)
    try:
        part_anew(it, "keeper")  # which would go on by the way it knows
        yield
    finally:
        between.close()
        part_anew(it, "keeper")  # which does not know that nobody was told


# --- the breaks ---

@contextlib.contextmanager
def texts_lie_beside_the_ciphertexts(it):
    """Somebody looks for a fault, and writes down what comes in, beside the data."""
    log = it.path("vault", "trace.log")

    def sees(data):
        with open(log, "ab") as file:
            file.write(data)
    between = Between(it.path("run", "vault.sock"), sees)
    try:
        yield
    finally:
        between.close()
        os.unlink(log)


def equal_values_look_equal(it):
    return trigger(it, "AFTER INSERT ON value WHEN NEW.kind = 8 BEGIN"
                   " UPDATE value SET sealed = zeroblob(48) WHERE id = NEW.id; END")


def what_is_due_is_forgotten(it):
    return trigger(it, "AFTER INSERT ON due BEGIN DELETE FROM due; END")


@contextlib.contextmanager
def trades_are_not_erased(it):
    """One of whom nobody knows lies before all others: what is behind must be erased all the same."""
    run_sql(it, ("vault", "values.db"),
            "INSERT INTO due VALUES ('per_%s', '', 'trade_completed', 'shop', 1)" % ("0" * 20))
    try:
        yield
    finally:
        run_sql(it, ("vault", "values.db"), "DELETE FROM due WHERE at = 1")


@contextlib.contextmanager
def copies_of_keys_stay(it):
    """One that cannot be removed by whoever removes files."""
    path = it.path("keeper", "backup", "keys-20200101.db")
    os.mkdir(path)
    try:
        yield
    finally:
        os.rmdir(path)


def purposes_are_open_to_all(it):
    return probe_purpose(it, lambda p: p.update(
        sites=["console", "shop"], roles=[], level=0, realms=["operator", "merchant", "nobody"]))


def values_lie_with_another_tenant_too(it):
    return trigger(it, "AFTER INSERT ON value WHEN NEW.tenant = 'sekisho.probe-a' AND NEW.kind = 1 BEGIN"
                   " INSERT OR IGNORE INTO value SELECT substr(NEW.id, 1, 20) || 'zzzz', 'sekisho.probe-b', NEW.person,"
                   " NEW.part, NEW.kind, NEW.version, NEW.token, NEW.sealed, NEW.names, NEW.day; END")


@contextlib.contextmanager
def keys_are_readable(it):
    """For a backup, say."""
    places = [(it.path("keeper"), 0o755), (it.path("keeper", "keys.db"), 0o644)]
    old = [os.stat(path).st_mode & 0o7777 for path, _ in places]
    for path, mode in places:
        os.chmod(path, mode)
    try:
        yield
    finally:
        for (path, _), mode in zip(places, old):
            os.chmod(path, mode)


@contextlib.contextmanager
def keys_lie_beside_the_data(it):
    copy = it.path("vault", "keys.db.old")
    with contextlib.closing(sqlite3.connect(it.path("keeper", "keys.db"))) as keys:
        keys.execute("VACUUM INTO ?", (copy,))
    try:
        yield
    finally:
        os.unlink(copy)


@contextlib.contextmanager
def keys_are_never_exchanged(it):
    """The root's, by nobody; and a tenant's, by a keeper that cannot."""
    path, keys = it.path("keeper", "root.key"), ("keeper", "keys.db")
    info = os.stat(path)
    os.utime(path, (1, 1))
    run_sql(it, keys, "INSERT INTO tenant_key SELECT 7, 'old', 1, root, wrapped, 0 FROM tenant_key LIMIT 1",
            "CREATE TRIGGER broken BEFORE INSERT ON tenant_key WHEN NEW.tenant = 'old' BEGIN"
            " SELECT RAISE(ABORT, 'broken'); END")
    try:
        yield
    finally:
        run_sql(it, keys, "DELETE FROM tenant_key WHERE number = 7", "DROP TRIGGER broken")
        os.utime(path, (info.st_atime, info.st_mtime))


def authorities_are_answered_again(it):
    return trigger(it, "BEFORE INSERT ON answered BEGIN SELECT RAISE(IGNORE); END")


def readings_are_not_recorded(it):
    return forgetful_ledger(it, b'"vault.read"')


def alarms_are_not_recorded(it):
    return forgetful_ledger(it, b'"vault.alarm"')


def purposes_have_no_limit(it):
    many = dict.fromkeys(("principal", "tenant", "purpose"), 1000)
    return probe_purpose(it, lambda p: p.update(ticket=1000, second=many, hour=many, day=many))


# Before there is any alarm: one of the minute before would do for the probe.
FIRST = [("VAULT-12", alarms_are_not_recorded, set())]

# (promise, how, what honestly falls with it)
BREAKS = [
    ("VAULT-01", texts_lie_beside_the_ciphertexts, {"VAULT-02"}),
    ("VAULT-02", equal_values_look_equal, set()),
    ("VAULT-03", what_is_due_is_forgotten, {"VAULT-04", "VAULT-05"}),
    ("VAULT-04", trades_are_not_erased, set()),
    ("VAULT-05", copies_of_keys_stay, set()),
    ("VAULT-06", purposes_are_open_to_all, set()),
    ("VAULT-08", values_lie_with_another_tenant_too, set()),
    ("VAULT-09", keys_are_readable, set()),
    ("VAULT-09", keys_lie_beside_the_data, set()),
    ("VAULT-09", keys_are_never_exchanged, set()),
    ("VAULT-10", authorities_are_answered_again, set()),
    ("VAULT-11", readings_are_not_recorded, {"VAULT-06"}),
    ("VAULT-12", purposes_have_no_limit, set()),
]
