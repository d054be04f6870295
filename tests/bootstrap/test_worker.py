"""Chores: done when they are due, whatever becomes of the others; nights are Korean."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy.exc import OperationalError

from dure.bootstrap.turning import SILENT_S, Turning, gone
from dure.bootstrap.worker import CHORES, NIGHTLY_S, SOON_S, Chore, Turns
from dure.model.errors import InputError

NOON = int(dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC).timestamp())
"""Noon in Korea."""


class Played:
    """A worker whose clock is set by hand; counts what was done when."""

    def __init__(self, *chores: Chore) -> None:
        self.now, self.said, self.done = NOON, list[str](), Counter[str]()
        worker = SimpleNamespace(now=lambda: self.now, said=self.said.append, done=self.done)
        self.turns = Turns(cast("Any", worker), chores)

    def until(self, second: int) -> None:
        while self.now < second:
            self.turns.turn()
            self.now += 1


def counted(name: str, every_s: int) -> Chore:
    return Chore(name, every_s, lambda worker: cast("Any", worker).done.update([name]))


def broken(name: str, error: Exception) -> Chore:
    def do(_: object) -> None:
        raise error

    return Chore(name, SOON_S, do)


def test_a_chore_is_done_at_once_and_then_as_often_as_it_says() -> None:
    played = Played(counted("often", 10), counted("seldom", 60))
    played.until(NOON + 120)
    assert played.done == {"often": 12, "seldom": 2}


def test_what_is_done_at_night_waits_for_three_in_the_morning_in_korea() -> None:
    played = Played(counted("night", NIGHTLY_S))
    three = int(dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC).timestamp())
    played.now = three - 5
    played.until(three)
    assert not played.done
    played.until(three + 60)
    assert played.done == {"night": 1}
    played.now = three + NIGHTLY_S - 2
    played.until(three + NIGHTLY_S + 2)
    assert played.done == {"night": 2}


def test_one_that_fails_keeps_none_from_being_done() -> None:
    gone = OperationalError("select", {}, Exception("the database is gone"))
    played = Played(broken("lame", gone), broken("wrong", InputError("no")), counted("sound", SOON_S))
    played.until(NOON + 2 * SOON_S)
    assert played.done == {"sound": 2}
    assert played.said == ["lame: not done now: OperationalError", "wrong: not done now: InputError"] * 2, "no word of what was in it"


def test_the_worker_has_what_the_web_left_to_it() -> None:
    assert [one.name for one in CHORES] == ["hours", "charges", "terms", "rows", "data"]
    assert {one.name for one in CHORES if one.every_s >= NIGHTLY_S} >= {"rows"}


def test_a_thread_of_chores_never_dies_of_one(tmp_path: Path) -> None:
    over = threading.Event()
    played = Played(broken("odd", UnicodeError("label too long")), Chore("last", SOON_S, lambda _: over.set()))
    played.turns.run(over, Turning(tmp_path, "notices"))
    assert played.said == [f"odd: not done now, and nobody foresaw it: UnicodeError at test_worker.py:{broken.__code__.co_firstlineno + 2}"]


def test_a_thread_that_turns_no_more_is_told(tmp_path: Path) -> None:
    assert gone(tmp_path, 0.0) == "", "none has begun"
    sign = Turning(tmp_path, "notices")
    sign.turns()
    file = tmp_path / "turning" / "notices"
    at = file.stat().st_mtime
    assert gone(tmp_path, at + SILENT_S["notices"] - 1) == ""
    assert gone(tmp_path, at + SILENT_S["notices"] + 1) == "notices"
    os.utime(file, (at - 10_000, at - 10_000))
    Turning(tmp_path, "notices").turns()
    assert gone(tmp_path, at + 1) == ""
    sign.ended()
    assert gone(tmp_path, at + 10_000) == "", "it was told to end"
