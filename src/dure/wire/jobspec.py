"""A job spec: one text for every vendor and site. docs/JOBSPEC.md lists every key.

A spec that was read is complete by itself: what it needs of a fleet, and whether a fleet has it, is `operate.verdicts`'s. Written out again
(`JobSpec.written`) it reads back as the same spec, so that a store can keep it and a person can submit it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from dure.model.datasets import variable_of
from dure.model.units import DAY_S
from dure.wire.fields import Count, Name, Part, PositiveCount, PositiveDuration, file_schema
from dure.wire.jobspec_parts import Accelerators, After, Allocation, Array, Environment, JobAccelerators, Notices, SiteOptions
from dure.wire.problems import Problem, UnfitScenario
from dure.wire.safe import ImageRef, Line, RelativePath, RunText, UrlPath, VariableName, VariableValue

RETRIES_MOST = 100
TIME_MOST_S = 366 * DAY_S

DataName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,63}(@[A-Za-z0-9][A-Za-z0-9._-]{0,31})?$")]
Kind = Literal["batch", "interactive", "service"]


class JobSpec(Part):
    """One job, array or service. `run` and `accelerators` say what and on how much; everything else has a meaning when it is absent."""

    name: Name = Field(description="how the job is called in lists; need not be unique")
    project: Name | None = Field(None, description="whose allocation pays; absent = the only project of the user")
    kind: Kind = Field("batch", description="batch runs to its end; interactive opens a shell; a service stays and answers requests")
    framework: Name | None = Field(
        None,
        description="pytorch, vllm, jax …: the site supplies the image or environment for its vendor; absent = the program brings its own",
    )
    workload: Name | None = Field(
        None,
        description="class of work in the speed matrix, such as llm-finetune; absent = `generic`, whose speed elsewhere is a wide guess",
    )
    accelerators: Accelerators = Field(JobAccelerators(), description="how many, and what each must be")
    nodes: PositiveCount | None = Field(
        None, le=100_000, description="on exactly so many servers, equally many accelerators on each; absent = as few as fit"
    )
    time_s: PositiveDuration | None = Field(
        None, alias="time", description="how long it needs; a service may leave it out and stays until it is stopped"
    )
    time_on: Literal["reference", "machine"] = Field(
        "reference", description="whose time that is: the reference accelerator's (H100 SXM), or that of the machine the job is given"
    )
    checkpoint_s: PositiveDuration | None = Field(
        None,
        alias="checkpoint",
        description="it saves its work at least this often, so it may be preempted and moved; absent = it does not",
    )
    retries: Count = Field(
        0, le=RETRIES_MOST, description="how often it is started again after its program failed; what a site breaks is always repeated"
    )
    run: RunText | None = Field(
        None, description="commands for `sh -e`, or a whole script that begins with `#!`; an interactive job may leave it out"
    )
    launch: Literal["node", "accelerator", "first"] = Field(
        "node",
        description="started once a server (torchrun starts the rest), once an accelerator, or on the first server only (as sbatch does)",
    )
    files: tuple[RelativePath, ...] = Field(
        (), max_length=1_000, description="files and folders packed with the job, relative to the spec; the commit is recorded"
    )
    data: dict[DataName, Literal["read", "write"]] = Field(
        {},
        max_length=100,
        description="named data sets → read; `imagenet` is its newest version when the job is submitted, `imagenet@2` that one",
    )
    outputs: tuple[RelativePath, ...] = Field((), max_length=1_000, description="files and folders that are kept when it ends")
    env: Environment | None = Field(
        None, description="conda, pip or modules; made once at a site for each such file; absent = the site's own for the framework"
    )
    image: ImageRef | None = Field(None, description="container image in place of `env`")
    variables: dict[VariableName, VariableValue] = Field({}, max_length=256, description="environment variables of the program")
    array: Array | None = Field(None, description="the same job many times, `1-1000%50` as in Slurm; DURE_TASK tells them apart")
    after: After = Field(
        {}, description="jobs to wait for, by id or name → ok (completed), any (ended), notok (ended otherwise) or started; a list means ok"
    )
    allocation: Allocation | None = Field(
        None,
        description="what pays: `credits`, or the id of a grant of dedicated servers; absent = those servers where they fit, else credits",
    )
    qos: Name | None = Field(None, description="quality of service; absent = the project's own")
    notify: Notices | None = Field(None, description="who is told when something happens")
    labels: dict[Name, Line] = Field({}, max_length=64, description="words of your own to find jobs by")
    port: PositiveCount | None = Field(None, le=65_535, description="port that a service answers on")
    health: UrlPath | None = Field(None, description="path that answers 200 when a replica is ready; absent = the open port is enough")
    replicas: PositiveCount = Field(1, le=10_000, description="how many of the service run side by side")
    slurm: SiteOptions = Field(
        {}, description="options for sites that run Slurm, such as partition or mem: kept for them, binding nowhere else"
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if problems := tuple(_problems(self)):
            raise UnfitScenario(problems)
        return self

    @property
    def tasks(self) -> int:
        """How many times it runs."""
        return self.array.tasks if self.array is not None else 1

    def written(self) -> dict[str, Any]:
        """The spec as plain values without what is default: what is stored and what a person reads."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _problems(spec: JobSpec) -> list[Problem]:
    """What does not fit together, each at the key that has to change."""
    found: list[Problem] = []
    if spec.time_s is None and spec.kind != "service":
        found.append(Problem(("time",), "is missing", f"write `time:` ({about('time')})"))
    if spec.time_s is not None and spec.time_s > TIME_MOST_S:
        found.append(Problem(("time",), "is longer than a year", "split the job, or let a service stay without a time"))
    if spec.run is None and spec.kind != "interactive":
        found.append(Problem(("run",), "is missing", f"write `run:` ({about('run')})"))
    if spec.checkpoint_s is not None and spec.time_s is not None and spec.checkpoint_s > spec.time_s:
        found.append(Problem(("checkpoint",), "is longer than the job", "save more often, or leave it out"))
    count = spec.accelerators.count.least
    if spec.nodes is not None and count % spec.nodes:
        found.append(
            Problem(("nodes",), f"{count:,} accelerators do not divide over {spec.nodes:,} nodes", "write a number that divides them")
        )
    if spec.env is not None and spec.env.conda is not None and spec.env.pip is not None:
        found.append(Problem(("env", "pip"), "a conda and a pip environment", "write one of them: a conda file may hold a pip section"))
    found += _of_data(spec)
    if spec.image is not None and spec.env is not None:
        found.append(Problem(("image",), "an image and an environment", "write one of them: the image brings its own"))
    if spec.kind != "batch" and spec.array is not None:
        found.append(Problem(("array",), f"an array of {spec.kind} jobs", "write kind: batch, or replicas for a service"))
    if spec.kind == "service":
        if spec.launch == "first" or spec.retries:
            key = "retries" if spec.retries else "launch"
            found.append(Problem((key,), "says nothing about a service, which is started again whenever it ends", "leave it out"))
        if spec.health is not None and spec.port is None:
            found.append(Problem(("health",), "a path without a port", "write the port that it answers on"))
    else:
        wrong = [key for key in ("port", "health") if getattr(spec, key) is not None] + (["replicas"] if spec.replicas > 1 else [])
        found += [Problem((key,), f"{key} of a job that is no service", "write kind: service, or leave it out") for key in wrong]
    return found


def _of_data(spec: JobSpec) -> list[Problem]:
    """Data sets are for reading, and each has a variable of its own."""
    found: list[Problem] = []
    variables: dict[str, str] = {}
    for name, use in spec.data.items():
        if use == "write":
            remedy = "write read; keep results with `outputs:`, and put them as a version of their own with `dure data put`"
            found.append(Problem(("data", name), "a data set is never changed", remedy))
        other = variables.setdefault(variable_of(name), name)
        if other != name:
            what = f"{other} and {name} would both lie at ${variable_of(name)}"
            found.append(Problem(("data", name), what, "name one of them, or put one under another name"))
    return found


def about(key: str) -> str:
    """What a key means, as the page and the errors say it."""
    return str(jobspec_schema()["properties"][key]["description"])


@cache
def jobspec_schema() -> Mapping[str, Any]:
    """The JSON Schema of a job spec."""
    return file_schema(JobSpec)
