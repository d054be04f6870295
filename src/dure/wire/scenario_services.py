"""Services of section `demand`: how much is asked of them, and on what they may run."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from dure.model.units import MICRO
from dure.wire.fields import (
    Duration,
    Name,
    NumberMicro,
    Offset,
    Part,
    PositiveCount,
    PositiveNumberMicro,
    SharePPM,
    Shorthand,
    Words,
    number_schema,
)
from dure.wire.quantity import QuantityError

Constraint = Annotated[str, Field(max_length=200)]
DAY_HOURS, WEEK_HOURS = 24, 168


class RateShape(Part):
    """A rate that follows the hours. `requests_per_s: 120` is short for `{peak: 120}`, the same at every hour."""

    peak_micro: PositiveNumberMicro = Field(alias="peak", description="rate in the busiest hour")
    trough_micro: NumberMicro | None = Field(None, alias="trough", description="rate in the quietest hour; absent = the peak at every hour")
    profile: Words = Field("national", description="name of a profile of dure, or a file, whose hours of the week the rate follows")
    hours_micro: tuple[NumberMicro, ...] = Field(
        (), alias="hours", description="weights of the 24 hours of a day, or of the 168 of a week from Monday on, in place of the profile's"
    )
    clock_s: Duration = Field(32_400, alias="clock", description="how far the clock of `hours` is ahead of UTC; 9h is Korea's")

    @model_validator(mode="after")
    def _is_a_shape(self) -> Self:
        if self.trough_micro is None and self.hours_micro:
            raise QuantityError("has hours and no trough", "write trough, the rate in the quietest hour")
        if self.trough_micro is not None and self.trough_micro > self.peak_micro:
            raise QuantityError("the trough lies above the peak", "write a trough of at most the peak")
        if self.hours_micro and len(self.hours_micro) not in (DAY_HOURS, WEEK_HOURS):
            raise QuantityError(f"has {len(self.hours_micro)} hours", f"write {DAY_HOURS} hours of a day or {WEEK_HOURS} of a week")
        if self.hours_micro and min(self.hours_micro) == max(self.hours_micro):
            raise QuantityError("has hours of one weight", "leave out trough and hours: the rate is the same at every hour")
        return self

    @property
    def asks_profile(self) -> bool:
        """Whether the hours of a profile decide."""
        return self.trough_micro is not None and not self.hours_micro


def _bare_rate(value: Any) -> Any:
    return value if value is None or isinstance(value, dict | RateShape) else {"peak": value}


_Rate = Annotated[RateShape, BeforeValidator(_bare_rate), Shorthand(number_schema())]


class Service(Part):
    """A model that stays and answers requests: so many replicas, or as many as a rate needs.

    Rates are those that were measured of the workload class, in its unit: `requests_per_s` (a request is one sample of the benchmark) or
    `tokens_per_s`. The replicas follow the rate hour by hour; what they do not get done is reported as not served.
    """

    name: Name = Field(description="unique in the scenario")
    project: Name = Field(description="whose it is")
    workload: Name = Field(description="workload class whose measured rate it serves at")
    replicas: PositiveCount | None = Field(None, description="replicas kept running")
    requests_per_s: _Rate | None = Field(None, description="requests to answer; the replicas follow from the measured rate")
    tokens_per_s: _Rate | None = Field(None, description="tokens to write, where the class is measured in tokens")
    tokens_per_request_micro: PositiveNumberMicro | None = Field(
        None, alias="tokens_per_request", description="tokens of one answer: lets `requests_per_s` be asked of a class measured in tokens"
    )
    headroom_ppm: SharePPM = Field(0, alias="headroom", description="part of a replica's rate that is kept free when replicas are counted")
    sized_on: Name | None = Field(
        None, description="accelerator whose rate replicas are counted by; absent = the slowest that the service may run on"
    )
    accelerators: PositiveCount = Field(1, description="devices of one replica; their rates add up", le=4_096)
    constraint: Constraint = Field("", description="machines it may run on, like `nvidia|amd` or `80GB..`")
    qos: Name = Field("normal", description="quality of service")
    from_s: Offset = Field(0, alias="from", description="when it begins")
    to_s: Offset | None = Field(None, alias="to", description="when it ends; absent = stays to the end")

    @model_validator(mode="after")
    def _says_how_much_once(self) -> Self:
        if sum(value is not None for value in (self.replicas, self.requests_per_s, self.tokens_per_s)) != 1:
            what = "does not say how many replicas it needs, or says it twice"
            raise QuantityError(what, "write one of replicas, requests_per_s and tokens_per_s")
        if self.tokens_per_request_micro is not None and self.requests_per_s is None:
            raise QuantityError("says how long an answer is, but not how many are asked for", "write requests_per_s")
        if self.replicas is not None and (self.headroom_ppm or self.sized_on is not None):
            raise QuantityError("counts its replicas itself", "leave out headroom and sized_on, or write a rate instead of replicas")
        if self.headroom_ppm >= MICRO:
            raise QuantityError("keeps all of a replica free", "write a headroom below 100%")
        if self.to_s is not None and self.to_s <= self.from_s:
            raise QuantityError("ends before it begins", "write a later `to`")
        return self

    @property
    def shape(self) -> RateShape | None:
        """What is asked of it in its own unit; None where it says its replicas."""
        return self.requests_per_s or self.tokens_per_s
