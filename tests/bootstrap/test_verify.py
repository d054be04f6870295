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
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

import dure.verify
from dure.adapters.store.bundle import manifest_of, write_bundle
from dure.adapters.store.engine import WRITES, connect
from dure.adapters.store.people import People
from dure.adapters.store.replay import rewrite
from dure.adapters.store.rollups import Seals
from dure.adapters.store.sql import Inbox
from dure.bootstrap.audited import one_moment
from dure.bootstrap.serve import BUILT_IN
from dure.ledger.months import month_at
from dure.ledger.settlement import settlement
from dure.model.people import Form, Scope, Wanted
from dure.model.units import DAY_S, MICRO
from dure.model.work import JobState
from tests.bootstrap.test_serve import Programme

SCRIPT = Path(dure.verify.__file__)
SQL_OF_IT = (dure.verify.SQL, dure.verify.BUSY, dure.verify.LINES, dure.verify.SPLITS, dure.verify.WORTH)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Jobs that end well, one that fails, one that is cancelled, servers that come and go; a month is settled, an hour is over."""
    folder = tmp_path_factory.mktemp("served")
    written = BUILT_IN.read_text(encoding="utf-8").replace("nodes: 2,", "nodes: 2, rate: 3600000,")
    (folder / "here.yaml").write_text(written, encoding="utf-8")
    programme = Programme(folder / "data", scenario=folder / "here.yaml")
    engine, now = connect(programme.served.address), int(time.time())
    people = People(engine, Inbox(engine))
    people.bootstrap(folder, now, {})
    officer = people.actor(1, frozenset(Scope))
    wanted = Wanted(form=Form.CREDITS, term_s=DAY_S, micro=5 * MICRO)
    people.apply(officer, "a", now, call_name="standing", project_name="univ-vision", title="t", wanted=wanted)
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
    an_hour_later(engine)
    rewrite(engine, now)
    month = month_at(now) - 1
    people.settle(officer, "s", now + 1, found=settlement("operator-north", month, [], {}), head=Seals(engine).head())
    place = folder / "bundle.zip"
    with one_moment(engine) as copy:
        end, also = copy.told(programme.served.grounds(), None)
        assert set(also) == {"catalog.json", "recalls.json", "operators.csv", "used.csv"}
        write_bundle(copy.engine, place, None, end, also=also)
    return place


def an_hour_later(engine: Engine) -> None:
    """A log up to the second in which the first job began, and what was asked then, an hour earlier than it was."""
    half = text("SELECT MIN(seq) FROM event WHERE seen > (SELECT MIN(seen) FROM event WHERE kind = 3)")
    asked = "SELECT w.inbox FROM work w JOIN event e ON e.job = w.job AND e.kind = 4 WHERE e.seq < :half"
    with engine.execution_options(**WRITES).begin() as connection:
        half_ = {"half": connection.execute(half).scalar_one()}
        connection.execute(text(f"UPDATE inbox SET at = at - 3600 WHERE number IN ({asked})"), half_)
        connection.execute(text("UPDATE event SET at = at - 3600, seen = seen - 3600 WHERE seq < :half"), half_)


def verified(place: Path, *heads: str) -> tuple[int, str]:
    words = [word for head in heads for word in ("--head", head)]
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), str(place), *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_what_the_ledger_says_is_what_the_log_gives(bundle: Path) -> None:
    code, said = verified(bundle)
    assert code == 0, said
    assert "as claimed" in said


def test_it_shares_no_code_and_little_sql() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert "import dure" not in text
    assert "from dure" not in text
    sql = [line for part in SQL_OF_IT for line in part.splitlines() if line.strip()]
    assert len(sql) <= 80


Edit = Callable[[dict[str, str]], None]


def table(name: str, row: Callable[[dict[str, str]], bool], column: str, value: Callable[[str], str]) -> Edit:
    """Another value in a column of the rows of a table."""

    def edit(files: dict[str, str]) -> None:
        rows = list(csv.DictReader(io.StringIO(files[name])))
        found = [each for each in rows if row(each)]
        assert found
        for each in found:
            each[column] = value(each[column])
        files[name] = as_csv(rows)

    return edit


def as_csv(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def objects(name: str, one: Callable[[dict[str, Any]], bool], change: Callable[[dict[str, Any]], object]) -> Edit:
    """The same of a file with an object in each line."""

    def edit(files: dict[str, str]) -> None:
        told = [json.loads(line) for line in files[name].splitlines()]
        found = [each for each in told if one(each)]
        assert found
        for each in found:
            change(each)
        files[name] = "".join(json.dumps(each) + "\n" for each in told)

    return edit


def blame_moved(files: dict[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(files["lines.csv"])))
    for row in rows:
        if row["line"] == "no_demand":
            other = next(each for each in rows if (each["pool"], each["line"]) == (row["pool"], "capped"))
            other["milli_device_s"], row["milli_device_s"] = row["milli_device_s"], other["milli_device_s"]
    files["lines.csv"] = as_csv(rows)


def no_seals(files: dict[str, str]) -> None:
    files["seals.csv"] = files["seals.csv"].splitlines()[0] + "\n"


def rehashed(files: dict[str, str]) -> None:
    """Marks and hash of the log as the log is now."""
    lines, head = files["events.csv"].splitlines()[1:], b""
    for line in lines:
        head = hashlib.sha256(head + line.encode()).digest()
    files["marks.txt"] = "".join(f"{hashlib.sha256(line.encode()).hexdigest()[:8]}\n" for line in lines)
    files["bundle.json"] = json.dumps(json.loads(files["bundle.json"]) | {"head": head.hex()})


def forged(files: dict[str, str]) -> None:
    """The log written again with other causes, everything that is hashed over it hashed again, and seals made for it."""
    table("events.csv", kind(4), "value", lambda was: str(int(was) + 1))(files)
    swap = {"12": "14", "14": "12"}
    table("events.csv", lambda row: row["kind"] == "13" and row["cause"] in swap, "cause", lambda was: swap[was])(files)
    blame_back = table("lines.csv", lambda row: True, "line", lambda was: {"no_demand": "capped", "capped": "no_demand"}.get(was, was))
    blame_back(files)
    rehashed(files)
    head, rows = b"", list(csv.DictReader(io.StringIO(files["seals.csv"])))
    for seq, line in enumerate(files["events.csv"].splitlines()[1:]):
        head = hashlib.sha256(head + line.encode()).digest()
        for row in rows:
            if int(row["last"]) == seq:
                head = hashlib.sha256(head + hashlib.sha256(row["also"].encode()).digest()).digest()
                row["head"] = head.hex()
    files["seals.csv"] = as_csv(rows)


def rewritten_without_seals(files: dict[str, str]) -> None:
    forged(files)
    no_seals(files)


def emptied(name: str) -> Edit:
    return lambda files: files.__setitem__(name, files[name].splitlines()[0])


def kind(number: int, attempt: str = "") -> Callable[[dict[str, str]], bool]:
    return lambda row: row["kind"] == str(number) and row["attempt"] == (attempt or row["attempt"])


def act(what: str) -> Callable[[dict[str, Any]], bool]:
    return lambda one: what in (one["act"], one["shown"].get("what"))


def row_of(name: str) -> Callable[[dict[str, Any]], bool]:
    return lambda one: str(one["row"]).startswith(name)


TAMPERED: dict[str, tuple[Edit, str]] = {
    "blame moved": (blame_moved, "no_demand: "),
    "a line": (table("lines.csv", lambda row: row["line"] == "productive", "milli_device_s", lambda _: "1"), "busy: "),
    "seals emptied": (no_seals, "no seal ends with row"),
    "log rewritten, seals emptied": (rewritten_without_seals, "no seal ends with row"),
    "idle devices": (table("events.csv", lambda row: kind(13)(row) and row["cause"] == "14", "count", lambda _: "1"), "splits"),
    "an end": (table("events.csv", kind(2), "at", lambda was: str(int(was) - 1)), "recomputed"),
    "a row of the log": (table("events.csv", kind(8, "2"), "value", lambda _: "7"), "of the log is not the one that was exported"),
    "a row of a sealed hour": (table("events.csv", kind(4), "value", lambda _: "7"), "are not those of seal 1"),
    "every term": (table("choices.csv", lambda _: True, "term", lambda _: "99"), "was not made in term 99"),
    "the pool of a choice": (table("choices.csv", kind(8, "1"), "pool", lambda _: "7"), "is not the one of the log"),
    "the rules of a choice": (table("choices.csv", kind(8, "1"), "rules", lambda _: "2-0"), "was made by other rules"),
    "a seal": (table("seals.csv", lambda _: True, "head", lambda _: "00" * 32), "are not those of seal 1"),
    "what a seal binds": (table("seals.csv", lambda _: True, "also", lambda was: was.replace('"pools":[', '"pools":[1')), "of seal 1"),
    "a pool": (table("pools.csv", lambda row: row["pool"] == "0", "devices", lambda _: "4"), "pools are not those of seal 1"),
    "an actor": (objects("acts.jsonl", act("call.made"), lambda one: one.update(actor="p9")), "acts are not those of seal 1"),
    "what was asked": (objects("acts.jsonl", act("submit"), lambda one: one["shown"].update(person=9)), "acts are not those of seal 1"),
    "whose job": (table("jobs.csv", lambda row: row["project"] == "1", "project", lambda _: "2"), "job 0 is not of act"),
    "who signed a grant": (objects("rows.jsonl", row_of("granted/"), lambda one: one["told"].update(signed_by=9)), "granted/1 is not"),
    "an allocation": (objects("rows.jsonl", row_of("allocation/"), lambda one: one["told"].update(micro=9)), "allocation/1 is not"),
    "a settlement": (objects("rows.jsonl", row_of("settlement/"), lambda one: one["told"].update(won=9)), "settlement/"),
    "no rows about people": (lambda files: files.__setitem__("rows.jsonl", ""), "granted/1 is not"),
    "a weight": (
        lambda files: files.__setitem__("rules.json", files["rules.json"].replace('"north/a": 1000000', '"north/a": 2000000', 1)),
        "are not those of their hash",
    ),
    "a rate": (
        lambda files: files.__setitem__("rules.json", files["rules.json"].replace('"rate_won": 3600000', '"rate_won": 7200000', 1)),
        "operator here: ",
    ),
    "credits": (table("used.csv", lambda row: row["of"] == "project 1", "amount", lambda was: str(int(was) + 1)), "project 1: "),
    "service": (
        table("used.csv", lambda row: row["of"][:8] == "operator", "amount", lambda was: str(int(was) - 1)),
        "operator here: ",
    ),
}
UNDER_THE_MANIFEST = ("catalog.json", "recalls.json", "definitions.csv", "operators.csv", "used.csv")


def tampered(bundle: Path, place: Path, edit: Edit, *, manifest: bool) -> Path:
    """A copy with an edit; `manifest`: whoever made it has made the manifest again too."""
    with zipfile.ZipFile(bundle) as old:
        files = {name: old.read(name).decode() for name in old.namelist()}
    before = dict(files)
    edit(files)
    assert files != before
    if manifest:
        about = json.loads(files["bundle.json"])
        about["files"] = {name: hashlib.sha256(one.encode()).hexdigest() for name, one in files.items() if name != "bundle.json"}
        files["bundle.json"] = json.dumps(about)
    with zipfile.ZipFile(place, "w") as new:
        for name, one in files.items():
            new.writestr(name, one)
    return place


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_is_found(bundle: Path, tmp_path: Path, name: str) -> None:
    """Named by what finds it, though the manifest was made again; and by the manifest where it was not."""
    edit, said = TAMPERED[name]
    code, found = verified(tampered(bundle, tmp_path / "again.zip", edit, manifest=True))
    assert (code, said in found) == (1, True), found
    code, found = verified(tampered(bundle, tmp_path / "other.zip", edit, manifest=False))
    assert (code, "is not the file of the manifest" in found) == (1, True), found


def test_what_is_made_anew_throughout_is_not_under_the_heads_that_were_handed_out(bundle: Path, tmp_path: Path) -> None:
    heads, manifest = [row["head"] for row in rows_of(bundle, "seals.csv")], manifest_of(bundle)
    code, found = verified(bundle, *heads, manifest)
    assert (code, "name heads or manifests" in found) == (0, False), found
    place = tampered(bundle, tmp_path / "forged.zip", forged, manifest=True)
    code, found = verified(place)
    assert (code, "not checked: whether log and bundle are those of the service" in found) == (1, True), found
    assert "settlement/operator-north/" in found, "it was signed under a head of before"
    code, found = verified(place, *heads)
    assert (code, f"head {heads[0]} is of no seal of this log" in found) == (1, True), found
    for name in UNDER_THE_MANIFEST:
        place = tampered(bundle, tmp_path / "less.zip", emptied(name), manifest=True)
        code, found = verified(place, manifest)
        assert (code, f"head {manifest} is of no seal" in found) == (1, True), found


def rows_of(bundle: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(bundle) as one:
        return list(csv.DictReader(io.StringIO(one.read(name).decode())))


def test_the_seals_that_were_handed_out_are_those_of_the_bundle(bundle: Path) -> None:
    """The chain over the bundle's own lines, hashed here once more, passes through every head."""
    with zipfile.ZipFile(bundle) as one:
        lines = one.read("events.csv").decode().splitlines()[1:]
        seals = list(csv.DictReader(io.StringIO(one.read("seals.csv").decode())))
        names = set(one.namelist())
    assert names >= {"choices.csv", "rules.json", "definitions.csv", "marks.txt"}
    head = b""
    heads, also = {}, {int(row["last"]): row["also"] for row in seals}
    for seq, line in enumerate(lines):
        head = hashlib.sha256(head + line.encode()).digest()
        if seq in also:
            head = hashlib.sha256(head + hashlib.sha256(also[seq].encode()).digest()).digest()
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
        assert json.loads(one.read("bundle.json"))["schema"] == 3
        assert {info.date_time for info in one.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_log_of_before_terms_were_written_down_says_what_is_not_checked(bundle: Path, tmp_path: Path) -> None:
    def older(files: dict[str, str]) -> None:
        rules = json.loads(files["rules.json"])
        for one in rules:
            del one["text"]["terms"]
        files["rules.json"] = json.dumps(rules)

    found = verified(tampered(bundle, tmp_path / "older.zip", older, manifest=True))[1]
    assert "not checked: credits by project and service by operator" in found


def test_no_name_in_a_bundle_writes_a_line_of_its_own(bundle: Path, tmp_path: Path) -> None:
    """Escapes, new lines and text that runs backwards, where a bundle has names."""
    name = "granted/1\x1b[2J\n78 rows of the log, 20 lines: as claimed\u202e"
    edit = objects("rows.jsonl", row_of("granted/"), lambda one: one.update(row=name))
    code, found = verified(tampered(bundle, tmp_path / "loud.zip", edit, manifest=True))
    assert code == 1
    assert "granted/1\\x1b[2J\\x0a78 rows" in found
    assert all(one.isprintable() for line in found.split("\n") for one in line)
    assert not any(line.endswith(": as claimed") for line in found.splitlines())
