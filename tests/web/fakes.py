"""Small stand-ins for the broker's side, so that the door is tested by itself: a real inbox, rows and rates that a test writes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dure.adapters.files import load_scenario
from dure.adapters.store.blobs import Blobs
from dure.adapters.store.changes import Change
from dure.adapters.store.current import AttemptRow, JobRow
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.sql import Inbox
from dure.ledger.access import Access
from dure.ledger.books import PROGRAMME, Account, Entry
from dure.ledger.settlement import Line, Settlement
from dure.ledger.use import By, UsedBy
from dure.model.errors import LoginError
from dure.model.people import Actor, Role, Scope
from dure.model.reasons import Code, Reason, reason
from dure.model.work import AttemptState, JobState
from dure.web.desk import Desk
from dure.web.fleet import Fleet
from dure.web.ports import NodeOf, Period, PoolRates, PoolUse, RatesNow, RunUse, Seal, UsageOf
from dure.web.services import Limits, Services

ROOT = Path(__file__).resolve().parents[2]
NOW = 1_800_000_000


NAMES = {1: "vision", 2: "language", 3: "other"}


SCOPES = frozenset({Scope.READ, Scope.JOBS})
LEADS, WORKS = Role.PRINCIPAL_INVESTIGATOR, Role.RESEARCHER
ALICE = Actor(person=1, organisation=1, scopes=SCOPES, projects={1: LEADS})
BOB = Actor(person=2, organisation=1, scopes=SCOPES, projects={1: WORKS, 2: WORKS})
EVE = Actor(person=3, organisation=2, scopes=SCOPES, projects={3: WORKS})
OLGA = Actor(person=4, organisation=3, scopes=SCOPES, roles=frozenset({Role.OPERATOR}), sites=frozenset({"gwangju"}))
TOKENS = {"token-of-alice": ALICE, "token-of-bob": BOB, "token-of-eve": EVE, "token-of-olga": OLGA}


class SomePeople:
    def __init__(self) -> None:
        self.asked = 0

    def of_token(self, text: str, now: int) -> Actor:
        self.asked += 1
        if text not in TOKENS:
            raise LoginError("the token is not known, or it is over")
        return TOKENS[text]


class SomeProjects:
    def number(self, name: str) -> int | None:
        return next((number for number, known in NAMES.items() if known == name), None)

    def name(self, number: int) -> str | None:
        return NAMES.get(number)

    def fresh(self, number: int) -> bool:
        return False

    def models(self, number: int) -> Sequence[str] | None:
        return None


def row(id: int, name: str, project: int = 1, person: int = 1, state: JobState = JobState.QUEUED, **more: Any) -> JobRow:
    """A job as the broker's rows say it."""
    known: dict[str, Any] = {"task": None, "number": id, "devices": 1, "pool": None, "attempts": 0, "key": None, "submitted_at": NOW}
    known |= {"started_at": None, "ended_at": None, "outcome": None, "spec": {}, **more}
    return JobRow(id=id, name=name, project=project, person=person, state=state, **known)


def run(attempt: int, key: str, **more: Any) -> AttemptRow:
    known: dict[str, Any] = {"pool": "gwangju/h100", "state": AttemptState.RUNNING, "milli": 1000, "placed_at": NOW, "started_at": NOW}
    return AttemptRow(attempt=attempt, key=key, **known | {"ended_at": None, "outcome": None, **more})


class SomeRows:
    """What the broker's tables would say; jobs that are only in the inbox are NEW."""

    def __init__(self, inbox: Inbox) -> None:
        self.rows: dict[int, JobRow] = {}
        self.runs: dict[int, list[AttemptRow]] = {}
        self.told: list[Change] = []
        self._inbox = inbox

    def job(self, id: int, task: int | None = None) -> JobRow | None:
        if id in self.rows:
            return self.rows[id]
        for one in self._inbox.read(id, 1):
            if one.number == id and one.act == "submit" and task is None:
                body = one.body
                return row(id, body["spec"]["name"], body["project"], body["person"], JobState.NEW, spec=body["spec"])
        return None

    def jobs(
        self,
        *,
        projects: Collection[int] | None,
        states: Collection[JobState] | None,
        before: int | None,
        limit: int,
        labels: Mapping[str, str] = MappingProxyType({}),
        name: str | None = None,
    ) -> list[JobRow]:
        found = [one for one in self.rows.values() if projects is None or one.project in projects]
        found = [one for one in found if (states is None or one.state in states) and (before is None or one.id < before)]
        found = [one for one in found if name in (None, one.name) and labels.items() <= one.spec.get("labels", {}).items()]
        return sorted(found, key=lambda one: -one.id)[:limit]

    def changes(self, after: int | None, projects: Collection[int] | None, limit: int) -> tuple[Sequence[Change], int]:
        end = len(self.told) - 1
        if after is None:
            return [], end
        found = [one for one in self.told[after + 1 :] if projects is None or one.project in projects][:limit]
        return found, end

    def tasks(self, id: int) -> list[JobRow]:
        return [self.rows[id]] if id in self.rows else []

    def attempts(self, id: int, task: int | None = None, after: int = -1, limit: int | None = None) -> Sequence[AttemptRow]:
        return [one for one in self.runs.get(id, []) if one.attempt > after][:limit]


class SomeLive:
    def why(self, id: int, task: int | None) -> Sequence[Reason]:
        return [reason(Code.QUEUE_POSITION, ahead=3, order="fcfs")]

    def why_of(self, numbers: Sequence[int]) -> dict[int, Sequence[Reason]]:
        return {number: self.why(number, None) for number in numbers}

    def rates(self) -> RatesNow:
        lines = {"contracted": 16_000, "installed": 16_000, "powered": 16_000, "available": 8_000, "busy": 4_000}
        return RatesNow(NOW, [PoolRates("gwangju/h100", "h100-sxm", lines)])

    def nodes(self, after: int, limit: int, wanted: Callable[[str, str], bool]) -> Sequence[NodeOf]:
        one = NodeOf(0, "gwangju/h100/0", "gwangju/h100", "h100-sxm", "up", NOW, 8_000, 1_000, 0, "vision", [(7, None)])
        return [one] if after < 0 < limit and wanted(one.pool, one.mode) else []

    def usage(self, project: int | None) -> Sequence[UsageOf]:
        rows = {1: UsageOf("vision", 2, 7_200_000, 2_000_000), 2: UsageOf("language", 0, 0, 0)}
        return list(rows.values()) if project is None else [rows[project]]

    def seals(self) -> Sequence[Seal]:
        return [Seal(0, 99, "ab" * 32)]

    def history(self) -> tuple[Sequence[Period], Sequence[Period]]:
        hour = {"contracted": 8_000, "installed": 8_000, "powered": 8_000, "available": 4_000, "busy": 2_000}
        day = Period(1_767_193_200, {name: milli * 3_600 for name, milli in hour.items()})
        return [day], [day]

    def counts(self) -> dict[str, int]:
        return {"rows": 100, "acts": 12}

    def ready(self) -> str:
        return ""


class SomeBooks:
    """Two projects: one that used two credits, one that used nothing."""

    def used(
        self, by: By, *, projects: Collection[int] | None = None, month: int | None = None, most: int | None = None
    ) -> Sequence[UsedBy]:
        rows = {1: _used(1, "vision", 2, 7_200_000, 2_000_000), 2: _used(2, "language", 0, 0, 0)}
        return [row for number, row in rows.items() if projects is None or number in projects]

    def spent(self) -> dict[int, int]:
        return {1: 2_000_000}

    def lending(self, grant: int) -> None:
        return None

    def runs(self, projects: Collection[int] | None, month: int | None, before: int | None, limit: int) -> Sequence[RunUse]:
        return []

    def by_pool(self) -> Sequence[PoolUse]:
        return [PoolUse("gwangju/h100", "h100-sxm", "naver", 7_200_000, 2_000_000, 2_740, None, 4_000)]

    def access(self) -> Sequence[Access]:
        return [Access("vision", NOW - 100, NOW - 90, NOW), Access("language", NOW - 50)]

    def operators(self) -> dict[str, tuple[str, ...]]:
        return {"naver": ("gwangju",)}

    def entries(self, month: int) -> Sequence[Entry]:
        return [Entry(month, "service", PROGRAMME, Account("operator", "naver"), 2_000, "vision gwangju/h100")]

    def settlement(self, operator: str, month: int) -> Settlement:
        return Settlement(operator, month, (Line("service", "gwangju/h100", 2_000, 3_600_000, 2_000),), 0)


def _used(key: int, name: str, jobs: int, busy: int, credits: int) -> UsedBy:
    return UsedBy(key, name, jobs, jobs, busy, busy, credits, 0, None, busy, None, busy, None, busy, None, None)


class SomeLogs:
    def __init__(self) -> None:
        self.text: dict[str, bytes] = {}

    def logs(self, key: str, since: int, most: int = 1 << 20) -> bytes:
        return self.text.get(key, b"")[since : since + most]


@dataclass
class House:
    services: Services
    rows: SomeRows
    logs: SomeLogs
    people: SomePeople


def house(folder: Path, address: str = "", **limits: Any) -> House:
    """Services over a real inbox in a folder."""
    engine = connect(address or f"sqlite:///{folder}/store.db")
    migrate(engine)
    inbox = Inbox(engine)
    rows, logs, people = SomeRows(inbox), SomeLogs(), SomePeople()
    services = Services(
        inbox=inbox,
        desk=Desk(inbox.put),
        current=rows,
        people=people,
        live=SomeLive(),
        books=SomeBooks(),
        blobs=Blobs(folder / "blobs"),
        fleet=Fleet(load_scenario(ROOT / "examples" / "quickstart.yaml")),
        projects=SomeProjects(),
        logs={"gwangju": logs},
        limits=Limits(**limits),
        clock=lambda: NOW,
    )
    return House(services, rows, logs, people)
