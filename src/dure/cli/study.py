"""`dure study`: plan, fleet, twin, corrected plan, until it settles; several candidates and sweeps beside each other."""

from __future__ import annotations

import itertools
import os
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from dure.cli.answers import About, Files, say_wrote
from dure.cli.context import at_least, put, put_json, width, words
from dure.cli.options import GAP_PPM, Csv, Days, Force, Gap, Json, Page, PlayedAt, Seconds, Sets, Share, Whole, Xlsx
from dure.model.errors import InputError, Where

if TYPE_CHECKING:
    from dure.cli.study_point import Point, StudyOptions

NONE = "none"
POINTS_MOST = 200
DAYS_MOST = 400


def study(
    scenarios: Annotated[tuple[Path, ...], Parameter(help="scenario files with `plan.purchase`; several are candidates")],
    /,
    *,
    at: PlayedAt = None,
    scale: Annotated[str | None, Parameter(metavar="PART", help="play such a part of fleet and demand, like 1/10; 1 is everything")] = None,
    days: Days = 30,
    warm_up: Annotated[Whole, Parameter(help="first days, which fill the fleet and are not measured")] = 10,
    candidates: Annotated[
        tuple[str, ...],
        Parameter(name="--candidate", metavar="NAME=PATH=VALUE,…", help="the first scenario with values changed, as often as needed"),
    ] = (),
    beside: Annotated[
        str | None,
        Parameter(metavar="VENDOR", help="the same money for one vendor alone, beside the plan; none for no such candidate"),
    ] = None,
    sweeps: Annotated[
        tuple[str, ...],
        Parameter(name="--sweep", metavar="PATH=V1,V2,…", help="try every value of a path, with those of every other --sweep"),
    ] = (),
    workers: Annotated[Whole | None, Parameter(help="threads for several candidates (default: the cores of this machine)")] = None,
    dask: Annotated[str | None, Parameter(metavar="ADDRESS", help="scheduler of a Dask cluster that shall do the work")] = None,
    tolerance: Annotated[
        Share, Parameter(metavar="PPM|%", help="a plan that moves less than this has settled, in parts per million, or like 1%")
    ] = 10_000,
    mix: Annotated[
        Share, Parameter(metavar="PPM|%", help="what may go from vendor to vendor once settled, in parts per million, or like 5%")
    ] = 50_000,
    rounds: Annotated[Whole, Parameter(help="most rounds")] = 8,
    wait: Annotated[str | None, Parameter(metavar="DURATION", help="what nine jobs in ten of each class may wait, like 2h")] = None,
    seconds: Seconds = 60,
    gap: Gap = GAP_PPM,
    output: Page = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    sets: Sets = (),
    json: Json = False,
) -> int:
    """Exit 0 also for a plan that is refused or does not settle, which are answers; otherwise that of the first candidate that failed."""
    from dure.adapters.fleet_files import parse_scale
    from dure.cli.study_point import StudyOptions
    from dure.cli.twin import compile_if_needed

    for option, value, least in (("--days", days, 1), ("--warm-up", warm_up, 0), ("--rounds", rounds, 1), ("--seconds", seconds, 1)):
        at_least(option, value, least)
    at_least("--gap", gap, 0)
    at_least("--tolerance", tolerance, 0)
    at_least("--mix", mix, 0)
    at_least("--workers", workers)
    if warm_up >= days or days > DAYS_MOST:
        what = f"{warm_up} of {days} days are not measured"
        raise InputError(what, where=Where("--warm-up"), remedy=f"leave at least one day of at most {DAYS_MOST}")
    files = Files(scenarios, output, xlsx, csv, force)
    files.check()
    given = None if scale is None else parse_scale(scale)
    options = StudyOptions(at, days, warm_up, given, tolerance, mix, rounds, seconds, gap, _wait(wait))
    points = _points(scenarios, candidates, sweeps, sets, options, beside)
    compile_if_needed()
    rows = _run(points, workers, dask)
    _show(rows, files, json=json)
    return next((row["exit_code"] for row in rows if "failed" in row), 0)


def _wait(text: str | None) -> int | None:
    from dure.wire.quantity import QuantityError, duration_s

    try:
        return None if text is None else duration_s(text)
    except QuantityError as error:
        raise InputError(error.what, where=Where("--wait"), remedy=error.remedy) from None


def _points(
    scenarios: tuple[Path, ...],
    candidates: tuple[str, ...],
    sweeps: tuple[str, ...],
    sets: tuple[str, ...],
    options: StudyOptions,
    beside: str | None,
) -> list[Point]:
    """Every candidate with every combination of the swept values; all at the scale of the first."""
    from dure.adapters.files import load_scenario
    from dure.cli.study_point import Point

    if not scenarios:
        raise InputError("no scenario to study", remedy="name a file, such as examples/study-small.yaml")
    named = [(path.stem, path, sets) for path in scenarios] + [_candidate(text, scenarios[0], sets) for text in candidates]
    combos = list(itertools.product(*(_sweep(text) for text in sweeps)))
    if len(named) * len(combos) > POINTS_MOST:
        raise InputError(f"{len(named) * len(combos)} studies", where=Where("--sweep"), remedy=f"ask for at most {POINTS_MOST}")
    points = []
    for name, path, own in named:
        for combo in combos:
            said = " ".join([*([name] if len(named) > 1 or not combo else []), *_short(combo)])
            points.append(Point(said, load_scenario(path, (*own, *combo)), (*own, *combo), options))
    twice = [name for name, times in Counter(point.name for point in points).items() if times > 1]
    if twice:
        raise InputError(f"two candidates are called {twice[0]}", remedy="give each a name of its own")
    points = _on_one_day(points)
    only = _vendor(points, beside)
    if only is not None:
        points.append(replace(points[0], name=f"{only} alone", options=replace(points[0].options, only=only)))
    return points


def _short(combo: tuple[str, ...]) -> list[str]:
    """Settings by the last step of their path, where that tells them apart."""
    ends = []
    for one in combo:
        path, _, value = one.partition("=")
        steps = re.split(r"[.\[\]]+", path.rstrip("]"))
        ends.append(f"{'.'.join(steps[-2:] if steps[-1].isdecimal() else steps[-1:])}={value}")
    return ends if len({one.partition("=")[0] for one in ends}) == len(ends) else list(combo)


def _candidate(text: str, scenario: Path, sets: tuple[str, ...]) -> tuple[str, Path, tuple[str, ...]]:
    """`NAME=PATH=VALUE,PATH=VALUE`: as `--set` would, each pair."""
    name, equals, rest = text.partition("=")
    pairs = tuple(_apart(rest)) if equals else ()
    if not name or not pairs or not all("=" in pair for pair in pairs):
        remedy = "write NAME=path=value, such as cheap=plan.purchase.usable=70%"
        raise InputError(f"`{text[:80]}` is no candidate", where=Where("--candidate"), remedy=remedy)
    return name, scenario, (*sets, *pairs)


def _sweep(text: str) -> list[str]:
    """`PATH=V1,V2` as settings, one for each value."""
    path, equals, rest = text.partition("=")
    values = [value for value in _apart(rest) if value]
    if not path or not equals or not values:
        remedy = "write path=value,value, such as plan.purchase.usable=70%,80%"
        raise InputError(f"`{text[:80]}` sweeps nothing", where=Where("--sweep"), remedy=remedy)
    return [f"{path}={value}" for value in dict.fromkeys(values)]


def _apart(text: str) -> list[str]:
    """What stands between commas that are outside brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text + ","):
        depth += (char in "[{") - (char in "]}")
        if char == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return parts


def _on_one_day(points: list[Point]) -> list[Point]:
    """All at the scale of the first, and on one day: the one that is said, or the tightest of the first's plan."""
    from dure.cli.study_point import first_plan

    first = points[0]
    if first.options.scale is not None and first.options.at is not None:
        return points
    known, options = first_plan(first.loaded, first.options)
    return [replace(one, options=options, known=known if one is first else None) for one in points]


def _vendor(points: list[Point], beside: str | None) -> str | None:
    """The vendor of the candidate beside the plan: the one named, or the first of the shares where one plan alone is studied."""
    if beside is not None:
        return None if beside == NONE else beside
    asked = points[0].loaded.scenario.plan.purchase
    if len(points) > 1 or asked is None or not asked.shares:
        return None
    from dure.adapters.scenario_purchase import scenario_purchase

    question = scenario_purchase(points[0].loaded).purchase
    largest = max(question.shares, key=lambda rule: rule.most_ppm or rule.least_ppm or 0)
    vendors = dict.fromkeys(one.vendor for one in question.machines if one.name in largest.machines)
    return next(iter(vendors), None) if len(vendors) == 1 else None


def _run(points: list[Point], workers: int | None, dask: str | None) -> list[dict[str, Any]]:
    from dure.adapters.runners import on_dask, on_threads
    from dure.cli.study_point import guarded, study_point

    if len(points) == 1 and dask is None:
        one = points[0]
        return [
            {"name": one.name, "scenario": one.loaded.inputs[0][0], "set": list(one.sets)}
            | study_point(one.name, one.loaded, one.options, one.known)
        ]
    if dask is not None:
        return on_dask(guarded, points, dask)
    return on_threads(guarded, points, workers or len(os.sched_getaffinity(0)))


def _show(rows: list[dict[str, Any]], files: Files, *, json: bool) -> None:
    from dure.present.study_page import page_html, view
    from dure.present.study_tables import sheets, statement

    say, found = words(), [row for row in rows if "failed" not in row]

    def page() -> str:
        from dure.adapters.render import svg
        from dure.present.study_charts import pictures

        return page_html(rows, say, {key: svg(one.spec) for key, one in pictures(rows, say).items()})

    inputs = list(dict.fromkeys((one["path"], one["sha256"]) for row in found for one in row["inputs"]))
    name = str(found[0]["title"] if found else rows[0]["name"])
    about = About(name, inputs, lambda: [f"{row['name']}: {one}" for row in found for one in statement(row, say)])
    wrote = files.write(page, lambda: sheets(rows, say), about, say)
    if json:
        same = len({row.get("jobs_sha256") for row in rows if "failed" not in row}) <= 1
        put_json({"same_jobs": same, "studies": rows, "wrote": wrote})
        return
    put(view(rows, say, width()))
    say_wrote(wrote, say)
