"""Two answers of `dure plan run` side by side: what the question changed, what the plan changed, and which rule explains it.

Both sides are the plain values that `dure plan run --json` writes, so that a saved answer and one computed now are compared in one way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dure.present.diff_sources import assumed_sides
from dure.present.plan_question import Asked
from dure.present.rule_names import parsed, period_words, rule_words, rules_words, site_words
from dure.present.tables import Cell, Column, Raw, Table, Word
from dure.present.words import Words

Answer = Mapping[str, Any]
NEARLY = 1e-6
KINDS = ("capex", "opex", "labour", "interest", "total")
SAID = 3


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """`first` and `second` are the answers, `names` what they are called."""

    first: Answer
    second: Answer
    names: tuple[str, str]

    @property
    def word(self) -> Word:
        return Word.ASSUMED if self.first["assumptions"] or self.second["assumptions"] else Word.PUBLISHED

    def number(self, key: str) -> tuple[float, float]:
        return self.first[key] or 0, self.second[key] or 0


def asked(answer: Answer) -> dict[str, Asked]:
    return {one["name"]: Asked(one["name"], one["unit"], one["value"]) for one in answer["question"]}


def changed_question(diff: PlanDiff) -> list[tuple[str, str, Raw, Raw]]:
    """Name, unit and both values of every figure that is not the same; None is not there."""
    one, other = asked(diff.first), asked(diff.second)
    found: list[tuple[str, str, Raw, Raw]] = []
    for name in dict.fromkeys((*one, *other)):
        before, after = one.get(name), other.get(name)
        line = name.replace("carries over", "budget")
        if line != name and not (line in one and line in other):
            continue  # a line that is new or gone says it all
        if before != after:
            unit = (after or before or Asked(name, "word", "")).unit
            found.append((name, unit, before and before.value, after and after.value))
    return found


def orders(answer: Answer) -> dict[tuple[str, str, str], int]:
    """Accelerators ordered by machine, site and year."""
    found: dict[tuple[str, str, str], int] = {}
    for row in answer["tables"]["schedule"]["rows"]:
        key = (row["machine"], row["site"], str(row["period"])[:4])
        found[key] = found.get(key, 0) + row["accelerators"]
    return found


def binding(answer: Answer) -> dict[str, float]:
    """Rules that hold the plan back, with what one more of each is worth; those that refuse it count as binding."""
    found = {name: float("nan") for name in answer["refused_rules"]}
    return found | {one["rule"]: one["worth"] for one in answer["values"]}


def explained(diff: PlanDiff) -> list[tuple[str, bool, bool, bool]]:
    """Rules that bind on one side only, or that bind and were changed: name, binds first, binds second, was changed."""
    before, after = binding(diff.first), binding(diff.second)
    moved = {_subject(name) for name, *_ in changed_question(diff)}
    rows = []
    for name in dict.fromkeys((*before, *after)):
        changed = _subject(name) in moved
        if changed or (name in before) != (name in after):
            rows.append((name, name in before, name in after, changed))
    return sorted(rows, key=lambda row: (not row[3], -abs(_or_0(after.get(row[0], before.get(row[0], 0.0))))))


def _or_0(value: float) -> float:
    return 0.0 if value != value else value


def _subject(name: str) -> str:
    """What a rule is about, for matching it with a changed figure: periods count as their year, a count rule is one whatever its side."""
    head, _, inner = name.partition(" [")
    parts = inner.removesuffix("]").split(", ")
    if head == "count":
        parts = [part for part in parts if part not in ("at least", "at most")]
    if head == "opex_funded":
        head, parts = "budget", [parts[0] if len(parts) > 1 else "opex", parts[-1]]
    elif head == "budget" and len(parts) > 1:
        parts = [parts[0], parts[-1]]
    if head != "count" and parts and parts[-1][:4].isdigit():
        parts[-1] = parts[-1][:4]
    return f"{head} {parts}"


def sentences(diff: PlanDiff, say: Words) -> list[str]:
    """The difference in a few sentences: accelerators, won, work, whether anybody refuses, and the rule behind it."""
    units = diff.number("accelerators_total")
    won = diff.first["cost_won"]["total"], diff.second["cost_won"]["total"]
    found = [say("diff.lead", a=diff.names[0], b=diff.names[1], units=_change(units, say.count, say), won=_change(won, _won(say), say))]
    if diff.first["objective_kind"] == diff.second["objective_kind"] == "served":
        served = [sum(row["served"] or 0 for row in one["tables"]["work"]["rows"]) for one in (diff.first, diff.second)]
        found.append(say("diff.work", served=_change((served[0], served[1]), say.count, say)))
        found += _noise(diff, say)
    changed = changed_question(diff)
    rows = len(_question_groups(diff))
    if rows < len(changed):
        found.append(say("diff.question_rows", n=len(changed), rows=rows))
    else:
        found.append(say("diff.question", n=len(changed)) if changed else say("diff.same_question"))
    for at, answer in enumerate((diff.first, diff.second)):
        other = (diff.second, diff.first)[at]
        if answer["refused_by"] and not other["refused_by"]:
            found.append(say("diff.refused", name=diff.names[at], by=", ".join(answer["refused_by"])))
    if diff.first["refused_by"] and diff.second["refused_by"]:
        first, second = (", ".join(one["refused_by"]) for one in (diff.first, diff.second))
        found.append(say("diff.both_refused_alike", by=first) if first == second else say("diff.both_refused", first=first, second=second))
    return [*found, *_why(diff, say)]


def _noise(diff: PlanDiff, say: Words) -> Iterator[str]:
    """A difference that is smaller than what the solver left open on either side is not proven to be one."""
    gaps = [one["gap"] or 0.0 for one in (diff.first, diff.second)]
    before, after = diff.number("objective")
    if max(gaps) and before != after and abs(after - before) <= max(gaps) * max(abs(before), abs(after)):
        yield say("diff.noise", gap=say.percent(max(gaps), 2))


def _why(diff: PlanDiff, say: Words) -> Iterator[str]:
    """One sentence for rules that bind alike, changed ones first; what binds nobody's change is left to the table where there is more."""
    groups: dict[tuple[bool, bool, bool], list[str]] = {}
    for name, first, second, changed in explained(diff):
        groups.setdefault((changed, first, second), []).append(name)
    for (changed, first, second), found in sorted(groups.items(), reverse=True):
        rules = rules_words(found, say, works(diff))
        key = "diff.binds_one" if not changed else "diff.changed_binds" if first and second else "diff.changed_binds_one"
        more = say("diff.and_more", n=len(rules) - SAID) if len(rules) > SAID else ""
        yield say(key, rule=", ".join(rules[:SAID]) + more, name=diff.names[0 if first else 1])


def works(diff: PlanDiff) -> dict[str, str]:
    return {row["work"]: row.get("name", row["work"]) for one in (diff.first, diff.second) for row in one["tables"]["work"]["rows"]}


def _won(say: Words) -> Callable[[float], str]:
    return lambda value: say.won(round(value))


def _change(pair: tuple[float, float], said: Callable[[float], str], say: Words) -> str:
    """`1,000 more (4,000 → 5,000)`, in words."""
    before, after = pair
    if abs(after - before) <= NEARLY * max(1.0, abs(before)):
        return say("diff.same", value=said(after))
    key = "diff.more" if after > before else "diff.fewer"
    return say(key, by=said(abs(after - before)), first=said(before), second=said(after))


def tables(diff: PlanDiff, say: Words) -> dict[str, Table]:
    made = (
        _question(diff, say),
        _models(diff, say),
        _years(diff, say),
        _orders(diff, say),
        _vendors(diff, say),
        _money(diff, say),
        _work(diff, say),
        _rules(diff, say),
    )
    return {one.key: one for one in made}


def _columns(diff: PlanDiff, say: Words, texts: Iterable[str]) -> tuple[Column, ...]:
    left = tuple(Column(name, say(f"diff.column.{name}"), number=False) for name in texts)
    return (*left, Column("first", diff.names[0]), Column("second", diff.names[1]), Column("change", say("diff.column.change")))


def _table(key: str, diff: PlanDiff, say: Words, texts: Iterable[str], rows: Iterable[tuple[Cell, ...]]) -> Table:
    return Table(f"diff_{key}", say(f"diff.diff_{key}"), _columns(diff, say, texts), tuple(rows), diff.word)


def _pair(before: Raw, after: Raw, said: Callable[[float], str], say: Words) -> tuple[Cell, Cell, Cell]:
    """Both values and the difference; a value that is not there is said so and differs by nothing that can be counted."""

    def cell(value: Raw) -> Cell:
        return Cell(value, say("diff.none") if value is None else said(value) if isinstance(value, int | float) else str(value))

    if isinstance(before, int | float) and isinstance(after, int | float):
        change = after - before
        sign = "+" if change > 0 else ""
        return cell(before), cell(after), Cell(change, f"{sign}{said(change)}" if change else "–")
    return cell(before), cell(after), Cell(None, "")


def _question(diff: PlanDiff, say: Words) -> Table:
    rows = []
    for group in _question_groups(diff):
        names, units = [one[0] for one in group], group[0][1]
        label = Cell(", ".join(names), rules_words(names, say)[0] if len(group) > 1 else asked_words(names[0], say))
        before, after = (_sum_of([one[side] for one in group]) for side in (2, 3))
        rows.append((label, Cell(units, say(f"diff.unit.{units}")), *_pair(before, after, _said(units, say), say)))
    return _table("question", diff, say, ("what", "unit"), rows)


def _sum_of(values: Sequence[Any]) -> Any:
    """Of one line as it is, of several their sum; nothing where they are on the other side only."""
    return values[0] if len(values) == 1 or values[0] is None else sum(values)


def _question_groups(diff: PlanDiff) -> list[list[tuple[str, str, Any, Any]]]:
    """Lines of one budget over its years together, as their sum; what is there on one side only is not summed with what is on both."""
    found: dict[object, list[tuple[str, str, Any, Any]]] = {}
    seen: dict[object, int] = {}
    for one in changed_question(diff):
        rule = parsed(one[0])
        budget = rule is not None and rule.head == "budget" and rule.period
        key: object = one[0]
        if rule is not None and budget:  # years that follow each other, and no others
            alike = rule._replace(period=""), one[2] is None, one[3] is None
            seen[alike] = seen.get(alike, 0) + 1
            key = alike, int(rule.period) - seen[alike]
        found.setdefault(key, []).append(one)
    return list(found.values())


def _said(unit: str, say: Words) -> Callable[[float], str]:
    if unit.startswith("won"):
        return lambda value: say.won(round(value))
    if unit == "share":
        return lambda value: say.percent(value)
    return lambda value: f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def asked_words(name: str, say: Words) -> str:
    """A figure of the question in words: a rule by its words, another by its own phrase."""
    head, _, inner = name.partition(" [")
    parts = inner.removesuffix("]").split(", ") if inner else []
    if f"diff.asked.{head}" not in _PHRASES:
        return rule_words(name, say)
    if head == "count":
        return say(f"diff.asked.count.{parts[-1]}", a=", ".join(parts[:-1]))
    if head == "carries over":
        parts = [say(f"rule.kind.{parts[0]}"), say.get(f"rule.source.{parts[1]}", parts[1]), parts[2]]
    if head in ("PUE", "grid impact") and parts:
        parts[0] = site_words(parts[0], say)
    if head in ("price", "running cost", "standing") and len(parts) > 1:
        parts[1] = site_words(parts[1], say)
    text = say(f"diff.asked.{head}", **dict(zip("abc", parts, strict=False)))
    return f"{text} ({period_words(parts[2], say)})" if head == "price" and len(parts) > 2 else text


_PHRASES = {
    f"diff.asked.{head}"
    for head in (
        *("objective", "usable share", "periods of buying", "carries over", "PUE", "standing", "weight", "least served"),
        *("grid impact", "loan", "loan years", "loan grace"),
        *("buying unit", "lead time", "life", "first order", "power", "speed", "running cost", "price", "count"),
    )
}


def _orders(diff: PlanDiff, say: Words) -> Table:
    before, after = orders(diff.first), orders(diff.second)
    rows = []
    for key in sorted({*before, *after}, key=lambda key: (key[2], key[0], key[1])):
        if before.get(key, 0) != after.get(key, 0):
            texts = (Cell(key[0], key[0]), Cell(key[1], say.name(key[1], "site")), Cell(key[2], key[2]))
            rows.append((*texts, *_pair(before.get(key, 0), after.get(key, 0), say.count, say)))
    return _table("orders", diff, say, ("machine", "site", "year"), rows)


def _years(diff: PlanDiff, say: Words) -> Table:
    """Orders of each model by year, over all sites: where two plans differ at sites alone this is empty."""
    before, after = by_year(diff.first), by_year(diff.second)
    rows = [
        (Cell(key[0], key[0]), Cell(key[1], key[1]), *_pair(before.get(key, 0), after.get(key, 0), say.count, say))
        for key in sorted({*before, *after}, key=lambda key: (key[1], key[0]))
        if before.get(key, 0) != after.get(key, 0)
    ]
    return _table("years", diff, say, ("machine", "year"), rows)


def by_year(answer: Answer) -> dict[tuple[str, str], int]:
    """Accelerators ordered by machine and year."""
    found: dict[tuple[str, str], int] = {}
    for (machine, _, year), count in orders(answer).items():
        found[machine, year] = found.get((machine, year), 0) + count
    return found


def shown(diff: PlanDiff, say: Words, *, detail: bool) -> tuple[list[str], list[Table]]:
    """Sentences and tables for people: orders by site only with `detail`, for sites are reshuffled at the same worth."""
    made, said = tables(diff, say), sentences(diff, say)
    sites = {site for answer in (diff.first, diff.second) for _, site, _ in orders(answer)}
    kept = [one for one in made.values() if one.rows]
    if detail or not made["diff_orders"].rows:
        return said, kept
    if len(sites) > 1:
        said.append(say("diff.detail"))
    return said, [one for one in kept if one.key != "diff_orders"]


def _models(diff: PlanDiff, say: Words) -> Table:
    """Orders of each model over all sites and years, also of those that did not change."""
    sums: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for found, answer in zip(sums, (diff.first, diff.second), strict=True):
        for (machine, _, _), count in orders(answer).items():
            found[machine] = found.get(machine, 0) + count
    before, after = sums
    rows = [
        (Cell(name, name), *_pair(before.get(name, 0), after.get(name, 0), say.count, say)) for name in dict.fromkeys((*before, *after))
    ]
    return _table("models", diff, say, ("machine",), rows)


def _vendors(diff: PlanDiff, say: Words) -> Table:
    before, after = diff.first["vendor_shares"], diff.second["vendor_shares"]
    rows = [
        (Cell(name, say.name(name, "vendor")), *_pair(before.get(name, 0.0), after.get(name, 0.0), _said("share", say), say))
        for name in dict.fromkeys((*before, *after))
    ]
    return _table("vendors", diff, say, ("vendor",), rows)


def _money(diff: PlanDiff, say: Words) -> Table:
    before, after = diff.first["cost_won"], diff.second["cost_won"]
    kinds = sorted({*before, *after}, key=KINDS.index)
    rows = [(Cell(kind, say(f"diff.kind.{kind}")), *_pair(before.get(kind, 0), after.get(kind, 0), _won(say), say)) for kind in kinds]
    return _table("money", diff, say, ("kind",), rows)


def _work(diff: PlanDiff, say: Words) -> Table:
    served = [{row["work"]: row["served"] for row in one["tables"]["work"]["rows"]} for one in (diff.first, diff.second)]
    named = works(diff)
    rows = [
        (Cell(name, named[name]), *_pair(served[0].get(name), served[1].get(name), say.count, say))
        for name in dict.fromkeys((*served[0], *served[1]))
    ]
    return _table("work", diff, say, ("work",), rows)


def _rules(diff: PlanDiff, say: Words) -> Table:
    """What binds on one side or was changed, with what one more unit is worth there; a rule that refuses has no price."""
    before, after = binding(diff.first), binding(diff.second)
    named = works(diff)

    def cell(values: Mapping[str, float], name: str) -> Cell:
        if name not in values:
            return Cell(None, say("diff.slack"))
        worth = values[name]
        return Cell("refuses", say("diff.refuses")) if worth != worth else Cell(worth, f"{worth:,.4g}")

    alike: dict[object, list[str]] = {}
    for name, _, _, changed in explained(diff):
        rule = parsed(name)
        of = name if rule is None or not rule.period else rule._replace(period="")
        alike.setdefault((of, cell(before, name).text, cell(after, name).text, changed), []).append(name)
    rows = []
    for names in alike.values():
        changed = _subject(names[0]) in {_subject(one) for one, *_ in changed_question(diff)}
        state = Cell("changed" if changed else None, say("diff.was_changed") if changed else "–")
        rows.append((Cell(", ".join(names), rules_words(names, say, named)[0]), cell(before, names[0]), cell(after, names[0]), state))
    columns = (
        Column("rule", say("diff.column.rule"), number=False),
        Column("first", diff.names[0]),
        Column("second", diff.names[1]),
        Column("changed", say("diff.column.changed"), number=False),
    )
    return Table("diff_rules", say("diff.diff_rules"), columns, tuple(rows), diff.word, say("diff.rules_note"))


def as_json(diff: PlanDiff, say: Words) -> dict[str, Any]:
    return {
        "first": {"name": diff.names[0], "inputs": diff.first["inputs"]},
        "second": {"name": diff.names[1], "inputs": diff.second["inputs"]},
        "changed_question": [
            {"name": name, "unit": unit, "first": before, "second": after} for name, unit, before, after in changed_question(diff)
        ],
        "explained_by": [
            {"rule": name, "binds_first": one, "binds_second": other, "changed": changed} for name, one, other, changed in explained(diff)
        ],
        "assumptions": [{**asdict(one), "in": side} for one, side in assumed_sides(diff.first, diff.second)],
        "tables": {key: {"word": table.word, "rows": table.as_json()} for key, table in tables(diff, say).items()},
        "sentences": sentences(diff, say),
    }
