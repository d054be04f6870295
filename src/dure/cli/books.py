"""`dure settle`, `dure books`, `dure programme access`: what operators are paid, the books, and how long projects wait for access."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from dure.cli.catalog_print import print_table
from dure.cli.context import put_json, words
from dure.cli.options import Force, Json
from dure.cli.remote import client
from dure.cli.sent import sent

if TYPE_CHECKING:
    from dure.wire.books_api import Settlements

Month = Annotated[str, Parameter(metavar="YYYY-MM", help="month of Korea")]


def settle(
    month: Month,
    /,
    *,
    operator: Annotated[str | None, Parameter(metavar="NAME", help="only this operator")] = None,
    sign: Annotated[bool, Parameter(help="sign it: from then on it does not change")] = False,
    format: Annotated[Literal["text", "csv"], Parameter(help="what is printed or written")] = "text",
    output: Annotated[
        Path | None, Parameter(name=("--output", "-o"), metavar="FILE", help="file to write (default: standard output)")
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """A month that was not signed is shown as it is known now. What is known later is a line of a later settlement."""
    import sys

    from dure.adapters.files import write_text
    from dure.adapters.outputs import may_write
    from dure.model.errors import InputError, Where
    from dure.present.settlement_text import settlement_text
    from dure.wire import books_api as api

    say = words()
    if sign and operator is None:
        raise InputError(say("settle.sign_whom"), where=Where(field="--sign"), remedy=say("settle.sign_whom_remedy"))
    if output is not None:
        may_write(output, (), force=force)
    with client() as one:
        if sign:
            asked = sent(api.SettleRequest, {"operator": operator})
            made = one.post(f"/settlements/{month}", api.Settlement, asked.model_dump_json())
            found = api.Settlements(month=made.month, settlements=(made,))
        else:
            params = [] if operator is None else [("operator", operator)]
            found = one.get(f"/settlements/{month}", api.Settlements, params)
    text = _csv(found) if format == "csv" else settlement_text(found, say)
    if output is not None:
        write_text(output, text)
    if json:
        put_json(found.model_dump())
    elif output is None:
        sys.stdout.write(text)
    else:
        print(say("report.wrote", path=str(output)))


def _csv(found: Settlements) -> str:
    import csv
    import io

    from dure.present.settlement_text import CSV, settlement_rows

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV)
    writer.writerows(settlement_rows(found))
    return out.getvalue()


def books(month: Month, /, *, json: Json = False) -> None:
    """Every entry has two sides, so that the balances add up to 0."""
    from dure.present.settlement_text import balances_table
    from dure.wire import books_api as api

    with client() as one:
        found = one.get(f"/books/{month}", api.Books)
    if json:
        put_json(found.model_dump())
    elif found.balances:
        print_table(balances_table(found, words()))
    else:
        print(words()("books.none"))


def access(*, json: Json = False) -> None:
    """From application to grant, and from there to the first job that runs: over all projects, and each that you may see."""
    from dure.present.settlement_text import access_projects_table, access_table
    from dure.wire import books_api as api

    with client() as one:
        found = one.get("/access/projects", api.AccessRows)
    if json:
        put_json(found.model_dump())
        return
    say = words()
    print_table(access_table(found.spans, say))
    if found.projects:
        print_table(access_projects_table(found.projects, say))
