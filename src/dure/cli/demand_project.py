"""`dure demand project`: next year's demand by class with bands, as words and as the part of a scenario that plans read."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from dure import __version__
from dure.cli.context import at_least, put, put_json, width, words
from dure.cli.options import Force, Json, ScenarioOut
from dure.model.errors import InputError, Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dure.adapters.files import LoadedScenario
    from dure.study.project import Band, Projected

PERCENT_MOST = 1_000


def project(
    applications: Annotated[Path, Parameter(help="CSV of applications; docs/STUDY.md has its columns")],
    /,
    *,
    year: Annotated[int | None, Parameter(help="year to project (default: the one after the last application)")] = None,
    use: Annotated[
        Path | None, Parameter(metavar="PATH", help="CSV of granted and used hours, or a run folder with dedicated servers")
    ] = None,
    growth: Annotated[
        str | None, Parameter(metavar="LOW..HIGH", help="growth a year to assume instead of the measured, like 100%..150%")
    ] = None,
    weight: Annotated[str, Parameter(metavar="N", help="reference accelerators that one accelerator asked for counts as")] = "1",
    scenario: Annotated[Path | None, Parameter(metavar="FILE", help="scenario whose plan shall take the figures")] = None,
    case: Annotated[Literal["low", "middle", "high"], Parameter(help="which end of the bands is written")] = "middle",
    seed: Annotated[int, Parameter(help="seed of the draws")] = 1,
    output: ScenarioOut = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Unknown use and unknown growth leave their part of the projection out, and are said."""
    from dure.adapters.applications import read_applications, read_use
    from dure.adapters.outputs import may_write
    from dure.study.project import Application
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
    classes = _rows(found)
    wrote = []
    if output is not None:
        _write(output, classes, target, case, loaded, [str(applications), *([str(use)] if use else [])])
        wrote.append(str(output))
    if json:
        put_json({"year": target, "seed": seed, "version": __version__, "weight": weight, "classes": classes, "wrote": wrote})
        return
    from dure.present.demand_tables import view

    put(view(classes, target, seed, __version__, words(), width()))
    for path in wrote:
        print(words()("project.wrote", file=path, case=words()(f"project.case.{case}")))


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
    return Band(ends[0], (ends[0] * ends[1]) ** 0.5, ends[1])


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


def _write(
    target: Path, rows: Sequence[Mapping[str, Any]], year: int, case: str, loaded: LoadedScenario | None, sources: Sequence[str]
) -> None:
    from dure.adapters.files import write_text
    from dure.adapters.fleet_files import fleet_text
    from dure.present.demand_tables import sentence

    say = words()
    entries: list[dict[str, Any]] = []
    for row in rows:
        entry: dict[str, Any] = {"name": row["class"]} | ({"workload": row["class"]} if loaded is None else {})
        whose = {"source": None, "who": f"dure demand project {__version__}", "why": sentence(row, year, say)}
        entries.append(entry | {"accelerators": {str(year): row["demand"][case]}} | whose)
    extends = "" if loaded is None else f"extends: {os.path.relpath(loaded.inputs[0][0], target.parent)}\n"
    header = f"# dure demand project {__version__}: {', '.join(sources)}\n# {say('project.header', case=say(f'project.case.{case}'))}\n\n"
    write_text(target, header + extends + fleet_text({"plan": {"purchase": {"demand": entries}}}, ()))


def _rows(found: Sequence[Projected]) -> list[dict[str, Any]]:
    return [
        {
            "class": one.work,
            "applications": one.applications,
            "asked": _band(one.asked),
            "granted": one.granted,
            "used_of_granted": one.used,
            "growth_quarter": None if one.growth is None else _band(one.growth.factor),
            "growth_quarters": None if one.growth is None else one.growth.quarters,
            "growth_confidence": None if one.growth is None or one.growth.confidence is None else float(one.growth.confidence),
            "demand": {name: round(getattr(one.band, name)) for name in ("low", "middle", "high")},
            "marks": list(one.marks),
        }
        for one in found
    ]


def _band(band: Band) -> dict[str, float]:
    return {"low": round(band.low, 6), "middle": round(band.middle, 6), "high": round(band.high, 6)}
