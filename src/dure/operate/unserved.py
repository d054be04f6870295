"""What a job spec may say and no engine of a served programme acts on: it is refused, never passed over."""

from __future__ import annotations

from dure.wire.jobspec import JobSpec

STAYED_S = 10
"""Seconds that a service has to have run to be started again."""


def unserved(spec: JobSpec) -> tuple[str, ...]:
    """Keys that a local site does not act on. Programs run there as they are, without container, and find what the machine has."""
    env = [f"env.{name}" for name in ("conda", "pip", "modules") if spec.env is not None and getattr(spec.env, name)]
    found = [*env, *(name for name in ("image", "health", "data") if getattr(spec, name))]
    return (*found, *(["replicas"] if spec.replicas > 1 else []))
