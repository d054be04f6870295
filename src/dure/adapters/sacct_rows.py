"""`sacct -aP` as rows of attempts: what `dure rate` integrates. Columns in any order, the header says which.

Every line is a row of an accelerator job, a row of a job without accelerators (counted; its instants still show what the file reaches),
a step (passed over) or a reject. docs/RATE.md says which columns are needed and what each one adds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np

from dure.adapters.hostlist import expand
from dure.adapters.sacct_times import Times, read_times
from dure.adapters.traces_cells import Rows, delimited
from dure.adapters.traces_digits import Ints, Mask
from dure.adapters.traces_draft import Draft, line_texts
from dure.adapters.traces_sacct import tres_devices
from dure.ledger.records import NEVER, Fate, JobRows, Recorded
from dure.model.errors import TraceError, Where
from dure.model.units import MILLI
from dure.wire.tables import DEVICES_MAX

FORMAT: Final = "JobID,Submit,Eligible,Start,End,Elapsed,Suspended,State,AllocTRES,ReqTRES,NNodes,NodeList,User,Account,Partition,Reason"
COMMAND: Final = f"sacct -aPD -S 2026-10-01 -E 2026-11-01 --format={FORMAT}"
_FATES: Final = {
    **dict.fromkeys(("COMPLETED", "CANCELLED", "RUNNING", "SUSPENDED", "STOPPED", "COMPLETING", "CONFIGURING", "RESIZING"), Fate.KEPT),
    **dict.fromkeys(("STAGE_OUT", "SIGNALING", "PENDING", "REVOKED", "RESV_DEL_HOLD"), Fate.KEPT),
    **dict.fromkeys(("FAILED", "TIMEOUT", "OUT_OF_MEMORY", "DEADLINE", "SPECIAL_EXIT"), Fate.JOB_ERROR),
    **dict.fromkeys(("NODE_FAIL", "BOOT_FAIL", "PREEMPTED", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "LAUNCH_FAILED"), Fate.REWORK),
}
Names = dict[str, dict[str, int]]
_WAITS: Final = frozenset(("PENDING", "REQUEUE_HOLD", "RESV_DEL_HOLD"))
_TASKS = re.compile(r"\d+_\[([\d,:\-]+)(?:%\d+)?\]")
_KEYS: Final = (
    *("job", "submit_s", "ready_s", "start_s", "end_s", "known_s", "suspended_s", "milli", "model", "nodes", "node_list"),
    *("fate", "state", "limited", "user", "account", "partition", "_line"),
)
TASKS_MAX: Final = 10_000_000


def header(data: bytes, path: str) -> tuple[dict[str, int], int, int]:
    """Columns by name, how many there are, and the byte after the header; lines that begin with # stand before it."""
    at, line = 0, 1
    while data[at : at + 1] == b"#":
        at, line = data.find(b"\n", at) + 1 or len(data), line + 1
    first = data[at:].split(b"\n", 1)[0].strip(b"\r").decode("utf-8", "replace")
    where = Where(path, line)
    names = [name.strip().lower() for name in first.split("|")]
    if len(names) < 4:
        marks = [mark for mark in (",", "\t", ";", " ") if {"jobid", "submit"} <= {one.strip().lower() for one in first.split(mark)}]
        what = f"fields stand between {marks[0]!r}, not |" if marks else "the first line is no header of sacct between |"
        raise TraceError(what, where=where, remedy=f"print it with {COMMAND} (without -n)")
    place = {name: index for index, name in enumerate(names) if name}
    missing = [name for name in ("Submit", "Start", "State", "AllocTRES") if name.lower() not in place]
    if not {"jobid", "jobidraw"} & set(place):
        missing.insert(0, "JobID")
    if "end" not in place and not {"elapsed", "elapsedraw"} & set(place):
        missing.append("End")
    if missing:
        raise TraceError(f"has no column {', '.join(missing)}", where=where, remedy=f"print it with {COMMAND}")
    return place, len(names), data.find(b"\n", at) + 1 or len(data)


def read_rows(data: bytes, path: str) -> tuple[Recorded, Draft, dict[str, int]]:
    """All rows with accelerators, the rejects, and the columns there are; TraceError where the header lacks what is needed.

    Texts of nodes are expanded once each; a text that is no list of nodes is a reject of its rows.
    """
    place, width, skip = header(data, path)
    draft = Draft(partial(line_texts, data), passed_over=1, unix=True)
    names: Names = {key: {} for key in ("job", "node_list", "state", "user", "account", "partition")}
    names["model"] = {"": 0}
    counts = dict.fromkeys(
        ("steps", "without_accelerators", "never_started", "open", "submitted_after_start", "other_length", "restarted", "repeated"), 0
    )
    bounds = _Bounds()
    for rows in delimited(data, "|", width, skip, quotes=False):
        counts["steps"] += _pass_over_steps(rows, place["jobid" if "jobid" in place else "jobidraw"])
        columns = _columns(rows, place, names, counts, bounds)
        draft.take(rows, **columns)
    jobs = _job_rows(draft, names, counts)
    if (jobs.started & (jobs.known_s == NEVER)).any():  # still running, and nothing says how long: no further than the file reaches
        until = np.maximum(jobs.start_s, bounds.last_begin)
        jobs = replace(jobs, known_s=np.where(jobs.started & (jobs.known_s == NEVER), until, jobs.known_s))
    return Recorded(jobs, bounds.reach(), counts, bounds.span()), draft, place


class _Bounds:
    """First and last instants over all rows: what the file reaches, whatever it was asked for."""

    def __init__(self) -> None:
        self.first_end, self.last_begin, self.first, self.last = NEVER, -NEVER, NEVER, -NEVER

    def take(self, alive: Mask, times: Times) -> None:
        for instants, is_end in ((times.submit_s, False), (times.start_s, False), (times.end_s, True)):
            known = instants[alive & (instants != NEVER)]
            if not len(known):
                continue
            low, high = int(known.min()), int(known.max())
            self.first, self.last = min(self.first, low), max(self.last, high)
            if is_end:
                self.first_end = min(self.first_end, low)
            else:
                self.last_begin = max(self.last_begin, high)

    def reach(self) -> tuple[int, int] | None:
        return (self.first_end, self.last_begin) if self.first_end < self.last_begin else None

    def span(self) -> tuple[int, int] | None:
        return (self.first, self.last) if self.first <= self.last else None


def _pass_over_steps(rows: Rows, column: int) -> int:
    """`12.batch`, `12_3.extern`, `12+1.0`: the job has a line of its own."""
    dots = np.flatnonzero(rows.buf == ord("."))
    step = np.searchsorted(dots, rows.first[column]) < np.searchsorted(dots, rows.last[column])
    rows.alive &= ~step
    rows.passed_over += int(step.sum())
    return int(step.sum())


def _columns(rows: Rows, place: dict[str, int], names: Names, counts: dict[str, int], bounds: _Bounds) -> dict[str, Ints]:
    state, waits = _state(rows, place, names["state"])
    milli, model = _devices(rows, place, names["model"])
    times = read_times(rows, place, waits)
    bounds.take(rows.alive, times)
    counts["other_length"] += int((times.other_length & rows.alive).sum())
    nothing = rows.alive & (milli == 0)
    counts["without_accelerators"] += int(nothing.sum())
    rows.alive &= ~nothing
    rows.passed_over += int(nothing.sum())
    node_list = rows.texts(place["nodelist"], "NodeList", names["node_list"]) if "nodelist" in place else np.zeros(len(rows.line), np.int64)
    held = times.start_s != NEVER
    counts["never_started"] += int((rows.alive & ~held).sum())
    counts["open"] += int((rows.alive & held & (times.end_s == NEVER)).sum())
    if "restarts" in place:
        again = rows.numbers(place["restarts"], "Restarts", least=0, most=10**6, absent=0)
        counts["restarted"] += int((rows.alive & (again > 0)).sum())
    late = rows.alive & held & (times.submit_s > times.start_s)
    counts["submitted_after_start"] += int(late.sum())
    ready = np.maximum(times.submit_s, np.where(times.eligible_s == NEVER, times.submit_s, times.eligible_s))
    columns = {
        "job": rows.ids(place.get("jobid", place.get("jobidraw", 0)), "JobID", names["job"]),
        "submit_s": np.minimum(times.submit_s, times.start_s),
        "ready_s": np.minimum(ready, times.start_s),
        "start_s": times.start_s,
        "end_s": times.end_s,
        "known_s": times.known_s,
        "suspended_s": times.suspended_s,
        "milli": milli,
        "model": model,
        "nodes": _whole(rows, place.get("nnodes"), "NNodes"),
        "node_list": node_list,
        "fate": np.array([int(_FATES.get(word, Fate.KEPT)) for word in names["state"]] or [0], np.int64)[state],
        "state": state,
        "limited": _limited(rows, place),
    }
    for name in ("user", "account", "partition"):
        columns[name] = rows.texts(place[name], name.title(), names[name]) if name in place else np.zeros(len(rows.line), np.int64)
    return {name: np.where(rows.alive, values, 0) for name, values in columns.items()}


def _word(state: str) -> str:
    return re.split(r"[ +]", state, maxsplit=1)[0].upper()


def _state(rows: Rows, place: dict[str, int], names: dict[str, int]) -> tuple[Ints, Mask]:
    """The state as a text without who cancelled it, and whether it says that the row waits."""
    own: dict[str, int] = {}
    code = rows.texts(place["state"], "State", own)
    words = [_word(name) for name in own] or [""]
    again = np.array([word == "STATE" for word in words])[code] & rows.alive
    rows.alive &= ~again  # a header in the middle: several outputs were put one after the other
    rows.passed_over += int(again.sum())
    rows.refuse(np.array([word not in _FATES for word in words])[code], "State", "is no state of Slurm that is known")
    shared = np.array([names.setdefault(word, len(names)) for word in words], np.int64)
    return shared[code], np.array([word in _WAITS for word in words])[code]


def _devices(rows: Rows, place: dict[str, int], models: dict[str, int]) -> tuple[Ints, Ints]:
    """Milli-devices held, or asked for where nothing was held, and the model that was named."""
    count, model = np.zeros(len(rows.line), np.int64), np.zeros(len(rows.line), np.int64)
    for column in (name for name in ("alloctres", "reqtres") if name in place):
        own: dict[str, int] = {}
        code = rows.texts(place[column], column, own)
        found = [tres_devices(text) for text in own] or [(0, "")]
        nothing = count == 0
        count = np.where(nothing, np.array([n for n, _ in found], np.int64)[code], count)
        kinds = np.array([models.setdefault(kind, len(models)) for _, kind in found], np.int64)
        model = np.where(nothing, kinds[code], model)
    rows.refuse(count > DEVICES_MAX, "AllocTRES", f"above {DEVICES_MAX}")
    return count * MILLI, model


def _whole(rows: Rows, column: int | None, name: str) -> Ints:
    return np.ones(len(rows.line), np.int64) if column is None else rows.numbers(column, name, least=0, most=10**6, absent=1)


def _limited(rows: Rows, place: dict[str, int]) -> Ints:
    """Whether the last thing that kept the job waiting was a limit of its user, account or quality of service."""
    if "reason" not in place:
        return np.zeros(len(rows.line), np.int64)
    own: dict[str, int] = {}
    code = rows.texts(place["reason"], "Reason", own)
    return np.array([text.startswith(("Assoc", "QOS", "MaxGRES", "MaxTRES")) for text in own] or [False], np.int64)[code]


def tasks_of(job: str) -> int:
    """How many tasks of an array stand in one waiting row: `12_[3-5,9%2]` are 4; any other row is one."""
    found = _TASKS.fullmatch(job)
    if not found:
        return 1
    total = 0
    for part in found[1].split(","):
        ends, _, step = part.partition(":")
        first, _, last = ends.partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()) or (step and not step.isdecimal()):
            return 1
        total += (int(last or first) - int(first)) // max(1, int(step or 1)) + 1
    return min(max(total, 1), TASKS_MAX)


def _newest(columns: Mapping[str, Ints]) -> Mask:
    """Rows less those that a later line tells anew: outputs of several spans hold a job that lived in both of them twice.

    The same job and start is the same attempt, the last line with an end counts. A row that waits is over when a line knows its start.
    """
    count = len(columns["job"])
    order = np.lexsort((np.arange(count), columns["end_s"] != NEVER, columns["start_s"], columns["job"]))
    job, start = columns["job"][order], columns["start_s"][order]
    last = np.ones(count, np.bool_)
    last[:-1] = (job[1:] != job[:-1]) | (start[1:] != start[:-1])
    waits = (start == NEVER) & (columns["end_s"][order] == NEVER)
    over = np.zeros(count, np.bool_)
    over[1:] = (job[1:] == job[:-1]) & (columns["fate"][order][:-1] != Fate.REWORK)  # what was requeued may wait again
    kept = np.zeros(count, np.bool_)
    kept[order] = last & ~(waits & over)
    return kept


def _job_rows(draft: Draft, names: Names, counts: dict[str, int]) -> JobRows:
    """One table; rows whose NodeList cannot be read become rejects."""
    columns: dict[str, Any] = {key: np.concatenate(draft.columns.get(key) or [np.zeros(0, np.int64)]) for key in _KEYS}
    lists: list[tuple[str, ...]] = []
    wrong: list[bool] = []
    for text in names["node_list"] or {"": 0}:
        try:
            lists.append(expand(text))
            wrong.append(False)
        except TraceError:
            lists.append(())
            wrong.append(True)
    bad = np.array(wrong)[columns["node_list"]]
    if bad.any():
        draft.refuse_lines(columns["_line"][bad], "NodeList", "is no list of nodes")
        columns = {key: values[~bad] for key, values in columns.items()}
    kept = _newest(columns)
    counts["repeated"] += len(kept) - int(kept.sum())
    columns = {key: values[kept] for key, values in columns.items()}
    tasks = np.array([1, *(tasks_of(job) for job in names["job"])], np.int64)[np.maximum(0, -columns["job"])]
    line = columns.pop("_line")
    texts = {"models": "model", "states": "state", "users": "user", "accounts": "account", "partitions": "partition"}
    tables: dict[str, Any] = {key: tuple(names[name]) or ("",) for key, name in texts.items()}
    tasks = np.where(columns["start_s"] == NEVER, tasks, 1)
    return JobRows(**columns, tasks=tasks, line=line, node_lists=tuple(lists), **tables)
