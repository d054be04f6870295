"""What a run used, in the forms that other programs read: a row an attempt as CSV or as `sacct` prints it, a row a job as SWF.

The forms are read back by dure's own readers: `dure rate` over the sacct form finds the busy time of the run to the device-second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from dure import __version__
from dure.adapters.tables import connect
from dure.model.errors import StateError, Where
from dure.model.events import Kind
from dure.model.units import MICRO, MILLI
from dure.wire.runs import RunFolder

STATES: Final = {
    "completed": "COMPLETED",
    "failed": "FAILED",
    "canceled": "CANCELLED",
    "time_limit": "TIMEOUT",
    "retried": "FAILED",
    "preempted": "PREEMPTED",
    "evicted": "NODE_FAIL",
    "lost": "NODE_FAIL",
    "recalled": "CANCELLED",
    None: "RUNNING",
}
SACCT: Final = (
    "JobID|Submit|Eligible|Start|End|Elapsed|Suspended|Timelimit|State|AllocTRES|ReqTRES|NNodes|NodeList|User|Account|Partition|QOS|Reason"
)
CSV: Final = (
    *("job_id", "attempt", "project", "user", "qos", "pool", "model", "accelerators", "submit", "placed", "start", "end", "outcome"),
    *("busy_s", "productive_s", "overhead_s", "rework_s", "job_error_s", "provisional"),
    *("credits", "won", "energy_wh", "electricity_won"),
)
_MODES: Final = {1: "", 2: "", 3: "", 4: "", 5: "DOWN", 6: "DRAIN"}
_SWF_STATUS: Final = {"completed": 1, "failed": 0, "time_limit": 0, "canceled": 5}


@dataclass(frozen=True, slots=True)
class Usage:
    """Rows of a run's Parquet files by job and attempt; `nodes` are the runs of nodes of each attempt: first, milli-devices."""

    start_s: int
    horizon_s: int
    pools: tuple[Mapping[str, Any], ...]
    jobs: tuple[Mapping[str, Any], ...]
    attempts: tuple[Mapping[str, Any], ...]
    nodes: Mapping[int, tuple[tuple[int, int], ...]]
    supply: tuple[tuple[int, int, int, int], ...]
    names: Mapping[int, str]
    unique: bool
    origin: str

    def job_name(self, job: int) -> int | str:
        """The number of the job in its source, where these are unique (`12_3`: task 3 of an array); else its row, from 1."""
        name = self.jobs[job]["job_id"] if self.unique else job + 1
        return int(name) if str(name).isdecimal() else str(name)


def read_usage(folder: Path, run: RunFolder) -> Usage:
    """Everything the exports need; StateError where the folder lacks a file."""
    for name in ("jobs", "attempts", "events"):
        if not (folder / f"{name}.parquet").is_file():
            where = Where(str(folder / f"{name}.parquet"))
            raise StateError("missing", where=where, remedy="run the simulation again with this version of dure")
    with connect() as base:

        def rows(sql: str, name: str) -> list[dict[str, Any]]:
            found = base.execute(sql, [str(folder / f"{name}.parquet")])
            heads = [column[0] for column in found.description or ()]
            return [dict(zip(heads, row, strict=True)) for row in found.fetchall()]

        jobs = rows("select * from read_parquet($1) order by job", "jobs")
        attempts = rows("select * from read_parquet($1) order by job, attempt", "attempts")
        placed = rows(f"select attempt, node, count from read_parquet($1) where kind = {Kind.PLACED:d} order by seq", "events")
        supply = rows(f'select "at", node, count, cause from read_parquet($1) where kind = {Kind.NODE:d} order by seq', "events")
    nodes: dict[int, list[tuple[int, int]]] = {}
    for row in placed:
        nodes.setdefault(row["attempt"], []).append((row["node"], row["count"]))
    start = datetime.fromisoformat(str(run.run.get("start") or "1970-01-01T00:00:00Z"))
    return Usage(
        start_s=int((start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp()),
        horizon_s=int(run.summary.get("horizon_s") or 0),
        pools=tuple(run.run["pools"]),
        jobs=tuple(jobs),
        attempts=tuple(attempts),
        nodes={attempt: tuple(found) for attempt, found in nodes.items()},
        supply=tuple((row["at"], row["node"], row["count"], row["cause"]) for row in supply),
        names=_names(run.run["pools"]),
        unique=len({row["job_id"] for row in jobs}) == len(jobs),
        origin=f"{'simulated' if run.simulated else 'recorded'}; run {run.run.get('title') or folder.name}, seed {run.run.get('seed')}",
    )


def _clock(usage: Usage, second: int | None, zone: tzinfo) -> str:
    if second is None:
        return "Unknown"
    return datetime.fromtimestamp(usage.start_s + second, UTC).astimezone(zone).replace(tzinfo=None).isoformat()


def as_csv(usage: Usage) -> Iterator[list[object]]:
    """Below the header `CSV`; instants in UTC, an open attempt has no end, unknown cells are empty."""
    for row in usage.attempts:
        job, pool = usage.jobs[row["job"]], usage.pools[row["pool"]]
        times = [job["submit_s"], row["placed_s"], row["started_s"], row["ended_s"]]
        until = usage.horizon_s if row["ended_s"] is None else row["ended_s"]
        busy = 0 if row["started_s"] is None else row["milli"] * (until - row["started_s"]) // MILLI
        names = ("kept_s", "overhead_s", "rework_s", "job_error_s")
        parts = [None if row[name] is None else row["milli"] * row[name] // MILLI for name in names]
        credits = row.get("credits_micro")
        yield [
            usage.job_name(row["job"]),
            row["attempt"],
            *(job[name] for name in ("project", "user", "qos")),
            pool["path"],
            pool["model"],
            f"{row['milli'] / MILLI:g}",
            *(None if at is None else f"{_clock(usage, at, UTC)}Z" for at in times),
            row["outcome"],
            busy,
            *parts,
            row["provisional"],
            None if credits is None else f"{credits // MICRO}.{credits % MICRO:06}",
            *(row.get(name) for name in ("won", "energy_wh", "electricity_won")),
        ]


def as_swf(usage: Usage) -> Iterator[str]:
    """One line a job, eighteen fields; the run time is that of its last attempt, a job that never ran has −1."""
    codes = [_numbered(usage, name) for name in ("user", "project", "qos")]
    yield f"; dure {__version__} usage; origin: {usage.origin}"
    yield "; Version: 2.2"
    yield f"; UnixStartTime: {usage.start_s}"
    for kind, names in zip(("User", "Group", "Queue"), codes, strict=True):
        yield from (f"; {kind}: {code} {name}" for name, code in names.items())
    last: dict[int, Mapping[str, Any]] = {}
    for row in usage.attempts:
        if row["started_s"] is not None:
            last[row["job"]] = row
    numbered = usage.unique and all(isinstance(usage.job_name(at), int) for at in range(len(usage.jobs)))
    order = sorted(range(len(usage.jobs)), key=lambda at: (usage.jobs[at]["submit_s"], at))
    for at in order:
        job, ran = usage.jobs[at], last.get(at)
        over = -1 if ran is None else usage.horizon_s if ran["ended_s"] is None else ran["ended_s"]
        run_s = -1 if ran is None else over - ran["started_s"]
        wait_s = -1 if ran is None else ran["started_s"] - job["submit_s"]
        held = -1 if ran is None else -(-ran["milli"] // MILLI)
        asked = job["request_s"] if job["request_known"] else -1
        status = _SWF_STATUS.get(job["ended_as"], -1)
        who, group, queue = (names[job[name]] for names, name in zip(codes, ("user", "project", "qos"), strict=True))
        number = usage.job_name(at) if numbered else at + 1
        head = (number, job["submit_s"], wait_s, run_s, held, -1, -1, job["devices"], asked, -1, status)
        fields = (*head, who, group, -1, queue, -1, -1, -1)
        yield " ".join(str(field) for field in fields)


def _numbered(usage: Usage, name: str) -> dict[str, int]:
    return {text: code for code, text in enumerate(dict.fromkeys(str(job[name]) for job in usage.jobs), 1)}


def as_sacct(usage: Usage, zone: tzinfo) -> Iterator[str]:
    """As `sacct -aPD` prints it: a row an attempt that started, a row a job that never did; requeued jobs have several."""
    yield f"# dure {__version__} usage; origin: {usage.origin}"
    yield SACCT
    seen: dict[int, int] = {}
    for row in usage.attempts:
        if row["started_s"] is None:
            continue
        yield _sacct_attempt(usage, row, seen.get(row["job"]), zone)
        seen[row["job"]] = usage.horizon_s if row["ended_s"] is None else row["ended_s"]
    for at, job in enumerate(usage.jobs):
        if at not in seen:
            yield _sacct_waiting(usage, at, job, zone)


def _sacct_attempt(usage: Usage, row: Mapping[str, Any], before: int | None, zone: tzinfo) -> str:
    job, pool = usage.jobs[row["job"]], usage.pools[row["pool"]]
    names = nodes_of(usage, row)
    over = usage.horizon_s if row["ended_s"] is None else row["ended_s"]
    tres = f"gres/gpu:{pool['model']}={-(-row['milli'] // MILLI)},gres/gpu={-(-row['milli'] // MILLI)},node={len(names)}"
    ready = job["submit_s"] if before is None else before
    cells = (
        usage.job_name(row["job"]),
        *(_clock(usage, at, zone) for at in (job["submit_s"], ready, row["started_s"], row["ended_s"])),
        _length(over - row["started_s"]),
        "00:00:00",
        _length(job["request_s"]) if job["request_known"] else "UNLIMITED",
        STATES[row["outcome"]],
        tres,
        _asked(job),
        len(names),
        ",".join(names),
        job["user"],
        job["project"],
        str(pool["path"]).replace("/", "-"),
        job["qos"],
        "None",
    )
    return "|".join(str(cell) for cell in cells)


def _sacct_waiting(usage: Usage, at: int, job: Mapping[str, Any], zone: tzinfo) -> str:
    submit, end = _clock(usage, job["submit_s"], zone), _clock(usage, job["end_s"], zone)
    state = "PENDING" if job["end_s"] is None else "CANCELLED"
    limit = _length(job["request_s"]) if job["request_known"] else "UNLIMITED"
    cells = (usage.job_name(at), submit, submit, end, end, "00:00:00", "00:00:00", limit, state, "", _asked(job), 1, "None assigned")
    return "|".join(str(cell) for cell in (*cells, job["user"], job["project"], "", job["qos"], "None"))


def _asked(job: Mapping[str, Any]) -> str:
    return f"gres/gpu={job['devices']}"


def _length(seconds: int) -> str:
    days, rest = divmod(int(seconds), 86_400)
    return (f"{days}-" if days else "") + f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def _names(pools: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Nodes are called by site, pool and their place in it, from 1."""
    found: dict[int, str] = {}
    for pool in pools:
        inside = [node for span in pool["servers"] for node in range(span["first"], span["first"] + span["nodes"])]
        found |= {node: f"{str(pool['path']).replace('/', '-')}-{at:04d}" for at, node in enumerate(inside, 1)}
    return found


def nodes_of(usage: Usage, row: Mapping[str, Any]) -> list[str]:
    """Names of the nodes that an attempt held: a run of nodes begins at its first and covers what its count fills."""
    if "nodes" in row:
        return list(row["nodes"])
    size = int(usage.pools[row["pool"]]["accelerators_per_node"]) * MILLI
    return [
        usage.names[node]
        for first, milli in usage.nodes.get(row["attempt"], ())
        for node in range(first, first + max(1, -(-milli // size)))
    ]


def nodes_csv(usage: Usage) -> Iterator[list[object]]:
    """The list of nodes for `dure rate --nodes`: node, accelerators, model."""
    for pool in usage.pools:
        for span in pool["servers"]:
            for node in range(span["first"], span["first"] + span["nodes"]):
                yield [usage.names[node], pool["accelerators_per_node"], pool["model"]]


def events_table(usage: Usage, zone: tzinfo) -> Iterator[str]:
    """Failed and maintained nodes for `dure rate --events`; other modes of supply are nothing that Slurm would know."""
    yield "NodeName|TimeStart|TimeEnd|State|Reason"
    since: dict[int, tuple[int, int]] = {}
    for at, first, count, mode in (*usage.supply, *((usage.horizon_s, node, 1, 0) for node in sorted(usage.names))):
        for node in range(first, first + count):
            begun, old = since.pop(node, (0, 0))
            if _MODES.get(old) and begun < at and node in usage.names:
                yield f"{usage.names[node]}|{_clock(usage, begun, zone)}|{_clock(usage, at, zone)}|{_MODES[old]}|simulated"
            since[node] = (at, mode)


def fractions(usage: Usage) -> int:
    """Attempts that held a part of an accelerator: Slurm counts whole ones, so these are rounded up in its form."""
    return sum(row["milli"] % MILLI != 0 for row in usage.attempts)


def text_of(lines: Iterator[str] | Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
