"""A tender file: `tender` (the rules, frozen before bids are read), `bids`, and what is assumed about them.

The rules stand alone: `TenderRules` is read and hashed without a look at the bids. Amounts of money may be in another currency
(`currency`, with `won_per_unit`); inside they are whole won. docs/TENDER.md lists every key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, ModelWrapValidatorHandler, WithJsonSchema, model_validator

from dure.model.deals import Mark
from dure.model.tenders import Formula, Objective, PricePer, Procedure, Subject
from dure.model.units import MICRO, round_div
from dure.wire import quantity
from dure.wire.fields import (
    WON_SCHEMA,
    Count,
    Duration,
    Instant,
    Name,
    Part,
    PositiveCount,
    PositiveNumberMicro,
    PowerW,
    RatioPPM,
    SharePPM,
    Words,
)
from dure.wire.problems import Problem, UnfitScenario
from dure.wire.quantity import QuantityError
from dure.wire.tender_checks import find_problems, find_rule_problems

won_per_unit_micro: ContextVar[int | None] = ContextVar("won_per_unit_micro", default=None)
"""Won per unit of the currency of the tender that is being read; None: amounts are won."""


def _money(value: object) -> int:
    """Whole won, above 0; another currency is exchanged at the tender's rate and rounded once."""
    if isinstance(value, int | str | float) and not isinstance(value, bool) and str(value).lstrip().startswith("-"):
        raise QuantityError(f"{value} is negative", f"an amount of won is not: write {quantity.WON_FORMS}")
    rate = won_per_unit_micro.get()
    won = quantity.won(value) if rate is None else round_div(quantity.number_micro(value) * rate, MICRO * MICRO)
    if won <= 0:
        raise QuantityError("0 is too little", "write something above 0")
    return won


Money = Annotated[int, BeforeValidator(_money), WithJsonSchema(WON_SCHEMA)]

_READERS = {
    Subject.PRICE: _money,
    Subject.PRICE_PER_PUBLIC: _money,
    Subject.PUBLIC_SHARE: quantity.share_ppm,
    Subject.READY: quantity.instant_s,
    Subject.POWER: quantity.power_w,
    Subject.PUE: quantity.ratio_ppm,
    Subject.AVAILABILITY: quantity.share_ppm,
    Subject.QUANTITY: quantity.count,
    Subject.CLUSTER: quantity.count,
    Subject.SUPPORT: quantity.duration_s,
}


def _read_by_subject(data: Any, keys: tuple[str, ...]) -> Any:
    """Limits are written in the unit of what they limit: a date for `ready`, a share for `availability`."""
    if not isinstance(data, dict) or data.get("subject", "price") not in set(Subject):
        return data
    read = _READERS[Subject(data.get("subject", "price"))]
    return {key: read(value) if key in keys and value is not None else value for key, value in data.items()}


class TenderLot(Part):
    """A part of the tender that is awarded on its own."""

    name: Name = Field(description="unique in the tender")
    name_ko: Words | None = Field(None, description="Korean name for reports")
    at_least: Count = Field(0, description="accelerators that must be bought")
    at_most: Count | None = Field(None, description="accelerators that may be bought; absent = no limit but the budget")
    estimate: Money | None = Field(None, description="the office's own price of one accelerator, for formulas that need it")


class EligibilityEntry(Part):
    """A rule that a bid meets or is not judged: it declares something, or a subject lies within limits."""

    name: Words = Field(description="how the rule is called in the minutes")
    name_ko: Words | None = Field(None, description="its Korean name")
    declares: Name | None = Field(None, description="a word that must stand in `declares` of the bid")
    subject: Subject | None = Field(None, description="what is limited")
    at_least: int | None = Field(None, description="lower limit, in the unit of the subject")
    at_most: int | None = Field(None, description="upper limit, in the unit of the subject; for `ready` the last date")

    @model_validator(mode="before")
    @classmethod
    def _limits(cls, data: Any) -> Any:
        return _read_by_subject(data, ("at_least", "at_most"))

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        limited = self.at_least is not None or self.at_most is not None
        if limited != (self.subject is not None) or (self.declares is None and not limited):
            raise QuantityError("the rule asks for nothing", "write declares, or subject with at_least or at_most")
        return self


class CriterionEntry(Part):
    """Points for one thing that a bid says, by a formula."""

    name: Words = Field(description="how the criterion is called in the minutes; evaluators' points name it")
    name_ko: Words | None = Field(None, description="its Korean name")
    weight_micro: PositiveNumberMicro = Field(alias="weight", description="points at most; all weights add up to 100")
    formula: Formula = Field(description="how what a bid says becomes points")
    subject: Subject = Field(Subject.PRICE, description="what it looks at; nothing for `points`")
    full: int | None = Field(None, description="`linear`: where all points are given, in the unit of the subject")
    zero: int | None = Field(None, description="`linear`: where none are given any more")
    target: SharePPM | None = Field(None, description="`kr_suitability`: share of the estimate that earns all points")
    factor: PositiveNumberMicro | None = Field(None, description="`kr_suitability`: points lost per percentage point of distance")
    decimals: Count | None = Field(None, description="round points to so many decimals; absent = not at all", le=6)

    @model_validator(mode="before")
    @classmethod
    def _ends(cls, data: Any) -> Any:
        return _read_by_subject(data, ("full", "zero"))

    @model_validator(mode="after")
    def _has_what_its_formula_needs(self) -> Self:
        if self.formula is Formula.LINEAR and (self.full is None or self.zero is None or self.full == self.zero):
            raise QuantityError("a linear formula runs between two ends", "write full and zero, two different values")
        if self.formula is Formula.KR_SUITABILITY and (self.target is None or self.factor is None):
            raise QuantityError("a suitability test has a target and a factor", "write target: 91% and factor: 5, or what the rule says")
        return self


class CapsEntry(Part):
    """Limits on what one operator may win."""

    accelerators: PositiveCount | None = Field(None, description="at most so many accelerators for one operator")
    budget_share: SharePPM | None = Field(None, description="at most this share of the budget for one operator")
    accelerator_share: SharePPM | None = Field(None, description="at most this share of all accelerators awarded for one operator")
    cluster: PositiveCount | None = Field(None, description="public accelerators that each winning bid holds in one place, at least")


class TenderRules(Part):
    """The rules: what is asked for and how bids are judged. Their hash is recorded before any bid is read."""

    name: Words = Field(description="shown on the minutes")
    name_ko: Words | None = Field(None, description="its Korean name")
    procedure: Procedure = Field(description="an agreement pays with own use of a part of the machines; a contract with money alone")
    objective: Objective = Field(Objective.PUBLIC_CAPACITY, description="what the best award has most or least of")
    currency: Name = Field("KRW", description="currency of every amount in this file")
    won_per_unit: PositiveNumberMicro | None = Field(None, description="won for one unit of the currency; needed unless it is KRW")
    price_per: PricePer = Field(
        PricePer.ACCELERATOR, description="what a price pays for: the accelerator, or one hour of it (then every amount is for one hour)"
    )
    budget: Money | None = Field(None, description="all that may be spent; absent = no limit")
    lots: tuple[TenderLot, ...] = Field(description="what is asked for", min_length=1)
    eligibility: tuple[EligibilityEntry, ...] = Field((), description="rules that a bid meets or is not judged")
    criteria: tuple[CriterionEntry, ...] = Field((), description="what earns points")
    score_at_least: PositiveNumberMicro | None = Field(None, description="points below which a bid is not taken")
    caps: CapsEntry = Field(CapsEntry(), description="limits on what one operator may win")
    capacity: dict[Name, PositiveNumberMicro] = Field(
        {}, description="reference accelerators that one accelerator of a model counts as; a model not named counts as 1"
    )
    abnormally_low: SharePPM | None = Field(None, description="a price below this share of the median of the others is flagged")

    @model_validator(mode="wrap")
    @classmethod
    def _in_its_currency(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(data, dict) and data.get("currency", "KRW") != "KRW" and data.get("won_per_unit") is None:
            what, remedy = f"{data['currency']} has no rate", "write won_per_unit: won for one unit of it"
            raise UnfitScenario((Problem(("tender", "currency"), what, remedy),))
        token = won_per_unit_micro.set(exchange_micro(data))
        try:
            rules = handler(data)
        finally:
            won_per_unit_micro.reset(token)
        if problems := find_rule_problems(rules):
            raise UnfitScenario(problems)
        return rules

    @property
    def sha256(self) -> str:
        """Of the rules as they are understood, not as they are typed: keys sorted, every amount an integer of its unit."""
        said = self.model_dump(mode="json")
        if self.price_per is PricePer.ACCELERATOR:
            del said["price_per"]  # hashes that were published before the key was there still hold
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class TierEntry(Part):
    """The price where so many accelerators are taken."""

    to: PositiveCount = Field(description="up to so many accelerators")
    price: Money = Field(description="of one accelerator, where the quantity lies in this tier")
    fixed: Money | None = Field(None, description="paid once, where the quantity lies in this tier")


class LineEntry(Part):
    """A bid on one lot."""

    lot: Name = Field(description="the lot")
    model: Name = Field(description="accelerator")
    model_mark: Mark | None = Field(None, description="what kind of fact the model is; absent = the kind of the quantities")
    quantity: PositiveCount = Field(description="accelerators offered")
    at_least: PositiveCount | None = Field(None, description="the least quantity that is accepted; absent = one step")
    all_or_nothing: bool = Field(False, strict=True, description="the whole quantity or none of it")
    step: PositiveCount = Field(1, description="accelerators in one buying unit: 8 for a server of 8")
    price: Money | None = Field(None, description="of one accelerator; or `tiers`")
    tiers: tuple[TierEntry, ...] = Field((), description="prices by quantity, smallest quantity first; the last reaches `quantity`")
    public: Count | None = Field(None, description="accelerators for public use, of the whole quantity; or `public_share`")
    public_share: SharePPM | None = Field(None, description="share for public use; absent = all of it")
    power_each: PowerW | None = Field(None, description="power of one accelerator with its part of the server")
    floor: Money | None = Field(None, description="match-the-lowest: the lowest price that the bidder would accept; absent = any")


class BidEntry(Part):
    """What one operator offers."""

    name: Name = Field(description="unique in the tender")
    operator: Name = Field(description="who offers it")
    lines: tuple[LineEntry, ...] = Field(description="what is offered, lot by lot", min_length=1)
    bundle: bool = Field(False, strict=True, description="all lines together or none; absent = each line may win on its own")
    alternative: Name | None = Field(None, description="of all bids that name the same word here, at most one is taken")
    ready: Instant | None = Field(None, description="when the machines serve")
    pue: RatioPPM | None = Field(None, description="promised power usage effectiveness of the site")
    availability: SharePPM | None = Field(None, description="promised availability")
    support: Duration | None = Field(None, description="promised time until a fault is answered")
    cluster: PositiveCount | None = Field(None, description="accelerators in the largest cluster")
    declares: tuple[Name, ...] = Field((), description="what the bidder declares and shows papers for")
    points_micro: dict[Words, Annotated[int, BeforeValidator(quantity.number_micro)]] = Field(
        {}, alias="points", description="evaluators' points by name of the criterion"
    )


class AssumptionEntry(Part):
    """Something in this file that no source states."""

    what: Words = Field(description="what is assumed")
    who: Words = Field(description="who assumes it")
    why: Words = Field(description="and why")
    what_ko: Words | None = Field(None, description="`what` in Korean, for minutes in Korean")
    why_ko: Words | None = Field(None, description="`why` in Korean")


class SourceEntry(Part):
    """Something in this file that a public source states."""

    what: Words = Field(description="what is published")
    source: Words = Field(description="by whom, where and when")
    what_ko: Words | None = Field(None, description="`what` in Korean, for minutes in Korean")
    source_ko: Words | None = Field(None, description="`source` in Korean")


class MarksEntry(Part):
    """What kind of figure a field of the bids is: published, assumed, simulated or measured."""

    quantity: Mark | None = Field(None, description="quantities and their parts for public and own use")
    price: Mark | None = Field(None, description="prices")
    points: Mark | None = Field(None, description="evaluators' points, and with them the scores")
    promises: Mark | None = Field(None, description="dates, power, PUE, availability, support, cluster and what is declared")


class TenderFile(Part):
    """A whole tender file."""

    tender: TenderRules = Field(description="the rules")
    frozen: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        None, description="hash of the rules as they were published; other rules are then an error"
    )
    bids: tuple[BidEntry, ...] = Field((), description="what was handed in")
    assume: tuple[AssumptionEntry, ...] = Field((), description="what no source states; printed first in the minutes")
    published: tuple[SourceEntry, ...] = Field((), description="what a public source states, with the source")
    marks: MarksEntry = Field(MarksEntry(), description="kind of figure by field that the bids hold; a published one needs a source")

    @model_validator(mode="wrap")
    @classmethod
    def _read_as_a_whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        token = won_per_unit_micro.set(exchange_micro(data.get("tender") if isinstance(data, dict) else None))
        try:
            file = handler(data)
        finally:
            won_per_unit_micro.reset(token)
        problems = find_problems(file)
        if file.frozen is not None and file.frozen != file.tender.sha256:
            what = f"the rules were frozen as {file.frozen[:12]}… and are now {file.tender.sha256[:12]}…"
            problems = (Problem(("frozen",), what, "bring the rules back, or publish a new tender"), *problems)
        if problems:
            raise UnfitScenario(problems)
        return file


def exchange_micro(rules: Any) -> int | None:
    """The rate that holds for this file; a malformed one is reported by its own field."""
    if not isinstance(rules, dict) or rules.get("currency", "KRW") == "KRW":
        return None
    try:
        return quantity.number_micro(rules.get("won_per_unit")) or None
    except QuantityError:
        return MICRO


@cache
def tender_schema() -> Mapping[str, Any]:
    """The JSON Schema of a tender file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **TenderFile.model_json_schema(by_alias=True)}
