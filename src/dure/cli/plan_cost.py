"""`dure plan cost`: what the plan of a scenario costs by year, site, model and hour, with interest, residual value, tax and exchange."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure import __version__
from dure.cli.context import at_least, put, put_json, width, words
from dure.cli.options import Force
from dure.cli.plan_run import BREACHED, GAP_PPM, plan_names, plan_page
from dure.cli.table_files import Csv, Xlsx, inputs_about, may_write_tables, write_tables

if TYPE_CHECKING:
    from dure.present.plan_cost import CostPage
    from dure.present.words import Words


def cost(
    scenario: Annotated[Path, Parameter(help="scenario file with `plan.cost` and `plan.purchase`")],
    /,
    *,
    output: Annotated[Path | None, Parameter(metavar="FILE", help="write the cost as one self-contained HTML file")] = None,
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
    """The plan is made as `dure plan run` makes it; a refused one is priced all the same, and said to be refused."""
    from dure.adapters.files import load_scenario
    from dure.present.plan_cost import as_json, sentences, tables

    at_least("--seconds", seconds)
    at_least("--gap", gap, 0)
    if output is not None:
        from dure.adapters.outputs import may_write_page

        may_write_page(output, (scenario,), force=force)
    may_write_tables(xlsx, csv, (scenario,), force=force)
    loaded = load_scenario(scenario, sets)
    say = words(plan_names(loaded))
    page = cost_page(scenario, sets, seconds, gap)
    wrote = []
    if output is not None:
        from dure.adapters.files import write_text

        write_text(output, _html(page, say))
        wrote.append(str(output))
    if xlsx is not None or csv is not None:
        about = inputs_about(page.name, page.inputs, sentences(page, say), say)
        wrote += write_tables(tables(page, say), about, xlsx, csv, say, reads=(scenario,), force=force)
    if json:
        put_json(as_json(page, say) | {"wrote": wrote})
        return BREACHED if page.broken else 0
    _print(page, say)
    for at, path in enumerate(wrote):
        print(("" if at else "\n") + say("buy.wrote", file=path))
    return BREACHED if page.broken else 0


def cost_page(scenario: Path, sets: tuple[str, ...], seconds: int, gap: int) -> CostPage:
    from dure.adapters.files import load_scenario
    from dure.adapters.purchase_costs import plan_entries
    from dure.present.plan_cost import CostPage, accelerators, usage

    loaded = load_scenario(scenario, sets)
    plan = plan_page(loaded, seconds, gap / 1_000_000, unfunded=False)
    planned = plan.planned
    purchase, chosen = planned.purchase, planned.chosen
    made = plan_entries(loaded, purchase, chosen.orders)
    return CostPage(
        name=purchase.name,
        entries=made.entries,
        terms=made.terms,
        years=frozenset(year for work in purchase.work for year, amount in work.by_year.items() if amount),
        accelerators=accelerators(purchase, chosen.orders),
        use=usage(purchase, chosen.orders, chosen.served),
        inputs=loaded.inputs,
        version=__version__,
        refused_by=() if planned.refusal is None else tuple(planned.refusal.refused_by),
        broken=tuple(one.rule for one in plan.broken),
    )


def _print(page: CostPage, say: Words) -> None:
    from rich.console import Group
    from rich.text import Text

    from dure.present.layout import wrap
    from dure.present.plan_cost import sentences, short_years, tables
    from dure.present.terminal import grid

    title = Text(f"{say.name(page.name, 'plan')} · {say('plan_cost.kind')} ({say(f'word.{page.word}')})", style="bold")
    lines = [Text("\n".join(wrap(one, width()))) for one in sentences(page, say)]
    short = {"cost_years": page.annual, "cash_years": page.cash}
    every = {key: short_years(key, short[key], page, say) if key in short else one for key, one in tables(page, say).items()}
    made = [one for key, one in every.items() if key != "provenance" and one.rows]
    put(Group(title, *lines, *(part for one in made for part in (Text(""), grid(one, say)))))


def _html(page: CostPage, say: Words) -> str:
    from dure.present.document import Section, document
    from dure.present.html import table
    from dure.present.plan_cost import sentences, tables

    parts = [Section(key, one.title, table(one, say, titled=False)) for key, one in tables(page, say).items() if one.rows]
    footer = say("buy.footer", version=page.version)
    return document(say.name(page.name, "plan"), say("plan_cost.kind"), sentences(page, say), page.word, parts, footer, say)
