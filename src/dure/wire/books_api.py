"""Replies of /api/v1 about settlements, books and access."""

from __future__ import annotations

from pydantic import Field, model_validator

from dure.wire.api import Reply
from dure.wire.fields import Name, Part


class RunUse(Reply):
    """One run of a job with what it is worth; seconds are Unix time, null: unknown, or not yet."""

    attempt: int
    job: str
    project: str
    person: int
    pool: str
    model: str
    milli: int
    submitted_at: int
    placed_at: int
    started_at: int | None
    ended_at: int | None
    outcome: str | None
    kept_s: int
    request_s: int | None
    asked: int
    nodes: tuple[str, ...]
    credits_micro: int
    won: int
    energy_wh: int | None
    electricity_won: int | None
    service_won: int | None


class RunsUsed(Reply):
    at: int = Field(description="Unix second of the answer")
    runs: tuple[RunUse, ...]
    next: int | None


class SettlementLine(Reply):
    kind: str = Field(description="service, deduction (availability that was missed), or correction of an earlier month")
    of: str = Field(description="the pool, or the month that is corrected")
    won: int
    busy_milli_s: int
    rate_won: int | None
    promised_ppm: int | None
    available_ppm: int | None = Field(description="null: not measured, so nothing is taken off")


class Settlement(Reply):
    operator: str
    month: str
    won: int
    lines: tuple[SettlementLine, ...]
    unagreed_milli_s: int = Field(description="ran where no rate is agreed: nothing is due for it")
    signed_at: str | None = Field(description="null: as it is known now, not signed")
    signed_by: int | None
    head: str = Field(description="of the last seal of the log when it was signed, or now; empty: there is none")


class Settlements(Reply):
    month: str
    settlements: tuple[Settlement, ...]


class SettleRequest(Part):
    operator: Name = Field(description="whose month is signed")


class BookEntry(Reply):
    """Won that pass from one account to another; its two sides add up to 0."""

    month: str
    kind: str
    payer: str
    payee: str
    won: int
    of: str


class Balance(Reply):
    account: str
    won: int = Field(description="received less paid")


class Books(Reply):
    """`balances` add up to 0."""

    month: str
    entries: tuple[BookEntry, ...]
    balances: tuple[Balance, ...]

    @model_validator(mode="after")
    def _balances(self) -> Books:
        assert sum(one.won for one in self.balances) == 0
        return self


class AccessSpan(Reply):
    """`through`: projects that came through the step; `waiting`: that wait for its end. The times are of those that came through."""

    step: str = Field(description="grant: from application to grant; start: from grant to the first job that runs; whole: both")
    through: int
    waiting: int
    median_s: int | None
    p90_s: int | None


class AccessOf(Reply):
    project: str
    applied_at: str
    granted_at: str | None
    started_at: str | None
    grant_s: int | None
    start_s: int | None
    whole_s: int | None


class AccessAll(Reply):
    spans: tuple[AccessSpan, ...]


class AccessRows(AccessAll):
    projects: tuple[AccessOf, ...]
