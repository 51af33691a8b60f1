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


def until(what, seconds=20):
    """What `what` returns, asked again until that is something or the time is over."""
    end = time.monotonic() + seconds
    while True:
        found = what()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.02)


def event(scene, id, name="audit.json"):
    """The audit line of a request; it is written just after the answer."""
    found = until(lambda: [x for x in scene.nginx.audit(name) if x["id"] == id])
    assert found, "no audit line for " + id
    return found[0]


def events_with(scene, rule, least):
    """Audit events in which the rule matched, once there are so many."""
    def matched():
        return [x for x in scene.nginx.audit() if rule in [m["rule"] for m in x["matches"]]]

    until(lambda: len(matched()) >= least)
    events = matched()
    assert len(events) >= least, "rule %d matched in %d events, not in %d" % (rule, len(events), least)
    return events


def status(scene):
    return json.loads(scene.ask("/status").body)


def wait_log(scene, text, name="error.log"):
    return until(lambda: text in scene.nginx.log(name))


def wait_audit(scene, uri, name="audit.json"):
    """The audit lines of such a target, once there are any."""
    found = until(lambda: [x for x in scene.nginx.audit(name) if uri in x["uri"]])
    assert found, "no audit line for " + uri
    return found


def wait_audit_text(scene, text):
    """The same of those that hold the text anywhere."""
    found = until(lambda: [x for x in scene.nginx.audit() if text in json.dumps(x)])
    assert found, "no audit line with " + text
    return found


def reload(scene):
    old = set(scene.nginx.workers())
    scene.nginx.signal(signal.SIGHUP)

    def replaced():
        new = set(scene.nginx.workers())
        return len(new) == 2 and not new & old

    assert until(replaced), "the workers were not replaced"
