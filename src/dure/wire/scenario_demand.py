"""Section `demand`: the jobs of a trace, generated jobs, and services that stay."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from dure.wire.fields import (
    Duration,
    Name,
    Offset,
    Part,
    PositiveCount,
    PositiveNumberMicro,
    PositiveRatioPPM,
    SharePPM,
    Words,
)
from dure.wire.quantity import QuantityError
from dure.wire.scenario_services import Constraint, Service

TraceFormat = Literal["auto", "swf", "philly", "csv", "parquet", "sacct"]
LOAD_MOST = 10
"""Larger than this only as a percentage."""
Weights = dict[Name, PositiveNumberMicro]


class Generate(Part):
    """Jobs drawn from a profile of shares by size, run time and hour of the week."""

    profile: Words = Field("national", description="name of a profile of dure, or a file")
    jobs: PositiveCount | None = Field(None, description="how many jobs")
    per_day_micro: PositiveNumberMicro | None = Field(None, alias="per_day", description="how many jobs a day")
    load_ppm: PositiveRatioPPM | None = Field(
        None, alias="load", description="accelerator time asked for, relative to what the fleet has; above 10 as a percentage"
    )
    projects: PositiveCount | None = Field(None, description="how many projects to make up, where the programme names none", le=20_000)
    workloads_micro: Weights | None = Field(
        None, alias="workloads", description="weights of workload classes by number of jobs; absent = the profile's"
    )
    constraints_micro: dict[Constraint, PositiveNumberMicro] | None = Field(
        None, alias="constraints", description="weights of what jobs insist on: `any`, `nvidia`, `h100|h200|mi300x`, `80GB..`"
    )
    qos_micro: Weights | None = Field(None, alias="qos", description="weights of qualities of service; absent = each project's own")
    training_share_ppm: SharePPM | None = Field(
        None, alias="training_share", description="part of the jobs that trains, where workloads do not say it"
    )
    domain: Literal["none", "prefer", "require"] = Field("prefer", description="whether gangs want one fabric domain")
    largest: PositiveCount | None = Field(
        None, description="most accelerators of one job: larger ones that are drawn ask for so many; absent = as the profile says"
    )
    from_s: Offset = Field(0, alias="from", description="first submission")
    to_s: Offset | None = Field(None, alias="to", description="last submission; absent = the horizon")

    @field_validator("load_ppm", mode="before")
    @classmethod
    def _is_no_percentage(cls, load: object) -> object:
        """`load: 120` would be 12,000 %: more than ten times the fleet must be written with its sign."""
        bare = isinstance(load, int | float) or (isinstance(load, str) and load.replace(".", "", 1).isdecimal())
        if bare and float(str(load)) > LOAD_MOST:
            raise QuantityError(f"{load} is {load} times what the fleet has", f"write {load}% if you mean percent")
        return load

    @model_validator(mode="after")
    def _says_how_much_once(self) -> Self:
        named = [name for name in ("jobs", "per_day", "load") if getattr(self, _ATTRIBUTES.get(name, name)) is not None]
        if len(named) != 1:
            what = "says nothing about how much" if not named else f"says how much more than once ({', '.join(named)})"
            raise QuantityError(what, "write exactly one of jobs, per_day and load")
        if self.workloads_micro is not None and self.training_share_ppm is not None:
            raise QuantityError("says twice what trains, by workloads and by training_share", "write one of them")
        return self


_ATTRIBUTES = {"per_day": "per_day_micro", "load": "load_ppm"}


class TraceMap(Part):
    """How the words of a trace become the words of the scenario. Patterns are shell-like (`univ*`); the first that matches holds.

    A project or quality of service of the trace that matches nothing keeps its name.
    """

    projects: dict[str, Name] = Field({}, description="project (or account) pattern of the trace → project of the programme")
    users: dict[str, Name] = Field({}, description="user pattern → project, where the trace names no project")
    qos: dict[str, Name] = Field({}, description="queue, partition or QOS pattern → quality of service")
    workload: Name | None = Field(None, description="workload class of jobs that state none")
    training: Annotated[bool, Field(strict=True)] | None = Field(None, description="whether jobs train that do not say")


class Demand(Part):
    """What is asked of the fleet. Jobs of a trace, generated jobs and services add up."""

    trace: Words | None = Field(
        None, description="file of jobs; the command line may name one instead. Its first second falls on programme.start"
    )
    format: TraceFormat = Field("auto", description="format of the trace")
    timezone: Words = Field(
        "UTC", description="zone of times in the trace that name none, like `Asia/Seoul` or `+09:00`; runs and reports stay in UTC"
    )
    unstarted: Literal["reject", "keep"] = Field("reject", description="rows of the trace that never ran: rejects, or jobs of 0 seconds")
    time_limit: Literal["ignore", "enforce"] = Field("ignore", description="enforce = a job ends at the time it asked for")
    start_up_s: Duration = Field(0, alias="start_up", description="stage-in, image and start of every attempt; overhead")
    checkpoint_s: Duration = Field(0, alias="checkpoint", description="interval between checkpoints where the job says none; 0 = none")
    checkpoint_write_s: Duration = Field(0, alias="checkpoint_write", description="time of writing one; overhead")
    generate: Generate | None = Field(None, description="jobs drawn from a profile")
    services: tuple[Service, ...] = Field((), description="models that stay and answer requests")
    map: TraceMap = Field(TraceMap(), description="words of the trace → words of the scenario")

    @model_validator(mode="after")
    def _writes_what_it_keeps(self) -> Self:
        if self.checkpoint_write_s and self.checkpoint_s and self.checkpoint_write_s >= self.checkpoint_s:
            raise QuantityError("writing a checkpoint takes longer than the interval between two", "lengthen checkpoint")
        return self
