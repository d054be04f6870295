"""`dure check` of a job spec or an sbatch script: sound by itself, with every name known to the catalogue of dure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dure.cli.context import error_rows, words
from dure.model.errors import DureError, InputError, Where


def job_answer(file: Path, sets: tuple[str, ...]) -> dict[str, Any]:
    """What `dure check` says of a job spec, for programs; `line` and `directives_text` are what it prints."""
    from dure.adapters.catalogs import load_catalog, load_speed_table
    from dure.adapters.framework_tables import load_frameworks
    from dure.adapters.jobspecs import load_job, look_up
    from dure.present.job_tables import fate, spec_line, spec_notes

    say = words()
    try:
        if sets:
            raise InputError("--set changes scenarios, and this is a job spec", where=Where(str(file)), remedy="change the file")
        job = load_job(file)
        catalog = load_catalog()
        look_up(job, catalog, load_speed_table(catalog))
    except DureError as error:
        return {"file": str(file), "ok": False, "errors": error_rows(error)}
    return {
        "file": str(file),
        "ok": True,
        "errors": [],
        "notes": spec_notes(job.spec, load_frameworks(), say),
        "kind": "sbatch" if job.is_script else "job",
        "what": spec_line(job.spec, say, script=job.is_script),
        "spec": job.spec.written(),
        "directives": [
            {"line": one.line, "text": one.text, "fate": one.fate, "about": one.about, "what": fate(one, say)} for one in job.directives
        ],
        "inputs": [{"path": str(file), "sha256": job.sha256}],
    }


def print_job(answer: dict[str, Any]) -> None:
    """The line of a sound job spec, each directive of a script, and notes."""
    say = words()
    kind = say("check.script" if answer["kind"] == "sbatch" else "check.job")
    print(say("check.line", file=answer["file"], what=f"{kind} · {answer['what']}"))
    for one in answer["directives"]:
        print(say("check.directive", line=one["line"], text=one["text"], what=one["what"]))
    for note in answer["notes"]:
        print(say("check.note", text=note))
