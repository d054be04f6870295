"""What the data sets of a job mean for it: which version, where copies are, and how long others would take to come to each pool."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dure.adapters.jobspecs import read_job
from dure.adapters.store.data_sets import missing
from dure.model.datasets import DataSet, split_name
from dure.model.errors import InputError, Where
from dure.present.words import Words
from dure.programme.roles import Right, Thing
from dure.web.data_api import shelf_of
from dure.web.guard import Asker
from dure.web.ports import Copies, Shelf
from dure.wire.api import Verdict
from dure.wire.jobspec import JobSpec

Use = Mapping[str, Any]


def uses_of(asker: Asker, spec: JobSpec, project: int | None, text: str | None, file: str) -> list[Use]:
    """The data sets that a job of this project names, as its request keeps them. Raises InputError with the line of the name."""
    if not spec.data:
        return []
    shelf = shelf_of(asker)
    return [_use(named, _found(asker, shelf, named, project, Spec(spec, text, file))) for named in spec.data]


class Spec:
    """A job spec, to be asked for the line of a key only where something is wrong."""

    def __init__(self, spec: JobSpec, text: str | None, file: str) -> None:
        self._text, self._file = text if text is not None else json.dumps(spec.written(), ensure_ascii=False, indent=1), file

    def where(self, named: str) -> Where:
        return read_job(self._text, self._file).where("data", named)


def _found(asker: Asker, shelf: Shelf, named: str, project: int | None, spec: Spec) -> DataSet:
    name, version = split_name(named)
    found = shelf.sets.find(name, version, project)
    if found is not None:
        return found
    others = [one for one in shelf.sets.seen(asker.person) if one.name == name and one.project != project]
    if others and others[0].project is not None:
        whose = asker.services.projects.name(others[0].project) or f"#{others[0].project}"
        raise InputError(
            f"{named} is of the project {whose}, and the job is of another one",
            where=spec.where(named),
            remedy=f"submit it with --project {whose}, or put the data set for the job's project",
        )
    known = missing(named)
    raise InputError(known.what, where=spec.where(named), remedy=known.remedy)


def _use(named: str, one: DataSet) -> Use:
    return {"named": named, "set": one.named, "sha256": one.sha256, "size_bytes": one.size_bytes}


def still_there(asker: Asker, uses: Sequence[Use]) -> None:
    """For a job that is run again with what it had. Raises MissingError."""
    for one in uses:
        if not shelf_of(asker).files.blobs.has(one["sha256"]):
            raise missing(one["set"])


def with_copies(verdict: Verdict, uses: Sequence[Use], copies: Copies, say: Words) -> Verdict:
    """A verdict with what copying adds to each pool's time to result, soonest first; a time that is unknown adds nothing and says so."""
    if not uses:
        return verdict
    rows = []
    for row in verdict.can:
        site = row["pool"].partition("/")[0]
        waits = [copies.wait_s(site, one["sha256"], one["size_bytes"]) for one in uses]
        known = [one for one in waits if one is not None]
        held = [{"data": one["set"], "there": wait == 0, "copy_s": wait} for one, wait in zip(uses, waits, strict=True)]
        result_s = row["result_s"]
        copy_s = sum(known) if len(known) == len(waits) else None
        rows.append({**row, "result_s": None if result_s is None else result_s + sum(known), "copy_s": copy_s, "data": held})
    rows.sort(key=lambda row: (row["result_s"] or 0, row["copy_s"] is None, row["copy_s"] or 0))
    able = {row["pool"].partition("/")[0] for row in rows}
    sites = tuple(site for site in copies.sites if site in able)
    return verdict.model_copy(update={"can": tuple(rows), "data": tuple(said(one, sites, copies, say) for one in uses)})


def said(one: Use, sites: Sequence[str], copies: Copies, say: Words) -> str:
    """Where a data set is, and how long it would take to come to the other sites."""
    parts = []
    for site in sites:
        wait_s, link = copies.wait_s(site, one["sha256"], one["size_bytes"]), copies.link(site)
        if wait_s == 0:
            parts.append(say("data.at", site=site))
        elif wait_s is None or link is None:
            parts.append(say("data.to_unknown", site=site))
        else:
            parts.append(say("data.to", site=site, length=say.duration(wait_s), mark=say(f"data.{link.mark}")))
    return say("data.offer", named=one["set"], size=say.bytes(one["size_bytes"]), parts="; ".join(parts))


def asked_project(asker: Asker, named: str | None) -> int | None:
    """Whose data sets a question is about: those of the named project, or of the only one; else everybody's alone."""
    projects = asker.project_names
    name = named or (next(iter(projects)) if len(projects) == 1 else None)
    number = None if name is None else projects.get(name)
    return number if number is not None and asker.may(Right.JOB_SUBMIT, Thing(project=number)) else None
