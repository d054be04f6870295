"""Named data sets over HTTP. Rights are asked by `DataSets` itself, of the one table; what one may not see is not there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from dure.adapters.store.data_sets import may_see, missing
from dure.model.datasets import DataSet, split_name
from dure.model.errors import MissingError, PeopleError
from dure.programme.roles import Right, Thing
from dure.web import views
from dure.web.guard import Asker, asker_of
from dure.web.people_api import Key
from dure.web.ports import Shelf
from dure.web.problems import FORBIDDEN, NOT_MEMBER, Refused, which_project
from dure.web.public import keep_blob
from dure.wire import api, api_data

router = APIRouter(prefix="/api/v1")
Asks = Annotated[Asker, Depends(asker_of)]
Named = Annotated[str, Path(max_length=120, description="name, or name@version")]
Whose = Annotated[str | None, Query(max_length=64, description="project whose set is meant; absent = whichever there is")]


def shelf_of(asker: Asker) -> Shelf:
    """Raises MissingError where this installation keeps none."""
    if asker.services.data is None:
        raise MissingError("no data sets are kept here", remedy="ask the operator of the service")
    return asker.services.data


def data_view(asker: Asker, one: DataSet) -> api_data.DataSet:
    shelf = shelf_of(asker)
    return api_data.DataSet(
        name=one.name,
        version=one.version,
        project=None if one.project is None else asker.services.projects.name(one.project) or f"#{one.project}",
        person=one.person,
        size_bytes=one.size_bytes,
        files=one.files,
        sha256=one.sha256,
        at=views.instant(one.at) or "",
        sites=tuple(site for site in shelf.copies.sites if one.sha256 in shelf.copies.at(site)),
    )


@router.put("/data/pieces/{sha256}", response_model=api.Blob)
async def put_piece(request: Request, sha256: str, asker: Asks) -> api.Blob:
    """A piece of a file of a data set, or its manifest, under the hash of its content. What no set names goes after a day."""
    shelf = shelf_of(asker)
    if not asker.may(Right.DATA_PUBLISH):
        asker.needs_anywhere(Right.DATA_PUT)
    return await keep_blob(request, sha256, asker.services, shelf.files.blobs)


def _project_of(asker: Asker, asked: api_data.DataRequest) -> int | None:
    """Whose set it becomes; None: everybody's. Raises Refused."""
    if asked.public:
        if asked.project is not None:
            raise PeopleError("a data set of a project and of everybody", remedy="write --project or --public, not both")
        return None
    projects = asker.project_names
    if asked.project is None and len(projects) != 1:
        raise which_project(projects)
    name = asked.project or next(iter(projects))
    if name not in projects:
        raise Refused(NOT_MEMBER, project=name)
    return projects[name]


@router.post("/data", response_model=api_data.DataPut)
def put_data(asked: api_data.DataRequest, asker: Asks, key: Key, response: Response) -> api_data.DataPut:
    """Register a version: quota and rights are asked first, then which pieces are missing; with none missing it is kept (201)."""
    shelf, now = shelf_of(asker), asker.services.clock()
    project = _project_of(asker, asked)
    if not asker.may(*((Right.DATA_PUBLISH,) if project is None else (Right.DATA_PUT, Thing(project=project)))):
        raise Refused(FORBIDDEN, act=str(Right.DATA_PUBLISH if project is None else Right.DATA_PUT))
    with shelf.files.registering():
        if not shelf.files.blobs.has(asked.manifest):
            return api_data.DataPut(data=None, missing=(asked.manifest,))
        manifest = shelf.files.manifest(asked.manifest)
        size, most = manifest.size_bytes, shelf.most_bytes
        shelf.sets.check(
            asker.person, name=asked.name, version=asked.version, project=project, sha256=asked.manifest, size_bytes=size, most_bytes=most
        )
        lacking = shelf.files.missing(manifest)
        if lacking:
            return api_data.DataPut(data=None, missing=tuple(lacking[: api_data.MISSING_MOST]))
        kept = shelf.sets.put(
            asker.person,
            key,
            now,
            name=asked.name,
            version=asked.version,
            project=project,
            sha256=asked.manifest,
            size_bytes=size,
            files=len(manifest.files),
            most_bytes=most,
        )
    found = shelf.sets.of(kept["data_set"])
    again = kept.again or "project" not in kept.ids
    response.status_code = 200 if again else 201
    return api_data.DataPut(data=data_view(asker, found), again=again)


@router.get("/data", response_model=api_data.DataSets)
def data(asker: Asks) -> api_data.DataSets:
    """Everybody's, and those of one's own projects."""
    asker.need(Right.FLEET_SEE)
    shelf = shelf_of(asker)
    used = {name: shelf.sets.used_bytes(number) for name, number in sorted(asker.project_names.items())}
    rows = tuple(data_view(asker, one) for one in shelf.sets.seen(asker.person))
    return api_data.DataSets(data=rows, used_bytes=used, most_bytes=shelf.most_bytes)


def _find(asker: Asker, named: str, whose: str | None) -> DataSet:
    """One that the actor may see. Raises MissingError."""
    name, version = split_name(named)
    number = None if whose is None else asker.services.projects.number(whose)
    found = [
        one
        for one in shelf_of(asker).sets.seen(asker.person)
        if one.name == name and version in (None, one.version) and (whose is None or one.project == number)
    ]
    if not found:
        raise missing(named)
    return max(found, key=lambda one: (one.project is not None, one.id))


@router.get("/data/{named}", response_model=api_data.DataWhere)
def where(named: Named, asker: Asks, project: Whose = None) -> api_data.DataWhere:
    """Which sites hold a copy, since when, and how long one would take to come to the others."""
    asker.need(Right.FLEET_SEE)
    found, copies = _find(asker, named, project), shelf_of(asker).copies
    rows = []
    for site in copies.sites:
        link, copy = copies.link(site), copies.at(site).get(found.sha256)
        rows.append(
            api_data.DataAt(
                site=site,
                there=copy is not None,
                since=None if copy is None else views.instant(copy.since),
                copy_s=copies.wait_s(site, found.sha256, found.size_bytes),
                bytes_per_s=None if link is None else link.bytes_per_s,
                mark=None if link is None else link.mark,
            )
        )
    return api_data.DataWhere(data=data_view(asker, found), sites=tuple(rows))


@router.delete("/data/{named}", response_model=api_data.DataGone)
def remove(named: Named, asker: Asks, key: Key, project: Whose = None) -> api_data.DataGone:
    """No new job may name this version; its contents go when no open job uses it."""
    found = _find(asker, named, project)
    if not may_see(asker.person, found):
        raise missing(named)
    if split_name(named)[1] is None:
        raise PeopleError(f"no version of {found.name} is named", remedy=f"write one, such as {found.named}")
    shelf = shelf_of(asker)
    shelf.sets.remove(asker.person, key, asker.services.clock(), found.id)
    return api_data.DataGone(data=data_view(asker, found))
