"""What accelerators there are, from what an operator has at hand: `scontrol show node -o`, `sinfo -N -o`, their `--json`, CSV or YAML.

Nodes without accelerators are known by name and hold nothing. Slurm tells the state of today only: terms (from, to, installed) need CSV
or YAML. docs/RATE.md shows each form.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from dure.adapters.hostlist import expand
from dure.adapters.node_spells import spell_of
from dure.adapters.traces_cells import instant
from dure.adapters.yaml_tree import parse_yaml
from dure.ledger.records import NEVER, NodeSpell, Place, Spell
from dure.model.errors import InputError, TraceError, Where
from dure.wire.tree import plain

COLUMNS: Final = ("node", "accelerators", "model", "from", "to", "installed")
COMMAND: Final = "scontrol show node -o"
DEVICES_MAX: Final = 4_096
_FORMS: Final = f"write what {COMMAND} prints into it, or a CSV: {','.join(COLUMNS)}"
_YAML: Final = "write `- {node: a[1-4], accelerators: 8, model: h100}`"
_GRES = re.compile(r"(?:^|,)(?:gres/)?[gn]pu(?::([^:=,()]+))?[:=](\d{1,6})(?=[,(]|$)", re.IGNORECASE)
_FIELD = re.compile(r"(?:^|\s)(NodeName|Gres|CfgTRES|State|Partitions)=(\S*)")
_REASON = re.compile(r"\sReason=(.*?) \[[^\]@]*@([^\]]+)\]")


class Nodes(NamedTuple):
    """Places with accelerators, all names that the list knows, and spells that it tells of (since when a node is down today)."""

    places: tuple[Place, ...]
    names: frozenset[str]
    spells: tuple[NodeSpell, ...]


class _Row(NamedTuple):
    nodes: str
    devices: int
    model: str
    term: tuple[int, int, int]
    where: Where
    spell: tuple[Spell, int, str] | None = None


def read_nodes(text: str, path: str) -> Nodes:
    """Any of the forms, told by its first bytes; InputError where nothing in it is a node, or where two terms of a node overlap."""
    rows = list(_rows(text, path))
    if not rows:
        raise InputError(
            "names no node", where=Where(path, 1), remedy=f"write what {COMMAND} prints into it, or a CSV: {','.join(COLUMNS)}"
        )
    found: dict[str, list[Place]] = {}
    spells = []
    names: set[str] = set()
    for row in rows:
        try:
            expanded = expand(row.nodes)
        except TraceError as error:
            raise InputError(error.what, where=row.where, remedy=error.remedy) from None
        names |= set(expanded)
        for name in expanded if row.devices else ():
            _place(found, Place(name, row.model, row.devices, *row.term), row.where)
            if row.spell:
                spells.append(NodeSpell(name, row.spell[0], row.spell[1], NEVER, row.spell[2]))
    if not found:
        what = f"none of its {len(names):,} nodes has accelerators (gres gpu or npu)"
        raise InputError(what, where=Where(path), remedy=f"is Gres set in slurm.conf? A CSV can say it: {','.join(COLUMNS)}")
    return Nodes(tuple(place for known in found.values() for place in known), frozenset(names), tuple(spells))


def _place(found: dict[str, list[Place]], new: Place, where: Where) -> None:
    """sinfo prints a node once a partition: the same line twice is one; terms that overlap are a mistake."""
    known = found.setdefault(new.node, [])
    if new in known:
        return
    if any(old.from_s < new.to_s and new.from_s < old.to_s for old in known):
        raise InputError(f"node {new.node} stands there twice for one time", where=where, remedy="keep one of the rows, or end the first")
    known.append(new)


def _rows(text: str, path: str) -> Iterator[_Row]:
    head = text.lstrip()[:1]
    if head == "{":
        return _of_json(text, path)
    if "NodeName=" in text[:65_536]:
        return _of_scontrol(text, path)
    if path.endswith((".yaml", ".yml")) or head in ("-", "["):
        return _of_yaml(text, path)
    return _of_table(text, path)


def _of_scontrol(text: str, path: str) -> Iterator[_Row]:
    """One node a line with -o, a block of lines a node without it."""
    line = 1
    for block in re.split(r"(?=\bNodeName=)", text):
        fields = dict(_FIELD.findall(block))
        if "NodeName" in fields:
            devices, model = gres(fields.get("Gres", ""))
            if not devices:
                devices, model = gres(fields.get("CfgTRES", ""))
            yield _Row(fields["NodeName"], devices, model, (-NEVER, NEVER, -NEVER), Where(path, line), _down_since(block, fields))
        line += block.count("\n")


def _down_since(block: str, fields: Mapping[str, str]) -> tuple[Spell, int, str] | None:
    reason = _REASON.search(block)
    since = instant(reason[2]) if reason else None
    kind = spell_of(fields.get("State", ""), reason[1] if reason else "")
    return (kind, since, reason[1]) if reason and isinstance(since, int) and kind is not None else None


def gres(text: str) -> tuple[int, str]:
    """Accelerators of a GRES or TRES text and their model where it names just one: `gpu:h100:8(S:0-1)` → (8, "h100")."""
    found = _GRES.findall(text)
    named = {kind.lower() for kind, _ in found if kind}
    counts = [int(count) for kind, count in found if kind] if named else [int(count) for _, count in found]
    return sum(counts), named.pop() if len(named) == 1 else "+".join(sorted(named)) or ("gpu" if counts else "")


def _of_json(text: str, path: str) -> Iterator[_Row]:
    """`scontrol show node --json` and `sinfo --json`, in the shapes of Slurm 21 to 25."""
    try:
        root = json.loads(text)
    except ValueError as error:
        raise InputError(
            f"is no JSON ({error})", where=Where(path), remedy=f"was it cut off? Write what {COMMAND} prints instead"
        ) from None
    for one in [*_items(root, "nodes"), *_items(root, "sinfo")]:
        nodes = one.get("nodes")
        names = [str(one["name"])] if "name" in one else [str(name) for name in nodes.get("nodes", ())] if isinstance(nodes, dict) else []
        told = one.get("gres", "")
        devices, model = gres(str(told.get("total", "") if isinstance(told, dict) else told))
        for name in names:
            yield _Row(name, devices, model, (-NEVER, NEVER, -NEVER), Where(path))


def _items(root: Any, key: str) -> list[dict[str, Any]]:
    found = root.get(key, ()) if isinstance(root, dict) else ()
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _of_yaml(text: str, path: str) -> Iterator[_Row]:
    root = parse_yaml(text, path)
    entries = root.value
    if isinstance(entries, dict) and "nodes" in entries:
        entries = entries["nodes"].value
    if not isinstance(entries, list):
        raise InputError("is no list of nodes", where=Where(path, 1), remedy=_YAML)
    for node in entries:
        cells = plain(node)
        if not isinstance(cells, dict):
            raise InputError("is no list of nodes", where=node.where, remedy=_YAML)
        yield _written({str(key): "" if value is None else str(value) for key, value in cells.items()}, node.where)


def _of_table(text: str, path: str) -> Iterator[_Row]:
    """CSV with our header, or what sinfo prints: fields between | or blanks, below a header with NODELIST and GRES."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        names = [cell.strip().lower() for cell in next(csv.reader([line]), [])]
        if "node" in names:
            return _of_csv(lines, number, path)
        shown = [cell.strip().upper() for cell in (line.split("|") if "|" in line else line.split())]
        if {"NODELIST", "HOSTNAMES"} & set(shown):
            return _of_sinfo(lines, number, shown, path)
    raise InputError("is no list of nodes that is known", where=Where(path, 1), remedy=_FORMS)


def _of_sinfo(lines: list[str], head: int, names: list[str], path: str) -> Iterator[_Row]:
    node = names.index("NODELIST" if "NODELIST" in names else "HOSTNAMES")
    if "GRES" not in names:
        raise InputError("has no column GRES", where=Where(path, head), remedy='print it with sinfo -N -o "%N|%G|%P|%T"')
    for number, line in enumerate(lines[head:], head + 1):
        cells = [cell.strip() for cell in (line.split("|") if "|" in line else line.split())]
        if not line.strip():
            continue
        if len(cells) < len(names):
            what = f"{len(cells)} cells under {len(names)} columns"
            raise InputError(what, where=Where(path, number), remedy='print it with sinfo -N -o "%N|%G|%P|%T"')
        devices, model = gres(cells[names.index("GRES")])
        yield _Row(cells[node], devices, model, (-NEVER, NEVER, -NEVER), Where(path, number))


def _of_csv(lines: list[str], head: int, path: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO("\n".join(lines[head - 1 :])))
    names = [cell.strip().lower() for cell in next(reader)]
    for cells in reader:
        where = Where(path, head - 1 + reader.line_num)
        if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
            continue
        if len(cells) != len(names):
            remedy = "quote cells that hold a comma"
            raise InputError(f"{len(cells)} cells under {len(names)} columns", where=where, remedy=remedy)
        yield _written(dict(zip(names, cells, strict=True)), where)


def _written(cells: Mapping[str, str], where: Where) -> _Row:
    """A row that a person wrote: node, accelerators and what else is known."""
    unknown = [key for key in cells if key not in COLUMNS]
    if unknown:
        raise InputError(f"{unknown[0]} is no column", where=where, remedy=f"name some of {', '.join(COLUMNS)}")
    node, count = cells.get("node", "").strip(), cells.get("accelerators", "").strip()
    if not node:
        raise InputError("names no node", where=where, remedy="write its name, or several as a[1-4]")
    if not count.isdecimal() or int(count) > DEVICES_MAX:
        what = f"{count!r} is no number of accelerators of a node"
        raise InputError(what, where=Where(where.file, where.line, "accelerators"), remedy=f"write 0 to {DEVICES_MAX:,}")
    begin, end, here = (_moment(cells, key, where) for key in COLUMNS[3:])
    term = (-NEVER if begin is None else begin, NEVER if end is None else end, -NEVER if here is None else here)
    if term[0] >= term[1]:
        raise InputError("its term ends before it begins", where=where, remedy="write from before to")
    return _Row(node, int(count), cells.get("model", "").strip().lower() or "gpu", term, where)


def _moment(cells: Mapping[str, str], key: str, where: Where) -> int | None:
    found = instant(cells.get(key, "").strip())
    if isinstance(found, str):
        what = f"{cells[key].strip()!r} is no date"
        raise InputError(what, where=Where(where.file, where.line, key), remedy="write 2026-10-01 or 2026-10-01T09:00")
    return found


def unknown_nodes(used: Iterable[str], nodes: Nodes) -> list[str]:
    """Names that jobs ran on and the list does not know, in the order of first use."""
    return [name for name in dict.fromkeys(used) if name not in nodes.names]
