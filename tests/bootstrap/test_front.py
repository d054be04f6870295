"""What the web shows of a State, and the process that is started again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dure.adapters.store.sql import Deposed
from dure.bootstrap.front import AGAIN_MOST_S, AGAIN_S, KEPT_OUT, KEPT_OUT_S, Supervisor, lines, listen, pause_s, url_of
from dure.bootstrap.sole import sole
from dure.model.errors import InputError
from dure.model.reasons import CAUSES
from dure.present.numbers import Lang
from dure.present.said import told
from dure.present.words import Words


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


def test_one_that_is_kept_out_is_not_started_again_at_once() -> None:
    """A broker that another one overtook would only take the lead back, and be overtaken again."""
    assert Deposed("term 3 is over").exit_code == KEPT_OUT
    assert pause_s(KEPT_OUT, 0.1, AGAIN_S) == pause_s(KEPT_OUT, 1_000.0, AGAIN_S) == KEPT_OUT_S >= 60
    assert [pause_s(3, 0.1, AGAIN_S), pause_s(3, 1_000.0, AGAIN_MOST_S)] == [2 * AGAIN_S, AGAIN_S]


def test_a_folder_is_served_once(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from dure.bootstrap.sole import sole\nwith sole(Path({str(tmp_path)!r})): pass"
    with sole(tmp_path):
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert f"process {os.getpid()} on " in other.stderr
        assert str(tmp_path) in other.stderr
        with pytest.raises(InputError, match=r"already.*another folder") as error, sole(tmp_path):
            pass
        assert "이미 서비스하고" in told(error.value, Words(Lang.KO))
        assert "--data로" in told(error.value, Words(Lang.KO))
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0, "it goes with the process that held it"


def test_a_port_that_is_taken_is_named() -> None:
    with listen("127.0.0.1", 0) as there:
        assert url_of(there).startswith("http://127.0.0.1:")
        with pytest.raises(InputError, match=r"nobody can listen there.* its own --data too"):
            listen("127.0.0.1", there.getsockname()[1])
