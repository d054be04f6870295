"""`dure plan cost`: what the plan of a scenario costs by year, site, model and hour, with interest, residual value, tax and exchange."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dure import __version__
from dure.cli.answers import BREACHED, About, Files, limits, plan_words, say_wrote
from dure.cli.context import put, put_json, width
from dure.cli.options import GAP_PPM, Csv, Detail, Force, Gap, Json, Page, PlanScenario, Seconds, Sets, Xlsx
from dure.cli.plan_run import plan_page

if TYPE_CHECKING:
    from dure.adapters.files import LoadedScenario
    from dure.present.plan_cost import CostPage
    from dure.present.words import Words
    from dure.solver import Limits


def cost(
    scenario: PlanScenario,
    /,
    *,
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
    """The plan is made as `dure plan run` makes it; a refused one is priced all the same, and said to be refused."""
    from dure.adapters.files import load_scenario
    from dure.present.plan_cost import as_json, sentences, tables

    files, within = Files((scenario,), output, xlsx, csv, force), limits(seconds, gap)
    files.check()
    loaded = load_scenario(scenario, sets)
    say = plan_words(loaded)
    page = cost_page(loaded, within)
    about = About(page.name, page.inputs, lambda: sentences(page, say))
    wrote = files.write(lambda: _html(page, say), lambda: tables(page, say), about, say)
    if json:
        put_json(as_json(page, say) | {"wrote": wrote})
    else:
        _print(page, say, detail=detail)
        say_wrote(wrote, say)
    return BREACHED if page.broken else 0


def cost_page(loaded: LoadedScenario, within: Limits) -> CostPage:
    from dure.adapters.purchase_costs import plan_entries
    from dure.present.plan_cost import CostPage, accelerators, counted_years, usage
    from dure.present.plan_terms import borrowed_sums

    plan = plan_page(loaded, within, unfunded=False)
    planned = plan.planned
    purchase, chosen = planned.purchase, planned.chosen
    made = plan_entries(loaded, purchase, chosen.orders)
    return CostPage(
        name=purchase.name,
        entries=made.entries,
        terms=made.terms,
        years=counted_years(purchase, chosen.orders),
        demand=any(amount for work in purchase.work for amount in work.by_year.values()),
        accelerators=accelerators(purchase, chosen.orders),
        use=usage(purchase, chosen.orders, chosen.served),
        inputs=loaded.inputs,
        version=__version__,
        refused_by=() if planned.refusal is None else tuple(planned.refusal.refused_by),
        broken=tuple(one.rule for one in plan.broken),
        assumptions=plan.assumptions,
        borrowed=borrowed_sums(purchase, plan.debts),
    )


def _print(page: CostPage, say: Words, *, detail: bool) -> None:
    from rich.console import Group
    from rich.text import Text

    from dure.present.assumed_lines import assumed_list
    from dure.present.layout import hanging
    from dure.present.plan_cost import sentences, short_years, tables
    from dure.present.spoken import opening
    from dure.present.terminal import grid

    head = opening(page.name, say("plan_cost.kind"), page.word, (), (), say, width(), Path(page.inputs[0][0]).name)
    lines = [*head, *assumed_list(page.assumptions, say, width(), detail=detail)]
    lines += [Text(hanging(one, width())) for one in sentences(page, say)]
    short = {"cost_years": page.annual, "cash_years": page.cash}
    every = {key: short_years(key, short[key], page, say) if key in short else one for key, one in tables(page, say).items()}
    made = [one for key, one in every.items() if key != "provenance" and one.rows]
    put(Group(*lines, *(part for one in made for part in (Text(""), grid(one, say)))))


def _html(page: CostPage, say: Words) -> str:
    from dure.present.assumed_lines import assumed_html
    from dure.present.document import Section, document, hashes
    from dure.present.html import table
    from dure.present.plan_cost import sentences, tables

    made = tables(page, say)
    parts = [Section("assumptions", say("buy.assumptions"), assumed_html(page.assumptions, say))] if page.assumptions else []
    parts += [Section(key, one.title, table(one, say, titled=False)) for key, one in made.items() if one.rows and key != "provenance"]
    parts.append(hashes(made["provenance"], say))
    footer = say("buy.footer", version=page.version)
    return document(say.name(page.name, "plan"), say("plan_cost.kind"), sentences(page, say), page.word, parts, footer, say)
