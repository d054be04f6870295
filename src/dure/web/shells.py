"""Shells beside running jobs, over plain HTTP: one answer that stays open carries what is shown, requests carry what is typed.

A shell belongs to whoever opened it. It ends with its program, with its job, or when nobody reads it any more, and with the token
and the rights that it was opened with.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from dure.model.people import Actor
from dure.model.work import JobState
from dure.programme.roles import Right
from dure.web.guard import Asker, asker_of, guard_of
from dure.web.jobs import find_job
from dure.web.ports import Shell
from dure.web.problems import NO_SHELL, NO_SUCH_THING, NOT_RUNNING, Refused
from dure.web.streams import attempt_of, still
from dure.wire import api

router = APIRouter(prefix="/api/v1")
UNREAD_S = 30.0
"""A shell that nobody began to read so long after it was opened is closed."""
OPEN_MOST = 200


@dataclass
class Sessions:
    """Shells that are open in this process."""

    shells: dict[str, tuple[int, Shell]] = field(default_factory=dict)
    ended: dict[str, tuple[int, int | None]] = field(default_factory=dict)

    def find(self, asker: Asker, id: str) -> Shell:
        """Raises Refused (404) for one that is not there or not theirs."""
        person, shell = self.shells.get(id, (-1, None))
        if shell is None or person != asker.person.person:
            raise Refused(NO_SUCH_THING, what=id[:40])
        return shell

    def end(self, id: str) -> None:
        found = self.shells.pop(id, None)
        if found is not None:
            found[1].close()
            while len(self.ended) >= OPEN_MOST:
                del self.ended[next(iter(self.ended))]
            self.ended[id] = found[0], found[1].code


def sessions_of(request: Request) -> Sessions:
    found: Sessions = request.app.state.sessions
    return found


@router.post("/jobs/{id}/shell", status_code=201, response_model=api.ShellOpened)
async def open_shell(request: Request, id: str, asked: api.ShellRequest, asker: Annotated[Asker, Depends(asker_of)]) -> api.ShellOpened:
    """Open a shell beside a running job: in its folder, with its variables and its devices."""
    row = await run_in_threadpool(find_job, asker, id, Right.JOB_SHELL)
    one = await run_in_threadpool(attempt_of, asker, row, None)
    sessions = sessions_of(request)
    if row.state != JobState.ACTIVE or one is None:
        raise Refused(NOT_RUNNING, id=api.job_id(row.id, row.task))
    site = asker.services.shells.get(one.pool.partition("/")[0])
    if site is None or len(sessions.shells) >= OPEN_MOST:
        raise Refused(NO_SHELL, pool=one.pool)
    shell = await run_in_threadpool(site.open, one.key, (asked.rows, asked.columns), asked.term, asked.command)
    if shell is None:
        raise Refused(NOT_RUNNING, id=api.job_id(row.id, row.task))
    number = secrets.token_hex(16)
    sessions.shells[number] = asker.person.person, shell
    asyncio.get_running_loop().call_later(UNREAD_S, _unread, sessions, number, shell)
    return api.ShellOpened(shell=number, job=api.job_id(row.id, row.task))


def _unread(sessions: Sessions, id: str, shell: Shell) -> None:
    if not shell.was_read:
        sessions.end(id)


@router.get("/shells/{id}", response_class=StreamingResponse, responses={200: {"content": {"application/octet-stream": {}}}})
async def shown(request: Request, id: str, asker: Annotated[Asker, Depends(asker_of)]) -> Response:
    """What the shell shows, until it ends."""
    sessions = sessions_of(request)
    shell = sessions.find(asker, id)
    shell.was_read = True
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_shown(request, asker, sessions, id), media_type="application/octet-stream", headers=headers)


async def _shown(request: Request, asker: Asker, sessions: Sessions, id: str) -> AsyncIterator[bytes]:
    shell = sessions.find(asker, id)
    try:
        with guard_of(request).stream(asker.person):
            while not await request.is_disconnected():
                content = await run_in_threadpool(shell.read)
                by_now = await still(request, asker, guard_of(request))
                if content is None or by_now is None or _less(by_now.person, asker.person):
                    return
                if content:
                    yield content
    finally:
        sessions.end(id)


def _less(now: Actor, before: Actor) -> bool:
    """Whether somebody is a member of less, or something less, than when the shell was opened."""
    return not (before.projects.keys() <= now.projects.keys() and before.roles <= now.roles and before.sites <= now.sites)


@router.post("/shells/{id}/input", status_code=204)
async def typed(request: Request, id: str, asker: Annotated[Asker, Depends(asker_of)]) -> Response:
    """What is typed, as bytes."""
    shell = sessions_of(request).find(asker, id)
    await run_in_threadpool(shell.write, await request.body())
    return Response(status_code=204)


@router.post("/shells/{id}/size", status_code=204)
async def resize(request: Request, id: str, asked: api.ShellSize, asker: Annotated[Asker, Depends(asker_of)]) -> Response:
    """The terminal has another size."""
    sessions_of(request).find(asker, id).resize(asked.rows, asked.columns)
    return Response(status_code=204)


@router.get("/shells/{id}/end", response_model=api.ShellEnd)
async def end(request: Request, id: str, asker: Annotated[Asker, Depends(asker_of)]) -> api.ShellEnd:
    """What the program of a shell that is over ended with; null where its job took it along."""
    person, code = sessions_of(request).ended.get(id, (-1, None))
    if person != asker.person.person:
        raise Refused(NO_SUCH_THING, what=id[:40])
    return api.ShellEnd(code=code)
