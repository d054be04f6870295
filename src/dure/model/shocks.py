"""What may go otherwise than planned: `Shock`, what it changes, and the `Case` in which some of them hold together.

Factors are parts per million (1,000,000 changes nothing), dates numbers of periods from the start of the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from dure.model.deals import Mark
from dure.model.purchases import PPM, Kind, Purchase

PriceCause = Literal["price", "exchange", "memory"]
Drawn = Mapping[str, int]
"""What a sampled case drew: effect → its factor in parts per million."""


@dataclass(frozen=True, slots=True)
class PriceShock:
    """A part of the price of some machines is multiplied: all of it, what is paid in another currency, what memory costs."""

    cause: PriceCause
    machines: frozenset[str]
    times_ppm: int
    part_ppm: int = PPM
    range_ppm: tuple[int, int] | None = None

    def factor_ppm(self, times_ppm: int) -> int:
        return PPM + (times_ppm - PPM) * self.part_ppm // PPM


@dataclass(frozen=True, slots=True)
class DeliveryShock:
    """What is due while the shock lasts comes `late` periods later; with None nothing comes until it ends."""

    machines: frozenset[str]
    late: int | None


@dataclass(frozen=True, slots=True)
class DemandShock:
    work: frozenset[str]
    times_ppm: int
    range_ppm: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class BudgetShock:
    """Money of some kinds and years is multiplied."""

    kinds: frozenset[Kind]
    years: frozenset[int]
    times_ppm: int
    range_ppm: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class PowerShock:
    """Power that sites are to get while the shock lasts comes so many periods later."""

    sites: frozenset[str]
    late: int


@dataclass(frozen=True, slots=True)
class TechnologyShock:
    """A new machine can be ordered from the beginning of the shock: one like another, at another speed, price and power."""

    name: str
    like: str
    speed_ppm: int
    price_ppm: int
    power_ppm: int


Effect = PriceShock | DeliveryShock | DemandShock | BudgetShock | PowerShock | TechnologyShock


@dataclass(frozen=True, slots=True)
class Shock:
    """`probability_ppm` None: it is looked at by itself and in no joint case. It lasts from `begins` up to and without `ends`."""

    name: str
    name_ko: str
    probability_ppm: int | None
    begins: int
    ends: int
    effects: tuple[Effect, ...]
    mark: Mark
    said: str
    """Where it was published, or who assumes it and why."""
    said_ko: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One way in which things may go, as a question of its own. In the planned case, and nowhere else, every rule holds."""

    name: str
    name_ko: str
    probability: Fraction
    purchase: Purchase
    shocks: tuple[str, ...] = ()
    planned: bool = False
    begins: int = 0
    drops: int | None = None
    """From this period on first orders may be dropped, because what they cost or the money for them changed; None = never."""
    dark_sites: frozenset[str] = field(default_factory=frozenset)
    """Sites that may get machines before they get power for them."""


@dataclass(frozen=True, slots=True)
class RiskQuestion:
    """What `dure plan risk` is asked: the plan as planned, shocks by themselves, and the cases that are weighed together.

    Orders of the first `until` periods are the same in every case; then it is known which case holds. A shock of prices that
    begins earlier lets orders be dropped from that day on. `level_ppm` is that of the CVaR,
    `aversion_ppm` how much of the objective it is. `missed_micro` is what one accelerator by which a rule of the programme is missed
    counts against work served (weighted accelerator-years), `missed_won` what it counts where the goal is cost; None = the most that one
    accelerator could serve in its life, or cost: such rules give only where they must.
    """

    base: Purchase
    shocks: tuple[Shock, ...]
    cases: tuple[Case, ...]
    until: int
    level_ppm: int
    aversion_ppm: int
    missed_micro: int | None = None
    missed_won: int | None = None
    seed: int | None = None
