"""The fleet of a plan as a scenario file, and the same scenario without a file: one text for both: a study plays what is written."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from dure.adapters.files import LoadedScenario
from dure.adapters.scenario_purchase import purchase_calendar
from dure.adapters.yaml_tree import parse_yaml
from dure.model.errors import InputError, Where
from dure.model.purchases import Purchase
from dure.wire.problems import scenario_errors
from dure.wire.quantity import QuantityError, instant_s
from dure.wire.scenario import Scenario, scenario_schema
from dure.wire.tree import merge, plain

FLEET = "fleet"
"""Stands where a file would be named, in a fleet that no file holds."""
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class When:
    """A period of a plan: its number, its first day, and as it is called."""

    period: int
    start: str
    label: str


def when(loaded: LoadedScenario, purchase: Purchase, at: str | None, otherwise: int | None = None) -> When:
    """The period of a day; without one `otherwise`, or the last in which may be ordered. InputError where the day lies outside the plan."""
    calendar = purchase_calendar(loaded)
    period = purchase.buying - 1 if otherwise is None else otherwise
    if at is not None:
        try:
            period = calendar.period(instant_s(at))
        except QuantityError as error:
            raise InputError(error.what, where=Where("--at"), remedy=error.remedy) from None
    if not 0 <= period < len(purchase.years):
        last = calendar.first_day(len(purchase.years)) - dt.timedelta(days=1)
        remedy = f"write a day from {calendar.first_day(0)} to {last}"
        raise InputError(f"{at} lies outside the plan", where=Where("--at"), remedy=remedy)
    return When(period, calendar.first_day(period).isoformat(), purchase.labels[period])


def fleet_file(base: LoadedScenario, text: str, target: Path, header: str) -> str:
    """The text of a scenario file beside which, or above which, the planned one stands."""
    source = Path(base.inputs[0][0])
    way = os.path.relpath(source, target.parent) if not source.is_absolute() else str(source)
    comment = "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())
    return f"{comment}\nextends: {way}\n{_moved_profile(base, text, target)}"


def _moved_profile(base: LoadedScenario, text: str, target: Path) -> str:
    """A profile that is a file is named as it is found from the new place."""
    generate = base.scenario.demand.generate
    if generate is None or not generate.profile.endswith(".csv"):
        return text
    way = os.path.relpath(base.path("demand", "generate", "profile"), target.parent)
    return text.replace(f"profile: {generate.profile}\n", f"profile: {way}\n")


def read_over(base: LoadedScenario, text: str) -> LoadedScenario:
    """The text over the scenario that it extends, read as a file is read."""
    root = merge(base.lines, parse_yaml(text, FLEET))
    try:
        scenario = Scenario.model_validate(plain(root))
    except ValidationError as error:
        raise scenario_errors(error, root, scenario_schema()) from None
    return replace(base, scenario=scenario, lines=root)


class _Dumper(yaml.SafeDumper):
    """Writes what is replaced with its tag, and no aliases: a person reads this."""

    def ignore_aliases(self, data: object) -> bool:
        return True


class _Replaced:
    def __init__(self, value: object) -> None:
        self.value = value


def _tagged(dumper: yaml.SafeDumper, data: _Replaced) -> yaml.Node:
    node: yaml.Node = dumper.represent_data(data.value)
    node.tag = "!replace"
    return node


_Dumper.add_representer(_Replaced, _tagged)


def fleet_text(document: Document, replaced: Sequence[tuple[str, ...]]) -> str:
    """The document as YAML; `replaced` are the ways that take the place of what the file extends."""
    said: Document = {key: dict(value) if isinstance(value, dict) else value for key, value in document.items()}
    for way in replaced:
        holder = said if len(way) == 1 else said[way[0]]
        holder[way[-1]] = _Replaced(holder[way[-1]])
    return yaml.dump(said, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=130, default_flow_style=None)


def parse_scale(text: str) -> Fraction:
    """`1/10`, `0.1`, `10%` or `1`."""
    try:
        found = Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    if not 0 < found <= 1:
        raise InputError(f"{text} is no scale", where=Where("--scale"), remedy="write a part of the whole, such as 1/10")
    return found
