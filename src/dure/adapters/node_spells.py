"""When nodes could not be used: `sacctmgr -P show event` and `sacctmgr -P show reservation`, told apart by their headers.

Slurm's state decides, and for drained nodes what was written as the reason: failed where it names a fault, else maintenance.
docs/RATE.md has the table.
"""

from __future__ import annotations

import csv
import re
from typing import Final, NamedTuple

from dure.adapters.hostlist import expand
from dure.adapters.traces_cells import instant
from dure.ledger.records import NEVER, NodeSpell, Spell
from dure.model.errors import InputError, TraceError, Where

EVENTS: Final = "sacctmgr -P show event start=2026-10-01 end=2026-11-01 format=NodeName,TimeStart,TimeEnd,State,Reason"
RESERVATIONS: Final = "sacctmgr -P show reservation start=2026-10-01 end=2026-11-01 format=Name,Start,End,NodeNames,Flags"
_DOWN: Final = frozenset(("DOWN", "FAIL", "FAILING", "ERROR", "NOT_RESPONDING", "NO_RESPOND", "INVAL", "INVALID_REG", "DYING"))
_CARE: Final = frozenset(("MAINT", "MAINTENANCE", "REBOOT", "REBOOT_ISSUED", "REBOOT_REQUESTED"))
_DRAIN: Final = frozenset(("DRAIN", "DRAINED", "DRAINING", "DRNG", "DRN"))
_FAULT = re.compile(
    r"fail|fault|error|not responding|unresponsive|nhc|health|xid|\becc\b|hardware|broken|dead|crash|lower than configured"
    r"|unexpectedly rebooted|low (?:real ?memory|cpu|tmpdisk|socket)|prolog|epilog|duplicate jobid|불량|장애|고장|오류",
    re.IGNORECASE,
)
_PLANNED = re.compile(r"maint|upgrade|planned|scheduled|firmware|patch|점검|정비|교체|증설", re.IGNORECASE)


class Spells(NamedTuple):
    """Spells, and how many lines say nothing about a node being out of use."""

    spells: tuple[NodeSpell, ...]
    passed_over: int


def spell_of(state: str, reason: str) -> Spell | None:
    """What a state and its reason mean for the free devices of a node; None where they could be used, or nothing is said."""
    words = {word for word in re.split(r"[^A-Z_]+", state.upper()) if word}
    if words & _DOWN:
        return Spell.MAINTENANCE if _PLANNED.search(reason) and not _FAULT.search(reason) else Spell.FAILED
    if words & _DRAIN:
        return Spell.FAILED if _FAULT.search(reason) else Spell.MAINTENANCE
    if words & _CARE:
        return Spell.MAINTENANCE
    return Spell.RESERVED if words & {"RESERVED", "RESV"} else None


def read_spells(text: str, path: str) -> Spells:
    """Every line with a node and a time in which it could not be used; InputError where the header or an instant is not understood."""
    lines = text.splitlines()
    first = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    mark = "|" if first < len(lines) and "|" in lines[first] else ","
    names = [name.strip().lower() for name in lines[first].split(mark)] if first < len(lines) else []
    columns = {
        "node": _which(names, "nodename", "nodenames", "nodes"),
        "from": _which(names, "timestart", "start", "starttime"),
        "to": _which(names, "timeend", "end", "endtime"),
    }
    state, reason, flags = (_which(names, name) for name in ("state", "reason", "flags"))
    if None in columns.values() or (state is None and flags is None):
        remedy = f"print it with {EVENTS}, or {RESERVATIONS}"
        raise InputError("the first line is no header of node events or reservations", where=Where(path, first + 1), remedy=remedy)
    found: list[NodeSpell] = []
    passed_over = 0
    for number, line in enumerate(lines[first + 1 :], first + 2):
        if not line.strip():
            continue
        cells = line.split("|") if mark == "|" else next(csv.reader([line]))
        where = Where(path, number)
        if len(cells) < len(names):
            raise InputError(f"{len(cells)} cells under {len(names)} columns", where=where, remedy="was the file cut off?")
        said = cells[reason].strip() if reason is not None else ""
        kind = spell_of(cells[state], said) if state is not None else _of_flags(cells[flags or 0])
        node, begin, end = cells[columns["node"] or 0], *(_moment(cells[columns[name] or 0], name, where) for name in ("from", "to"))
        if kind is None or begin is None or not node.strip():
            passed_over += 1
            continue
        if end is not None and end < begin:
            raise InputError("ends before it begins", where=where, remedy="correct the line: a negative duration is no duration")
        found += [NodeSpell(name, kind, begin, NEVER if end is None else end, said) for name in _names(node, where)]
    return Spells(tuple(found), passed_over)


def _of_flags(flags: str) -> Spell:
    return Spell.MAINTENANCE if "MAINT" in flags.upper() else Spell.RESERVED


def _which(names: list[str], *wanted: str) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _names(text: str, where: Where) -> tuple[str, ...]:
    try:
        return expand(text)
    except TraceError as error:
        raise InputError(error.what, where=where, remedy=error.remedy) from None


def _moment(text: str, name: str, where: Where) -> int | None:
    if text.strip().lower() in ("", "unknown", "none", "n/a"):
        return None
    found = instant(text.strip())
    if isinstance(found, str):
        what = f"{text.strip()[:40]!r} is no date with time"
        raise InputError(what, where=Where(where.file, where.line, name), remedy="write 2026-10-01T09:00:00")
    return found
