"""Slurm accounting: what `sacct -aP --format=JobID,Submit,Start,End,Elapsed,Timelimit,State,AllocTRES,...` prints.

One row a job; steps (JobID with a dot) are passed over and counted. Accelerators are gres/gpu or gres/npu of AllocTRES, else of
ReqTRES; a named type becomes the constraint. Account is the project; QOS, or else Partition, the quality of service.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

import numpy as np

from dure.adapters.traces_cells import Rows, delimited
from dure.adapters.traces_digits import Ints
from dure.adapters.traces_draft import Draft, line_texts
from dure.adapters.traces_table import empty_names, finish
from dure.adapters.traces_zone import zone_name
from dure.model.errors import TraceError, Where
from dure.wire.tables import DEVICES_MAX, RECORDED, SECONDS_MAX, Jobs, Origin

FORMAT: Final = "JobID,JobIDRaw,Submit,Start,End,Elapsed,Timelimit,State,AllocTRES,ReqTRES,NNodes,Account,User,QOS,Partition"
_COMMAND: Final = f"print it with sacct -aP --format={FORMAT}"
_OUTCOMES: Final = {
    "COMPLETED": 0,
    **dict.fromkeys(("FAILED", "TIMEOUT", "OUT_OF_MEMORY", "NODE_FAIL", "BOOT_FAIL", "DEADLINE", "LAUNCH_FAILED"), 1),
    **dict.fromkeys(("CANCELLED", "PREEMPTED", "REVOKED"), 2),
}
_OPEN: Final = frozenset(
    ("PENDING", "RUNNING", "SUSPENDED", "STOPPED", "REQUEUED", "REQUEUE_HOLD", "RESIZING", "CONFIGURING", "COMPLETING", "STAGE_OUT")
)
_ORIGIN = re.compile(r"\borigin: ([^\r\n]*)")
_DURATION = re.compile(r"(?:(\d{1,6})-)?(?:(\d{1,6}):)?(\d{1,6}):(\d{2})(?:\.\d+)?")
_DEVICES = re.compile(r"(?:^|,)gres/[gn]pu(?::([^=,]+))?=(\d{1,9})(?=,|$)")
_UNLIMITED: Final = frozenset(("", "unlimited", "partition_limit", "invalid", "notset", "n/a"))


def looks_like(head: bytes) -> bool:
    """A header between pipes that names Submit and a job id, below any lines that begin with #."""
    head = head[_skip(head) :]
    names = {name.strip().lower() for name in head.split(b"\n", 1)[0].split(b"|")}
    return b"submit" in names and bool(names & {b"jobid", b"jobidraw"})


def read(data: bytes, path: str) -> tuple[Jobs, Draft]:
    """All ended jobs with accelerators; TraceError when the header lacks what is needed."""
    header = _header(data, path)
    place = {name: k for k, name in enumerate(header) if name}
    draft = Draft(partial(line_texts, data), names=empty_names(), passed_over=1, unix=True, origin=origin_of(data))
    ids: dict[str, int] = {}
    steps = 0
    skip = data.find(b"\n", _skip(data)) + 1 or len(data)
    for rows in delimited(data, "|", len(header), skip, quotes=False):
        steps += _pass_over_steps(rows, place["jobid" if "jobid" in place else "jobidraw"])
        draft.take(rows, **_columns(draft, rows, place, ids))
    if all(text.isascii() and text.isdigit() and len(text) < 16 for text in ids):
        numbers = np.array([int(text) for text in ids] or [0], np.int64)
        draft.columns["job_id"] = [numbers[part] for part in draft.columns.get("_id", [])]
    jobs = finish(draft, 0, {"request_s"}, [])
    if steps:
        draft.notes.append(f"{steps:,} job {'step is' if steps == 1 else 'steps are'} passed over: jobs have lines of their own")
    if len(jobs.constraints) > 1:
        draft.notes.append(f"types that jobs asked for became constraints: {', '.join(jobs.constraints[1:])[:200]}")
    draft.notes.append(f"times without a zone are read as {zone_name()}")
    return jobs, draft


def _skip(data: bytes) -> int:
    """Bytes of the comment lines above the header."""
    at = 0
    while data[at : at + 1] == b"#":
        at = data.find(b"\n", at) + 1 or len(data)
    return at


def origin_of(data: bytes) -> Origin:
    """What a comment above the header says about where the rows come from."""
    said = _ORIGIN.search(data[: _skip(data[:10_000])].decode("utf-8", "replace"))
    return Origin.parse(said[1].strip()) if said else RECORDED


def _header(data: bytes, path: str) -> list[str]:
    line = data[_skip(data) : _skip(data) + 65_536].split(b"\n", 1)[0].strip(b"\r")
    header = [name.strip().lower() for name in line.decode("utf-8", "replace").split("|")]
    where = Where(path, data.count(b"\n", 0, _skip(data)) + 1)
    if "submit" not in header or not {"jobid", "jobidraw"} & set(header):
        raise TraceError("the first line is no header of sacct", where=where, remedy=f"{_COMMAND} (without -n)")
    if not ({"elapsed", "elapsedraw"} & set(header) or {"start", "end"} <= set(header)):
        raise TraceError("has neither Elapsed nor Start and End", where=where, remedy=_COMMAND)
    if not {"alloctres", "reqtres"} & set(header):
        raise TraceError("has neither AllocTRES nor ReqTRES, so no accelerators can be counted", where=where, remedy=_COMMAND)
    return header


def _pass_over_steps(rows: Rows, column: int) -> int:
    """Job steps are neither jobs nor rejects."""
    dots = np.flatnonzero(rows.buf == ord("."))
    step = np.searchsorted(dots, rows.first[column]) < np.searchsorted(dots, rows.last[column])
    rows.alive &= ~step
    rows.passed_over += int(step.sum())
    return int(step.sum())


def _columns(draft: Draft, rows: Rows, place: dict[str, int], ids: dict[str, int]) -> dict[str, Ints]:
    columns: dict[str, Ints] = {}
    if "state" in place:
        columns["outcome"] = _outcome(rows, place["state"])
    columns["submit_s"] = rows.instants(place["submit"], "Submit")
    columns["run_s"] = _run_time(rows, place)
    rows.refuse(columns["run_s"] == 0, "Elapsed", "zero: cancelled before it started, or at once")
    rows.refuse(columns["run_s"] < 0, "Elapsed", "negative")
    rows.refuse(columns["run_s"] > SECONDS_MAX, "Elapsed", f"above {SECONDS_MAX}")
    columns["devices"], columns["constraint"] = _devices(draft, rows, place)
    columns["request_s"] = _time_limit(rows, place)
    # JobIDRaw numbers every task of an array; JobID may repeat as 12_[3-5]
    columns["_id"] = rows.texts(place.get("jobidraw", place.get("jobid", 0)), "JobID", ids)
    for name, column, table in (("project", "account", "projects"), ("user", "user", "users")):
        if column in place:
            columns[name] = rows.texts(place[column], column.title(), draft.names[table])
    quality = place.get("qos", place.get("partition"))
    if quality is not None:
        columns["qos"] = rows.texts(quality, "QOS", draft.names["qos_names"], "normal")
        rows.refuse(columns["qos"] > 127, "QOS", "more than 127 qualities of service")
    return {name: np.where(rows.alive, values, 0) for name, values in columns.items()}


def _outcome(rows: Rows, column: int) -> Ints:
    names: dict[str, int] = {}
    code = rows.texts(column, "State", names)
    states = [re.split(r"[ +]", name, maxsplit=1)[0].upper() for name in names] or [""]
    rows.refuse(np.array([state in _OPEN for state in states])[code], "State", "has not ended yet")
    rows.refuse(np.array([state not in _OUTCOMES for state in states])[code], "State", "is no state of Slurm that is known")
    return np.array([_OUTCOMES.get(state, 0) for state in states], np.int64)[code]


def _run_time(rows: Rows, place: dict[str, int]) -> Ints:
    if "elapsedraw" in place:
        return rows.numbers(place["elapsedraw"], "Elapsed", least=0, most=SECONDS_MAX)
    if "elapsed" in place:
        return _durations(rows, place["elapsed"], "Elapsed")
    begin = rows.buf[rows.first[place["start"]]]
    rows.refuse((begin < ord("0")) | (begin > ord("9")), "Start", "no time: it never started, or the table has lost it")
    start, end = rows.instants(place["start"], "Start"), rows.instants(place["end"], "End")
    return np.where(rows.alive, end - start, 0)


def _time_limit(rows: Rows, place: dict[str, int]) -> Ints:
    if "timelimitraw" in place:
        code, names = _coded(rows, place["timelimitraw"], "Timelimit")
        minutes = [int(name) * 60 if name.isascii() and name.isdigit() and len(name) < 9 else -1 for name in names]
        return np.array(minutes or [-1], np.int64)[code]
    if "timelimit" in place:
        limit = _durations(rows, place["timelimit"], "Timelimit", _UNLIMITED)
        return np.where(limit > 0, limit, -1)
    return np.full(len(rows.line), -1, np.int64)


def _durations(rows: Rows, column: int, name: str, unlimited: frozenset[str] = frozenset()) -> Ints:
    """A column of [days-][hours:]minutes:seconds; what `unlimited` holds is 0."""
    code, names = _coded(rows, column, name)
    seconds = [0 if text.lower() in unlimited else duration(text) for text in names] or [0]
    rows.refuse(np.array([value < 0 for value in seconds])[code], name, "is no duration like 1-02:30:00")
    return np.array(seconds, np.int64)[code]


def duration(text: str) -> int:
    """Seconds of `[days-][hours:]minutes:seconds`; -1 where it is none."""
    found = _DURATION.fullmatch(text)
    if not found:
        return -1
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return days * 86_400 + hours * 3_600 + minutes * 60 + seconds


def _devices(draft: Draft, rows: Rows, place: dict[str, int]) -> tuple[Ints, Ints]:
    count = np.zeros(len(rows.line), np.int64)
    kind = np.zeros(len(rows.line), np.int64)
    constraints = draft.names["constraints"]
    for column in ("alloctres", "reqtres"):
        if column not in place:
            continue
        code, names = _coded(rows, place[column], column)
        found = [tres_devices(name) for name in names] or [(0, "")]
        nothing = count == 0
        count = np.where(nothing, np.array([n for n, _ in found], np.int64)[code], count)
        kinds = np.array([constraints.setdefault(text, len(constraints)) for _, text in found], np.int64)
        kind = np.where(nothing, kinds[code], kind)
    rows.refuse(count == 0, "AllocTRES", "asks for no accelerator")
    rows.refuse(count > DEVICES_MAX, "AllocTRES", f"above {DEVICES_MAX}")
    return count, kind


def tres_devices(tres: str) -> tuple[int, str]:
    """Accelerators in a TRES text and their type where it names just one: `cpu=8,gres/gpu:a100=4,gres/gpu=4` → (4, "a100")."""
    found = _DEVICES.findall(tres)
    named = {kind.lower() for kind, _ in found if kind}
    total = [int(count) for kind, count in found if not kind] or [int(count) for kind, count in found if kind]
    return sum(total), named.pop() if len(named) == 1 else ""


def _coded(rows: Rows, column: int, name: str) -> tuple[Ints, list[str]]:
    names: dict[str, int] = {}
    code = rows.texts(column, name, names)
    return code, list(names)
