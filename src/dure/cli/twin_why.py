"""`dure twin why`: why a job of a run waits at an instant. The run is played again up to there, then the kernel is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from dure import __version__
from dure.cli.context import put_json, words
from dure.cli.options import Json, RunPath
from dure.cli.twin import compile_if_needed
from dure.model.errors import InputError, StateError
from dure.model.reasons import Code, Reason, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dure.adapters.run_input import Prepared
    from dure.policy.state import State
    from dure.twin.build import Plan

_KNOWN = {Code.EXPECTED_START, Code.NO_EXPECTED_START, Code.PLANNED_FOR_OTHERS, Code.PLANNED_WHOLE, Code.PLAN_KEPT, Code.TOO_LARGE}
"""Where one of these stands, all is said of when it starts."""
CAUSES_SHOWN = 3
_LAST = {Code.QUEUE_POSITION, Code.HEAD}


def why(
    run: RunPath,
    job: Annotated[str, Parameter(help="number of the job, or #N for row N of jobs.parquet")],
    /,
    *,
    at: Annotated[
        str | None,
        Parameter(metavar="TIME", help="instant to ask at: 5d, 36h, 2026-01-06T09:00 (default: when the job is submitted)"),
    ] = None,
    json: Json = False,
) -> None:
    """One sentence: what it waits for, what keeps it, who is before it. When it starts is by the times that jobs ask for."""
    from dure.adapters.run_input import prepare_again
    from dure.adapters.run_reader import read_run
    from dure.present.said import said

    made = read_run(run).run
    say = words(made.get("locale_names"))
    if made["dure"] != __version__:
        raise StateError(say("why.other_version", theirs=made["dure"], ours=__version__), remedy=say("why.run_again"))
    prepared = prepare_again(made)
    plan = prepared.plan
    unread = _unread(prepared, job)
    row = None if unread else _row(plan, job)
    at_s = 0
    reasons: tuple[Reason, ...] = ()
    if unread:
        text = unread
    elif row is None:
        text = say("why.refused", reason=said(_refusal(plan, int(job)), say))
    else:
        at_s = _second(at, plan, row, prepared.loaded.scenario.programme.start_s, int(made["summary"]["horizon_s"]))
        reasons, text = _answer(plan, row, at_s)
        text = text or say.why(reasons)
    if json:
        found = {"job": job, "row": row, "at_s": at_s, "sentence": text, "reasons": [one.as_json() for one in reasons]}
        put_json(found)
        return
    print(say("why.line", job=job, time=say.date_time(prepared.start, at_s), text=text))


def _row(plan: Plan, job: str) -> int | None:
    """The kernel's number of a job; None if it was rejected."""
    import numpy as np

    say, ids = words(), plan.jobs.job_id
    by_row = job.startswith("#")
    number = job.removeprefix("#")
    if number.removeprefix("-").isdecimal():
        rows = np.flatnonzero(np.arange(len(ids)) == int(number) if by_row else ids == int(number)).tolist()
        if len(rows) > 1:
            raise InputError(say("why.two_jobs", n=len(rows), job=job), remedy=say("why.two_jobs_remedy", row=rows[0]))
        if rows:
            return int(rows[0])
        if not by_row and int(number) in plan.refused.job_id:
            return None
    remedy = say("why.jobs", first=str(ids.min()), last=str(ids.max())) if len(ids) else ""
    raise InputError(say("why.no_job", job=job), remedy=remedy)


def _unread(prepared: Prepared, job: str) -> str:
    """What is said of a row of a trace that was rejected when it was read; nothing where a job of the run has the number."""
    from dure.present.said import said

    ids = {str(number) for number in (*prepared.plan.jobs.job_id.tolist(), *prepared.plan.refused.job_id.tolist())}
    if job in ids:
        return ""
    for read in prepared.demand.traces:
        for one in read.rejects:
            if re.split(r"[\s,;|]", one.text.strip())[0].strip('"') == job:
                say = words()
                return say("why.unread", line=one.line, path=read.path, reason=said(f"{one.field}: {one.reason}", say))
    return ""


def _refusal(plan: Plan, number: int) -> str:
    """Why a job never was a job of this run."""
    import numpy as np

    order = np.sort(np.concatenate([refusal.rows for refusal in plan.refusals]))
    row = order[np.flatnonzero(plan.refused.job_id == number)[0]]
    return next(refusal.reason for refusal in plan.refusals if row in refusal.rows)


def _second(at: str | None, plan: Plan, row: int, start_s: int, horizon_s: int) -> int:
    """The second to ask at."""
    from dure.wire.quantity import QuantityError, offset_s

    if at is None:
        return int(plan.jobs.submit_s[row])
    try:
        second = offset_s(at, start_s)
    except QuantityError as error:
        raise InputError(f"--at: {error.what}", remedy=error.remedy) from None
    if not 0 <= second < max(horizon_s, 1):
        say = words()
        raise InputError(f"--at: {say('why.beyond', length=say.duration(horizon_s))}", remedy=say("why.at_remedy"))
    return second


def _answer(plan: Plan, row: int, at_s: int) -> tuple[tuple[Reason, ...], str]:
    """The reasons, or what is to be said instead of a job that does not wait."""
    from dure.policy.layout import NONE
    from dure.policy.why import slot_of
    from dure.policy.why import why as ask
    from dure.twin.forecast import state_at

    say, submit_s = words(), int(plan.jobs.submit_s[row])
    if at_s < submit_s:
        return (), say("why.not_yet", length=say.duration(submit_s - at_s))
    compile_if_needed()
    state = state_at(plan, at_s)
    slot = slot_of(state, row)
    if slot == NONE:
        return (), say("why.over")
    reasons = _with_absent(plan, state, slot, ask(state, slot), at_s)
    if not reasons:
        return (), say("why.runs", pool=_names(plan)["pool"][int(state.attempt[state.job[slot]["attempt"]]["pool"])])
    return tuple(_worded(plan, row, _with_start(state, row, reasons))), ""


def _with_start(state: State, row: int, reasons: Sequence[Reason]) -> list[Reason]:
    """The same with when it would start, where the kernel promises nothing: by the estimates, if nobody else submits anything."""
    from dure.policy.layout import JOB_QUEUED
    from dure.policy.why import slot_of
    from dure.twin.forecast import forecast

    found = list(reasons)
    if state.job[slot_of(state, row)]["state"] != JOB_QUEUED or _KNOWN & {one.code for one in found}:
        return found
    start_s = forecast(state, row)
    now = int(state.meta[0]["now"])
    clause = reason(Code.NO_EXPECTED_START) if start_s is None else reason(Code.EXPECTED_START, start_s=start_s - now)
    found.insert(len(found) - 1 if found[-1].code in _LAST else len(found), clause)
    return found


def _with_absent(plan: Plan, state: State, slot: int, reasons: Sequence[Reason], at_s: int) -> tuple[Reason, ...]:
    """The same with what keeps the servers away that are not up, of the pool that is spoken of, which the kernel does not know."""
    from dure.policy.why import nearest
    from dure.twin.absent import absent

    found = nearest(state, slot) if any(one.code is Code.INFEASIBLE_NOW for one in reasons) else None
    if found is None:
        return tuple(reasons)
    place = next(n for n, one in enumerate(reasons) if one.code is Code.INFEASIBLE_NOW) + 1
    return (*reasons[:place], *absent(plan, state, found[0].pool, at_s)[:CAUSES_SHOWN], *reasons[place:])


def _names(plan: Plan) -> dict[str, dict[int, str]]:
    """Names of the State's numbers, by parameter of a reason."""
    people = plan.people
    return {
        "pool": {index: plan.floor.pools[piece.pool].path for index, piece in enumerate(plan.floor.pieces)},
        "project": {people.tree[body.index].parent: body.organisation for body in people.projects}
        | {body.index: body.name for body in people.projects},
        "model": dict(enumerate(plan.floor.models)),
    }


def _worded(plan: Plan, row: int, reasons: Sequence[Reason]) -> list[Reason]:
    """With names for numbers, and with the memory that the job asks for, which the kernel does not know."""
    names: dict[str, Any] = _names(plan)
    said = []
    for one in reasons:
        params = dict(one.params)
        if "memory_gb" in params:
            params["memory_gb"] = int(plan.jobs.memory_gb[row])
        if "job" in params:
            params["job"] = str(plan.jobs.job_id[int(params["job"])])
        said.append(
            reason(
                one.code,
                **{name: names[name][value] if name in names and isinstance(value, int) else value for name, value in params.items()},
            )
        )
    return said
