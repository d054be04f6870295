"""`dure demand project`: next year's demand by class with bands, as words and as the part of a scenario that plans read."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from cyclopts import Parameter

from dure import __version__
from dure.cli.answers import plan_words
from dure.cli.context import at_least, put, put_json, width, words
from dure.cli.options import Force, Json, ScenarioOut, Whole
from dure.model.errors import InputError, Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dure.adapters.files import LoadedScenario
    from dure.study.project import Band, Later, Projected

    Own = Mapping[str, Mapping[int, int]]
    """What a plan asks for, by class and year."""

PERCENT_MOST = 1_000
YEARS_MOST = 30
PLAIN_MOST = 4.0
"""Largest growth factor of a year that may be written without a per cent sign: demand for work doubles and triples, not more."""
FALL_LEAST = 0.5
"""A factor of a year up to this is not read in per cent: `10%..30%` is what people write for an increase."""


class Span(NamedTuple):
    """The years that are filled, and how those after the first."""

    year: int
    through: int
    later: Later


def project(
    applications: Annotated[Path, Parameter(help="CSV of applications; docs/STUDY.md has its columns")],
    /,
    *,
    year: Annotated[Whole | None, Parameter(help="year to project (default: the one after the last application)")] = None,
    use: Annotated[
        Path | None, Parameter(metavar="PATH", help="CSV of granted and used hours, or a run folder with dedicated servers")
    ] = None,
    growth: Annotated[
        str | None,
        Parameter(
            metavar="LOW..HIGH",
            help="growth a year to assume instead of the measured, as a factor: 100% = no growth, 130% = 30 % more; like 100%..150%",
        ),
    ] = None,
    weight: Annotated[str, Parameter(metavar="N", help="reference accelerators that one accelerator asked for counts as")] = "1",
    scenario: Annotated[Path | None, Parameter(metavar="FILE", help="scenario whose plan shall take the figures")] = None,
    case: Annotated[Literal["low", "middle", "high"], Parameter(help="which end of the bands is written")] = "middle",
    seed: Annotated[Whole, Parameter(help="seed of the draws")] = 1,
    through: Annotated[
        Whole | None, Parameter(metavar="YEAR", help="last year to fill (default: the last the scenario's plan asks for)")
    ] = None,
    later: Annotated[
        Literal["level", "growth", "plan"],
        Parameter(help="years after the first: its level stays, growth goes on, or as the scenario's plan goes on"),
    ] = "level",
    output: ScenarioOut = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Unknown use and unknown growth leave their part of the projection out, and are said."""
    from dure.adapters.applications import read_applications, read_use
    from dure.adapters.outputs import may_write
    from dure.study.project import Application, Later
    from dure.study.project import project as make

    at_least("--seed", seed, 0)
    rows = read_applications(applications)
    last = max(row.day.year for row in rows)
    target = last + 1 if year is None else year
    if not last <= target <= last + 10:
        raise InputError(f"{target} cannot be projected from {last}", where=Where("--year"), remedy=f"write {last} to {last + 10}")
    loaded = _scenario(scenario, [name for row in rows for name in row.shares])
    if output is not None and output.parent != Path("runs"):
        may_write(output, [applications, *([scenario] if scenario else []), *([use] if use else [])], force=force)
    asked = [
        Application(row.day, row.organisation, row.shares, row.asked, row.months, row.granted, row.applications, row.mark) for row in rows
    ]
    used: Mapping[str, Fraction] = {} if use is None else read_use(use)
    found = make(asked, used, target, assumed_growth=_growth(growth), weight=_ratio("--weight", weight), seed=seed)
    own = _own(loaded)
    span = Span(target, _through(through, target, own), Later(later))
    classes = _rows(found, span, own)
    said: dict[str, Any] = {"year": target, "through": span.through, "later": later, "seed": seed, "version": __version__, "weight": weight}
    inputs = _inputs(applications, use, loaded)
    wrote = []
    if output is not None:
        _write(output, said | {"classes": classes}, case, loaded, [str(applications), *([str(use)] if use else [])])
        wrote.append(str(output))
    if json:
        put_json(said | {"classes": classes, "inputs": inputs, "wrote": wrote})
        return
    from dure.present.demand_tables import view

    put(view(said | {"classes": classes}, words() if loaded is None else plan_words(loaded), width()))
    for path in wrote:
        print(words()("project.wrote", file=path, case=words()(f"project.case.{case}")))


def _inputs(applications: Path, use: Path | None, loaded: LoadedScenario | None) -> list[dict[str, str]]:
    """Every file that the projection hangs on with its hash; of a run folder, the header that its tables hang together by."""
    from dure.adapters.files import read_bytes, sha256

    files = [applications, *([] if use is None else sorted(use.glob("*.json")) if use.is_dir() else [use])]
    found = [(str(one), sha256(read_bytes(one))) for one in files]
    return [{"path": path, "sha256": digest} for path, digest in (*found, *(() if loaded is None else loaded.inputs))]


def _ratio(option: str, text: str) -> Fraction:
    try:
        found = Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    if not 0 < found <= PERCENT_MOST:
        raise InputError(f"{text} is no factor", where=Where(option), remedy="write a figure above 0, such as 1.3 or 130%")
    return found


def _growth(text: str | None) -> Band | None:
    from dure.study.project import Band

    if text is None:
        return None
    low, dots, high = text.partition("..")
    if not dots:
        raise InputError(f"{text} is no range", where=Where("--growth"), remedy="write 100%..150%")
    ends = [float(_ratio("--growth", one)) for one in (low, high)]
    if ends[0] > ends[1]:
        raise InputError(f"{text} is no range", where=Where("--growth"), remedy="write the lower end first")
    _meant(text, low, high, ends[1])
    return Band(ends[0], (ends[0] * ends[1]) ** 0.5, ends[1])


def _meant(text: str, low: str, high: str, most: float) -> None:
    """A factor is easily written as per cent without its sign, or as the increase: neither is guessed, both are asked about."""
    if not high.endswith("%") and most > PLAIN_MOST:
        remedy = f"did you mean {low.removesuffix('%')}%..{high}%? 100% = no growth"
        raise InputError(f"{text} is growth to {high} times in a year", where=Where("--growth"), remedy=remedy)
    if high.endswith("%") and most <= FALL_LEAST:
        increased = [f"{float(100 + 100 * _ratio('--growth', one)):g}%" for one in (low, high)]
        factors = "..".join(f"{float(_ratio('--growth', one)):g}" for one in (low, high))
        remedy = f"did you mean {'..'.join(increased)}? 100% = no growth; a fall is written as a factor, like {factors}"
        raise InputError(f"{text} is a fall to {high} of it in a year", where=Where("--growth"), remedy=remedy)


def _scenario(path: Path | None, classes: Sequence[str]) -> LoadedScenario | None:
    """The scenario, whose plan must have every class."""
    from dure.adapters.files import load_scenario
    from dure.wire.tree import did_you_mean

    if path is None:
        return None
    loaded = load_scenario(path)
    asked = loaded.scenario.plan.purchase
    known = [] if asked is None else [one.name for one in asked.demand]
    for name in classes:
        if name not in known:
            where = loaded.where("plan", "purchase", "demand")
            raise InputError(f"no class {name} in the plan", where=where, remedy=did_you_mean(name, known))
    return loaded


def _own(loaded: LoadedScenario | None) -> Own:
    asked = None if loaded is None else loaded.scenario.plan.purchase
    return {} if asked is None else {one.name: {int(year): count for year, count in one.accelerators.items()} for one in asked.demand}


def _through(given: int | None, target: int, own: Own) -> int:
    """The last year: the one that is said, or the last in which the plan asks for anything: no year of it is left behind unsaid."""
    last = max((year for years in own.values() for year, count in years.items() if count), default=target)
    if given is None:
        return max(target, last)
    if not target <= given <= target + YEARS_MOST:
        remedy = f"write {target} to {target + YEARS_MOST}"
        raise InputError(f"{given} is no last year of a projection from {target}", where=Where("--through"), remedy=remedy)
    return given


def _write(target: Path, made: Mapping[str, Any], case: str, loaded: LoadedScenario | None, sources: Sequence[str]) -> None:
    """Every year that was projected, with its reckoning in both languages: a plan has no year of an older figure after it."""
    from dure.adapters.files import write_text
    from dure.adapters.fleet_files import fleet_text
    from dure.present.demand_tables import reckoning
    from dure.present.numbers import Lang
    from dure.present.words import Words

    say = words()
    entries = []
    for row in made["classes"]:
        whose: dict[str, Any] = {"source": None, "who": f"dure demand project {__version__}"}
        whose |= {"why": reckoning(row, made, Words(Lang.EN)), "why_ko": reckoning(row, made, Words(Lang.KO))}
        entry: dict[str, Any] = {"name": row["class"]} | ({} if loaded else {"workload": row["class"]})
        entries.append(entry | {"accelerators": {year: band[case] for year, band in row["years"].items()}} | whose)
    extends = "" if loaded is None else f"extends: {os.path.relpath(loaded.inputs[0][0], target.parent)}\n"
    header = f"# dure demand project {__version__}: {', '.join(sources)}\n# {say('project.header', case=say(f'project.case.{case}'))}\n\n"
    write_text(target, header + extends + fleet_text({"plan": {"purchase": {"demand": entries}}}, ()))


def _rows(found: Sequence[Projected], span: Span, own: Own) -> list[dict[str, Any]]:
    from dure.study.project import Later, by_year

    rows = []
    for one in found:
        mine = own.get(one.work, {})
        if span.later is Later.PLAN and span.through > span.year and not mine.get(span.year):
            what = f"no plan asks for {one.work} in {span.year}"
            raise InputError(what, where=Where("--later"), remedy="name a --scenario whose plan does, or write --later level")
        years = by_year(one, span.year, span.through, span.later, mine)
        rows.append(_row(one) | {"years": {str(year): _whole(band) for year, band in years.items()}})
    return rows


def _row(one: Projected) -> dict[str, Any]:
    return {
        "class": one.work,
        "applications": one.applications,
        "asked": _band(one.asked),
        "granted": one.granted,
        "used_of_granted": one.used,
        "growth_quarter": None if one.growth is None else _band(one.growth.factor),
        "growth_quarters": None if one.growth is None else one.growth.quarters,
        "growth_confidence": None if one.growth is None or one.growth.confidence is None else float(one.growth.confidence),
        "demand": _whole(one.band),
        "marks": list(one.marks),
    }


def _whole(band: Band) -> dict[str, int]:
    return {name: round(getattr(band, name)) for name in ("low", "middle", "high")}


def _band(band: Band) -> dict[str, float]:
    return {"low": round(band.low, 6), "middle": round(band.middle, 6), "high": round(band.high, 6)}
