"""The accounts service as the gate sees it: who a cookie belongs to. Cookies are
`__Host-sekisho-REALM=NAME`; the names below say what is answered."""
from backend import Backend


class Accounts(Backend):
    def do_v1(self, conn, f, method, target, headers, body):
        realm = headers.get("x-sekisho-realm", "")
        cookies = dict(c.strip().partition("=")[::2] for c in headers.get("cookie", "").split(";"))
        name = cookies.get("__Host-sekisho-" + realm, "")
        if name in ("two", "one", "long"):
            more = [("X-Sekisho-Principal", "acc_" + name * (200 if name == "long" else 1)), ("X-Sekisho-Role", "管理"),
                    ("X-Sekisho-Tenant", "ten_1"), ("X-Sekisho-Session", "ses_1"),
                    ("X-Sekisho-Level", "1" if name == "one" else "2"), ("X-Sekisho-Screens", "*")]
            return self.send(conn, "HEAD", b"", "204 No Content", more=more)
        if name.startswith("sub-"):
            return self.send(conn, "HEAD", b"", "204 No Content", more=[("X-Sekisho-Principal", "acc_sub"), ("X-Sekisho-Level", "2"),
                                                                        ("X-Sekisho-Screens", name[4:])])
        if name == "nobody":
            return self.send(conn, "HEAD", b"", "204 No Content")
        if name == "refused":
            return self.send(conn, method, b"", "403 Forbidden")
        if name == "broken":
            return self.send(conn, method, b"", "500 Internal Server Error", more=[("X-Sekisho-Principal", "acc_x"),
                                                                                  ("X-Sekisho-Level", "2")])
        if name == "page":
            return self.send(conn, method, b"ok", "200 OK", more=[("X-Sekisho-Principal", "acc_x"), ("X-Sekisho-Level", "2")])
        if name == "gone":
            return False
        return self.send(conn, method, b"", "401 Unauthorized")
