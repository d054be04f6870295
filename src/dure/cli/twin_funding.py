"""`dure twin funding`: a site by month under shares of the money it needs, and the smallest budget line that gives a rate."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from dure.cli.context import at_least, put, put_json, words
from dure.cli.options import Csv, Force, Json, Page, Sets, Whole, Xlsx
from dure.cli.twin import Seed, compile_if_needed
from dure.model.errors import InputError
from dure.model.units import MICRO

if TYPE_CHECKING:
    from dure.adapters.run_input import Prepared
    from dure.present.funding_page import FundingPage
    from dure.present.words import Words
    from dure.twin.shares import Given, Restored, Site


def funding(
    scenario: Annotated[Path, Parameter(help="scenario file with a budget of a site")],
    /,
    *,
    funding: Annotated[str, Parameter(metavar="SHARES", help="shares of the money the site needs, such as 100%,50%,4%")] = "100%,50%,4%",
    months: Annotated[Whole | None, Parameter(help="length of the run in months (default: the scenario's horizon)")] = None,
    site: Annotated[str | None, Parameter(help="site with a budget (default: the first one)")] = None,
    target: Annotated[str, Parameter(metavar="SHARE", help="operating rate for which the smallest budget line is looked for")] = "80%",
    output: Page = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    sets: Sets = (),
    seed: Seed = None,
    json: Json = False,
) -> None:
    """The same demand and failures under each budget; one line over the whole run, paid on its first day."""
    from dure.adapters.run_input import Options, locale_names, prepare
    from dure.twin.shares import Site

    at_least("--months", months)
    at_least("--seed", seed, 0)
    _may_write(scenario, output, xlsx, csv, force=force)
    shares, rate = [_share(text) for text in funding.split(",")], _share(target) / MICRO
    prepared = prepare(scenario, Options((*sets, *_length(scenario, sets, months)), seed=seed))
    say = words(locale_names(prepared))
    known = [one.site for one in prepared.plan.funds.sites] if prepared.plan.funds else []
    if not known:
        raise InputError(say("funding.no_site"), remedy=say("funding.no_site_remedy"))
    name = site or known[0]
    if name not in known:
        raise InputError(say("funding.unknown_site", site=name), remedy=say("funding.known_sites", sites=", ".join(known)))
    compile_if_needed()
    what_if = Site(prepared.plan, name)
    found = [(ppm, what_if.share(ppm)) for ppm in shares]
    restored = what_if.least(rate)
    page = _page(prepared, name, what_if, found, rate, restored)
    wrote = _write(page, scenario, output, xlsx, csv, say, force=force)
    if json:
        put_json(_object(name, what_if, found, rate, restored) | {"wrote": wrote})
        return
    from rich.text import Text

    from dure.present.funding_shares import by_month, lines, money_by_month
    from dure.present.terminal import grid

    put(grid(by_month(name, found, say), say))
    put(Text(""))
    put(grid(money_by_month(name, found, say), say))
    put(Text("\n".join(lines(what_if.need_won, page.whole, restored, rate, say))))
    for at, path in enumerate(wrote):
        print(("" if at else "\n") + say("buy.wrote", file=path))


def _may_write(scenario: Path, output: Path | None, xlsx: Path | None, csv: Path | None, *, force: bool) -> None:
    """Before any work is done."""
    from dure.cli.table_files import may_write_tables

    if output is not None:
        from dure.adapters.outputs import may_write_page

        may_write_page(output, (scenario,), force=force)
    may_write_tables(xlsx, csv, (scenario,), force=force)


def _page(
    prepared: Prepared, name: str, what_if: Site, found: list[tuple[int, Given]], rate: float, restored: Restored | None
) -> FundingPage:
    from dure import __version__
    from dure.adapters.run_input import assumption_rows
    from dure.present.funding_page import FundingPage

    return FundingPage(
        title=prepared.title,
        site=name,
        need_won=what_if.need_won,
        found=found,
        whole=what_if.share(MICRO),
        restored=restored,
        target=rate,
        assumptions=assumption_rows(prepared),
        inputs=prepared.loaded.inputs,
        version=__version__,
    )


def _write(
    page: FundingPage, scenario: Path, output: Path | None, xlsx: Path | None, csv: Path | None, say: Words, *, force: bool
) -> list[str]:
    """The page and the tables, where they are asked for."""
    from dure.present.funding_page import page_html, pictures, sentences, tables

    wrote = []
    if output is not None:
        from dure.adapters.files import write_text
        from dure.adapters.render import svg

        write_text(output, page_html(page, say, {key: svg(one.spec) for key, one in pictures(page, say).items()}))
        wrote.append(str(output))
    if xlsx is None and csv is None:
        return wrote
    from dure.cli.table_files import inputs_about, write_tables

    about = inputs_about(page.title, page.inputs, sentences(page, say), say)
    return wrote + write_tables(tables(page, say), about, xlsx, csv, say, reads=(scenario,), force=force)


def _share(text: str) -> int:
    from dure.wire.quantity import QuantityError, share_ppm

    try:
        return share_ppm(text.strip())
    except QuantityError:
        say = words()
        raise InputError(say("funding.bad_share", text=text.strip()), remedy=say("funding.bad_share_remedy")) from None


def _length(scenario: Path, sets: tuple[str, ...], months: int | None) -> tuple[str, ...]:
    """The horizon of so many months from the start of the programme."""
    from dure.adapters.files import load_scenario

    if months is None:
        return ()
    start = dt.datetime.fromtimestamp(load_scenario(scenario, sets).scenario.programme.start_s + 9 * 3600, dt.UTC).date()
    number = start.year * 12 + start.month - 1 + months
    end = dt.date(number // 12, number % 12 + 1, min(start.day, 28))
    return (f"programme.horizon={(end - start).days}d",)


def _object(name: str, what_if: Site, found: list[tuple[int, Given]], rate: float, restored: Restored | None) -> dict[str, Any]:
    rows = [{"share_ppm": ppm, "won": one.won, **one.site, "months": list(one.months)} for ppm, one in found]
    least = None
    if restored is not None:
        least = {
            "target": rate,
            "won": restored.at.won,
            "share_ppm": restored.at.won * MICRO // what_if.need_won,
            "operating_rate": restored.at.rate,
            "step_won": restored.step_won,
            "below_won": restored.below.won if restored.below else None,
            "below_operating_rate": restored.below.rate if restored.below else None,
            "found_by": "bisection over runs",
            "runs": restored.runs,
        }
    return {"site": name, "simulated": True, "need_won": what_if.need_won, "shares": rows, "restores": least}
