"""Alternatives and values of a purchase plan in sentences, tables and charts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dure.model.units import MICRO
from dure.plan.alternatives import Alternatives, differences
from dure.plan.points import Point
from dure.plan.values import Values, Worth
from dure.present.charts import Chart, frame
from dure.present.choices import OTHER_COLOUR, VENDOR_COLOURS, Answer, change, columns, point_json, work
from dure.present.rule_names import rule_words, rules_words, site_words
from dure.present.tables import Cell, Table, Word
from dure.present.words import Words


def alternatives(
    made: Alternatives, assumed: Sequence[str], word: Word, inputs: Sequence[tuple[str, str]], version: str, say: Words
) -> Answer:
    plans = [(say("choice.best"), made.best), *((say("choice.nth", n=at), one.point) for at, one in enumerate(made.others, 1))]
    tables = {"mixes": _mixes(plans, made, word, say), "rooms": _rooms(made, word, say)}
    said = list(_alternative_said(made, say))
    others = [{"moved": one.moved, "most_moved": one.most_moved, **point_json(one.point)} for one in made.others]
    rooms = [{"vendor": one.vendor, "least": one.least, "most": one.most} for one in made.rooms]
    figures = {"unfunded": made.unfunded, "slack": made.slack_ppm / MICRO, "best": point_json(made.best), "others": others, "rooms": rooms}
    lists = {"alternatives_said": [_different(one.point, made.best, at, say) for at, one in enumerate(made.others, 1)]}
    broken = [rule.rule for _, point in plans for rule in point.broken]
    charts = {"mixes": _mix_chart(plans, say)}
    return Answer("alternatives", made.asked.name, said, assumed, tables, charts, lists, figures, word, inputs, version, broken)


def _alternative_said(made: Alternatives, say: Words) -> Iterator[str]:
    slack = say.percent(made.slack_ppm / MICRO)
    if made.others:
        far = made.others[0]
        yield say("alternatives.lead", n=len(made.others), slack=slack, moved=round(far.moved / 2), all=made.best.accelerators)
        bound = max(one.most_moved for one in made.others)
        yield say("alternatives.bound", most=round(bound / 2))
    else:
        yield say("alternatives.none", slack=slack)
    broken = any(one.broken for one in (made.best, *(each.point for each in made.others)))
    yield say("alternatives.checked") if not broken else say("front.broken", n=1)
    if made.unfunded:
        yield say("choice.unfunded")


def _different(point: Point, best: Point, at: int, say: Words) -> str:
    changed = ", ".join(f"{_vendor(name, say)} {count:+,}".replace("-", "−") for name, count in differences(point, best))
    less = change(point.worth / best.worth - 1, say) if best.worth else say.unknown
    return say("alternatives.one", n=at, changed=changed or say("choice.same"), work=less, won=change(point.won / best.won - 1, say))


def _vendor(name: str, say: Words) -> str:
    return say.name(name.lower(), "vendor") if name.lower() != say.name(name.lower(), "vendor") else name


def _mixes(plans: Sequence[tuple[str, Point]], made: Alternatives, word: Word, say: Words) -> Table:
    rows = []
    for title, point in plans:
        counts = [Cell(point.by_vendor[one.vendor], say.count(point.by_vendor[one.vendor])) for one in made.rooms]
        rows.append(
            (
                Cell(title, title),
                *counts,
                Cell(point.worth, work(point.worth)),
                Cell(point.won, say.won(point.won)),
                Cell(point.gap, say.percent(point.gap, 2)),
            )
        )
    first, *rest = columns(say, ("plan",), ("worth", "won", "gap"))
    heads = (first, *(rest[0]._replace(key=one.vendor, title=_vendor(one.vendor, say)) for one in made.rooms), *rest)
    return Table("mixes", say("choice.mixes"), heads, tuple(rows), word)


def _rooms(made: Alternatives, word: Word, say: Words) -> Table:
    rows = tuple(
        (
            Cell(one.vendor, _vendor(one.vendor, say)),
            Cell(one.least, say.count(round(one.least))),
            Cell(made.best.by_vendor[one.vendor], say.count(made.best.by_vendor[one.vendor])),
            Cell(one.most, say.count(round(one.most))),
        )
        for one in made.rooms
    )
    return Table("rooms", say("choice.rooms"), columns(say, ("vendor",), ("least", "best", "most")), rows, word)


def _mix_chart(plans: Sequence[tuple[str, Point]], say: Words) -> Chart:
    names = list(dict.fromkeys(vendor for _, point in plans for vendor in point.by_vendor))
    values = [
        {"plan": title, "vendor": _vendor(vendor, say), "count": point.by_vendor[vendor], "place": at}
        for title, point in plans
        for at, vendor in enumerate(names)
    ]
    shown = [_vendor(one, say) for one in names]
    colours = [VENDOR_COLOURS.get(one, OTHER_COLOUR) for one in names]
    encoding = {
        "y": {"field": "plan", "type": "nominal", "sort": [title for title, _ in plans], "title": None},
        "x": {"field": "count", "type": "quantitative", "title": say("choice.column.accelerators"), "axis": {"format": ",.0f"}},
        "order": {"field": "place"},
        "color": {"field": "vendor", "type": "nominal", "sort": shown, "scale": {"domain": shown, "range": colours}},
    }
    spec = frame({"width": 560, "height": {"step": 30}, "data": {"values": values}, "mark": "bar", "encoding": encoding})
    return Chart("mixes", spec, say("choice.alt_mixes"))


def values(made: Values, assumed: Sequence[str], word: Word, inputs: Sequence[tuple[str, str]], version: str, say: Words) -> Answer:
    cost, gap = made.asked.goal == "cost", say.percent(made.base.gap, 2)
    lead = (
        say("values.lead_cost", won=say.won(made.base.won), gap=gap) if cost else say("values.lead", worth=work(made.base.worth), gap=gap)
    )
    said = [lead, say("values.three")]
    said += [say("values.of_won")] if cost else [say("values.of_work")] if made.asked.goal == "dependency" else []
    said += [say("choice.unfunded")] if made.unfunded else []
    ordered = sorted(made.worths, key=lambda one: -abs(one.relaxed))
    told_in = _Won(say) if cost else _Work()
    slack = [_step(run, say) for run in _runs([one for one in ordered if not _binds(one, told_in)])]
    told = [_value(one, told_in, say) for one in ordered if _binds(one, told_in)]
    lists = {"values_cost_said" if cost else "values_said": [*told, *([say("values.slack", steps="; ".join(slack))] if slack else [])]}
    figures = {"unfunded": made.unfunded, "base": point_json(made.base), "values": [_value_json(one) for one in made.worths]}
    figures["measured_in"] = "won" if cost else "weighted reference accelerator-years"
    broken = [rule.rule for rule in made.base.broken]
    return Answer(
        "values",
        made.asked.name,
        said,
        assumed,
        {"worths": _worths(ordered, told_in, word, say)},
        {},
        lists,
        figures,
        word,
        inputs,
        version,
        broken,
    )


def _value_json(one: Worth) -> dict[str, Any]:
    figures = {"dual": one.dual, "dual_orders_fixed": one.fixed, "relaxed": one.relaxed, "whole": one.whole}
    return {"of": one.step.of, "rule": one.step.name, "step": one.step.amount, **figures, "least": one.least, "most": one.most}


def _runs(worths: Sequence[Worth], texts: Callable[[Worth], object] = lambda one: None) -> list[list[Worth]]:
    """As much more of one budget in following years together, where the figures are told alike; all else by itself."""
    found: list[list[Worth]] = []
    open_: dict[object, tuple[int, list[Worth]]] = {}
    for one in worths:
        of, _, year = one.step.name.rpartition(", ")
        if one.step.of != "won":
            found.append([one])
            continue
        thing = of, round(one.step.amount), texts(one)
        before = open_.get(thing)
        if before is not None and before[0] + 1 == int(year):
            run = before[1]
            run.append(one)
        else:
            found.append(run := [one])
        open_[thing] = int(year), run
    return found


def _step(run: Sequence[Worth], say: Words) -> str:
    """`500억 원 더: 예산 …`, `a megawatt more at site ga` …"""
    step = run[0].step
    if step.of == "won":
        (rule,) = rules_words([f"budget [{one.step.name}]" for one in run], say)
        return say("values.step_won", won=say.won(round(step.amount)), rule=rule) + (say("values.each") if len(run) > 1 else "")
    if step.of == "MW":
        return say("values.step_mw", amount=f"{step.amount:g}", site=site_words(step.name, say))
    if step.of == "month":
        return say("values.step_month", months=round(step.amount), vendor=_vendor(step.name, say))
    if step.of == "least":
        return say("values.step_least", work=say.name(step.name, "work"))
    if step.of in ("count", "supply"):
        said = f"{step.of} [{step.name}]" if step.of == "supply" else f"count [{step.name.rpartition(', ')[0]}]"
        key = f"values.step_{step.of}" if step.amount > 0 else "values.step_fewer"
        return say(key, n=round(abs(step.amount)), rule=" ".join(rule_words(said, say).replace("()", "").split()))
    return say("values.step_point", rule=rule_words(step.name, say))


class _Work:
    """Figures told in weighted accelerator-years: `least` is what is shown at all, `plain` what is worth a word."""

    least, plain = 0.005, 0.5

    def amount(self, value: float) -> str:
        return work(value)

    def signed(self, value: float) -> str:
        return "0" if abs(value) < self.least else ("+" if value > 0 else "−") + self.amount(abs(value))


class _Won(_Work):
    """Figures told in won."""

    least, plain = 500.0, 100_000.0

    def __init__(self, say: Words) -> None:
        self.say = say

    def amount(self, value: float) -> str:
        return self.say.won(round(value))


def _binds(one: Worth, told: _Work) -> bool:
    """Whether a little more is worth anything: where it is not, the rule does not hold the plan back."""
    return abs(one.relaxed) >= told.least or abs(one.dual or 0.0) >= told.plain or (one.exact and abs(one.whole) >= told.least)


def _hidden(one: Worth) -> bool:
    """Whether the sign of the figure in whole units is not proven."""
    return not one.exact and one.least <= 0 <= one.most


def _value(one: Worth, told: _Work, say: Words) -> str:
    """The figure of the relaxation first; then whether whole units and the dual agree with it."""
    said = say("values.one", step=_step([one], say), worth=told.signed(one.relaxed))
    if one.step.of == "month" and one.step.amount > 1:
        said += " " + say("values.a_month", worth=told.signed(one.relaxed / one.step.amount))
    if one.exact:
        said += " " + say("values.whole" if one.agrees else "values.whole_other", worth=told.signed(one.whole))
    elif not one.agrees:
        said += " " + say("values.interval_other", least=told.signed(one.least), most=told.signed(one.most))
    elif one.least <= 0 <= one.most and abs(one.relaxed) > told.plain:
        said += " " + say("values.blurred", least=told.signed(one.least), most=told.signed(one.most))
    if one.dual is not None and abs(one.dual - one.relaxed) > max(told.plain, 0.02 * abs(one.relaxed)):
        said += " " + say("values.dual_other", worth=told.signed(one.dual))
    return said


def _figures(one: Worth) -> tuple[float | None, ...]:
    return (one.relaxed, one.dual, one.fixed, one.whole, one.least, one.most)


def _worths(ordered: Sequence[Worth], told: _Work, word: Word, say: Words) -> Table:
    def texts(one: Worth) -> tuple[str, ...]:
        found = [say.unknown if each is None else told.signed(each) for each in _figures(one)]
        if _hidden(one):
            ends = one.least < -told.least and one.most > told.least
            found[3] = say("values.hidden", by=told.amount(max(-one.least, one.most))) if ends else f"{found[4]} … {found[5]}"
        return tuple(found)

    rows = []
    for run in _runs(ordered, texts):
        one, figures = run[0], _figures(run[0])
        name = one.step.name if len(run) == 1 else f"{one.step.name}–{run[-1].step.name.rpartition(', ')[2]}"
        rows.append((Cell(name, _step(run, say)), *(Cell(each, said) for each, said in zip(figures, texts(one), strict=True))))
    heads = columns(say, ("step",), ("relaxed", "dual", "fixed", "whole", "lowest", "highest"))
    return Table("worths", say("choice.worths"), heads, tuple(rows), word)
