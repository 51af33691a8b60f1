"""Asking the vault over its socket; tickets as the gate makes them."""
import base64
import hashlib
import hmac
import http.client
import json
import socket


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("vault", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


def ask(path, verb, question, ticket=None, raw=None, method="POST"):
    """(status, text); status 0: nobody answered."""
    connection = Connection(path)
    headers = {"Content-Type": "application/json"}
    if ticket is not None:
        headers["X-Sekisho-Ticket"] = ticket
    try:
        connection.request(method, verb, raw if raw is not None else json.dumps(question).encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, repr(error)
    finally:
        connection.close()


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(key, payload):
    text = "v1." + base64url(json.dumps(payload, separators=(",", ":")).encode())
    return text + "." + base64url(hmac.new(key, text.encode(), hashlib.sha256).digest())
