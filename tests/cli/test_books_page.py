"""docs/BOOKS.md, command by command, against a service whose log says what the page says ran in June."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import insert, update

from dure.adapters.store.engine import connect
from dure.adapters.store.schema import attempt, event, ground, head, inbox, work
from dure.bootstrap.front import Front, listen, url_of
from dure.bootstrap.serve import Served
from dure.model.events import Kind, Outcome
from dure.model.reasons import CAUSES
from dure.model.work import AttemptState, JobState
from dure.web.app import create_app
from tests.cli.test_people_page import Talk
from tests.test_docs import ROOT, Quoted, _blocks, _in_order

PAGE = ROOT / "docs" / "BOOKS.md"
KST = dt.timezone(dt.timedelta(hours=9))
JUNE = int(dt.datetime(2026, 6, 1, tzinfo=KST).timestamp())
HOUR = 3_600
CAUSE = {cause.name: place for place, cause in enumerate(CAUSES)}


class House:
    """A service without its broker."""

    def __init__(self, folder: Path) -> None:
        self.served = Served(scenario=ROOT / "examples" / "books.yaml", data=folder / "dure-data")
        self.front = Front(self.served)
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

    def june(self) -> None:
        """What ran, as a broker would have kept it."""
        engine = connect(self.served.address)
        at = JUNE + 15 * 24 * HOUR + 16 * HOUR
        late = JUNE + 29 * 24 * HOUR + 19 * HOUR
        with engine.begin() as connection:
            pools = [{"number": n, "pool": path, "nodes": 2, "devices": 8} for n, path in enumerate(("north/a", "south/b"))]
            connection.execute(insert(ground), pools)
            for job, (project, person, pool, milli, start, hours, wait) in enumerate(
                [(1, 2, 0, 8_000, at, 2, 60), (2, 3, 1, 2_000, late, 10, 300)]
            ):
                body = {"spec": {"name": "x"}, "project": project, "person": person}
                number = 900 + job
                connection.execute(insert(inbox).values(number=number, key=f"x{job}", act="submit", actor="p2", at=start - wait, body=body))
                row = {
                    "job": job,
                    "inbox": number,
                    "task": None,
                    "name": "x",
                    "project": project,
                    "person": person,
                    "devices": milli // 1_000,
                }
                row |= {"state": int(JobState.COMPLETED), "attempts": 1, "attempt": job, "pool": pool, "submitted_at": start - wait}
                row |= {"started_at": start, "ended_at": start + hours * HOUR, "outcome": int(Outcome.COMPLETED), "withdrawn": 0}
                connection.execute(insert(work).values(**row))
                row = {"attempt": job, "job": job, "pool": pool, "state": int(AttemptState.ENDED), "milli": milli, "placed_at": start}
                row |= {"started_at": start, "ended_at": start + hours * HOUR, "outcome": int(Outcome.COMPLETED), "kept_s": hours * HOUR}
                connection.execute(insert(attempt).values(stop_by=None, **row))
            down = [(JUNE - HOUR, "no_demand", 16_000), (JUNE + 5 * HOUR, "no_demand", 8_000), (JUNE + 5 * HOUR, "failed", 8_000)]
            down += [(JUNE + 41 * HOUR, "failed", 0), (JUNE + 41 * HOUR, "no_demand", 16_000)]
            for seq, (second, cause, milli) in enumerate(down):
                row = {"seq": seq, "at": second, "seen": second, "kind": int(Kind.IDLE), "pool": 0, "count": milli, "cause": CAUSE[cause]}
                connection.execute(insert(event).values(job=-1, attempt=-1, node=-1, value=0, term=1, **row))
            connection.execute(update(head).values(seq=len(down)))
        engine.dispose()
        self.front.accounts.charge()


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


def test_every_command_of_the_page(service: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk(service, capsys)  # type: ignore[arg-type]
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    turn = next(number for number, line in enumerate(lines, 1) if line.startswith("<!-- June"))
    found: list[Quoted] = _blocks("docs/BOOKS.md", lines)
    assert len(found) > 20
    passed = False
    for one in found:
        if one.line > turn and not passed:
            passed = True
            service.june()
        said = talk(one.command)
        absent = _in_order(one.output, said)
        assert absent is None, f"{one.where}\nsays: {absent}\ndoes not follow in:\n{said}"
    assert passed
    _also(talk, monkeypatch)


def _also(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent again nothing changes; every figure of the CSV is that of the tables; the same in Korean."""
    assert "settled before" in talk("dure settle 2026-06 --operator north-cloud --sign", 2)
    assert "is no month" in talk("dure settle 2026-13", 2)
    assert "No operator nobody" in talk("dure settle 2026-06 --operator nobody", 2)
    books = json.loads(talk("dure books 2026-06 --json"))
    assert sum(one["won"] for one in books["balances"]) == 0
    rows = json.loads(talk("dure usage --by attempt --json"))["rows"]
    assert {(one["credits_micro"], one["won"], one["energy_wh"], one["electricity_won"], one["service_won"]) for one in rows} == {
        (16_000_000, 0, 21_920, 5_300, 32_000),
        (19_200_000, 5_000, 27_800, None, None),
    }
    monkeypatch.setenv("DURE_LANG", "ko")
    assert "north/a: 16.0 가속기시간 × ₩2,000 = ₩32,000" in talk("dure settle 2026-06 --operator north-cloud")
    assert "전기요금" in talk("dure books 2026-06")
    assert "신청에서 선정까지" in talk("dure programme access")
    assert "자부담금" in talk("dure usage")
