"""Jobs drawn from a demand profile: as many as are wanted, or as many as keep a fleet busy to a stated load.

A profile with a calendar gives it back: each period with its jobs of each class and its work, at new seconds, with new run times.
One without gives arrivals by the hours of the week, in bursts where a class says so. Same seed, same jobs, on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import numpy as np

from dure.twin.calendar import DAY_S, Heavy, period_times, place_heavy, week_times
from dure.twin.draws import Bits, Ints, Stream, below, bits, choice, shares
from dure.twin.population import mean_work_s, requests, run_times, sizes, strata
from dure.wire.profile import PPM, DemandClass, Profile
from dure.wire.tables import Jobs, in_order_of_appearance

JOBS_MAX: Final = 50_000_000
BURST_SPAN_S: Final = 600  # jobs of one burst are submitted within ten minutes
GANG_MIN: Final = 9  # more accelerators than a server of eight has: fabric domains matter
_BLOCK: Final = 1 << 16
_LONG_S: Final = DAY_S  # classes whose mean run time is above it decide what a period's work is


class ProjectShare(NamedTuple):
    """A project to draw for: its weight by number of jobs, and the most accelerators that one of its jobs may ask (0: any)."""

    name: str
    weight: int
    devices_most: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to draw. Exactly one of `jobs`, `per_day_micro` and `load_ppm`; none of them means the profile's own number.

    `load_ppm` is accelerator time asked for on the reference accelerator, relative to `capacity_milli` (milli-accelerators of the
    reference) over the span. Weights are relative; an empty mapping leaves the profile's.
    """

    span_s: int = 0
    seed: int = 1
    jobs: int | None = None
    per_day_micro: int | None = None
    load_ppm: int | None = None
    capacity_milli: int = 0
    epoch_s: int | None = None
    clock_s: int | None = None
    projects: Sequence[ProjectShare] = ()
    workloads: Mapping[str, int] = field(default_factory=dict)
    constraints: Mapping[str, int] = field(default_factory=dict)
    qos: Mapping[str, int] = field(default_factory=dict)
    training_share_ppm: int | None = None
    domain: int | None = None


class _Drawn(NamedTuple):
    """Columns in the making; `session` numbers the bursts, equal numbers are submitted together for one project."""

    kind: Ints
    devices: Ints
    run_s: Ints
    request_s: Ints
    session: Ints


def generate(profile: Profile, wanted: Wanted) -> Jobs:
    """Draws the jobs, submitted from second 0 to below the span, on the table's epoch."""
    classes = _reweighed(profile.classes, wanted)
    clock_s = profile.clock_s if wanted.clock_s is None else wanted.clock_s
    epoch_s = profile.first_s if wanted.epoch_s is None else wanted.epoch_s
    if profile.periods:
        drawn, submit_s = _by_calendar(profile, classes, wanted)
    else:
        span_s = wanted.span_s or 30 * DAY_S
        count = _count(profile, wanted, span_s)
        drawn = _by_load(classes, _work_wanted_s(wanted, span_s), wanted.seed) if count is None else _by_number(classes, count, wanted.seed)
        session_s = week_times(bits(wanted.seed, Stream.ARRIVAL, drawn.session), span_s, epoch_s, profile.hours, clock_s)
        job = np.arange(len(drawn.kind))
        apart = below(bits(wanted.seed, Stream.SESSION, job, 1), BURST_SPAN_S)
        alone = np.array([one.burst <= 1 for one in classes])[drawn.kind]
        submit_s = np.minimum(session_s + np.where(alone, 0, apart), span_s - 1)
    return _table(profile, classes, wanted, drawn, submit_s, epoch_s)


def with_largest(profile: Profile, most: int | None) -> Profile:
    """The profile with its larger jobs cut to `most` accelerators: for a fleet that is a part of the one that is meant."""
    if most is None:
        return profile
    classes = (replace(one, sizes=tuple((min(size, most), weight) for size, weight in one.sizes)) for one in profile.classes)
    return replace(profile, classes=tuple(classes))


def mean_job_s(profile: Profile, workload: str) -> int:
    """Mean accelerator-seconds of a job of a workload class on the reference accelerator; a workload that no class has follows them all."""
    every = [one for one in profile.classes if one.jobs > 0]
    own = [one for one in every if one.workload == workload] or every
    return sum(one.jobs * mean_work_s(one) for one in own) // sum(one.jobs for one in own)


def _reweighed(classes: tuple[DemandClass, ...], wanted: Wanted) -> tuple[DemandClass, ...]:
    """Classes with the weights of the wanted workloads and of training; a workload that no class has gets the laws of all."""
    if wanted.workloads:
        found: list[DemandClass] = []
        for workload, weight in wanted.workloads.items():
            own = [one for one in classes if one.workload == workload]
            laws = own or [replace(one, workload=workload, training=-1) for one in classes]
            parts = shares([max(one.jobs, 0) for one in laws], 1 << 20)
            found += [replace(one, jobs=int(part) * weight) for one, part in zip(laws, parts, strict=True)]
        classes = tuple(found)
    if wanted.training_share_ppm is not None and any(one.training == 1 for one in classes) and any(one.training == 0 for one in classes):
        work = [one.jobs * mean_work_s(one) for one in classes]
        trains = sum(w for w, one in zip(work, classes, strict=True) if one.training == 1)
        others = sum(work) - trains
        up, down = wanted.training_share_ppm * others, (PPM - wanted.training_share_ppm) * trains
        classes = tuple(replace(one, jobs=one.jobs * (up if one.training == 1 else down)) for one in classes)
    total = sum(one.jobs for one in classes)
    if total >= 1 << 31:
        parts = shares([one.jobs for one in classes])
        classes = tuple(replace(one, jobs=int(part)) for one, part in zip(classes, parts, strict=True))
    return classes


def _count(profile: Profile, wanted: Wanted, span_s: int) -> int | None:
    """Jobs to draw, or None when a load decides."""
    if wanted.load_ppm is not None:
        assert wanted.capacity_milli > 0, "a load is relative to a capacity"
        return None
    if wanted.per_day_micro is not None:
        return min(JOBS_MAX, wanted.per_day_micro * span_s // (DAY_S * PPM))
    return profile.jobs if wanted.jobs is None else wanted.jobs


def _work_wanted_s(wanted: Wanted, span_s: int) -> int:
    return (wanted.load_ppm or 0) * wanted.capacity_milli * span_s // (PPM * 1000)


def _by_number(classes: tuple[DemandClass, ...], count: int, seed: int) -> _Drawn:
    """So many jobs: each class its share of them, and over its law evenly, so that no heavy tail moves the means by chance."""
    totals = shares([one.jobs for one in classes], count)
    return _joined([_draw_class(one, k, int(total), seed) for k, (one, total) in enumerate(zip(classes, totals, strict=True))])


def _by_load(classes: tuple[DemandClass, ...], goal_s: int, seed: int) -> _Drawn:
    """Jobs one after another, each of a class of chance, until their work is what the load asks for."""
    blocks: list[_Drawn] = []
    work_s, at = 0, 0
    weights = [one.jobs for one in classes]
    mean_s = sum(weight * mean_work_s(one) for weight, one in zip(weights, classes, strict=True) if weight) // sum(weights)
    expected = [max(1, weight * (goal_s // max(mean_s, 1)) // sum(weights)) for weight in weights]
    while at < JOBS_MAX and goal_s > 0:
        block = _draw_block(classes, weights, expected, np.arange(at, at + _BLOCK), seed)
        work = np.cumsum(block.devices * block.run_s)
        if work_s + int(work[-1]) >= goal_s:
            blocks.append(_Drawn(*(column[: _nearest(work, goal_s - work_s)] for column in block)))
            break
        blocks.append(block)
        work_s += int(work[-1])
        at += _BLOCK
    return _joined(blocks)


def _nearest(work: Ints, goal_s: int) -> int:
    """How many jobs from the first bring the cumulated work nearest to the goal, which it reaches."""
    over = int(np.searchsorted(work, goal_s))
    before = int(work[over - 1]) if over else 0
    return over + (int(work[over]) - goal_s <= goal_s - before)


def _joined(parts: Sequence[_Drawn]) -> _Drawn:
    if not parts:
        return _Drawn(*(np.zeros(0, np.int64) for _ in _Drawn._fields))
    return _Drawn(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _draw_block(classes: tuple[DemandClass, ...], weights: list[int], expected: list[int], job: Ints, seed: int) -> _Drawn:
    kind = choice(bits(seed, Stream.WORKLOAD, job), weights)
    devices, run_s, request_s = (np.zeros(len(job), np.int64) for _ in range(3))
    session = job.copy()
    for k in np.unique(kind).tolist():
        one = classes[k]
        rows = kind == k
        ids = job[rows]
        devices[rows] = sizes(one, bits(seed, Stream.SIZE, ids))
        run_s[rows] = run_times(one, bits(seed, Stream.RUN, ids))
        request_s[rows] = requests(one, run_s[rows], bits(seed, Stream.REQUEST, ids))
        session[rows] = _sessions(one, k, ids, expected[k], seed)
    return _Drawn(kind, devices, run_s, request_s, session)


def _sessions(one: DemandClass, kind: int, ids: Ints, expected: int, seed: int) -> Ints:
    """The burst that each job belongs to; jobs that come alone are their own."""
    if one.burst <= 1:
        return ids
    bursts = min(max(1, expected // one.burst), 2**31 - 1)
    return -1 - below(bits(seed, Stream.SESSION, ids), bursts) - (kind << 40)


def _by_calendar(profile: Profile, classes: tuple[DemandClass, ...], wanted: Wanted) -> tuple[_Drawn, Ints]:
    """Jobs period by period as they were measured, more or fewer of them as is wanted."""
    span_s = wanted.span_s or len(profile.periods) * profile.period_s
    parts, count, work_s = _window(profile, -(-span_s // profile.period_s))
    own = count.sum(axis=0)
    if not own.any():
        return _joined(()), np.zeros(0, np.int64)
    weights = np.array([one.jobs for one in classes], np.int64) if len(classes) == len(own) else own
    number = _count(profile, wanted, span_s)
    if number is None:
        number = int(own.sum()) * _work_wanted_s(wanted, span_s) // max(1, int(work_s.sum()))
    elif wanted.jobs is None and wanted.per_day_micro is None:
        number = int(own.sum())
    totals = shares((own * weights // np.maximum([one.jobs for one in profile.classes], 1)).tolist(), min(number, JOBS_MAX))
    slots = _spread(count, totals, wanted.seed)
    drawn = _joined([_draw_class(one, k, int(total), wanted.seed) for k, (one, total) in enumerate(zip(classes, totals, strict=True))])
    ends_s = np.array([2**62 if wanted.span_s else one.ends_s or 2**62 for one in classes], np.int64)[drawn.kind]
    period = _periods_of_jobs(profile.period_s, classes, drawn, slots, work_s, ends_s)
    submit_s = period_times(wanted.seed, period, profile.period_s, parts)
    if not wanted.span_s:
        submit_s, drawn = _own_window(profile, submit_s, drawn, ends_s)
    inside = submit_s < span_s
    return _Drawn(*(column[inside] for column in drawn)), submit_s[inside]


def _own_window(profile: Profile, submit_s: Ints, drawn: _Drawn, ends_s: Ints) -> tuple[Ints, _Drawn]:
    """Times as the trace shows them: from its first to its last submission, and no job ends after the last of its class did."""
    last_row = (len(profile.periods) - 1) * profile.period_s
    late = submit_s >= last_row
    length = max(1, profile.last_s + 1 - last_row)
    submit_s = np.where(late, last_row + (submit_s - last_row) * length // profile.period_s, submit_s)
    if len(submit_s):
        submit_s[np.argmin(submit_s)] = 0
    return submit_s, drawn._replace(run_s=np.minimum(drawn.run_s, np.maximum(ends_s - submit_s, 1)))


def _window(profile: Profile, wanted: int) -> tuple[Ints, Ints, Ints]:
    """Parts, jobs by class and work of `wanted` periods of the calendar: the busiest ones in a row, or all of them over again."""
    work_s = np.array([one.work_s for one in profile.periods], np.int64)
    periods = np.arange(wanted) % len(work_s)
    if wanted < len(work_s):
        sums = np.convolve(work_s.sum(axis=1), np.ones(wanted, np.int64), "valid")
        periods += int(np.argmax(sums))
    parts = np.array([one.parts for one in profile.periods], np.int64)
    count = np.array([one.jobs for one in profile.periods], np.int64)
    return parts[periods], count[periods], work_s[periods]


def _spread(count: Ints, totals: Ints, seed: int) -> Ints:
    """Counts by period and class scaled to the totals: rounded along the calendar, so that no period gains by rounding."""
    own = np.maximum(count.sum(axis=0), 1)
    phase = below(bits(seed, Stream.DETAIL, np.arange(len(totals))), 1 << 20) * own >> 20
    reached = (np.cumsum(count, axis=0) * totals + phase) // own
    spread: Ints = np.diff(reached, axis=0, prepend=np.zeros((1, len(totals)), np.int64))
    return spread


def _draw_class(one: DemandClass, kind: int, total: int, seed: int) -> _Drawn:
    """Jobs of a class, evenly over its sizes and, for each size, evenly over its run times."""
    ids = np.arange(total) + (kind << 40)
    devices = sizes(one, strata(seed, Stream.SIZE, total, kind))
    run_s = np.zeros(total, np.int64)
    for k, size in enumerate(np.unique(devices).tolist()):
        rows = devices == size
        run_s[rows] = run_times(one, strata(seed, Stream.RUN, int(rows.sum()), (kind << 12) + k))
    request_s = requests(one, run_s, bits(seed, Stream.REQUEST, ids))
    return _Drawn(np.full(total, kind, np.int64), devices, run_s, request_s, _sessions(one, kind, ids, total, seed))


def _periods_of_jobs(period_s: int, classes: tuple[DemandClass, ...], drawn: _Drawn, slots: Ints, work_s: Ints, ends_s: Ints) -> Ints:
    """The period of each job: short jobs as they come, long ones so that each period's work in each size group is the measured one."""
    period = np.zeros(len(drawn.kind), np.int64)
    work = drawn.devices * drawn.run_s
    long_ = np.array([_mean_run_s(one) >= _LONG_S for one in classes])
    group = np.array([one.group for one in classes], np.int64)
    for k in np.flatnonzero(~long_).tolist():
        period[drawn.kind == k] = np.repeat(np.arange(len(slots)), slots[:, k])
    for g in np.unique(group[long_]).tolist():
        own = group[drawn.kind] == g
        measured = max(1, int(work_s[:, g].sum()) >> 10)
        lacks = work_s[:, g] * (int(work[own].sum()) >> 10) // measured
        light = own & ~long_[drawn.kind]
        np.subtract.at(lacks, period[light], work[light])
        heavy = np.flatnonzero(own & long_[drawn.kind])
        found = Heavy(drawn.kind[heavy], work[heavy], (ends_s - drawn.run_s)[heavy])
        period[heavy] = place_heavy(found, np.where(long_ & (group == g), slots, 0), lacks, period_s)
    return period


def _mean_run_s(one: DemandClass) -> int:
    return int(run_times(one, strata(1, Stream.RUN, 256, 0)).sum()) // 256


def _table(profile: Profile, classes: tuple[DemandClass, ...], wanted: Wanted, drawn: _Drawn, submit_s: Ints, epoch_s: int) -> Jobs:
    seed, job = wanted.seed, np.arange(len(submit_s))
    workloads = list(dict.fromkeys(["", *(one.workload for one in classes)]))
    constraints = list(dict.fromkeys(["", *wanted.constraints, *(text for one in classes for text, _ in one.constraints)]))
    constraints = [text for text in constraints if text != "any"]
    project, projects = _projects(profile, classes, wanted, drawn)
    qos_names = list(dict.fromkeys(["normal", *wanted.qos]))
    quality = choice(bits(seed, Stream.QOS, job), list(wanted.qos.values())) if wanted.qos else np.zeros(len(job), np.int64)
    qos = np.array([qos_names.index(name) for name in wanted.qos] or [0], np.int64)[quality]

    def column(values: list[int]) -> Ints:
        return np.array(values, np.int64)[drawn.kind]

    domain = column([one.domain for one in classes])
    if wanted.domain is not None:
        domain = np.where(drawn.devices >= GANG_MIN, wanted.domain, 0)
    jobs = Jobs.build(
        epoch_s=epoch_s,
        projects=projects,
        qos_names=qos_names,
        workloads=workloads,
        constraints=constraints,
        submit_s=submit_s,
        run_s=drawn.run_s,
        request_s=drawn.request_s,
        devices=drawn.devices,
        project=project,
        qos=qos,
        workload=column([workloads.index(one.workload) for one in classes]),
        constraint=_constraints(classes, wanted, drawn, constraints, bits(seed, Stream.CONSTRAINT, job)),
        training=column([one.training for one in classes]),
        memory_gb=column([one.memory_gb for one in classes]),
        domain=domain,
        checkpoint_s=column([one.checkpoint_s for one in classes]),
        outcome=_outcomes(classes, drawn, bits(seed, Stream.OUTCOME, job)),
    )
    return in_order_of_appearance(jobs.with_columns(job_id=np.arange(len(jobs))))


def _outcomes(classes: tuple[DemandClass, ...], drawn: _Drawn, draw: Bits) -> Ints:
    """How each job ends."""
    out = np.zeros(len(draw), np.int64)
    for k, one in enumerate(classes):
        rows = drawn.kind == k
        out[rows] = choice(draw[rows], list(one.outcome))
    return out


def _constraints(classes: tuple[DemandClass, ...], wanted: Wanted, drawn: _Drawn, names: list[str], draw: Bits) -> Ints:
    def place(weighed: Mapping[str, int]) -> Ints:
        return np.array([0 if text in ("", "any") else names.index(text) for text in weighed], np.int64)

    if wanted.constraints:
        return place(wanted.constraints)[choice(draw, list(wanted.constraints.values()))]
    out = np.zeros(len(draw), np.int64)
    for k, one in enumerate(classes):
        rows = drawn.kind == k
        if one.constraints != (("", 1),) and rows.any():
            weighed = dict(one.constraints)
            out[rows] = place(weighed)[choice(draw[rows], list(weighed.values()))]
    return out


def _projects(profile: Profile, classes: tuple[DemandClass, ...], wanted: Wanted, drawn: _Drawn) -> tuple[Ints, list[str]]:
    """The project of each job: the wanted ones by weight, as far as they may ask so many accelerators; else the profile's own."""
    draw = bits(wanted.seed, Stream.PROJECT, drawn.session)
    out = np.zeros(len(draw), np.int64)
    if wanted.projects:
        weight = np.array([one.weight for one in wanted.projects], np.int64)
        most = np.array([one.devices_most or 2**31 for one in wanted.projects], np.int64)
        for size in np.unique(drawn.devices).tolist():
            rows = drawn.devices == size
            able = np.where(most >= size, weight, 0)
            out[rows] = choice(draw[rows], able if able.any() else weight)
        return out, [one.name for one in wanted.projects]
    if not profile.projects:
        return out, [""]
    group = np.array([one.group for one in classes], np.int64)[drawn.kind]
    for g in np.unique(group).tolist():
        rows = group == g
        weights = [counts[g] for _, counts in profile.projects]
        out[rows] = choice(draw[rows], weights if any(weights) else [1] * len(weights))
    return out, [name for name, _ in profile.projects]


def even_projects(count: int) -> list[ProjectShare]:
    """Made-up projects of uneven size: the k-th weighs 1/(k + 3)."""
    return [ProjectShare(f"p{k + 1:03d}", 3_000_000 // (k + 3)) for k in range(count)]
