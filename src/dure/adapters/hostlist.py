"""Slurm's way to write many nodes as one text: `a[1-3,7],b05` → a1 a2 a3 a7 b05; leading zeros stay, several brackets multiply."""

from __future__ import annotations

import re
from typing import Final

from dure.model.errors import TraceError

NODES_MAX: Final = 100_000
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")
_NOBODY: Final = frozenset(("", "none assigned", "none", "(null)", "unknown", "n/a"))


def expand(text: str) -> tuple[str, ...]:
    """The names in their order; nothing for `None assigned`. TraceError for what is no list of nodes."""
    if text.strip().lower() in _NOBODY:
        return ()
    names: list[str] = []
    for part in _split(text):
        names += _expanded(part, NODES_MAX - len(names), text)
    return tuple(dict.fromkeys(names))


def _split(text: str) -> list[str]:
    """At commas that stand in no bracket."""
    parts, depth, begin = [], 0, 0
    for at, char in enumerate(text):
        depth += (char == "[") - (char == "]")
        if char == "," and depth == 0:
            parts.append(text[begin:at])
            begin = at + 1
        if depth not in (0, 1):
            raise _no_list(text)
    if depth:
        raise _no_list(text)
    return [part.strip() for part in (*parts, text[begin:]) if part.strip()]


def _expanded(part: str, most: int, whole: str) -> list[str]:
    head, bracket, rest = part.partition("[")
    if not bracket:
        return [part]
    inside, _, tail = rest.partition("]")
    numbers: list[str] = []
    for piece in inside.split(","):
        found = _RANGE.fullmatch(piece.strip())
        if not found:
            raise _no_list(whole)
        first, last = found[1], found[2] or found[1]
        if int(last) < int(first) or int(last) - int(first) >= most:
            raise _no_list(whole)
        numbers += [f"{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]
    tails = _expanded(tail, most, whole) if tail else [""]
    if len(numbers) * len(tails) > most:
        raise _no_list(whole)
    return [f"{head}{number}{after}" for number in numbers for after in tails]


def _no_list(text: str) -> TraceError:
    return TraceError(f"{text[:60]!r} is no list of nodes", remedy="write node names as Slurm does, such as a[1-3,7]")
