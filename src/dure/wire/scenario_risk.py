"""Section `plan.risk`: what may go otherwise than planned, how likely that is, and how the plan is to weigh it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dure.wire.fields import (
    Count,
    Instant,
    LifeMonths,
    Name,
    Part,
    PositiveCount,
    PositiveNumberMicro,
    PositiveRatioPPM,
    RatioPPM,
    SharePPM,
    Won,
    Words,
)
from dure.wire.marks import Marked
from dure.wire.quantity import QuantityError, micro_text
from dure.wire.ranges import outside
from dure.wire.scenario_catalog import NameOrAll

Year = Annotated[str, Field(pattern=r"^20[0-9]{2}$")]
DRAWS_MAX = 1_000
OF = "vendors, origins, models or names of machines; `*` = all of them"
RANGE = "[lowest, highest] factor that a sampled case draws from; absent = always `times`"


class FactorPart(Part):
    """A factor, and the range that sampled cases draw it from."""

    times_ppm: RatioPPM = Field(alias="times", description="factor: 1.2 = a fifth more, 0.5 = half")
    range_ppm: tuple[RatioPPM, RatioPPM] | None = Field(None, alias="range", description=RANGE)

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if self.range_ppm is not None and not self.range_ppm[0] <= self.times_ppm <= self.range_ppm[1]:
            raise outside(self.times_ppm, self.range_ppm, micro_text, key="times")
        return self


class PricePart(FactorPart):
    """Prices of machines that are ordered while the shock lasts."""

    of: tuple[NameOrAll, ...] = Field(("*",), description=OF)


class PriceOfPart(FactorPart):
    """A part of the price: what is paid in another currency, or what memory costs."""

    part_ppm: SharePPM = Field(alias="part", description="how much of the price of a buying unit it is")
    of: tuple[NameOrAll, ...] = Field(("*",), description=OF)


class DeliveriesPart(Part):
    """What is due while the shock lasts: `late` by so many months, or stopped until it ends. What never comes is not paid."""

    of: tuple[NameOrAll, ...] = Field(("*",), description=OF)
    late_months: LifeMonths | None = Field(None, alias="late", description="so much later; absent = nothing comes until the shock ends")


class DemandPart(FactorPart):
    """Work that is asked for, in every year that the shock reaches into."""

    of: tuple[NameOrAll, ...] = Field(("*",), description="classes of demand; `*` = all of them")


class BudgetPart(FactorPart):
    """Money of some years."""

    kinds: tuple[Literal["capex", "opex", "labour"], ...] = Field(("opex", "labour"), description="which money")
    years: tuple[Year, ...] = Field((), description="years; absent = those that the shock reaches into")


class PowerPart(Part):
    """Power that sites are to get while the shock lasts comes later; machines may stand there without it."""

    of: tuple[NameOrAll, ...] = Field(("*",), description="sites; `*` = all of them")
    late_months: LifeMonths = Field(alias="late", description="so much later")


class TechnologyPart(Part):
    """A machine that can be ordered from the first day of the shock: like another one, at another speed, price and power."""

    name: Name = Field(description="name of the new machine")
    like: Name = Field(description="one of the machines")
    speed_ppm: PositiveRatioPPM = Field(alias="speed", description="times the speed of that one, in every class it serves")
    price_ppm: PositiveRatioPPM = Field(alias="price", description="times its price")
    power_ppm: PositiveRatioPPM = Field(1_000_000, alias="power", description="times its power")


class ShockEntry(Marked):
    """Something that may happen, and everything that it changes."""

    name: Words = Field(description="as people call it", max_length=60)
    name_ko: Words | None = Field(None, description="Korean name for reports")
    probability_ppm: SharePPM | None = Field(
        None, alias="probability", description="how likely; absent = it is looked at by itself and weighed in no plan"
    )
    from_s: Instant | None = Field(None, alias="from", description="day on which it begins; absent = the start of the plan")
    until_s: Instant | None = Field(None, alias="until", description="day on which it is over; absent = it lasts")
    price: PricePart | None = Field(None, description="prices of machines")
    exchange: PriceOfPart | None = Field(None, description="rate of exchange: the part of prices that is paid in another currency")
    memory: PriceOfPart | None = Field(None, description="price of memory: the part of prices that it is")
    deliveries: DeliveriesPart | None = Field(None, description="deliveries that come late, or stop")
    demand: DemandPart | None = Field(None, description="work that is asked for")
    budget: BudgetPart | None = Field(None, description="money that is cut or added")
    power: PowerPart | None = Field(None, description="power of sites that comes late")
    technology: TechnologyPart | None = Field(None, description="a new machine")

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        effects = (self.price, self.exchange, self.memory, self.deliveries, self.demand, self.budget, self.power, self.technology)
        if not any(effects):
            raise QuantityError(
                "a shock that changes nothing", "write price, exchange, memory, deliveries, demand, budget, power or technology"
            )
        if self.from_s is not None and self.until_s is not None and self.until_s <= self.from_s:
            raise QuantityError("until is not after from", "write a later day")
        return self


class JointEntry(Part):
    """Shocks that hold together."""

    name: Words | None = Field(None, description="as people call it; absent = the names of its shocks")
    name_ko: Words | None = Field(None, description="Korean name for reports")
    shocks: tuple[Words, ...] = Field(description="names of shocks, in the order in which they are put in", min_length=1)
    probability_ppm: SharePPM = Field(alias="probability", description="how likely they are together")


class SampleEntry(Part):
    """Cases drawn from the probabilities and ranges of the shocks, each shock independent of the others."""

    draws: PositiveCount = Field(description="how many", le=DRAWS_MAX)
    seed: Count = Field(1, description="the same seed draws the same cases")


class RiskSection(Part):
    """The question of `dure plan risk`."""

    until_s: Instant = Field(
        alias="until", description="orders before this day are the same in every case; from then on it is known which case holds"
    )
    level_ppm: SharePPM = Field(900_000, alias="level", description="level of the CVaR: 90% = the mean of the worst tenth")
    aversion_ppm: SharePPM = Field(0, alias="aversion", description="how much the CVaR counts beside the expectation: 0% = not at all")
    missed_micro: PositiveNumberMicro | None = Field(
        None,
        alias="missed",
        description="weighted accelerator-years (where the objective is dependency: accelerators of the largest vendor, 10 if absent) that "
        "one accelerator counts by which a share, a count or the least demand is missed; "
        "absent = as much as one could serve in its life, so that rules give only where they must",
    )
    missed_won: Won | None = Field(None, description="the same in won, where the objective is cost")
    shocks: tuple[ShockEntry, ...] = Field(description="what may happen", min_length=1)
    joint: tuple[JointEntry, ...] = Field((), description="shocks that hold together, with how likely that is")
    sample: SampleEntry | None = Field(None, description="weigh drawn cases instead of each shock by itself")
