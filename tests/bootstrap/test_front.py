"""What the web shows of a State, and the process that is started again."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from dure.bootstrap.front import Supervisor, lines, listen, url_of
from dure.model.errors import InputError
from dure.model.reasons import CAUSES


def test_lines_add_up_from_below() -> None:
    milli = {cause.name: n for n, cause in enumerate(CAUSES, 1) if cause.step != "productive"} | {"busy": 1000}
    found = lines(milli)
    by_hand = {
        "available": 1000 + sum(range(7, 16)),  # foreign … no_demand
        "powered": 1000 + sum(range(4, 16)),
        "installed": 1000 + sum(range(2, 16)),
        "contracted": 1000 + sum(range(1, 16)),
        "busy": 1000,
    }
    assert {name: found[name] for name in by_hand} == by_hand
    assert "productive" not in found


def test_a_broker_that_dies_is_started_again(tmp_path: Path) -> None:
    code = f"import pathlib, time; p = pathlib.Path({str(tmp_path)!r}, 'starts'); p.open('a').write('x'); "
    code += "time.sleep(60) if len(p.read_text()) > 1 else exit(3)"
    said: list[int] = []
    one = Supervisor([sys.executable, "-c", code], said.append)
    try:
        given_up = time.monotonic() + 30
        while not ((tmp_path / "starts").exists() and (tmp_path / "starts").read_text() == "xx") and time.monotonic() < given_up:
            time.sleep(0.02)
        assert said == [3]
        assert one.alive
    finally:
        one.close()
    assert not one.alive
    assert (tmp_path / "starts").read_text() == "xx"


def test_a_port_that_is_taken_is_named() -> None:
    with listen("127.0.0.1", 0) as there:
        assert url_of(there).startswith("http://127.0.0.1:")
        with pytest.raises(InputError, match=r"nobody can listen there.* its own --data too"):
            listen("127.0.0.1", there.getsockname()[1])
