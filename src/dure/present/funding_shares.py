"""A site under shares of its need, for people: a column a share, a row a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from dure.model.units import DAY_S, MICRO
from dure.present.funding_tables import day_text
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

NEARLY_WHOLE = 0.95
"""Runs begin at midnight of UTC, nine hours into the first day of a Korean month: that month is told as a whole one."""


class Given(Protocol):
    """A budget line and what a run under it gave."""

    @property
    def won(self) -> int: ...
    @property
    def rate(self) -> float: ...
    @property
    def site(self) -> Mapping[str, Any]: ...
    @property
    def months(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def days(self) -> Sequence[Mapping[str, Any]]: ...


class Restored(Protocol):
    """The smallest line that gives a rate, and the run one step below it."""

    @property
    def at(self) -> Given: ...
    @property
    def below(self) -> Given | None: ...
    @property
    def step_won(self) -> int: ...


def by_month(site: str, found: Sequence[tuple[int, Given]], say: Words) -> Table:
    """The line, when it goes dark, what idle machines cost, and the operating rate of each month."""

    def date(day: str | None) -> Cell:
        return Cell(day, "–" if day is None else day_text(day, say))

    rows = [
        (_name("line", say), *(Cell(one.won, say.won(one.won)) for _, one in found)),
        (_name("dark_from", say), *(date(one.site["dark_from"]) for _, one in found)),
        (_name("all_dark", say), *(date(one.site["all_dark_from"]) for _, one in found)),
        (_name("idle", say), *(Cell(one.site["idle_capital_won"], say.won(one.site["idle_capital_won"])) for _, one in found)),
        (_name("rate", say), *(Cell(one.rate, say.percent(one.rate)) for _, one in found)),
    ]
    for number, row in enumerate(found[0][1].months):
        rates = [one.months[number]["operating_rate"] for _, one in found]
        rows.append((Cell(row["month"], month_text(row, say)), *(Cell(rate, say.percent(rate)) for rate in rates)))
    columns = [Column("measure", say("funding.column.need"), number=False)]
    columns += [Column(f"share_{ppm}", say.percent(ppm / MICRO, 0 if ppm % 10_000 == 0 else 1)) for ppm, _ in found]
    title = say("funding.title", site=say.name(site, "site"))
    return Table("funding", title, tuple(columns), tuple(rows), Word.SIMULATED, say("funding.shares_note"))


def money_by_month(site: str, found: Sequence[tuple[int, Given]], say: Words) -> Table:
    """A line for each month of each share: what fell due, what of it was paid, what was left of the line."""
    keys = ("share", "month", "due", "paid", "left")
    columns = tuple(Column(key, say(f"funding.column.{key}"), number=key not in ("share", "month")) for key in keys)
    rows = []
    for ppm, one in found:
        for at, row in enumerate(one.months):
            name = "" if at else say.percent(ppm / MICRO, 0 if ppm % 10_000 == 0 else 1)
            won = (row["due_won"], row["paid_won"], row["left_won"])
            rows.append((Cell(ppm / MICRO, name), Cell(row["month"], month_text(row, say)), *(Cell(one, say.won(one)) for one in won)))
    return Table("money", say("funding.money", site=say.name(site, "site")), columns, tuple(rows), Word.SIMULATED)


def month_text(row: Mapping[str, Any], say: Words) -> str:
    """`2025-07`, and how much of the month was played where it is not all of it: a rate of nine hours is no rate of a month."""
    year, month = map(int, row["month"].split("-"))
    whole_s = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.date(year, month, 1)).days * DAY_S
    played_s = row["to_s"] - row["from_s"]
    if played_s >= whole_s * NEARLY_WHOLE:
        return str(row["month"])
    return say("funding.month_part", month=row["month"], time=say.duration(played_s))


def _name(key: str, say: Words) -> Cell:
    return Cell(key, say(f"funding.column.{key}"))


def lines(need_won: int, whole: Given, restored: Restored | None, rate: float, say: Words) -> list[str]:
    """The need, the smallest line that gives the rate with both runs that show it, and what was left out."""
    found = ["", say("funding.need", won=say.won(need_won), due=say.won(whole.site["due_won"]))]
    if restored is None:
        found.append(say("funding.never", target=say.percent(rate, 0), rate=say.percent(whole.rate)))
    else:
        below = say.unknown if restored.below is None else say.percent(restored.below.rate, 2)
        found.append(
            say(
                "funding.restores",
                won=say.won(restored.at.won),
                share=say.percent(restored.at.won / need_won),
                target=say.percent(rate, 0),
                step=say.won(restored.step_won),
                at=say.percent(restored.at.rate, 2),
                below=below,
            )
        )
    return [*found, say("funding.events_out")]
