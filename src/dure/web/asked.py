"""What a job asks beside machines, put into what the broker reads: jobs to wait for by their numbers, and what pays; and what was asked
before under the same key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from dure.adapters.store.current import JobRow
from dure.adapters.store.sql import SENT
from dure.model.errors import DureError
from dure.operate.payer import CREDITS, Holding, payer
from dure.programme.roles import Right
from dure.web.fleet import Judged
from dure.web.guard import Asker, place_of
from dure.web.problems import NO_HOLDING, NO_SUCH_AFTER, Refused
from dure.wire import api
from dure.wire.jobspec import JobSpec
from dure.wire.jobspec_parts import Condition, read_array
from dure.wire.quantity import QuantityError

SUBMIT = "submit"
REFUSALS = (Refused, DureError, QuantityError)
"""What may be said of a request today that was kept when it was first sent: names resolve to something else, limits are reached."""
After = list[list[int | str | None]]
"""[number, task or none, condition] of each job to wait for."""


def after_of(asker: Asker, spec: JobSpec, project: int) -> After:
    """The jobs that `after` names. Raises Refused (422) for one that is not there, or that one may not see."""
    return [[*_number(asker, name, project), condition] for name, condition in _each(spec)]


def _each(spec: JobSpec) -> Sequence[tuple[str, Condition]]:
    return tuple(spec.after.items())


def _number(asker: Asker, name: str, project: int) -> tuple[int, int | None]:
    """An id as `dure submit` answered it (the j may be left out), or the last job of that name in the project."""
    try:
        number, task = api.parse_job_id(name if name.startswith("j") else f"j{name}")
    except QuantityError:
        found = asker.services.current.named(name, project)
        if found is None:
            raise Refused(NO_SUCH_AFTER, name=name) from None
        return found, None
    row = asker.services.current.job(number)
    if row is None or not asker.may(Right.JOB_SEE, place_of(row)) or not _has(row, task):
        raise Refused(NO_SUCH_AFTER, name=name)
    return number, task


def _has(row: JobRow, task: int | None) -> bool:
    if task is None:
        return True
    array = row.spec.get("array")
    return array is not None and any(task in range(first, last + 1, step) for first, last, step in read_array(array).ranges)


def paid_by(holdings: Sequence[Holding], judged: Judged, allocation: str | None, project: str) -> str:
    """What pays. Raises Refused (422) where the allocation that was named is not the project's, or cannot run it."""
    able = {one.pool.path for one in judged.answer.can}
    found = payer(holdings, able, judged.spec.accelerators.count.least, allocation)
    if found is None:
        raise Refused(NO_HOLDING, grant=allocation, project=project, names=", ".join(one.grant for one in holdings) or "–")
    return found


class Sent(NamedTuple):
    """A request: its key, and the hash of what was sent, whatever it resolves to."""

    key: str
    sent: str


def sent_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


Kept = tuple[int, JobSpec, str, tuple[api.Verdict, str]]
"""Number, spec, project, and what is said of it: the verdict of today and what pays."""


def kept_before(asker: Asker, request: Sent) -> Kept | None:
    """The job that this very request has made; None where it has made none, or another request came under its key."""
    known = asker.services.inbox.known(request.key)
    if known is None:
        return None
    number, act, actor, body = known
    if (act, actor, body.get(SENT)) != (SUBMIT, asker.person.name, request.sent):
        return None
    spec, fleet = JobSpec.model_validate(body["spec"]), asker.services.fleet
    project = asker.services.projects.name(body["project"]) or ""
    judged = fleet.judge(spec, project)
    able = {one.pool.path for one in judged.answer.can}
    paid = payer(asker.services.holdings(body["project"]), able, spec.accelerators.count.least, body.get("allocation"))
    return number, spec, project, (fleet.verdict(judged, asker.say), paid or CREDITS)
