"""The database of a small programme as this release writes it, kept so that later ones are tested on it: tests/releases/VERSION.

    python scripts/release_store.py [FOLDER]      writes store.db and scenario.yaml there

Two simulated sites on a clock of its own: a month of jobs that end, are cancelled and wait, grants of credits and of servers, a
settlement that was signed, sealed hours, and a job that still runs.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path

import dure
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.people import People
from dure.adapters.store.people_desk import SYSTEM
from dure.adapters.store.rollups import Seals, roll_all
from dure.adapters.store.sql import Act, Inbox
from dure.bootstrap.accounts import Accounts
from dure.bootstrap.held import Held
from dure.bootstrap.places import Places
from dure.bootstrap.serve import Served, take_lead
from dure.bootstrap.sites import engines_of
from dure.model.calls import CREDITS, CallRule, Copay, FastLane
from dure.model.people import Actor, Form, OrganisationKind, Scope, Wanted
from dure.model.units import DAY_S, HOUR_S, MICRO
from dure.wire.jobspec import JobSpec

ROOT = Path(__file__).resolve().parents[1]
BEGIN = 1_780_000_000
"""28 May 2026: the first month ends on the fourth day."""
SCENARIO = """programme: {name: Kept release}
sites:
  - {name: north, operator: north-works, engine: simulated, pools: [
      {name: a, model: nvidia-h100, nodes: 3, accelerators_per_node: 4, rate: 2000}]}
  - {name: south, operator: south-works, engine: simulated, pools: [
      {name: b, model: amd-mi300x, nodes: 2, accelerators_per_node: 8, rate: 1500}]}
policy: {order: multifactor, backfill: easy, qos: [{name: normal, rank: 1}, {name: low, preemptible: true}]}
"""


class Programme:
    """A served programme on a clock that is turned by hand."""

    def __init__(self, folder: Path) -> None:
        (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
        self.served, self.now, self._acts = Served(folder / "scenario.yaml", folder), BEGIN, 0
        self.grounds = self.served.grounds()
        self.engine = connect(self.served.address)
        migrate(self.engine)
        self.inbox = Inbox(self.engine)
        self.people = People(self.engine, self.inbox)
        self.people.bootstrap(folder, self.now, {one.path: one.nodes for one in self.grounds.floor.pools})
        self.driver = take_lead(
            self.engine, self.grounds, folder, engines_of(self.grounds, folder), "release", lambda: self.now, lambda _: None
        )
        self.driver.begin()
        self.accounts = Accounts(self.engine, Places(self.grounds), self.people, Held(self.engine), lambda: self.now)

    def ask(self, act: str, body: dict[str, object]) -> int:
        self._acts += 1
        return self.inbox.put([Act(f"release:{self._acts}", act, "p1", self.now, body)])[0].number

    def submit(self, project: int, **spec: object) -> int:
        written = JobSpec.model_validate({"name": "kept", "time": "1h", "run": "true", **spec}).written()
        return self.ask("submit", {"spec": written, "project": project, "person": 1, "files": [], "commit": None})

    def passes(self, seconds: int, step_s: int = 600) -> None:
        """Time passes; the broker looks every so many seconds."""
        for _ in range(0, seconds, step_s):
            self.now += step_s
            while self.driver.turn():
                pass

    def somebody(self, name: str, kind: OrganisationKind) -> Actor:
        home = self.people.add_organisation(SYSTEM, f"o{name}", self.now, name=name, kind=kind)
        return self.people.actor(
            self.people.add_person(SYSTEM, f"p{name}", self.now, organisation=home.id, name=name, mail="").id, frozenset(Scope)
        )


def month(one: Programme) -> None:
    """What happens."""
    lane = FastLane(
        micro_most=900 * MICRO, nodes_most=1, term_s_most=90 * DAY_S, organisation_month_micro=9_000 * MICRO, organisation_month_nodes=4
    )
    rule = CallRule(
        purses={CREDITS: 9_000 * MICRO, "north/a": 1},
        micro_most=900 * MICRO,
        nodes_most=1,
        term_s_most=90 * DAY_S,
        fast=lane,
        copay=Copay(price_won=4_000, firm_ppm=70_000),
        notice_s=120,
    )
    one.people.add_call(SYSTEM, "c", one.now, name="kept", title="Kept", rule=rule, opens_at=0, closes_at=None)
    credits = Wanted(form=Form.CREDITS, term_s=60 * DAY_S, micro=500 * MICRO)
    servers = Wanted(form=Form.DEDICATED, term_s=60 * DAY_S, pool="north/a", nodes=1)
    for name, kind, wanted in (
        ("stars", OrganisationKind.ACADEMIA, credits),
        ("arm", OrganisationKind.FIRM, credits),
        ("own", OrganisationKind.ACADEMIA, servers),
    ):
        budget = 1_000_000 if kind is OrganisationKind.FIRM else None
        who = one.somebody(name, kind)
        one.people.apply(who, f"a{name}", one.now, call_name="kept", project_name=name, title=name, wanted=wanted, budget_won=budget)
    numbers = [one.people.project(name).number for name in ("stars", "arm", "own")]
    for day in range(6):
        for project in numbers:
            one.submit(project, accelerators=1 + day % 4, time=f"{1 + day}h")
        one.submit(numbers[0], array="1-3", qos="low", time="2h")
        gone = one.submit(numbers[0], time="20h")
        one.passes(HOUR_S)
        one.ask("cancel", {"job": gone, "task": None})
        one.passes(DAY_S - HOUR_S, 3_600)
        one.accounts.charge()
    one.ask("node", {"node": "south/b/1", "upkeep": "drain", "reason": "kept"})
    one.submit(numbers[0], accelerators=4, time="24h")
    one.submit(numbers[1], accelerators=16)
    one.passes(2 * HOUR_S)
    roll_all(one.engine, one.now)
    head = Seals(one.engine).head()
    may = one.accounts.settlement("north-works", 2026 * 12 + 4)
    one.people.settle(SYSTEM, "s", one.now, found=may, head=head)


def main(place: Path) -> None:
    """Write the folder; a file of before is replaced."""
    with tempfile.TemporaryDirectory() as name:
        one = Programme(Path(name))
        month(one)
        one.engine.dispose()
        place.mkdir(parents=True, exist_ok=True)
        (place / "store.db").unlink(missing_ok=True)
        with sqlite3.connect(Path(name) / "store.db") as store:
            store.execute("PRAGMA journal_mode=DELETE")
            store.execute("PRAGMA page_size=1024")
            store.execute("VACUUM")
        (place / "store.db").write_bytes((Path(name) / "store.db").read_bytes())
        (place / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests" / "releases" / dure.__version__)
