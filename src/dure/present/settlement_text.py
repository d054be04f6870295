"""Settlements as a letter and as CSV, books and access as tables."""

from __future__ import annotations

from collections.abc import Sequence

from dure.model.units import HOUR_S, MICRO, MILLI
from dure.present.books_tables import fine
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words
from dure.wire import books_api as api

CSV = ("operator", "month", "kind", "of", "accelerator_milli_s", "rate_won", "promised_ppm", "available_ppm", "won", "signed_at", "head")


def settlement_rows(found: api.Settlements) -> list[list[object]]:
    """Below the header `CSV`: a row a line; unknown cells are empty."""
    rows: list[list[object]] = []
    for one in found.settlements:
        for line in one.lines:
            cells = (line.busy_milli_s, line.rate_won, line.promised_ppm, line.available_ppm, line.won, one.signed_at, one.head)
            rows.append([one.operator, one.month, line.kind, line.of, *("" if cell is None else cell for cell in cells)])
    return rows


def settlement_text(found: api.Settlements, say: Words) -> str:
    """What is due to each operator, line by line, to the won."""
    return "\n".join(_letter(one, say) for one in found.settlements)


def _letter(one: api.Settlement, say: Words) -> str:
    lines = [say("settle.title", operator=one.operator, month=one.month)]
    lines.append(say("settle.open") if one.signed_at is None else say("settle.signed", at=one.signed_at[:10], by=f"p{one.signed_by}"))
    lines += [f"  {_line(line, say)}" for line in one.lines]
    if one.unagreed_milli_s:
        lines.append(f"  {say('settle.unagreed', n=fine(one.unagreed_milli_s / MILLI / HOUR_S))}")
    lines.append(say("settle.total", won=say.won_exact(one.won)))
    lines.append(say("settle.head", head=one.head) if one.head else say("settle.no_head"))
    return "\n".join(lines) + "\n"


def _line(line: api.SettlementLine, say: Words) -> str:
    won = say.won_exact(line.won)
    if line.kind == "service":
        return say("settle.service", of=line.of, n=fine(line.busy_milli_s / MILLI / HOUR_S), rate=say.won_exact(line.rate_won), won=won)
    if line.kind == "correction":
        return say("settle.correction", of=line.of, won=won)
    promised = say.percent((line.promised_ppm or 0) / MICRO)
    if line.available_ppm is None:
        return say("settle.unmeasured", of=line.of, promised=promised)
    return say("settle.deduction", of=line.of, promised=promised, got=say.percent(line.available_ppm / MICRO), won=won)


def balances_table(found: api.Books, say: Words) -> Table:
    columns = (Column("account", say("books.account"), number=False), Column("won", say("books.balance")))
    told = tuple((Cell(one.account, account(one.account, say)), Cell(one.won, say.won_exact(one.won))) for one in found.balances)
    return Table("books", say("books.title", month=found.month), columns, told, None)


def account(text: str, say: Words) -> str:
    """`operator naver`: the kind in words, the name as it is."""
    kind, _, name = text.partition(" ")
    return f"{say(f'account.{kind}')} {name}".strip()


def access_table(found: Sequence[api.AccessSpan], say: Words) -> Table:
    columns = (
        Column("step", say("access.step"), number=False),
        Column("median_s", say("access.median")),
        Column("p90_s", say("access.p90")),
        Column("through", say("access.through")),
        Column("waiting", say("access.waiting")),
    )
    told = tuple(
        (
            Cell(one.step, say(f"access.{one.step}")),
            _time(one.median_s, say),
            _time(one.p90_s, say),
            Cell(one.through, say.count(one.through)),
            Cell(one.waiting, say.count(one.waiting)),
        )
        for one in found
    )
    return Table("access", say("access.title"), columns, told, None)


def access_projects_table(found: Sequence[api.AccessOf], say: Words) -> Table:
    columns = (
        Column("project", say("work.project"), number=False),
        Column("applied_at", say("access.applied"), number=False),
        Column("grant_s", say("access.grant")),
        Column("start_s", say("access.start")),
        Column("whole_s", say("access.whole")),
    )
    told = tuple(
        (
            Cell(one.project, one.project),
            Cell(one.applied_at, one.applied_at[:10]),
            _time(one.grant_s, say),
            _time(one.start_s, say),
            _time(one.whole_s, say),
        )
        for one in found
    )
    return Table("access_projects", say("people.projects"), columns, told, None)


def _time(seconds: int | None, say: Words) -> Cell:
    return Cell(seconds, "–" if seconds is None else say.duration(seconds))
