"""Mail by SMTP and webhooks by HTTPS, as notices go out. Raises OSError for whatever did not get through: it is tried again.

A webhook's address comes from whoever submits jobs, so it leads to no address of this machine's own networks: the name is looked up once,
every address that it has must be public, and the connection goes to the one that was looked at. It is signed: `Dure-Signature: t=SECOND,
v1=HEX`, HEX being HMAC-SHA256 over `SECOND.BODY` under the key in DATA/notices.key.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import os
import secrets
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dure.adapters.notice_lanes import NotTaken
from dure.adapters.notices import Notice
from dure.model.errors import InputError, Where

TIMEOUT_S = 10.0
"""Of one step on the wire."""
WEBHOOK_S = 20.0
"""Of a webhook in all, however slowly the other side answers."""
SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Mail:
    """Where mail is handed over, and from whom it comes."""

    host: str
    port: int
    secure: str
    user: str
    password: str
    sender: str

    def send(self, to: str, subject: str, text: str) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            with self._open() as server:
                if self.secure == "smtp+starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError) as error:
            raise NotTaken(f"mail: {error}") from None
        except smtplib.SMTPException as error:
            raise OSError(f"mail: {error}") from None

    def _open(self) -> smtplib.SMTP:
        if self.secure == "smtps":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=ssl.create_default_context())
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)


def mail_of(environment: Mapping[str, str]) -> Mail | None:
    """Of DURE_SMTP (`smtp://`, `smtp+starttls://` or `smtps://[USER:PASSWORD@]HOST[:PORT]`) and DURE_MAIL_FROM; None: no mail is sent."""
    text = environment.get("DURE_SMTP", "")
    if not text:
        return None
    where = Where("DURE_SMTP")
    try:
        found = urlsplit(text)
        port = found.port
    except ValueError:
        raise InputError("is not an address", where=where, remedy="write smtp://HOST:PORT") from None
    if found.scheme not in SMTP_PORTS or not found.hostname:
        raise InputError("is not an address", where=where, remedy="write smtp://HOST:PORT, smtp+starttls:// or smtps://")
    sender = environment.get("DURE_MAIL_FROM", "") or f"dure@{socket.getfqdn()}"
    user, password = unquote(found.username or ""), unquote(found.password or "")
    return Mail(found.hostname, port or SMTP_PORTS[found.scheme], found.scheme, user, password, sender)


class Webhooks:
    """Posts to addresses that people named."""

    def __init__(self, key: bytes, *, local: bool = False, context: ssl.SSLContext | None = None, most_s: float = WEBHOOK_S) -> None:
        """`local`: addresses of own networks are allowed too (the operator says so). `most_s`: how long one may take in all."""
        self._most_s = most_s
        self._key, self._local, self._context = key, local, context or ssl.create_default_context()

    def send(self, address: str, body: Mapping[str, object], now: int) -> None:
        url = urlsplit(address)
        host, port = url.hostname or "", url.port or 443
        there = _public(host, port, local=self._local)
        text = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        signature = hmac.new(self._key, f"{now}.".encode() + text, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "User-Agent": "dure", "Dure-Signature": f"t={now},v1={signature}"}
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=self._context)
        with socket.create_connection(there, TIMEOUT_S) as wire, _cut_off(wire, self._most_s) as late:  # the address that was looked at
            connection._create_connection = lambda *address, **named: wire  # type: ignore[attr-defined]
            try:
                connection.request("POST", (url.path or "/") + (f"?{url.query}" if url.query else ""), text, headers)
                status = connection.getresponse().status
            except (http.client.HTTPException, OSError) as error:
                if late.is_set():
                    raise TimeoutError(f"webhook: no answer within {self._most_s:g} s") from None
                if isinstance(error, OSError):
                    raise
                raise OSError(f"webhook: {type(error).__name__}") from None
            finally:
                connection.close()
        if not 200 <= status < 300:
            raise NotTaken(f"webhook: answered {status}")


@contextmanager
def _cut_off(wire: socket.socket, most_s: float) -> Iterator[threading.Event]:
    """Shut a connection down after a while, whatever is being waited for on it; set where that was done."""
    late, same = threading.Event(), wire.dup()  # TLS takes the socket over: this one stays ours, and shuts down the same connection

    def cut() -> None:
        late.set()
        with suppress(OSError):
            same.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(most_s, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        timer.join()
        same.close()


def _public(host: str, port: int, *, local: bool) -> tuple[str, int]:
    """An address of a host that was looked at. Raises OSError where one of them is of an own network."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not local and not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in found):
        raise PermissionError("webhook: leads into an own network")
    return found[0], port


def key_of(folder: Path) -> bytes:
    """The key that webhooks are signed with, made once."""
    path = folder / "notices.key"
    try:
        there = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes().strip()
    with open(there, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes().strip()


def sender(
    mail: Mail | None, webhooks: Webhooks, address: Callable[[int], str], text: Callable[[Notice], tuple[str, str]], now: Callable[[], int]
) -> Callable[[Notice], None]:
    """How a notice goes out. `text`: subject and text of a mail. Somebody without an address is told nothing, and that is no error."""

    def send(one: Notice) -> None:
        if one.channel == "webhook":
            webhooks.send(one.target, one.body(), now())
        elif mail is not None and (to := address(int(one.target))):
            mail.send(to, *text(one))

    return send
