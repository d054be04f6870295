"""What users got of a fleet in the twin: work delivered by class, waits, and how much of each machine's time did work.

Everything is counted in milli-device-seconds of the measured days, exactly; what is divided is divided once, at the end. Work is worth
the speed that the catalogue states for the class on the model, and only work that is kept counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dure.ledger.attempts import Attempts
from dure.ledger.spread import Bins, spent
from dure.ledger.usage import JobTimes, percentile
from dure.model.purchases import Purchase
from dure.model.units import MICRO, MILLI
from dure.policy import layout
from dure.study.services import ServiceGot, replicas_of
from dure.twin.build import Plan
from dure.twin.run import RunResult
from dure.wire.tables import Jobs, in_order_of_appearance

Ints = npt.NDArray[np.int64]
Pair = tuple[str, str]

_UNASKED = (layout.C_NO_DEMAND, layout.C_INCOMPATIBLE)
_BUSY = (layout.C_BUSY, layout.C_DISPATCH)


@dataclass(frozen=True, slots=True)
class ClassGot:
    """One workload class. `drawn_s` and `delivered_micro_s` are seconds of reference accelerators (the latter in millionths).

    Waits are of the jobs submitted in the measured days; one that never started has waited to the end. None: there was no such job.
    """

    workload: str
    jobs: int
    refused: int
    unstarted: int
    drawn_s: int
    delivered_micro_s: int
    wait_mean_s: int | None
    wait_p90_s: int | None
    refused_s: int = 0
    """of the drawn seconds, those of jobs that nothing in this fleet could ever run"""
    why: str = ""
    """of their reasons the one with the most work"""


@dataclass(frozen=True, slots=True)
class MachineGot:
    """One machine, milli-device-seconds: installed, asked for (installed less what nobody wanted), held by jobs, productive."""

    machine: str
    installed: int
    wanted: int
    held: int
    productive: int

    @property
    def usable_ppm(self) -> int | None:
        """Of the time in which it was wanted, what jobs held; None where nobody ever wanted it."""
        return None if self.wanted <= 0 or not self.held else self.held * MICRO // self.wanted


@dataclass(frozen=True, slots=True)
class Delivered:
    """A run as its plan needs it. `kept_ppm`: of the time that jobs of a class held a machine, what did work that is kept."""

    window_s: int
    classes: tuple[ClassGot, ...]
    machines: tuple[MachineGot, ...]
    kept_ppm: Mapping[Pair, int]
    jobs_sha256: str
    services: tuple[ServiceGot, ...] = ()

    def operating_rate(self) -> float | None:
        return _rate(sum(one.held for one in self.machines), sum(one.installed for one in self.machines))

    def goodput_rate(self) -> float | None:
        return _rate(sum(one.productive for one in self.machines), sum(one.installed for one in self.machines))


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def delivered(
    purchase: Purchase,
    classes: Mapping[str, str],
    plan: Plan,
    result: RunResult,
    attempts: Attempts,
    times: JobTimes,
    asked: Jobs,
    from_s: int,
    services: Sequence[ServiceGot] = (),
) -> Delivered:
    """Measures a run from a second on, a multiple of its bins.

    `classes` is the workload class of each class of demand, `asked` all jobs that were drawn, without the replicas of services: these
    deliver what they answer, and of the time that they hold counts as kept the part in which they had something to answer.
    """
    assert from_s % result.bin_s == 0, "the measured days begin with a bin"
    machine = [plan.floor.pools[piece.pool].path.partition("/")[2] for piece in plan.floor.pieces]
    names = sorted({name for name in asked.workloads if name} | {one.workload for one in services if one.asked_s})
    held, kept, answering = _by_class(plan, result, attempts, names, from_s, services)
    speeds = np.array([[_speed(purchase, classes, name, one) for one in machine] for name in names], np.int64)
    span_s = result.horizon_s - from_s
    sums, away = (part[from_s // result.bin_s :].sum(axis=0) for part in (result.sums, result.away))
    return Delivered(
        window_s=span_s,
        classes=tuple(
            _class(plan, times, asked, name, from_s, result.horizon_s, int((kept[k] * speeds[k]).sum()) // MILLI, services)
            for k, name in enumerate(names)
        ),
        machines=tuple(_machines(machine, sums, away, plan, span_s, (kept + answering).sum(axis=0))),
        kept_ppm=_kept(names, machine, held, kept + answering),
        jobs_sha256=asked.sha256(),
        services=tuple(services),
    )


def alone(jobs: Jobs) -> Jobs:
    """Jobs as they were before others were mixed among them: equal for all candidates that were asked for the same."""
    return replace(in_order_of_appearance(jobs).with_columns(job_id=np.arange(len(jobs))), epoch_s=0)


def _by_class(
    plan: Plan, result: RunResult, attempts: Attempts, names: list[str], from_s: int, services: Sequence[ServiceGot]
) -> tuple[Ints, Ints, Ints]:
    """[class, piece] milli-device-seconds that were held, those that jobs kept, and those in which services answered, from a second on."""
    pieces = len(plan.floor.pieces)
    place = {name: k for k, name in enumerate(names)}
    code = np.array([place.get(name, len(names)) for name in plan.jobs.workloads], np.int64)[plan.jobs.workload]
    got = {one.name: one for one in services if one.workload in place}
    staying = [one for one in plan.services if one.name in got]
    for at, one in enumerate(staying):
        code[replicas_of(plan, one)] = len(names) + 1 + at
    apart = replace(attempts, pool=code[attempts.job] * pieces + attempts.pool)
    found = spent(apart, Bins(result.bin_s, result.horizon_s), (len(names) + 1 + len(staying)) * pieces)
    window = slice(from_s // result.bin_s, None)
    kept, busy, dispatch = (part[window].sum(axis=0).reshape(-1, pieces) for part in (found.productive, found.busy, found.dispatch))
    held, answering = busy + dispatch, np.zeros((len(names), pieces), np.int64)
    for at, one in enumerate(staying, len(names) + 1):
        mine = place[got[one.name].workload]
        held[mine] += held[at]
        answering[mine] += kept[at] * got[one.name].worked_ppm // MICRO
    return held[: len(names)], kept[: len(names)], answering


def _speed(purchase: Purchase, classes: Mapping[str, str], workload: str, machine: str) -> int:
    """The speed that the plan counts on; 0 where the class does not run there."""
    mine = [name for name, other in classes.items() if other == workload]
    return max((purchase.machine(machine).speed_ppm.get(name, 0) for name in mine), default=0)


def _class(
    plan: Plan, times: JobTimes, asked: Jobs, name: str, from_s: int, end_s: int, got_micro_s: int, services: Sequence[ServiceGot]
) -> ClassGot:
    mine_of = [one for one in services if one.workload == name]
    answered_micro_s = sum((int(one.answered_s * MICRO) for one in mine_of), 0)
    offered_s = sum((int(one.asked_s * end_s / (end_s - from_s)) for one in mine_of), 0)
    staying = len(plan.columns["until"]) > 0
    all_of = asked.workload == _code(asked, name)
    drawn = int((asked.devices[all_of].astype(np.int64) * asked.run_s[all_of]).sum())
    mine = (plan.jobs.workload == _code(plan.jobs, name)) & (plan.jobs.submit_s >= from_s)
    if staying:
        mine &= plan.columns["until"] == 0
    wait = np.sort((np.where(times.started, times.first_start_s, end_s) - times.submit_s)[mine])
    refused = plan.refused.workload == _code(plan.refused, name)
    by_reason = _refused(plan, refused)
    return ClassGot(
        workload=name,
        jobs=int(all_of.sum()),
        refused=int(refused.sum()),
        unstarted=int((mine & ~times.started).sum()),
        drawn_s=drawn + offered_s,
        delivered_micro_s=got_micro_s + answered_micro_s,
        wait_mean_s=int(wait.sum()) // len(wait) if len(wait) else None,
        wait_p90_s=percentile(wait, 90),
        refused_s=sum(by_reason.values()),
        why=max(by_reason, key=lambda reason: by_reason[reason], default=""),
    )


def _refused(plan: Plan, mine: npt.NDArray[np.bool_]) -> dict[str, int]:
    """Device-seconds of some of the refused jobs, by reason."""
    if not mine.any():
        return {}
    work = np.where(mine, plan.refused.devices.astype(np.int64) * plan.refused.run_s, 0)
    order = np.sort(np.concatenate([one.rows for one in plan.refusals]))
    found = {one.reason: int(work[np.searchsorted(order, one.rows)].sum()) for one in plan.refusals}
    return {reason: seconds for reason, seconds in found.items() if seconds}


def _code(jobs: Jobs, name: str) -> int:
    """The place of a name; none of its jobs where it has no place."""
    return jobs.workloads.index(name) if name in jobs.workloads else -1


def _machines(machine: list[str], sums: Ints, away: Ints, plan: Plan, span_s: int, kept: Ints) -> list[MachineGot]:
    found = []
    for name in dict.fromkeys(machine):
        mine = [p for p, other in enumerate(machine) if other == name]
        pieces = [plan.floor.pieces[p] for p in mine]
        whole = sum(piece.nodes * plan.floor.pools[piece.pool].devices for piece in pieces) * MILLI * span_s
        installed = whole - int(away[mine].sum()) - int(sums[mine, layout.C_NOT_DELIVERED].sum())
        wanted = installed - sum(int(sums[mine, column].sum()) for column in _UNASKED)
        held = sum(int(sums[mine, column].sum()) for column in _BUSY)
        found.append(MachineGot(name, installed, wanted, held, int(kept[mine].sum())))
    return found


def _kept(names: list[str], machine: list[str], held: Ints, kept: Ints) -> dict[Pair, int]:
    found: dict[Pair, int] = {}
    for k, name in enumerate(names):
        for one in dict.fromkeys(machine):
            mine = [p for p, other in enumerate(machine) if other == one]
            if whole := int(held[k, mine].sum()):
                found[name, one] = int(kept[k, mine].sum()) * MICRO // whole
    return found
