"""Section `catalog`: what this scenario adds to or assumes about the catalogue of machines."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from dure.wire.fields import MemoryGB, Name, NumberMicro, Part, PositiveCount, PositiveRatioPPM, PowerW, Words
from dure.wire.quantity import QuantityError

ModelName = Name


class AcceleratorEntry(Part):
    """A model that the catalogue lacks, or columns of one it has; what is absent stays as it was, or unknown."""

    id: ModelName = Field(description="like `nvidia-h100`; an id of the catalogue is changed, a new one added")
    vendor: Words | None = Field(None, description="who makes it")
    model: Words | None = Field(None, description="full name of the model")
    kind: Literal["gpu", "npu", "asic", "tpu", "ipu", "cpu"] | None = Field(None, description="what it is")
    origin: Literal["domestic", "foreign"] | None = Field(None, description="domestic = designed in Korea")
    memory_gb: MemoryGB | None = Field(None, alias="memory", description="memory of one device")
    training: Literal["yes", "no", "unknown"] | None = Field(None, description="whether it trains; `no` refuses training jobs")
    accelerators_per_node: PositiveCount | None = Field(None, description="schedulable devices in its usual server", le=4_096)
    power_w: PowerW | None = Field(None, alias="power", description="rated power of one device")
    source: Words = Field(description="where this comes from")


class NodeModelEntry(Part):
    """A server type that the catalogue lacks."""

    id: Name = Field(description="like `hgx-h200-8`")
    accelerator: ModelName = Field(description="accelerator id")
    accelerators_per_node: PositiveCount = Field(description="schedulable devices", le=4_096)
    power_w: PowerW | None = Field(None, alias="power", description="rated power of the whole server")
    source: Words = Field(description="where this comes from")


class SpeedEntry(Part):
    """A published speed that the catalogue lacks; one that nobody published belongs under `assume`."""

    workload: Name = Field(description="workload class, like `llm-finetune`")
    model: ModelName = Field(description="accelerator id")
    speed_ppm: PositiveRatioPPM = Field(alias="speed", description="throughput relative to H100 SXM = 1")
    source: Words = Field(description="where this was published")


class Assumption(Part):
    """A figure that no source states. Listed first in every report, with the name of whoever assumes it."""

    what: Literal["speed", "billing_weight", "won_per_accelerator_hour", "statement"] = Field(
        description="what is assumed; a `statement` changes no figure, it is only listed"
    )
    model: ModelName | None = Field(None, description="accelerator id it is about")
    workload: Name | None = Field(None, description="workload class, for a speed; absent = every class nothing is known about")
    value_micro: NumberMicro | None = Field(None, alias="value", description="the value used")
    range_micro: tuple[NumberMicro, NumberMicro] | None = Field(None, alias="range", description="[lowest, highest] it may be")
    unit: Words | None = Field(None, description="unit of value and range")
    who: Words = Field(description="who assumes it")
    why: Words = Field(description="why this value")

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        if self.what == "statement":
            return self
        if self.value_micro is None or self.model is None:
            raise QuantityError(f"assumes a {self.what} without saying which", "write model and value")
        if self.range_micro is None:
            raise QuantityError("gives a value without its range", "write range: [low, high]")
        if not self.range_micro[0] <= self.value_micro <= self.range_micro[1]:
            raise QuantityError("the value lies outside its range", "write range: [low, high] around the value")
        if self.what == "speed" and not self.value_micro:
            raise QuantityError("assumes a speed of 0", "leave the row out: without a speed the model is not eligible")
        return self


class CatalogSection(Part):
    """Additions, corrections and assumptions about machines, for this scenario only."""

    accelerators: tuple[AcceleratorEntry, ...] = Field((), description="models added or changed")
    node_models: tuple[NodeModelEntry, ...] = Field((), description="server types added")
    billing_weights_ppm: dict[str, PositiveRatioPPM] = Field(
        {}, alias="billing_weights", description="credits per accelerator-hour by accelerator id; overrides the published table"
    )
    speeds: tuple[SpeedEntry, ...] = Field((), description="published speeds added")
    assume: tuple[Assumption, ...] = Field((), description="figures nobody published, with range, who and why")
