"""A bundle for auditors: the log, the pools, and what the ledger says of a period; `verify.py` recomputes it alone."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from dure.adapters.files import write_bytes
from dure.adapters.store.registry import Known, known
from dure.adapters.store.sql import EVENT_COLUMNS, read_rows
from dure.ledger.recorded import Recorded, recorded
from dure.ledger.waterfall import LINES
from dure.model.errors import StoreError
from dure.model.units import MILLI

SCHEMA = 1


def write_bundle(engine: Engine, place: Path, since: int | None, until: int, numbers: Known | None = None) -> Recorded:
    """Write `place`, a .zip, whole or not at all. Raises StoreError for a log without rows.

    `since` None: from the first row on. `numbers`: what the log's numbers stand for, where its store does not say so.
    """
    with engine.connect() as connection:
        rows = read_rows(connection)
    rows = rows[rows["seen"] < until]
    if not len(rows):
        raise StoreError("the log has no row before that second", remedy="name a later end, or wait until the broker has decided once")
    pools = list(_pools(numbers or known(engine)))
    first = int(rows["seen"].min()) if since is None else max(since, int(rows["seen"].min()))
    found = recorded(rows, [pool["nodes"] * pool["devices"] * MILLI for pool in pools], first, until)
    lines = [
        {"pool": pool, "line": line, "milli_device_s": int(amount)}
        for pool, row in enumerate(found.lines)
        for line, amount in zip(LINES, row, strict=True)
    ]
    events = _csv(EVENT_COLUMNS, ([int(value) for value in row] for row in rows.tolist()))
    about = {"schema": SCHEMA, "since": first, "until": until, "rows": len(rows), "head": _chain(events)}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in {
            "bundle.json": json.dumps(about, indent=1) + "\n",
            "events.csv": events,
            "pools.csv": _table(pools),
            "lines.csv": _table(lines),
        }.items():
            bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    write_bytes(place, whole.getvalue())
    return found


def _pools(numbers: Known) -> Iterable[dict[str, Any]]:
    """The State's pools with their first nodes; `away`: the supply mode in which their nodes begin."""
    node = 0
    devices = {one.pool: one.devices for one in numbers.grounds}
    pools = [(one.pool, one.nodes, 0) for one in numbers.grounds] + [(one.pool, len(one.nodes), 1) for one in numbers.pieces]
    for number, (path, nodes, away) in enumerate(pools):
        yield {"pool": number, "path": path, "first_node": node, "nodes": nodes, "devices": devices[path], "away": away}
        node += nodes


def _chain(events: str) -> str:
    head = b""
    for line in events.splitlines()[1:]:
        head = hashlib.sha256(head + line.encode()).digest()
    return head.hex()


def _table(rows: Sequence[dict[str, Any]]) -> str:
    return _csv(tuple(rows[0]), (list(row.values()) for row in rows))


def _csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()
