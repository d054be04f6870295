"""`dure plan run`: what to buy, when and where, checked; or the rule that refuses it and the cheapest ways out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure import __version__
from dure.cli.context import at_least, put, put_json, width, words

if TYPE_CHECKING:
    from dure.adapters.files import LoadedScenario
    from dure.present.purchase_tables import PlanPage

BREACHED = 70
GAP_PPM = 5_000


def run(
    scenario: Annotated[Path, Parameter(help="scenario file with `plan.cost` and `plan.purchase`")],
    /,
    *,
    unfunded: Annotated[bool, Parameter(help="show at which operating rate a refused plan would end")] = False,
    output: Annotated[Path | None, Parameter(metavar="FILE", help="write the plan as one self-contained HTML file")] = None,
    seconds: Annotated[int, Parameter(help="seconds until the solver stops")] = 60,
    gap: Annotated[int, Parameter(metavar="PPM", help="gap at which the solver may stop, in parts per million")] = GAP_PPM,
    sets: Annotated[
        tuple[str, ...], Parameter(name="--set", metavar="PATH=VALUE", help="change one value: path=value, as often as needed")
    ] = (),
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> int:
    """Exit 0 for a plan and for a refusal, which is an answer; 70 where the independent check finds a rule broken."""
    from dure.adapters.files import load_scenario

    at_least("--seconds", seconds)
    at_least("--gap", gap, 0)
    loaded = load_scenario(scenario, sets)
    say = words({"site": {one.name: one.name_ko for one in loaded.scenario.sites if one.name_ko}})
    page = plan_page(loaded, seconds, gap / 1_000_000, unfunded=unfunded)
    if output is not None:
        from dure.adapters.files import write_text
        from dure.present.purchase_page import page_html

        write_text(output, page_html(page, say))
    if json:
        from dure.present.purchase_tables import as_json

        put_json(as_json(page, say) | {"wrote": [] if output is None else [str(output)]})
    else:
        from dure.present.purchase_page import view

        put(view(page, say, width()))
        if output is not None:
            print(f"\n{say('buy.wrote', file=str(output))}")
    return BREACHED if page.broken else 0


def plan_page(loaded: LoadedScenario, seconds: int, gap: float, *, unfunded: bool) -> PlanPage:
    """The plan of a scenario, checked, with everything that is said of it; `gap` is a share."""
    from dure.adapters.scenario_purchase import scenario_purchase
    from dure.plan.check_purchase import check_purchase
    from dure.plan.purchase import plan
    from dure.present.purchase_tables import PlanPage
    from dure.solver import Limits

    read = scenario_purchase(loaded)
    planned = plan(read.purchase, Limits(time_s=float(seconds), gap=gap))
    asked = replace(read.purchase, funded=read.purchase.funded and planned.refusal is None)
    chosen = planned.chosen
    return PlanPage(
        planned=planned,
        broken=check_purchase(asked, chosen.orders, chosen.served) if chosen.found else (),
        assumptions=read.assumed,
        inputs=loaded.inputs,
        version=__version__,
        unfunded=unfunded,
    )
