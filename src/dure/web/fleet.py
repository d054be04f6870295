"""The answer before submitting, over HTTP: what `dure jobs explain` says, of the sites that are operated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from dure.adapters.asked_pools import asked_pools
from dure.adapters.files import LoadedScenario
from dure.adapters.framework_tables import load_frameworks
from dure.adapters.jobspecs import look_up, read_job
from dure.adapters.scenario_models import ScenarioModels, scenario_models
from dure.model.errors import InputError
from dure.operate.verdicts import Answer, AskedPool
from dure.operate.verdicts import explain as ask
from dure.present import job_tables
from dure.present.words import Words
from dure.wire.api import Verdict, either
from dure.wire.jobspec import JobSpec

SHAPES = 4_096
"""Answers that are remembered: jobs of one shape get the same."""
FILE = "job"


@dataclass(frozen=True, slots=True)
class Judged:
    """A spec with the answer to it."""

    spec: JobSpec
    answer: Answer


class Fleet:
    """Pools, speeds and frameworks of the scenario that is served; they do not change while it is."""

    def __init__(self, loaded: LoadedScenario, models: ScenarioModels | None = None) -> None:
        self.loaded = loaded
        self.models = models or scenario_models(loaded)
        self._frameworks = load_frameworks()
        self._workloads = [name for name in self.models.speeds.workloads if name != "generic"]
        self._shape = lru_cache(maxsize=SHAPES)(self._ask)
        self._pools = lru_cache(maxsize=SHAPES)(self._asked_pools)

    @property
    def pools(self) -> tuple[AskedPool, ...]:
        """As anybody may use them."""
        return self._pools(None, None)

    def nodes(self, pool: str) -> int:
        """Servers of a pool, whoever they are dedicated to."""
        return self.loaded.scenario.pools[pool].nodes

    def read(self, text: str | None, values: Mapping[str, Any] | None, file: str = FILE) -> JobSpec:
        """A sound spec whose names the catalogue knows. Raises what `dure check` says of it, with lines where it was a text."""
        either(text, values)
        if values is not None:
            with suppress(ValidationError):
                spec = JobSpec.model_validate(values)
                if not spec.workload and not spec.accelerators.any_of:  # no name that a catalogue could lack
                    return spec
            text = _written(values)
        job = read_job(text or "", file)
        look_up(job, self.models.catalog, self.models.speeds)
        return job.spec

    def judge(self, spec: JobSpec, project: str | None) -> Judged:
        """Who can run it; `project` says whose dedicated servers count."""
        bare = spec.model_copy(update={"name": "shape", "project": None, "labels": {}, "run": "true", "files": (), "variables": {}})
        return Judged(spec, self._shape(_Shape(json.dumps(bare.written(), sort_keys=True), bare), project))

    def verdict(self, judged: Judged, say: Words) -> Verdict:
        """For programs, with its sentences in a language."""
        answer, spec = judged.answer, judged.spec
        notes = job_tables.notes(answer, spec, self._frameworks, self._workloads, say)
        warnings = job_tables.spec_notes(spec, self._frameworks, say)
        rows = job_tables.answer_json(answer, spec, say)
        return Verdict(
            can=tuple(rows["can"]),
            cannot=tuple(rows["cannot"]),
            changes=tuple(rows["changes"]),
            notes=tuple(one for one in notes if one not in warnings),
            warnings=tuple(warnings),
        )

    def _ask(self, shape: _Shape, project: str | None) -> Answer:
        spec = shape.spec
        return ask(spec, self._pools(project, spec.qos), self.models.speeds, self._frameworks)

    def _asked_pools(self, project: str | None, qos: str | None) -> tuple[AskedPool, ...]:
        return asked_pools(self.loaded, self.models, project, qos)


class _Shape:
    """A spec that is equal to another one where both ask the same of a fleet."""

    __slots__ = ("_text", "spec")

    def __init__(self, text: str, spec: JobSpec) -> None:
        self._text, self.spec = text, spec

    def __hash__(self) -> int:
        return hash(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shape) and self._text == other._text


def _written(values: Mapping[str, Any]) -> str:
    """JSON is YAML: each key on a line of its own."""
    try:
        return json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False)
    except ValueError:
        raise InputError("the job spec holds a number that is none", remedy="send numbers that JSON knows") from None
