"""What the figures of a risk report mean beside each other: which plan is best in what, what the gap hides, what new orders are for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dure.model.purchases import PPM, Purchase, Served
from dure.model.shocks import Case, Shock
from dure.plan.purchase import Planned
from dure.plan.risk import Named, Risk
from dure.plan.risk_program import weighed
from dure.plan.risk_stress import Course, Stressed, weighted
from dure.present.numbers import Lang
from dure.present.words import Words

SHOWN_MISSED = 100.0
"""Accelerators: less than that is what whole buying units leave."""
SAME = 0.005
"""A share above or below 100 % by no more than this is said to be 100 %."""


def case_name(one: Case | Shock, say: Words) -> str:
    return one.name_ko if say.lang is Lang.KO else one.name


def losses(risk: Risk, plan: Named) -> list[float | None]:
    """By case: what the plan misses of the best that could be had there."""
    return [None if score is None else max(0.0, most - score) for score, most in zip(plan.scores, risk.most, strict=True)]


def largest_loss(risk: Risk, plan: Named) -> float | None:
    """None where the plan breaks a rule in some case."""
    lost = [one for one in losses(risk, plan) if one is not None]
    return max(lost, default=0.0) if len(lost) == len(risk.cases) else None


def chosen_plan(risk: Risk) -> Named:
    """The plan that the page recommends."""
    wanted = "chosen" if risk.how.aversion else "expected"
    return next((one for one in risk.plans if one.name == wanted), Named(wanted, "", risk.chosen.first, risk.chosen.scores))


def plan_name(one: Named, risk: Risk, say: Words) -> str:
    of = next((case_name(case, say) for case in risk.cases if case.name == one.of), one.of)
    level, aversion = say.percent(risk.how.level, 0), say.percent(risk.how.aversion, 0)
    return say(f"risk.plan.{one.name}", of=of, level=level, aversion=aversion)


def too_close(difference: float, risk: Risk, say: Words) -> Iterator[str]:
    """Said of a difference that is smaller than what the solver left open."""
    gap = risk.gap or 0.0
    if abs(difference) < gap * abs(risk.whole_value or 0.0):
        yield say("risk.too_close", gap=say.percent(gap, 2))


def choice(risk: Risk, said: Callable[[float], str], say: Words) -> Iterator[str]:
    """The recommended plan once more: its largest loss in whole units, who loses less at worst, and whether the choice is proven."""
    whole = [(most - one.score, case) for one, most, case in zip(risk.recourses, risk.most, risk.cases, strict=True) if one is not None]
    continuous = largest_loss(risk, chosen_plan(risk))
    if whole and continuous is not None and len(whole) == len(risk.cases):
        loss, case = max(whole, key=lambda one: one[0])
        if said(max(0.0, loss)) != said(continuous):
            yield say("risk.loses_whole", loss=said(max(0.0, loss)), case=case_name(case, say))
    others = [one for one in risk.plans if one.name in ("base", "mean", "cautious", "expected") and one != chosen_plan(risk)]
    yield from _worse_at_worst(risk, others, continuous, said, say)
    yield from _within_gap(risk, others, said, say)


def _worse_at_worst(risk: Risk, others: Sequence[Named], ours: float | None, said: Callable[[float], str], say: Words) -> Iterator[str]:
    """Best on average is not best at worst: said where another plan's largest loss is smaller."""
    known = [(loss, one) for one in others if (loss := largest_loss(risk, one)) is not None]
    least = min(known, key=lambda one: one[0], default=None)
    if least is not None and ours is not None and said(least[0]) != said(ours) and least[0] < ours:
        yield say(
            "risk.chosen_for", plan=plan_name(chosen_plan(risk), risk, say), other=plan_name(least[1], risk, say), loss=said(least[0])
        )


def _within_gap(risk: Risk, others: Sequence[Named], said: Callable[[float], str], say: Words) -> Iterator[str]:
    """Plans whose weight, continuous alike, differs from the chosen one's by less than the gap."""
    gap = risk.gap or 0.0

    def weight(plan: Named) -> float | None:
        known = [score for score in plan.scores if score is not None]
        return weighed(known, risk.probabilities, risk.how) if len(known) == len(risk.cases) else None

    ours = weight(chosen_plan(risk))
    if ours is None or not gap:
        return
    near = [(abs(theirs - ours), one) for one in others if (theirs := weight(one)) is not None and abs(theirs - ours) < gap * abs(ours)]
    if near:
        plans = ", ".join(plan_name(one, risk, say) for _, one in near)
        yield say("risk.choice_close", plans=plans, most=said(max(one for one, _ in near)), gap=say.percent(gap, 2))


def missed(course: Course) -> float:
    """Accelerators that rules ask for and that are not there."""
    return sum(amount for amount in course.relief.missed.values() if amount > SHOWN_MISSED)


def restored(one: Stressed, say: Words) -> Iterator[str]:
    """What new orders are for where they serve no more: rules that the plan, kept as it is, would miss."""
    if one.kept is None or one.changed is None:
        return
    before, after = missed(one.kept), missed(one.changed)
    if before - after > SHOWN_MISSED:
        yield say("risk.restores", n=round(before - after), before=round(before))


def share_of_asked(one: Stressed, course: Course | None) -> float | None:
    """What is served of all that is asked for under the shock, weighted; None where nothing is asked."""
    asked = _asked(one.case.purchase)
    return None if course is None or not asked else course.total / asked


def of_asked(one: Stressed, planned: Planned, say: Words) -> Iterator[str]:
    """More than 100 % needs a word: of what, and how much of all that is asked for is served then and was planned."""
    now, was = share_of_asked(one, one.kept), _share(planned.purchase, planned.chosen.served)
    if one.kept is not None and one.kept.share > 1 + SAME and now is not None and was is not None:
        yield say("risk.of_asked", now=say.percent(now), was=say.percent(was))


def _share(purchase: Purchase, served: Sequence[Served]) -> float | None:
    asked = _asked(purchase)
    return sum(weighted(purchase, served)) / asked if asked else None


def _asked(purchase: Purchase) -> float:
    return sum(one.weight_micro / PPM * one.by_year.get(year, 0) for one in purchase.work for year in purchase.years)
