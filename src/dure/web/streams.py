"""What jobs write and leave: logs (a range, or followed to the end), files, and changes of state as server-sent events."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from dure.adapters.engines.local_outputs import steps_of
from dure.adapters.store.current import AttemptRow, JobRow
from dure.programme.roles import Right, Thing
from dure.web import views
from dure.web.guard import Asker, Guard, asker_of, guard_of, place_of
from dure.web.jobs import find_job, seen_projects
from dure.web.problems import BAD_EVENT, NAME_A_TASK, NO_SUCH_THING, Refused
from dure.web.services import Services
from dure.wire import api

router = APIRouter(prefix="/api/v1")
LIVE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
EVENTS_AT_ONCE = 500
_ROW = re.compile(r"-1|[0-9]{1,18}", re.ASCII)
"""A row of the log; -1 is before the first."""
Seen = Annotated[str | None, Header(alias="Last-Event-ID", max_length=64, description="id of the last event that was seen")]
LOOK_S = 0.5
"""Between two looks at the same row."""
ALIVE_S = 15.0
"""A stream that says nothing says so, or whatever stands between closes it."""
CHUNK = 1 << 18
TEXT = "text/plain; charset=utf-8"


async def still(request: Request, asker: Asker, guard: Guard) -> Asker | None:
    """Who hears it by now: rights end while an answer stays open. None where the token opens nothing any more."""
    found = await guard.still(request)
    return None if found is None else asker if found is asker.person else replace(asker, person=found)


def attempt_of(asker: Asker, row: JobRow, number: int | None) -> AttemptRow | None:
    """The attempt that is asked for, or the last one. Raises Refused (422) for an array of which no task is named."""
    if row.counts:
        raise Refused(NAME_A_TASK, id=api.job_id(row.id))
    found = asker.services.current.attempts(row.id, row.task)
    if number is None:
        return found[-1] if found else None
    return next((one for one in found if one.attempt == number), None)


def log_part(services: Services, one: AttemptRow | None, since: int, most: int = CHUNK) -> bytes:
    """What an attempt has written from a byte on; nothing where its site keeps no logs."""
    if one is None:
        return b""
    site = services.logs.get(one.pool.partition("/")[0])
    return b"" if site is None else site.logs(one.key, since, most)


@router.get("/jobs/{id}/logs", response_class=Response, responses={200: {"content": {TEXT: {}}}})
async def logs(
    request: Request,
    id: str,
    asker: Annotated[Asker, Depends(asker_of)],
    since: Annotated[int, Query(alias="from", ge=0, lt=1 << 62, description="first byte")] = 0,
    attempt: Annotated[int | None, Query(ge=0, lt=1 << 62, description="which run; the last where it is not said")] = None,
    follow: Annotated[bool, Query(description="stay until the job has ended")] = False,
) -> Response:
    """Both output streams of a job, as it wrote them. X-Dure-Next says where to go on."""
    row = await run_in_threadpool(find_job, asker, id, Right.JOB_LOGS)
    if follow:
        await run_in_threadpool(attempt_of, asker, row, attempt)
        return StreamingResponse(_followed(request, asker, guard_of(request), row, since, attempt), media_type=TEXT)
    one = await run_in_threadpool(attempt_of, asker, row, attempt)
    content = await run_in_threadpool(log_part, asker.services, one, since)
    return Response(content, media_type=TEXT, headers={"X-Dure-Next": str(since + len(content))})


async def _followed(request: Request, asker: Asker, guard: Guard, row: JobRow, since: int, number: int | None) -> AsyncIterator[bytes]:
    """A run that is followed by another one (preempted, tried again) is followed into it, from its start."""
    services, last = asker.services, None
    with guard.stream(asker.person):
        while not await request.is_disconnected():
            now = await run_in_threadpool(services.current.job, row.id, row.task)
            by_now = await still(request, asker, guard)
            if by_now is None or not by_now.may(Right.JOB_LOGS, place_of(now or row)):
                return
            one = await run_in_threadpool(attempt_of, asker, row, number)
            if one is not None and last is not None and one.attempt != last:
                since = 0
            last = one.attempt if one is not None else last
            content = await run_in_threadpool(log_part, services, one, since)
            if content:
                since += len(content)
                yield content
                continue
            if now is None or now.state.final:
                return
            await asyncio.sleep(LOOK_S)


@router.get("/jobs/{id}/events", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def events(request: Request, id: str, asker: Annotated[Asker, Depends(asker_of)], last_event_id: Seen = None) -> Response:
    """The job as it stands, and again whenever it changes, until it has ended. Whoever says what was seen last is told what is new."""
    row = await run_in_threadpool(find_job, asker, id, Right.JOB_SEE)
    told = _changes(request, asker, guard_of(request), row, last_event_id or "")
    return StreamingResponse(told, media_type="text/event-stream", headers=LIVE)


async def _changes(request: Request, asker: Asker, guard: Guard, row: JobRow, said: str) -> AsyncIterator[str]:
    """`said`: the id of the last event that was seen, which is the hash of what it said."""
    quiet_s = 0.0
    with guard.stream(asker.person):
        while not await request.is_disconnected():
            now = await run_in_threadpool(asker.services.current.job, row.id, row.task)
            by_now = await still(request, asker, guard)
            if now is None or by_now is None or not by_now.may(Right.JOB_SEE, place_of(now)):
                return
            text = views.job(now, asker.services.projects).model_dump_json()
            number = hashlib.sha256(text.encode()).hexdigest()[:16]
            if number != said:
                said, quiet_s = number, 0.0
                yield f"id: {number}\nevent: job\ndata: {text}\n\n"
            elif quiet_s >= ALIVE_S:
                quiet_s = 0.0
                yield ": alive\n\n"
            if now.state.final:
                yield f"event: end\ndata: {json.dumps({'state': now.state.name})}\n\n"
                return
            await asyncio.sleep(LOOK_S)
            quiet_s += LOOK_S


@router.get("/events", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def all_events(
    request: Request,
    asker: Annotated[Asker, Depends(asker_of)],
    project: Annotated[str | None, Query(max_length=64)] = None,
    after: Annotated[int | None, Query(ge=-1, lt=1 << 62, description="row of the log; left out: from now on")] = None,
    last_event_id: Seen = None,
) -> Response:
    """What happens to the jobs that one may see, as it happens; nothing is missed by whoever comes again with Last-Event-ID."""
    projects = await run_in_threadpool(seen_projects, asker, project)
    if last_event_id is not None:
        if not _ROW.fullmatch(last_event_id):
            raise Refused(BAD_EVENT)
        after = int(last_event_id)
    told = _all(request, asker, guard_of(request), (project, projects), after)
    return StreamingResponse(told, media_type="text/event-stream", headers=LIVE)


async def _all(
    request: Request, asker: Asker, guard: Guard, wanted: tuple[str | None, list[int] | None], after: int | None
) -> AsyncIterator[str]:
    """`wanted`: the project that was named, and the numbers of those that may be seen (`seen_projects`)."""
    quiet_s, (named, projects) = 0.0, wanted
    with guard.stream(asker.person):
        while not await request.is_disconnected():
            by_now = await still(request, asker, guard)
            if by_now is None:
                return
            if by_now.person != asker.person:
                try:
                    projects = await run_in_threadpool(seen_projects, by_now, named)
                except Refused:
                    return
            asker = by_now
            found, behind = await run_in_threadpool(asker.services.current.changes, after, projects, EVENTS_AT_ONCE)
            for one in found:
                place = Thing(person=one.person, project=one.project, site=one.pool.partition("/")[0] if one.pool else None)
                if asker.may(Right.JOB_SEE, place):
                    text = views.change(one, asker.services.projects).model_dump_json()
                    yield f"id: {one.seq}\nevent: change\ndata: {text}\n\n"
                    quiet_s = 0.0
            if after is None or quiet_s >= ALIVE_S:
                quiet_s = 0.0
                yield f"id: {behind}\nevent: alive\ndata: {{}}\n\n"  # so that who comes again need not read what was passed over
            if behind == after or after is None:
                await asyncio.sleep(LOOK_S)
                quiet_s += LOOK_S
            after = behind


@router.get("/jobs/{id}/outputs", response_model=api.Outputs)
def outputs(
    id: str, asker: Annotated[Asker, Depends(asker_of)], attempt: Annotated[int | None, Query(ge=0, lt=1 << 62)] = None
) -> api.Outputs:
    """The files below the `outputs` of its spec, as the last run left them."""
    row = find_job(asker, id, Right.JOB_LOGS)
    one = attempt_of(asker, row, attempt)
    site = asker.services.outputs.get(one.pool.partition("/")[0]) if one is not None else None
    if one is None or site is None:
        return api.Outputs(outputs=())
    found = site.outputs(one.key, _wanted(row))
    return api.Outputs(outputs=tuple(api.Output(path=file.path, size_bytes=file.size_bytes) for file in found.files), more=found.more)


@router.get(
    "/jobs/{id}/outputs/{path:path}", response_class=StreamingResponse, responses={200: {"content": {"application/octet-stream": {}}}}
)
def output(
    id: str, path: str, asker: Annotated[Asker, Depends(asker_of)], attempt: Annotated[int | None, Query(ge=0, lt=1 << 62)] = None
) -> Response:
    """One of them. Nothing outside the `outputs` of the spec is handed out, and no link is followed."""
    row = find_job(asker, id, Right.JOB_LOGS)
    one = attempt_of(asker, row, attempt)
    site = asker.services.outputs.get(one.pool.partition("/")[0]) if one is not None else None
    wanted = ["/".join(steps_of(place)) for place in _wanted(row)]
    inside = any(place in ("", path) or path.startswith(f"{place}/") for place in wanted) and "\0" not in path
    there = site.read(one.key, path) if one is not None and site is not None and inside else None
    if there is None:
        raise Refused(NO_SUCH_THING, what=path[:80])
    return StreamingResponse(_read(there), media_type="application/octet-stream", headers={"Content-Length": str(os.fstat(there).st_size)})


def _read(there: int) -> Iterator[bytes]:
    """Exactly as many bytes as were promised: a file that grows meanwhile is cut, one that shrinks ends the answer early."""
    with open(there, "rb") as file:
        left = os.fstat(there).st_size
        while left and (content := file.read(min(CHUNK, left))):
            left -= len(content)
            yield content


def _wanted(row: JobRow) -> list[str]:
    found = row.spec.get("outputs", [])
    return [one for one in found if isinstance(one, str)]
