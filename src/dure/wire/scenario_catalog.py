"""Section `catalog`: what this scenario adds to or assumes about the catalogue of machines."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from dure.wire.fields import Count, MemoryGB, Name, NumberMicro, Part, PositiveCount, PositiveRatioPPM, PowerW, Words
from dure.wire.quantity import QuantityError, micro_text
from dure.wire.ranges import outside

STATEMENT = "statement"

NameOrAll = Annotated[str, StringConstraints(pattern=r"^(\*|[\w][\w.+-]*)$", max_length=64)]
"""A name, or `*` for all of them."""

Figures = dict[Name, NumberMicro]
Confidence = Literal["high", "medium", "low"]


class AcceleratorEntry(Part):
    """A model that the catalogue lacks, or columns of one it has; what is absent stays as it was, or is unknown.

    A new model must say vendor, model, kind, origin and training.
    """

    id: Name = Field(description="like `nvidia-h100`; a known id is changed, a new one added")
    names: tuple[Name, ...] = Field((), description="short names that people type")
    vendor: Words | None = Field(None, description="who makes it")
    model: Words | None = Field(None, description="full name of the model")
    kind: Literal["gpu", "npu", "asic", "tpu", "ipu", "cpu"] | None = Field(None, description="what it is")
    origin: Literal["nvidia", "amd", "intel", "domestic", "other"] | None = Field(None, description="group in which it is counted")
    year: Count | None = Field(None, description="year of its introduction")
    training: Literal["yes", "no", "unknown"] | None = Field(None, description="whether it trains; `no` refuses training jobs")
    devices_per_card: PositiveCount | None = Field(None, description="schedulable devices on one card", le=64)
    node: Name | None = Field(None, description="its usual server, a node model")
    memory_gb: MemoryGB | None = Field(None, alias="memory", description="memory of one card")
    power_w: PowerW | None = Field(None, alias="power", description="thermal design power of one card")
    figures_micro: Figures = Field({}, alias="figures", description="other attributes of the catalogue, like `bf16_tflops: 989`")
    source: Words = Field(description="where this comes from")
    as_of: Words | None = Field(None, description="date of the source")
    confidence: Confidence = Field("low", description="how far the source can be trusted")


class NodeModelEntry(Part):
    """A server type that the catalogue lacks, or columns of one it has."""

    id: Name = Field(description="like `hgx-h200`")
    name: Words | None = Field(None, description="full name")
    accelerator: Name | None = Field(None, description="accelerator id")
    cards: PositiveCount | None = Field(None, description="cards in the server", le=4_096)
    devices: PositiveCount | None = Field(None, description="schedulable devices in the server", le=4_096)
    domain_nodes: PositiveCount | None = Field(None, description="servers in one fabric domain")
    power_w: PowerW | None = Field(None, alias="power", description="rated power of the server")
    figures_micro: Figures = Field({}, alias="figures", description="other attributes of the catalogue, like `power_idle_w: 1800`")
    source: Words = Field(description="where this comes from")
    as_of: Words | None = Field(None, description="date of the source")
    confidence: Confidence = Field("low", description="how far the source can be trusted")


class SpeedEntry(Part):
    """A speed that the scenario states; one that nobody published belongs under `assume`."""

    workload: Name = Field(description="workload class, like `llm-finetune`")
    model: Name = Field(description="accelerator id")
    speed_ppm: PositiveRatioPPM = Field(alias="speed", description="throughput relative to H100 SXM = 1")
    source: Words = Field(description="where this was published")


RATE_UNITS = ("requests/s", "tokens/s")


class Assumption(Part):
    """A figure that no source states. Listed first in every report, with the name of whoever assumes it."""

    what: Name = Field(
        description="`speed`, `rate`, `billing_weight` or an attribute of the catalogue; a `statement` changes no figure and is only listed"
    )
    model: NameOrAll | None = Field(None, description="accelerator id, a group (`amd`, `domestic`) or `*`")
    workload: NameOrAll | None = Field(None, description="class of work of a speed or rate; absent or `*` = every class of unknown speed")
    value_micro: NumberMicro | None = Field(None, alias="value", description="the value used")
    range_micro: tuple[NumberMicro, NumberMicro] | None = Field(None, alias="range", description="[lowest, highest] it may be")
    unit: Words | None = Field(
        None, description="unit of value and range; absent for a ratio; the rate of one accelerator is in `requests/s` or `tokens/s`"
    )
    who: Words = Field(description="who assumes it")
    why: Words = Field(description="why this value")
    why_ko: Words | None = Field(None, description="the same in Korean reports; absent = as `why`")

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        if self.what == STATEMENT:
            return self
        if self.value_micro is None or self.model is None:
            raise QuantityError(f"assumes a {self.what} without saying which", "write model and value")
        if self.range_micro is None:
            raise QuantityError("gives a value without its range", "write range: [lowest, highest]")
        if not self.range_micro[0] <= self.value_micro <= self.range_micro[1]:
            raise outside(self.value_micro, self.range_micro, micro_text, key="value")
        if self.what == "speed" and not self.value_micro:
            raise QuantityError("assumes a speed of 0", "leave the row out: a model of unknown speed is not eligible")
        if self.what == "rate" and (self.unit not in RATE_UNITS or self.workload in (None, "*") or not self.value_micro):
            raise QuantityError(
                "assumes a rate without saying of what", "write workload, a value above 0, and unit: requests/s or tokens/s"
            )
        return self


class CatalogSection(Part):
    """Additions, corrections and assumptions about machines, for this scenario only."""

    accelerators: tuple[AcceleratorEntry, ...] = Field((), description="models added or changed")
    node_models: tuple[NodeModelEntry, ...] = Field((), description="server types added or changed")
    billing_weights_ppm: dict[Name, PositiveRatioPPM] = Field(
        {}, alias="billing_weights", description="credits per accelerator-hour by accelerator id; overrides the published table"
    )
    speeds: tuple[SpeedEntry, ...] = Field((), description="published speeds added")
    assume: tuple[Assumption, ...] = Field((), description="figures nobody published, with range, who and why")
