"""What an auditor draws from a real log: whole, the same again, and what a stranger draws from the bundle alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from dure.adapters.store.engine import connect
from dure.adapters.store.schema import rules
from dure.bootstrap.audited import recalls, sampled
from dure.cli.main import main
from dure.model.errors import StoreError
from dure.programme.watch import Window
from dure.wire.scenario_policy import Watch
from tests.bootstrap.test_verify import SCRIPT, bundle  # noqa: F401

WEIGHTS = {"north/a": 1_000_000, "south/b": 1_300_000}


def drawn(place: Path, count: int, seed: int) -> dict[str, Any]:
    about = json.loads(subprocess.run(["unzip", "-p", str(place), "bundle.json"], capture_output=True, check=True).stdout)
    return sampled(connect(f"sqlite:///{place.parent}/data/store.db"), WEIGHTS, count, seed, about["since"], about["until"])


def test_a_stranger_draws_the_same_from_the_bundle(bundle: Path) -> None:  # noqa: F811
    ours = drawn(bundle, 25, 2026)
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(bundle), "sample", "25", "2026"], capture_output=True, text=True, check=True
    )
    theirs = re.findall(r"^draw (\d+): attempt (\d+), second (\d+), device (\d+)$", done.stdout, flags=re.MULTILINE)
    assert [tuple(map(int, one)) for one in theirs] == [
        (one["draw"], one["attempt"], one["second"], one["device"]) for one in ours["hours"]
    ]
    assert len(theirs) == 25


def test_each_hour_is_told_whole(bundle: Path) -> None:  # noqa: F811
    for one in drawn(bundle, 25, 1)["hours"]:
        kinds = [row["kind"] for row in one["events"]]
        assert {"SUBMITTED", "PLACED", "STARTED", "ENDED"} <= set(kinds)
        assert [row["seq"] for row in one["events"]] == sorted(row["seq"] for row in one["events"])
        assert {row["attempt"] for row in one["events"]} == {-1, one["attempt"]}
        placed = [row["seq"] for row in one["events"] if row["kind"] == "PLACED"]
        assert one["choice"]["rows"] == placed
        assert one["choice"]["decision"] > placed[-1]
        assert one["choice"]["rules"] is not None
        began = next(row["at"] for row in one["events"] if row["kind"] == "STARTED")
        ended = next(row["at"] for row in one["events"] if row["kind"] == "ENDED")
        assert began <= one["second"] < ended
        weight = 0 if one["grant"]["form"] == "dedicated" else WEIGHTS[one["pool"]]
        placed_at = next(row["at"] for row in one["events"] if row["kind"] == "PLACED")
        milli = sum(row["count"] for row in one["events"] if row["kind"] == "PLACED")
        assert one["bill"]["weight_ppm"] == weight
        assert one["bill"]["attempt_micro"] == milli * (ended - placed_at) * weight // 1_000 // 3_600
        assert 0 < one["bill"]["busy_s"] <= 3_600


def test_an_empty_period_is_named(bundle: Path) -> None:  # noqa: F811
    with pytest.raises(StoreError, match="nothing was busy"):
        sampled(connect(f"sqlite:///{bundle.parent}/data/store.db"), WEIGHTS, 3, 1, 5, 10)


def test_the_command(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    words = ["audit", "sample", "3", "--seed", "4", "--data", str(bundle.parent / "data")]
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(words) == 0
    said = capsys.readouterr().out
    assert all(f"attempt {one['attempt']}" in said for one in told["hours"])
    assert main([*words[:2], "0", *words[3:]]) == 2


def test_who_was_not_recalled_without_grants_is_nobody(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert main(["audit", "recalls", "--data", str(bundle.parent / "data"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"grants": [], "not_recalled": []}


def test_each_grant_is_told_with_its_reason(tmp_path: Path) -> None:
    """A grant of servers of 90 days: used, unused, unused and warned: the last two met the rule, and neither is recalled yet."""
    from dure.adapters.store.migrate import migrate
    from dure.adapters.store.people import People
    from dure.adapters.store.sql import Inbox
    from dure.model.people import Form, Wanted
    from dure.model.units import DAY_S

    engine, begin = connect(f"sqlite:///{tmp_path}/store.db"), 1_900_000_000
    migrate(engine)
    people = People(engine, Inbox(engine))
    people.bootstrap(tmp_path, begin, {"north/a": 8})
    officer = people.of_token((tmp_path / "admin.token").read_text().strip(), begin)
    wanted = Wanted(form=Form.DEDICATED, term_s=90 * DAY_S, pool="north/a", nodes=1)
    people.apply(officer, "k", begin, call_name="standing", project_name="idle", title="idle", wanted=wanted)
    now = begin + 40 * DAY_S

    def windows(used: int) -> Any:
        return lambda spans: {1: [Window(from_at=a, to_at=b, used=used, lent=0, idle=100 - used) for a, b in spans]}

    (unused,) = recalls(engine, windows(0), now)
    assert (unused["grant"], unused["project"], unused["met"], unused["not_recalled"], unused["why"]) == (
        1,
        "idle",
        True,
        True,
        "under_used",
    )
    (busy,) = recalls(engine, windows(90), now)
    assert (busy["met"], busy["not_recalled"], busy["why"]) == (False, False, "used")
    watch = Watch(use_least="0.95", window="1d", windows=3).model_dump(mode="json")  # as a leader writes it down
    with engine.begin() as connection:  # from a day before on the programme has a rule of its own
        connection.execute(
            insert(rules), {"number": 1, "hash": "ab", "since_seq": 0, "since_at": now - DAY_S, "text": {"policy": {"watch": watch}}}
        )
    (strict,) = recalls(engine, windows(90), now)
    assert (strict["met"], strict["rules"], strict["shares_ppm"]) == (True, "1-ab", [900_000] * 3)
    (before,) = recalls(engine, windows(90), now - DAY_S - 1)
    assert (before["met"], before["rules"]) == (False, ""), "judged by the rule in force then"
