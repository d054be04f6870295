"""What two plans that are set side by side rest on: the assumed figures of both, and the files that were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from dure.model.purchases import Assumed
from dure.present.purchase_tables import assumption_sentence
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words

KEYS = tuple(one.name for one in fields(Assumed))


def assumed(answer: Mapping[str, Any]) -> list[Assumed]:
    """The assumed figures of an answer, as it was computed or saved."""
    return [Assumed(**{key: row[key] for key in KEYS if key in row}) for row in answer["assumptions"]]


def assumed_sides(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[tuple[Assumed, str]]:
    """Every assumed figure with `both`, `first` or `second`; those of one side first, as they are written."""
    one, other = assumed(first), assumed(second)
    alone = [(each, "first") for each in one if each not in other] + [(each, "second") for each in other if each not in one]
    return [*alone, *((each, "both") for each in one if each in other)]


def assumption_sentences(first: Mapping[str, Any], second: Mapping[str, Any], names: tuple[str, str], say: Words) -> list[str]:
    """What nobody published, one sentence each; a figure of one plan says of which."""
    found = []
    for each, side in assumed_sides(first, second):
        what = assumption_sentence(each, say)
        found.append(what if side == "both" else say("diff.only", name=names[0 if side == "first" else 1], what=what))
    return found


def short_assumptions(first: Mapping[str, Any], second: Mapping[str, Any], names: tuple[str, str], say: Words) -> list[str]:
    """Of a terminal: those that differ, and how many do not."""
    sides = assumed_sides(first, second)
    alike = sum(side == "both" for _, side in sides)
    found = assumption_sentences(first, second, names, say)[: len(sides) - alike]
    return [*found, *([say("diff.assumed_same", n=alike)] if alike else [])]


def inputs_table(first: Mapping[str, Any], second: Mapping[str, Any], say: Words) -> Table:
    """Every file of both plans with its hash, each once."""
    inputs = dict.fromkeys((row["path"], row["sha256"]) for answer in (first, second) for row in answer["inputs"])
    rows = tuple((Cell(path, path), Cell(digest, f"SHA-256 {digest}")) for path, digest in inputs)
    columns = (Column("item", say("buy.column.item"), number=False), Column("value", say("buy.column.value"), number=False))
    return Table("provenance", say("buy.provenance"), columns, rows, None)
