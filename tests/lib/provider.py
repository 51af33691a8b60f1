#!/usr/bin/python3
"""A company that tells people from programs, as the gate and post meet it: siteverify, the widget's
script and its frame, in the manner of Turnstile, hCaptcha and reCAPTCHA. Tokens are good once, for the
host and action they were made for.

    tests/lib/provider.py      listens on a free port of 127.0.0.1, prints it, and serves until it is ended;
                               GET /say?mode=MODE changes how it answers (see MODES)
"""
import http.server
import json
import os
import secrets
import socket
import sys
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import servers  # noqa: E402

SECRET, SITE_KEY = "provider-secret-51c9", "0x4-site_key-7f"
MODES = ("right", "slow", "closed", "long", "garbage", "list", "busy", "both", "internal")

# What all three companies' scripts have in common: they fill an element of their class, call back the
# function that it names, and (without an element) give grecaptcha.execute.
SCRIPT = """(function () {
  var home = new URL(document.currentScript.src).origin;
  var element = document.querySelector(".cf-turnstile, .h-captcha, .g-recaptcha");
  function query(action, key) { return "?host=" + location.hostname + "&action=" + action + "&key=" + key; }
  if (element) {
    var frame = document.createElement("iframe");
    frame.title = "check"; frame.width = 300; frame.height = 70;
    frame.src = home + "/frame" + query(element.dataset.action, element.dataset.sitekey);
    element.appendChild(frame);
    window.addEventListener("message", function (message) {
      if (message.origin === home) window[element.dataset.callback](message.data);
    });
  }
  window.grecaptcha = { ready: function (f) { f(); }, execute: function (key, options) {
    return fetch(home + "/token" + query(options.action, key)).then(function (a) { return a.text(); });
  } };
})();
"""
FRAME = """<!doctype html><title>check</title><style>body{margin:0;font:16px sans-serif}label{display:block;
padding:20px;border:1px solid #999;border-radius:4px}</style><label><input type="checkbox" id="box"> I am a person</label>
<script>document.getElementById("box").onchange = function () { parent.postMessage("%s", "*"); };</script>
"""


class Provider:
    """`context`: of TLS. `waiting` is how many are kept waiting just now."""

    def __init__(self, context=None):
        self.context, self.waiting = context, 0
        self.port = servers.free_port()
        self.mode, self.tokens, self.asked = "right", {}, []
        self.score = 0.9
        self.server = None
        self.start()

    def start(self):
        provider = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.get(self)

            def do_POST(self):
                provider.verify(self)

            def log_message(self, *_):
                pass

        http.server.ThreadingHTTPServer.allow_reuse_address = True
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Answer)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # who asked has gone
        if self.context:
            self.server.socket = self.context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def url(self, path):
        return "http://127.0.0.1:%d%s" % (self.port, path)

    def token(self, **other):
        """A new one; `hostname`, `action`, `score` as its answer will have them."""
        name = "tok." + secrets.token_urlsafe(300)
        made = {"hostname": "localhost", "action": "sign_in", "score": self.score, "key": SITE_KEY}
        made.update(other)
        self.tokens[name] = made
        return name

    def send(self, to, status, kind, body):
        body = body.encode("utf-8")
        to.send_response(status)
        to.send_header("Content-Type", kind)
        to.send_header("Access-Control-Allow-Origin", "*")
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    def get(self, to):
        path, _, query = to.path.partition("?")
        said = {k: v[0] for k, v in urllib.parse.parse_qs(query).items()}
        if path == "/say":
            self.mode = said.get("mode", self.mode)
            self.score = float(said.get("score", self.score))
            return self.send(to, 200, "text/plain", "ok")
        if path == "/asked":
            return self.send(to, 200, "application/json", json.dumps(len(self.asked)))
        if self.mode in ("closed", "busy"):
            return self.send(to, 503, "text/plain", "away")
        token = self.token(hostname=said.get("host"), action=said.get("action"), key=said.get("key"))
        pages = {"/api.js": ("text/javascript", SCRIPT), "/token": ("text/plain", token),
                 "/frame": ("text/html", FRAME % token)}
        kind, body = pages.get(path, ("text/plain", "?"))
        return self.send(to, 200, kind, body)

    def verify(self, to):
        body = to.rfile.read(int(to.headers.get("Content-Length") or 0)).decode("utf-8")
        said = {k: v[0] for k, v in urllib.parse.parse_qs(body, strict_parsing=True).items()}
        self.asked.append((dict(to.headers), said))
        wrong = {"slow": self.wait, "closed": lambda: to.connection.shutdown(socket.SHUT_RDWR),
                 "long": lambda: self.send(to, 200, "application/json", json.dumps({"success": True, "x": "y" * 40000})),
                 "garbage": lambda: self.send(to, 200, "application/json", '{"success": tru'),
                 "list": lambda: self.send(to, 200, "application/json", "[true]"),
                 "busy": lambda: self.send(to, 503, "text/html", "<h1>busy</h1>"),
                 "both": lambda: self.send(to, 400, "application/json", '{"success": true, "hostname": "localhost"}'),
                 "internal": lambda: self.refuse(to, "internal-error")}
        if self.mode in wrong:
            return wrong[self.mode]()
        if said.get("secret") != SECRET:
            return self.refuse(to, "invalid-input-secret")
        made = self.tokens.pop(said.get("response"), None)
        if made is None:
            return self.refuse(to, "timeout-or-duplicate")
        if said.get("sitekey", made["key"]) != made["key"]:
            return self.refuse(to, "sitekey-secret-mismatch")
        made = {k: v for k, v in made.items() if v is not None and k != "key"}
        return self.send(to, 200, "application/json", json.dumps({"success": True, "challenge_ts": "2026-11-26T00:00:00Z", **made}))

    def wait(self):
        self.waiting += 1
        time.sleep(8)
        self.waiting -= 1

    def refuse(self, to, code):
        self.send(to, 200, "application/json", json.dumps({"success": False, "error-codes": [code]}))


if __name__ == "__main__":
    servers.prepare()
    print(Provider().port, flush=True)
    threading.Event().wait()
