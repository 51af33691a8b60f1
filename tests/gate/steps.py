"""What cases are made of: saying what is expected, waiting for what is written a moment later."""
import json
import re
import signal
import time

CASES = []


def case(function):
    CASES.append((function.__name__, function))
    return function


def same(a, b):
    assert a == b, "%r is not %r" % (a, b)


def blocked(answer, status=403):
    same(answer.status, status)
    assert b"leaked-secret" not in answer.body, "the secret is in the answer"
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", answer.headers["X-Request-Id"] or ""), answer.headers
    return answer


def event(scene, id, name="audit.json"):
    """The audit line of a request; it is written just after the answer."""
    for _ in range(100):
        for line in scene.nginx.audit(name):
            if line["id"] == id:
                return line
        time.sleep(0.02)
    raise AssertionError("no audit line for " + id)


def status(scene):
    return json.loads(scene.ask("/status").body)


def wait_log(scene, text, name="error.log"):
    for _ in range(100):
        if text in scene.nginx.log(name):
            return True
        time.sleep(0.02)
    return False


def wait_audit(scene, uri, name="audit.json"):
    for _ in range(100):
        found = [x for x in scene.nginx.audit(name) if uri in x["uri"]]
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("no audit line for " + uri)


def reload(scene):
    old = set(scene.nginx.workers())
    scene.nginx.signal(signal.SIGHUP)
    for _ in range(500):
        new = set(scene.nginx.workers())
        if len(new) == 2 and not new & old:
            return
        time.sleep(0.02)
    raise AssertionError("the workers were not replaced")
