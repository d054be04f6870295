"""Parts of a job spec: what it asks for, when, with what around it. `wire.jobspec` puts them together."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from dure.model.errors import InputError
from dure.model.needs import Alternative
from dure.wire.fields import Part, Shorthand
from dure.wire.quantity import QuantityError, memory_range_gb, memory_range_text
from dure.wire.safe import RelativePath, SiteValue, WebAddress
from dure.wire.wish import WISH_FORMS, Wish, counts_text, parse_counts, parse_wish, wish_text

TASKS_MOST = 1_000_000
ARRAY_FORMS = "1-1000, 0-9:2, 1,3,5-9, each with %50 for at most fifty at once"
_RANGE = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9})(?::([0-9]{1,9}))?)?")
_JOB_REF = re.compile(r"\w[\w.+-]{0,63}")

Event = Literal["on-start", "on-end", "on-fail", "on-preempt"]
Condition = Literal["ok", "any", "notok", "started"]


class Counts(NamedTuple):
    """How many, at least and at most (None: open)."""

    least: int
    most: int | None


class MemoryRange(NamedTuple):
    """GB, at least and at most (None: open)."""

    least_gb: int
    most_gb: int | None


class ArrayRange(NamedTuple):
    """(first, last, step) of each range of a job array, and how many tasks may run at once (None: all)."""

    ranges: tuple[tuple[int, int, int], ...]
    at_once: int | None

    @property
    def tasks(self) -> int:
        return sum((last - first) // step + 1 for first, last, step in self.ranges)

    def task(self, place: int) -> int:
        """The number of the task at a place of their order, places from 0."""
        for first, last, step in self.ranges:
            here = (last - first) // step + 1
            if place < here:
                return first + place * step
            place -= here
        raise IndexError(place)

    def __contains__(self, task: object) -> bool:
        return isinstance(task, int) and any(first <= task <= last and (task - first) % step == 0 for first, last, step in self.ranges)


def read_array(value: Any) -> Any:
    """`1-1000%50` as Slurm writes it; QuantityError."""
    if isinstance(value, ArrayRange):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise QuantityError("an array is a text", f"write {ARRAY_FORMS}")
    text, percent, at_once = str(value).partition("%")
    if percent and not (at_once.isascii() and at_once.isdecimal() and int(at_once) > 0):
        raise QuantityError(f"`{value}` says not how many at once", f"write {ARRAY_FORMS}")
    ranges = tuple(_range(one, value) for one in text.split(","))
    array = ArrayRange(ranges, int(at_once) if percent else None)
    if array.tasks > TASKS_MOST:
        raise QuantityError(f"an array of {array.tasks:,} tasks", f"write at most {TASKS_MOST:,}")
    if len(ranges) > 1 and len({task for a, b, step in ranges for task in range(a, b + 1, step)}) < array.tasks:
        raise QuantityError(f"`{str(value)[:40]}` names a task twice", "write ranges that do not overlap")
    return array


def _range(text: str, value: object) -> tuple[int, int, int]:
    found = _RANGE.fullmatch(text.strip())
    first = int(found[1]) if found else 0
    last = int(found[2]) if found and found[2] is not None else first
    step = int(found[3]) if found and found[3] is not None else 1
    if found is None or last < first or step < 1:
        raise QuantityError(f"`{str(value)[:40]}` is not an array", f"write {ARRAY_FORMS}")
    last -= (last - first) % step
    return first, last, step if last > first else 1


def array_text(array: ArrayRange) -> str:
    """What `read_array` reads as the same array."""
    parts = [f"{a}" if a == b else f"{a}-{b}" if step == 1 else f"{a}-{b}:{step}" for a, b, step in array.ranges]
    return ",".join(parts) + (f"%{array.at_once}" if array.at_once else "")


def _read_counts(value: Any) -> Any:
    if isinstance(value, Counts):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise QuantityError("a number of accelerators is a number", "write 8, or 2..8 for at least two")
    return Counts(*_told(parse_counts, str(value)))


def _read_memory(value: Any) -> Any:
    return value if value is None or isinstance(value, MemoryRange) else MemoryRange(*memory_range_gb(value))


def _read_choice(value: Any) -> Any:
    if isinstance(value, Wish):
        return value
    if not isinstance(value, str):
        raise QuantityError("a choice of accelerator is a text", "write h100, amd or amd:80GB..")
    wish: Wish = _told(parse_wish, value)
    if (wish.count_least, wish.count_most) != (1, 1):
        raise QuantityError(f"`{value}` counts accelerators inside a choice", "write the number once, as `count`")
    return wish


def _told(read: Any, text: str) -> Any:
    try:
        return read(text)
    except InputError as error:
        raise QuantityError(error.what, error.remedy) from None


CountRange = Annotated[
    Counts,
    BeforeValidator(_read_counts),
    PlainSerializer(lambda value: value.least if value.least == value.most else counts_text(*value), when_used="json"),
    WithJsonSchema({"type": ["integer", "string"], "examples": [8, "2..8"], "$comment": "accepted: 8 or 2..8"}),
]
Memory = Annotated[
    MemoryRange,
    BeforeValidator(_read_memory),
    PlainSerializer(lambda value: memory_range_text(*value), when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "examples": ["80GB.."], "$comment": "accepted: 24GB, 24GB.., ..80GB or 24GB..80GB"}),
]
Choice = Annotated[
    Wish,
    BeforeValidator(_read_choice),
    PlainSerializer(wish_text, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["h100", "amd:80GB.."]}),
]


class JobAccelerators(Part):
    """What the job needs of its accelerators. A number or a text in dstack's grammar is short for it: `16`, `mi300x:8`, `24GB..:2`."""

    count: CountRange = Field(Counts(1, 1), description="how many, over all its servers; of `2..8` a job gets the least")
    memory: Memory | None = Field(None, description="memory of each one")
    training: Annotated[bool, Field(strict=True)] | None = Field(
        None, description="true keeps the job off devices for inference only; absent = as its workload class does"
    )
    any_of: tuple[Choice, ...] = Field(
        (), max_length=64, description="models, vendors or groups of which any one will do, `amd:80GB..` with memory of its own"
    )
    domain: Literal["none", "prefer", "require"] = Field("prefer", description="whether a job on several servers wants one fabric domain")

    @model_validator(mode="after")
    def _can_be_met(self) -> JobAccelerators:
        if self.memory is not None and self.any_of and not self.alternatives:
            raise QuantityError("memory and any_of exclude each other", "write the memory once")
        return self

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """What each accelerator must be, in the words that the catalogue is asked with; none: anything will do."""
        memory = self.memory or MemoryRange(0, None)
        asked = [one for wish in self.any_of for one in wish.constraint.alternatives or (Alternative(),)] or [Alternative()]
        met = [one for one in (_within(one, memory) for one in asked) if one is not None]
        return () if met == [Alternative()] else tuple(met)


def _within(one: Alternative, memory: MemoryRange) -> Alternative | None:
    """The alternative with memory inside another range too; None where no memory is in both."""
    least = max(one.memory_least_gb, memory.least_gb)
    ends = [most for most in (one.memory_most_gb, memory.most_gb) if most is not None]
    most = min(ends) if ends else None
    return None if most is not None and most < least else Alternative(one.names, least, most, one.vendor)


def short_accelerators(value: Any) -> Any:
    """The mapping that `16` or `mi300x:8` is short for."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return value
    wish: Wish = _told(parse_wish, str(value))
    whole: dict[str, Any] = {"count": Counts(wish.count_least, wish.count_most)}
    if wish.asks_memory:
        whole["memory"] = MemoryRange(wish.memory_least_gb, wish.memory_most_gb)
    if wish.names or wish.vendor:
        whole["any_of"] = tuple(Wish(wish.vendor, (name,) if name else ()) for name in wish.names or ("",))
    return whole


Accelerators = Annotated[
    JobAccelerators,
    BeforeValidator(short_accelerators),
    Shorthand({"type": ["integer", "string"], "examples": [16, "mi300x:8"], "$comment": f"accepted: {WISH_FORMS}"}),
]


class Environment(Part):
    """What the program finds around it. Absent: the site's own for the framework."""

    conda: RelativePath | None = Field(None, description="file of a conda environment, packed with the job")
    pip: RelativePath | None = Field(None, description="file of Python requirements, packed with the job")
    modules: tuple[SiteValue, ...] = Field(
        (), max_length=64, description="modules that the site loads, such as cuda/12.4; names differ by site"
    )


class Notices(Part):
    """Who is told, and of what. Mail goes to the address of the account, nowhere else."""

    mail: tuple[Event, ...] = Field((), description="events that are mailed: on-start, on-end, on-fail, on-preempt")
    webhook: WebAddress | None = Field(None, description="address that every event is posted to")

    @model_validator(mode="before")
    @classmethod
    def _in_one_line(cls, value: Any) -> Any:
        """To YAML `{mail: on-start,on-end}` is a second key without a value; whoever writes it means two events."""
        bare = [key for key in value if key in get_args(Event) and value[key] is None] if isinstance(value, dict) else []
        if not bare or not isinstance(value.get("mail"), str):
            return value
        return {key: one for key, one in value.items() if key not in bare} | {"mail": ",".join([value["mail"], *bare])}

    @field_validator("mail", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def read_after(value: Any) -> Any:
    """`prep`, `[prep, tokenise]` and `{prep: any}` are one mapping from job to condition."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        value = [value]
    if isinstance(value, list):
        return {str(one): "ok" for one in value}
    return value


def _job_ref(text: str) -> str:
    if not _JOB_REF.fullmatch(text):
        raise QuantityError(
            f"`{text[:60]}` is neither the name nor the number of a job", "write what `dure` called it when it was submitted"
        )
    return text


After = Annotated[
    dict[Annotated[str, AfterValidator(_job_ref)], Condition],
    BeforeValidator(read_after),
    Field(max_length=1_000),
    Shorthand({"type": ["string", "integer", "array"], "items": {"type": ["string", "integer"]}}),
]
Allocation = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int) and not isinstance(value, bool) else value),
    StringConstraints(pattern=r"^(credits|g?[0-9]{1,18})$"),
    WithJsonSchema(
        {"type": ["string", "integer"], "pattern": "^(credits|g?[0-9]{1,18})$", "$comment": "accepted: credits, or the number of a grant"}
    ),
]
"""What pays for a job: credits, or a grant of dedicated servers."""
Array = Annotated[
    ArrayRange,
    BeforeValidator(lambda value: value if value is None else read_array(value)),
    PlainSerializer(array_text, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "examples": ["1-1000%50"], "$comment": f"accepted: {ARRAY_FORMS}"}),
]

SITE_OPTIONS = (
    *("partition", "constraint", "mem", "mem-per-cpu", "mem-per-gpu", "cpus-per-task", "cpus-per-gpu", "tmp", "exclusive", "licenses"),
    *("gres", "gpu-bind", "gpu-freq", "cpu-freq", "hint", "threads-per-core", "cores-per-socket", "sockets-per-node", "mincpus"),
    *(
        "ntasks",
        "ntasks-per-node",
        "network",
        "reservation",
        "switches",
        "nodelist",
        "exclude",
        "contiguous",
        "comment",
        "wckey",
        "container",
        "bb",
    ),
)
"""Options of Slurm that a spec may carry to sites that run it: none runs anything, names a user or a folder."""

SiteOptions = dict[Literal[SITE_OPTIONS], SiteValue]  # type: ignore[valid-type]
