"""The part that asks companies who is a person, as the gate sees it: tokens say what is answered."""
import json
import time

from backend import Backend


class Human(Backend):
    """`asked` are the questions."""

    def __init__(self):
        self.asked = []
        super().__init__()

    def do_v1(self, conn, f, method, target, headers, body):
        question = json.loads(body)
        self.asked.append((method, target, headers, question))
        kind = question["token"].split(".")[0]
        if kind == "slow":
            time.sleep(3)
        if kind == "gone":
            return False
        status = {"person": "204 No Content", "no": "403 Forbidden", "page": "200 OK",
                  "broken": "500 Internal Server Error"}.get(kind, "503 Service Unavailable")
        return self.send(conn, "HEAD" if kind == "person" else method, b"" if kind == "person" else b"{}", status)
