"""`dure twin compare`: several scenarios or policies side by side; whether they were asked for the same jobs is found out and said."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import Parameter

from dure.cli.context import at_least, put, put_json, words
from dure.cli.options import Json, Sets
from dure.cli.twin import Jobs, Seed, Trace, TraceFormat, compile_if_needed, described, play
from dure.model.errors import InputError, ScenarioError
from dure.wire.problems import ScenarioErrors

if TYPE_CHECKING:
    from dure.adapters.files import LoadedScenario
    from dure.adapters.run_input import Options, Prepared

BARE = ("fcfs", "sjf", "multifactor")
"""Orders that may stand alone: `--policy sjf`."""


class Variant(NamedTuple):
    """One column of the comparison."""

    name: str
    scenario: Path
    sets: tuple[str, ...]
    policy: tuple[str, ...] = ()
    """What `--policy` says, as `--set` would."""


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
    """Every policy gets the same jobs and the same failures; no run folder is written."""
    from dure.adapters.run_input import Options

    at_least("--jobs", jobs)
    at_least("--seed", seed, 0)
    variants = _variants(scenarios, policies, sets)
    compile_if_needed()
    options = Options((), trace, format, seed, jobs)
    runs = _play_all(variants, options)
    same_jobs = len({row["jobs_sha256"] for row in runs}) == 1
    if json:
        put_json({"same_jobs": same_jobs, "runs": runs})
        return
    from dure.present.compare_tables import side_by_side
    from dure.present.terminal import grid

    say = words()
    columns = [(row["name"], row["summary"]) for row in runs]
    put(grid(side_by_side(columns, say, [row["services"] for row in runs], same_jobs=same_jobs), say))


def _variants(scenarios: tuple[Path, ...], policies: tuple[str, ...], sets: tuple[str, ...]) -> list[Variant]:
    say = words()
    found = [Variant(path.stem, path, sets) for path in scenarios] if not policies or len(scenarios) > 1 else []
    found += [_policy(text, scenarios[0], sets) for text in policies]
    twice = [name for name, times in Counter(one.name for one in found).items() if times > 1]
    if twice:
        raise InputError(say("twin.two_names", name=twice[0]), remedy=say("twin.names_remedy"))
    if len(found) < 2:
        other = "sjf" if found and found[0].name == "fcfs" else "fcfs"
        remedy = say("twin.one_policy_remedy", other=other) if policies else say("twin.compare_remedy")
        raise InputError(say("twin.nothing_to_compare"), remedy=remedy)
    return found


def _policy(text: str, scenario: Path, sets: tuple[str, ...]) -> Variant:
    """`NAME=order=sjf,backfill=none`: every pair below `policy`; a bare order names itself."""
    say = words()
    name, equals, rest = text.partition("=")
    pairs = [f"order={text}"] if text in BARE else _pairs(rest) if equals else []
    if not name or not pairs or not all("=" in pair for pair in pairs):
        raise InputError(say("twin.bad_policy", text=text), remedy=say("twin.policy_remedy"))
    return Variant(name, scenario, sets, tuple(f"policy.{pair}" for pair in pairs))


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
    from dure.adapters.run_input import planned, read_demand
    from dure.adapters.runs import NoWriter
    from dure.adapters.scenario_models import scenario_models

    known: list[tuple[Prepared, Options]] = []
    rows = []
    for variant in variants:
        loaded = _loaded(variant)
        models = scenario_models(loaded)
        own = replace(options, sets=(*variant.sets, *variant.policy))
        same = next((prepared for prepared, _ in known if _asks_the_same(prepared, loaded.scenario)), None)
        demand = same.demand if same is not None else read_demand(loaded, models, own)
        prepared = planned(loaded, models, demand, options.seed)
        known.append((prepared, own))
        writer = NoWriter()
        found = described(prepared, play(prepared, writer.events))
        digest, events = writer.digest()
        asked = {"jobs_sha256": demand.offer.jobs.sha256(), "services": found["services"]}
        row = {"name": variant.name, "scenario": str(variant.scenario), "summary": found["summary"], **asked}
        rows.append({**row, "hash": digest, "events": events})
    return rows


def _loaded(variant: Variant) -> LoadedScenario:
    """The scenario under the policy; what is wrong with the policy is said of `--policy`, which the user typed, and not of `--set`."""
    from dure.adapters.files import SET, load_scenario

    if variant.policy:
        load_scenario(variant.scenario, variant.sets)
    try:
        return load_scenario(variant.scenario, (*variant.sets, *variant.policy))
    except ScenarioError as error:
        told = [_renamed(one, SET, f"--policy {variant.name}") for one in getattr(error, "errors", (error,))]
        raise ScenarioErrors(tuple(told)) from None


def _renamed(error: InputError, old: str, new: str) -> InputError:
    where = replace(error.where, file=new) if error.where.file == old else error.where
    return type(error)(error.what, where=where, remedy=error.remedy.replace(f"{old} path=value", f"{new}=key=value"))


def _asks_the_same(prepared: Prepared, scenario: Any) -> bool:
    """Whether demand, people, fleet and catalogue are written alike, so that the jobs are the same."""
    other = prepared.loaded.scenario
    return all(getattr(other, section) == getattr(scenario, section) for section in ("programme", "catalog", "sites", "demand"))
