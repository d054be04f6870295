"""`dure submit` and `dure rerun`: a job is kept before they return."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure.cli.catalog_print import wrapped
from dure.cli.context import put_json, words
from dure.cli.remote import client

if TYPE_CHECKING:
    from dure.client import Client, RemoteError
    from dure.wire.api import Submitted


def submit(
    spec: Annotated[Path, Parameter(help="job spec, or an sbatch script as it is")],
    /,
    *,
    project: Annotated[
        str | None,
        Parameter(metavar="NAME", help="whose allocation pays (default: the one that the spec names, or your only one)"),
    ] = None,
    allocation: Annotated[
        str | None, Parameter(help="`credits`, or the number of a grant of dedicated servers (default: as the spec says)")
    ] = None,
    key: Annotated[str | None, Parameter(help="sent again with the same key it is the same job")] = None,
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> int:
    """Exit 1 where no pool can run it: nothing is submitted then."""
    from dure.adapters.files import decoded, read_bytes
    from dure.adapters.jobspecs import load_job
    from dure.adapters.packing import pack
    from dure.client import RemoteError

    job = load_job(spec)
    packed = pack(job.spec, spec.parent)
    text = decoded(read_bytes(spec), str(spec))
    try:
        with client() as one:
            ahead = None if json else _likely(one, text, spec, project)
            found = one.submit(
                text, file=str(spec), project=project, allocation=allocation, files=packed.files, commit=packed.commit, key=key
            )
    except RemoteError as error:
        if error.code != "no_pool":
            raise
        return _nowhere(error, json=json)
    wide = job.spec.workload is None and job.spec.time_on == "reference"
    _print(found, json=json, likely=ahead, narrow=str(spec) if wide else "")
    return 0


def rerun(
    job: Annotated[str, Parameter(help="job, such as j12, or j12.3 for a task of an array")],
    /,
    *,
    key: Annotated[str | None, Parameter(help="sent again with the same key it is the same job")] = None,
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> None:
    """A new job with the spec and the files of an old one."""
    with client() as one:
        found = one.rerun(job, key)
    _print(found, json=json)


def _likely(one: Client, text: str, spec: Path, project: str | None) -> str | None:
    """Where it would run as things stand; whoever may submit and not ask is told without."""
    from dure.client import RemoteError

    try:
        return one.explain(text, file=str(spec), project=project).likely
    except RemoteError:
        return None


def _print(found: Submitted, *, json: bool, likely: str | None = None, narrow: str = "") -> None:
    from dure.present.work_tables import submitted_lines

    if json:
        put_json(found.model_dump())
        return
    say = words()
    for line in submitted_lines(found, say, likely, narrow):
        print(wrapped(line))
    for note in found.verdict.warnings:
        print(wrapped(say("submit.note", text=note)))


def _nowhere(error: RemoteError, *, json: bool) -> int:
    """No pool can run it: what to change, the change that wins most first."""
    import sys

    verdict = error.extra.get("verdict", {})
    if json:
        put_json({"ok": False, "problem": error.code, "what": error.what, "remedy": error.remedy, "verdict": verdict})
        return 1
    say = words()
    print(say("error.line", text=error.what), file=sys.stderr)
    for one in verdict.get("cannot", ()):
        print(wrapped(f"- {one['pool']}: {'; '.join(part['text'] for part in one['failed'])}"))
    for one in verdict.get("changes", ()):
        print(wrapped(say("submit.change", text=one["text"])))
    return 1
