"""Job specs from files: YAML, or an sbatch script as it is; which of the two is told by what stands in the file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from dure.adapters.files import decoded, read_bytes
from dure.adapters.yaml_tree import parse_yaml
from dure.model.catalog import Catalog
from dure.model.errors import CatalogError, InputError, ScenarioError, Where
from dure.plant.speed import SpeedTable
from dure.wire.jobspec import JobSpec, jobspec_schema
from dure.wire.problems import ScenarioErrors, scenario_errors
from dure.wire.sbatch import Directive, is_script, read_sbatch
from dure.wire.tree import Loc, Node, field_path, find, merge, plain

SPEC_BYTES_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class LoadedJob:
    """A job spec with the place of every value; of an sbatch script also what happened to each directive."""

    spec: JobSpec
    file: str
    sha256: str
    lines: Node
    is_script: bool
    directives: tuple[Directive, ...] = ()

    def where(self, *loc: str | int) -> Where:
        """File, line and field of a value, or of the nearest thing that the file says about it."""
        node, way = find(self.lines, loc)
        return replace(node.where, field=field_path(way))


def looks_like_job(path: str | Path) -> bool:
    """Whether a file is a job spec by its content; a file that cannot be read is none, so that its reader says why."""
    try:
        text = decoded(read_bytes(path), str(path))
        if is_script(text):
            return True
        root = parse_yaml(text, str(path))
    except InputError:
        return False
    keys = frozenset(root.value) if isinstance(root.value, dict) else frozenset()
    return bool(JOB_KEYS & keys) and not SECTIONS & keys


JOB_KEYS = frozenset({"run", "accelerators", "kind", "framework", "workload", "time"})
SECTIONS = frozenset({"extends", "programme", "catalog", "sites", "demand", "policy", "plan", "tender", "plant"})
"""Sections of scenario and tender files: a file that has one is not a job spec, whatever else stands in it."""


def load_job(path: str | Path) -> LoadedJob:
    """The job spec at *path*. Raises ScenarioError; what is wrong with the content is reported all at once (ScenarioErrors)."""
    data = read_bytes(path)
    if len(data) > SPEC_BYTES_MAX:
        raise ScenarioError(f"a job spec of {len(data):,} bytes", where=Where(str(path)), remedy="pack what it needs as `files`")
    return read_job(decoded(data, str(path)), str(path))


def read_job(text: str, file: str) -> LoadedJob:
    """The job spec that a text states; *file* names it in errors."""
    directives: tuple[Directive, ...] = ()
    script = is_script(text)
    if script:
        found = read_sbatch(text, file)
        directives = found.directives
        root = _with_extra(found.root, found.extra, file)
    else:
        root = parse_yaml(text, file)
    if not isinstance(root.value, dict):
        raise ScenarioError(
            "a job spec is a mapping of keys", where=root.where, remedy="write `name:`, `accelerators:`, `time:` and `run:`"
        )
    try:
        spec = JobSpec.model_validate(plain(root))
    except ValidationError as error:
        raise scenario_errors(error, root, jobspec_schema()) from None
    return LoadedJob(spec, file, hashlib.sha256(text.encode()).hexdigest(), root, script, directives)


def _with_extra(root: Node, extra: tuple[tuple[int, str], ...], file: str) -> Node:
    """The spec of a script with its `#DURE key: value` lines put in."""
    for line, text in extra:
        try:
            found = parse_yaml(text, file)
        except ScenarioErrors as error:
            raise ScenarioErrors(tuple(InputError(one.what, where=Where(file, line), remedy=one.remedy) for one in error.errors)) from None
        if not isinstance(found.value, dict):
            raise ScenarioError(
                "a #DURE line without a key", where=Where(file, line), remedy="write #DURE key: value, such as `workload: llm-finetune`"
            )
        root = merge(root, _moved(found, line))
    return root


def _moved(node: Node, line: int) -> Node:
    value = node.value
    if isinstance(value, dict):
        return replace(node, value={key: _moved(child, line) for key, child in value.items()}, line=line)
    if isinstance(value, list):
        return replace(node, value=[_moved(child, line) for child in value], line=line)
    return replace(node, line=line)


def look_up(job: LoadedJob, catalog: Catalog, table: SpeedTable) -> None:
    """Every model, group and workload class that a spec names is known; raises ScenarioErrors with all that are not."""
    errors: list[InputError] = []
    names: dict[str, Loc] = {}
    for at, wish in enumerate(job.spec.accelerators.any_of):
        for one in wish.constraint.names:
            names.setdefault(one, ("accelerators", "any_of", at))
    for name, loc in names.items():
        if not catalog.group(name):
            _gather(errors, lambda name=name, loc=loc: catalog.resolve(name, job.where(*loc)))
    if job.spec.workload:
        _gather(errors, lambda: table.workload(job.spec.workload or "", job.where("workload")))
    if errors:
        raise ScenarioErrors(tuple(errors))


def _gather(errors: list[InputError], ask: object) -> None:
    assert callable(ask)
    try:
        ask()
    except CatalogError as error:
        errors.append(error)
