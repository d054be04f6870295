"""What a job spec may say and no engine of a served programme acts on: it is refused, never passed over."""

from __future__ import annotations

from dure.wire.jobspec import JobSpec

STAYED_S = 10
"""Seconds that a service has to have run to be started again."""


def unserved(spec: JobSpec) -> tuple[str, ...]:
    """Keys that no site acts on. What one site does and another does not (`env`, `image`) is a part of the verdict on each pool."""
    return (*(["health"] if spec.health else []), *(["replicas"] if spec.replicas > 1 else []))
