"""What shocks do to a purchase plan, as tables, sentences and plain values: the same for the page, the terminal and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dure.model.purchases import Assumed, Order, Purchase
from dure.plan.check_purchase import Broken
from dure.plan.purchase import Planned
from dure.plan.risk import Risk
from dure.plan.risk_program import cvar
from dure.plan.risk_stress import Course, Stressed
from dure.present import risk_words as in_words
from dure.present.numbers import Lang
from dure.present.risk_words import case_name, chosen_plan, losses, plan_name
from dure.present.rule_names import period_words, rule_words
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words
from dure.solver import Status

LITTLE = 5e-4
"""Of a score: a loss below this is said to be none."""


@dataclass(frozen=True, slots=True)
class RiskPage:
    """All that is said: the plan as planned under each shock, and the plan that weighs the cases (None where that was not asked for)."""

    name: str
    planned: Planned
    stress: tuple[Stressed, ...]
    risk: Risk | None
    broken: tuple[tuple[str, Broken], ...]
    """What the independent check finds broken, by shock or case."""
    assumptions: tuple[Assumed, ...]
    inputs: tuple[tuple[str, str], ...]
    version: str

    @property
    def purchase(self) -> Purchase:
        return self.planned.purchase

    @property
    def sign(self) -> float:
        return 1.0 if self.purchase.goal == "served" else -1.0


def figure(page: RiskPage, score: float | None, say: Words) -> str:
    """A score as people read it: weighted accelerator-years, won (a cost is a score below 0), or accelerators of the largest vendor."""
    if score is None:
        return say("risk.cannot")
    if page.purchase.goal == "dependency":
        return f"{abs(score):,.0f}"
    if page.sign < 0:
        assert page.risk is not None
        return say.won(round(abs(score) * page.planned.scale_won))
    return f"{score:,.0f}" if abs(score) >= 1000 else f"{score:,.3g}"


def sentences(page: RiskPage, say: Words) -> list[str]:
    """What is to be known first."""
    if page.risk is None:
        return [say("risk.stress_only", shocks=len(page.stress)), *_checked(page, say)]
    risk, said = page.risk, []
    asked = risk.asked
    units = sum(n * asked.base.machine(key[0]).unit for key, n in risk.chosen.first.items() if key[0] in _names(asked.base))
    last = period_words(asked.base.labels[max(0, asked.until - 1)], say)
    said.append(say("risk.lead", cases=len(risk.cases), last=last, units=units))
    if asked.seed is not None:
        said.append(say("risk.sampled", seed=str(asked.seed)))
    said += [
        *_status(page, risk, say),
        *_spread(page, risk, say),
        *_regret(page, risk, say),
        *in_words.choice(risk, figure_of(page, say), say),
        *_worth(page, risk, say),
        *_checked(page, say),
    ]
    return said


def figure_of(page: RiskPage, say: Words) -> Callable[[float], str]:
    return lambda score: figure(page, score, say)


def _names(purchase: Purchase) -> set[str]:
    return {one.name for one in purchase.machines}


def _status(page: RiskPage, risk: Risk, say: Words) -> Iterator[str]:
    found = risk.chosen
    if risk.whole_value is None or risk.gap is None:
        yield say("risk.no_plan", status=say(f"buy.status.{found.status}"))
        return
    status = Status.OPTIMAL if risk.gap <= 1e-7 else Status.FEASIBLE
    value, bound = figure(page, risk.whole_value, say), figure(page, found.bound, say)
    what = say(f"risk.weight.{page.purchase.goal}")
    yield say("buy.status_short", status=say(f"buy.status.{status}"), what=what, objective=value, bound=bound, gap=say.percent(risk.gap, 2))
    if found.relaxed is not None:
        lost = found.relaxed - risk.whole_value
        yield say("risk.rounding", lost=figure(page, lost, say), share=say.percent(abs(lost) / max(1e-9, abs(risk.whole_value)), 2))


def _spread(page: RiskPage, risk: Risk, say: Words) -> Iterator[str]:
    scores = [one.score for one in risk.recourses if one is not None]
    if len(scores) < len(risk.cases):
        return
    mean = sum(score * p for score, p in zip(scores, risk.probabilities, strict=True))
    worst = min(range(len(scores)), key=lambda n: scores[n])
    tail = cvar(scores, risk.probabilities, risk.how.level)
    yield say(
        f"risk.spread.{page.purchase.goal}",
        mean=figure(page, mean, say),
        level=say.percent(risk.how.level, 0),
        tail=figure(page, tail, say),
        case=case_name(risk.cases[worst], say),
        worst=figure(page, scores[worst], say),
    )


def _regret(page: RiskPage, risk: Risk, say: Words) -> Iterator[str]:
    """Each plan by its largest loss, the recommended one last."""
    chosen = chosen_plan(risk)
    for one in (*(plan for plan in risk.plans if plan.name in ("base", "mean", "cautious")), chosen):
        lost = losses(risk, one)
        broken = [case_name(case, say) for case, loss in zip(risk.cases, lost, strict=True) if loss is None]
        if broken:
            yield say("risk.breaks", plan=plan_name(one, risk, say), cases=", ".join(broken[:3]))
            continue
        most = max(range(len(lost)), key=lambda n: lost[n] or 0.0)
        loss = lost[most] or 0.0
        name = plan_name(one, risk, say)
        if loss <= LITTLE * max(1.0, abs(risk.most[most])):
            yield say("risk.loses_nothing", plan=name)
        else:
            key = "risk.never_loses" if one is chosen else "risk.loses"
            share = say.percent(loss / max(1e-9, abs(risk.most[most])), 1)
            yield say(key, plan=name, loss=figure(page, loss, say), share=share, case=case_name(risk.cases[most], say))


def _worth(page: RiskPage, risk: Risk, say: Words) -> Iterator[str]:
    base = max(1e-9, abs(risk.chosen.value))
    if risk.foresight is not None:
        yield " ".join(
            [
                say("risk.foresight", worth=figure(page, risk.foresight, say), share=say.percent(risk.foresight / base, 2)),
                *in_words.too_close(risk.foresight, risk, say),
            ]
        )
    if risk.planning is not None:
        yield " ".join(
            [
                say("risk.planning", worth=figure(page, risk.planning, say), share=say.percent(risk.planning / base, 2)),
                *in_words.too_close(risk.planning, risk, say),
            ]
        )
    elif risk.foresight is not None:
        yield say("risk.planning_unknown")


def _checked(page: RiskPage, say: Words) -> Iterator[str]:
    if page.broken:
        yield say("risk.breached", rules="; ".join(f"{name}: {rule_words(one.rule, say)}" for name, one in page.broken[:5]))
    else:
        yield say("risk.checked")


def stress_sentences(page: RiskPage, say: Words) -> list[str]:
    return [_stressed(page, one, say) for one in page.stress]


def _stressed(page: RiskPage, one: Stressed, say: Words) -> str:
    begins = period_words(one.case.purchase.labels[one.shock.begins], say)
    parts = [say("risk.after", shock=case_name(one.shock, say), begins=begins), _course(page, one, one.kept, "kept", say)]
    parts.append(_course(page, one, one.changed, "changed", say))
    parts += [*in_words.restored(one, say), *in_words.of_asked(one, page.planned, say)]
    if one.kept is not None and one.kept.dark >= 1:
        parts.append(say("risk.dark", count=round(one.kept.dark)))
    running = sum(each.won for each in one.missing)
    if running:
        parts.append(say("risk.missing_running", won=say.won(running)))
    if one.capex_missing:
        parts.append(say("risk.missing_capex", won=say.won(one.capex_missing)))
    if one.worst_periods:
        parts.append(say("risk.matters", periods=", ".join(period_words(one.case.purchase.labels[at], say) for at in one.worst_periods)))
    return " ".join(parts)


def _course(page: RiskPage, one: Stressed, course: Course | None, how: str, say: Words) -> str:
    """What becomes of the work, and the rules that are missed on the way."""
    said = _served(page, one, course, how, say)
    missed = {} if course is None else {rule: amount for rule, amount in course.relief.missed.items() if amount > in_words.SHOWN_MISSED}
    if not missed:
        return said
    rules = [say("risk.missed_by", rule=rule_words(rule, say), amount=round(amount)) for rule, amount in missed.items()]
    return f"{said} {say('risk.misses', rules=', '.join(rules))}"


def _served(page: RiskPage, one: Stressed, course: Course | None, how: str, say: Words) -> str:
    if course is None:
        return say(f"risk.{how}_impossible")
    labels, share = one.case.purchase.labels, say.percent(course.share)
    if course.worst is None:
        return say(f"risk.{how}_holds", share=share)
    lowest, at = say.percent(course.lowest, 0), period_words(labels[course.worst], say)
    if course.back is None:
        return say(f"risk.{how}_never", lowest=lowest, at=at, share=share)
    waits = course.back - one.shock.begins
    back = period_words(labels[course.back], say)
    return say(
        f"risk.{how}_falls", lowest=lowest, at=at, back=back, periods=waits, share=share, step=say(f"risk.step.{_step(page)}", n=waits)
    )


def _step(page: RiskPage) -> int:
    return page.purchase.periods_year


def _columns(say: Words, texts: Sequence[str], numbers: Sequence[str]) -> tuple[Column, ...]:
    left = [Column(name, say(f"risk.column.{name}"), number=False) for name in texts]
    return (*left, *(Column(name, say(f"risk.column.{name}")) for name in numbers))


def tables(page: RiskPage, say: Words) -> dict[str, Table]:
    made = [_shocks(page, say), _stress(page, say)]
    if page.risk is not None:
        made += [_cases(page, page.risk, say), _regrets(page, page.risk, say), _first(page, page.risk, say), _bought(page.risk, say)]
    made.append(_provenance(page, say))
    return {one.key: one for one in made}


def _shocks(page: RiskPage, say: Words) -> Table:
    rows = []
    for one in page.stress:
        shock, labels = one.shock, one.case.purchase.labels
        ends = labels[shock.ends] if shock.ends < len(labels) else "–"
        chance = None if shock.probability_ppm is None else shock.probability_ppm / 1e6
        said = shock.said_ko if say.lang is Lang.KO else shock.said
        mark = say(f"word.{shock.mark}")
        spans = (Cell(label, period_words(label, say)) for label in (labels[shock.begins], ends))
        texts = (Cell(shock.name, case_name(shock, say)), *spans)
        rows.append((*texts, Cell(shock.mark, mark), Cell(said, said), Cell(chance, "–" if chance is None else say.percent(chance, 0))))
    columns = _columns(say, ("shock", "begins", "ends", "mark", "said"), ("probability",))
    return Table("shocks", say("risk.shocks"), columns, tuple(rows), None)


def _stress(page: RiskPage, say: Words) -> Table:
    rows = []
    for one in page.stress:
        running = sum(each.won for each in one.missing)
        cells = [Cell(one.shock.name, case_name(one.shock, say))]
        for course in (one.kept, one.changed):
            share = None if course is None else course.share
            cells.append(Cell(share, say("risk.cannot") if share is None else say.percent(share)))
        for course in (one.kept, one.changed):
            missed = None if course is None else round(in_words.missed(course))
            cells.append(Cell(missed, say.count(missed)))
        asked = in_words.share_of_asked(one, one.kept)
        cells.append(Cell(asked, say.percent(asked)))
        kept = one.kept
        lowest = None if kept is None else kept.lowest
        waits = None if kept is None or kept.worst is None or kept.back is None else kept.back - one.shock.begins
        never = kept is not None and kept.worst is not None and kept.back is None
        cells.append(Cell(lowest, say.percent(lowest, 0)))
        cells.append(Cell(waits, say("risk.never") if never else "–" if waits is None else say(f"risk.step.{_step(page)}", n=waits)))
        cells += [Cell(running, say.won(running)), Cell(one.capex_missing, say.won(one.capex_missing))]
        rows.append(tuple(cells))
    numbers = ("kept", "changed", "missed_kept", "missed_changed", "asked", "lowest", "recovery", "missing_running", "missing_capex")
    columns = _columns(say, ("shock",), numbers)
    return Table("stress", say("risk.stress"), columns, tuple(rows), Word.ASSUMED, say("risk.stress_note"))


def _cases(page: RiskPage, risk: Risk, say: Words) -> Table:
    broken = {name for name, _ in page.broken}
    rows = []
    for case, chance, one, most in zip(risk.cases, risk.probabilities, risk.recourses, risk.most, strict=True):
        score = None if one is None else one.score
        lost = None if score is None else max(0.0, most - score)
        units = None if one is None else sum(o.units * case.purchase.machine(o.machine).unit for o in one.orders)
        missed = None if one is None else sum(one.relief.missed.values())
        checked = say("risk.no" if case.name in broken else "risk.yes") if one is not None else "–"
        rows.append(
            (
                Cell(case.name, case_name(case, say)),
                Cell(chance, say.percent(chance)),
                Cell(score, figure(page, score, say)),
                Cell(most, figure(page, most, say)),
                Cell(lost, figure(page, lost, say)),
                Cell(units, say.count(units)),
                Cell(missed, say.count(None if missed is None else round(missed))),
                Cell(checked, checked),
            )
        )
    columns = _columns(say, ("case",), ("probability", "score", "best", "regret", "accelerators", "missed", "checked"))
    return Table("cases", say("risk.cases"), columns, tuple(rows), Word.ASSUMED, say("risk.cases_note"))


def _regrets(page: RiskPage, risk: Risk, say: Words) -> Table:
    """Plans down, cases across: what each loses; the last column is the most of it."""
    keys = [f"case_{n}" for n in range(len(risk.cases))]
    columns = (
        Column("plan", say("risk.column.plan"), number=False),
        *(Column(key, case_name(one, say)) for key, one in zip(keys, risk.cases, strict=True)),
        Column("most", say("risk.column.most")),
    )
    rows = []
    for plan in risk.plans:
        lost = losses(risk, plan)
        most = None if any(one is None for one in lost) else max(one or 0.0 for one in lost)
        cells = [Cell(one, figure(page, one, say)) for one in (*lost, most)]
        rows.append((Cell(plan.name if not plan.of else f"own: {plan.of}", plan_name(plan, risk, say)), *cells))
    return Table("regret", say("risk.regret"), columns, tuple(rows), Word.ASSUMED, say("risk.regret_note"))


def _first(page: RiskPage, risk: Risk, say: Words) -> Table:
    """The orders that are the same in every case; beside them those of the plan that forgets the shocks."""
    base = {(one.machine, one.site, one.period): one.units for one in page.planned.chosen.orders if one.period < risk.asked.until}
    rows = []
    keys = sorted({*risk.chosen.first, *base}, key=lambda key: (key[2], key[0], key[1]))
    for name, site, period in keys:
        label = risk.asked.base.labels[period]
        machine = next(each for one in risk.cases for each in one.purchase.machines if each.name == name)
        ours, theirs = risk.chosen.first.get((name, site, period), 0), base.get((name, site, period), 0)
        texts = (Cell(label, period_words(label, say)), Cell(name, name), Cell(site, say.name(site, "site")))
        counts = (ours, ours * machine.unit, theirs * machine.unit)
        rows.append((*texts, *(Cell(one, say.count(one)) for one in counts)))
    columns = _columns(say, ("period", "machine", "site"), ("units", "accelerators", "as_planned"))
    return Table("first", say("risk.first"), columns, tuple(rows), Word.ASSUMED)


def _bought(risk: Risk, say: Words) -> Table:
    """Accelerators ordered in each case over the whole plan, by vendor."""
    by_case: list[dict[str, int]] = []
    for one in risk.recourses:
        found: dict[str, int] = {}
        for order in one.orders if one is not None else ():
            _count(found, one.case.purchase if one is not None else risk.asked.base, order)
        by_case.append(found)
    vendors = sorted({vendor for found in by_case for vendor in found})
    columns = (
        Column("case", say("risk.column.case"), number=False),
        *(Column(vendor, say.name(vendor, "vendor")) for vendor in vendors),
        Column("accelerators", say("risk.column.accelerators")),
    )
    rows = tuple(
        (
            Cell(case.name, case_name(case, say)),
            *(Cell(n, say.count(n)) for n in (*(found.get(v, 0) for v in vendors), sum(found.values()))),
        )
        for case, found in zip(risk.cases, by_case, strict=True)
    )
    return Table("bought", say("risk.bought"), columns, rows, Word.ASSUMED)


def _count(found: dict[str, int], purchase: Purchase, order: Order) -> None:
    machine = purchase.machine(order.machine)
    found[machine.vendor] = found.get(machine.vendor, 0) + order.units * machine.unit


def _provenance(page: RiskPage, say: Words) -> Table:
    rows = tuple((Cell(path, path), Cell(digest, f"SHA-256 {digest}")) for path, digest in page.inputs)
    columns = (Column("item", say("buy.column.item"), number=False), Column("value", say("buy.column.value"), number=False))
    return Table("provenance", say("buy.provenance"), columns, rows, None)


def as_json(page: RiskPage, say: Words) -> dict[str, Any]:
    """Every figure as it is. A score is weighted work served less missed rules, or cost with its sign turned, in scaled won."""
    risk = page.risk
    found: dict[str, Any] = {
        "plan": page.name,
        "objective_kind": page.purchase.goal,
        "checked": not page.broken,
        "broken": [{"case": name, "rule": one.rule} for name, one in page.broken],
        "stress": [_stress_row(one) for one in page.stress],
        "assumptions": [asdict(one) for one in page.assumptions],
        "inputs": [{"path": path, "sha256": digest} for path, digest in page.inputs],
        "tables": {key: {"word": table.word, "rows": table.as_json()} for key, table in tables(page, say).items()},
        "sentences": [*sentences(page, say), *stress_sentences(page, say)],
    }
    return found if risk is None else found | _risk_values(risk)


def _risk_values(risk: Risk) -> dict[str, Any]:
    scores = [None if one is None else one.score for one in risk.recourses]
    known = [one for one in scores if one is not None]
    whole = len(known) == len(scores)
    return {
        "status": risk.chosen.status if risk.gap is None or risk.gap > 1e-7 else Status.OPTIMAL,
        "objective": risk.whole_value,
        "bound": risk.chosen.bound,
        "gap": risk.gap,
        "relaxed": risk.chosen.relaxed,
        "level": risk.how.level,
        "aversion": risk.how.aversion,
        "seed": risk.asked.seed,
        "until": risk.asked.until,
        "expected": sum(s * p for s, p in zip(known, risk.probabilities, strict=True)) if whole else None,
        "cvar": cvar(known, risk.probabilities, risk.how.level) if whole else None,
        "worst": min(known) if whole else None,
        "evpi": risk.foresight,
        "vss": risk.planning,
        "cases": [
            {"name": case.name, "probability": p, "score": score, "best": most, "shocks": list(case.shocks)}
            for case, p, score, most in zip(risk.cases, risk.probabilities, scores, risk.most, strict=True)
        ],
        "regret": [{"plan": one.name, "of": one.of, "losses": losses(risk, one)} for one in risk.plans],
        "first_orders": [{"machine": m, "site": s, "period": p, "units": n} for (m, s, p), n in sorted(risk.chosen.first.items())],
    }


def _stress_row(one: Stressed) -> dict[str, Any]:
    return {
        "shock": one.shock.name,
        "begins": one.case.purchase.labels[one.shock.begins],
        "kept": _course_row(one, one.kept),
        "changed": _course_row(one, one.changed),
        "missing_running_won": sum(each.won for each in one.missing),
        "missing_capex_won": one.capex_missing,
        "worst_periods": [one.case.purchase.labels[at] for at in one.worst_periods],
    }


def _course_row(one: Stressed, course: Course | None) -> dict[str, Any] | None:
    if course is None:
        return None
    labels = one.case.purchase.labels
    return {
        "served_share": course.share,
        "lowest": course.lowest,
        "lowest_at": None if course.worst is None else labels[course.worst],
        "back_at": None if course.back is None else labels[course.back],
        "recovery_periods": None if course.worst is None or course.back is None else course.back - one.shock.begins,
        "dark_most": course.dark,
        "missed": {rule: amount for rule, amount in course.relief.missed.items() if amount > 0.5},
        "served_by_period": list(course.by_period),
        "planned_by_period": list(course.planned),
    }
