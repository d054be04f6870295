"""Texts that people choose, through the whole service: requests, replies, pages, tables, exports, the log and the bundle of an auditor.

Whatever somebody calls a thing, it is refused with a problem or it is kept; and where it is shown it stays in its cell, its page, its line.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from dure.wire.api_examples import EXAMPLES
from tests.cli.test_books_page import House, service  # noqa: F401
from tests.cli.test_people_page import Talk

pytestmark = pytest.mark.system
MARK = "h4x0r"
HOSTILE = (
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}()>',
    f"=HYPERLINK({MARK})",
    f"+{MARK}",
    f"-{MARK}",
    f"@{MARK}",
    f"\x1b[31m{MARK}\x1b]0;x\x07",
    f"{MARK}\x00",
    f"{MARK}\r\nX-Dure: 1\r\n\r\n",
    f"{MARK}\u202egnp.exe",
    f"'; DROP TABLE work; -- {MARK}",
    f"{{{{7*7}}}} {{% raw %}} ${{HOME}} %s %n {MARK}",
    f"../../../../{MARK}",
    f"{MARK} 두레 \U0001f600 é",
    f"{MARK}" * 2_000,
)
CONTROL = {chr(code) for code in (*range(32), *range(127, 160))} - set("\n\r\t")
TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of the text behind it: in JSON it is a value as it was given; nobody reads it raw."""
POSTS = {
    "OrganisationRequest": "/organisations",
    "PersonRequest": "/persons",
    "TokenRequest": "/tokens",
    "CallRequest": "/calls",
    "ApplyRequest": "/applications",
    "SubmitRequest": "/jobs",
    "ExplainRequest": "/explain",
    "GiveRequest": "/applications/1/give",
    "ReviewRequest": "/applications/1/reviews",
    "AnswerRequest": "/grants/1/answer",
    "MemberRequest": "/projects/univ-vision/members",
    "DataRequest": "/data",
}
SPEC = {"labels": {"of": MARK}, "notify": {"webhook": "https://example.org/x"}, "outputs": ["ckpt/"], "variables": {"A": MARK}}


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts stand in a document."""
    if isinstance(tree, str):
        yield path
    for key, value in tree.items() if isinstance(tree, Mapping) else enumerate(tree) if isinstance(tree, list) else ():
        yield from leaves(value, (*path, key))


def put(tree: Any, path: tuple[Any, ...], text: str) -> Any:
    """The document with another text there."""
    if not path:
        return text
    copy = dict(tree) if isinstance(tree, Mapping) else list(tree)
    copy[path[0]] = put(tree[path[0]], path[1:], text)
    return copy


def is_text(text: str, where: str, bad: set[str] = CONTROL) -> None:
    found = sorted({f"U+{ord(one):04X}" for one in text if one in bad})
    assert not found, f"{where}: {found}"


def is_plain(text: str, where: str) -> None:
    """As people see it."""
    is_text(text, where, CONTROL | TURNS)


def ask_everything(client: httpx2.Client) -> dict[int, int]:
    """Every text of every request as every hostile text; how many answers of each status there were."""
    statuses: dict[int, int] = {}
    for name, path in POSTS.items():
        body = dict(EXAMPLES[name])
        if name == "SubmitRequest":
            body["spec"] = body["spec"] | SPEC
        for leaf in leaves(body):
            for number, text in enumerate(HOSTILE):
                key = f"{name}-{'-'.join(map(str, leaf))}-{number}"
                reply = client.post(f"/api/v1{path}", json=put(body, leaf, text), headers={"Idempotency-Key": key})
                statuses[reply.status_code] = statuses.get(reply.status_code, 0) + 1
                assert reply.status_code < 500, (name, leaf, text[:40], reply.text[:400])
                assert "x-dure" not in reply.headers
                is_text(reply.text, f"{name} {leaf}")
                if reply.status_code >= 400:
                    assert reply.headers["content-type"].startswith("application/problem+json"), reply.text[:200]
    return statuses


def pages_hold(client: httpx2.Client) -> int:
    """Nothing that was typed is a tag or an attribute of a page; nothing that is read is a control character. How often it was shown."""
    shown = 0
    for path in ("/", "/?lang=ko", "/audit", "/audit?lang=ko", "/openapi.json", "/metrics", "/waterfall.csv"):
        reply = client.get(path)
        assert reply.status_code == 200, path
        for tag in (f"<script>{MARK}", f"<img src=x onerror={MARK}"):
            assert tag not in reply.text, path
        is_plain(reply.text, path)
        shown += MARK in reply.text
    for path in (
        "organisations",
        "persons",
        "projects",
        "calls",
        "applications",
        "grants",
        "jobs",
        "tokens",
        "data",
        "me",
        "usage?by=project",
    ):
        reply = client.get(f"/api/v1/{path}")
        assert reply.status_code == 200, path
        json.loads(reply.text)
        is_text(reply.text, path)
        shown += MARK in reply.text
    return shown


def cells_stay_cells(text: str, where: str) -> None:
    """No cell of a table is a formula to a spreadsheet, and every row has the columns of the first."""
    rows = list(csv.reader(io.StringIO(text)))
    assert len({len(row) for row in rows}) == 1, where
    for row in rows:
        for cell in row:
            assert MARK not in cell or cell[:1] not in ("=", "+", "-", "@", "\t", "\r"), f"{where}: {cell[:60]!r}"


def test_whatever_a_thing_is_called(service: House, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:  # noqa: F811
    talk = Talk(service, capsys)  # type: ignore[arg-type]
    talk("dure login --token-file dure-data/admin.token")
    talk("dure calls make examples/calls/credits.yaml")
    talk('dure projects apply univ-vision --title "Seeing" --call credits --credits 100')
    token = (tmp_path / "dure-data" / "admin.token").read_text().strip()
    with httpx2.Client(base_url=service.url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        statuses = ask_everything(client)
        assert statuses.get(422, 0) > 100, statuses
        assert statuses.get(201, 0) > 50, statuses
        assert pages_hold(client) >= 5
        service.june()  # something ran: for the tables of what was used
        assert pages_hold(client) >= 5
    lists = (
        "organisations list",
        "people list",
        "projects list",
        "calls list",
        "calls applications",
        "grants list",
        "tokens list",
        "data ls",
    )
    for command in (*lists, "ps", "calls show credits", "projects show univ-vision", "grants show 1"):
        for language in ("", " --lang ko"):
            is_plain(talk(f"dure {command}{language}"), command)
    cells_stay_cells(talk("dure usage export --format csv"), "usage export")
    for by in ("project", "organisation", "person"):
        is_plain(talk(f"dure usage --by {by}"), by)
