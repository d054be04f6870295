"""Tender files: the rules are read and hashed first, the bids after that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dure.adapters.files import SECTIONS, load_tree
from dure.model.errors import InputError, ScenarioError, Where
from dure.model.tenders import Bid, Tender
from dure.plan.odd_prices import odd_prices
from dure.wire.problems import scenario_errors
from dure.wire.tender import TenderFile, tender_schema
from dure.wire.tender_model import bids_of, tender_of
from dure.wire.tree import Node, did_you_mean, field_path, find, plain


@dataclass(frozen=True, slots=True)
class LoadedTender:
    """A tender with the hash of its rules, taken before the bids were read, and the files it came from."""

    tender: Tender
    bids: tuple[Bid, ...]
    file: TenderFile
    rules_sha256: str
    inputs: tuple[tuple[str, str], ...]


def load_rules(path: str | Path, sets: Sequence[str] = ()) -> str:
    """The hash of the rules of a tender; its bids are not looked at. Raises ScenarioError."""
    root, _ = load_tree(path, sets)
    return _rules(root).tender.sha256


def is_tender(path: str | Path, sets: Sequence[str] = ()) -> bool:
    """Whether the file, with what it extends, holds a tender; of a file that cannot be read nobody can tell, so no."""
    try:
        root, _ = load_tree(path, sets)
    except InputError:
        return False
    return isinstance(root.value, dict) and "tender" in root.value


def read_tender(path: str | Path, sets: Sequence[str] = ()) -> tuple[TenderFile, tuple[tuple[str, str], ...]]:
    """The file as it is written, bids or not, with (path, SHA-256) of every input. Raises ScenarioError."""
    root, inputs = load_tree(path, sets)
    return _read(root, plain(root)), inputs


def odd_amounts(path: str | Path, sets: Sequence[str] = ()) -> tuple[InputError, ...]:
    """Prices that look mistyped, each with its place, what it is beside and the remedy: warnings, for a sound file may hold them."""
    root, _ = load_tree(path, sets)
    file = _read(root, plain(root))
    found = []
    for one in odd_prices(tender_of(file.tender), bids_of(file)):
        at: tuple[str | int, ...] = ("bids", one.bid, "lines", one.line)
        tiers = file.bids[one.bid].lines[one.line].tiers
        tier = next((index for index, each in enumerate(tiers) if each.price == one.unit_won), None)
        node, shown = find(root, (*at, "price") if tier is None else (*at, "tiers", tier, "price"))
        beside = "less than a hundredth of" if one.low else "more than a hundred times"
        what = f"{one.unit_won:,} won is {beside} the lot's median, {one.median_won:,} won"
        where = Where(node.where.file, node.where.line, field_path(shown))
        found.append(InputError(what, where=where, remedy="write the amount with its unit, such as 1.16억, or leave it if it is meant"))
    return tuple(found)


def unknown_models(path: str | Path, known: Sequence[str], sets: Sequence[str] = ()) -> tuple[InputError, ...]:
    """Models that the catalogue does not know, each with its place and the nearest name: warnings, for a tender may ask for new ones."""
    root, _ = load_tree(path, sets)
    file = _read(root, plain(root))
    found = []
    for at, bid in enumerate(file.bids):
        for index, line in enumerate(bid.lines):
            if line.model in known:
                continue
            node, shown = find(root, ("bids", at, "lines", index, "model"))
            near = did_you_mean(line.model, known)
            where = Where(node.where.file, node.where.line, field_path(shown))
            remedy = near if near.startswith("did you mean") else "write its id as `dure catalog` lists it, unless it is new"
            found.append(InputError(f"the catalogue does not know `{line.model}`", where=where, remedy=remedy))
    return tuple(found)


def load_tender(path: str | Path, sets: Sequence[str] = ()) -> LoadedTender:
    """The tender at *path* with its bids. Raises ScenarioError; rules that differ from what was frozen are one."""
    root, inputs = load_tree(path, sets)
    rules = _rules(root)
    file = _read(root, plain(root))
    if not file.bids:
        raise ScenarioError("there are no bids", where=root.where, remedy="write `bids:`, or only freeze the rules with --freeze")
    return LoadedTender(tender_of(rules.tender), bids_of(file), file, rules.tender.sha256, inputs)


def _rules(root: Node) -> TenderFile:
    """The file without its bids, as it stood when the rules were published."""
    written: dict[str, Any] = plain(root)
    return _read(root, {key: value for key, value in written.items() if key != "bids"})


def _read(root: Node, written: dict[str, Any]) -> TenderFile:
    if "tender" not in written and SECTIONS & set(written):
        where = Where(root.where.file)
        raise ScenarioError("this is a scenario, not a tender", where=where, remedy=f"run dure plan run {where.file}")
    try:
        return TenderFile.model_validate(written)
    except ValidationError as error:
        raise scenario_errors(error, root, tender_schema()) from None
