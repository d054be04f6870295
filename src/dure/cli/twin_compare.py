"""`dure twin compare`: the same jobs under several scenarios or policies, side by side."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import Parameter

from dure.cli.context import at_least, put, put_json, words
from dure.cli.twin import Jobs, Json, Seed, Sets, Trace, TraceFormat, compile_if_needed, described, play
from dure.model.errors import InputError

if TYPE_CHECKING:
    from dure.adapters.run_input import Options, Prepared

BARE = ("fcfs", "sjf", "multifactor")
"""Orders that may stand alone: `--policy sjf`."""


class Variant(NamedTuple):
    """One column of the comparison."""

    name: str
    scenario: Path
    sets: tuple[str, ...]


def compare(
    scenarios: Annotated[tuple[Path, ...], Parameter(help="scenario files; all that write the same demand replay the same jobs")],
    /,
    *,
    policies: Annotated[
        tuple[str, ...],
        Parameter(name="--policy", metavar="NAME=KEY=VALUE,…", help="a policy to try on the first scenario, as often as needed"),
    ] = (),
    trace: Trace = None,
    format: TraceFormat = None,
    sets: Sets = (),
    seed: Seed = None,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Every run gets the same jobs and the same failures; no run folder is written."""
    from dure.adapters.run_input import Options

    at_least("--jobs", jobs)
    at_least("--seed", seed, 0)
    variants = _variants(scenarios, policies, sets)
    compile_if_needed()
    options = Options((), trace, format, seed, jobs)
    runs = _play_all(variants, options)
    if json:
        put_json({"runs": runs})
        return
    from dure.present.compare_tables import side_by_side
    from dure.present.terminal import grid

    say = words()
    put(grid(side_by_side([(row["name"], row["summary"]) for row in runs], say), say))


def _variants(scenarios: tuple[Path, ...], policies: tuple[str, ...], sets: tuple[str, ...]) -> list[Variant]:
    say = words()
    found = [Variant(path.stem, path, sets) for path in scenarios] if not policies or len(scenarios) > 1 else []
    found += [Variant(*_policy(text, scenarios[0], sets)) for text in policies]
    twice = [name for name, times in Counter(one.name for one in found).items() if times > 1]
    if twice:
        raise InputError(say("twin.two_names", name=twice[0]), remedy=say("twin.names_remedy"))
    if len(found) < 2:
        raise InputError(say("twin.nothing_to_compare"), remedy=say("twin.compare_remedy"))
    return found


def _policy(text: str, scenario: Path, sets: tuple[str, ...]) -> tuple[str, Path, tuple[str, ...]]:
    """`NAME=order=sjf,backfill=none`: every pair below `policy`; a bare order names itself."""
    say = words()
    name, equals, rest = text.partition("=")
    pairs = [f"order={text}"] if text in BARE else _pairs(rest) if equals else []
    if not name or not pairs or not all("=" in pair for pair in pairs):
        raise InputError(say("twin.bad_policy", text=text), remedy=say("twin.policy_remedy"))
    return name, scenario, (*sets, *(f"policy.{pair}" for pair in pairs))


def _pairs(text: str) -> list[str]:
    """Pairs between commas that stand outside brackets."""
    pairs, depth, start = [], 0, 0
    for at, char in enumerate(text + ","):
        depth += (char in "[{") - (char in "]}")
        if char == "," and depth == 0:
            pairs.append(text[start:at].strip())
            start = at + 1
    return pairs


def _play_all(variants: list[Variant], options: Options) -> list[dict[str, Any]]:
    """Summaries in order. Demand that reads or draws alike is read and drawn once."""
    from dataclasses import replace

    from dure.adapters.files import load_scenario
    from dure.adapters.run_input import planned, read_demand
    from dure.adapters.runs import NoWriter
    from dure.adapters.scenario_models import scenario_models

    known: list[tuple[Prepared, Options]] = []
    rows = []
    for variant in variants:
        loaded = load_scenario(variant.scenario, variant.sets)
        models = scenario_models(loaded)
        own = replace(options, sets=variant.sets)
        same = next((prepared for prepared, _ in known if _asks_the_same(prepared, loaded.scenario)), None)
        demand = same.demand if same is not None else read_demand(loaded, models, own)
        prepared = planned(loaded, models, demand, options.seed)
        known.append((prepared, own))
        writer = NoWriter()
        summary = described(prepared, play(prepared, writer.events))["summary"]
        digest, events = writer.digest()
        rows.append({"name": variant.name, "scenario": str(variant.scenario), "summary": summary, "hash": digest, "events": events})
    return rows


def _asks_the_same(prepared: Prepared, scenario: Any) -> bool:
    """Whether demand, people, fleet and catalogue are written alike, so that the jobs are the same."""
    other = prepared.loaded.scenario
    return all(getattr(other, section) == getattr(scenario, section) for section in ("programme", "catalog", "sites", "demand"))
