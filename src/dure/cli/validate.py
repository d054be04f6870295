"""`dure validate`: published answers beside ours, row by row."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dure.cli.context import put, put_json, words
from dure.cli.known_answers import Bench, Verdict, chosen, compare
from dure.model.errors import InputError
from dure.present.numbers import Lang
from dure.present.words import Words

NOT_HELD = 1


def validate(
    ids: Annotated[tuple[str, ...], Parameter(help="only these answers, such as T1 or T1.fcfs")] = (),
    /,
    *,
    shared: Annotated[Path | None, Parameter(help="folder with the public traces (default: DURE_SHARED, else ../shared)")] = None,
    json: Annotated[bool, Parameter(help="print one JSON list instead of text")] = False,
) -> int:
    """Exit 1 when an answer is outside its tolerance; an answer whose file is absent is listed and fails nothing."""
    from dure.cli.validation_rows import ROWS

    say = words()
    rows = list(chosen(ROWS, ids))
    if not rows:
        raise InputError(
            say("validate.none", ids=" ".join(ids)), remedy=say("validate.known", ids=", ".join(_families(row.id for row in ROWS)))
        )
    bench = Bench(shared or Path(os.environ.get("DURE_SHARED") or "../shared"))
    verdicts = [compare(row, bench) for row in rows]
    if json:
        put_json([verdict.as_json() for verdict in verdicts])
    else:
        _print(verdicts, say)
    return NOT_HELD if any(verdict.ok is False for verdict in verdicts) else 0


def _families(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(one.split(".")[0] for one in ids))


def _print(verdicts: Sequence[Verdict], say: Words) -> None:
    from dure.present.tables import Cell, Column, Table
    from dure.present.terminal import grid

    column = 1 if say.lang is Lang.KO else 0
    rows = tuple(
        (
            Cell(verdict.row.id, verdict.row.id),
            Cell(verdict.row.what[0], verdict.row.what[column]),
            Cell(verdict.row.published, figure(verdict.row.published, verdict.row.unit)),
            Cell(verdict.ours, "–" if verdict.ours is None else figure(verdict.ours, verdict.row.unit)),
            Cell(verdict.error, "–" if verdict.error is None else difference(verdict, verdict.error, say)),
            Cell(verdict.tolerance, f"± {difference(verdict, verdict.tolerance, say).lstrip('+')}"),
            Cell(verdict.ok, _outcome(verdict, say)),
            Cell(verdict.row.source, verdict.row.source),
        )
        for verdict in verdicts
    )
    names = ("id", "what", "published", "ours", "error", "tolerance", "ok", "source")
    numbers = ("published", "ours", "error", "tolerance")
    columns = tuple(Column(name, say(f"validate.{name}"), number=name in numbers) for name in names)
    put(grid(Table("validation", say("validate.title"), columns, rows, None), say))
    counts = {key: sum(verdict.ok is value for verdict in verdicts) for key, value in (("held", True), ("missed", False), ("absent", None))}
    print(say("validate.counts", **counts))


def figure(value: float, unit: str) -> str:
    """As many digits as matter: whole numbers whole, others to five significant figures."""
    text = f"{value:,.0f}" if value == int(value) else f"{value:,.5g}" if abs(value) < 1e5 else f"{value:,.1f}"
    return f"{text} {unit}".rstrip()


def difference(verdict: Verdict, value: float, say: Words) -> str:
    """An error or a tolerance: per cent when relative, in the unit of the row when absolute; `exact` is 0."""
    if value == 0:
        return "0"
    if verdict.row.kind == "relative":
        return f"{value * 100:+.3g}{'%' if say.lang is Lang.KO else ' %'}"
    return f"{value:+.3g} {verdict.row.unit}".rstrip()


def _outcome(verdict: Verdict, say: Words) -> str:
    if verdict.ok is None:
        return say("validate.needs", file=verdict.needs)
    return say("validate.yes") if verdict.ok else say("validate.no")
