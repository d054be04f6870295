"""Key `sites[].budget`: the money that runs a site, when it comes and lapses, and who goes without when it is not enough."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from dure.model.units import DAY_S, HOUR_S, MICRO
from dure.wire.fields import Duration, Name, Part, SharePPM, Won
from dure.wire.marks import Marked
from dure.wire.quantity import QuantityError

PERIOD = r"^20\d\d(-(0[1-9]|1[0-2])|-Q[1-4])?$"
PERIOD_FORMS = "a year 2026, a quarter 2026-Q3 or a month 2026-08"
_PERIOD = re.compile(r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")


def _a_day(text: str) -> str:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        raise QuantityError(f"{text} is not in the calendar", "write a day such as 2026-04-01") from None
    return text


Period = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int) and not isinstance(value, bool) else value),
    StringConstraints(pattern=PERIOD),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["2026", "2026-Q3", "2026-08"], "$comment": f"accepted: {PERIOD_FORMS}"}),
]
Day = Annotated[str, StringConstraints(pattern=r"^20\d\d-\d\d-\d\d$"), AfterValidator(_a_day)]
Item = Literal["software", "support", "spares", "insurance"]


def period_days(period: str) -> tuple[dt.date, dt.date]:
    """The first day of a year, quarter or month, and the first day after it."""
    found = _PERIOD.fullmatch(period)
    assert found is not None, period
    year, month, quarter = int(found[1]), found[2], found[3]
    first, months = (int(month), 1) if month else (3 * int(quarter) - 2, 3) if quarter else (1, 12)
    last = first + months
    return dt.date(year, first, 1), dt.date(year + (last > 12), (last - 1) % 12 + 1, 1)


class InstalmentEntry(Part):
    """A part of a budget line, paid on a day."""

    at: Day = Field(description="day on which it is there, Korean time")
    share_ppm: SharePPM = Field(alias="share", description="which part of the line")


class BudgetLineEntry(Marked):
    """Operating money of one source for one period, in Korean time."""

    period: Period = Field(description="year, quarter or month: `2026`, `2026-Q3`, `2026-08`")
    won: Won = Field(description="operating money of the period")
    payer: Name = Field(description="whose money: state, province, firm, own-use …")
    carries: bool = Field(False, strict=True, description="what is left at the end goes on; false = it lapses")
    paid: tuple[InstalmentEntry, ...] = Field((), description="instalments, in parts of the whole; absent = all on the first day")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        whole = sum(one.share_ppm for one in self.paid)
        if self.paid and whole != MICRO:
            raise QuantityError(f"the instalments are {whole / 10_000:g}% of the line", "let the shares add up to 100%")
        first, end = period_days(self.period)
        for one in self.paid:
            if not first <= dt.date.fromisoformat(one.at) < end:
                raise QuantityError(f"{one.at} is not in {self.period}", "pay a line inside its period, or write a line of another period")
        return self


class BudgetSection(Part):
    """What pays for electricity, people, support and licences of a site, and which servers go unfunded first."""

    lines: tuple[BudgetLineEntry, ...] = Field(description="operating money by period; what no line names is not there")
    spend: Literal["as_needed", "evenly"] = Field(
        "as_needed", description="as_needed = until it is gone; evenly = no more lit than the money carries to the end of the period"
    )
    order: Literal["dearest", "proportional"] | tuple[Name, ...] = Field(
        "dearest",
        description="who goes unfunded first: `dearest` = most won a year for each reference accelerator; `proportional` = the same part "
        "of every pool; or pools by name, the first goes first",
    )
    dedicated: Literal["last", "alike"] = Field(
        "last", description="whether servers dedicated to a project go after all others of the site"
    )
    committed: tuple[Item, ...] = Field((), description="what is paid for unfunded servers too; people and the demand charge always are")
    notice_s: Duration = Field(HOUR_S, alias="notice", description="how long what runs may go on where servers go unfunded, at most a day")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.lines:
            raise QuantityError("a budget without a line", "write at least one: `- {period: 2026, won: 5000억, payer: state}`")
        if self.notice_s > DAY_S:
            raise QuantityError("a notice of more than a day", "money is looked at every day: write at most 24h")
        return self
