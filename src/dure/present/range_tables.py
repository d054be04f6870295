"""How far a purchase plan moves over what is assumed: the fixed plan and the best plan told apart, as sentences, table and tornado."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dure.plan.ranges import End, Ranges, Swing
from dure.present.charts import NEUTRAL, Chart, frame
from dure.present.choices import Answer, change, columns, point_json, work
from dure.present.numbers import Lang
from dure.present.said import said as translated
from dure.present.tables import Cell, Table, Word
from dure.present.words import Words

SAID, DRAWN, MOVED = 8, 16, 3
LOW, HIGH = "#0072b2", "#d55e00"


@dataclass(frozen=True, slots=True)
class Figure:
    """An assumed figure as a person wrote it: `what` is `price`, `exchange`, `path`, `demand`, `usable` or `catalog`,
    `item` what is priced or measured, `of` a model.
    """

    what: str
    of: str
    item: str
    value: str
    low: str
    high: str
    who: str
    why: str
    why_ko: str

    def title(self, say: Words) -> str:
        of = say("ranges.every") if self.of == "*" else self.of
        if self.what in ("path", "demand", "exchange"):
            return say(f"ranges.{self.what}", of=say.name(of, "work"))
        if self.what == "usable":
            return say("buy.item.usable")
        key = f"ranges.item.{self.item}"
        return say("ranges.figure", item=say.get(key, self.item), of=of)

    def range(self, say: Words) -> str:
        return f"{_amount(self.low, say)} – {_amount(self.high, say)}"

    def sentence(self, say: Words) -> str:
        """Listed first: the figure, its range, who assumes it and why."""
        why = translated(self.why_ko if say.lang is Lang.KO else self.why, say)
        return say("ranges.assumed", what=self.title(say), value=_amount(self.value, say), range=self.range(say), who=self.who, why=why)


def _amount(text: str, say: Words) -> str:
    digits = text.replace(",", "").removesuffix("won").strip()
    return say.won(int(digits)) if digits.isdigit() and int(digits) >= 10_000 else text


def answer(
    made: Ranges,
    figures: Sequence[Figure],
    word: Word,
    inputs: Sequence[tuple[str, str]],
    version: str,
    say: Words,
    unranged: Sequence[str] = (),
) -> Answer:
    """`unranged` names what is assumed without a range, demand and the usable share apart."""
    assumed = [one.sentence(say) for one in figures]
    said = [say("ranges.lead", n=len(figures), worth=work(made.base_worth), won=say.won(round(made.base_won)))]
    moving = [one for one in made.swings if _moves(one, made)]
    said.append(say("ranges.moving", n=len(moving), still=len(figures) - len(moving)))
    said += [say("ranges.by_cost")] if made.asked.goal == "cost" else []
    still = [name for name in ("demand", "usable") if not any(one.what == name for one in figures)]
    said += [say(f"ranges.not_moved.{'_'.join(still)}")] if still else []
    said += [say("ranges.unranged", n=len(unranged), what=", ".join(unranged))] if unranged else []
    said += [say("choice.unfunded")] if made.unfunded else []
    lists = {"ranges_said": [_sentence(one, figures[one.at], made, say) for one in moving[:SAID]]}
    tables = {"tornado": _table(made, figures, word, say)}
    charts = {"tornado": _chart(moving[:DRAWN], figures, made, say)} if moving else {}
    broken = [rule.rule for rule in made.plan.broken]
    return Answer("ranges", made.asked.name, said, assumed, tables, charts, lists, _json(made, figures), word, inputs, version, broken)


def _moves(one: Swing, made: Ranges) -> bool:
    """By a thousandth of a percent of the work, or any accelerator."""
    return (
        one.span > made.base_worth * 1e-5
        or one.won_span > made.base_won * 1e-5
        or bool(one.low.moved or one.high.moved)
        or one.low.kept_won != one.high.kept_won
    )


def _of(value: float | None, base: float, say: Words) -> str:
    return say("ranges.no_plan") if value is None else change(value / base - 1, say, 2) if base else say.unknown


def _sentence(one: Swing, figure: Figure, made: Ranges, say: Words) -> str:
    ends = (one.low, one.high)
    cost = made.asked.goal == "cost"
    best = [_of(*_best(end, made), say) for end in ends]
    kept = [_of(end.kept_worth, made.plan.worth, say) for end in ends]
    won = [change(end.kept_won / made.plan.won - 1, say, 2) if made.plan.won else say.unknown for end in ends]
    text = say(
        "ranges.one_cost" if cost else "ranges.one",
        what=figure.title(say),
        range=figure.range(say),
        low=best[0],
        high=best[1],
        kept_low=kept[0],
        kept_high=kept[1],
        won_low=won[0],
        won_high=won[1],
    )
    for end, amount in zip(ends, (figure.low, figure.high), strict=True):
        if end.moved:
            text += " " + say("ranges.moved", at=_amount(amount, say), changed=_moved(end.moved, say))
    lacks = max(end.lacks for end in ends)
    return text + (" " + say("ranges.lacks", won=say.won(lacks)) if lacks else "")


def _best(end: End, made: Ranges) -> tuple[float | None, float]:
    """What the best plan is asked for at an end, and what that is now: work, or won."""
    return (end.best_won, made.base_won) if made.asked.goal == "cost" else (end.best_worth, made.base_worth)


def _moved(moved: Mapping[str, float], say: Words) -> str:
    largest = sorted(moved, key=lambda name: (-abs(moved[name]), name))[:MOVED]
    return ", ".join(say("ranges.more" if moved[name] > 0 else "ranges.fewer", name=name, n=round(abs(moved[name]))) for name in largest)


def _table(made: Ranges, figures: Sequence[Figure], word: Word, say: Words) -> Table:
    rows = []
    for one in made.swings:
        figure = figures[one.at]
        ends = (one.low, one.high)
        pairs = [_best(end, made) for end in ends]
        changes = [None if now is None or not base else now / base - 1 for now, base in pairs]
        kept = [None if end.kept_worth is None or not made.plan.worth else end.kept_worth / made.plan.worth - 1 for end in ends]
        won = [end.kept_won / made.plan.won - 1 if made.plan.won else None for end in ends]
        shown = [say("ranges.no_plan") if each is None else change(each, say, 2) for each in changes]
        rest = [say.unknown if each is None else change(each, say, 2) for each in (*kept, *won)]
        cells = [Cell(each, text) for each, text in zip((*changes, *kept, *won), (*shown, *rest), strict=True)]
        rows.append((Cell(figure.title(say), figure.title(say)), Cell(figure.range(say), figure.range(say)), *cells))
    best = ("best_won_low", "best_won_high") if made.asked.goal == "cost" else ("best_low", "best_high")
    numbers = (*best, "kept_low", "kept_high", "won_low", "won_high")
    return Table("tornado", say("choice.tornado"), columns(say, ("figure", "range"), numbers), tuple(rows), word)


def _drawn(end: End, made: Ranges) -> float:
    """What the tornado shows of an end: the work of the best plan, or where the plan is asked for at least cost, its won."""
    now, base = _best(end, made)
    return (now or 0.0) / base - 1 if base else 0.0


def _chart(swings: Sequence[Swing], figures: Sequence[Figure], made: Ranges, say: Words) -> Chart:
    """One bar a figure: what the best plan serves (or costs) at its lowest and at its highest, around what it does now."""
    values: list[dict[str, Any]] = []
    ends = {say("ranges.lowest"): LOW, say("ranges.highest"): HIGH, say("ranges.no_plan"): NEUTRAL}
    for one in swings:
        title = f"{figures[one.at].title(say)} ({figures[one.at].range(say)})"
        for end, name in ((one.low, say("ranges.lowest")), (one.high, say("ranges.highest"))):
            gone = end.best_worth is None
            to = -0.02 if end.best_worth is None else _drawn(end, made)
            values.append({"figure": title, "end": say("ranges.no_plan") if gone else name, "from": 0, "to": to})
    cost = "_cost" if made.asked.goal == "cost" else ""
    present = [name for name in ends if any(row["end"] == name for row in values)]
    encoding = {
        "y": {"field": "figure", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 420}},
        "x": {"field": "from", "type": "quantitative", "title": say(f"choice.axis_tornado{cost}"), "axis": {"format": "+.1%"}},
        "x2": {"field": "to"},
        "color": {"field": "end", "type": "nominal", "scale": {"domain": present, "range": [ends[one] for one in present]}},
    }
    mark = {"type": "bar", "height": {"band": 0.7}}
    spec = frame({"width": 420, "height": {"step": 24}, "data": {"values": values}, "mark": mark, "encoding": encoding})
    return Chart("tornado", spec, say(f"choice.alt_tornado{cost}"))


def _json(made: Ranges, figures: Sequence[Figure]) -> dict[str, Any]:
    def end(one: End) -> dict[str, Any]:
        fixed = {"served": one.kept_worth, "won": one.kept_won, "lacks_won": one.lacks}
        best = {"served": one.best_worth, "won": one.best_won, "moved": dict(one.moved)}
        return {"plan_fixed": fixed, "best_plan": best}

    rows = []
    for one in made.swings:
        figure = figures[one.at]
        named = {"what": figure.what, "item": figure.item, "of": figure.of, "value": figure.value, "who": figure.who}
        rows.append({**named, "range": [figure.low, figure.high], "low": end(one.low), "high": end(one.high)})
    base = {"served_relaxed": made.base_worth, "won_relaxed": made.base_won}
    return {"unfunded": made.unfunded, **base, "plan": point_json(made.plan), "ranges": rows}
