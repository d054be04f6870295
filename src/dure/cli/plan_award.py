"""`dure plan award`: the optimal award of a tender with its explanation, checked, as text, JSON and minutes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure import __version__
from dure.cli.answers import BREACHED, About, Files, say_wrote
from dure.cli.award_files import drawn_page, may_write_minutes, write_minutes
from dure.cli.context import at_least, put, put_json, width, words
from dure.cli.options import Csv, Force, Json, Page, Seconds, Sets, Xlsx

if TYPE_CHECKING:
    from dure.present.award_tables import Minutes
    from dure.present.words import Words


def award(
    tender: Annotated[Path, Parameter(help="tender file with rules and bids")],
    /,
    *,
    stress: Annotated[bool, Parameter(help="play synthetic bidders who game the rules, and print the loopholes")] = False,
    freeze: Annotated[bool, Parameter(help="only print the hash of the rules; bids are not read")] = False,
    output: Page = None,
    minutes: Annotated[Path | None, Parameter(metavar="FILE", help="write the minutes to be signed: a .pdf, or the same as .html")] = None,
    fonts: Annotated[Path | None, Parameter(metavar="FOLDER", help="folder with further fonts for the PDF")] = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    seconds: Seconds = 60,
    sets: Sets = (),
    json: Json = False,
) -> int:
    """Exit 0 for an award and for a refusal, which is an answer; 70 where the independent check finds a rule broken."""
    say = words()
    if freeze:
        _freeze(tender, sets, say, json=json)
        return 0
    at_least("--seconds", seconds)
    if minutes is not None:
        may_write_minutes(minutes, (tender,), force=force)
    files = Files((tender,), output, xlsx, csv, force)
    files.check()
    made = _minutes(tender, sets, seconds, say, stress=stress)
    wrote = _write(made, files, say)
    if minutes is not None:
        write_minutes(made, minutes, say, fonts)
        wrote.append(str(minutes))
    if json:
        from dure.present.award_json import as_json

        put_json(as_json(made, say) | {"wrote": wrote})
    else:
        from dure.present.award_page import view

        put(view(made, say, width()))
        say_wrote(wrote, say)
    return BREACHED if made.breaches else 0


def _write(minutes: Minutes, files: Files, say: Words) -> list[str]:
    """The page and the tables of the minutes, where they are asked for."""
    from dure.present.award_sheets import sheets

    about = About(minutes.award.tender.name, minutes.inputs, lambda: (f"SHA-256 {minutes.rules_sha256}",))
    return files.write(lambda: drawn_page(minutes, say), lambda: sheets(minutes, say), about, say)


def _freeze(tender: Path, sets: tuple[str, ...], say: Words, *, json: bool) -> None:
    from dure.adapters.tenders import load_rules

    digest = load_rules(tender, sets)
    if json:
        put_json({"rules_sha256": digest})
        return
    print(say("award.freeze", hash=digest))
    print(say("award.freeze_hint"))


def _minutes(path: Path, sets: tuple[str, ...], seconds: int, say: Words, *, stress: bool) -> Minutes:
    from importlib.metadata import version

    from dure.adapters.tenders import load_tender
    from dure.plan.award import award as decide
    from dure.plan.check import check
    from dure.plan.explain import explain
    from dure.plan.stress import stress as play
    from dure.present.award_grounds import silent_assumptions
    from dure.present.award_tables import Minutes
    from dure.present.said import said
    from dure.solver import Limits
    from dure.wire.tender_marks import nobody_named

    loaded = load_tender(path, sets)
    limits = Limits(time_s=float(seconds))
    korean = say.lang == "ko"
    made = decide(loaded.tender, loaded.bids, limits)
    return Minutes(
        award=made,
        explanation=explain(made, limits),
        breaches=check(loaded.tender, loaded.bids, made.choice.takings) if made.found else (),
        stress=play(loaded.tender, loaded.bids, limits) if stress else None,
        rules_sha256=loaded.rules_sha256,
        frozen=loaded.file.frozen is not None,
        inputs=loaded.inputs,
        assumptions=(
            *(
                (one.what_ko or one.what, said(one.who, say), one.why_ko or one.why) if korean else (one.what, one.who, one.why)
                for one in loaded.file.assume
            ),
            *silent_assumptions(loaded.tender, loaded.bids, nobody_named(loaded.file), say),
        ),
        version=__version__,
        published=tuple(
            (one.what_ko or one.what, one.source_ko or one.source) if korean else (one.what, one.source) for one in loaded.file.published
        ),
        solver=version("highspy"),
        marks={key: str(mark) for key, mark in loaded.file.marks if mark is not None},
        models_assumed=frozenset(
            (bid.name, line.lot) for bid in loaded.file.bids for line in bid.lines if str(line.model_mark) == "assumed"
        ),
    )
