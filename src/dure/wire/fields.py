"""Field types of scenario files: text at the edge, an integer inside, and the accepted forms in the JSON Schema.

A model that is written out again (`model_dump(mode="json")`) carries texts which read back as the same integers,
so a run can store the scenario that it used and anybody can run it again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema

from dure.wire import quantity
from dure.wire.quantity import QuantityError

programme_start_s: ContextVar[int | None] = ContextVar("programme_start_s", default=None)
"""Unix second of the programme that is being read, so that its dates become offsets; set by `Scenario` only."""


class Part(BaseModel):
    """A section of a file: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)


def _amount_schema(forms: str, *examples: str) -> dict[str, Any]:
    return {"type": ["string", "number"], "examples": list(examples), "$comment": f"accepted: {forms}"}


def number_schema() -> dict[str, Any]:
    """The schema of a number, for a part that may be written as one."""
    return _amount_schema(quantity.NUMBER_FORMS, "6.5")


@dataclass(frozen=True, slots=True, eq=False)
class Shorthand:
    """Annotation of a part that may also be written in short; *schema* describes the short form, None = its `kind` alone."""

    schema: dict[str, Any] | None = None

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        whole = handler(core)
        short = self.schema or {"enum": handler.resolve_ref_schema(whole)["properties"]["kind"]["enum"]}
        return {"anyOf": [short, whole]}


def _amount(read: Callable[[Any], Any], forms: str, *examples: str, write: Callable[[Any], Any] | None = None) -> tuple[Any, ...]:
    schema = _amount_schema(forms, *examples)
    written = (PlainSerializer(write, when_used="json-unless-none"),) if write else ()
    return (BeforeValidator(read), *written, WithJsonSchema(schema))


def _offset(value: object) -> int:
    return quantity.offset_s(value, programme_start_s.get())


def _above_zero(value: int) -> int:
    if value <= 0:
        raise QuantityError("0 is too little", "write something above 0")
    return value


Duration = Annotated[int, *_amount(quantity.duration_s, quantity.DURATION_FORMS, "90s", "2h30m", "30d", write=quantity.duration_text)]
Offset = Annotated[int, *_amount(_offset, quantity.OFFSET_FORMS, "5d", "36h", "2026-01-06", write=quantity.duration_text)]
Instant = Annotated[int, *_amount(quantity.instant_s, quantity.INSTANT_FORMS, "2026-01-01", write=quantity.instant_text)]
WON_SCHEMA = _amount_schema(quantity.WON_FORMS, "1.46조", "5000억", "1.46e12")
Won = Annotated[int, BeforeValidator(quantity.won), WithJsonSchema(WON_SCHEMA)]
MemoryGB = Annotated[int, *_amount(quantity.memory_gb, quantity.MEMORY_FORMS, "80GB", write=quantity.memory_text)]
PowerW = Annotated[int, *_amount(quantity.power_w, quantity.POWER_FORMS, "10.2kW", "40MW", write=quantity.power_text)]
LinkSpeed = Annotated[int, *_amount(quantity.link_bytes_per_s, quantity.LINK_FORMS, "10Gbps", write=quantity.link_text)]
SharePPM = Annotated[int, *_amount(quantity.share_ppm, quantity.SHARE_FORMS, "30%", write=quantity.micro_text)]
RatioPPM = Annotated[int, *_amount(quantity.ratio_ppm, quantity.RATIO_FORMS, "0.95", write=quantity.micro_text)]
NumberMicro = Annotated[int, *_amount(quantity.number_micro, quantity.NUMBER_FORMS, "6.5", write=quantity.micro_text)]
Money = Annotated[quantity.Money, *_amount(quantity.price, quantity.PRICE_FORMS, "40,000 USD", "1.1억", write=quantity.price_text)]
LifeMonths = Annotated[int, *_amount(quantity.life_months, quantity.LIFE_FORMS, "5y", "18mo", write=quantity.life_text)]
LeadMonths = Annotated[int, *_amount(quantity.lead_months, quantity.LEAD_FORMS, "6mo", "18mo", write=quantity.life_text)]
Count = Annotated[int, *_amount(quantity.count, quantity.COUNT_FORMS, "12", "30,000")]

PositiveDuration = Annotated[Duration, AfterValidator(_above_zero)]
PositiveRatioPPM = Annotated[RatioPPM, AfterValidator(_above_zero)]
PositiveNumberMicro = Annotated[NumberMicro, AfterValidator(_above_zero)]
PositiveCount = Annotated[Count, AfterValidator(_above_zero)]

Name = Annotated[str, StringConstraints(pattern=r"^[\w][\w.+-]*$", max_length=64)]
"""A word that paths, tables and `--set` can carry: letters of any script, digits, `_ . + -`."""

Words = Annotated[str, StringConstraints(min_length=1, max_length=400)]


def file_schema(model: type[Part]) -> dict[str, Any]:
    """The JSON Schema of a kind of file; defaults stand as a person would write them, not as they are kept inside."""
    schema = model.model_json_schema(by_alias=True)
    for part in Part.__subclasses__():
        if part is not model and part.__name__ not in schema.get("$defs", {}):
            continue  # a part of another kind of file
        written = part.model_construct().model_dump(mode="json", warnings=False)
        for key, about in schema.get("$defs", {}).get(part.__name__, schema)["properties"].items():
            if "default" in about:
                about["default"] = written[key]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
