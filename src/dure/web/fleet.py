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
ASKED = {"kind", "framework", "workload", "accelerators", "nodes", "time_s", "time_on", "array", "qos", "replicas", "data", "env", "image"}
"""The part of a spec that an answer depends on."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A spec with the answer to it."""

    spec: JobSpec
    answer: Answer
    shape: tuple[str, str | None]


class Fleet:
    """Pools, speeds and frameworks of the scenario that is served; they do not change while it is."""

    def __init__(self, loaded: LoadedScenario, models: ScenarioModels | None = None) -> None:
        self.loaded = loaded
        self.models = models or scenario_models(loaded)
        self._frameworks = load_frameworks()
        self._workloads = [name for name in self.models.speeds.workloads if name != "generic"]
        self._answers: dict[tuple[str, str | None], Answer] = {}
        self._said: dict[tuple[str, str | None, str], Verdict] = {}
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
        shape = spec.model_dump_json(include=ASKED)
        answer = self._answers.get((shape, project))
        if answer is None:
            if len(self._answers) >= SHAPES:
                self._answers.clear()
            answer = self._answers[shape, project] = ask(spec, self._pools(project, spec.qos), self.models.speeds, self._frameworks)
        return Judged(spec, answer, (shape, project))

    def verdict(self, judged: Judged, say: Words) -> Verdict:
        """For programs, with its sentences in a language; jobs that ask the same get the same, but for warnings."""
        key = (*judged.shape, say.lang)
        known = self._said.get(key)
        if known is None:
            if len(self._said) >= SHAPES:
                self._said.clear()
            known = self._said[key] = self._worded(judged, say)
        warnings = tuple(job_tables.spec_notes(judged.spec, self._frameworks, say))
        return known.model_copy(update={"warnings": warnings}) if warnings else known

    def _worded(self, judged: Judged, say: Words) -> Verdict:
        answer, spec = judged.answer, judged.spec
        rows = {name: tuple(found) for name, found in job_tables.answer_json(answer, spec, say).items()}
        warnings = job_tables.spec_notes(spec, self._frameworks, say)
        notes = job_tables.notes(answer, spec, self._frameworks, self._workloads, say)
        kept = tuple(one for one in notes if one not in warnings)
        return Verdict(can=rows["can"], cannot=rows["cannot"], changes=rows["changes"], notes=kept, warnings=())

    def _asked_pools(self, project: str | None, qos: str | None) -> tuple[AskedPool, ...]:
        return asked_pools(self.loaded, self.models, project, qos)


def _written(values: Mapping[str, Any]) -> str:
    """JSON is YAML: each key on a line of its own."""
    try:
        return json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False)
    except ValueError:
        raise InputError("the job spec holds a number that is none", remedy="send numbers that JSON knows") from None
