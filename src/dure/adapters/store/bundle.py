"""A bundle for auditors: the log, the pools, what the ledger says of a period, and what a stranger needs to judge it by.

That is every act and choice with its rules, the seals that were handed out, what lines mean, what machines there are, whom the watch looked
at, and what was granted, paid, warned and settled.
`verify.py` recomputes it alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, select

from dure.adapters.files import write_bytes
from dure.adapters.store.bundle_beside import acts_told, jobs_told, rows_told
from dure.adapters.store.chain import POOL_COLUMNS
from dure.adapters.store.registry import Known, known
from dure.adapters.store.rollups import Seals, roll_all
from dure.adapters.store.rules import rule_sets
from dure.adapters.store.schema import event
from dure.adapters.store.sql import EVENT_COLUMNS, read_rows
from dure.ledger.recorded import Recorded, recorded
from dure.ledger.waterfall import LINES
from dure.model.errors import StoreError
from dure.model.events import Kind
from dure.model.reasons import CAUSES
from dure.model.units import MILLI
from dure.operate.ports import Rows

SCHEMA = 3
MARK = 8
"""Digits of the hash of a row in marks.txt: which row was changed; that none was, the seals say."""
CHOICES = tuple(int(kind) for kind in (Kind.PLACED, Kind.PREEMPTED, Kind.RECALLED))
"""Rows that a broker decided on by its rules."""


def write_bundle(
    engine: Engine, place: Path, since: int | None, until: int, numbers: Known | None = None, also: Mapping[str, str] | None = None
) -> Recorded:
    """Write `place`, a .zip, whole or not at all, when every hour that is over is sealed. Raises StoreError for a log without rows.

    `since` None: from the first row on. `numbers`: what the log's numbers stand for, where its store does not say so. `also`: further
    files by name.
    """
    roll_all(engine)
    with engine.connect() as connection:
        rows = read_rows(connection)
        beside = {"acts.jsonl": acts_told(connection), "rows.jsonl": rows_told(connection)}
        beside["jobs.csv"] = csv_text(("job", "act", "project"), jobs_told(connection))
    rows = rows[rows["seen"] < until]
    if not len(rows):
        raise StoreError("the log has no row before that second", remedy="name a later end, or wait until the broker has decided once")
    pools = list(_pools(numbers or known(engine)))
    first = int(rows["seen"].min()) if since is None else max(since, int(rows["seen"].min()))
    away = [pool["pool"] for pool in pools if pool["away"]]
    found = recorded(rows, [pool["nodes"] * pool["devices"] * MILLI for pool in pools], first, until, away)
    lines = [
        {"pool": pool, "line": line, "milli_device_s": int(amount)}
        for pool, row in enumerate(found.lines)
        for line, amount in zip(LINES, row, strict=True)
    ]
    events = csv_text(EVENT_COLUMNS, ([int(value) for value in row] for row in rows.tolist()))
    about: dict[str, Any] = {"schema": SCHEMA, "since": first, "until": until, "rows": len(rows), "head": _chain(events)}
    sets = rule_sets(engine)
    rules = [{"name": one.name, "hash": one.hash, "since_seq": one.since_seq, "since_at": one.since_at, "text": one.text} for one in sets]
    files = {
        "events.csv": events,
        "pools.csv": _table(pools),
        "lines.csv": _table(lines),
        "marks.txt": "".join(f"{hashlib.sha256(line.encode()).hexdigest()[:MARK]}\n" for line in events.splitlines()[1:]),
        "choices.csv": csv_text(("seq", "kind", "job", "attempt", "pool", "term", "rules"), _choices(engine, rows, [*rules])),
        "rules.json": json.dumps(rules, indent=1, ensure_ascii=False) + "\n",
        "seals.csv": csv_text(("number", "first", "last", "at", "head", "also"), _seals(engine, len(rows))),
        "definitions.csv": csv_text(("line", "taken_from", "who_can_mend"), _definitions()),
        **beside,
        **(also or {}),
    }
    about["files"] = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(files.items())}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in {"bundle.json": json.dumps(about, indent=1) + "\n", **files}.items():
            bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    write_bytes(place, whole.getvalue())
    return found


def manifest_of(place: Path) -> str:
    """The hash of what a bundle says of itself and of each of its files: whoever keeps it can prove which bundle it was."""
    with zipfile.ZipFile(place) as bundle:
        return hashlib.sha256(bundle.read("bundle.json")).hexdigest()


def _pools(numbers: Known) -> Iterable[dict[str, Any]]:
    """The State's pools with their first nodes; `away`: the supply mode in which their nodes begin."""
    node = 0
    devices = {one.pool: one.devices for one in numbers.grounds}
    pools = [(one.pool, one.nodes, 0) for one in numbers.grounds] + [(one.pool, len(one.nodes), 1) for one in numbers.pieces]
    for number, (path, nodes, away) in enumerate(pools):
        yield dict(zip(POOL_COLUMNS, (number, path, node, nodes, devices[path], away), strict=True))
        node += nodes


def _choices(engine: Engine, rows: Rows, rules: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    """Every choice with the leader's term and the rules that it was made by; empty where it is older than the book of rules."""
    query = select(event.c.seq, event.c.term).where(event.c.kind.in_(CHOICES), event.c.seq <= int(rows["seq"][-1]))
    with engine.connect() as connection:
        terms = {row.seq: row.term for row in connection.execute(query)}
    for seq, _, kind, job, attempt, pool, *_ in rows[np.isin(rows["kind"], CHOICES)].tolist():
        name = next((one["name"] for one in reversed(rules) if one["since_seq"] <= seq), "")
        yield seq, kind, job, attempt, pool, terms[seq], name


def _seals(engine: Engine, rows: int) -> Iterator[Sequence[Any]]:
    return ((one.number, one.first, one.last, one.at, one.head, one.also) for one in Seals(engine).all() if one.last < rows)


def _definitions() -> Iterator[Sequence[str]]:
    """Each line of the waterfall: after which step it is taken off, and who can mend it."""
    return ((one.name, one.step, " ".join(mender.value for mender in one.menders)) for one in CAUSES)


def _chain(events: str) -> str:
    head = b""
    for line in events.splitlines()[1:]:
        head = hashlib.sha256(head + line.encode()).digest()
    return head.hex()


def _table(rows: Sequence[dict[str, Any]]) -> str:
    return csv_text(tuple(rows[0]), (list(row.values()) for row in rows))


def csv_text(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as a bundle has it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()
