"""Section `policy`: order, backfill, placement and preemption, as docs/POLICY.md defines them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from dure.model.units import DAY_S, HOUR_S, WEEK_S
from dure.wire.fields import Count, Duration, MemoryGB, Name, Part, PositiveCount, PositiveDuration, SharePPM, Shorthand
from dure.wire.quantity import QuantityError

NORMAL = "normal"


def _kind_alone(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


class Order(Part):
    """Who is first. Weights are points of priority and matter to `multifactor` only."""

    kind: Literal["fcfs", "sjf", "multifactor"] = Field("fcfs", description="first come; shortest first; weighted sum of factors")
    age_weight: Count = Field(1_000, description="points after waiting for age_max")
    age_max_s: PositiveDuration = Field(WEEK_S, alias="age_max", description="waiting beyond it adds nothing")
    fairshare_weight: Count = Field(10_000, description="points of a project that has used nothing")
    half_life_s: PositiveDuration = Field(WEEK_S, alias="half_life", description="past use counts half after this time")
    size_weight: Count = Field(0, description="points of a job as large as the fleet")
    period_s: PositiveDuration = Field(300, alias="period", description="how often priorities are computed anew")

    @model_validator(mode="after")
    def _weighs_only_factors(self) -> Self:
        changed = [name for name, field in Order.model_fields.items() if name != "kind" and getattr(self, name) != field.default]
        if self.kind != "multifactor" and changed:
            names = ", ".join(name.removesuffix("_s") for name in changed)
            raise QuantityError(f"{names} has no effect on {self.kind}", "write kind: multifactor, or leave it out")
        return self


class Backfill(Part):
    """Whether later jobs may pass a head that waits."""

    kind: Literal["none", "easy", "conservative"] = Field("easy", description="none; one promise to the head; a promise to every job")
    replan_s: Duration = Field(0, alias="replan", description="conservative: least time between two replans; 0 = at every end")
    depth: PositiveCount | None = Field(None, description="conservative: how many waiting jobs get a promise; absent = all")

    @model_validator(mode="after")
    def _plans_only_if_conservative(self) -> Self:
        if self.kind != "conservative" and (self.replan_s or self.depth is not None):
            raise QuantityError(f"replan and depth have no effect on {self.kind}", "write kind: conservative, or leave them out")
        return self


class QualityOfService(Part):
    """A class of service: its points of priority, and who stops whom."""

    name: Name = Field(description="unique; jobs that name none are `normal`")
    priority: Count = Field(0, description="points added to the priority (multifactor)")
    rank: Count = Field(0, description="a job preempts only jobs of lower rank; where anybody preempts, higher rank is first in the order")
    preempts: bool = Field(False, strict=True, description="may stop preemptible jobs of lower rank")
    preemptible: bool = Field(False, strict=True, description="may be stopped, and may run on lent servers")
    notice_s: Duration = Field(120, alias="notice", description="how long the jobs that it preempts may go on")

    @model_validator(mode="after")
    def _gives_notice_only_if_it_preempts(self) -> Self:
        if not self.preempts and self.notice_s != QualityOfService.model_fields["notice_s"].default:
            raise QuantityError("gives notice but preempts nobody", "write notice where `preempts: true` stands")
        return self


class Reserve(Part):
    """A dated reservation for a gang that would otherwise wait for ever."""

    gang_share_ppm: SharePPM = Field(100_000, alias="gang_share", description="of its pool: a gang larger than this may get one")
    after_s: Duration = Field(6 * HOUR_S, alias="after", description="how long it waits first")


class JobLimits(Part):
    """How much a served programme takes in; beyond it a request is answered 429 with Retry-After. The twin knows no such limit."""

    jobs_project: PositiveCount = Field(1_000_000, description="open jobs of one project, tasks of arrays counted each")
    jobs_person: PositiveCount = Field(1_000_000, description="open jobs of one person, over all projects")
    inbox: PositiveCount = Field(100_000, description="accepted requests that the broker has not read yet")
    data_gb: MemoryGB = Field(
        10_000, alias="data", description="what the named data sets of one project may hold, in bytes as disks are sold (1 GB = 10^9)"
    )
    file_gb: MemoryGB = Field(1_000, alias="file", description="the largest file that a job of a local site may write (1 GB = 10^9)")
    log_gb: MemoryGB = Field(10, alias="log", description="the largest log of a job of a local site: one that writes more fails")
    keep_s: PositiveDuration = Field(
        30 * DAY_S, alias="keep", description="logs and working folders of local sites stay so long after a job has ended"
    )


class Watch(Part):
    """When the holder of dedicated servers is warned, and when they are recalled. A served programme's: the twin recalls nobody."""

    use_least_ppm: SharePPM = Field(300_000, alias="use_least", description="own use of what was held, below which a window is under-used")
    window_s: PositiveDuration = Field(7 * DAY_S, alias="window", description="length of a window; windows end at multiples of it")
    windows: Annotated[PositiveCount, Field(le=50)] = Field(2, description="under-used windows in a row")
    grace_s: Duration = Field(14 * DAY_S, alias="grace", description="from the begin of the term, does not count")
    answer_s: Duration = Field(7 * DAY_S, alias="answer", description="to answer a warning")
    notice_s: Duration = Field(7 * DAY_S, alias="notice", description="from a recall to its end")
    excuse_s: Duration = Field(28 * DAY_S, alias="excuse", description="that an accepted answer excuses")


class Policy(Part):
    """How waiting jobs become placements."""

    order: Annotated[Order, BeforeValidator(_kind_alone), Shorthand()] = Field(Order(), description="who is first")
    backfill: Annotated[Backfill, BeforeValidator(_kind_alone), Shorthand()] = Field(Backfill(), description="who may pass the first")
    hold: Literal["fresh", "kept"] = Field(
        "fresh", description="the promise to the head is computed at every instant, or kept as first computed while it can be"
    )
    node_rule: Literal["best", "first", "spread"] = Field("best", description="which server: fullest that fits, lowest number, emptiest")
    pool_rule: Literal["first", "fastest", "cheapest", "earliest"] = Field("fastest", description="which pool, where several have room")
    qos: tuple[QualityOfService, ...] = Field(
        (QualityOfService(name=NORMAL),), description="qualities of service; `normal` exists always and stands first"
    )
    reserve: Reserve | None = Field(None, description="dated reservations for large gangs that wait")
    limits: JobLimits = Field(JobLimits(), description="what a served programme takes in, and how long it keeps what jobs leave")
    watch: Watch = Field(Watch(), description="the watch over dedicated servers that their holders do not use")
    lend: bool = Field(True, strict=True, description="false = dedicated servers are never lent, whatever their allocation says")

    @field_validator("qos")
    @classmethod
    def _normal_first(cls, qos: tuple[QualityOfService, ...]) -> tuple[QualityOfService, ...]:
        normal = tuple(one for one in qos if one.name == NORMAL) or (QualityOfService(name=NORMAL),)
        return normal + tuple(one for one in qos if one.name != NORMAL)
