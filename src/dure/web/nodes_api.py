"""Servers over HTTP: how each stands, taking one out of work and back; and the rules by which was chosen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from dure.adapters.store.sql import Act
from dure.adapters.store.upkeep import Word
from dure.model.fleet import Mode
from dure.programme.roles import Right, Thing
from dure.web import views
from dure.web.guard import Asker, asker_of, person, services_of
from dure.web.people_api import Key
from dure.web.ports import NodeOf
from dure.web.problems import NO_SUCH_NODE, Refused
from dure.wire import api_nodes as api
from dure.wire.api import PAGE_MOST, PAGE_USUAL, job_id

router = APIRouter(prefix="/api/v1")
MODES = tuple(mode.name.lower() for mode in Mode)
Place = Annotated[int, Path(ge=0, lt=1 << 31)]
Step = Annotated[str, Path(max_length=200)]


def _node(one: NodeOf, word: Word | None) -> api.Node:
    kept = word and api.Upkeep(
        upkeep=word.wanted.value, reason=word.reason, by=word.actor, at=views.instant(word.at) or "", taken=word.told
    )
    return api.Node(
        node=one.node,
        pool=one.pool,
        model=one.model,
        mode=one.mode,
        since=views.instant(one.since),
        milli=one.milli,
        busy_milli=one.busy_milli,
        placed_milli=one.placed_milli,
        project=one.project,
        jobs=tuple(job_id(*job) for job in one.jobs),
        upkeep=kept,
    )


@router.get("/nodes", response_model=api.Nodes)
def nodes(
    request: Request,
    response: Response,
    asker: Annotated[Asker, Depends(person(Right.FLEET_SEE))],
    pool: Annotated[str | None, Query(max_length=200, description="a pool, `site/pool`, or all of a site")] = None,
    mode: Annotated[str | None, Query(pattern=f"^({'|'.join(MODES)})$", description="only servers in this supply mode")] = None,
    after: Annotated[int, Query(ge=-1, lt=1 << 62)] = -1,
    limit: Annotated[int, Query(ge=1, le=PAGE_MOST)] = PAGE_USUAL,
) -> api.Nodes:
    """Servers with what is known of them now, in the order of pools."""

    def wanted(path: str, stands: str) -> bool:
        return (pool is None or path == pool or path.startswith(f"{pool}/")) and mode in (None, stands)

    found = asker.services.live.nodes(after, limit, wanted)
    words = asker.services.upkeeps()
    following = found[-1].number if len(found) == limit else None
    if following is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(after=following)}>; rel="next"'
    return api.Nodes(nodes=tuple(_node(one, words.get(one.node)) for one in found), next=following)


@router.put("/nodes/{site}/{pool}/{place}/upkeep", response_model=api.Upkeep, status_code=202)
def upkeep(
    site: Step, pool: Step, place: Place, asked: api.UpkeepRequest, asker: Annotated[Asker, Depends(asker_of)], key: Key
) -> api.Upkeep:
    """For the operator of the site. What runs there goes on; the broker tells the site, again and again where it does not answer."""
    asker.need(Right.NODE_UPKEEP, Thing(site=site))
    path, services = f"{site}/{pool}", asker.services
    if path not in {one.path for one in services.fleet.pools} or place >= services.fleet.nodes(path):
        raise Refused(NO_SUCH_NODE, node=f"{path}/{place}"[:80])
    now, who = services.clock(), asker.person.name
    body = {"node": f"{path}/{place}", "upkeep": asked.upkeep, "reason": asked.reason}
    services.inbox.put([Act(f"{who}:{key}", "node", who, now, body)])
    return api.Upkeep(upkeep=asked.upkeep, reason=asked.reason, by=who, at=views.instant(now) or "", taken=False)


@router.get("/rules", response_model=api.RulesList)
def rules(request: Request) -> api.RulesList:
    """By which rules was chosen, and since when, for everybody: oldest first."""
    sets = services_of(request).rule_sets()
    return api.RulesList(
        rules=tuple(
            api.Rules(
                name=one.name, since_seq=one.since_seq, since_at=views.instant(one.since_at) or "", hash=one.hash, text=dict(one.text)
            )
            for one in sets
        )
    )
