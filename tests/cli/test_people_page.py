"""docs/PEOPLE.md, command by command, against a service on a real socket; and what its commands say in Korean and as JSON."""

from __future__ import annotations

import json
import shlex
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
import uvicorn

from dure.adapters.store.people_desk import SYSTEM
from dure.bootstrap.front import Front, listen, url_of
from dure.bootstrap.serve import Served
from dure.cli.main import main
from dure.model.units import DAY_S
from dure.programme.watch import WatchRule, Window
from dure.web.app import create_app
from tests.test_docs import ROOT, Quoted, _blocks, _in_order

PAGE = ROOT / "docs" / "PEOPLE.md"
WEEK = 7 * DAY_S
TURN = "<!-- four weeks"


class House:
    """A service without its broker, which these commands do not ask."""

    def __init__(self, folder: Path) -> None:
        self.front = Front(Served(data=folder / "dure-data"))
        there = listen("127.0.0.1", 0)
        self.url = url_of(there)
        config = uvicorn.Config(create_app(self.front.services), log_level="error", access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [there]}, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self.front.close()


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("DURE_URL", raising=False)
    monkeypatch.delenv("DURE_TOKEN", raising=False)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    made = House(tmp_path)
    yield made
    made.close()


class Talk:
    """Runs what a person would type; `last` is what was printed."""

    def __init__(self, service: House, capsys: pytest.CaptureFixture[str]) -> None:
        self._service, self._capsys, self.last = service, capsys, ""

    def __call__(self, command: str, code: int = 0) -> str:
        typed = shlex.split(command)[1:]
        if typed[0] == "login":
            typed.insert(1, self._service.url)
        got = main(typed)
        told = self._capsys.readouterr()
        assert got == code, (command, told)
        self.last = told.out + told.err
        return self.last


@pytest.fixture
def talk(service: House, capsys: pytest.CaptureFixture[str]) -> Talk:
    return Talk(service, capsys)


def _under_used(service: House) -> None:
    """What the watch does once univ-weather, grant 2, has used nothing for four weeks."""
    people = service.front.people
    held = people.grant(SYSTEM, 2)
    idle = [Window(from_at=held.from_at + n * WEEK, to_at=held.from_at + (n + 1) * WEEK, used=0, lent=90, idle=10) for n in range(4)]
    # Weeks do not pass in a test: the grant is looked at from their end, and what it was told counts from now.
    rule = WatchRule(answer_s=-3 * WEEK)
    people.carry_out(SYSTEM, "watch", held.from_at + 4 * WEEK, rule=rule, windows={2: idle})


def test_every_command_of_the_page(service: House, talk: Talk) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    turn = next(number for number, line in enumerate(lines, 1) if line.startswith(TURN))
    found: list[Quoted] = _blocks("docs/PEOPLE.md", lines)
    assert len(found) > 40
    seal, passed = "", False
    for one in found:
        if one.line > turn and not passed:
            passed = True
            _under_used(service)
        said = talk(one.command.replace("SEAL", seal))
        absent = _in_order(one.output, said)
        assert absent is None, f"{one.where}\nsays: {absent}\ndoes not follow in:\n{said}"
        seal = said.split("--seal ")[1].split()[0] if "--seal " in said else seal
    assert passed


def test_it_is_said_in_korean_and_as_json(service: House, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk("dure login --token-file dure-data/admin.token")
    monkeypatch.setenv("DURE_LANG", "ko")
    said = talk('dure projects apply seeing --title "보기" --credits 100')
    assert "선정되었습니다. seeing 과제에 100 크레딧, 기간 30일 (선정 1)" in said
    for command in ("projects list", "projects show seeing", "grants list", "grants show 1", "calls list", "calls show standing"):
        text = talk(f"dure {command}")
        assert text
        assert not {"held", "term", "title", "fast"} & set(text.split()), text
        assert isinstance(json.loads(talk(f"dure {command} --json")), dict)
    for command in ("tokens list", "people list", "organisations list", "calls applications"):
        assert isinstance(json.loads(talk(f"dure {command} --json")), dict)
        assert talk(f"dure {command}")
    refused = talk('dure projects apply other --title "t" --credits 100', 2)
    assert "신청자가 신속 선정을 이미 1건 갖고 있고, 한도는 1건입니다" in refused
    assert "기간을" in talk('dure projects apply third --title "t" --credits 100 --for 200d', 2)
    assert "신청할 것이 없습니다" in talk('dure projects apply third --title "t"', 2)
    assert "과제 이름으로 쓸 수 없습니다" in talk('dure projects apply "Third One" --title "t" --credits 1', 2)


def test_a_call_file_is_checked_before_it_is_sent(talk: Talk, tmp_path: Path) -> None:
    talk("dure login --token-file dure-data/admin.token")
    text = (ROOT / "examples" / "calls" / "spring.yaml").read_text(encoding="utf-8")
    for wrong, said in (
        (text.replace("least_points: 50", "least_points: 500"), "call.yaml:11: panel.least_points"),
        (text.replace("reviews: 2", "revews: 2"), "call.yaml:10: panel.revews"),
        (text.replace("firms: 7%", "firms: seven"), "call.yaml:15: copay.firms"),
        ("- a\n", "call.yaml:1: a call is a mapping of keys"),
    ):
        (tmp_path / "call.yaml").write_text(wrong, encoding="utf-8")
        assert said in talk("dure calls make call.yaml", 2)
    (tmp_path / "call.yaml").write_text(text.replace("firms: 7%", "firms: 30%"), encoding="utf-8")
    assert "firms would not pay 5 to 10 % of the price" in talk("dure calls make call.yaml", 2)


def test_nobody_but_its_owner_reads_a_token_file(talk: Talk, tmp_path: Path) -> None:
    talk("dure login --token-file dure-data/admin.token")
    talk("dure tokens make mine -o mine.token")
    assert (tmp_path / "mine.token").stat().st_mode & 0o777 == 0o600
    assert "is not written over" in talk("dure tokens make mine -o mine.token", 2)
    secret = (tmp_path / "mine.token").read_text().strip()
    assert secret not in talk("dure tokens list --json")
    made = cast("dict[str, str]", json.loads(talk("dure tokens make other --json")))
    assert made["token"].startswith("dure_")
