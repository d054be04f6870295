"""What every run of a job is worth: credits, won and energy, month by month, and the entries that balance.

A run holds accelerators from its placement to its end and works on them from its start to its end. Held time is charged in credits, by the
billing weight of the model, but not where it was taken back before it started; time at work draws energy and earns the operator its rate.
Each amount is reckoned as it stands at an instant, rounded once there; what a month adds is the difference of two such amounts. So parts
of a run add up to the run, whatever it is cut into, and no device-second is charged twice.

Nothing is guessed: a pool without a power, a tariff or a rate has none, and time there is counted as time of which it is unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from dure.ledger.months import months_between
from dure.ledger.settlement import Settlement
from dure.model.events import Outcome
from dure.model.units import HOUR_S, MILLI

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEVER: Final = -1
"""A second that did not come."""
_HOUR: Final = MILLI * HOUR_S
"""Milli-device-seconds in an accelerator-hour."""
_KWH: Final = MILLI * MILLI * MILLI * HOUR_S
"""Milli-devices × W × seconds × milli-won per kWh in a won."""


class Place(NamedTuple):
    """Where runs take place, and what is agreed there; None is unknown. `weight_ppm`: credits of an accelerator-hour, 0 on servers that
    the project holds anyway. `watts`: drawn from the grid for one accelerator at work. `rate_won`: the operator's, for an hour of it.
    `prices`: index of the site's electricity prices. `grant`: whose servers these are, empty: everybody's.
    """

    path: str
    site: str
    operator: str
    model: str
    weight_ppm: int
    watts: int | None = None
    rate_won: int | None = None
    prices: int | None = None
    grant: str = ""
    holder: int = 0


class Prices(NamedTuple):
    """Electricity of a site: milli-won per kWh of each hour from `start_s` on, which is on the hour. The charge for demand is of nobody."""

    start_s: int
    milli_won: Ints

    def until(self, at: Ints) -> Ints:
        """Milli-won per kWh × seconds from the start to each instant; instants lie within the hours that are known."""
        whole = np.concatenate(([0], np.cumsum(self.milli_won * HOUR_S)))
        hour, rest = np.divmod(at - self.start_s, HOUR_S)
        assert int(hour.min(initial=0)) >= 0, "before the first price"
        assert int(hour.max(initial=0)) < len(self.milli_won), "after the last price"
        sums: Ints = whole[hour] + self.milli_won[hour] * rest
        return sums


@dataclass(frozen=True, slots=True)
class Runs:
    """One row a run: numbers of attempt, job, task (NEVER: none), project, person and place; milli-devices; Unix seconds. `ended_at` is
    NEVER while it goes on. `first`: 1 for the run with which its job began to run.
    """

    attempt: Ints
    job: Ints
    task: Ints
    project: Ints
    person: Ints
    place: Ints
    milli: Ints
    submitted_at: Ints
    placed_at: Ints
    started_at: Ints
    ended_at: Ints
    outcome: Ints
    first: Ints

    def __len__(self) -> int:
        return len(self.attempt)

    def only(self, which: Flags | Ints) -> Runs:
        """Some of them."""
        return Runs(*(getattr(self, name)[which] for name in RUN_COLUMNS))


RUN_COLUMNS: Final = tuple(Runs.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Parts:
    """One row a run and month (year × 12 + month − 1, of Korea), lengths above 0 or in the month of its placement. `run` is its row among
    the runs. What is unknown is 0 here, and its time stands in the column beside it.
    """

    run: Ints
    month: Ints
    held_milli_s: Ints
    busy_milli_s: Ints
    credits_micro: Ints
    wh: Ints
    wh_unknown_milli_s: Ints
    electricity_won: Ints
    electricity_unknown_milli_s: Ints
    service_won: Ints
    service_unknown_milli_s: Ints


def part_of(found: Parts, which: Flags | Ints) -> Parts:
    """Some of them."""
    return Parts(*(getattr(found, name)[which] for name in Parts.__dataclass_fields__))


MEASURES: Final = tuple(name for name in Parts.__dataclass_fields__ if name not in ("run", "month"))


def hourly(milli_s: Ints, each: Ints, *, nearest: bool) -> Ints:
    """Milli-device-seconds × an amount of an accelerator-hour, whole: rounded down, or to the nearest. Stays inside 64 bits."""
    hours, rest = np.divmod(milli_s, _HOUR)
    found: Ints = hours * each + (rest * each + (_HOUR // 2 if nearest else 0)) // _HOUR
    return found


def parts(runs: Runs, places: Sequence[Place], prices: Sequence[Prices], since: int, until: int) -> Parts:
    """What runs are worth within [since, until), month by month.

    A placement is of our clock, starts and ends are of the site's: a site whose clock is behind may say that a run began before it was
    placed. It is paid for the seconds that it saw.
    """
    over = np.where(runs.ended_at == NEVER, until, runs.ended_at)
    start = np.where(runs.started_at == NEVER, np.maximum(over, runs.placed_at), runs.started_at)
    row, month, begin, end = _cut(np.minimum(runs.placed_at, start), np.maximum(over, runs.placed_at), since, until)
    milli, place = runs.milli[row], runs.place[row]
    table = _Table(places)

    def seconds(origin: Ints, at: Ints) -> Ints:
        """From an origin of each run to an instant of each part, no longer than the run."""
        first = origin[row]
        found: Ints = np.clip(at, first, np.maximum(over[row], first)) - first
        return found

    def added(origin: Ints, each: Ints, *, nearest: bool) -> Ints:
        """What a part adds to an amount that has run since its origin."""
        after, before = np.asarray(milli * seconds(origin, end), np.int64), np.asarray(milli * seconds(origin, begin), np.int64)
        added: Ints = hourly(after, each, nearest=nearest) - hourly(before, each, nearest=nearest)
        return added

    held = milli * (seconds(runs.placed_at, end) - seconds(runs.placed_at, begin))
    busy = milli * (seconds(start, end) - seconds(start, begin))
    void = (runs.outcome == Outcome.RECALLED) & (runs.started_at == NEVER)
    lit = table.watts[place] != NEVER
    priced = lit & (table.prices[place] != NEVER)
    agreed = table.rate[place] != NEVER
    drawn = (start[row], start[row] + seconds(start, begin), start[row] + seconds(start, end))
    return Parts(
        run=row,
        month=month,
        held_milli_s=held,
        busy_milli_s=busy,
        credits_micro=added(runs.placed_at, np.where(void[row], 0, table.weight[place]), nearest=False),
        wh=added(start, np.where(lit, table.watts[place], 0), nearest=True),
        wh_unknown_milli_s=np.where(lit, 0, busy),
        electricity_won=_electricity(runs, row, drawn, table, prices),
        electricity_unknown_milli_s=np.where(priced, 0, busy),
        service_won=added(start, np.where(agreed, table.rate[place], 0), nearest=True),
        service_unknown_milli_s=np.where(agreed, 0, busy),
    )


class _Table:
    """Places as columns; NEVER is unknown."""

    def __init__(self, places: Sequence[Place]) -> None:
        def column(values: Iterable[int | None]) -> Ints:
            return np.array([NEVER if one is None else one for one in values], np.int64)

        self.weight = column(one.weight_ppm for one in places)
        self.watts = column(one.watts for one in places)
        self.rate = column(one.rate_won for one in places)
        self.prices = column(one.prices for one in places)


def _cut(placed: Ints, over: Ints, since: int, until: int) -> tuple[Ints, Ints, Ints, Ints]:
    """(row, month, begin, end) of every month that a run touches within [since, until)."""
    inside = np.flatnonzero((placed < until) & ((over > since) | (placed >= since)))
    first, last = np.maximum(placed[inside], since), np.minimum(np.maximum(over[inside], placed[inside]), until)
    if not len(inside):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing, nothing
    number, begins = months_between(int(first.min()), int(last.max()) + 1)
    at = np.searchsorted(begins, first, side="right") - 1
    to = np.maximum(at, np.searchsorted(begins, last, side="left") - 1)
    count = to - at + 1
    row = np.repeat(np.arange(len(inside)), count)
    month = np.repeat(at, count) + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    ends = np.append(begins[1:], np.iinfo(np.int64).max)
    begin, end = np.maximum(first[row], begins[month]), np.minimum(last[row], ends[month])
    return inside[row], number[month], begin, np.maximum(begin, end)


def _electricity(runs: Runs, row: Ints, drawn: tuple[Ints, Ints, Ints], table: _Table, prices: Sequence[Prices]) -> Ints:
    """Won of each part; whole numbers of any size, because a big gang of a long month is beyond 64 bits. `drawn`: of each part the start of
    its run, and between which seconds it drew.
    """
    found = np.zeros(len(row), np.int64)
    place = runs.place[row]
    for number, one in enumerate(prices):
        which = np.flatnonzero((table.prices[place] == number) & (table.watts[place] != NEVER) & (drawn[2] > drawn[1]))
        if not len(which):
            continue
        zero, first, last = (one.until(each[which]) for each in drawn)
        power = (runs.milli[row][which] * table.watts[place][which]).astype(object)
        won = (power * (last - zero) + _KWH // 2) // _KWH - (power * (first - zero) + _KWH // 2) // _KWH
        found[which] = won.astype(np.int64)
    return found


AccountKind = Literal["programme", "project", "operator", "electricity"]


class Account(NamedTuple):
    """Whose won: the programme's, a project's, an operator's, or a site's bill of electricity. Below 0: paid, above: received."""

    kind: AccountKind
    name: str = ""


PROGRAMME: Final = Account("programme")
EntryKind = Literal["service", "electricity", "copay", "deduction", "correction"]


class Entry(NamedTuple):
    """Won that pass from one account to another in a month, and for what: it balances because there is one amount."""

    month: int
    kind: EntryKind
    payer: Account
    payee: Account
    won: int
    of: str = ""

    @property
    def lines(self) -> tuple[tuple[Account, int], ...]:
        """Its two sides; their sum is 0."""
        return (self.payer, -self.won), (self.payee, self.won)


class Bill(NamedTuple):
    """What the work of one project cost at one place: the operator's electricity."""

    project: str
    place: Place
    won: int


def journal(month: int, due: Iterable[Settlement], bills: Iterable[Bill], paid: Iterable[tuple[str, int]]) -> tuple[Entry, ...]:
    """The books of a month: the programme pays operators what is due to them, less what is taken off; operators pay the electricity of what
    ran, projects pay the programme their part. So the books and the settlements are the same won, and a month that was signed stays.

    `paid`: (project, won). What is unknown has no entry.
    """
    found: list[Entry] = []
    for settled in due:
        operator = Account("operator", settled.operator)
        for line in settled.lines:
            if line.won > 0:
                found.append(Entry(month, line.kind, PROGRAMME, operator, line.won, line.of))
            elif line.won:
                found.append(Entry(month, line.kind, operator, PROGRAMME, -line.won, line.of))
    for one in bills:
        if one.won:
            bill = Account("electricity", one.place.site)
            found.append(
                Entry(month, "electricity", Account("operator", one.place.operator), bill, one.won, f"{one.project} {one.place.path}")
            )
    found += [Entry(month, "copay", Account("project", project), PROGRAMME, won, project) for project, won in paid if won]
    return tuple(found)


def balances(entries: Iterable[Entry]) -> dict[Account, int]:
    """What each account has received, less what it has paid; they add up to 0."""
    sums: Counter[Account] = Counter()
    for entry in entries:
        for account, won in entry.lines:
            sums[account] += won
    assert sum(sums.values()) == 0, "books that do not balance"
    return dict(sorted(sums.items()))
