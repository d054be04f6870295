"""Notices: who is told what, once; a real SMTP server and a real HTTPS server take them, and what does not get through comes again."""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import http.server
import json
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Table, Text, insert, select, update

from dure.adapters.notice_lanes import Lanes, NotTaken
from dure.adapters.notices import GIVE_UP_S, WAIT_S, Notice, Notices
from dure.adapters.senders import Webhooks, key_of, mail_of, sender
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.schema import event, head, inbox, work
from dure.model.errors import InputError
from dure.model.events import Kind, Outcome
from dure.model.work import JobState
from dure.present.notice_text import mail_text

NOW = 1_800_000_000


class Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a mail needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        data = False
        lines: list[bytes] = []
        for line in self.rfile:
            word = line[:4].upper()
            if data:
                if line == b".\r\n":
                    data = False
                    self.server.taken.append(b"".join(lines).decode())  # type: ignore[attr-defined]
                    self.wfile.write(b"250 taken\r\n")
                lines.append(line)
            elif word == b"DATA":
                data, lines = True, []
                self.wfile.write(b"354 go on\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            elif word == b"RCPT" and self.server.refuses:  # type: ignore[attr-defined]
                self.server.refuses -= 1  # type: ignore[attr-defined]
                self.wfile.write(b"451 later\r\n")
            else:
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def smtp() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as server:
        server.taken, server.refuses = [], 0  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


class Silent(socketserver.BaseRequestHandler):
    """Takes a connection and never says a word."""

    def handle(self) -> None:
        while self.request.recv(1 << 12):
            pass


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, self.headers["Dure-Signature"], body))  # type: ignore[attr-defined]
        self.send_response(self.server.answers)  # type: ignore[attr-defined]
        self.send_header("Location", "https://169.254.169.254/")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Any]:
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*made, "-keyout", tmp_path / "key", "-out", tmp_path / "cert"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.taken, server.answers = [], 204  # type: ignore[attr-defined]
        server.trust = ssl.create_default_context(cafile=str(tmp_path / "cert"))  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def note(channel: str, target: str, **more: Any) -> Notice:
    known = {"event": "on-end", "job": "j7", "name": "train", "at": NOW, "tries": 0, "outcome": "FAILED"}
    return Notice(0, channel, target, **known | more)


def text(one: Notice) -> tuple[str, str]:
    return mail_text(one.event, one.job, one.name, one.outcome)


def test_a_mail_says_it_in_both_languages(smtp: Any) -> None:
    mail = mail_of({"DURE_SMTP": f"smtp://127.0.0.1:{smtp.server_address[1]}", "DURE_MAIL_FROM": "dure@example.kr"})
    send = sender(mail, Webhooks(b"k"), {1: "kim@example.kr"}.get, text, lambda: NOW)  # type: ignore[arg-type]
    send(note("mail", "1"))
    send(note("mail", "2"))  # nobody's address: nothing to send, and no error
    (taken,) = smtp.taken
    assert "To: kim@example.kr" in taken
    assert "Subject: [dure] j7 train: ended" in taken
    body = email.message_from_bytes(taken.encode(), policy=email.policy.default).get_content()
    assert "Job j7 (train) has ended: failed." in body
    assert "작업 j7이 끝났습니다 (train): 실패." in body
    smtp.refuses = 1
    with pytest.raises(OSError, match="later"):
        send(note("mail", "1"))
    with pytest.raises(InputError):
        mail_of({"DURE_SMTP": "http://x"})
    assert mail_of({}) is None


def test_a_webhook_is_signed_and_follows_nobody(hook: Any, tmp_path: Path) -> None:
    key = key_of(tmp_path)
    assert (key_of(tmp_path), (tmp_path / "notices.key").stat().st_mode & 0o777) == (key, 0o600)
    address = f"https://localhost:{hook.server_address[1]}/in?x=1"
    Webhooks(key, local=True, context=hook.trust).send(address, note("webhook", address).body(), NOW)
    ((path, signature, body),) = hook.taken
    assert path == "/in?x=1"
    assert json.loads(body) == {"event": "on-end", "job": "j7", "name": "train", "at": NOW, "outcome": "FAILED"}
    assert signature == f"t={NOW},v1={hmac.new(key, f'{NOW}.'.encode() + body, hashlib.sha256).hexdigest()}"
    hook.answers = 302
    with pytest.raises(OSError, match="302"):
        Webhooks(key, local=True, context=hook.trust).send(address, {}, NOW)
    with pytest.raises(ssl.SSLError):
        Webhooks(key, local=True).send(address, {}, NOW)
    with pytest.raises(PermissionError):
        Webhooks(key, context=hook.trust).send(address, {}, NOW)
    assert len(hook.taken) == 2


class Kept(Notices):
    """Rows in memory: what `Lanes` does with them."""

    def __init__(self, *rows: Notice) -> None:
        self.rows, self.ends, self.waits, self.off = list(rows), [], [], []  # type: ignore[var-annotated]

    def gather(self) -> int:
        return 0

    def due(self, now: int, most: int = 50) -> list[Notice]:
        return self.rows

    def put_off(self, ones: Any, until: int) -> None:
        self.off += [(one.target, until - NOW) for one in ones]

    def _set(self, one: Notice, values: Any) -> None:
        (self.ends if "done_at" in values else self.waits).append(values)


def test_what_does_not_get_through_comes_again_and_is_given_up_in_the_end() -> None:
    def fails(one: Notice) -> None:
        raise NotTaken("answered 500")

    rows = Kept(note("webhook", "https://x/"), note("webhook", "https://x/", tries=3), note("webhook", "https://x/", tries=99))
    assert Lanes(rows, fails).turn(NOW) == 0
    assert [one["due_at"] - NOW for one in rows.waits] == [15, 120, 3_600]
    assert rows.waits[0]["trouble"] == "NotTaken: answered 500"
    assert Lanes(rows, fails).turn(NOW + GIVE_UP_S + 1) == 0
    assert (len(rows.ends), rows.ends[0]["trouble"]) == (3, "NotTaken: answered 500")
    assert Lanes(rows, lambda one: None).turn(NOW) == 3


def test_a_notice_that_breaks_its_sender_is_its_own_trouble() -> None:
    """A name of a host that no codec takes: its row says so, and the ones behind it go out."""
    webhooks = Webhooks(b"k")
    bad = [f"https://{'a' * 64}.com/x", "https://example..com/x", "https://[::1/x", "https://h:99999/"]
    rows = Kept(*(note("webhook", one) for one in bad), note("mail", "7"))
    told = list[str]()
    send = sender(None, webhooks, lambda number: told.append(str(number)) or "", text, lambda: NOW)  # type: ignore[func-returns-value]
    lanes = Lanes(rows, lambda one: send(one) if one.channel == "webhook" else told.append(one.target))
    assert lanes.turn(NOW) == 1
    assert told == ["7"]
    assert len(rows.waits) == len(bad)
    assert all(one["trouble"] and one["due_at"] == NOW + WAIT_S for one in rows.waits)


def test_a_place_that_is_down_is_left_alone_and_holds_up_nobody_else() -> None:
    met, free = list[str](), threading.Event()

    def send(one: Notice) -> None:
        met.append(one.target)
        if "slow" in one.target:
            assert free.wait(60)
            raise TimeoutError("no answer")
        if one.target.endswith("/last"):
            free.set()  # the slow one is still being waited for when this goes out

    targets = ("https://slow/1", "https://slow/2", "https://slow/3", "https://quick/1", "https://quick/last")
    rows = Kept(*(note("webhook", one) for one in targets))
    lanes = Lanes(rows, send)
    assert lanes.turn(NOW) == 2
    assert sorted(met) == ["https://quick/1", "https://quick/last", "https://slow/1"]
    assert rows.off == [("https://slow/2", WAIT_S), ("https://slow/3", WAIT_S)]
    assert lanes.turn(NOW + 1) == 2, "it is left alone until its time has come"
    assert [one for one in met if "slow" in one] == ["https://slow/1"]
    assert lanes.turn(NOW + WAIT_S) == 2
    assert rows.off[-1] == ("https://slow/3", WAIT_S + 2 * WAIT_S), "twice as long"


def test_a_webhook_has_so_long_in_all_however_slowly_it_is_answered() -> None:
    """Each single wait may be as long as TIMEOUT_S: the whole is cut off before."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Silent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(TimeoutError, match=r"within 0\.3 s"):
            Webhooks(b"k", local=True, most_s=0.3).send(f"https://127.0.0.1:{server.server_address[1]}/", {}, NOW)
        server.shutdown()


def filled(table: Table, **known: Any) -> dict[str, Any]:
    """A row of which only these columns matter."""
    empty = {column.name: {} if isinstance(column.type, JSON) else "" if isinstance(column.type, Text) else 0 for column in table.columns}
    return empty | known


def test_of_a_run_of_one_second_the_start_is_told_first(tmp_path: Path) -> None:
    """Within a second the log writes ends before starts: seconds of a first run and of the one after it, in the order of the log."""
    engine = connect(f"sqlite:///{tmp_path}/store.db")
    migrate(engine)
    Notices(engine).gather()
    spec = {"spec": {"name": "train", "notify": {"webhook": "https://example.kr/in"}}}
    rows = [(Kind.ENDED, 0, Outcome.PREEMPTED), (Kind.ENDED, 1, Outcome.COMPLETED), (Kind.STARTED, 0, 0), (Kind.STARTED, 1, 0)]
    with engine.begin() as connection:
        connection.execute(insert(inbox), filled(inbox, number=7, body=spec))
        connection.execute(insert(work), filled(work, job=3, inbox=7, task=None, state=int(JobState.COMPLETED)))
        since = connection.execute(select(head.c.seq)).scalar_one()
        for seq, (kind, attempt, cause) in enumerate(rows, since):
            connection.execute(insert(event), filled(event, seq=seq, at=NOW, kind=int(kind), job=3, attempt=attempt, cause=int(cause)))
        connection.execute(update(head).values(seq=since + len(rows)))
    assert Notices(engine).gather() == len(rows)
    told = [(one.event, one.outcome) for one in Notices(engine).due(NOW)]
    assert told == [("on-start", ""), ("on-end", "PREEMPTED"), ("on-start", ""), ("on-end", "COMPLETED")]
