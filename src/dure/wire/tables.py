"""The job table: what every trace reader and generator makes and the twin replays.

One row a job, columns as numpy integer arrays, sorted by submission second and then by input row. Texts (project, user,
quality of service, workload, constraint) are indices into name tuples, so that ten million jobs stay under a gigabyte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[Any]
BoolArray = npt.NDArray[np.bool_]

SECONDS_MAX: Final = 3_200_000_000  # a hundred years: beyond it a run time is a mistake
DEVICES_MAX: Final = 10_000_000


class JobColumn(NamedTuple):
    """One column of the job table; `least` and `most` bound every value, `names` is the name tuple that an index points into."""

    name: str
    dtype: str
    unit: str
    description: str
    required: bool = False
    default: int = 0
    least: int = 0
    most: int = 2**31 - 1
    names: str = ""


JOB_COLUMNS: Final[tuple[JobColumn, ...]] = (
    JobColumn("job_id", "int64", "", "number of the job in its source, else its row number", least=-(2**62), most=2**62),
    JobColumn("submit_s", "int64", "s", "submission, seconds since the table's epoch", True, least=-(2**40), most=2**40),
    JobColumn(
        "run_s", "int64", "s", "true run time as recorded; 0 only for jobs that never ran and were kept on request", True, 0, 0, SECONDS_MAX
    ),
    JobColumn(
        "request_s",
        "int64",
        "s",
        "run time asked for; the true run time where the source names none",
        default=-1,
        least=0,
        most=SECONDS_MAX,
    ),
    JobColumn("request_known", "int8", "", "1: request_s is from the source; 0: it is a copy of run_s", most=1),
    JobColumn("devices", "int32", "accelerators", "accelerators asked for", True, 1, 1, DEVICES_MAX),
    JobColumn("project", "int32", "", "who pays", names="projects"),
    JobColumn("user", "int32", "", "who submitted", names="users"),
    JobColumn("qos", "int8", "", "quality of service", most=127, names="qos_names"),
    JobColumn("workload", "int32", "", "workload class, key into the speed table; empty: unknown", names="workloads"),
    JobColumn("constraint", "int32", "", "accelerators that may serve it, as in a job spec; empty: any", names="constraints"),
    JobColumn("training", "int8", "", "1 training, 0 inference, -1 not said", default=-1, least=-1, most=1),
    JobColumn("memory_gb", "int32", "GB", "least memory of one accelerator; 0: not said"),
    JobColumn("domain", "int8", "", "one fabric domain: 0 no matter, 1 preferred, 2 required", most=2),
    JobColumn("checkpoint_s", "int32", "s", "interval of checkpoints; 0: none"),
    JobColumn("outcome", "int8", "", "as recorded: 0 completed, 1 failed, 2 cancelled", most=2),
)
COLUMN: Final = {column.name: column for column in JOB_COLUMNS}
NAMED: Final = tuple(column for column in JOB_COLUMNS if column.names)


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs in the order in which they are submitted. Arrays are read-only and of equal length; made by `Jobs.build` only."""

    job_id: IntArray
    submit_s: IntArray
    run_s: IntArray
    request_s: IntArray
    request_known: IntArray
    devices: IntArray
    project: IntArray
    user: IntArray
    qos: IntArray
    workload: IntArray
    constraint: IntArray
    training: IntArray
    memory_gb: IntArray
    domain: IntArray
    checkpoint_s: IntArray
    outcome: IntArray
    epoch_s: int = 0
    projects: tuple[str, ...] = ("",)
    users: tuple[str, ...] = ("",)
    qos_names: tuple[str, ...] = ("normal",)
    workloads: tuple[str, ...] = ("",)
    constraints: tuple[str, ...] = ("",)

    @staticmethod
    def build(
        *,
        epoch_s: int = 0,
        projects: Sequence[str] = ("",),
        users: Sequence[str] = ("",),
        qos_names: Sequence[str] = ("normal",),
        workloads: Sequence[str] = ("",),
        constraints: Sequence[str] = ("",),
        **columns: npt.ArrayLike,
    ) -> Jobs:
        """Makes the table from columns of equal length: sorts by submission (stable), fills what is absent, checks every range.

        `submit_s`, `run_s` and `devices` are required; without `request_s` (or where it is below 0) the run time stands in and
        `request_known` is 0. Raises ValueError for a programmer's mistake; readers reject bad rows before they come here.
        """
        unknown = set(columns) - set(COLUMN)
        missing = {column.name for column in JOB_COLUMNS if column.required} - set(columns)
        if unknown or missing:
            raise ValueError(f"job columns: unknown {sorted(unknown)}, missing {sorted(missing)}")
        names: dict[str, Any] = {
            "projects": tuple(projects),
            "users": tuple(users),
            "qos_names": tuple(qos_names),
            "workloads": tuple(workloads),
            "constraints": tuple(constraints),
        }
        raw = {name: np.asarray(values) for name, values in columns.items()}
        count = len(raw["submit_s"])
        _fill_requests(raw, count)
        order = _submission_order(raw["submit_s"])
        table: dict[str, Any] = {}
        for column in JOB_COLUMNS:
            most = len(names[column.names]) - 1 if column.names else column.most
            table[column.name] = _checked(column, raw.get(column.name), count, order, most)
        return Jobs(**table, epoch_s=int(epoch_s), **names)

    def __len__(self) -> int:
        return len(self.submit_s)

    def __getitem__(self, rows: slice | BoolArray) -> Jobs:
        """The rows of an ascending slice or a mask, names and epoch unchanged."""
        if isinstance(rows, slice):
            if rows.step is not None and rows.step < 1:
                raise ValueError("a job table is in order of submission: only ascending slices")
        elif rows.dtype != np.bool_:
            raise TypeError("rows of a job table are a slice or a mask")
        taken: dict[str, Any] = {column.name: _frozen(getattr(self, column.name)[rows]) for column in JOB_COLUMNS}
        return replace(self, **taken)

    def with_columns(self, **columns: npt.ArrayLike) -> Jobs:
        """The same jobs with some columns (not `submit_s`) exchanged; checked like `build`."""
        if "submit_s" in columns:
            raise ValueError("submit_s orders the table: build a new one")
        table: dict[str, Any] = {}
        for name, values in columns.items():
            column = COLUMN[name]
            most = len(getattr(self, column.names)) - 1 if column.names else column.most
            table[name] = _checked(column, np.asarray(values), len(self), None, most)
        return replace(self, **table)

    @property
    def device_seconds(self) -> int:
        """Accelerator-seconds of true run time over all jobs."""
        return int((self.run_s * self.devices.astype(np.int64)).sum()) if len(self) else 0

    @property
    def span_s(self) -> int:
        """Seconds from the first to the last submission; 0 without jobs."""
        return int(self.submit_s[-1] - self.submit_s[0]) if len(self) else 0

    def sha256(self) -> str:
        """Hash of epoch, names and little-endian columns in the order of JOB_COLUMNS: equal tables, equal hash, on every machine."""
        digest = hashlib.sha256()
        head = [self.epoch_s, len(self)] + [list(getattr(self, column.names)) for column in NAMED]
        digest.update(json.dumps(head, ensure_ascii=True, separators=(",", ":")).encode())
        for column in JOB_COLUMNS:
            values = getattr(self, column.name)
            digest.update(np.ascontiguousarray(values, dtype=np.dtype(column.dtype).newbyteorder("<")).data)
        return digest.hexdigest()


assert [field.name for field in fields(Jobs)][: len(JOB_COLUMNS)] == [column.name for column in JOB_COLUMNS]


def in_order_of_appearance(jobs: Jobs) -> Jobs:
    """The same jobs with names in the order in which the table uses them, unused ones dropped: equal jobs become equal tables.

    Names at index 0 that have a meaning of their own ("normal", "" of workloads and constraints) stay there.
    """
    changed: dict[str, Any] = {}
    for column in NAMED:
        codes, names = getattr(jobs, column.name), getattr(jobs, column.names)
        first = np.full(len(names), len(jobs), np.int64)
        first[codes[::-1]] = np.arange(len(jobs) - 1, -1, -1)
        order = np.argsort(first, kind="stable")
        used = order[first[order] < len(jobs)]
        if column.names not in ("projects", "users"):
            used = np.concatenate(([0], used[used != 0]))
        place = np.zeros(len(names), codes.dtype)
        place[used] = np.arange(len(used))
        changed[column.name] = _frozen(place[codes])
        changed[column.names] = tuple(names[k] for k in used.tolist()) or ("",)
    return replace(jobs, **changed)


def concat(tables: Sequence[Jobs]) -> Jobs:
    """One table of all jobs; epochs are brought to the earliest, names are merged, ties keep the order of the tables."""
    if not tables:
        raise ValueError("concat needs at least one table")
    epoch_s = min(table.epoch_s for table in tables)
    columns: dict[str, Any] = {}
    names: dict[str, Any] = {}
    for column in JOB_COLUMNS:
        parts = [getattr(table, column.name) for table in tables]
        if column.name == "submit_s":
            parts = [part + (table.epoch_s - epoch_s) for part, table in zip(parts, tables, strict=True)]
        if column.names:
            names[column.names], parts = _merge_names(parts, [getattr(table, column.names) for table in tables])
        columns[column.name] = np.concatenate(parts)
    return Jobs.build(epoch_s=epoch_s, **names, **columns)


@dataclass(frozen=True, slots=True)
class Reject:
    """A row of a trace that was not taken: its line (1-based), the field at fault, why, and the first 80 characters."""

    line: int
    field: str
    reason: str
    text: str


class Origin(NamedTuple):
    """Where jobs come from: `simulated` (drawn by dure, `how` says from what) or `recorded` (what the file says, for all anybody knows)."""

    word: Literal["simulated", "recorded"]
    how: str = ""

    @property
    def text(self) -> str:
        return f"{self.word}; {self.how}" if self.how else self.word

    @classmethod
    def parse(cls, text: str) -> Origin:
        """What `text` wrote; anything else was written by others and is a record."""
        word, _, how = text.partition("; ")
        return cls("simulated", how) if word == "simulated" else cls("recorded", how if word == "recorded" else "")


RECORDED = Origin("recorded")


@dataclass(frozen=True, slots=True)
class TraceRead:
    """What came out of a file. Every line is a job, a reject or passed over (comment, header, blank, job step): the counts add up."""

    jobs: Jobs
    rejects: tuple[Reject, ...]
    path: str
    sha256: str
    rows_read: int
    format: str
    notes: tuple[str, ...] = ()
    passed_over: int = 0
    outcomes_stated: bool = True
    """Whether the file says how jobs ended; where it does not, the table's `completed` is no record."""
    origin: Origin = RECORDED

    def rejects_by_reason(self) -> dict[str, tuple[Reject, ...]]:
        """Rejects grouped by `field: reason`, the most frequent first."""
        groups: dict[str, list[Reject]] = {}
        for reject in self.rejects:
            groups.setdefault(f"{reject.field}: {reject.reason}" if reject.field else reject.reason, []).append(reject)
        return {reason: tuple(group) for reason, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))}


def _fill_requests(raw: dict[str, IntArray], count: int) -> None:
    if "request_s" not in raw:
        raw["request_s"], raw["request_known"] = raw["run_s"], np.zeros(count, np.int8)
        return
    unknown = raw["request_s"] < 0
    raw["request_s"] = np.where(unknown, raw["run_s"], raw["request_s"])
    known = np.asarray(raw.get("request_known", np.ones(count, np.int8)))
    raw["request_known"] = np.where(unknown, 0, known)


def _submission_order(submit_s: IntArray) -> IntArray | None:
    """Row order by submission, or None when the rows are in order already (the usual case costs no sort)."""
    if len(submit_s) < 2 or bool((submit_s[1:] >= submit_s[:-1]).all()):
        return None
    return np.argsort(submit_s, kind="stable")


def _checked(column: JobColumn, values: IntArray | None, count: int, order: IntArray | None, most: int) -> IntArray:
    if values is None:
        if column.name == "job_id":
            return _frozen(np.arange(count, dtype=np.int64))
        return _frozen(np.full(count, column.default, column.dtype))
    if values.shape != (count,) or (values.dtype.kind not in "iub" and count):
        raise ValueError(f"job column {column.name}: {count} integers wanted, got {values.dtype} {values.shape}")
    if count and (int(values.min()) < column.least or int(values.max()) > most):
        raise ValueError(f"job column {column.name}: {values.min()}..{values.max()} is outside {column.least}..{most}")
    return _frozen(np.array(values if order is None else values[order], dtype=column.dtype))


def _frozen(values: IntArray) -> IntArray:
    values.flags.writeable = False
    return values


def _merge_names(parts: Sequence[IntArray], names: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], list[IntArray]]:
    merged: dict[str, int] = {}
    moved = []
    for part, own in zip(parts, names, strict=True):
        table = np.array([merged.setdefault(name, len(merged)) for name in own], np.int64)
        moved.append(table[part])
    return tuple(merged), moved
