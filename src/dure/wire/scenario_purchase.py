"""Section `plan.purchase`: what may be bought, when and for which site, who pays, and what it must serve."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from dure.wire.fields import (
    Count,
    Instant,
    LeadMonths,
    LifeMonths,
    Name,
    NumberMicro,
    Part,
    PositiveCount,
    PositiveNumberMicro,
    PositiveRatioPPM,
    PowerW,
    SharePPM,
    Won,
    Words,
)
from dure.wire.marks import Marked
from dure.wire.quantity import QuantityError, micro_text
from dure.wire.ranges import outside, share_text
from dure.wire.scenario_catalog import NameOrAll

Year = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}$")]
Step = Literal["quarter", "half", "year"]
PERIODS_YEAR: dict[Step, int] = {"quarter": 4, "half": 2, "year": 1}
UnitOfPurchase = Literal["server", "scalable_unit", "cluster"]
SERVERS: dict[UnitOfPurchase, int] = {"server": 1, "scalable_unit": 32, "cluster": 255}
"""Servers in a buying unit: a scalable unit is 32, the clusters of the round of 2025 had 255 of 256 (PROGRAMME.md §1.1)."""
PERIODS_MAX = 80
WHOLE_PPM = 1_000_000
PUE_MOST = 3
"""The worst halls that were ever measured draw about so many W for each watt of their machines."""
Country = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class LoanEntry(Marked):
    """Money that is borrowed as it is spent: what falls due is operation of the years that follow, and somebody must pay for it."""

    rate_ppm: SharePPM = Field(alias="rate", description="interest a year on what is not paid back yet, first due in the year after")
    years: PositiveCount = Field(description="years after the one in which it is drawn until all of it is paid back", le=50)
    grace: Count = Field(0, description="years of interest alone before the principal comes back", le=49)
    repay: Literal["principal", "payment"] = Field(
        "principal", description="the principal in equal parts, or equal payments of interest and principal"
    )

    @model_validator(mode="after")
    def _comes_back(self) -> Self:
        if self.grace >= self.years:
            raise QuantityError("a loan that is never paid back", "write a grace shorter than years")
        return self


class BudgetEntry(Part):
    """Money of one kind and source, by year. What no entry names is not there."""

    kind: Literal["capex", "opex", "labour"] = Field(description="what it may be spent on: purchase, operation, people")
    source: Name = Field(description="whose money: state, province, firm, policy-loan, own-use …")
    won: dict[Year, Won] = Field(description="won by year")
    carries: bool = Field(False, strict=True, description="what is left goes into the next year; false = it lapses")
    loan: LoanEntry | None = Field(None, description="terms of borrowed money; absent = it is not paid back")

    @model_validator(mode="after")
    def _lends_for_machines(self) -> Self:
        if self.loan is not None and self.kind != "capex":
            raise QuantityError(f"a loan for {self.kind}", "borrow for capex; operation and people are paid from budgets")
        return self


class PowerStepEntry(Part):
    """What a site may draw from a day on."""

    at_s: Instant = Field(alias="from", description="day from which it holds; the lead time of power gear is part of it")
    power_w: PowerW = Field(alias="power", description="electric power with cooling")


class GridEntry(Part):
    """How far the grid-impact assessment of a site is; until it is passed the site stays below the threshold of its country's rule."""

    applied_s: Instant | None = Field(None, alias="applied", description="day on which it is asked for; absent = the first day of the plan")
    passed_s: Instant | None = Field(None, alias="passed", description="day on which it is passed; absent = when an answer is due")
    points: dict[Name, NumberMicro] = Field(
        {}, description="its points by part of the score sheet; below the pass mark the site stays below the threshold for good"
    )
    voltage: bool = Field(True, strict=True, description="whether the voltage criterion is met besides")

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        if self.applied_s is not None and self.passed_s is not None:
            raise QuantityError("says both when it was asked for and when it is passed", "write applied or passed")
        return self


class PurchaseSiteEntry(Part):
    """A site where machines may be put."""

    name: Name = Field(description="a site of this scenario, or one that is to be built")
    name_ko: Words | None = Field(None, description="Korean name for reports")
    power: tuple[PowerStepEntry, ...] = Field((), description="what it may draw; absent = not limited, before the first step = nothing")
    pue_ppm: PositiveRatioPPM = Field(alias="pue", description="power drawn for each watt of the machines")
    cooling: tuple[Literal["air", "liquid"], ...] = Field(("air", "liquid"), description="what it can cool")
    rack_w: PowerW | None = Field(None, alias="rack", description="most power of one rack; absent = not limited")
    staff_per_1000_micro: NumberMicro = Field(
        0, alias="staff_per_1000", description="full-time people for each 1,000 accelerators, beside those of plan.cost.sites"
    )
    grid: GridEntry | None = Field(
        None, description="its grid-impact assessment, where the country has a rule; absent = asked for on the first day and passed"
    )

    @model_validator(mode="after")
    def _cools_with_something(self) -> Self:
        if self.pue_ppm < WHOLE_PPM:
            raise QuantityError("a PUE below 1", "the machines' own power is part of what the site draws: write 1 or more")
        if self.pue_ppm > PUE_MOST * WHOLE_PPM:
            what = f"a PUE of {micro_text(self.pue_ppm)}"
            raise QuantityError(what, f"no hall draws more than {PUE_MOST} W for each watt of its machines: 120 % is written 1.2")
        return self


class PricePathEntry(Marked):
    """How the price of a model moves: up or down, whatever the years say."""

    shares: dict[Year, PositiveRatioPPM] = Field(
        description="by year of order, relative to plan.cost.prices: `{2027: 95%, 2028: 110%}`; each holds until the next"
    )
    range: tuple[PositiveRatioPPM, PositiveRatioPPM] | None = Field(
        None, description="[lowest, highest] that the whole path may be multiplied by; needed where it is assumed"
    )

    @model_validator(mode="after")
    def _has_range(self) -> Self:
        if self.mark == "assumed" and self.range is None:
            raise QuantityError("gives a value without its range", "write range: [lowest, highest]")
        if not self.shares:
            raise QuantityError("a price path without a year", "write shares: {2027: 95%}")
        if self.range is not None and not self.range[0] <= 1_000_000 <= self.range[1]:
            raise outside(1_000_000, self.range, share_text)
        return self

    def share_ppm(self, year: int) -> int:
        """What the model costs in a year, relative to its price; before the first year that is named, its price."""
        named = [int(one) for one in self.shares if int(one) <= year]
        return self.shares[str(max(named))] if named else 1_000_000


class MachineEntry(Marked):
    """A model that may be bought."""

    model: Name = Field(description="accelerator id of the catalogue")
    name: Name | None = Field(None, description="name of this offer; absent = the id of the model")
    sites: tuple[NameOrAll, ...] = Field(("*",), description="where it may stand; `*` = wherever it can be cooled")
    unit: UnitOfPurchase = Field("server", description="buying unit: server, scalable_unit of 32 servers, cluster of 255")
    servers: PositiveCount | None = Field(
        None, description="servers in a buying unit, where it is another number: `unit: cluster` with `servers: 256`", le=65_536
    )
    per_server: PositiveCount | None = Field(None, description="accelerators in a server; absent = as the catalogue says", le=4_096)
    power_w: PowerW = Field(alias="power", description="electric power of one accelerator with its share of server and network, at work")
    cooling: Literal["air", "liquid"] = Field("air", description="how it is cooled")
    rack_w: PowerW | None = Field(None, alias="rack", description="power of one of its racks")
    lead_months: LeadMonths = Field(alias="lead", description="from the order to service")
    life_months: LifeMonths | None = Field(
        None,
        alias="life",
        description="how long it serves; absent = as plan.cost.life; a period that it ends within is paid for and serves nothing",
    )
    from_s: Instant | None = Field(None, alias="from", description="first day on which it can be ordered; absent = the start")
    supply: dict[Year, Count] = Field(
        {}, description="most accelerators that can be ordered in each period of a year; a year that is not named has no limit"
    )
    storage_tb_micro: NumberMicro | None = Field(
        None, alias="storage_tb", description="TB of storage that one accelerator needs; absent = unknown, and a price per TB is refused"
    )
    price_path: PricePathEntry | None = Field(None, description="how its price moves by year of order; absent = it stays")

    @property
    def label(self) -> str:
        return self.name or self.model

    @model_validator(mode="after")
    def _lives(self) -> Self:
        if self.life_months == 0:
            raise QuantityError("a life of no month", "write a life such as 5y")
        if self.power_w == 0:
            raise QuantityError("a machine that draws nothing", "write what one accelerator draws at work with its share, such as 1.4kW")
        return self


class StandingEntry(Part):
    """Machines that are there before the plan begins, and must be run."""

    machine: Name = Field(description="one of the machines")
    site: Name = Field(description="where they stand")
    accelerators: PositiveCount = Field(description="how many: whole buying units")
    until_s: Instant = Field(alias="until", description="day on which they leave")


class ShareEntry(Part):
    """What a group of vendors may be of all that is bought."""

    name: Words = Field(description="as people call it")
    name_ko: Words | None = Field(None, description="Korean name for reports")
    of: tuple[Name, ...] = Field(description="vendors or origins: nvidia, amd, intel, domestic")
    by: Literal["count", "capacity", "money"] = Field("count", description="accelerators, reference accelerators, or what they cost")
    least_ppm: SharePPM | None = Field(None, alias="least", description="lower end of the range")
    most_ppm: SharePPM | None = Field(None, alias="most", description="upper end of the range")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least_ppm is None and self.most_ppm is None:
            raise QuantityError("a share without a range", "write least, most or both")
        if self.least_ppm is not None and self.most_ppm is not None and self.least_ppm > self.most_ppm:
            least, most = f"{micro_text(self.least_ppm * 100)}%", f"{micro_text(self.most_ppm * 100)}%"
            raise QuantityError(f"least ({least}) is more than most ({most})", "lower least or raise most")
        return self


class CountEntry(Part):
    """So many accelerators by a date."""

    name: Words = Field(description="as people call it")
    name_ko: Words | None = Field(None, description="Korean name for reports")
    at_s: Instant = Field(alias="at", description="day on which they are in service")
    least: Count | None = Field(None, description="at least so many")
    most: Count | None = Field(None, description="at most so many")


class DemandEntry(Marked):
    """A class of work that is asked for."""

    name: Name = Field(description="like `pretraining`")
    name_ko: Words | None = Field(None, description="Korean name for reports")
    workload: Name = Field(description="workload class whose speeds count, like `llm-pretrain`")
    accelerators: dict[Year, Count] = Field(description="reference accelerators (H100 SXM) at work, by year")
    weight_micro: PositiveNumberMicro = Field(1_000_000, alias="weight", description="what one of them counts in the objective")
    least_ppm: SharePPM = Field(0, alias="least", description="share that must be served")
    range: tuple[PositiveRatioPPM, PositiveRatioPPM] | None = Field(
        None, description="[lowest, highest] that all years together may be multiplied by, like `[80%, 130%]`"
    )

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if self.range is not None and not self.range[0] <= WHOLE_PPM <= self.range[1]:
            raise outside(WHOLE_PPM, self.range, share_text)
        return self


class UsableEntry(Marked):
    """How far the share of accelerators that do work may be from what the plan counts with."""

    range: tuple[SharePPM, SharePPM] = Field(description="[lowest, highest] it may be")


class PurchaseSection(Part):
    """The question of `dure plan run`: periods, money, sites, machines and demand."""

    start_s: Instant = Field(alias="start", description="first day of the plan, the first of a month")
    step: Step = Field("quarter", description="length of a period")
    periods: PositiveCount = Field(description="periods in which may be ordered", le=PERIODS_MAX)
    objective: Literal["served", "cost", "dependency"] = Field(
        "served",
        description="serve the most work, cost the least, or buy the fewest accelerators of any one vendor; rules say what must be served",
    )
    usable_ppm: SharePPM = Field(1_000_000, alias="usable", description="how much of the time accelerators in service do work")
    usable_range: UsableEntry | None = Field(None, description="how far `usable` may be from that; `dure plan ranges` moves it")
    country: Country = Field("kr", description="where the sites are: the grid rule of the catalogue that is named after it holds")
    budgets: tuple[BudgetEntry, ...] = Field((), description="money by kind, source and year")
    sites: tuple[PurchaseSiteEntry, ...] = Field(description="sites and what they can feed and cool")
    machines: tuple[MachineEntry, ...] = Field(description="what may be bought; their prices stand in plan.cost")
    standing: tuple[StandingEntry, ...] = Field((), description="what is there already")
    shares: tuple[ShareEntry, ...] = Field((), description="ranges of vendors")
    counts: tuple[CountEntry, ...] = Field((), description="accelerators by a date")
    demand: tuple[DemandEntry, ...] = Field((), description="what is asked for, by class and year")

    @model_validator(mode="after")
    def _usable_in_range(self) -> Self:
        if self.usable_range is not None and not self.usable_range.range[0] <= self.usable_ppm <= self.usable_range.range[1]:
            raise outside(self.usable_ppm, self.usable_range.range, share_text, key="usable")
        return self
