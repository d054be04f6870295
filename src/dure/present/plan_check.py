"""The plan section of a scenario in one line: what is asked, which rules hold, which years nobody pays, what nobody can serve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dure.model.purchases import Kind, Machine, Purchase
from dure.present.rule_names import period_words
from dure.present.words import Words


def plan_answer(purchase: Purchase, assumptions: int) -> dict[str, Any]:
    """The same as figures and names."""
    rules = [*(one.name for one in purchase.shares), *(one.name for one in purchase.counts)]
    served = {work.name for work in purchase.work if any(_may_serve(purchase, each, work.name) for each in purchase.machines)}
    return {
        "periods": purchase.buying,
        "first": purchase.labels[0] if purchase.buying else None,
        "last": purchase.labels[purchase.buying - 1] if purchase.buying else None,
        "models": [one.name for one in purchase.machines],
        "sites": [one.name for one in purchase.sites],
        "classes": [one.name for one in purchase.work],
        "rules": rules,
        "years_without_opex": _unpaid(purchase, "opex"),
        "years_without_labour": _unpaid(purchase, "labour"),
        "classes_nobody_serves": [one.name for one in purchase.work if one.name not in served],
        "assumptions": assumptions,
    }


def _unpaid(purchase: Purchase, kind: Kind) -> list[int]:
    """Years in which something may run and costs money of a kind, and for which there is neither a line nor one that carries over."""
    costs = [one for one in purchase.machines if any(_runs(one, site, kind, purchase.years[0]) for site in one.terms)]
    staffed = {one.name for one in purchase.sites if kind == "labour" and one.labour_won_year}
    people = any(one.always_staffed for one in purchase.sites if one.name in staffed)
    costs += [one for one in purchase.machines if one not in costs and staffed & one.terms.keys()]
    found = []
    for at, year in enumerate(purchase.years):
        runs = people or any(_there(purchase, one, at) for one in costs)
        if runs and year not in found and not _paid(purchase, kind, year):
            found.append(year)
    return found


def _runs(one: Machine, site: str, kind: Kind, year: int) -> int:
    return one.terms[site].won_in(kind, year)


def _there(purchase: Purchase, one: Machine, at: int) -> bool:
    ordered = any(at in purchase.in_service(one, bought) for bought in range(one.first, purchase.buying) if one.supply.get(bought, 1))
    return ordered or any(each.machine == one.name and at < each.until for each in purchase.standing)


def _paid(purchase: Purchase, kind: Kind, year: int) -> bool:
    lines = [line for line in purchase.budgets if line.kind == kind and line.won]
    if any(line.year == year for line in lines):
        return True
    return any(line.carries and line.year < year and _carried(purchase, line.source, kind, line.year, year) for line in lines)


def _carried(purchase: Purchase, source: str, kind: Kind, since: int, year: int) -> bool:
    carries = {line.year for line in purchase.budgets if (line.source, line.kind) == (source, kind) and line.carries}
    return all(at in carries for at in range(since, year))


def _may_serve(purchase: Purchase, one: Machine, work: str) -> bool:
    return bool(one.speed_ppm.get(work)) and any(_there(purchase, one, at) for at in range(len(purchase.years)))


def plan_line(answer: dict[str, Any], say: Words) -> str:
    """`plan: 20 periods of buying from Q1 2026 to Q4 2030 · 9 models · …`."""
    parts = []
    if answer["periods"]:
        first, last = period_words(answer["first"], say), period_words(answer["last"], say)
        span = say("plan_check.one", year=first) if first == last else say("plan_check.span", first=first, last=last)
        parts.append(say("plan_check.periods", n=answer["periods"], span=span))
    parts += [say(f"plan_check.{key}", n=len(answer[key])) for key in ("models", "sites")]
    for key in ("classes", "rules"):
        if answer[key]:
            names = ", ".join(say.name(one, "work" if key == "classes" else "rule") for one in answer[key])
            parts.append(say(f"plan_check.{key}", n=len(answer[key]), names=names))
        elif key == "rules":
            parts.append(say("plan_check.no_rules"))
    for kind in ("opex", "labour"):
        if answer[f"years_without_{kind}"]:
            parts.append(say(f"plan_check.no_{kind}", years=_years(answer[f"years_without_{kind}"], say)))
    if not answer["years_without_opex"] and not answer["years_without_labour"]:
        parts.append(say("plan_check.all_paid"))
    if answer["classes_nobody_serves"]:
        parts.append(say("plan_check.nobody", names=", ".join(say.name(one, "work") for one in answer["classes_nobody_serves"])))
    parts.append(say("plan_check.assumptions", n=answer["assumptions"]))
    return say("plan_check.line", what=" · ".join(parts))


def _years(years: Sequence[int], say: Words) -> str:
    """Years that follow each other as a span."""
    spans: list[list[int]] = []
    for year in years:
        if spans and spans[-1][-1] == year - 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    said = [
        say("plan_check.one", year=str(one[0])) if len(one) == 1 else say("plan_check.span", first=str(one[0]), last=str(one[-1]))
        for one in spans
    ]
    return ", ".join(said)
