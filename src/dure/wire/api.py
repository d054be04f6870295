"""Requests and replies of /api/v1: what a program sends and what it can rely on. Units stand in the names, times are RFC 3339 in UTC.

A key that is not known is an error in a request. Replies may gain keys; none changes its meaning.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from dure.wire.fields import Name, Part
from dure.wire.jobspec_parts import Allocation
from dure.wire.quantity import QuantityError
from dure.wire.safe import Line, RelativePath

SPEC_CHARACTERS_MAX = 1 << 20
FILES_MAX = 10_000
KEY_MAX = 200
PAGE_MOST, PAGE_USUAL = 1_000, 100
_JOB_ID = re.compile(r"j([1-9][0-9]{0,17}|0)(?:\.([0-9]{1,9}))?")

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def job_id(number: int, task: int | None = None) -> str:
    """How people and programs call a job: `j123`, one task of an array `j123.7`."""
    return f"j{number}" if task is None else f"j{number}.{task}"


def parse_job_id(text: str) -> tuple[int, int | None]:
    """(number, task). Raises QuantityError for what is no job."""
    found = _JOB_ID.fullmatch(text)
    if found is None:
        raise QuantityError(
            f"`{text[:40]}` is not the id of a job", "write it as `dure submit` answered it, such as j12, or j12.3 for a task"
        )
    return int(found[1]), None if found[2] is None else int(found[2])


class Reply(BaseModel):
    """An answer. Whoever reads it passes over keys that it does not know: a newer server may send more."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class PackedFile(Part):
    """A file that travels with the job; its content was put as a blob before."""

    name: RelativePath = Field(description="path below the working folder")
    sha256: Digest = Field(description="of its content, which PUT /api/v1/blobs/{sha256} brought")


class SubmitRequest(Part):
    """A job: `text` (YAML or an sbatch script, as a file holds it) or `spec` (the same as values), with what is packed."""

    text: Annotated[str, StringConstraints(max_length=SPEC_CHARACTERS_MAX)] | None = Field(
        None, description="the job spec as a file holds it"
    )
    spec: dict[str, Any] | None = Field(None, description="the job spec as values; either this or `text`")
    file: Line = Field("job", description="what the text is called in errors")
    project: Name | None = Field(None, description="instead of the project that the spec names")
    allocation: Allocation | None = Field(None, description="instead of the allocation that the spec names")
    files: tuple[PackedFile, ...] = Field((), max_length=FILES_MAX, description="packed files")
    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{7,64}\+?$")] | None = Field(
        None, description="commit of the packed folder; + when it had changes"
    )


class ExplainRequest(Part):
    """The question before submitting: who can run this."""

    text: Annotated[str, StringConstraints(max_length=SPEC_CHARACTERS_MAX)] | None = Field(
        None, description="the job spec as a file holds it"
    )
    spec: dict[str, Any] | None = Field(None, description="the job spec as values; either this or `text`")
    file: Line = Field("job", description="what the text is called in errors")
    project: Name | None = Field(None, description="whose dedicated servers count")


class Verdict(Reply):
    """Pools that can run it, best first, and the others with what they lack; as `dure jobs explain --json`."""

    can: tuple[dict[str, Any], ...]
    cannot: tuple[dict[str, Any], ...]
    changes: tuple[dict[str, Any], ...]
    notes: tuple[str, ...] = Field(description="what the figures mean and leave out")
    warnings: tuple[str, ...] = Field(description="what is sound and may not be meant")
    paid_by: str | None = Field(
        None, description="to members of the project that ask beforehand: `credits`, or the grant whose servers it would run on"
    )
    data: tuple[str, ...] = Field((), description="where its data sets are, and how long copies would take to come")
    likely: str | None = Field(None, description="beforehand: the pool that the broker would choose now; null where none has room")


class Submitted(Reply):
    """The job is kept: whatever dies now, it runs or says why not."""

    id: str
    name: str
    project: str
    tasks: int
    state: str
    again: bool = Field(description="the same request was accepted before: nothing was added")
    paid_by: str = Field("credits", description="`credits`, or the id of the grant whose servers it runs on")
    verdict: Verdict


class Job(Reply):
    """One job, an array with its counts, or one task of an array, as it stands."""

    id: str
    task: int | None
    name: str
    project: str
    person: int
    state: str
    pool: str | None
    accelerators: int
    attempts: int
    outcome: str | None
    submitted_at: str
    started_at: str | None
    ended_at: str | None
    tasks: int = Field(1, description="how many tasks an array has")
    counts: dict[str, int] = Field({}, description="of an array: how many of its tasks are in each state")
    held: str | None = Field(None, description="what keeps it out of the queue: `paused`, or `spec` (jobs to wait for, tasks at once)")
    labels: dict[str, str] = {}
    why: str | None = None
    """Why it waits, where that was asked for."""


class JobWhole(Job):
    """With the spec that was accepted."""

    spec: dict[str, Any]


class Jobs(Reply):
    """A page, newest first; `next` is what to send as `before`, none on the last page."""

    jobs: tuple[Job, ...]
    next: int | None


class Attempt(Reply):
    attempt: int
    key: str
    pool: str
    state: str
    placed_at: str | None
    started_at: str | None
    ended_at: str | None
    outcome: str | None
    accelerators_milli: int


class Change(Reply):
    """Something happened to a job. Its number in the log is the id of the event: sent as Last-Event-ID, the stream goes on behind it."""

    at: str
    what: str = Field(
        description="submitted, placed, sent, started, ended, preempted, recalled, refused, withdrawn, held_back or ready (again)"
    )
    id: str
    name: str
    project: str
    pool: str | None
    outcome: str | None = Field(None, description="of a run that ended")


class Attempts(Reply):
    """A page, first to last; `next` is what to send as `after`, none on the last page."""

    attempts: tuple[Attempt, ...]
    next: int | None = None


class Why(Reply):
    """Why a job is not running, as codes with parameters and as a sentence."""

    id: str
    state: str
    reasons: tuple[dict[str, Any], ...]
    text: str


class Asked(Reply):
    """An act that was accepted; what comes of it shows in the job."""

    id: str
    state: str
    accepted: bool


class Output(Reply):
    path: str
    size_bytes: int


class Outputs(Reply):
    r"""Of a name, bytes that are no UTF-8, control characters and backslashes are escaped (`\\xff`); by what is shown it is fetched."""

    outputs: tuple[Output, ...]
    more: bool = Field(False, description="there may be others: at most 10,000 files are listed, 64 folders deep")


class ShellSize(Part):
    rows: int = Field(24, ge=1, le=1_000)
    columns: int = Field(80, ge=1, le=1_000)


class ShellRequest(ShellSize):
    """A shell beside a running job, or a program with its arguments."""

    term: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]{1,40}$")] = Field("dumb", description="kind of terminal")
    command: tuple[Annotated[str, StringConstraints(min_length=1, max_length=4_096, pattern=r"^[^\x00]*$")], ...] = Field(
        (), max_length=100, description="a program instead of a shell"
    )


class ShellOpened(Reply):
    shell: str = Field(description="GET /api/v1/shells/{shell} shows it, POST …/input is what is typed")
    job: str


class ShellEnd(Reply):
    code: int | None


class Blob(Reply):
    sha256: str
    size_bytes: int


class MissingRequest(Part):
    """Which of these are not there yet."""

    sha256: tuple[Digest, ...] = Field(max_length=FILES_MAX)


class Missing(Reply):
    sha256: tuple[str, ...]


class PoolView(Reply):
    pool: str
    model: str
    nodes: int
    accelerators_per_node: int
    weight_ppm: int | None
    milli: dict[str, int] = Field(description="thousandths of accelerators now, by line and cause of the waterfall; empty while unknown")


class Sites(Reply):
    pools: tuple[PoolView, ...]


class Rates(Reply):
    """Both rates at one moment; unknown is null, never 0."""

    at: str | None
    operating_rate: float | None
    occupancy: float | None
    milli: dict[str, int]
    pools: tuple[PoolView, ...]


class Seal(Reply):
    """Rows `first` to `last` of the log, and the hash of everything up to there."""

    first: int
    last: int
    head: str


class Seals(Reply):
    """The newest thousand, oldest first."""

    seals: tuple[Seal, ...]


class UsageRow(Reply):
    """What somebody or something used. Unknown is null; where a part is unknown, its time at work stands beside what is known."""

    name: str = Field(description="of the project, job, person, site …, as `by` says")
    project: str = Field("", description="the same, where `by` is project")
    jobs: int
    runs: int = 0
    busy_milli_s: int
    held_milli_s: int = 0
    credits_micro: int
    won: int = Field(0, description="what projects owe for it")
    energy_wh: int | None = Field(None, description="from the power that the scenario or the catalogue states, not from a meter")
    energy_unknown_milli_s: int = Field(0, description="time at work in milli-accelerator-seconds of which no power is known")
    electricity_won: int | None = Field(None, description="by the site's tariff, charges for demand and taxes left out")
    electricity_unknown_milli_s: int = 0
    service_won: int | None = Field(None, description="what the programme pays operators for it")
    service_unknown_milli_s: int = 0
    wait_median_s: int | None = Field(None, description="from submission to the first start, of jobs that began")
    wait_p90_s: int | None = None


class Usage(Reply):
    by: str = "project"
    rows: tuple[UsageRow, ...]


class Self(Reply):
    """Whose token this is."""

    person: int
    name: str = Field(description="as acts and the log name the person, such as p7")
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    projects: dict[str, str] = Field(description="name of each project → what one is in it")
    sites: tuple[str, ...]


class ProblemPart(Reply):
    """One thing that is wrong with what was sent."""

    what: str
    remedy: str
    file: str = ""
    line: int = 0
    field: str = ""


class Problem(Reply):
    """RFC 9457: every error of the API."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    where: str
    errors: tuple[ProblemPart, ...] = ()


def either(text: object, spec: object) -> None:
    """Exactly one of them is there. Raises QuantityError."""
    if (text is None) == (spec is None):
        raise QuantityError("a job spec as `text` or as `spec`", "send one of them")
