"""What post talks to: an SMTP server (aiosmtpd: STARTTLS, AUTH) and an HTTP gateway, on free loopback
ports, which answer as a case tells them and remember what they were told."""
import asyncio
import email
import email.policy
import http.server
import json
import logging
import os
import ssl
import subprocess
import threading
import time
import urllib.parse
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

import servers

logging.getLogger("mail.log").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module="aiosmtpd")

USER, PASSWORD = "sekisho", "p%äss:wörd 42"


def certificate(folder, name="mail"):
    """A certificate of its own for 127.0.0.1 and localhost: (chain, key)."""
    chain, key = os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", chain, "-keyout", key],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return chain, key


class Mail:
    """One mail as the server got it."""

    def __init__(self, envelope, session):
        self.sender, self.recipients = envelope.mail_from, list(envelope.rcpt_tos)
        self.raw = envelope.original_content
        self.tls = session.ssl is not None
        self.user = getattr(session, "signed_in", None)
        self.message = email.message_from_bytes(self.raw, policy=email.policy.default)
        self.subject, self.text = str(self.message["Subject"]), self.message.get_content()
        self.text = self.text.replace("\r\n", "\n")


class Handler:
    def __init__(self, server):
        self.server = server

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        said = self.server.says("RCPT", address)
        if said:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, _server, _session, envelope, address, options):
        said = self.server.says("MAIL", address)
        if said:
            return said
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = Mail(envelope, session)
        mail.user = self.server.last_user
        self.server.seen.append(mail)
        while self.server.hold.is_set():
            await asyncio.sleep(0.01)
        said = self.server.says("DATA", mail.recipients[0])
        if not said:
            self.server.mails.append(mail)
        return said or "250 OK"


class Session(SMTP):
    """One connection, which ends when its server is stopped."""

    def __init__(self, server, *args, **options):
        super().__init__(*args, **options)
        self.ends = server.connections

    def connection_made(self, transport):
        self.ends.append(transport)
        super().connection_made(transport)


class Listener(Controller):
    def __init__(self, server):
        self.mail_server = server
        super().__init__(Handler(server), hostname="127.0.0.1", port=server.port)

    def factory(self):
        server = self.mail_server
        options = {"auth_required": True, "authenticator": server.authenticate, "hostname": "mail.test"}
        if server.tls:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(server.chain, server.key)
            options.update(tls_context=context, require_starttls=True)
        else:
            options.update(auth_require_tls=False)
        return Session(server, self.handler, **options)


def abort(transport):
    try:
        transport.abort()
    except AttributeError:
        pass  # it has ended by itself


class MailServer:
    def __init__(self, folder):
        self.tls, self.port = True, servers.free_port()
        self.chain, self.key = certificate(folder)
        self.mails, self.seen, self.rules, self.connections = [], [], [], []
        self.last_user, self.password, self.hold = None, PASSWORD, threading.Event()
        self.listener = None

    def start(self):
        self.listener = Listener(self)
        self.listener.start()

    def stop(self):
        """Ends what it has begun, too."""
        if not self.listener:
            return
        for transport in self.connections:
            self.listener.loop.call_soon_threadsafe(abort, transport)
        self.connections.clear()
        self.listener.stop()
        self.listener = None

    def authenticate(self, _server, _session, _envelope, _mechanism, data):
        good = data.login == USER.encode() and data.password == self.password.encode()
        self.last_user = USER if good else None
        return AuthResult(success=good, handled=False)

    def rule(self, command, text, answer, times=10 ** 6):
        """The next `times` commands that hold `text` are answered so."""
        self.rules.append([command, text, answer, times])

    def says(self, command, text):
        for rule in self.rules:
            if rule[0] == command and rule[1] in text and rule[3] > 0:
                rule[3] -= 1
                return rule[2]
        return None

    def to(self, address):
        return [m for m in self.mails if m.recipients == [address]]


class Gateway:
    """An HTTP gateway; `statuses` are given out one after the other, then 200."""

    def __init__(self):
        gateway = self
        self.asked, self.statuses = [], []

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8")
                gateway.asked.append((self.path, dict(self.headers), body))
                status = gateway.statuses.pop(0) if gateway.statuses else 200
                said = ("not to %s" % body).encode("utf-8")
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_):
                pass

        self.port = servers.free_port()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def sms(self, number):
        return [json.loads(body) for path, _, body in self.asked
                if path == "/sms" and json.loads(body)["to"] == number]

    def calls(self, number):
        forms = [urllib.parse.parse_qs(body, strict_parsing=True) for path, _, body in self.asked
                 if path == "/call"]
        return [form for form in forms if form["number"] == [number]]


def until(what, seconds=15):
    """Waits for a truth and gives it; fails when time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("did not come true within %d s" % seconds)
