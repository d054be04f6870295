"""`dure plan risk`: what named shocks do to the purchase plan, and the first orders that hold whatever comes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure import __version__
from dure.cli.answers import BREACHED, About, Files, limits, plan_words, say_wrote
from dure.cli.context import at_least, put, put_json, width
from dure.cli.options import Csv, Detail, Force, Gap, Json, Page, Seconds, Sets, Whole, Xlsx

if TYPE_CHECKING:
    from dure.adapters.files import LoadedScenario
    from dure.model.shocks import RiskQuestion
    from dure.plan.check_purchase import Broken
    from dure.plan.risk import Risk
    from dure.plan.risk_stress import Stressed
    from dure.present.risk_tables import RiskPage
    from dure.present.words import Words
    from dure.solver import Limits

CASES_GAP_PPM = 10_000
"""One per cent: many cases are one program, and the issue asks for no less of thirty."""


def risk(
    scenario: Annotated[Path, Parameter(help="scenario file with `plan.purchase` and `plan.risk`")],
    /,
    *,
    stress: Annotated[bool, Parameter(help="only the plan as planned under each shock by itself")] = False,
    sample: Annotated[Whole | None, Parameter(help="weigh so many drawn cases instead of those of the scenario")] = None,
    seed: Annotated[Whole | None, Parameter(help="seed of the drawn cases; absent = as the scenario says, or 1")] = None,
    level: Annotated[Whole | None, Parameter(help="level of the CVaR in per cent; absent = as the scenario says")] = None,
    aversion: Annotated[
        Whole | None, Parameter(help="how much the CVaR counts beside the expectation, in per cent; absent = as the scenario says")
    ] = None,
    output: Page = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    seconds: Seconds = 120,
    gap: Gap = CASES_GAP_PPM,
    sets: Sets = (),
    detail: Detail = False,
    json: Json = False,
) -> int:
    """Exit 0 for an answer; 70 where the independent check finds a rule broken."""
    from dure.adapters.files import load_scenario

    files, within = Files((scenario,), output, xlsx, csv, force), limits(seconds, gap)
    for name, value, least in (("--sample", sample, 1), ("--seed", seed, 0), ("--level", level, 0), ("--aversion", aversion, 0)):
        if value is not None:
            at_least(name, value, least)
    files.check()
    changes = [*sets]
    if level is not None:
        changes.append(f"plan.risk.level={level}%")
    if aversion is not None:
        changes.append(f"plan.risk.aversion={aversion}%")
    loaded = load_scenario(scenario, changes)
    say = plan_words(loaded)
    page = risk_page(loaded, within, sample, seed, stress_only=stress)
    wrote = _write(page, files, say)
    if json:
        from dure.present.risk_tables import as_json

        put_json(as_json(page, say) | {"wrote": wrote})
    else:
        from dure.present.risk_page import view

        put(view(page, say, width(), detail=detail))
        say_wrote(wrote, say)
    return BREACHED if page.broken else 0


def _write(page: RiskPage, files: Files, say: Words) -> list[str]:
    from dure.present.risk_tables import sentences, tables

    def html() -> str:
        from dure.adapters.render import svg
        from dure.present.risk_page import charts, page_html

        return page_html(page, say, {key: svg(one.spec) for key, one in charts(page, say).items()})

    return files.write(html, lambda: tables(page, say), About(page.name, page.inputs, lambda: sentences(page, say)), say)


def risk_page(loaded: LoadedScenario, within: Limits, sample: int | None, seed: int | None, *, stress_only: bool) -> RiskPage:
    """Everything that is said of the shocks of a scenario, each answer checked."""
    from dure.adapters.scenario_risk import scenario_risk
    from dure.plan.purchase import plan
    from dure.plan.risk import risk as weigh
    from dure.plan.risk_stress import stressed
    from dure.present.risk_tables import RiskPage

    read = scenario_risk(loaded)
    asked = _sampled(read.asked, sample, seed)
    planned = plan(asked.base, replace(within, gap=within.gap / 2))
    chosen = planned.chosen
    under = tuple(stressed(asked, one, chosen.orders, chosen.served, within) for one in asked.shocks) if chosen.found else ()
    weighed = None if stress_only or planned.refusal is not None else weigh(asked, within)
    return RiskPage(
        name=asked.base.name,
        planned=planned,
        stress=under,
        risk=weighed,
        broken=tuple(_broken(under, weighed)),
        assumptions=read.assumed,
        inputs=loaded.inputs,
        version=__version__,
    )


def _sampled(asked: RiskQuestion, sample: int | None, seed: int | None) -> RiskQuestion:
    from dure.plan.shocks import sampled_cases

    if sample is None:
        return asked
    root = seed if seed is not None else asked.seed if asked.seed is not None else 1
    return replace(asked, cases=sampled_cases(asked.base, asked.shocks, sample, root), seed=root)


def _broken(under: tuple[Stressed, ...], weighed: Risk | None) -> list[tuple[str, Broken]]:
    """Every case and every shock, re-verified from its own question."""
    from dure.plan.check_purchase import check_purchase

    found: list[tuple[str, Broken]] = []
    for one in under:
        for course in (one.kept, one.changed):
            if course is not None:
                broken = check_purchase(one.case.purchase, course.orders, course.served, course.relief)
                found += [(one.shock.name, each) for each in broken]
    for answer in weighed.recourses if weighed is not None else ():
        if answer is not None:
            broken = check_purchase(answer.case.purchase, answer.orders, answer.served, answer.relief)
            found += [(answer.case.name, each) for each in broken]
    return found
