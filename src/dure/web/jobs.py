"""Jobs over HTTP: submit, look, read what they wrote, ask why, cancel, run again."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from dure.adapters.store.blobs import Blobs
from dure.adapters.store.current import JobRow
from dure.adapters.store.sql import SENT, Act
from dure.model.units import MILLI
from dure.model.work import JobState
from dure.operate.payer import CREDITS, payer
from dure.operate.unserved import unserved
from dure.operate.verdicts import likely
from dure.present.words import Words
from dure.programme.roles import Right, Thing
from dure.web import views
from dure.web.asked import REFUSALS, SUBMIT, Sent, after_of, kept_before, paid_by, sent_hash
from dure.web.data_offers import asked_project, said, still_there, uses_of, with_copies
from dure.web.fleet import Judged
from dure.web.guard import Asker, asker_of, person, place_of
from dure.web.problems import (
    BAD_KEY,
    BLOB_MISSING,
    NO_MODEL,
    NO_POOL,
    NO_SUCH_JOB,
    NOT_MEMBER,
    NOT_PAUSABLE,
    NOT_SERVED,
    TOO_LARGE,
    Refused,
    which_project,
)
from dure.web.services import Services
from dure.web.why_text import why_text
from dure.wire import api
from dure.wire.jobspec import JobSpec
from dure.wire.quantity import QuantityError

router = APIRouter(prefix="/api/v1")
Key = Annotated[str | None, Header(max_length=api.KEY_MAX, description="makes it once, however often it is sent")]
PASSED_OVER = 20
"""Pages that are looked through for one site's jobs."""
RESERVED = ".dure-run"
"""The text of the job itself stands under this name beside its files."""
_BODY = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SubmitRequest"}}}},
    "parameters": [{"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": api.KEY_MAX}}],
}


def number_of(text: str) -> tuple[int, int | None]:
    """The job that an address names. Raises Refused (404): what is no id is no job."""
    try:
        return api.parse_job_id(text)
    except QuantityError:
        raise Refused(NO_SUCH_JOB, id=text[:40]) from None


def find_job(asker: Asker, text: str, right: Right) -> JobRow:
    """The job, if this person have the right on it. A job that may not even be seen is not there (404), any other is refused (403)."""
    number, task = number_of(text)
    row = asker.services.current.job(number, task)
    if row is None:
        raise Refused(NO_SUCH_JOB, id=text[:40])
    place = place_of(row)
    if not asker.may(Right.JOB_SEE, place):
        raise Refused(NO_SUCH_JOB, id=text[:40])
    asker.need(right, place)
    return row


def act_key(asker: Asker, header: str | None) -> str:
    """What makes a request one act however often it is sent. Raises Refused (422) for a key that no header should carry."""
    if header is None:
        return f"{asker.person.name}:{secrets.token_hex(16)}"
    if not (0 < len(header) <= api.KEY_MAX and header.isascii() and header.isprintable()):
        raise Refused(BAD_KEY)
    return f"{asker.person.name}:{header}"


def project_of(asker: Asker, named: str | None) -> tuple[str, int]:
    """Whose allocation pays: as named, or the only one there is. Raises Refused."""
    projects = asker.project_names
    if named is None and len(projects) != 1:
        raise which_project(projects)
    name = named or next(iter(projects))
    if name not in projects:
        raise Refused(NOT_MEMBER, project=name)
    asker.need(Right.JOB_SUBMIT, Thing(project=projects[name]))
    return name, projects[name]


async def submit(request: Request) -> Response:
    """The path that is measured: `app` reaches it without what FastAPI does for a route, whose work is done here by hand."""
    asker = await asker_of(request)
    asked = api.SubmitRequest.model_validate_json(await request.body())
    header = request.headers.get("idempotency-key")
    key = Sent(act_key(asker, header), sent_hash(asked.model_dump_json()))
    try:
        return await _submit(asker, asked, key)
    except REFUSALS:
        if (before := await _kept_before(asker, key, header)) is None:
            raise
        return before


async def _kept_before(asker: Asker, key: Sent, header: str | None) -> Response | None:
    """The answer to a request that is sent again, whatever would be said of it today; None where it is a new one."""
    known = None if header is None else await run_in_threadpool(kept_before, asker, key)
    return None if known is None else _answer(asker, *known, again=True)


async def _submit(asker: Asker, asked: api.SubmitRequest, key: Sent) -> Response:
    spec = asker.services.fleet.read(asked.text, asked.spec, asked.file)
    project, number = project_of(asker, asked.project or spec.project)
    judged = asker.services.fleet.judge(spec, project)
    verdict = asker.services.fleet.verdict(judged, asker.say)
    if not verdict.can:
        raise Refused(NO_POOL, name=spec.name, extra={"verdict": verdict.model_dump(mode="json")})
    check_served(spec)
    if asked.files or spec.files:
        await run_in_threadpool(check_files, spec, asked.files, asker.services)
    body: dict[str, Any] = {
        "spec": spec.written(),
        "project": number,
        "person": asker.person.person,
        "files": [[one.name, one.sha256] for one in asked.files],
        "commit": asked.commit,
        SENT: key.sent,
    }
    if spec.data:
        body["data"] = await run_in_threadpool(uses_of, asker, spec, number, asked.text, asked.file)
    if spec.after:
        body["after"] = await run_in_threadpool(after_of, asker, spec, number)
    paid = CREDITS
    if (allocation := asked.allocation or spec.allocation) != CREDITS:
        holdings = asker.services.held_lately(number) if allocation is None else None
        if holdings is None:
            holdings = await run_in_threadpool(asker.services.holdings, number)
        paid = paid_by(holdings, judged, allocation, project)
    if allocation is not None:
        body["allocation"] = allocation
    if not asker.services.projects.fresh(number):
        await run_in_threadpool(asker.services.projects.models, number)
    verdict = _paid_for(asker, number, project, judged, verdict, body, credits=paid == CREDITS)
    verdict = await _offered(asker, verdict, body)
    return await _keep(asker, spec, project, body, key, (verdict, paid))


@router.post("/jobs", status_code=201, response_model=api.Submitted, openapi_extra=_BODY)
async def submit_described(request: Request) -> Response:
    """Keep a job: the answer comes after the commit. With Idempotency-Key it may be sent again and is one job."""
    return await submit(request)


async def _offered(asker: Asker, verdict: api.Verdict, body: Mapping[str, Any]) -> api.Verdict:
    if "data" not in body or asker.services.data is None:
        return verdict
    return await run_in_threadpool(with_copies, verdict, body["data"], asker.services.data.copies, asker.say)


def _paid_for(
    asker: Asker, number: int, project: str, judged: Judged, verdict: api.Verdict, body: dict[str, Any], *, credits: bool
) -> api.Verdict:
    """What of an answer the project's credits are for; the body names the accelerators. Raises Refused where nothing is left.

    Servers that the project holds itself take its jobs whatever its credits are for.
    """
    models = asker.services.projects.models(number)
    if models is None:
        return verdict
    body["models"] = list(models)
    if not credits:
        return verdict
    paths = {one.pool.path for one in judged.answer.can if one.pool.model.id in models}
    can = tuple(one for one in verdict.can if one["pool"] in paths)
    if not can:
        raise Refused(NO_MODEL, name=judged.spec.name, project=project, models=", ".join(models))
    return verdict.model_copy(update={"can": can})


async def _keep(asker: Asker, spec: JobSpec, project: str, body: Mapping[str, Any], key: Sent, answer: tuple[api.Verdict, str]) -> Response:
    room, who = asker.services.room, (body["project"], body["person"], spec.tasks)
    if room.stale:
        await run_in_threadpool(room.need, *who)
    else:
        room.need(*who)
    accepted = await asker.services.desk.put(Act(key.key, SUBMIT, asker.person.name, asker.services.clock(), body))
    if not accepted.again:
        room.took(accepted.number, *who)
    return _answer(asker, accepted.number, spec, project, answer, again=accepted.again)


def _answer(asker: Asker, number: int, spec: JobSpec, project: str, said: tuple[api.Verdict, str], *, again: bool) -> Response:
    id = api.job_id(number)
    verdict, paid = said
    if spec.notify is not None and spec.notify.mail and not asker.services.mails:
        verdict = verdict.model_copy(update={"warnings": (*verdict.warnings, asker.say("submit.no_mail"))})
    reply = api.Submitted(id=id, name=spec.name, project=project, tasks=spec.tasks, state="NEW", again=again, paid_by=paid, verdict=verdict)
    headers = {"Location": f"/api/v1/jobs/{id}"}
    return Response(reply.model_dump_json(), 200 if again else 201, headers, "application/json")


def check_served(spec: JobSpec) -> None:
    """Raises Refused (422) where the spec asks for what no site here does."""
    if keys := unserved(spec):
        raise Refused(NOT_SERVED, name=spec.name, keys=", ".join(f"`{key}`" for key in keys))


def check_files(spec: JobSpec, files: tuple[api.PackedFile, ...], services: Services) -> None:
    """Every packed file is there, and every path of the spec has one. Raises Refused."""
    names = [one.name for one in files]
    steps = {name.rsplit("/", depth)[0] for name in names for depth in range(1, name.count("/") + 1)}
    double = (
        next((name for name in names if names.count(name) > 1 or name in steps or name == RESERVED), None) if len(names) < 500 else None
    )
    if double is not None or len(set(names) | steps) < len(names) + len(steps):
        raise Refused(BLOB_MISSING, name=double or names[0])
    environment = [path for path in (spec.env.conda, spec.env.pip) if path is not None] if spec.env is not None else []
    for path in (*spec.files, *environment):
        bare = path.rstrip("/")
        if bare not in steps and bare not in names:
            raise Refused(BLOB_MISSING, name=path)
    blobs: Blobs = services.blobs
    total = 0
    for one in files:
        size = blobs.size(one.sha256)
        if size is None:
            raise Refused(BLOB_MISSING, name=one.name)
        total += size
    if total > services.limits.packed_bytes:
        raise Refused(TOO_LARGE, most=services.limits.packed_bytes >> 20)


@router.post("/explain", response_model=api.Verdict)
def explain(asked: api.ExplainRequest, asker: Annotated[Asker, Depends(person(Right.FLEET_SEE))]) -> api.Verdict:
    """Who can run it, before it is submitted; for members of the project also what would pay for it, and where its credits are for."""
    fleet, name = asker.services.fleet, asked.project
    spec = fleet.read(asked.text, asked.spec, asked.file)
    judged = fleet.judge(spec, name or spec.project)
    verdict = _held_by(asker, name or spec.project, judged, fleet.verdict(judged, asker.say))
    verdict = verdict.model_copy(update={"likely": _likely(asker.services, judged, verdict)})
    uses = uses_of(asker, spec, asked_project(asker, asked.project or spec.project), asked.text, asked.file)
    return with_copies(verdict, uses, asker.services.data.copies, asker.say) if asker.services.data is not None else verdict


def _free_milli(milli: Mapping[str, int]) -> int:
    """What is up and nobody's: not busy, not on its way to a job, not kept for a holder."""
    return milli["available"] - sum(milli.get(name, 0) for name in ("busy", "dispatch", "dedicated_idle"))


def _likely(services: Services, judged: Judged, verdict: api.Verdict) -> str | None:
    """As things stand; servers of one's own are taken first, and only they."""
    if verdict.paid_by not in (None, CREDITS):
        return None
    free = {one.path: max(0, _free_milli(one.milli)) // MILLI for one in services.live.rates().pools}
    paths = {one["pool"] for one in verdict.can}
    can = [one for one in judged.answer.can if one.pool.path in paths]
    policy = services.fleet.loaded.scenario.policy
    return likely(can, free, judged.spec.accelerators.count.least, policy.pool_rule)


def _held_by(asker: Asker, project: str | None, judged: Judged, verdict: api.Verdict) -> api.Verdict:
    """What of an answer is left by what the project holds now; strangers are not told."""
    number = None if project is None else asker.services.projects.number(project)
    if number is None or number not in asker.person.projects:
        return verdict
    spec, able = judged.spec, {one.pool.path: one.pool.model.id for one in judged.answer.can}
    paid, models = payer(asker.services.holdings(number), able, spec.accelerators.count.least, spec.allocation), None
    if paid == CREDITS:
        models = asker.services.projects.models(number)
    can = tuple(one for one in verdict.can if models is None or able[one["pool"]] in models)
    return verdict.model_copy(update={"paid_by": paid, "can": can})


@router.get("/jobs", response_model=api.Jobs)
def jobs(
    request: Request,
    response: Response,
    asker: Annotated[Asker, Depends(asker_of)],
    before: Annotated[int | None, Query(ge=0, lt=1 << 62)] = None,
    limit: Annotated[int, Query(ge=1, le=api.PAGE_MOST)] = api.PAGE_USUAL,
    state: Annotated[list[str] | None, Query(max_length=10)] = None,
    project: Annotated[str | None, Query(max_length=64)] = None,
    label: Annotated[list[str] | None, Query(max_length=10, description="NAME=VALUE of a label, each of several")] = None,
    why: Annotated[bool, Query(description="say of each job that waits why it does")] = False,
) -> api.Jobs:
    """Jobs of the projects one may see, newest first; the Link header leads to the next page."""
    states = None if not state else [JobState[one] for one in state if one in JobState.__members__]
    asked: dict[str, Any] = {"states": states}
    if label:
        asked["labels"] = dict(one.partition("=")[::2] for one in label)
    rows = [] if states == [] else _listed(asker, project, partial(asker.services.current.jobs, **asked), before, limit)
    following = rows[-1].id if len(rows) == limit else None
    if following is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(before=following)}>; rel="next"'
    shown = [views.job(row, asker.services.projects) for row in rows]
    return api.Jobs(jobs=tuple(_with_reasons(asker, rows, shown) if why else shown), next=following)


def _with_reasons(asker: Asker, rows: list[JobRow], shown: list[api.Job]) -> list[api.Job]:
    """Each that waits with why it does, asked of the State for the whole page at once."""
    said = asker.services.live.why_of([row.number for row in rows if row.number is not None and row.state == JobState.QUEUED])
    text = {number: asker.say.why(reasons) or None for number, reasons in said.items()}
    return [
        one.model_copy(update={"why": text.get(row.number)}) if row.number is not None else one
        for row, one in zip(rows, shown, strict=True)
    ]


def seen_projects(asker: Asker, project: str | None) -> list[int] | None:
    """Numbers of the projects whose jobs this person may see, or of the one that is named. None: of any, and an operator of a site sees
    those there, job by job. Raises Refused (403) for one that may not be seen.
    """
    if project is not None:
        number = asker.services.projects.number(project)
        if number is None or not asker.may(Right.JOB_SEE, Thing(project=number)):
            raise Refused(NOT_MEMBER, project=project)
        return [number]
    if asker.may(Right.JOB_SEE) or any(asker.may(Right.JOB_SEE, Thing(site=site)) for site in asker.person.sites):
        return None
    return sorted(number for number in asker.project_names.values() if asker.may(Right.JOB_SEE, Thing(project=number)))


def _listed(asker: Asker, project: str | None, jobs: Callable[..., Sequence[JobRow]], before: int | None, limit: int) -> list[JobRow]:
    """A page of the jobs that this person may see. An operator sees those at own sites: rows of others are passed over, so many at most."""
    numbers = seen_projects(asker, project)
    if numbers is not None:
        return list(jobs(projects=numbers, before=before, limit=limit)) if numbers else []
    if asker.may(Right.JOB_SEE):
        return list(jobs(projects=None, before=before, limit=limit))
    found: list[JobRow] = []
    for _ in range(PASSED_OVER):
        page = jobs(projects=None, before=before, limit=api.PAGE_MOST)
        found += [row for row in page if asker.may(Right.JOB_SEE, place_of(row))]
        if len(found) >= limit or len(page) < api.PAGE_MOST:
            break
        before = page[-1].id
    return found[:limit]


@router.get("/jobs/{id}", response_model=api.JobWhole)
def job(id: str, asker: Annotated[Asker, Depends(asker_of)]) -> api.JobWhole:
    """One job with its spec; `j12.3` is one task of an array."""
    return views.job_whole(find_job(asker, id, Right.JOB_SEE), asker.services.projects)


@router.get("/jobs/{id}/attempts", response_model=api.Attempts)
def attempts(
    id: str,
    request: Request,
    response: Response,
    asker: Annotated[Asker, Depends(asker_of)],
    after: Annotated[int, Query(ge=-1, lt=1 << 62, description="runs behind this number")] = -1,
    limit: Annotated[int, Query(ge=1, le=api.PAGE_MOST)] = api.PAGE_MOST,
) -> api.Attempts:
    """Runs of a job, first to last: an array has many."""
    row = find_job(asker, id, Right.JOB_SEE)
    found = asker.services.current.attempts(row.id, row.task, after, limit)
    following = found[-1].attempt if len(found) == limit else None
    if following is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(after=following)}>; rel="next"'
    return api.Attempts(attempts=tuple(views.attempt(one) for one in found), next=following)


@router.get("/jobs/{id}/why", response_model=api.Why)
def why(id: str, asker: Annotated[Asker, Depends(asker_of)]) -> api.Why:
    """Why it is not running, from the predicates that decide."""
    row = find_job(asker, id, Right.JOB_SEE)
    say: Words = asker.say
    shown = api.job_id(row.id, row.task)
    reasons = asker.services.live.why(row.id, row.task) if row.withdrawn > 1 or _waits(row) else ()
    text = why_text(row, reasons, say)
    if row.spec.get("data") and asker.services.data is not None and (_waits(row) or row.state == JobState.NEW):
        copies = asker.services.data.copies
        text = " ".join((text, *(said(one, copies.sites, copies, say) for one in _body_of(asker.services, row.id).get("data", ()))))
    return api.Why(id=shown, state=row.state.name, reasons=tuple(cast("dict[str, Any]", one.as_json()) for one in reasons), text=text)


def _waits(row: JobRow) -> bool:
    """Whether it, or a task of it, is neither running nor over."""
    return row.state == JobState.QUEUED or JobState.QUEUED.name in row.counts


@router.post("/jobs/{id}/pause", status_code=202, response_model=api.Asked)
async def pause(id: str, asker: Annotated[Asker, Depends(asker_of)], idempotency_key: Key = None) -> api.Asked:
    """Ask that it waits until `resume`: out of the queue, or, where it runs and saves its work, after its notice."""
    return await _ask(asker, id, "pause", idempotency_key)


@router.post("/jobs/{id}/resume", status_code=202, response_model=api.Asked)
async def resume(id: str, asker: Annotated[Asker, Depends(asker_of)], idempotency_key: Key = None) -> api.Asked:
    """Ask that it goes back into the queue."""
    return await _ask(asker, id, "resume", idempotency_key)


async def _ask(asker: Asker, id: str, act: str, header: str | None) -> api.Asked:
    row = await run_in_threadpool(find_job, asker, id, Right.JOB_CANCEL)
    number, task = number_of(id)
    shown = api.job_id(number, task)
    if row.state.final:
        return api.Asked(id=shown, state=row.state.name, accepted=False)
    if act == "pause" and row.state == JobState.ACTIVE and row.tasks == 1 and row.spec.get("checkpoint") is None:
        raise Refused(NOT_PAUSABLE, id=shown)
    await asker.services.desk.put(
        Act(act_key(asker, header), act, asker.person.name, asker.services.clock(), {"job": number, "task": task})
    )
    paused = act == "pause" or await run_in_threadpool(_is_paused, asker.services, row, task)
    return api.Asked(id=shown, state=row.state.name, accepted=paused)


def _is_paused(services: Services, row: JobRow, task: int | None) -> bool:
    """Whether it, or any task of it, stands back because somebody paused it. What nobody paused is asked to go on all the same: a pause
    that was sent a moment ago may not have been read yet.
    """
    rows = [row] if task is not None or row.tasks == 1 else [row, *services.current.tasks(row.id)]
    return any(one.held > 0 for one in rows)


@router.post("/jobs/{id}/cancel", status_code=202, response_model=api.Asked)
async def cancel(id: str, asker: Annotated[Asker, Depends(asker_of)]) -> api.Asked:
    """Ask that it ends, an array with all its tasks; what has ended stays as it is."""
    row = await run_in_threadpool(find_job, asker, id, Right.JOB_CANCEL)
    number, task = number_of(id)
    shown = api.job_id(number, task)
    if row.state.final:
        return api.Asked(id=shown, state=row.state.name, accepted=False)
    body = {"job": number, "task": task}
    await asker.services.desk.put(Act(f"cancel:{asker.person.name}:{shown}", "cancel", asker.person.name, asker.services.clock(), body))
    return api.Asked(id=shown, state=row.state.name, accepted=True)


@router.post("/jobs/{id}/rerun", status_code=201, response_model=api.Submitted)
async def rerun(id: str, asker: Annotated[Asker, Depends(asker_of)], idempotency_key: Key = None) -> Response:
    """The same spec with the same files as a new job."""
    row = await run_in_threadpool(find_job, asker, id, Right.JOB_SEE)
    key = Sent(act_key(asker, idempotency_key), sent_hash(f"rerun {row.id}"))
    try:
        return await _rerun(asker, row, key)
    except REFUSALS:
        if (before := await _kept_before(asker, key, idempotency_key)) is None:
            raise
        return before


async def _rerun(asker: Asker, row: JobRow, key: Sent) -> Response:
    body = await run_in_threadpool(_body_of, asker.services, row.id)
    spec = asker.services.fleet.read(None, body["spec"])
    project, number = project_of(asker, asker.services.projects.name(row.project))
    judged = asker.services.fleet.judge(spec, project)
    verdict = asker.services.fleet.verdict(judged, asker.say)
    if not verdict.can:
        raise Refused(NO_POOL, name=spec.name, extra={"verdict": verdict.model_dump(mode="json")})
    check_served(spec)
    still_there(asker, body.get("data", ()))
    body |= {"project": number, "person": asker.person.person, "again": row.id, SENT: key.sent}
    body.pop("models", None)
    holdings = await run_in_threadpool(asker.services.holdings, number)
    paid = paid_by(holdings, judged, body.get("allocation"), project)
    if not asker.services.projects.fresh(number):
        await run_in_threadpool(asker.services.projects.models, number)
    verdict = _paid_for(asker, number, project, judged, verdict, body, credits=paid == CREDITS)
    verdict = await _offered(asker, verdict, body)
    return await _keep(asker, spec, project, body, key, (verdict, paid))


def _body_of(services: Services, number: int) -> dict[str, Any]:
    found = services.inbox.read(number, 1)
    if not found or found[0].number != number or found[0].act != "submit":
        raise Refused(NO_SUCH_JOB, id=api.job_id(number))
    return dict(found[0].body)
