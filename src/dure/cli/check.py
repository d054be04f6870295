"""`dure check` and `dure schema`: is what a person wrote sound, and what may be written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from dure.cli.context import error_rows, put_json, words
from dure.cli.options import Json, Sets
from dure.model.errors import DureError, InputError, Where
from dure.model.units import MICRO

if TYPE_CHECKING:
    from dure.adapters.files import LoadedScenario
    from dure.adapters.scenario_models import ScenarioModels
    from dure.wire.scenario import Scenario

NOT_SOUND = InputError.exit_code


def check(
    files: Annotated[tuple[Path, ...], Parameter(help="scenario and tender files, job specs and sbatch scripts to read")],
    /,
    *,
    sets: Sets = (),
    json: Json = False,
) -> int:
    """Reads each file with everything it extends; exit 2 when one of them is not sound."""
    answers = [_answer(file, sets) for file in files]
    sound = all(one["ok"] for one in answers)
    if json:
        put_json({"ok": sound, "files": answers})
    else:
        for one in answers:
            _print(one)
    return 0 if sound else NOT_SOUND


def schema(
    of: Annotated[Literal["scenario", "tender", "job"], Parameter(help="of which files: scenario, tender or job")] = "scenario",
    /,
    *,
    json: Annotated[bool, Parameter(help="print one JSON object: the schema is one already")] = False,
) -> None:
    """Prints the JSON Schema of scenario or tender files or job specs; with and without --json, because every command has it."""
    if of == "tender":
        from dure.wire.tender import tender_schema

        put_json(tender_schema())
        return
    if of == "job":
        from dure.wire.jobspec import jobspec_schema

        put_json(jobspec_schema())
        return
    from dure.wire.scenario import scenario_schema

    put_json(scenario_schema())


def _answer(file: Path, sets: tuple[str, ...]) -> dict[str, Any]:
    from dure.adapters.demand_files import demand_constraints, demand_profile, demand_services, demand_trace
    from dure.adapters.files import load_scenario
    from dure.adapters.jobspecs import looks_like_job
    from dure.adapters.scenario_models import scenario_models
    from dure.adapters.tenders import is_tender
    from dure.cli import check_tender

    if looks_like_job(file):
        from dure.cli.check_job import job_answer

        return job_answer(file, sets)
    try:
        if is_tender(file, sets):
            return {"file": str(file), "ok": True, "errors": [], "notes": [], **check_tender.answer(file, sets)}
        loaded = load_scenario(file, sets)
        models = scenario_models(loaded)
        demand_trace(loaded)
        demand_profile(loaded)
        demand_constraints(loaded, models)
        if loaded.scenario.pools:
            demand_services(loaded, models)
        planned, plan_notes = _plan(loaded)
        notes = [*loaded.scenario.notes, *models.notes, *plan_notes]
    except DureError as error:
        return {"file": str(file), "ok": False, "errors": error_rows(error)}
    return {"file": str(file), "ok": True, "errors": [], "notes": notes, "kind": "scenario", **_size(loaded, models), "plan": planned}


def _plan(loaded: LoadedScenario) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Prices, tariffs (their hours without gap or overlap) and what may be bought, where there is a plan; what it asks, its notes."""
    plan = loaded.scenario.plan
    if plan.cost is not None:
        from dure.adapters.scenario_costs import scenario_costs

        scenario_costs(loaded)
    if plan.purchase is not None:
        from dure.adapters.scenario_purchase import scenario_purchase
        from dure.cli.answers import plan_words
        from dure.present.plan_check import plan_answer, plan_line

        read = scenario_purchase(loaded)
        found = plan_answer(read.purchase, len(read.assumed))
        return found | {"said": plan_line(found, plan_words(loaded))}, read.notes
    return None, ()


def _size(loaded: LoadedScenario, models: ScenarioModels) -> dict[str, Any]:
    """What the scenario describes, in counts; None where it does not say."""
    scenario = loaded.scenario
    pools = scenario.pools.values()
    return {
        "sites": len(scenario.sites),
        "pools": len(pools),
        "nodes": sum(pool.nodes for pool in pools),
        "accelerators": sum(pool.nodes * models.pools[name].devices for name, pool in scenario.pools.items()),
        "projects": sum(len(one.projects) for one in scenario.programme.organisations),
        "horizon_s": scenario.programme.horizon_s,
        "assumptions": len(scenario.catalog.assume),
        "inputs": [{"path": path, "sha256": digest} for path, digest in loaded.inputs],
        **_demand(scenario),
    }


def _demand(scenario: Scenario) -> dict[str, Any]:
    demand = scenario.demand
    return {
        "trace": demand.trace,
        "profile": demand.generate.profile if demand.generate is not None else None,
        "load": demand.generate.load_ppm / MICRO if demand.generate is not None and demand.generate.load_ppm is not None else None,
        "services": len(demand.services),
    }


def _print(answer: dict[str, Any]) -> None:
    from dure.present.said import said, told_parts

    say = words()
    if not answer["ok"]:
        sys.stdout.flush()
        for error in answer["errors"]:
            place = str(Where(error["file"], error["line"], error["field"]))
            print(say("error.line", text=told_parts(place, error["what"], error["remedy"], say)), file=sys.stderr)
        return
    if answer["kind"] in ("job", "sbatch"):
        from dure.cli.check_job import print_job

        print_job(answer)
        return
    if answer["kind"] == "tender":
        from dure.cli.check_tender import notes
        from dure.cli.check_tender import said as counted

        print(say("check.line", file=answer["file"], what=" · ".join(counted(answer, say))))
        for note in notes(answer, say):
            print(say("check.note", text=note))
        return
    parts = [say(f"check.{name}", n=answer[name]) for name in ("sites", "pools", "nodes", "accelerators", "projects") if answer[name]]
    if answer["horizon_s"]:
        parts.append(say("check.period", length=say.duration(answer["horizon_s"])))
    if answer["trace"]:
        parts.append(say("check.trace", file=answer["trace"]))
    if answer["profile"]:
        parts.append(say("check.generate", profile=answer["profile"]))
    if answer["load"]:
        parts.append(say("check.load", load=say.percent(answer["load"], 0)))
    if answer["assumptions"]:
        parts.append(say("check.assume", n=answer["assumptions"]))
    print(say("check.line", file=answer["file"], what=" · ".join(parts) or say("check.empty")))
    if answer["plan"] is not None:
        print(answer["plan"]["said"])
    for note in answer["notes"]:
        print(say("check.note", text=said(note, say)))
