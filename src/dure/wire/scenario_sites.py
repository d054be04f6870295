"""Section `sites`: data centres, their pools of servers, and what is known to happen to them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from dure.model.units import HOUR_S, MINUTE_S
from dure.wire.fields import (
    Count,
    Duration,
    LinkSpeed,
    Name,
    Offset,
    Part,
    PositiveCount,
    PositiveDuration,
    PositiveNumberMicro,
    PositiveRatioPPM,
    PowerW,
    SharePPM,
    Won,
    Words,
)
from dure.wire.quantity import QuantityError
from dure.wire.safe import MachinePath
from dure.wire.scenario_budget import BudgetSection

NODES_MAX = 1_000_000


class Delivery(Part):
    """Servers that arrive together."""

    at_s: Offset = Field(alias="at", description="when they are accepted on the floor")
    nodes: PositiveCount = Field(description="how many arrive; the deliveries of a pool add up to at most its nodes")


class Pool(Part):
    """Interchangeable servers of one model in one fabric."""

    name: Name = Field(description="unique in its site")
    model: Name = Field(description="accelerator id of the catalogue, or a short name that is unique there")
    nodes: PositiveCount = Field(description="servers contracted", le=NODES_MAX)
    accelerators_per_node: PositiveCount | None = Field(None, description="devices in a server; absent = as the catalogue says", le=4_096)
    domain_nodes: PositiveCount | None = Field(None, description="servers in one fabric domain; absent = the pool is one domain")
    own_use_nodes: Count = Field(0, description="of these servers, how many the operator keeps for its own use; outside the rates")
    start_delay_s: Duration = Field(0, alias="start_delay", description="from placement to start, as the site's scheduler needs it")
    ahead_s: PositiveDuration | None = Field(
        None,
        alias="ahead",
        description="how long work may lie there, bound to it, before it starts; then it is recalled; absent = no limit",
    )
    delivered: tuple[Delivery, ...] = Field((), description="when the servers arrive; absent = all of them at the start")
    power_w: PowerW | None = Field(
        None,
        alias="power",
        description="of one accelerator at work, with its share of server and network; absent = as the plan or catalogue says",
    )
    idle_power_w: PowerW | None = Field(None, alias="idle_power", description="the same while it waits; absent = as the catalogue says")
    rate_won: Won | None = Field(
        None, alias="rate", description="what the programme pays the operator for one accelerator-hour that ran; absent = not agreed"
    )
    availability_ppm: SharePPM | None = Field(
        None,
        alias="availability",
        description="part of its installed accelerators that the operator promised to keep available, in a month",
    )
    fabric: Words | None = Field(None, description="network between the servers; read, not shown yet")

    @model_validator(mode="after")
    def _holds_what_it_promises(self) -> Self:
        arriving = sum(delivery.nodes for delivery in self.delivered)
        if arriving > self.nodes:
            raise QuantityError(f"{arriving} nodes are delivered to a pool of {self.nodes}", "raise nodes or deliver fewer")
        if self.own_use_nodes > self.nodes:
            raise QuantityError(f"{self.own_use_nodes} nodes of own use in a pool of {self.nodes}", "keep at most all of them")
        if self.domain_nodes is not None and self.domain_nodes > self.nodes:
            raise QuantityError(f"a fabric domain of {self.domain_nodes} nodes in a pool of {self.nodes}", "write at most nodes")
        if self.ahead_s is not None and self.ahead_s <= self.start_delay_s:
            raise QuantityError("ahead is not longer than start_delay: all work is recalled before it starts", "write a longer ahead")
        if self.power_w is not None and self.idle_power_w is not None and self.idle_power_w > self.power_w:
            raise QuantityError("idle_power is above power", "what waits draws no more than what works: swap them")
        return self


class Failures(Part):
    """Random failures of servers, drawn from the seed."""

    per_1000_node_days_micro: PositiveNumberMicro = Field(
        alias="per_1000_node_days", description="failures per 1,000 node-days (6.5 at Meta's RSC, arXiv 2410.21680)"
    )
    repair_min_s: PositiveDuration = Field(30 * MINUTE_S, alias="repair_min", description="shortest repair")
    repair_max_s: PositiveDuration = Field(6 * HOUR_S, alias="repair_max", description="longest repair; uniform in between")

    @model_validator(mode="after")
    def _repair_in_order(self) -> Self:
        if self.repair_max_s < self.repair_min_s:
            raise QuantityError("the longest repair is shorter than the shortest", "swap repair_min and repair_max")
        return self


class SiteEvent(Part):
    """Something planned or recorded that takes servers away for a while."""

    at_s: Offset = Field(alias="at", description="when it begins")
    for_s: PositiveDuration | None = Field(None, alias="for", description="how long; absent = to the end of the run")
    mode: Literal["down", "maintenance", "unpowered", "unfunded"] = Field(
        description="down = failed; unpowered = no electricity; unfunded = no money to run it"
    )
    pool: Name | None = Field(None, description="one pool of the site; absent = every pool")
    nodes: PositiveCount | None = Field(None, description="how many servers, the highest-numbered first; absent with share = all")
    share_ppm: SharePPM | None = Field(None, alias="share", description="which part of each pool, rounded to whole servers")
    evict: bool = Field(True, strict=True, description="jobs there stop at once; false = they may end first and no new one starts")
    why: Words | None = Field(None, description="said in the report")
    why_ko: Words | None = Field(None, description="the same in Korean reports; absent = as `why`")

    @model_validator(mode="after")
    def _says_how_many_once(self) -> Self:
        if self.nodes is not None and self.share_ppm is not None:
            raise QuantityError("counts its servers twice, by nodes and by share", "write one of them")
        if self.nodes is not None and self.pool is None:
            raise QuantityError("counts servers without naming their pool", "write pool, or share instead of nodes")
        return self


class Provides(Part):
    """What a site gives programs to run in. What is not written here it does not do: jobs that ask for it are told so, before they wait."""

    environments: dict[Name, MachinePath] = Field(
        {}, description="framework → folder of its Python or conda environment there, for jobs that bring none"
    )
    builds: tuple[Literal["pip", "conda"], ...] = Field((), description="environments that it makes from the file of a job")
    packages: MachinePath | None = Field(
        None, description="folder of Python packages: pip takes them from here alone, without a network; absent = from where pip is set up"
    )
    containers: tuple[Literal["apptainer", "singularity", "podman"], ...] = Field(
        (), description="what runs container images, the first that is installed"
    )


class Site(Part):
    """One data centre of one operator."""

    name: Name = Field(description="unique in the scenario")
    name_ko: Words | None = Field(None, description="Korean name for reports")
    operator: Name = Field(description="who runs it")
    region: Name | None = Field(None, description="where it stands")
    kind: Literal["cloud", "centre", "university", "institute", "firm"] = Field("cloud", description="what sort of place it is")
    engine: Literal["local", "simulated"] = Field(
        "simulated",
        description="what `dure serve` runs its jobs on: processes of this machine, or a site in virtual time",
    )
    trusted: bool = Field(
        False,
        strict=True,
        description="of a local site: everybody who may submit is trusted with the account of the service, under which its jobs run",
    )
    provides: Provides | None = Field(
        None, description="what programs find there; absent = nothing but the machine, at a simulated site whatever a job asks for"
    )
    link_bytes_per_s: LinkSpeed | None = Field(
        None,
        alias="link",
        description="how fast data sets come to the site; what is measured goes before; absent and not measured = unknown",
    )
    pools: tuple[Pool, ...] = Field(description="its servers")
    failures: Failures | None = Field(None, description="random failures; absent = none are drawn")
    events: tuple[SiteEvent, ...] = Field((), description="planned or recorded losses of servers")
    power_cap_w: PowerW | None = Field(
        None,
        alias="power_cap",
        description="electric power the site may draw; the plan stays within it, the twin shows it beside what the site draws",
    )
    pue_ppm: PositiveRatioPPM | None = Field(
        None, alias="pue", description="power drawn for each watt of the machines; used where the site has a budget"
    )
    tariff: Name | None = Field(
        None, description="tariff by which the electricity of its jobs is reckoned; absent = that of `plan.cost.sites`, or unknown"
    )
    budget: BudgetSection | None = Field(None, description="operating money; absent = the site runs whatever it costs")

    @field_validator("pools")
    @classmethod
    def _has_servers(cls, pools: tuple[Pool, ...]) -> tuple[Pool, ...]:
        if not pools:
            raise QuantityError("a site without a pool", "write at least one: `- {name: …, model: …, nodes: …}`")
        return pools

    @model_validator(mode="after")
    def _cools_with_something(self) -> Self:
        if self.pue_ppm is not None and self.pue_ppm < 1_000_000:
            raise QuantityError("a PUE below 1", "the machines' own power is part of what the site draws: write 1 or more")
        return self
