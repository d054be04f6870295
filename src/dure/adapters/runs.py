"""Writes a run folder: beside its place while the run goes on, renamed when it is whole. Ctrl-C leaves nothing half-written.

run.json, jobs.parquet, attempts.parquet, events.parquet and tables/*.csv. The number of a job in events and attempts is its row in
jobs.parquet; the number of a pool is its row in `pools` of run.json.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from dure.adapters.csv_tables import write_csv
from dure.adapters.files import replace_folder, write_text
from dure.adapters.outputs import by_dure
from dure.adapters.tables import Coded, Column, ParquetFile, Partly, write_parquet
from dure.ledger.attempts import NEVER
from dure.model.errors import InputError, Where
from dure.model.events import Outcome
from dure.twin.account import Account
from dure.twin.build import Plan
from dure.wire.event_rows import EventColumns
from dure.wire.runs import TABLES
from dure.wire.tables import JOB_COLUMNS

RUN_JSON = "run.json"
PARQUETS = ("jobs.parquet", "attempts.parquet", "events.parquet")
OUTCOMES = tuple(outcome.name.lower() for outcome in Outcome)


class RunWriter:
    """A run folder in the making; a context manager. `events` takes rows while the run goes on, `finish` writes all the rest."""

    def __init__(self, folder: Path, gather_bytes: int = 500_000_000) -> None:
        if folder.exists() and not _may_replace(folder):
            raise InputError("is there and is no run folder", where=Where(str(folder)), remedy="name another one with -o")
        if strange := _strange(folder):
            what, remedy = f"is a run folder that holds {strange}, which no run wrote", "move it away, or name another folder with -o"
            raise InputError(what, where=Where(str(folder)), remedy=remedy)
        self.folder = folder
        self.replaces_s = (folder / RUN_JSON).stat().st_mtime if (folder / RUN_JSON).is_file() else None
        """When the run that is going to be replaced was written, in Unix seconds; None where there is none."""
        self._aside = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
        self._columns = EventColumns()
        self._gather_bytes = gather_bytes
        self._done = False

    def __enter__(self) -> RunWriter:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._aside.mkdir()
        self._file = ParquetFile(self._aside / "events.parquet", gather_bytes=self._gather_bytes)
        return self

    def events(self, rows: npt.NDArray[np.void]) -> None:
        """Takes event rows in order."""
        self._file.append(self._columns.add(rows))

    def finish(self, plan: Plan, found: Account, run: Mapping[str, Any]) -> dict[str, Any]:
        """Writes everything and puts the folder in its place; returns run.json with the hash of the events."""
        self._file.__exit__(None, None, None)
        whole = {**run, "hash": self._columns.digest(), "events": self._columns.rows}
        write_parquet(self._aside / "jobs.parquet", job_columns(plan, found))
        write_parquet(self._aside / "attempts.parquet", attempt_columns(found))
        write_tables(self._aside / "tables", found)
        _write_rejects(self._aside / "tables" / "rejects.csv", plan)
        write_text(self._aside / RUN_JSON, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
        replace_folder(self._aside, self.folder)
        self._done = True
        return whole

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self._done:
            self._file.__exit__(KeyboardInterrupt, None, None)
            shutil.rmtree(self._aside, ignore_errors=True)


class NoWriter:
    """The same without a folder: keeps the hash of the events alone."""

    def __init__(self) -> None:
        self._columns = EventColumns()

    def events(self, rows: npt.NDArray[np.void]) -> None:
        self._columns.add(rows)

    def digest(self) -> tuple[str, int]:
        return self._columns.digest(), self._columns.rows


def _may_replace(folder: Path) -> bool:
    """A run folder of before, or an empty one."""
    return folder.is_dir() and (_is_run(folder / RUN_JSON) or not any(folder.iterdir()))


def _is_run(path: Path) -> bool:
    """Other programs name a file run.json too."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and "dure" in found


def _strange(folder: Path) -> str:
    """The first thing in a run folder that would be lost with it; a page that dure made of the run is no loss."""
    if not folder.is_dir():
        return ""
    own = {folder / name for name in (RUN_JSON, *PARQUETS)} | {folder / "tables" / f"{name}.csv" for name in (*TABLES, "rejects")}
    found = sorted(path for path in folder.rglob("*") if not path.is_dir() and path not in own and not by_dure(path))
    return str(found[0].relative_to(folder)) if found else ""


def job_columns(plan: Plan, found: Account) -> dict[str, Column]:
    """The replayed jobs with what became of them; seconds are counted from the start of the run."""
    jobs, times = plan.jobs, found.times
    body = {one.index: one for one in plan.people.projects}
    names = [body[index].name if index in body else "" for index in range(len(plan.people.tree))]
    replaced: dict[str, Column] = {
        "project": Coded(plan.project, names),
        "qos": Coded(plan.columns["qos"], plan.people.qos_names),
        "checkpoint_s": jobs.checkpoint_s,
    }
    columns: dict[str, Column] = {"job": np.arange(len(jobs))}
    for column in JOB_COLUMNS:
        values = getattr(jobs, column.name)
        plain: Column = Coded(values, getattr(jobs, column.names)) if column.names else values
        columns[column.name] = replaced.get(column.name, plain)
    columns["first_start_s"] = Partly(times.first_start_s, times.started)
    columns["end_s"] = Partly(times.end_s, times.ended)
    columns["ended_as"] = Coded(times.outcome, OUTCOMES)
    return columns


def attempt_columns(found: Account) -> dict[str, Column]:
    """One row an attempt; an empty cell is a second that did not come."""
    attempts = found.attempts
    names = ("attempt", "job", "pool", "milli", "placed_s")
    columns: dict[str, Column] = {name: getattr(attempts, name) for name in names}
    columns["started_s"] = Partly(attempts.started_s, attempts.started)
    columns["ended_s"] = Partly(attempts.ended_s, ~attempts.provisional)
    columns["outcome"] = Coded(np.where(attempts.provisional, NEVER, attempts.outcome), OUTCOMES)
    columns |= {name: getattr(attempts, name) for name in ("kept_s", "overhead_s", "rework_s", "job_error_s")}
    columns["provisional"] = attempts.provisional.astype(np.int8)
    return columns


def write_tables(folder: Path, found: Account) -> None:
    """The CSV tables of wire.runs, in its order of columns."""
    folder.mkdir()
    for name, columns in TABLES.items():
        header = [column for column, _ in columns]
        write_csv(folder / f"{name}.csv", header, ([row[column] for column in header] for row in found.tables[name]))


def _write_rejects(path: Path, plan: Plan) -> None:
    """Every job that no pool could run, whose it was (`account`: the project as the trace writes it), and the reason."""
    ids = plan.refused.job_id
    reasons = [""] * len(ids)
    order = np.sort(np.concatenate([refusal.rows for refusal in plan.refusals])) if plan.refusals else np.zeros(0, np.int64)
    for refusal in plan.refusals:
        for place in np.searchsorted(order, refusal.rows).tolist():
            reasons[place] = refusal.reason
    refused, names = plan.refused, {one.index: one.name for one in plan.people.projects}
    projects = [names[index] for index in plan.refused_project.tolist()]
    accounts = [refused.projects[code] for code in refused.project.tolist()]
    users = [refused.users[code] for code in refused.user.tolist()]
    rows = zip(ids.tolist(), refused.submit_s.tolist(), refused.devices.tolist(), projects, accounts, users, reasons, strict=True)
    write_csv(path, ("job_id", "submit_s", "devices", "project", "account", "user", "reason"), rows)


def reject_rows(plan: Plan, listed: int = 5) -> list[dict[str, Any]]:
    """Refused jobs by reason, the most frequent first, with the first few of them."""
    order = np.sort(np.concatenate([refusal.rows for refusal in plan.refusals])) if plan.refusals else np.zeros(0, np.int64)
    rows = []
    for refusal in plan.refusals:
        first = plan.refused.job_id[np.searchsorted(order, refusal.rows[:listed])]
        rows.append({"reason": refusal.reason, "jobs": len(refusal.rows), "first_job_ids": first.tolist()})
    return sorted(rows, key=lambda row: -int(row["jobs"]))
