"""Section `programme`: the period, the organisations and projects with their rights, and whole servers granted."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from dure.model.units import MICRO, round_div
from dure.wire.fields import (
    WON_SCHEMA,
    Count,
    Duration,
    Instant,
    Name,
    NumberMicro,
    Offset,
    Part,
    PositiveCount,
    PositiveDuration,
    Shorthand,
    Won,
    Words,
)
from dure.wire.quantity import QuantityError

PROJECTS_MAX = 20_000


class Quota(Part):
    """Ceilings on accelerators placed at one moment: billing-weighted ones (H100 SXM counts as 1), and of a named model."""

    nominal: Count | None = Field(None, description="accelerators guaranteed as the own part; absent = no limit of its own")
    borrow: Count | None = Field(None, description="accelerators it may take beyond nominal; absent = as many as stand idle")
    lend: Count | None = Field(None, description="accelerators of nominal that others may use while idle; absent = all of them")
    models: dict[Name, Count] = Field({}, description="at most so many accelerators of a model, none borrowed or lent: `{nvidia-b200: 32}`")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.nominal is None and (self.borrow is not None or self.lend is not None):
            raise QuantityError("borrow and lend are measured against nominal, which is absent", "write nominal too")
        if self.nominal is not None and self.lend is not None and self.lend > self.nominal:
            raise QuantityError(f"lends {self.lend} of {self.nominal} accelerators", "lend at most nominal")
        return self


class Project(Part):
    """A unit that holds rights. With `count: 40`, forty equal projects `name-01` … `name-40`."""

    name: Name = Field(description="unique in the programme")
    name_ko: Words | None = Field(None, description="Korean name for reports")
    count: PositiveCount = Field(1, description="how many equal projects this entry stands for; they are numbered from 01", le=PROJECTS_MAX)
    share: Count = Field(1, description="weight in fair-share among the projects of its organisation")
    demand: Count = Field(1, description="weight in generated demand among all projects; 0 = submits nothing")
    quota: Quota = Field(Quota(), description="ceiling on what it holds at one moment")
    credits_micro: NumberMicro | None = Field(
        None, alias="credits", description="accelerator-hours of the reference accelerator (H100 SXM) it may spend; absent = no limit"
    )
    qos: Name = Field("normal", description="quality of service of its jobs where the job names none")
    granted_at_s: Offset = Field(
        0, alias="granted_at", description="when the grant was given; access is timed from here, and no job is drawn before"
    )
    stop_at_s: Offset | None = Field(None, alias="stop_at", description="budget stop: from then on none of its jobs starts")

    @model_validator(mode="after")
    def _stops_after_its_grant(self) -> Self:
        if self.stop_at_s is not None and self.stop_at_s < self.granted_at_s:
            raise QuantityError("is stopped before it is granted", "write a later stop_at, or an earlier granted_at")
        return self

    def numbered(self) -> tuple[Project, ...]:
        """The projects this entry stands for, in order; itself if it stands for one."""
        if self.count == 1:
            return (self,)
        digits = max(2, len(str(self.count)))
        return tuple(self.model_copy(update={"name": f"{self.name}-{n:0{digits}}", "count": 1}) for n in range(1, self.count + 1))


class Organisation(Part):
    """A legal body with its projects; the upper level of the fair-share tree."""

    name: Name = Field(description="unique in the programme")
    name_ko: Words | None = Field(None, description="Korean name for reports")
    kind: Literal["university", "institute", "firm", "startup", "public"] = Field("public", description="whom it belongs to")
    region: Name | None = Field(None, description="where its people work; access is reported by region")
    share: Count = Field(1, description="weight in fair-share among the organisations")
    quota: Quota = Field(Quota(), description="ceiling on what its projects hold together")
    projects: tuple[Project, ...] = Field((), description="its projects")

    @field_validator("projects")
    @classmethod
    def _number_projects(cls, projects: tuple[Project, ...]) -> tuple[Project, ...]:
        return tuple(one for project in projects for one in project.numbered())


class Allocation(Part):
    """Whole servers of one pool, dedicated to one project for a term.

    Outside the term they are everybody's. Where a term begins, jobs of others on them get `notice`; where it ends, what runs there goes on,
    and each server comes back when it is empty; what is free of a server that is being emptied is `maintenance`. No job stands on dedicated
    servers and others at once.
    """

    project: Name = Field(description="who holds them")
    kind: Literal["dedicated"] = Field("dedicated", description="dedicated servers; credits stand with the project")
    pool: Annotated[str, Field(pattern=r"^[^/]+/[^/]+$")] = Field(description="`site/pool`")
    nodes: PositiveCount = Field(description="servers")
    from_s: Offset = Field(0, alias="from", description="first second of the term")
    to_s: Offset | None = Field(None, alias="to", description="end of the term; absent = to the end of the run")
    lend: bool = Field(True, strict=True, description="preemptible jobs of others may use them while they stand idle")
    notice_s: Duration = Field(120, alias="notice", description="how long a borrower may go on when the holder wants them back")

    @property
    def site_and_pool(self) -> tuple[str, str]:
        site, _, pool = self.pool.partition("/")
        return site, pool

    @model_validator(mode="after")
    def _has_a_term(self) -> Self:
        if self.to_s is not None and self.to_s <= self.from_s:
            raise QuantityError("the term ends before it begins", "write a later `to`")
        return self


class HourValue(Part):
    """What one accelerator-hour is worth, and why anybody should believe it."""

    won: Won = Field(description="won per hour")
    per: Literal["accelerator", "credit"] = Field(
        "accelerator", description="of one accelerator; or of one credit, times the billing weight"
    )
    mark: Literal["published", "assumed"] = Field("assumed", description="whether a source says so or somebody assumes it")
    source: Words = Field("stated in the scenario without a source", description="source, or who assumes it and why")
    source_ko: Words | None = Field(None, description="the same in Korean reports; absent = as `source`")

    def per_accelerator_hour(self, weight_ppm: int | None) -> int | None:
        """Won per hour of an accelerator of this billing weight; None where that hangs on a weight nobody knows."""
        if self.per == "accelerator":
            return self.won
        return None if weight_ppm is None else round_div(self.won * weight_ppm, MICRO)


def _bare_won(value: object) -> object:
    return value if isinstance(value, dict | HourValue) else {"won": value}


def _any_model(value: object) -> object:
    return value if value is None or isinstance(value, dict) else {ANY_MODEL: value}


ANY_MODEL = "any"
_HourValue = Annotated[HourValue, BeforeValidator(_bare_won), Shorthand(WON_SCHEMA)]
_HourValues = Annotated[dict[str, _HourValue], BeforeValidator(_any_model), Shorthand(WON_SCHEMA)]


class Programme(Part):
    """The period that is simulated and everybody who has a right in it."""

    name: Words | None = Field(None, description="shown on every page; absent = the name of the file")
    name_ko: Words | None = Field(None, description="Korean name for reports")
    start_s: Instant = Field(1_767_225_600, alias="start", description="second 0 (UTC; a date is its midnight)")
    horizon_s: PositiveDuration | None = Field(
        None, alias="horizon", description="length of the run; absent = until the last job has ended"
    )
    seed: Count = Field(1, description="seed of every random draw")
    organisations: tuple[Organisation, ...] = Field((), description="organisations and their projects")
    allocations: tuple[Allocation, ...] = Field((), description="dedicated servers")
    value_won_per_accelerator_hour: _HourValues | None = Field(
        None, description="what a lost accelerator-hour is worth, by accelerator id or `any`; absent = unknown, and reports say so"
    )

    @property
    def projects(self) -> tuple[Project, ...]:
        """Every project, in the order of the file: the order of project indices."""
        return tuple(project for organisation in self.organisations for project in organisation.projects)
