"""`dure jobs explain`: the answer before submitting. With --fleet it asks nobody; without, the service."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure.cli.catalog_print import print_table, wrapped
from dure.cli.context import put_json, words
from dure.cli.options import Json, Sets

if TYPE_CHECKING:
    from dure.adapters.jobspecs import LoadedJob
    from dure.client import Client
    from dure.operate.verdicts import Answer
    from dure.wire.people_api import Grant


def explain(
    spec: Annotated[Path, Parameter(help="job spec, or an sbatch script as it is")],
    /,
    *,
    fleet: Annotated[
        Path | None,
        Parameter(metavar="SCENARIO", help="scenario whose pools are asked (default: those of the service, with its data sets)"),
    ] = None,
    project: Annotated[
        str | None, Parameter(metavar="NAME", help="whose dedicated servers count (default: the project of the spec)")
    ] = None,
    sets: Sets = (),
    json: Json = False,
) -> int:
    """Exit 1 where no pool can run the job as it is written."""
    if fleet is None:
        return _ask_service(spec, project, json=json)
    from dure.adapters.asked_pools import asked_pools
    from dure.adapters.files import load_scenario
    from dure.adapters.framework_tables import load_frameworks
    from dure.adapters.jobspecs import load_job, look_up
    from dure.adapters.scenario_models import scenario_models
    from dure.operate.verdicts import explain as ask
    from dure.present import job_tables

    job = load_job(spec)
    loaded = load_scenario(fleet, sets)
    models = scenario_models(loaded)
    look_up(job, models.catalog, models.speeds)
    frameworks = load_frameworks()
    answer = ask(job.spec, asked_pools(loaded, models, project or job.spec.project, job.spec.qos), models.speeds, frameworks)
    say = words()
    notes = [say("jobs.note_data", names=", ".join(job.spec.data))] if job.spec.data else []
    notes += job_tables.notes(answer, job.spec, frameworks, [name for name in models.speeds.workloads if name != "generic"], say)
    if json:
        directives = [{"line": one.line, "text": one.text, "fate": one.fate, "about": one.about} for one in job.directives]
        found = {"file": job.file, "fleet": str(fleet), "spec": job.spec.written(), "directives": directives}
        put_json({**found, **job_tables.answer_json(answer, job.spec, say), "notes": notes})
    else:
        _print(job, answer, notes, str(fleet))
    return 0 if answer.can else 1


def _ask_service(spec: Path, project: str | None, *, json: bool) -> int:
    from dure.adapters.files import decoded, read_bytes
    from dure.cli.remote import client
    from dure.present.purse_lines import purse_lines
    from dure.present.verdict_tables import can_table, cannot_table

    text = decoded(read_bytes(spec), str(spec))
    with client() as one:
        found = one.explain(text, file=str(spec), project=project)
        held = _grants(one, project or _named(text, spec))
    if json:
        put_json({"file": str(spec), **found.model_dump(), "grants": [grant.model_dump() for grant in held]})
        return 0 if found.can else 1
    say = words()
    if found.can:
        print_table(can_table(found.can, say).shown)
    if found.cannot:
        print_table(cannot_table(found.cannot, say).shown, wrap=("lacks",))
    for change in found.changes:
        print(wrapped(f"- {change['text']}"))
    if found.likely is not None:
        print(wrapped(say("jobs.likely", pool=found.likely)))
    for line in (*purse_lines(held, found.can, say, int(time.time())), *found.data, *found.notes, *found.warnings):
        print(wrapped(line))
    return 0 if found.can else 1


def _named(text: str, spec: Path) -> str | None:
    from dure.adapters.jobspecs import read_job

    return read_job(text, str(spec)).spec.project


def _grants(one: Client, project: str | None) -> tuple[Grant, ...]:
    """Grants of the project, or of one's only project; none where that is not known or not to be seen."""
    from dure.client import RemoteError
    from dure.wire.people_api import Grants

    try:
        mine = list(one.me().projects) if project is None else [project]
        return one.get("/grants", Grants, [("project", mine[0])]).grants if len(mine) == 1 else ()
    except RemoteError:
        return ()


def _print(job: LoadedJob, answer: Answer, notes: list[str], fleet: str) -> None:
    from dure.present import job_tables

    say = words()
    what = job_tables.spec_line(job.spec, say, script=job.is_script)
    print(wrapped(say("jobs.line", name=job.spec.name, file=job.file, what=what)) + "\n")
    if answer.can:
        print_table(job_tables.can_table(answer, job.spec, say))
    else:
        print(say("jobs.none", fleet=fleet) + "\n")
    if answer.cannot:
        print_table(job_tables.cannot_table(answer, job.spec, say), wrap=("lacks",))
    if answer.changes:
        print(say("jobs.changes"))
        for one in answer.changes:
            print(wrapped(f"- {job_tables.change_line(one, say)}"))
        print()
    if job.directives:
        print_table(job_tables.directive_table(job.directives, say), wrap=("fate",))
    for note in notes:
        print(wrapped(note))
