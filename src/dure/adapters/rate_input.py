"""The files of `dure rate`, read together: records, nodes, spells; and what is to be said about what they do not tell."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dure.adapters.node_lists import Nodes, read_nodes
from dure.adapters.node_spells import read_spells
from dure.adapters.sacct_rows import COMMAND, read_rows
from dure.adapters.traces import load
from dure.adapters.traces_sacct import origin_of
from dure.ledger.records import NodeSpell, Recorded
from dure.model.errors import TraceError, Where
from dure.wire.tables import Origin, Reject


@dataclass(frozen=True, slots=True)
class RateInput:
    """What was read; `columns` are those of the records, in lower case."""

    recorded: Recorded
    rejects: tuple[Reject, ...]
    columns: frozenset[str]
    nodes: Nodes | None
    spells: tuple[NodeSpell, ...]
    events_given: bool
    events_passed: int
    inputs: tuple[tuple[str, str], ...]
    origin: Origin


def read_input(records: Path, nodes: Path | None, events: Sequence[Path]) -> RateInput:
    """All files, times without a zone in the zone of this reading (`in_zone`)."""
    raw, data = load(str(records))
    recorded, draft, place = read_rows(data, str(records))
    inputs = [(str(records), hashlib.sha256(raw).hexdigest())]
    if not recorded.counts["without_accelerators"] and not len(recorded.jobs):
        raise _nothing(str(records), draft.rejects)
    known = None
    if nodes is not None:
        known = read_nodes(_text(nodes, inputs), str(nodes))
        if "nodelist" not in place:
            what = "has no column NodeList, so nobody knows where jobs ran"
            raise TraceError(what, where=Where(str(records), 1), remedy=f"print it with {COMMAND}, or leave --nodes out")
        if not len(recorded.jobs):  # 0 % would be a figure that nobody knows
            what = "no line names an accelerator, though the list of nodes has some"
            remedy = "does AccountingStorageTRES of slurm.conf hold gres/gpu? Without it Slurm writes down nothing of accelerators"
            raise TraceError(what, where=Where(str(records)), remedy=remedy)
        _known_nodes(recorded, known, records, nodes)
    spells = [*known.spells] if known is not None and not events else []
    passed = 0
    for one in events:
        found = read_spells(_text(one, inputs), str(one))
        spells += found.spells
        passed += found.passed_over
    return RateInput(
        recorded,
        tuple(sorted(draft.rejects, key=lambda one: one.line)),
        frozenset(place),
        known,
        tuple(spells),
        bool(events),
        passed,
        tuple(inputs),
        origin_of(data),
    )


def _text(path: Path, inputs: list[tuple[str, str]]) -> str:
    raw, data = load(str(path))
    inputs.append((str(path), hashlib.sha256(raw).hexdigest()))
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _nothing(path: str, rejects: Sequence[Reject]) -> TraceError:
    if not rejects:
        return TraceError("holds no job, only headers or steps", where=Where(path, 1), remedy=f"print it with {COMMAND}")
    first = rejects[0]
    what = f"none of its {len(rejects):,} rows can be taken; the first: {first.reason} ({first.text!r})"
    return TraceError(what, where=Where(path, first.line, first.field), remedy=f"print it with {COMMAND}")


def _known_nodes(recorded: Recorded, nodes: Nodes, records: Path, path: Path) -> None:
    """At least one node of the jobs is in the list: else it is the list of another cluster."""
    used = {name for at in np.unique(recorded.jobs.node_list).tolist() for name in recorded.jobs.node_lists[at]}
    if used and not used & nodes.names:
        shown = ", ".join(sorted(used)[:3])
        what = f"none of the {len(used):,} nodes that jobs ran on ({shown} …) is in it"
        raise TraceError(what, where=Where(str(path)), remedy=f"name the list of the cluster that {records} is of")
