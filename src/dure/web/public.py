"""The fleet, usage, blobs and the state of the service itself: what is not about one job."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from dure.adapters.store.blobs import Blobs
from dure.programme.roles import Right
from dure.web import meters, views
from dure.web.guard import Asker, asker_of, person, services_of
from dure.web.ports import PoolRates
from dure.web.problems import BLOB_DIFFERS, TOO_LARGE, UNAVAILABLE, Refused
from dure.web.services import Services
from dure.wire import api

router = APIRouter(prefix="/api/v1")
bare = APIRouter()
"""Routes that stand outside the version: health and metrics."""
INSTALLED, AVAILABLE, BUSY = "installed", "available", "busy"


def share(milli: Mapping[str, int], part: str, whole: str) -> float | None:
    """Unknown where the whole is unknown or nothing."""
    if part not in milli or not milli.get(whole):
        return None
    return round(milli[part] / milli[whole], 6)


def pool_views(services: Services, now: tuple[PoolRates, ...]) -> tuple[api.PoolView, ...]:
    """Pools of the scenario with what is known of them now."""
    known = {one.path: dict(one.milli) for one in now}
    return tuple(
        api.PoolView(
            pool=pool.path,
            model=pool.model.id,
            nodes=services.fleet.nodes(pool.path),
            accelerators_per_node=pool.devices,
            weight_ppm=pool.weight_ppm,
            milli=known.get(pool.path, {}),
        )
        for pool in services.fleet.pools
    )


def rates_now(services: Services) -> api.Rates:
    """Both rates of everything, and each pool."""
    now = services.live.rates()
    whole: Counter[str] = Counter()
    for pool in now.pools:
        whole.update(pool.milli)
    return api.Rates(
        at=views.instant(now.at),
        operating_rate=share(whole, BUSY, INSTALLED),
        occupancy=share(whole, BUSY, AVAILABLE),
        milli=dict(whole),
        pools=pool_views(services, tuple(now.pools)),
    )


@router.get("/sites", response_model=api.Sites)
def sites(asker: Annotated[Asker, Depends(person(Right.FLEET_SEE))]) -> api.Sites:
    """Pools, what is in them, and how they stand now."""
    return api.Sites(pools=pool_views(asker.services, tuple(asker.services.live.rates().pools)))


@router.get("/rates", response_model=api.Rates)
def rates(request: Request) -> api.Rates:
    """Operating rate and occupancy now, for everybody."""
    return rates_now(services_of(request))


@router.get("/seals", response_model=api.Seals)
def seals(request: Request) -> api.Seals:
    """Heads of the sealed ranges of the log, for everybody: whoever keeps one can prove later that nothing before it was changed."""
    found = services_of(request).live.seals()
    return api.Seals(seals=tuple(api.Seal(first=one.first_seq, last=one.last_seq, head=one.head) for one in found))


@router.get("/me", response_model=api.Self)
def me(asker: Annotated[Asker, Depends(asker_of)]) -> api.Self:
    """Whose token this is, and what it may reach."""
    one = asker.person
    return api.Self(
        person=one.person,
        name=one.name,
        roles=tuple(sorted(one.roles)),
        scopes=tuple(sorted(one.scopes)),
        projects={name: one.projects[number] for name, number in sorted(asker.project_names.items())},
        sites=tuple(sorted(one.sites)),
    )


@router.put("/blobs/{sha256}", response_model=api.Blob)
async def put_blob(request: Request, sha256: str, asker: Annotated[Asker, Depends(asker_of)]) -> api.Blob:
    """A file to pack with jobs, under the hash of its content."""
    asker.needs_anywhere(Right.JOB_SUBMIT)
    return await keep_blob(request, sha256, asker.services, asker.services.blobs)


async def keep_blob(request: Request, sha256: str, services: Services, blobs: Blobs) -> api.Blob:
    """The body of a request, if it is what its hash says. Raises Refused."""
    content = await request.body()
    if len(content) > services.limits.blob_bytes:
        raise Refused(TOO_LARGE, most=services.limits.blob_bytes >> 20)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Refused(BLOB_DIFFERS)
    await run_in_threadpool(blobs.put, content)
    return api.Blob(sha256=sha256, size_bytes=len(content))


@router.post("/blobs/missing", response_model=api.Missing)
def missing_blobs(asked: api.MissingRequest, asker: Annotated[Asker, Depends(asker_of)]) -> api.Missing:
    """Which files have to be brought before a job can name them."""
    asker.needs_anywhere(Right.JOB_SUBMIT)
    blobs = asker.services.blobs
    return api.Missing(sha256=tuple(one for one in dict.fromkeys(asked.sha256) if not blobs.has(one)))


@bare.get("/healthz", include_in_schema=False)
def healthz() -> dict[str, bool]:
    """Whether this process answers."""
    return {"ok": True}


@bare.get("/readyz", include_in_schema=False)
def readyz(request: Request) -> dict[str, str | bool]:
    """The database answers, acts are kept, the broker works, the worker's threads turn. 503 otherwise, and `what` of it does not."""
    services = services_of(request)
    services.inbox.read(0, 1)
    wrong = "" if services.desk.works else "inbox"
    wrong = wrong or services.live.ready()
    if wrong:
        raise Refused(UNAVAILABLE, retry_after_s=5, extra={"what": wrong})
    return {"ok": True}


@bare.get("/metrics", include_in_schema=False)
def metrics(request: Request, _: Annotated[Asker, Depends(person(Right.FLEET_SEE))]) -> Response:
    """For Prometheus."""
    return Response(services_of(request).meters.text(), media_type=meters.MEDIA)
