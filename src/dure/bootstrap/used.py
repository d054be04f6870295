"""What the runs of a store come to: read once, added up by month, project, person and place; single runs are read page by page."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from sqlalchemy import Engine

from dure.adapters.store.registry import known
from dure.adapters.store.rules import newest_set, rule_sets
from dure.adapters.store.runs_read import Going, Period, RunReader, read_runs
from dure.bootstrap.places import Places
from dure.bootstrap.terms import Dated, dated
from dure.ledger.books import NEVER, Ints, Parts, Place, Runs, part_of, parts
from dure.ledger.cells import Cells, Tally, cells_of, owed_cells, shared
from dure.ledger.months import begins_at

KEPT_MOST = 2_000_000
"""Runs whose share of what their project owes is kept, because the next page asks again."""
Owed = Mapping[tuple[int, int], int]
"""(Project, month) → won that are entered, or would be by now."""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything by an instant. `first`: the first start of each project. `running`: projects of which something goes on."""

    now: int
    places: tuple[Place, ...]
    tally: Tally
    going: Cells
    first: Mapping[int, int]
    running: frozenset[int]

    def cells(self, projects: Collection[int] | None = None, month: int | None = None) -> Cells:
        """Of some projects and a month; None: of all."""
        return self.tally.cells(self.going, projects, month)

    def owed(self, owed: Owed, projects: Collection[int] | None, month: int | None) -> tuple[Cells, Ints]:
        """Cells, and the won that are owed for each. An entry may be for use of another month than its own: all of them are looked at."""
        cells = self.cells(projects, month)
        owing = {number for (number, _), won in owed.items() if won and (projects is None or number in projects)}
        theirs = cells if month is None else self.cells(owing)
        won, at = np.zeros(len(cells), np.int64), np.isin(cells.key("project"), sorted(owing))
        share = owed_cells(owed, theirs)
        won[at] = share[at] if month is None else share[theirs.key("month") == month]
        return cells, won


class RunsWorth(NamedTuple):
    """Single runs, what they are worth month by month, and the won that are owed for each part."""

    runs: Runs
    places: tuple[Place, ...]
    parts: Parts
    owed: Ints


class Used:
    """May be asked from any thread, which waits for the one that reads."""

    def __init__(self, engine: Engine, places: Places) -> None:
        self._engine, self._places = engine, places
        self.lock = threading.RLock()
        self._reader, self._tally, self._first = RunReader(engine, self._fold), Tally(), dict[int, int]()
        self._dated: tuple[int, Dated] = (-1, dated((), places.terms))
        self._shares: dict[tuple[int, ...], tuple[Cells, Ints, Ints]] = {}

    def known(self, now: int) -> Known:
        """To be used while `lock` is held."""
        with self.lock:
            going = self._reader.going(now)
            places, cells = self._cells(going, now)
            first = dict(self._first)
            _earliest(first, going.runs)
            running = frozenset(going.runs.project[going.runs.ended_at == NEVER].tolist())
            return Known(now, places, self._tally, cells, first, running)

    def _fold(self, over: Going) -> None:
        self._tally.add(self._cells(over, int(over.runs.ended_at.max()) + 1)[1])
        _earliest(self._first, over.runs)

    def _cells(self, some: Going, until: int) -> tuple[tuple[Place, ...], Cells]:
        places, found = self.worth(some.runs, until)
        return places, cells_of(some.runs, found, some.fresh)

    def worth(self, runs: Runs, until: int) -> tuple[tuple[Place, ...], Parts]:
        """Each run by the terms of when it was placed, and rounded by itself, as its row is."""
        prices = self._places.prices(int(np.minimum(runs.placed_at, _begun(runs)).min(initial=until)), until)
        places = self._places.of(known(self._engine), prices)
        dated = self.dated()
        by_terms = replace(runs, place=dated.number(runs.placed_at) * len(places) + runs.place)
        return places, parts(by_terms, dated.places(places), [one for one in prices if one is not None], 0, until)

    def dated(self) -> Dated:
        """What was agreed when."""
        newest = newest_set(self._engine)
        if newest != self._dated[0]:
            self._dated = (newest, dated(rule_sets(self._engine), self._places.terms))
        return self._dated[1]

    def runs(self, runs: Runs, owed: Owed, month: int | None, now: int) -> RunsWorth:
        """Some runs, in a month or ever, with their share of what their projects owe."""
        places, found = self.worth(runs, now)
        if month is not None:
            found = part_of(found, found.month == month)
        won, project = np.zeros(len(found.run), np.int64), runs.project[found.run]
        owing = {number for (number, _), whole in owed.items() if whole} & set(project.tolist())
        if owing:
            with self.lock:
                cells, share = self.known(now).owed(owed, owing, None)
            for number in sorted(owing):
                for of in sorted(set(found.month[project == number].tolist())):
                    which = (cells.key("project") == number) & (cells.key("month") == of)
                    here = np.flatnonzero((project == number) & (found.month == of))
                    attempts, wons = self._shares_of(cells.only(which), share[which], now)
                    won[here] = wons[np.searchsorted(attempts, runs.attempt[found.run[here]])]
        return RunsWorth(runs, places, found, won)

    def _shares_of(self, cells: Cells, share: Ints, now: int) -> tuple[Ints, Ints]:
        """Of every run of a project and month, in their order, the won of its cell that are its own; `cells`: that project's then."""
        month, project = int(cells.key("month")[0]), int(cells.key("project")[0])
        key = (project, month)
        kept = self._shares.get(key)
        if kept is not None and kept[0].same(cells) and int(share.sum()) == int(kept[2].sum()):
            return kept[1], kept[2]
        runs = read_runs(self._engine, projects=[project], period=Period(begins_at(month), begins_at(month + 1)))
        found = part_of(one := self.worth(runs, now)[1], one.month == month)
        won = np.zeros(len(found.run), np.int64)
        person, place = runs.person[found.run], runs.place[found.run]
        for at in range(len(cells)):
            which = np.flatnonzero((person == cells.key("person")[at]) & (place == cells.key("place")[at]))
            won[which] = shared(int(share[at]), found.credits_micro[which], found.held_milli_s[which])
        if sum(len(one) for _, one, _ in self._shares.values()) > KEPT_MOST:
            self._shares.clear()
        self._shares[key] = (cells, runs.attempt[found.run], won)
        return runs.attempt[found.run], won


def _begun(runs: Runs) -> Ints:
    """When each started, by its site's clock; one that did not, when it was placed."""
    return np.where(runs.started_at == NEVER, runs.placed_at, runs.started_at)


def _earliest(first: dict[int, int], runs: Runs) -> None:
    began = runs.started_at != NEVER
    for number, second in zip(runs.project[began].tolist(), runs.started_at[began].tolist(), strict=True):
        first[number] = min(second, first.get(number, second))


def sums_by(cells: Cells, keys: Ints, name: str) -> Counter[int]:
    """One of the sums of cells by key."""
    distinct, place = np.unique(keys, return_inverse=True)
    sums = np.zeros(len(distinct), np.int64)
    np.add.at(sums, place.reshape(-1), cells.sum(name))
    return Counter(dict(zip(distinct.tolist(), sums.tolist(), strict=True)))
