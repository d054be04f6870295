"""The rules of a purchase plan in words: `site power [ga, 2028-Q1]` reads "power of site ga in Q1 2028"; programs keep the raw name.

Rules that differ in nothing but their period are said once, with the span that they cover.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from dure.present.numbers import Lang
from dure.present.words import Words

_NAME: Final = re.compile(r"(?:(?P<case>[^\[\]]+?): )?(?P<head>[^\[\]:]+?)(?: \[(?P<inner>.*)\])?")
_PERIOD: Final = re.compile(r"(\d{4})(?:-([QH])(\d))?")
_IN: Final = {Lang.EN: "in ", Lang.KO: ""}
_KINDS: Final = ("capex", "opex", "labour")
_SITED: Final = ("site power", "grid impact", "draws")
_SITED_LAST: Final = ("may stand there", "may be ordered then", "whole buying units")

Works = Mapping[str, str]
"""Names of classes of work as a person reads them."""
NO_WORKS: Works = {}


class Rule(NamedTuple):
    """A raw name taken apart; `period` is empty where the rule has none."""

    head: str
    parts: tuple[str, ...]
    period: str
    case: str


def parsed(name: str) -> Rule | None:
    """None for a name of another form: it is shown as it is."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    inner = found["inner"]
    parts = tuple(inner.split(", ")) if inner else ()
    head = found["head"]
    period = parts[-1] if parts and _PERIOD.fullmatch(parts[-1]) and head not in ("count", "share") else ""
    return Rule(head, parts[:-1] if period else parts, period, found["case"] or "")


def rule_words(name: str, say: Words, works: Works = NO_WORKS) -> str:
    """One rule in words; a name that nobody taught this table stays as it is."""
    rule = parsed(name)
    return name if rule is None else _said(rule, name, _when(rule.period, rule.period, say), say, works)


def in_runs(names: Sequence[str], labels: Sequence[str] = ()) -> list[list[str]]:
    """Names of one rule in following periods (of `labels`, or years) together, in order of first mention; others by themselves."""
    found: list[list[str]] = []
    open_: dict[Rule, tuple[int, list[str]]] = {}
    for name in names:
        rule = parsed(name)
        if rule is None or not rule.period:
            found.append([name])
            continue
        at = labels.index(rule.period) if rule.period in labels else int(rule.period[:4])
        thing = rule._replace(period="")
        before = open_.get(thing)
        if before is not None and before[0] + 1 == at:
            run = before[1]
            run.append(name)
        else:
            found.append(run := [name])
        open_[thing] = at, run
    return found


def rules_words(names: Iterable[str], say: Words, works: Works = NO_WORKS) -> list[str]:
    """Several rules, those of one thing in following periods together."""
    return [_said(group[0][1], group[0][0], _span(group, say), say, works) for group in _groups(names)]


def _groups(names: Iterable[str]) -> list[list[tuple[str, Rule]]]:
    """Rules that say the same of different periods, in order of first mention."""
    found: dict[object, list[tuple[str, Rule]]] = {}
    for name in names:
        rule = parsed(name) or Rule(name, (), "", "")
        found.setdefault(rule._replace(period="") if rule.period else name, []).append((name, rule))
    return list(found.values())


def _span(group: Sequence[tuple[str, Rule]], say: Words) -> str:
    periods = sorted(rule.period for _, rule in group)
    return _when(periods[0], periods[-1], say)


def _when(first: str, last: str, say: Words) -> str:
    if not first:
        return ""
    if first == last:
        return _IN[say.lang] + period_words(first, say)
    return say("rule.span", first=period_words(first, say), last=period_words(last, say))


def period_words(label: str, say: Words) -> str:
    """`2028-Q1`, `2028-H2` or `2028` as people say it."""
    found = _PERIOD.fullmatch(label)
    if found is None:
        return label
    year, kind, part = found.groups()
    if kind == "Q":
        return say("rule.quarter", year=year, part=part)
    return say(f"rule.half.{part}", year=year) if kind == "H" else say("rule.year", year=year)


def site_words(site: str, say: Words) -> str:
    """The name of a site before the word for site: `국가 센터` is not said to be a `센터` once more."""
    return say.name(site, "site").removesuffix("센터").rstrip() or site


def _said(rule: Rule, name: str, when: str, say: Words, works: Works) -> str:
    key, parts = _key(rule), list(rule.parts)
    if key is None:
        return name
    if rule.head in _SITED:
        parts[0] = site_words(parts[0], say)
    elif rule.head in _SITED_LAST and len(parts) > 1:
        parts[1] = site_words(parts[1], say)
    elif rule.head in ("demand", "suitable") and parts:
        parts[0] = works.get(parts[0], parts[0])
    elif parts and parts[0] in _KINDS:
        parts[0] = say(f"rule.kind.{parts[0]}")
        parts[1:] = [say.get(f"rule.source.{one}", one) for one in parts[1:]]
    elif rule.head == "share":
        parts[0] = say.name(", ".join(parts[:-1]), "rule")
    elif rule.head == "count":
        parts = [_counted(parts, say)]
    text = say(key, when=when, **dict(zip("abcd", parts, strict=False)))
    return say("rule.case", rule=text, case=rule.case) if rule.case else text


def _counted(parts: Sequence[str], say: Words) -> str:
    """The name of a rule about counts; a side that the raw name has stays behind it."""
    sides = [one for one in parts[-1:] if one in ("at least", "at most")]
    name = say.name(", ".join(parts[: len(parts) - len(sides)]), "rule")
    return ", ".join([name, *sides])


def _key(rule: Rule) -> str | None:
    """The phrase of a rule, None where there is none or its parts are not those that the phrase tells of."""
    count = len(rule.parts)
    if rule.head == "share":
        return f"rule.share.{rule.parts[-1]}" if count > 1 and rule.parts[-1] in ("at least", "at most") else None
    if rule.head == "opex_funded":
        return "rule.opex_funded.kind" if count else "rule.opex_funded"
    if rule.head == "budget":
        return {1: "rule.budget.spent", 2: "rule.budget"}.get(count)
    if rule.head == "whole buying units":
        return "rule.whole buying units.of" if count else "rule.whole buying units"
    needed = {
        "site power": 1,
        "grid impact": 1,
        "draws": 1,
        "count": 1,
        "demand": 1,
        "supply": 1,
        "paid for": 1,
        "busy": 1,
        "in service": 1,
    }
    needed |= {"enters service": 1, "dark there": 1, "suitable": 2, "may stand there": 2, "may be ordered then": 2}
    least = needed.get(rule.head)
    return f"rule.{rule.head}" if least is not None and count >= least else None


class Give(NamedTuple):
    """How far a rule has to give: below its lower or above its upper limit, with the amount as a number and a way to say it."""

    name: str
    side: str
    amount: float
    unit: str


def gives_words(gives: Iterable[Give], said: Mapping[str, str], amount: object, say: Words, works: Works = NO_WORKS) -> list[str]:
    """Which rules give, and by how much; over several periods the most of them.

    `said` is each unit in words, `amount(value, unit)` the figure in words.
    """
    assert callable(amount)
    by_name: dict[tuple[str, str], Give] = {(one.name, one.side): one for one in gives}
    found = []
    for side in dict.fromkeys(side for _, side in by_name):
        for group in _groups(name for name, one in by_name if one == side):
            most = max((by_name[name, side] for name, _ in group), key=lambda one: one.amount)
            rule = _said(group[0][1], group[0][0], _span(group, say), say, works)
            key = ("rule.lower" if side == "below" else "rule.higher") + ("_most" if len(group) > 1 else "")
            unit = said.get(most.unit, most.unit)
            found.append(" ".join(say(key, rule=rule, amount=amount(most.amount, most.unit), unit=unit).split()))
    return found
