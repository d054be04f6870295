"""A parsed file whose every value remembers file and line; merging two of them and setting one value keep that memory."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from dure.model.errors import ScenarioError, Where

Scalar = None | bool | int | str


class ItemName(str):
    """A step of a way that picks an item of a list by its `name`, not a key of a mapping."""

    __slots__ = ()


Loc = tuple[str | int, ...]
"""The way to a value: keys, indices and item names."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value as it was written. For a value under a key, *line* is the line of the key."""

    value: Scalar | list[Node] | dict[str, Node]
    file: str
    line: int
    replaces: bool = False
    """Tagged `!replace`: takes the place of what a base file says instead of being merged with it."""

    @property
    def where(self) -> Where:
        return Where(self.file, self.line)


def plain(node: Node) -> Any:
    """The value without places, as dicts, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def merge(base: Node, over: Node) -> Node:
    """*over* on top of *base*.

    Mappings are merged key by key. Lists whose every item has a `name` are merged item by item: an item with a known
    name is merged into it, a new one is added at the end. Every other list, and every scalar, replaces the old one;
    so does whatever is tagged `!replace`.
    """
    if over.replaces:
        return over
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        merged = dict(base.value)
        for key, child in over.value.items():
            merged[key] = merge(merged[key], child) if key in merged else child
        return replace(over, value=merged)
    names = _names(base)
    if isinstance(base.value, list) and isinstance(over.value, list) and names and (over_names := _names(over)):
        items = dict(zip(names, base.value, strict=True))
        for name, child in zip(over_names, over.value, strict=True):
            items[name] = merge(items[name], child) if name in items else child
        return replace(over, value=list(items.values()))
    return over


def find(root: Node, loc: Iterable[str | int]) -> tuple[Node, Loc]:
    """The deepest value on the way *loc*, and the way as a person reads it: items by name where they have one.

    The way may go on where the file does not (a missing key, a value written in short); the node is the last one met.
    """
    node: Node = root
    shown: list[str | int] = []
    lost = False
    for step in loc:
        child = None if lost else _child(node, step)
        shown.append(ItemName(name) if child is not None and isinstance(node.value, list) and (name := _name(child)) else step)
        if child is None:
            lost = True
        else:
            node = child
    return node, tuple(shown)


def field_path(loc: Loc) -> str:
    """`sites[ga-1].pools[0].nodes`: the grammar of `--set`."""
    text = ""
    for step in loc:
        if isinstance(step, int | ItemName) or "." in step or "[" in step:
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


STEPS_MAX = 64
_STEP = re.compile(r"(?:^|\.)([^.\[\]=\s]+)|\[([^\[\]]+)\]")


def parse_field_path(text: str) -> tuple[str, ...] | None:
    """The steps of `a.b[2].c[name]`; None where it is no such path, or deeper than any scenario."""
    steps, place = [], 0
    while place < len(text):
        match = _STEP.match(text, place)
        if not match:
            return None
        steps.append(match[1] or match[2])
        place = match.end()
    return tuple(steps) if 0 < len(steps) <= STEPS_MAX else None


def put(root: Node, steps: tuple[str, ...], value: Node, done: str = "") -> Node:
    """*root* with *value* at the path; mappings on the way are made where absent, items of lists must be there.

    Raises ScenarioError, which names what is there instead.
    """
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    here = f"{done}[{step}]" if isinstance(root.value, list) else f"{done}.{step}" if done else step
    if isinstance(root.value, list):
        index = _index(root, step, value.where, here)
        items = list(root.value)
        items[index] = put(items[index], rest, value, here)
        return replace(root, value=items)
    if root.value is not None and not isinstance(root.value, dict):
        raise ScenarioError(f"{done} is {root.value!r}, not a mapping", where=replace(value.where, field=here), remedy=f"set {done} itself")
    entries: dict[str, Node] = dict(root.value or {})
    entries[step] = put(entries.get(step, Node(None, value.file, value.line)), rest, value, here)
    return replace(root, value=entries)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy: the nearest known word, or all of them where none is near."""
    words = sorted(set(known))
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return "known here: " + ", ".join(words) if words else "nothing is known here"


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node.value, dict):
        return node.value.get(str(step))
    if isinstance(node.value, list):
        if isinstance(step, int):
            return node.value[step] if 0 <= step < len(node.value) else None
        return next((item for item in node.value if _name(item) == step), None)
    return None


def _name(node: Node) -> str | None:
    name = node.value.get("name") if isinstance(node.value, dict) else None
    return name.value if name is not None and isinstance(name.value, str) else None


def _names(node: Node) -> list[str]:
    """The names of the items of a list, where each has one of its own; otherwise nothing."""
    if not isinstance(node.value, list):
        return []
    names = [name for item in node.value if (name := _name(item)) is not None]
    return names if len(names) == len(node.value) == len(set(names)) else []


def _index(node: Node, step: str, where: Where, here: str) -> int:
    assert isinstance(node.value, list)
    names = [_name(item) for item in node.value]
    if step in names:
        return names.index(step)
    if step.isdecimal() and int(step) < len(names):
        return int(step)
    known = [name for name in names if name] or [f"0 to {len(names) - 1}" if names else "an empty list"]
    raise ScenarioError(f"there is no item `{step}`", where=replace(where, field=here), remedy=did_you_mean(step, known))
