"""The verdict before submitting as tables and sentences: for a terminal, and (`answer_json`) for programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from dure.model.catalog import PPM
from dure.model.needs import Constraint
from dure.model.units import MICRO
from dure.operate.verdicts import Answer, Change, Verdict
from dure.plant.verdict import Frameworks, Part
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words
from dure.wire.constraint import constraint_text
from dure.wire.jobspec import JobSpec
from dure.wire.sbatch import Directive
from dure.wire.wish import counts_text

_SLURM_WORDS = re.compile(r"^\s*(srun|sbcast|scontrol|squeue|sinfo|sacct|sbatch|scancel)\b", re.MULTILINE)


def spec_line(spec: JobSpec, say: Words, *, script: bool) -> str:
    """What the job asks for, in one line."""
    asked = spec.accelerators
    least, most = asked.count
    parts = [
        say("jobs.accelerators", n=least) if least == most else say("jobs.accelerators_range", n=least, asked=counts_text(least, most))
    ]
    if spec.nodes is not None:
        parts.append(say("jobs.on_nodes", n=spec.nodes))
    if asked.alternatives:
        parts.append(say("jobs.insists", wish=wish_of(spec)))
    if asked.training:
        parts.append(say("jobs.trains"))
    parts.append(say("jobs.workload", name=spec.workload) if spec.workload else say("jobs.generic"))
    if spec.time_s is None:
        parts.append(say("jobs.stays"))
    else:
        key = "reference" if spec.time_on == "reference" else "asked" if script else "machine"
        parts.append(say(f"jobs.time_{key}", length=say.duration(spec.time_s)))
    if spec.array is not None:
        most = spec.array.at_once
        parts.append(say("jobs.tasks_at_once", n=spec.tasks, most=most) if most else say("jobs.tasks", n=spec.tasks))
    if spec.kind == "service":
        parts.append(say("jobs.replicas", n=spec.replicas))
    return " · ".join(parts)


def wish_of(spec: JobSpec) -> str:
    """What each accelerator must be, as a constraint is written."""
    return constraint_text(Constraint(spec.accelerators.alternatives))


def can_table(answer: Answer, spec: JobSpec, say: Words) -> Table:
    """Pools that can run it; of a service, which has no end, what an hour costs."""
    timed = spec.time_s is not None
    columns = (
        Column("pool", say("jobs.pool"), number=False),
        Column("accelerator", say("jobs.model"), number=False),
        Column("speed", say("jobs.speed"), parts=("speed_ppm", "speed_low_ppm")),
        Column("basis", say("jobs.basis"), number=False),
        *(
            (
                Column("result_s", say("jobs.result")),
                Column("limit_s", say("jobs.limit")),
                Column("credits_micro", say("jobs.credits")),
                Column("credits_most_micro", say("jobs.credits_most")),
            )
            if timed
            else (Column("credits_hour_micro", say("jobs.credits_hour")),)
        ),
    )
    rows = tuple(_can_row(one, say, timed=timed) for one in answer.can)
    return Table("can", say("jobs.can" if timed else "jobs.can_service"), columns, rows, None)


def _can_row(one: Verdict, say: Words, *, timed: bool) -> tuple[Cell, ...]:
    assert one.speed_ppm is not None, "a pool that can run it has a speed"
    low, high = one.low_ppm or one.speed_ppm, one.high_ppm or one.speed_ppm
    span = f" ({ratio(low, say)}–{ratio(high, say)})" if low != high else ""
    cells = (
        Cell(one.pool.path, one.pool.path),
        Cell(one.pool.model.id, one.pool.model.short.upper()),
        Cell((one.speed_ppm, low), ratio(one.speed_ppm, say) + span),
        Cell(one.basis, say(f"jobs.basis_{one.basis}") if one.basis else say.unknown),
    )
    if not timed:
        return (*cells, Cell(one.credits_hour_micro, _credits(one.credits_hour_micro, say)))
    return (
        *cells,
        Cell(one.result_s, say.duration(one.result_s)),
        Cell(one.limit_s, say.duration(one.limit_s)),
        Cell(one.credits_micro, _credits(one.credits_micro, say)),
        Cell(one.credits_most_micro, _credits(one.credits_most_micro, say)),
    )


def cannot_table(answer: Answer, spec: JobSpec, say: Words) -> Table:
    """The others, each with every part of the wish that it fails."""
    columns = (
        Column("pool", say("jobs.pool"), number=False),
        Column("accelerator", say("jobs.model"), number=False),
        Column("lacks", say("jobs.lacks"), number=False),
    )
    rows = tuple(
        (
            Cell(one.pool.path, one.pool.path),
            Cell(one.pool.model.id, one.pool.model.short.upper()),
            Cell(" ".join(one.failed), "; ".join(lacks(one, part, spec, say) for part in one.failed)),
        )
        for one in answer.cannot
    )
    return Table("cannot", say("jobs.cannot"), columns, rows, None)


def lacks(one: Verdict, part: Part, spec: JobSpec, say: Words) -> str:
    """What a pool has and what was asked of it, for one part of the wish."""
    pool, asked = one.pool, spec.accelerators.count.least
    if part is Part.MODEL:
        return say("jobs.fails.model", want=_names(spec))
    if part is Part.MEMORY:
        have = pool.model.memory_gb.whole
        return (
            say("jobs.fails.memory_unknown", want=wish_of(spec))
            if have is None
            else say("jobs.fails.memory", have=have, want=wish_of(spec))
        )
    if part is Part.TRAINING:
        return say("jobs.fails.training_unknown" if pool.model.training == "unknown" else "jobs.fails.training")
    if part is Part.FRAMEWORK:
        return say("jobs.fails.framework", framework=spec.framework, stack=pool.model.stack["stack"])
    if part is Part.SPEED:
        return say("jobs.fails.speed", workload=spec.workload or "generic")
    if part is Part.COUNT:
        return say("jobs.fails.count", have=pool.nodes * pool.devices, want=asked)
    if part is Part.NODES:
        return say("jobs.fails.nodes", have=pool.devices, want=asked // (spec.nodes or 1))
    if part is Part.DOMAIN:
        return say("jobs.fails.domain", have=pool.domain_nodes * pool.devices, want=asked)
    if part is Part.TOOL:
        return say("jobs.fails.tool", what="`image`" if spec.image is not None else "`env.conda`")
    return say(f"jobs.fails.{part}")


def _names(spec: JobSpec) -> str:
    return "|".join(
        dict.fromkeys(":".join(part for part in (one.vendor, name) if part) for one in spec.accelerators.alternatives for name in one.names)
    )


def change_line(one: Change, say: Words) -> str:
    return say("jobs.change", what=say(f"jobs.change.{one.kind}", value=one.value), pools=", ".join(one.pools), n=one.accelerators)


def notes(answer: Answer, spec: JobSpec, frameworks: Frameworks, workloads: Sequence[str], say: Words) -> list[str]:
    """What the figures mean and what they leave out."""
    found: list[str] = []
    if answer.can and spec.time_s is not None:
        found.append(_limit_note(answer, spec, say))
        if any(one.basis == "published" and one.low_ppm == one.high_ppm for one in answer.can) and spec.time_on == "reference":
            found.append(say("jobs.note_point"))
        found.append(say("jobs.note_wait"))
        if spec.tasks > 1:
            found.append(say("jobs.note_array", n=spec.tasks))
    if not spec.workload and spec.time_on == "reference" and spec.kind != "service":
        found.append(say("jobs.note_generic", names=", ".join(workloads)))
    return found + spec_notes(spec, frameworks, say) + _unknown(answer, spec, frameworks, say)


def spec_notes(spec: JobSpec, frameworks: Frameworks, say: Words) -> list[str]:
    """What is sound but may not be meant, without a fleet."""
    found = []
    if spec.framework and spec.framework not in frameworks.names:
        found.append(say("jobs.note_no_framework", framework=f"`{spec.framework}`", names=", ".join(frameworks.names)))
    if words := sorted(set(_SLURM_WORDS.findall(spec.run or ""))):
        found.append(say("jobs.note_srun", words=", ".join(words)))
    if spec.slurm:
        options = ", ".join(f"{name}={value}" if value else name for name, value in spec.slurm.items())
        found.append(say("jobs.note_slurm", options=options))
    return found


def _limit_note(answer: Answer, spec: JobSpec, say: Words) -> str:
    """With the figures of the pool whose limit lies farthest from its time, where the rule can be seen."""
    if spec.time_on == "machine":
        return say("jobs.note_limit_machine")
    one = max(answer.can, key=lambda one: (one.limit_s or 0) - (one.time_s or 0))
    return say(
        "jobs.note_limit",
        length=say.duration(spec.time_s),
        low=ratio(one.low_ppm, say),
        limit=say.duration(one.limit_s),
        pool=one.pool.path,
    )


def _unknown(answer: Answer, spec: JobSpec, frameworks: Frameworks, say: Words) -> list[str]:
    found = []
    unsure = sorted({one.pool.model.short for one in answer.can if one.framework == "unknown"})
    if unsure and spec.framework in frameworks.names:
        found.append(say("jobs.note_framework", framework=spec.framework, models=", ".join(unsure)))
    weightless = sorted({one.pool.model.short for one in answer.can if one.pool.weight_ppm is None})
    if weightless:
        found.append(say("jobs.note_weight", models=", ".join(weightless)))
    return found


def directive_table(directives: Sequence[Directive], say: Words) -> Table:
    """Every directive of an sbatch script and what happens to it."""
    columns = (
        Column("line", say("jobs.directive_line")),
        Column("text", say("jobs.directive"), number=False),
        Column("fate", say("jobs.fate"), number=False),
    )
    rows = tuple((Cell(one.line, str(one.line)), Cell(one.text, one.text), Cell(one.fate, fate(one, say))) for one in directives)
    return Table("directives", say("jobs.directives"), columns, rows, None)


def fate(one: Directive, say: Words) -> str:
    """What happens to a directive."""
    if one.fate == "becomes":
        return say("sbatch.becomes", key=f"`{one.about}`")
    return say("sbatch.kept") if one.fate == "kept" else say("sbatch.ignored", why=say(f"sbatch.why.{one.about}"))


def ratio(ppm: int | None, say: Words) -> str:
    """A speed as a factor: three figures after the point at most, none that says nothing."""
    if ppm is None:
        return say.unknown
    return f"{ppm / PPM:.3f}".rstrip("0").rstrip(".")


def _credits(micro: int | None, say: Words) -> str:
    return say.compact(None if micro is None else micro / MICRO)


def answer_json(answer: Answer, spec: JobSpec, say: Words) -> dict[str, Any]:
    """The whole answer with raw figures; the sentences are in the language of *say*."""
    return {
        "can": [_verdict_json(one) for one in answer.can],
        "cannot": [
            {**_verdict_json(one), "failed": [{"part": str(part), "text": lacks(one, part, spec, say)} for part in one.failed]}
            for one in answer.cannot
        ],
        "changes": [
            {
                "kind": str(one.kind),
                "value": one.value,
                "pools": list(one.pools),
                "accelerators": one.accelerators,
                "text": change_line(one, say),
            }
            for one in answer.changes
        ],
    }


def _verdict_json(one: Verdict) -> dict[str, Any]:
    return {
        "pool": one.pool.path,
        "model": one.pool.model.id,
        "accelerators": one.pool.nodes * one.pool.devices,
        "speed_ppm": one.speed_ppm,
        "speed_low_ppm": one.low_ppm,
        "speed_high_ppm": one.high_ppm,
        "basis": one.basis,
        "source": one.source,
        "framework": one.framework,
        "start_delay_s": one.pool.start_delay_s,
        "time_s": one.time_s,
        "result_s": one.result_s,
        "waves": one.waves,
        "limit_s": one.limit_s,
        "credits_micro": one.credits_micro,
        "credits_most_micro": one.credits_most_micro,
        "credits_hour_micro": one.credits_hour_micro,
    }
