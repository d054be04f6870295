"""Whether a model can do a piece of work at all, and which part of the wish it fails: one law for the twin and for who asks beforehand.

A model that fails several parts names all of them, in the order of `Part`. Unknown is its own answer: what no source states is neither
enough nor too little, and a framework of which nobody says whether it runs on a vendor's stack is not refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Literal

from dure.model.catalog import Accelerator, Catalog
from dure.model.needs import Alternative
from dure.plant.speed import SpeedTable

Runs = Literal["yes", "no", "unknown"]


class Fit(Enum):
    """Whether a model is what a constraint asks for."""

    YES = 0
    OTHER_MODEL = 1
    OTHER_MEMORY = 2
    UNKNOWN_MEMORY = 3


class Part(StrEnum):
    """A part of a wish that a pool can fail: the first five are about its model, then its size and owner, then what its site provides."""

    MODEL = "model"
    MEMORY = "memory"
    TRAINING = "training"
    FRAMEWORK = "framework"
    SPEED = "speed"
    COUNT = "count"
    NODES = "nodes"
    DOMAIN = "domain"
    HOLDER = "holder"
    PIP = "pip"
    CONDA = "conda"
    MODULES = "modules"
    IMAGE = "image"
    TOOL = "tool"
    """The site names a program for it (a container runtime, conda) that is not installed there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a job asks of a model: its class of work, whether it trains (None: as the class does), what it insists on, its framework."""

    workload: str = ""
    training: bool | None = None
    alternatives: tuple[Alternative, ...] = ()
    memory_gb: int = 0
    framework: str = ""


@dataclass(frozen=True, slots=True)
class Frameworks:
    """Which framework runs on which software stack, as far as sources say: (framework, stack) → yes or no; the others are unknown."""

    cells: Mapping[tuple[str, str], Runs]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name, _ in self.cells))

    def runs(self, framework: str, model: Accelerator) -> Runs:
        """Any work that names no framework brings its own."""
        return self.cells.get((framework, model.stack["stack"]), "unknown") if framework else "yes"


@dataclass(frozen=True, slots=True)
class ModelVerdict:
    """What a model fails (nothing: it can do the work, at this speed in parts per million), and whether its framework is known to run."""

    failed: tuple[Part, ...]
    speed_ppm: int | None
    framework: Runs


def judge(table: SpeedTable, frameworks: Frameworks, model: Accelerator, wanted: Wanted) -> ModelVerdict:
    """The verdict of one model. Names in `wanted` are known to the catalogue and the table: look them up first."""
    failed: list[Part] = []
    found = fit(table.catalog, model, wanted.memory_gb, wanted.alternatives)
    if found is Fit.OTHER_MODEL:
        failed.append(Part.MODEL)
    elif found is not Fit.YES:
        failed.append(Part.MEMORY)
    speed = table.class_speeds(wanted.workload, [model.id], training=wanted.training)[0]
    unsure = speed is None and table.trains(wanted.workload, wanted.training) and table.may_train(model.id) is None
    if speed == 0 or unsure:
        failed.append(Part.TRAINING)
    runs = frameworks.runs(wanted.framework, model)
    if runs == "no":
        failed.append(Part.FRAMEWORK)
    if speed is None and not unsure:
        failed.append(Part.SPEED)
    return ModelVerdict(tuple(failed), speed or None, runs)


def fit(catalog: Catalog, model: Accelerator, memory_gb: int, alternatives: tuple[Alternative, ...]) -> Fit:
    """Whether a model is one of the alternatives (none: any is) and has at least so many GB besides (0: any memory)."""
    memory = model.memory_gb.whole
    if memory_gb and (memory is None or memory < memory_gb):
        return Fit.UNKNOWN_MEMORY if memory is None else Fit.OTHER_MEMORY
    found = [_fit(catalog, model, memory, one) for one in alternatives] or [Fit.YES]
    return next(one for one in (Fit.YES, Fit.UNKNOWN_MEMORY, Fit.OTHER_MEMORY, Fit.OTHER_MODEL) if one in found)


def _fit(catalog: Catalog, model: Accelerator, memory: int | None, one: Alternative) -> Fit:
    called = not one.names or any(is_called(catalog, model, name) for name in one.names)
    if not called or (one.vendor and not is_called(catalog, model, one.vendor)):
        return Fit.OTHER_MODEL
    if not one.asks_memory:
        return Fit.YES
    if memory is None:
        return Fit.UNKNOWN_MEMORY
    return Fit.YES if one.fits_memory(memory) else Fit.OTHER_MEMORY


def is_called(catalog: Catalog, model: Accelerator, name: str) -> bool:
    """Whether a name or the name of a group stands for this model; CatalogError where it stands for nothing."""
    group = catalog.group(name)
    return any(one.id == model.id for one in group) if group else catalog.resolve(name) == model.id


def room_nodes(nodes: int, domain_nodes: int, needed: int, *, one_domain: bool) -> int:
    """Nodes that one gang of so many nodes may take of a pool; `domain_nodes` 0: the pool is one fabric domain."""
    return min(domain_nodes, nodes) if one_domain and needed > 1 and domain_nodes else nodes
