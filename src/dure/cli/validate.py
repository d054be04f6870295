"""`dure validate`: known answers beside ours, row by row, each with what kind of answer it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dure.cli.context import put_json, words
from dure.cli.known_answers import Bench, Verdict, chosen, compare
from dure.model.errors import InputError
from dure.present.layout import cells, pad
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
    from dure.cli.validation_rows import rows as known_rows

    say = words()
    known = known_rows()
    rows = list(chosen(known, ids))
    if not rows:
        families = ", ".join(_families(row.id for row in known))
        raise InputError(say("validate.none", ids=" ".join(ids)), remedy=say("validate.known", ids=families))
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
    """A heading per source, a line per answer, the columns under each other over all of them."""
    lines = [_cells(verdict, say) for verdict in verdicts]
    heads = tuple(say(f"validate.{name}") for name in ("id", "what", "reference", "held_to", "ours", "error"))
    wide = [max(cells(line[index]) for line in (heads, *lines)) for index in range(len(heads))]
    source = ""
    for verdict, line in zip(verdicts, lines, strict=True):
        said = verdict.row.source[_column(say)]
        if said != source:
            print(f"\n{said}" if source else said)
            print("  " + _line(heads, wide))
            source = said
        print(f"  {_line(line, wide)}  {line[-1]}")
    counts = {key: sum(verdict.ok is value for verdict in verdicts) for key, value in (("held", True), ("missed", False), ("absent", None))}
    print(f"\n{say('validate.counts', **counts)}")


def _line(texts: Sequence[str], wide: Sequence[int]) -> str:
    return "  ".join(pad(text, size, right=index >= 3) for index, (text, size) in enumerate(zip(texts, wide, strict=False)))


def _cells(verdict: Verdict, say: Words) -> tuple[str, ...]:
    row = verdict.row
    held_to, ours = ("–" if value is None else figure(value, _unit(row.unit, say)) for value in (verdict.held_to, verdict.ours))
    reference = say("validate.is_" + row.reference.replace(" ", "_"))
    tolerance = f"± {difference(verdict, verdict.tolerance, say).lstrip('+')}"
    error = tolerance if verdict.error is None else f"{difference(verdict, verdict.error, say)} {tolerance}"
    return (row.id, row.what[_column(say)], reference, held_to, ours, error, _outcome(verdict, say))


def _column(say: Words) -> int:
    return 1 if say.lang is Lang.KO else 0


def _unit(unit: str, say: Words) -> str:
    return "초" if unit == "s" and say.lang is Lang.KO else unit


def figure(value: float, unit: str) -> str:
    """As many digits as matter: whole numbers whole, others to five significant figures."""
    text = f"{value:,.0f}" if value == int(value) or abs(value) >= 10_000 else f"{value:,.5g}"
    return text + unit if unit == "초" else f"{text} {unit}".rstrip()


def difference(verdict: Verdict, value: float, say: Words) -> str:
    """An error or a tolerance: per cent when relative, in the unit of the row when absolute; `exact` is 0."""
    if value == 0:
        return "0"
    if verdict.row.kind == "relative":
        return f"{value * 100:+.3g}{'%' if say.lang is Lang.KO else ' %'}"
    text, unit = f"{value:{'+,.0f' if abs(value) >= 100 else '+.3g'}}", _unit(verdict.row.unit, say)
    return text + unit if unit == "초" else f"{text} {unit}".rstrip()


def _outcome(verdict: Verdict, say: Words) -> str:
    if verdict.ok is None:
        return say("validate.needs", file=verdict.needs)
    return say("validate.yes") if verdict.ok else say("validate.no")
