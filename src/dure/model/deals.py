"""What things cost by agreement: tariffs of electricity, prices in a currency, and the rule that holds a site back from the grid.

Money is integer won. Rates finer than a won are integers of a thousandth: milli-won per kWh and per kW, so 92.8 won/kWh is 92,800.
Energy is integer Wh, power integer W, shares parts per million. What is not known is None and never 0.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, NamedTuple, TypeVar

from dure.model.errors import CostError, Where

DayKind = Literal["weekday", "saturday", "sunday", "holiday"]
DAY_KINDS: tuple[DayKind, ...] = ("weekday", "saturday", "sunday", "holiday")

HolidayKind = Literal["public", "substitute", "temporary"]
HOLIDAY_KINDS: tuple[HolidayKind, ...] = ("public", "substitute", "temporary")

Basis = Literal["demand", "energy", "charges", "total"]
BASES: tuple[Basis, ...] = ("demand", "energy", "charges", "total")

Mark = Literal["measured", "published", "simulated", "assumed"]
MARKS: tuple[Mark, ...] = ("measured", "published", "simulated", "assumed")
"""The four words of a figure, the surest first: a sum is no surer than its least sure part."""

Vat = Literal["added", "included", "none"]

HOURS = 24
MONTHS = 12


def weakest(*marks: Mark) -> Mark:
    """The mark of a figure made of several; at least one is given."""
    return max(marks, key=MARKS.index)


# Electricity


@dataclass(frozen=True, slots=True)
class Holidays:
    """Public holidays of one country, and the years for which they are known: a year that is not there is unknown, not without holidays."""

    kinds: Mapping[dt.date, HolidayKind]
    years: frozenset[int]


@dataclass(frozen=True, slots=True)
class DemandTerms:
    """How the kW that are charged follow from the load.

    The highest hour of `bands` counts. A month is charged the most of its own and of those `months` (1-12) that lie in the `window_months`
    months that end with it (the ratchet), and at least `floor_ppm` of contract power.
    """

    months: frozenset[int]
    window_months: int
    bands: frozenset[str]
    floor_ppm: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a tariff says from a day on, rates apart: `seasons` of the twelve months, the band of each of 24 hours by season and day."""

    valid_from: dt.date
    seasons: tuple[str, ...]
    bands: Mapping[tuple[str, DayKind], tuple[str, ...]]
    demand: DemandTerms
    holiday_kinds: frozenset[HolidayKind]


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates from a day on: milli-won per kWh by season and band, milli-won per kW and month."""

    valid_from: dt.date
    energy_milli_won: Mapping[tuple[str, str], int]
    demand_milli_won: int


@dataclass(frozen=True, slots=True)
class Discount:
    """A share of the energy rate taken off in some hours; `valid_to` is the last day, None has no end."""

    valid_from: dt.date
    valid_to: dt.date | None
    seasons: frozenset[str]
    days: frozenset[DayKind]
    hours: frozenset[int]
    share_ppm: int


@dataclass(frozen=True, slots=True)
class BillPart:
    """A line of a bill from a day on, and how it is rounded: `nearest` or towards 0, to a multiple of `step_won`.

    `basis` demand and energy are the two charges of the rates themselves, or, where the name is another, `value` milli-won on each kWh;
    charges is `value` parts per million of all charges; total is the sum that is asked for.
    """

    name: str
    basis: Basis
    value: int
    valid_from: dt.date
    step_won: int
    nearest: bool


V = TypeVar("V", Terms, Rates, BillPart)


@dataclass(frozen=True, slots=True)
class Tariff:
    """One tariff with all its versions, oldest first. `parts` are the lines that it adds to a bill, in the order of the bill."""

    id: str
    english: str
    korean: str
    terms: tuple[Terms, ...]
    rates: tuple[Rates, ...]
    discounts: tuple[Discount, ...] = ()
    parts: tuple[BillPart, ...] = ()

    def terms_on(self, day: dt.date) -> Terms:
        return self._in_force(self.terms, day)

    def rates_on(self, day: dt.date) -> Rates:
        return self._in_force(self.rates, day)

    def parts_on(self, day: dt.date) -> tuple[BillPart, ...]:
        """The version of each line in force on a day; a line that begins later is not there yet."""
        names = dict.fromkeys(part.name for part in self.parts)
        begun = {name: [part for part in self.parts if part.name == name and part.valid_from <= day] for name in names}
        return tuple(max(versions, key=lambda part: part.valid_from) for versions in begun.values() if versions)

    def discount_ppm(self, day: dt.date, season: str, kind: DayKind, hour: int) -> int:
        """What is taken off the energy rate of an hour; discounts that meet add up, to the whole at most."""
        found = [
            one.share_ppm
            for one in self.discounts
            if one.valid_from <= day
            and (one.valid_to is None or day <= one.valid_to)
            and season in one.seasons
            and kind in one.days
            and hour in one.hours
        ]
        return min(sum(found), 1_000_000)

    def as_on(self, day: dt.date) -> Tariff:
        """The tariff of one day for every day: what a load of another year would cost by it."""
        ever = dt.date.min
        return replace(
            self,
            terms=(replace(self.terms_on(day), valid_from=ever),),
            rates=(replace(self.rates_on(day), valid_from=ever),),
            discounts=tuple(
                replace(one, valid_from=ever, valid_to=None)
                for one in self.discounts
                if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
            ),
            parts=tuple(replace(one, valid_from=ever) for one in self.parts_on(day)),
        )

    def of_year(self, year: int, as_year: int) -> Tariff:
        """What holds in a year, moved into another one and valid for ever but for what changes within the year.

        Two years in which the tariff says the same give equal tariffs. Raises CostError where it says nothing about the first day.
        """
        first, last, ever = dt.date(year, 1, 1), dt.date(year, 12, 31), dt.date.min
        self.terms_on(first), self.rates_on(first)

        def moved(day: dt.date) -> dt.date:
            return ever if day <= first else dt.date(as_year, day.month, min(day.day, 28) if day.month == 2 else day.day)

        def held(versions: tuple[V, ...]) -> tuple[V, ...]:
            begun = max((one.valid_from for one in versions if one.valid_from <= first), default=ever)
            return tuple(replace(one, valid_from=moved(one.valid_from)) for one in versions if begun <= one.valid_from <= last)

        off = [one for one in self.discounts if one.valid_from <= last and (one.valid_to is None or one.valid_to >= first)]
        ends = [None if one.valid_to is None or one.valid_to >= last else moved(one.valid_to) for one in off]
        parts = [part for name in dict.fromkeys(one.name for one in self.parts) for part in held(self._versions(name))]
        return replace(
            self,
            terms=held(self.terms),
            rates=held(self.rates),
            discounts=tuple(replace(one, valid_from=moved(one.valid_from), valid_to=end) for one, end in zip(off, ends, strict=True)),
            parts=tuple(parts),
        )

    def _versions(self, part: str) -> tuple[BillPart, ...]:
        return tuple(one for one in self.parts if one.name == part)

    def _in_force(self, versions: tuple[V, ...], day: dt.date) -> V:
        begun = [one for one in versions if one.valid_from <= day]
        if not begun:
            first = min((one.valid_from for one in versions), default=None)
            raise CostError(
                f"tariff {self.id} says nothing about {day}",
                where=Where(field="tariff"),
                remedy="add its rates and terms" if first is None else f"it begins on {first}: take a later day, or add the older table",
            )
        return max(begun, key=lambda one: one.valid_from)


def day_kind(day: dt.date, holidays: Holidays, counted: frozenset[HolidayKind]) -> DayKind:
    """What a day counts as. Raises CostError where holidays matter and those of its year are not known."""
    if counted:
        if day.year not in holidays.years:
            raise CostError(
                f"no holidays of {day.year} are known",
                where=Where(field="holidays"),
                remedy="add the year to holidays.csv of the catalogue, or price the load by an earlier year",
            )
        if holidays.kinds.get(day) in counted:
            return "holiday"
    return ("weekday", "weekday", "weekday", "weekday", "weekday", "saturday", "sunday")[day.weekday()]


def flat_tariff(id_: str, milli_won_kwh: int, milli_won_kw: int = 0) -> Tariff:
    """One rate for every hour, and a charge on the highest hour of each month if `milli_won_kw` (milli-won per kW) is given."""
    ever, kinds = dt.date.min, DAY_KINDS
    terms = Terms(
        valid_from=ever,
        seasons=("all",) * MONTHS,
        bands={("all", kind): ("all",) * HOURS for kind in kinds},
        demand=DemandTerms(frozenset(), 1, frozenset({"all"}), 0),
        holiday_kinds=frozenset(),
    )
    return Tariff(id_, id_, id_, (terms,), (Rates(ever, {("all", "all"): milli_won_kwh}, milli_won_kw),))


# Prices

CostKind = Literal["capex", "opex", "labour"]


class Item(NamedTuple):
    """A line of the stack, its kind, and the drivers that its price may be stated per."""

    name: str
    kind: CostKind
    drivers: tuple[str, ...]


ITEMS: tuple[Item, ...] = (
    Item("accelerators", "capex", ("accelerator",)),
    Item("servers", "capex", ("server", "accelerator")),
    Item("fabric", "capex", ("accelerator", "server")),
    Item("storage", "capex", ("tb", "accelerator")),
    Item("site", "capex", ("kw",)),
    Item("software", "opex", ("accelerator_year",)),
    Item("electricity", "opex", ("kwh_year",)),
    Item("labour", "labour", ("person_year",)),
    Item("support", "opex", ("share_year", "accelerator_year", "server_year")),
    Item("spares", "opex", ("share_year", "accelerator_year", "server_year")),
    Item("insurance", "opex", ("share_year", "accelerator_year", "server_year")),
)
MACHINES = ("accelerators", "servers", "fabric", "storage")
"""What a price per `share_year` is a share of."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs: `amount` in whole units of `currency`, `per` one of the drivers of its item.

    An amount of None is unknown and refused wherever it would be used. `vat` says whether the tax comes on top, is in the amount, or is
    not due. A price per `share_year` is a share of what the machines cost, each year: its currency is empty.
    """

    amount: Decimal | None
    currency: str
    per: str
    vat: Vat
    mark: Mark
    source: str
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """Units of the books' currency for one unit of another, and how sure that is."""

    rate: Decimal
    mark: Mark
    source: str


# The grid


@dataclass(frozen=True, slots=True)
class GridRule:
    """When a site's power demand needs an assessment, and what passes it.

    All demand at one place counts together. `points_milli` are the most that each part of the score sheet gives, in thousandths.
    """

    id: str
    threshold_w: int
    points_milli: Mapping[str, int]
    pass_milli: int
    review_days: int | None
    answer_days: int | None
