"""What the fleet is made of: accelerators, their partitions, the nodes they sit in, and what an hour of each is worth.

Every figure is a `Fact`: a value or *unknown*, with unit, source, date and confidence. A missing figure is unknown, never 0; whoever
fills the gap does so with an `Assumption` that names the value, its range, who assumed it and why. Peaks are dense; the sparse ones of
data sheets are not stored.

Three levels are kept apart. A *card* is what is bought and plugged in. A *schedulable device* is what a job sees and what "accelerator"
means everywhere else in dure: one MI250X is one card and two devices. A *partition* is a share of a device (MIG, CPX, half an RNGD).
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from dure.model.errors import CatalogError, Where

PPM = 1_000_000
"""One, in parts per million: weights and speeds are integers of it."""

Confidence = Literal["high", "medium", "low", "unknown"]
Training = Literal["yes", "no", "unknown"]
Origin = Literal["nvidia", "amd", "intel", "domestic", "other"]
Level = Literal["device", "partition"]
Applies = Literal["accelerator", "node"]
Basis = Literal["reference", "derived", "assumed", "stated", "unknown"]

CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low", "unknown")
TRAININGS: tuple[Training, ...] = ("yes", "no", "unknown")
LEVELS: tuple[Level, ...] = ("device", "partition")
APPLIES: tuple[Applies, ...] = ("accelerator", "node")
ORIGINS: tuple[Origin, ...] = ("nvidia", "amd", "intel", "domestic", "other")
BASES: tuple[Basis, ...] = ("reference", "derived", "assumed", "stated", "unknown")


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure and where it comes from. `value` None is unknown; `note` then says what was found instead, if anything."""

    value: Decimal | None
    unit: str
    source: str = ""
    as_of: str = ""
    confidence: Confidence = "unknown"
    note: str = ""

    @property
    def known(self) -> bool:
        return self.value is not None

    @property
    def whole(self) -> int | None:
        """The figure in whole units, rounded down so that no more is promised than there is; None if unknown."""
        return None if self.value is None else int(self.value)

    def __str__(self) -> str:
        return "unknown" if self.value is None else f"{plain(self.value)} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value that no source states, and who stands for it. Reports list assumptions before anything else.

    `what` is "speed", "billing_weight", a figure of an accelerator, or "statement": words that change no figure (`value` is None then).
    `model` is an accelerator, a group of them ("amd", "domestic") or "*". `workload` is a class, or "*" for every class that has a name.
    `range` holds the values that would not surprise the author.
    """

    what: str
    model: str
    workload: str
    value: Decimal | None
    range: tuple[Decimal, Decimal] | None
    unit: str
    who: str
    why: str
    why_ko: str = ""

    def as_row(self) -> dict[str, object]:
        """The assumption as the run folder and `--json` write it."""
        row: dict[str, object] = {
            "what": self.what,
            "model": self.model,
            "workload": self.workload,
            "value": number(self.value),
            "range": None if self.range is None else [number(end) for end in self.range],
            "unit": self.unit,
            "who": self.who,
            "why": self.why,
        }
        return row | ({"why_ko": self.why_ko} if self.why_ko else {})


@dataclass(frozen=True, slots=True)
class Attribute:
    """A figure that models are described by: which things carry it, its unit and its meaning."""

    name: str
    applies_to: Applies
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Partition:
    """A level below the card: `count` of them fit on one card at once.

    `level` "device" is what a job sees as one accelerator, "partition" a share of a device. `milli` is that share in thousandths, as the
    State counts it: 1000 for a whole device. `memory_gb` is what one of them has.
    """

    id: str
    accelerator: str
    level: Level
    count: int | None
    milli: int | None
    memory_gb: Fact
    resource: str
    source: str
    as_of: str
    confidence: Confidence
    note: str = ""


@dataclass(frozen=True, slots=True)
class BillingWeight:
    """Credits per accelerator-hour of a model from a date on; H100 SXM = 1.00. `weight_ppm` None is unknown.

    `basis` is "reference", "derived" (by the rule in `derivation`), "assumed" (then `who` and `derivation` say by whom and why) or "stated"
    (the scenario's own table).
    """

    accelerator: str
    weight_ppm: int | None
    valid_from: dt.date
    basis: Basis
    derivation: str
    source: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Accelerator:
    """One model. Figures are per card as data sheets state them; the properties say what one schedulable device gets."""

    id: str
    vendor: str
    model: str
    names: tuple[str, ...]
    kind: str
    origin: Origin
    year: int | None
    form_factor: str
    training: Training
    devices_per_card: int
    devices_per_node: int | None
    default_node: str
    stack: Mapping[str, str]
    figures: Mapping[str, Fact]
    source: str
    as_of: str
    confidence: Confidence
    note: str = ""

    def figure(self, attribute: str) -> Fact:
        """The figure of one card; an attribute without a row is unknown."""
        return self.figures[attribute]

    def per_device(self, attribute: str) -> Fact:
        """The share of the card's figure that one schedulable device has: for memory, peaks, bandwidth and power of multi-device cards."""
        fact = self.figures[attribute]
        if fact.value is None or self.devices_per_card == 1:
            return fact
        return Fact(fact.value / self.devices_per_card, fact.unit, fact.source, fact.as_of, fact.confidence, fact.note)

    @property
    def memory_gb(self) -> Fact:
        """Memory of one schedulable device, GB as the vendor counts them."""
        return self.per_device("memory_gb")

    @property
    def short(self) -> str:
        """The name people type: "h100"."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class NodeModel:
    """A server: how many cards and schedulable devices it holds, and how many such nodes share one fabric domain (None: unknown)."""

    id: str
    name: str
    accelerator: str
    cards: int | None
    devices: int | None
    domain_nodes: int | None
    figures: Mapping[str, Fact]
    source: str
    as_of: str
    confidence: Confidence
    note: str = ""

    def figure(self, attribute: str) -> Fact:
        return self.figures[attribute]


@dataclass(frozen=True, slots=True)
class Catalog:
    """All models, found by id ("nvidia-h100") or by any of their short names ("h100", "H100 SXM") where that is unique."""

    accelerators: Mapping[str, Accelerator]
    node_models: Mapping[str, NodeModel]
    partitions: tuple[Partition, ...]
    weights: tuple[BillingWeight, ...]
    attributes: tuple[Attribute, ...]
    assumptions: tuple[Assumption, ...] = ()
    _names: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names: dict[str, tuple[str, ...]] = {}
        for model in self.accelerators.values():
            for name in dict.fromkeys((model.id, *model.names)):
                names[fold(name)] = (*names.get(fold(name), ()), model.id)
        object.__setattr__(self, "_names", names)

    def resolve(self, name: str, where: Where | None = None) -> str:
        """The id that `name` stands for; CatalogError with the nearest names if there is none or more than one."""
        found = self._names.get(fold(name), ())
        if len(found) == 1:
            return found[0]
        if found:
            raise CatalogError(f"{name!r} names more than one model", where=where, remedy=f"write one of {', '.join(found)}")
        raise CatalogError(f"no accelerator {name!r} in the catalogue", where=where, remedy=_remedy(fold(name), self._names))

    def accelerator(self, name: str, where: Where | None = None) -> Accelerator:
        return self.accelerators[self.resolve(name, where)]

    def node_model(self, name: str, where: Where | None = None) -> NodeModel:
        key = fold(name)
        if key in self.node_models:
            return self.node_models[key]
        raise CatalogError(f"no node model {name!r} in the catalogue", where=where, remedy=_remedy(key, self.node_models))

    def pool_model(self, name: str, where: Where | None = None) -> tuple[Accelerator, NodeModel | None]:
        """What a pool of `name` is made of; `name` is a node model or an accelerator (then its usual node, if one is known)."""
        node = self.node_models.get(fold(name))
        if node is not None:
            return self.accelerators[node.accelerator], node
        model = self.accelerator(name, where)
        return model, self.node_models.get(model.default_node)

    def group(self, name: str) -> tuple[Accelerator, ...]:
        """The models of a vendor ("nvidia", "furiosaai") or origin ("domestic"); empty if `name` is neither."""
        key = fold(name)
        return tuple(model for model in self.accelerators.values() if key in (fold(model.vendor), model.origin))

    def parts(self, accelerator_id: str) -> tuple[Partition, ...]:
        return tuple(part for part in self.partitions if part.accelerator == accelerator_id)

    def weight(self, accelerator_id: str, on: dt.date) -> BillingWeight | None:
        """The row of the billing table in force on a date; None if the table has none."""
        rows = [row for row in self.weights if row.accelerator == accelerator_id and row.valid_from <= on]
        return max(rows, key=lambda row: row.valid_from, default=None)

    def billing_weight(self, name: str, on: dt.date) -> int | None:
        """Parts per million of a credit per accelerator-hour on a date; None is unknown."""
        row = self.weight(self.resolve(name), on)
        return None if row is None else row.weight_ppm


def fold(name: str) -> str:
    """Names are compared without case, and with spaces and underscores read as hyphens."""
    return "-".join(name.lower().replace("_", " ").replace("-", " ").split())


def plain(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(value: Decimal | None) -> int | float | None:
    """A figure as JSON writes it: a whole number where it is one; None is unknown."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _remedy(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    listing = "`dure catalog` lists all"
    return f"did you mean {' or '.join(near)}? {listing}" if near else listing
