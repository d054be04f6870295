"""Requests of /api/v1 about people, projects, calls and grants; a call file of the command line is a `CallRequest` too.

Amounts are texts as people write them (`100`, `30d`, `7%`, `5000만`). What is made is converted to the nouns of `model` here and nowhere
else.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from dure.model.calls import CREDITS, CallRule, Copay, FastLane, Panel
from dure.model.people import Form, OrganisationKind, Role, Scope, Sector, Size, Wanted
from dure.model.units import DAY_S, MICRO, MILLI
from dure.wire.fields import Count, Duration, Instant, NumberMicro, Part, PositiveDuration, SharePPM, Won
from dure.wire.quantity import QuantityError

TEXT_MOST = 200
LONG_MOST = 10_000
CRITERIA_MOST = 20
MODELS_MOST = 50
WHOLE_MOST = 10**15
"""No amount of a request is larger: sums of them still fit the store."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_MOST)]
OptionalText = Annotated[str, StringConstraints(max_length=TEXT_MOST)]
Long = Annotated[str, StringConstraints(max_length=LONG_MOST)]
Number = Annotated[int, Field(ge=1, lt=1 << 62)]
Amount = Annotated[Count, Field(le=1_000_000)]
Money = Annotated[Won, Field(le=WHOLE_MOST)]
Credits = Annotated[NumberMicro, Field(ge=0, le=WHOLE_MOST)]


class OrganisationRequest(Part):
    name: Text = Field(description="unique in the programme")
    kind: OrganisationKind = Field(description="whom it belongs to; says what is paid of the price of credits")
    name_ko: OptionalText = Field("", description="Korean name")
    region: OptionalText = Field("", description="where its people work")
    size: Size = Field(Size.NONE, description="of a firm")


class LoginPart(Part):
    """Who somebody is at an identity provider; kept as a hash."""

    issuer: Text = Field(description="as the provider names itself")
    subject: Text = Field(description="`sub` of the person there")


class PersonRequest(Part):
    organisation: Number = Field(description="number of the organisation")
    name: Text = Field(description="shown to who may see persons; erasable")
    mail: OptionalText = Field("", description="address; erasable")
    login: LoginPart | None = Field(None, description="login at an identity provider")


class RoleRequest(Part):
    role: Role
    site: OptionalText = Field("", description="of an operator, and of nobody else")


class TokenRequest(Part):
    label: Text = Field(description="what it is for")
    scopes: Annotated[frozenset[Scope], Field(min_length=1)] = Field(description="what it may be used for")
    life: PositiveDuration = Field(30 * DAY_S, description="until it ends, at most 366 days")
    person: Number | None = Field(None, description="whose it is; absent: one's own")


class MemberRequest(Part):
    person: Number
    role: Role = Field(Role.RESEARCHER, description="researcher or principal_investigator")


class StopRequest(Part):
    stopped: bool = Field(description="nothing new starts; what runs goes on")


class QuotaRequest(Part):
    accelerators: Credits | None = Field(description="billing-weighted accelerators placed at one moment; null: no ceiling of its own")
    model: OptionalText = Field("", description="a ceiling on accelerators of this model, each counted as one; absent: on all by weight")

    @property
    def most(self) -> int | None:
        """Of a model. Raises QuantityError for a part of an accelerator."""
        if self.accelerators is not None and self.accelerators % MICRO:
            raise QuantityError("a part of an accelerator of a model", "write a whole number")
        return None if self.accelerators is None else self.accelerators // MICRO

    @property
    def milli(self) -> int | None:
        return None if self.accelerators is None else self.accelerators * MILLI // MICRO


class ApplyRequest(Part):
    """Credits, or whole servers of one pool; granted at once where the call's fast lane allows it."""

    project: Text = Field(description="name of the project: small letters, digits, hyphens")
    title: Text = Field(description="what it is for")
    call: Text = Field("standing", description="name of the call")
    credits_micro: Credits = Field(0, alias="credits", description="accelerator-hours of the reference accelerator")
    pool: OptionalText = Field("", description="site/pool of the servers")
    nodes: Amount = Field(0, description="whole servers of that pool")
    term: PositiveDuration = Field(30 * DAY_S, description="how long")
    least: Credits = Field(0, description="the smallest part that is of use, credits or servers; absent: all of it")
    models: Annotated[tuple[Text, ...], Field(max_length=MODELS_MOST)] = Field((), description="credits for these accelerators alone")
    budget: Money | None = Field(None, description="won that the applicant is ready to pay; nothing more is ever owed")

    def wanted(self) -> Wanted:
        """Raises QuantityError where neither or both forms are asked for."""
        if bool(self.credits_micro) == bool(self.nodes or self.pool):
            raise QuantityError("an application asks for credits, or for servers of a pool", "write credits, or pool and nodes")
        if self.credits_micro:
            return Wanted(form=Form.CREDITS, term_s=self.term, micro=self.credits_micro, least=self.least, models=self.models)
        return Wanted(
            form=Form.DEDICATED, term_s=self.term, pool=self.pool, nodes=self.nodes, least=self.least // MICRO, models=self.models
        )


class MostPart(Part):
    """What one project may get."""

    credits_micro: Credits = Field(0, alias="credits")
    nodes: Amount = Field(0)
    term: PositiveDuration = Field(description="the longest term")


class FastPart(Part):
    """What is granted at once."""

    credits_micro: Credits = Field(0, alias="credits", description="the most that is granted at once")
    nodes: Amount = Field(0, description="the most servers that are dedicated at once")
    term: PositiveDuration = Field(description="the longest term")
    open: Amount = Field(1, description="grants of the fast lane that a project, and a person, holds at one time")
    month_credits_micro: Credits = Field(0, alias="month_credits", description="the most that an organisation gets in a month")
    month_nodes: Amount = Field(0, description="the most servers that an organisation gets in a month")
    kinds: frozenset[OrganisationKind] = Field(frozenset(OrganisationKind), description="for organisations of these kinds")

    def made(self) -> FastLane:
        return FastLane(
            micro_most=self.credits_micro,
            nodes_most=self.nodes,
            term_s_most=self.term,
            open_most=self.open,
            organisation_month_micro=self.month_credits_micro,
            organisation_month_nodes=self.month_nodes,
            kinds=self.kinds,
        )


class PanelPart(Part):
    """How reviewed applications are ranked and what they may get."""

    criteria: Annotated[dict[Text, Amount], Field(min_length=1, max_length=CRITERIA_MOST)] = Field(description="weight of each criterion")
    reviews: Amount = Field(2, description="reviews that every application needs")
    least_points: Annotated[NumberMicro, Field(le=100 * MICRO)] = Field(0, description="of 100; below it nothing is granted")
    sectors: dict[Sector, SharePPM] = Field({}, description="parts of the budget; they add up to 100 %")
    spill: bool = Field(True, description="what sectors leave goes down the whole ranking")
    organisation_most: SharePPM = Field(MICRO, description="the most of the budget that one organisation gets")
    regions: frozenset[Text] = Field(frozenset(), description="preferred regions")
    region_points: Annotated[NumberMicro, Field(le=100 * MICRO)] = Field(0, description="points that a preferred region adds")

    def made(self) -> Panel:
        return Panel(
            criteria=self.criteria,
            reviews_least=self.reviews,
            score_least_milli=self.least_points * MILLI // MICRO,
            sectors_ppm=self.sectors,
            spill=self.spill,
            organisation_ppm=self.organisation_most,
            preferred_regions=self.regions,
            region_bonus_milli=self.region_points * MILLI // MICRO,
        )


class CopayPart(Part):
    price: Money = Field(description="won for one credit")
    firms: SharePPM = Field(description="what firms pay of it, 5 to 10 %; young firms pay half of that, all others nothing")
    large_firms: SharePPM | None = Field(None, description="what firms of size `large` pay of it; absent: as other firms")


class CallRequest(Part):
    """A call as its officers write it. Without `panel` there is only the fast lane, without `fast` only the panel."""

    name: Text = Field(description="small letters, digits, hyphens")
    title: Text
    opens_at: Instant | None = Field(None, description="absent: now")
    closes_at: Instant | None = Field(None, description="absent: it stands open")
    credits_micro: Credits = Field(0, alias="credits", description="what it gives in all")
    nodes: Annotated[dict[Text, Amount], Field(max_length=1_000)] = Field({}, description="servers that it dedicates, by pool")
    most: MostPart
    fast: FastPart | None = None
    panel: PanelPart | None = None
    copay: CopayPart | None = None
    quota: Credits | None = Field(None, description="billing-weighted accelerators that a project may have placed at one moment")
    quota_models: Annotated[dict[Text, Amount], Field(max_length=MODELS_MOST)] = Field(
        {}, description="accelerators of a model that a project may have placed at one moment, by model"
    )
    models: Annotated[tuple[Text, ...], Field(max_length=MODELS_MOST)] = Field(
        (), description="accelerators that its credits are spent on; absent: any"
    )
    conditions: Long = Field("", description="what holders have to do, in words")
    notice: Duration = Field(120, description="what others' jobs on lent servers are told before they must be gone")

    def rule(self) -> CallRule:
        purses = ({CREDITS: self.credits_micro} if self.credits_micro else {}) | dict(self.nodes)
        if not purses:
            raise QuantityError("the call gives nothing", "write credits, or nodes of pools")
        return CallRule(
            purses=purses,
            micro_most=self.most.credits_micro,
            nodes_most=self.most.nodes,
            term_s_most=self.most.term,
            fast=None if self.fast is None else self.fast.made(),
            panel=None if self.panel is None else self.panel.made(),
            copay=None
            if self.copay is None
            else Copay(price_won=self.copay.price, firm_ppm=self.copay.firms, large_ppm=self.copay.large_firms),
            notice_s=self.notice,
            quota_milli=None if self.quota is None else self.quota * MILLI // MICRO,
            quota_models=self.quota_models,
            conditions=self.conditions,
            models=self.models,
        )


class ReviewRequest(Part):
    points: Annotated[dict[Text, int], Field(max_length=CRITERIA_MOST)] = Field(description="0 to 100 for each criterion of the call")
    comment: Long = Field("", description="for who decides and who audits")


class SignRequest(Part):
    seal: Text = Field(description="of the ranking that was seen")


class GiveRequest(Part):
    """A grant by the office, outside the ranking."""

    credits_micro: Credits = Field(0, alias="credits")
    nodes: Amount = Field(0)
    reason: Text = Field(description="stands on the grant")


class LendRequest(Part):
    lent: bool = Field(description="idle servers serve others meanwhile")


class AnswerRequest(Part):
    text: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class JudgeRequest(Part):
    accepted: bool


class WatchRequest(Part):
    """Nothing: what is carried out is the programme's own rule (`policy.watch`), whoever asks."""


class WatchPreview(Part):
    """A rule to look at, in place of the programme's own where something is named. Nothing is done by it."""

    use_least: SharePPM | None = Field(None, description="own use of what was held, below which a window is under-used")
    window: PositiveDuration | None = Field(None, description="length of a window; windows end at multiples of it")
    windows: Annotated[Count, Field(ge=1, le=50)] | None = Field(None, description="under-used windows in a row")
    grace: Duration | None = Field(None, description="from the begin of the term, does not count")
    answer: Duration | None = Field(None, description="to answer a warning")
    notice: Duration | None = Field(None, description="from a recall to its end")
    excuse: Duration | None = Field(None, description="that an accepted answer excuses")

    def named(self) -> dict[str, int]:
        """What is asked for, by the names that the rule has for it."""
        return {_RULE_FIELDS[name]: value for name, value in self if value is not None}


_RULE_FIELDS = {"use_least": "use_least_ppm", "windows": "windows"} | {
    name: f"{name}_s" for name in ("window", "grace", "answer", "notice", "excuse")
}


class BudgetRequest(Part):
    budget: Money = Field(description="won, more than before")
