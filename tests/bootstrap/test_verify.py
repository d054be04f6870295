"""An auditor with `verify.py` alone: agrees with the ledger on a real log, and finds what was changed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import insert

import dure.verify
from dure.adapters.store.bundle import write_bundle
from dure.adapters.store.chain import chained
from dure.adapters.store.engine import WRITES, connect
from dure.adapters.store.schema import seal
from dure.adapters.store.sql import read_rows
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
    engine = connect(programme.served.address)
    with engine.connect() as connection:
        rows = read_rows(connection)
    half = len(rows) // 2  # as if an hour had been over there
    with engine.execution_options(**WRITES).begin() as connection:
        connection.execute(insert(seal), [{"number": 1, "first": 0, "last": half - 1, "at": 0, "head": chained("", rows[:half])}])
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
        ("events.csv", {"kind": "8", "attempt": "2"}, "value", "7", "row {seq} of the log"),
        ("choices.csv", {"kind": "8", "attempt": "1"}, "pool", "1", "choice {seq} is not the one"),
        ("choices.csv", {"kind": "8", "attempt": "1"}, "rules", "2-000000000000", "choice {seq} was made by other rules"),
        ("seals.csv", {"number": "1"}, "head", "00" * 32, "are not those of seal 1"),
    ],
)
def test_what_was_changed_is_found(
    bundle: Path, tmp_path: Path, name: str, row: dict[str, str], column: str, value: str, said: str
) -> None:
    code, text = verified(changed(bundle, tmp_path / "other.zip", name, row, column, value))
    assert code == 1
    with zipfile.ZipFile(bundle) as one:
        rows = list(csv.DictReader(io.StringIO(one.read(name).decode())))
    found = next(each for each in reversed(rows) if all(each[key] == wanted for key, wanted in row.items()))
    assert said.format(seq=found.get("seq", "")) in text


def test_the_seals_that_were_handed_out_are_those_of_the_bundle(bundle: Path) -> None:
    """The chain over the bundle's own lines, hashed here once more, passes through every head."""
    with zipfile.ZipFile(bundle) as one:
        lines = one.read("events.csv").decode().splitlines()[1:]
        seals = list(csv.DictReader(io.StringIO(one.read("seals.csv").decode())))
        names = set(one.namelist())
    assert names >= {"choices.csv", "rules.json", "definitions.csv", "marks.txt"}
    head = b""
    heads = {}
    for seq, line in enumerate(lines):
        head = hashlib.sha256(head + line.encode()).digest()
        heads[seq] = head.hex()
    assert [(row["head"], row["number"]) for row in seals] == [(heads[int(row["last"])], str(n)) for n, row in enumerate(seals, 1)]
    assert len(seals) == 1
    assert f"last seal: rows up to {seals[0]['last']}, head {seals[0]['head']}" in verified(bundle)[1]


def test_a_row_that_was_taken_out_is_missed(bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(tmp_path / "less.zip", "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, text if name != "events.csv" else text.rsplit("\n", 2)[0] + "\n")
    code, said = verified(tmp_path / "less.zip")
    assert (code, "were exported" in said) == (1, True)


def test_what_is_no_bundle_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("nothing")
    code, said = verified(tmp_path / "x")
    assert (code, "cannot be read" in said) == (2, True)


def test_the_same_log_gives_the_same_bytes(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as one:
        assert json.loads(one.read("bundle.json"))["schema"] == 2
        assert {info.date_time for info in one.infolist()} == {(1980, 1, 1, 0, 0, 0)}
