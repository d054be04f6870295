"""Standard Workload Format: 18 numbers a line, comments after `;`. Real files have blank lines, missing fields and more columns.

Processors are field 8 (requested) or, where it is not said, field 5 (allocated): sites round allocations up, and the published
results on these files use the request. Run time is field 4, requested time field 9; one is never cut to the other.
"""

from __future__ import annotations

import re
from functools import partial

import numpy as np

from dure.adapters.traces_cells import Rows, spaced
from dure.adapters.traces_digits import Ints
from dure.adapters.traces_draft import Draft, line_texts, without_request
from dure.wire.tables import DEVICES_MAX, RECORDED, SECONDS_MAX, Jobs, Origin

FIELDS = 18
_ORIGIN = re.compile(r"; dure \S+ usage; origin: ([^\r\n]*)")
_START = re.compile(rb"^;\s*UnixStartTime:\s*(\d{1,11})\s*$", re.MULTILINE)
_ID_MAX = 2**53
_BURSTS = (2, 3, 4)
QOS_MAX = 127


def looks_like(head: bytes) -> bool:
    """A first line that is a `;` comment, or 18 or more fields of which the first eleven are numbers."""
    for line in head.splitlines():
        if line.lstrip().startswith(b";"):
            return True
        fields = line.split()
        if fields:
            return len(fields) >= FIELDS and all(re.fullmatch(rb"-?\d+(\.\d+)?", f) for f in fields[:11])
    return False


def read(data: bytes, *, keep_unstarted: bool = False) -> tuple[Jobs, Draft]:
    """All jobs of the file. Rows of jobs that never ran are rejects, or kept with run time 0 when `keep_unstarted`."""
    draft = Draft(partial(line_texts, data), origin=_origin(data))
    for rows in spaced(data, FIELDS):
        draft.take(rows, **_columns(rows, keep_unstarted))
    draft.names["projects"] = _numbered(draft, "project", "group", "")
    draft.names["users"] = _numbered(draft, "user", "user", "")
    queues = _numbered(draft, "qos", "queue", "normal")
    if 2 < len(queues) <= QOS_MAX:
        draft.names["qos_names"] = queues
        draft.notes.append(f"{len(queues) - 1} {'queue is' if len(queues) == 2 else 'queues are'} kept as qualities of service")
    else:
        draft.columns.pop("qos", None)
    start = _START.search(data)
    jobs = draft.jobs(int(start[1]) if start else 0)
    _describe(draft, jobs)
    return jobs, draft


def _origin(data: bytes) -> Origin:
    """What a comment of the first line says, in files that dure wrote."""
    said = _ORIGIN.match(data[:1_000].decode("utf-8", "replace"))
    return Origin.parse(said[1].strip()) if said else RECORDED


def _columns(rows: Rows, keep_unstarted: bool) -> dict[str, Ints]:
    job_id = rows.numbers(0, "job", least=-_ID_MAX, most=_ID_MAX, whole=True)
    submit_s = rows.numbers(1, "submit", least=0, most=2**40)
    run_s = rows.numbers(3, "run time", least=-_ID_MAX, most=SECONDS_MAX)
    if keep_unstarted:
        run_s = np.where((run_s == -1) & rows.alive, 0, run_s)
    else:
        rows.refuse(run_s == -1, "run time", "-1: cancelled before it started, or not recorded")
        rows.refuse(run_s == 0, "run time", "zero")
    rows.refuse(run_s < 0, "run time", "negative")
    asked = rows.numbers(7, "requested processors", least=-_ID_MAX, most=DEVICES_MAX, whole=True)
    given = rows.numbers(4, "processors", least=-_ID_MAX, most=DEVICES_MAX, whole=True)
    devices = np.where(asked > 0, asked, given)
    rows.refuse(devices <= 0, "processors", "neither requested nor allocated processors are given")
    request_s = rows.numbers(8, "requested time", least=-_ID_MAX, most=SECONDS_MAX)
    status = rows.numbers(10, "status", least=-_ID_MAX, most=_ID_MAX)
    rows.refuse(np.isin(status, _BURSTS), "status", "a burst of a job that has its own line")
    user = rows.numbers(11, "user", least=-_ID_MAX, most=_ID_MAX)
    group = rows.numbers(12, "group", least=-_ID_MAX, most=_ID_MAX)
    queue = rows.numbers(14, "queue", least=-_ID_MAX, most=_ID_MAX)
    return {
        "job_id": job_id,
        "submit_s": submit_s,
        "run_s": run_s,
        "devices": devices,
        "request_s": np.where(request_s > 0, request_s, -1),
        "outcome": np.where(status == 0, 1, np.where(status == 5, 2, 0)),
        "user": user,
        "project": group,
        "qos": queue,
    }


def _numbered(draft: Draft, column: str, word: str, nobody: str) -> dict[str, int]:
    """Numbers of groups, users or queues become names such as `group7`; a negative number is `nobody`."""
    parts = draft.columns.get(column, [])
    found = np.unique(np.concatenate([np.unique(part) for part in parts] or [np.zeros(0, np.int64)]))
    numbers = found[found >= 0]
    draft.columns[column] = [np.where(part < 0, 0, np.searchsorted(numbers, part) + 1) for part in parts]
    return {nobody: 0, **{f"{word}{n}": k + 1 for k, n in enumerate(numbers.tolist())}}


def _describe(draft: Draft, jobs: Jobs) -> None:
    unknown = len(jobs) - int(jobs.request_known.sum())
    if unknown:
        draft.notes.append(without_request(unknown))
    never = int((jobs.run_s == 0).sum())
    if never:
        draft.notes.append(f"{never:,} {'job' if never == 1 else 'jobs'} never ran, kept with run time 0")
