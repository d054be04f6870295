"""`dure plan run`: what to buy, when and where, checked; or the rule that refuses it and the cheapest ways out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure import __version__
from dure.cli.answers import BREACHED, About, Files, limits, plan_words, say_wrote
from dure.cli.context import put, put_json, width
from dure.cli.options import GAP_PPM, Csv, Detail, Force, Gap, Json, Page, PlanScenario, Seconds, Sets, Xlsx

if TYPE_CHECKING:
    from dure.adapters.files import LoadedScenario
    from dure.present.purchase_tables import PlanPage
    from dure.present.words import Words
    from dure.solver import Limits


def run(
    scenario: PlanScenario,
    /,
    *,
    unfunded: Annotated[bool, Parameter(help="show at which operating rate a refused plan would end")] = False,
    output: Page = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    seconds: Seconds = 60,
    gap: Gap = GAP_PPM,
    detail: Detail = False,
    sets: Sets = (),
    json: Json = False,
) -> int:
    """Exit 0 for a plan and for a refusal, which is an answer; 70 where the independent check finds a rule broken."""
    from dure.adapters.files import load_scenario

    files, within = Files((scenario,), output, xlsx, csv, force), limits(seconds, gap)
    files.check()
    loaded = load_scenario(scenario, sets)
    say = plan_words(loaded)
    page = plan_page(loaded, within, unfunded=unfunded)
    wrote = _write(page, files, say)
    if json:
        from dure.present.purchase_tables import as_json

        put_json(as_json(page, say) | {"wrote": wrote})
    else:
        from dure.present.purchase_page import view

        put(view(page, say, width(), detail=detail))
        say_wrote(wrote, say)
    return BREACHED if page.broken else 0


def _write(page: PlanPage, files: Files, say: Words) -> list[str]:
    from dure.present.purchase_tables import sentences, tables

    def html() -> str:
        from dure.adapters.render import svg
        from dure.present.purchase_charts import pictures
        from dure.present.purchase_page import page_html

        return page_html(page, say, {key: svg(one.spec) for key, one in pictures(page, say).items()})

    about = About(page.planned.purchase.name, page.inputs, lambda: sentences(page, say))
    return files.write(html, lambda: tables(page, say), about, say)


def plan_page(loaded: LoadedScenario, within: Limits, *, unfunded: bool) -> PlanPage:
    """The plan of a scenario, checked, with everything that is said of it."""
    from dure.adapters.scenario_purchase import scenario_purchase
    from dure.plan.check_purchase import check_purchase
    from dure.plan.purchase import plan
    from dure.present.purchase_tables import PlanPage

    read = scenario_purchase(loaded)
    planned = plan(read.purchase, within)
    asked = replace(read.purchase, funded=read.purchase.funded and planned.refusal is None)
    chosen = planned.chosen
    return PlanPage(
        planned=planned,
        broken=check_purchase(asked, chosen.orders, chosen.served) if chosen.found else (),
        assumptions=read.assumed,
        inputs=loaded.inputs,
        version=__version__,
        unfunded=unfunded,
        notes=read.notes,
    )
