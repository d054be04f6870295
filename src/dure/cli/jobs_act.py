"""`dure cancel`, `dure pause`, `dure resume` and `dure fetch`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure.cli.context import put_json, words
from dure.cli.remote import client
from dure.model.errors import InputError, Where

if TYPE_CHECKING:
    from dure.client import Client
    from dure.wire.api import Output


def cancel(
    job: Annotated[str, Parameter(help="job, such as j12, or j12.3 for a task of an array")],
    /,
    *,
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> None:
    """A job that has ended stays as it is; that is no error."""
    with client() as one:
        found = one.cancel(job)
    if json:
        put_json(found.model_dump())
        return
    say = words()
    print(say("cancel.asked", id=found.id) if found.accepted else say("cancel.over", id=found.id, state=say(f"state.{found.state}")))


def pause(
    job: Annotated[str, Parameter(help="job, such as j12, or j12.3 for a task of an array")],
    /,
    *,
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> None:
    """One that waits leaves the queue; one that runs and names a `checkpoint` gets two minutes of notice first."""
    _asked("pause", job, json=json)


def resume(
    job: Annotated[str, Parameter(help="job, such as j12, or j12.3 for a task of an array")],
    /,
    *,
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> None:
    """It goes back into the queue, behind those that were there before it by the policy's order alone. One that nobody paused stays as it
    is; that is no error.
    """
    _asked("resume", job, json=json)


def _asked(act: str, job: str, *, json: bool) -> None:
    with client() as one:
        found = one.pause(job) if act == "pause" else one.resume(job)
    if json:
        put_json(found.model_dump())
        return
    say = words()
    ended = found.state in ("COMPLETED", "FAILED", "CANCELED")
    key = f"{act}.asked" if found.accepted else "cancel.over" if ended else "resume.not_paused"
    print(say(key, id=found.id, state=say(f"state.{found.state}")))


def fetch(
    job: Annotated[str, Parameter(help="job, such as j12, or j12.3 for a task of an array")],
    /,
    *,
    output: Annotated[
        Path | None,
        Parameter(name=("--output", "-o"), metavar="PATH", help="folder to write into (default: a new one named after the job)"),
    ] = None,
    names: Annotated[bool, Parameter(name="--list", help="list them only")] = False,
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> int:
    """What stands below `outputs` of its spec. Exit 1 where there is nothing; no file that is there is written over."""
    say = words()
    with client() as one:
        listed = one.outputs(job)
        found = listed.outputs
        folder = output or Path(job if job.startswith("j") else f"j{job}")
        if not names:
            for file in found:
                _bring(one, job, file, folder)
    if json:
        put_json(
            {"job": job, "folder": None if names else str(folder), "outputs": [file.model_dump() for file in found], "more": listed.more}
        )
    elif not found:
        print(say("fetch.none", id=job))
    else:
        for file in found:
            print(say("fetch.line", path=file.path, size=file.size_bytes))
        if listed.more:
            print(say("fetch.more"))
        if not names:
            print(say("fetch.done", n=len(found), folder=folder))
    return 0 if found else 1


def _bring(one: Client, job: str, file: Output, folder: Path) -> None:
    """One file, whole or not at all, below the folder whatever the server calls it."""
    from dure.wire.quantity import QuantityError
    from dure.wire.safe import relative_path

    try:
        target = folder / relative_path(file.path.replace("\\\\", "%5c").replace("\\x", "%"))  # a backslash separates folders somewhere
    except QuantityError as error:
        raise InputError(error.what, where=Where(job), remedy=error.remedy) from None
    if target.exists() or target.is_symlink():
        raise InputError("is there, and is not written over", where=Where(str(target)), remedy="name another folder with -o")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as there:
            for content in one.output(job, file.path):
                there.write(content)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
