"""Everything that a run reads, gathered into a plan: scenario, catalogue, trace, profile; and what it writes about its input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dure.adapters.demand_files import demand_constraints, demand_profile, demand_services, demand_trace
from dure.adapters.files import LoadedScenario, load_scenario
from dure.adapters.runs import reject_rows
from dure.adapters.scenario_models import ScenarioModels, scenario_models
from dure.adapters.traces import Format, read_trace
from dure.model.catalog import Assumption
from dure.model.errors import ScenarioError, StateError, Where
from dure.plant.serving import RATE
from dure.plant.speed import GENERIC
from dure.twin.build import Plan, build_plan
from dure.twin.offer import Offer, drawn, one_offer, traced
from dure.wire.profile import Profile
from dure.wire.quantity import instant_text
from dure.wire.scenario_catalog import STATEMENT
from dure.wire.scenario_programme import ANY_MODEL, HourValue
from dure.wire.tables import TraceRead

SPEED = "speed"


@dataclass(frozen=True, slots=True)
class Demand:
    """The jobs of a scenario and where they came from."""

    offer: Offer
    traces: tuple[TraceRead, ...]
    inputs: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    assumptions: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line may say instead of the scenario."""

    sets: tuple[str, ...] = ()
    trace: Path | None = None
    format: Format | None = None
    seed: int | None = None
    jobs: int | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run that is ready, with what will be said about its input."""

    loaded: LoadedScenario
    models: ScenarioModels
    demand: Demand
    plan: Plan
    options: Options = Options()

    @property
    def title(self) -> str:
        return self.loaded.scenario.programme.name or Path(self.loaded.inputs[0][0]).stem

    @property
    def start(self) -> str:
        """Second 0, ISO, UTC."""
        return instant_text(self.loaded.scenario.programme.start_s)

    @property
    def rejected_rows(self) -> int:
        """Rows of traces that are no jobs."""
        return sum(len(trace.rejects) for trace in self.demand.traces)


def prepare(path: Path, options: Options) -> Prepared:
    """Reads a scenario and everything it names; raises InputError with its place and remedy."""
    loaded = load_scenario(path, options.sets)
    models = scenario_models(loaded)
    return replace(planned(loaded, models, read_demand(loaded, models, options), options.seed), options=options)


def prepare_again(run: Mapping[str, Any]) -> Prepared:
    """The run that a run.json is of, prepared as it was; raises StateError where that is not possible any more."""
    said = run.get("options")
    if said is None:
        raise StateError("this run does not say how it was made", remedy="run the scenario again with this version of dure")
    if said["trace"] == "-":
        raise StateError("the jobs of this run came from standard input", remedy="run the scenario again with a file as --trace")
    trace = None if said["trace"] is None else Path(said["trace"])
    prepared = prepare(Path(run["scenario"]), Options(tuple(said["set"]), trace, said["format"], said["seed"], said["jobs"]))
    now, before = _input_rows(prepared), list(run["inputs"])
    changed = [row["path"] for row in (*before, *now) if row not in now or row not in before]
    if changed:
        raise StateError("is not what this run has read", where=Where(changed[0]), remedy="run the scenario again")
    return prepared


def planned(loaded: LoadedScenario, models: ScenarioModels, demand: Demand, seed: int | None = None) -> Prepared:
    """The plan of demand that was read before: several policies replay the same jobs."""
    plan = build_plan(loaded.scenario, models.pools, models.speeds, demand.offer, seed=seed)
    if any(site.budget is not None for site in loaded.scenario.sites):
        from dure.adapters.scenario_funds import scenario_funds

        plan = replace(plan, funds=scenario_funds(loaded, models, plan.floor))
    return Prepared(loaded, models, demand, plan)


def read_demand(loaded: LoadedScenario, models: ScenarioModels, options: Options) -> Demand:
    """Jobs of the trace (the command line's alone; else the scenario's), drawn jobs and services, as one offer."""
    scenario, written = loaded.scenario, loaded.scenario.demand
    offers: list[Offer] = []
    traces: list[TraceRead] = []
    inputs: list[tuple[str, str]] = []
    notes: list[str] = []
    assumptions: list[dict[str, Any]] = []
    demand_constraints(loaded, models)
    path = options.trace or demand_trace(loaded)
    if path is not None:
        read = read_trace(path, options.format or written.format, unstarted=written.unstarted, timezone=written.timezone)
        traces.append(read)
        inputs.append((read.path, read.sha256))
        notes += read.notes
        offers.append(traced(read.jobs if options.jobs is None else read.jobs[: options.jobs]))
    elif written.generate is not None:
        profile = demand_profile(loaded)
        assert profile is not None
        seed = scenario.programme.seed if options.seed is None else options.seed
        offers.append(drawn(scenario, written.generate, profile, models.pools, models.speeds, seed, options.jobs))
        notes += offers[-1].notes
        inputs.append((f"profile {profile.name}", offers[-1].jobs.sha256()))
        assumptions.append(_demand_row(profile))
    staying = demand_services(loaded, models) if options.trace is None else None
    if staying is not None:
        offers.append(staying.offer)
        assumptions += [row for row in map(_demand_row, staying.profiles) if row not in assumptions]
    if not offers:
        raise ScenarioError(
            "nothing is asked of this fleet",
            where=loaded.where("demand"),
            remedy="write demand: {trace: FILE} or demand: {generate: …}, or name a trace with --trace",
        )
    return Demand(one_offer(offers), tuple(traces), tuple(inputs), tuple(notes), tuple(assumptions))


def _demand_row(profile: Profile) -> dict[str, Any]:
    """Drawn demand is an assumption like any other."""
    row: dict[str, Any] = dict.fromkeys(("model", "workload", "unit"), "") | {"value": None, "range": None}
    return {"what": "demand"} | row | {"who": f"profile {profile.name}", "why": profile.source}


def run_json(prepared: Prepared, version: str) -> dict[str, Any]:
    """Everything of run.json that is known before the run."""
    plan, scenario = prepared.plan, prepared.loaded.scenario
    return {
        "dure": version,
        "title": prepared.title,
        "scenario": prepared.loaded.inputs[0][0],
        "seed": plan.seed,
        "start": prepared.start,
        "simulated": True,  # whatever is written here came out of the twin
        "options": _option_row(prepared.options),
        "inputs": _input_rows(prepared),
        "locale_names": locale_names(prepared),
        "assumptions": assumption_rows(prepared),
        "notes": [*scenario.notes, *prepared.models.notes, *prepared.demand.notes, *plan.notes],
        "rejects": reject_rows(plan),
        "planned": _event_rows(prepared),
        "traces": [_trace_row(read) for read in prepared.demand.traces],
        "pools": _pool_rows(plan),
    }


def _input_rows(prepared: Prepared) -> list[dict[str, str]]:
    return [{"path": path, "sha256": digest} for path, digest in (*prepared.loaded.inputs, *prepared.demand.inputs)]


def _option_row(options: Options) -> dict[str, Any]:
    """What the command line said instead of the scenario; with it the run can be prepared again."""
    trace = None if options.trace is None else str(options.trace)
    return {"set": list(options.sets), "trace": trace, "format": options.format, "seed": options.seed, "jobs": options.jobs}


def _event_rows(prepared: Prepared) -> list[dict[str, Any]]:
    """What the scenario says takes servers away, in its order, with its reason."""
    return [
        {"site": site.name, "pool": event.pool, "at_s": event.at_s, "for_s": event.for_s, "mode": event.mode}
        | {"nodes": event.nodes, "share_ppm": event.share_ppm, "why": event.why, "why_ko": event.why_ko}
        for site in prepared.loaded.scenario.sites
        for event in site.events
    ]


def locale_names(prepared: Prepared) -> dict[str, dict[str, str]]:
    """Korean names that the scenario gives, by kind of thing: a site and the region it stands in may share an id."""
    programme, sites = prepared.loaded.scenario.programme, prepared.loaded.scenario.sites
    named = {
        "project": [(one.name, one.name_ko) for one in programme.projects],
        "organisation": [(one.name, one.name_ko) for one in programme.organisations],
        "site": [(one.name, one.name_ko) for one in sites],
        "programme": [(prepared.title, programme.name_ko)],
    }
    found = {kind: {name: korean for name, korean in pairs if korean} for kind, pairs in named.items()}
    return {kind: names for kind, names in found.items() if names}


def _trace_row(read: TraceRead) -> dict[str, Any]:
    return {
        "path": read.path,
        "format": read.format,
        "origin": read.origin.word,
        "rows_read": read.rows_read,
        "jobs": len(read.jobs),
        "rejects": [
            {"reason": reason, "rows": len(group), "first_line": group[0].line, "text": group[0].text}
            for reason, group in read.rejects_by_reason().items()
        ],
    }


def _pool_rows(plan: Plan) -> list[dict[str, Any]]:
    """The State's pools, by number: what `pool` and `node` mean in events. A server that changes hands is a node of two of them."""
    rows = []
    for index, piece in enumerate(plan.floor.pieces):
        pool = plan.floor.pools[piece.pool]
        holders = [term.project for term in piece.terms]
        rows.append(
            {
                "pool": index,
                "path": pool.path,
                "model": pool.model,
                "first_node": piece.first_node,
                "nodes": piece.nodes,
                "servers": [{"first": first, "nodes": nodes} for first, nodes in piece.runs],
                "accelerators_per_node": pool.devices,
                "dedicated_to": list(dict.fromkeys(holders)),
            }
        )
    return rows


def assumption_rows(prepared: Prepared) -> list[dict[str, Any]]:
    """What the figures of this run rest on and nobody published: the scenario's words first, then speeds and worths that are used."""
    models, scenario = prepared.models, prepared.loaded.scenario
    names = list(dict.fromkeys(pool.model for pool in prepared.plan.floor.pools))
    used = models.speeds.assumptions(prepared.plan.workloads or (GENERIC,), names)
    said = [
        row
        for row in models.catalog.assumptions
        if row.what == STATEMENT or (row.what not in (SPEED, RATE) and _concerns(row.model, models, names))
    ]
    said += [row for row in models.catalog.assumptions if row.what == RATE and _rates(row, prepared)]
    rows = [*(row.as_row() for row in (*said, *used)), *prepared.demand.assumptions]
    for name, value in (scenario.programme.value_won_per_accelerator_hour or {}).items():
        if value.mark == "assumed":
            what = f"value of {'an accelerator-hour' if value.per == 'accelerator' else 'a credit'}"
            model = "*" if name == ANY_MODEL else name
            rows.append({"what": what, "model": model, "workload": "", "value": value.won, "range": None, "unit": "won"} | _who(value))
    for model in names:
        if any(machine.weight_ppm is None for machine in models.pools.values() if machine.accelerator.id == model) and _weighs(prepared):
            why = "no source states a billing weight: quotas, credits and fair-share count it as 1"
            rows.append(
                {
                    "what": "billing_weight",
                    "model": model,
                    "workload": "",
                    "value": 1,
                    "range": None,
                    "unit": "credits per accelerator-hour",
                }
                | {"who": "dure", "why": why}
            )
    return rows


def _who(value: HourValue) -> dict[str, str]:
    return {"who": "scenario", "why": value.source} | ({"why_ko": value.source_ko} if value.source_ko else {})


def _concerns(model: str, models: ScenarioModels, names: Sequence[str]) -> bool:
    """Whether an assumption about a model, a group or all of them touches a model of the fleet."""
    group = {one.id for one in models.catalog.group(model)}
    return model == "*" or bool(group & set(names)) or (not group and models.catalog.resolve(model) in names)


def _rates(row: Assumption, prepared: Prepared) -> bool:
    """Whether an assumed rate is of a class that a service of this run is of, on a model that it may run on."""
    models = prepared.models
    same = [one for one in prepared.plan.services if models.speeds.workload(one.workload) == models.speeds.workload(row.workload)]
    return any(_concerns(row.model, models, list(one.rates)) for one in same)


def _weighs(prepared: Prepared) -> bool:
    """Whether billing weights decide anything in this run."""
    limits = any(one.nominal is not None or one.credits is not None for one in prepared.plan.people.tree)
    return limits or prepared.loaded.scenario.policy.order.kind == "multifactor"
