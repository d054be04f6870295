"""`dure plan run`: what to buy, when and where, checked; or the rule that refuses it and the cheapest ways out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure import __version__
from dure.cli.context import at_least, put, put_json, width, words
from dure.cli.options import Force
from dure.cli.table_files import Csv, Xlsx, inputs_about, may_write_tables, write_tables

if TYPE_CHECKING:
    from dure.adapters.files import LoadedScenario
    from dure.present.purchase_tables import PlanPage
    from dure.present.words import Words

BREACHED = 70
GAP_PPM = 5_000


def run(
    scenario: Annotated[Path, Parameter(help="scenario file with `plan.cost` and `plan.purchase`")],
    /,
    *,
    unfunded: Annotated[bool, Parameter(help="show at which operating rate a refused plan would end")] = False,
    output: Annotated[Path | None, Parameter(metavar="FILE", help="write the plan as one self-contained HTML file")] = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
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
    _may_write(scenario, output, xlsx, csv, force=force)
    loaded = load_scenario(scenario, sets)
    say = words(plan_names(loaded))
    page = plan_page(loaded, seconds, gap / 1_000_000, unfunded=unfunded)
    wrote = _write(page, scenario, output, xlsx, csv, say, force=force)
    if json:
        from dure.present.purchase_tables import as_json

        put_json(as_json(page, say) | {"wrote": wrote})
    else:
        from dure.present.purchase_page import view

        put(view(page, say, width()))
        for at, path in enumerate(wrote):
            print(("" if at else "\n") + say("buy.wrote", file=path))
    return BREACHED if page.broken else 0


def plan_names(loaded: LoadedScenario) -> dict[str, dict[str, str]]:
    """Korean names that the scenario gives: of the plan, its sites, its classes of demand and its rules."""
    asked, programme = loaded.scenario.plan.purchase, loaded.scenario.programme
    sites = {one.name: one.name_ko for one in (asked.sites if asked else ())}
    sites |= {one.name: one.name_ko for one in loaded.scenario.sites if one.name_ko}
    rules = {one.name: one.name_ko for one in (asked.shares if asked else ())}
    rules |= {one.name: one.name_ko for one in (asked.counts if asked else ())}
    return {
        "plan": {programme.name: programme.name_ko} if programme.name and programme.name_ko else {},
        "site": {name: korean for name, korean in sites.items() if korean},
        "work": {one.name: one.name_ko for one in (asked.demand if asked else ()) if one.name_ko},
        "rule": {name: korean for name, korean in rules.items() if korean},
    }


def _may_write(scenario: Path, output: Path | None, xlsx: Path | None, csv: Path | None, *, force: bool) -> None:
    """Before any work is done."""
    if output is not None:
        from dure.adapters.outputs import may_write_page

        may_write_page(output, (scenario,), force=force)
    may_write_tables(xlsx, csv, (scenario,), force=force)


def _write(
    page: PlanPage, scenario: Path, output: Path | None, xlsx: Path | None, csv: Path | None, say: Words, *, force: bool
) -> list[str]:
    """The page and the tables, where they are asked for."""
    from dure.present.purchase_tables import sentences, tables

    wrote = []
    if output is not None:
        from dure.adapters.files import write_text
        from dure.adapters.render import svg
        from dure.present.purchase_charts import pictures
        from dure.present.purchase_page import page_html

        write_text(output, page_html(page, say, {key: svg(one.spec) for key, one in pictures(page, say).items()}))
        wrote.append(str(output))
    if xlsx is None and csv is None:
        return wrote
    about = inputs_about(page.planned.purchase.name, page.inputs, sentences(page, say), say)
    return wrote + write_tables(tables(page, say), about, xlsx, csv, say, reads=(scenario,), force=force)


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
