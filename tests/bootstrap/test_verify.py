"""An auditor with `verify.py` alone: agrees with the ledger on a real log, and finds what was changed."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

import dure.verify
from dure.adapters.store.bundle import write_bundle
from dure.adapters.store.engine import connect
from dure.model.work import JobState
from tests.bootstrap.test_serve import Programme

SCRIPT = Path(dure.verify.__file__)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Jobs that end well, one that fails, one that is cancelled while it runs, servers that come and go."""
    folder = tmp_path_factory.mktemp("served")
    programme = Programme(folder / "data")
    programme.ask("project", project=1, name="univ-vision", share=1)
    programme.ask("credit", project=1, micro=5_000_000)
    programme.ask("project", project=2, name="lab", share=1)
    programme.ask("dedicate", grant="g1", project=2, pool="north/a", nodes=1, notice_s=5, lent=False)
    jobs = [programme.submit(run="sleep 1") for _ in range(5)]
    jobs += [programme.submit(project=2, accelerators=2), programme.submit(run="sleep 1; exit 3")]
    long = programme.submit(run="sleep 60")
    for id in jobs:
        programme.ended(id)
    programme.until(lambda: programme.current.tasks(long)[0].state == JobState.ACTIVE)
    programme.ask("cancel", job=long)
    programme.ended(long)
    programme.ask("release", grant="g1")
    for _ in range(5):
        programme.driver.turn()
    place = folder / "bundle.zip"
    write_bundle(connect(programme.served.address), place, None, int(time.time()) + 5)
    return place


def verified(place: Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), str(place)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_what_the_ledger_says_is_what_the_log_gives(bundle: Path) -> None:
    code, said = verified(bundle)
    assert code == 0, said
    assert "as claimed" in said


def test_it_shares_no_code_and_little_sql() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert "import dure" not in text
    assert "from dure" not in text
    sql = [line for part in (dure.verify.SQL, dure.verify.LINES, dure.verify.SPLITS) for line in part.splitlines() if line.strip()]
    assert len(sql) <= 80


def changed(bundle: Path, place: Path, name: str, row: dict[str, str], column: str, value: str) -> Path:
    """A copy of a bundle in which one figure is another one."""
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(place, "w") as new:
        for one in old.namelist():
            text = old.read(one).decode()
            if one == name:
                rows = list(csv.DictReader(io.StringIO(text)))
                found = next(each for each in reversed(rows) if all(each[key] == wanted for key, wanted in row.items()))
                found[column] = value
                out = io.StringIO()
                writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
                text = out.getvalue()
            new.writestr(one, text)
    return place


@pytest.mark.parametrize(
    ("name", "row", "column", "value", "said"),
    [
        ("lines.csv", {"pool": "0", "line": "productive"}, "milli_device_s", "1", "recomputed"),
        ("events.csv", {"kind": "13", "cause": "14"}, "count", "1", "splits"),
        ("events.csv", {"kind": "2"}, "seen", "0", "hash"),
        ("events.csv", {"kind": "3"}, "at", "0", "hash"),
    ],
)
def test_what_was_changed_is_found(
    bundle: Path, tmp_path: Path, name: str, row: dict[str, str], column: str, value: str, said: str
) -> None:
    code, text = verified(changed(bundle, tmp_path / "other.zip", name, row, column, value))
    assert code == 1
    assert said in text


def test_what_is_no_bundle_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("nothing")
    code, said = verified(tmp_path / "x")
    assert (code, "cannot be read" in said) == (2, True)


def test_the_same_log_gives_the_same_bytes(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as one:
        assert json.loads(one.read("bundle.json"))["schema"] == 1
        assert {info.date_time for info in one.infolist()} == {(1980, 1, 1, 0, 0, 0)}
