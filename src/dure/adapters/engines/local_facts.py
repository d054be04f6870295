"""What the records of an attempt's folder say has happened: its facts in their order, always the same ones."""

from __future__ import annotations

from collections.abc import Sequence

from dure.adapters.engines.local_folder import Folder, Record
from dure.adapters.engines.local_journal import Line
from dure.ledger.attempts import JOB_ERROR, OVERHEAD, REWORK
from dure.model.events import Kind, Outcome
from dure.operate.ports import Held, Used

REFUSED = "REFUSED"
"""The outcome of a record whose attempt never came to its program."""


def facts_of(folder: Folder) -> list[Line]:
    """STARTED, then LOST and ENDED; or REFUSED. Later calls give more of the same list."""
    end = folder.record("end")
    start = folder.record("start") if end is None else None
    if start is not None:
        return [{"kind": int(Kind.STARTED), "at": start["at"], "key": folder.key}]
    if end is None:
        return []
    if end["outcome"] == REFUSED:
        return [{"kind": int(Kind.REFUSED), "at": end["at"], "key": folder.key, "value": end["until"]}]
    return _ended(folder, end)


def _ended(folder: Folder, end: Record) -> list[Line]:
    """Seconds that are not kept are lost: to what had to come first, to the program's error, or as work that has to be done again."""
    outcome, started, at = Outcome[end["outcome"]], end["started"], end["at"]
    last: Line = {"kind": int(Kind.ENDED), "at": at, "key": folder.key, "value": 0, "cause": int(outcome)}
    if started is None:
        return [last]
    staged_s = min(end.get("staged_s", 0), at - started)
    last["value"] = kept_s = _kept_s(outcome, started + staged_s, at, end.get("checkpoint"))
    last["used"] = {"started": started, "cpu_ms": end.get("cpu_ms"), "rss_kib": end.get("rss_kib"), "devices": _devices(folder)}
    found: list[Line] = [{"kind": int(Kind.STARTED), "at": started, "key": folder.key}]
    if staged_s:
        found.append({"kind": int(Kind.LOST), "at": at, "key": folder.key, "value": staged_s, "cause": OVERHEAD})
    if lost_s := at - started - staged_s - kept_s:
        cause = JOB_ERROR if outcome in (Outcome.FAILED, Outcome.TIME_LIMIT) else REWORK
        found.append({"kind": int(Kind.LOST), "at": at, "key": folder.key, "value": lost_s, "cause": cause})
    return [*found, last]


def _kept_s(outcome: Outcome, started: int, at: int, checkpoint: int | None) -> int:
    """Everything of what came to its end or was not wanted; else up to the last checkpoint that the program told of."""
    if outcome in (Outcome.COMPLETED, Outcome.CANCELED):
        return at - started
    return 0 if checkpoint is None else min(max(checkpoint - started, 0), at - started)


def _devices(folder: Folder) -> Sequence[Sequence[int]]:
    order = folder.record("attempt")
    return order["devices"] if order else []


def held_of(folder: Folder) -> Held | None:
    """An attempt as its folder says; None where there is nothing but a fence. A run of servers is one server here."""
    order = folder.record("attempt")
    if order is None:
        return None
    milli: dict[int, int] = {}
    for node, _, amount in order["devices"]:
        milli[node] = milli.get(node, 0) + amount
    runs = tuple((node, 1, amount) for node, amount in milli.items())
    env = order["ranks"][0]["env"] if order["ranks"] else {}
    return Held(
        folder.key, order["job"], runs, env.get("DURE_NAME", ""), env.get("DURE_PROJECT", ""), order["limit_s"], env.get("DURE_JOB", "")
    )


def used_until_now(folder: Folder) -> Used | None:
    """What an attempt that runs has used; None if it does not run."""
    start = folder.record("start")
    return None if start is None else _used(folder.key, start["at"], None, _devices(folder), None, None)


def used_of(line: Line) -> Used | None:
    """What an attempt used, of the line that tells its end; None for other lines."""
    used = line.get("used")
    if used is None:
        return None
    return _used(line["key"], used["started"], line["at"], used["devices"], used["cpu_ms"], used["rss_kib"])


def _used(key: str, start: int, end: int | None, devices: Sequence[Sequence[int]], cpu_ms: int | None, rss_kib: int | None) -> Used:
    grants = tuple((node, device, milli) for node, device, milli in devices)
    return Used(key, start, end, sum(milli for *_, milli in grants), grants, cpu_ms, None if rss_kib is None else rss_kib << 10)
