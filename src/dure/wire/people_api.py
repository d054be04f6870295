"""Replies of /api/v1 about people, projects, calls and grants: whole numbers with their unit in the name, times as RFC 3339 in UTC."""

from __future__ import annotations

from pydantic import Field

from dure.wire.api import Reply


class Organisation(Reply):
    id: int
    name: str
    name_ko: str
    kind: str
    region: str
    size: str


class Organisations(Reply):
    organisations: tuple[Organisation, ...]
    next: int | None


class Person(Reply):
    """Somebody, for who may see persons; name and mail are empty once erased."""

    id: int
    organisation: int
    name: str
    mail: str
    roles: tuple[str, ...]
    sites: tuple[str, ...]
    erased: bool


class Persons(Reply):
    persons: tuple[Person, ...]
    next: int | None


class Token(Reply):
    id: int
    person: int
    label: str
    scopes: tuple[str, ...]
    made_at: str
    expires_at: str
    revoked_at: str | None


class TokenMade(Token):
    token: str | None = Field(description="its text, told this once; null where the same request was answered before")


class Tokens(Reply):
    tokens: tuple[Token, ...]


class Done(Reply):
    """A change that was made; `again`: it had been made before."""

    again: bool


class Project(Reply):
    number: int
    name: str
    title: str
    organisation: int
    state: str
    made_at: str


class Projects(Reply):
    projects: tuple[Project, ...]
    next: int | None


class Member(Reply):
    person: int
    role: str
    since: str


class Members(Reply):
    members: tuple[Member, ...]


class Fast(Reply):
    credits_micro: int
    nodes: int
    term_s: int
    open: int
    month_credits_micro: int
    month_nodes: int
    kinds: tuple[str, ...]


class Call(Reply):
    id: int
    name: str
    title: str
    state: str
    opens_at: str
    closes_at: str | None
    credits_micro: int
    nodes: dict[str, int]
    most_credits_micro: int
    most_nodes: int
    most_term_s: int
    fast: Fast | None
    criteria: dict[str, int] | None = Field(description="weights of its panel; null without one")
    sectors_ppm: dict[str, int]
    organisation_ppm: int | None
    regions: tuple[str, ...]
    price_won: int | None
    firm_ppm: int | None
    large_ppm: int | None = Field(None, description="what large firms pay; null: as other firms")
    notice_s: int
    quota_milli: int | None = None
    quota_models: dict[str, int] = Field({}, description="accelerators of a model that a project may have placed at one moment")
    conditions: str = ""
    models: tuple[str, ...] = ()


class Calls(Reply):
    calls: tuple[Call, ...]
    next: int | None


class SlowReason(Reply):
    code: str
    text: str


class Application(Reply):
    id: int
    call: int
    project: str
    title: str
    organisation: int
    person: int
    form: str
    credits_micro: int
    pool: str
    nodes: int
    least: int
    models: tuple[str, ...] = ()
    term_s: int
    state: str
    submitted_at: str
    ground: str = Field(description="why it was decided so, as a code")
    slow: tuple[SlowReason, ...] = Field(description="why the fast lane left it to the panel")
    grant: int | None


class Applications(Reply):
    applications: tuple[Application, ...]
    next: int | None


class Review(Reply):
    application: int
    person: int
    points: dict[str, int]
    comment: str
    at: str


class Reviews(Reply):
    reviews: tuple[Review, ...]


class Ranked(Reply):
    application: int
    project: str
    organisation: int
    score_milli: int
    bonus_milli: int
    asked: int = Field(description="micro-credits, or servers")
    amount: int = Field(description="what it gets: micro-credits, or servers")
    form: str
    ground: str


class Ranking(Reply):
    """Best first; `seal` is what a signatory signs."""

    rows: tuple[Ranked, ...]
    seal: str


class Redistributed(Reply):
    applications: tuple[int, ...]


class Allocation(Reply):
    form: str
    from_at: str
    to_at: str
    credits_micro: int
    pool: str
    nodes: int
    notice_s: int
    lent: bool
    released_at: str | None
    used_credits_micro: int = Field(0, description="what was charged to it so far")
    models: tuple[str, ...] = Field((), description="accelerators that its credits are spent on; none named: any")


class Lending(Reply):
    """What became of dedicated servers since they are held, in milli-accelerator-seconds; null where a part of it was not observed.
    `lent` is never charged to the holder.
    """

    since: str
    until: str
    used_milli_s: int | None
    lent_milli_s: int | None
    idle_milli_s: int | None
    notice_s: int
    turn_round_s: int | None = Field(description="what the site needs beyond the notice, nine times in ten; null: not measured yet")
    back_within_s: int | None = Field(description="the promise: notice and turn-round")


class Grant(Reply):
    id: int
    project: str
    lane: str
    state: str
    granted_at: str
    from_at: str
    to_at: str
    signed_by: int
    call: int | None
    application: int | None
    copay_ppm: int
    price_won: int | None
    budget_won: int | None
    reason: str
    allocations: tuple[Allocation, ...]
    lending: Lending | None = Field(None, description="of dedicated servers, where one grant is asked for")
    head: str | None = Field(None, description="of the last seal of the log, where one grant is asked for; empty: there is none yet")


class Grants(Reply):
    grants: tuple[Grant, ...]
    next: int | None


class Warning(Reply):
    """What a holder was told about under-use, and what became of it."""

    kind: str
    at: str
    due_at: str
    why: str
    shares_ppm: tuple[int | None, ...]
    rules: str = Field("", description="the set of rules that it was told under; empty: before rules of the watch were written down")
    answer: str
    answered_at: str | None
    accepted: bool | None


class Warnings(Reply):
    warnings: tuple[Warning, ...]


class Watched(Reply):
    grant: int
    project: str
    step: str
    why: str
    met: bool = Field(description="whether the rule of under-use is met")
    shares_ppm: tuple[int | None, ...] = Field(description="own use of the counted windows, oldest first; null: not measured")
    due_at: str | None


class Watch(Reply):
    """`not_recalled`: grants that meet the rule and are not being recalled; `why` says the reason of each."""

    grants: tuple[Watched, ...]
    not_recalled: tuple[int, ...]
    rules: str = Field("", description="the set of rules in force that was looked by; empty: a preview by another rule, or none is kept")


class Payment(Reply):
    at: str
    used_credits_micro: int
    won: int


class Payments(Reply):
    payments: tuple[Payment, ...]
    won: int = Field(description="owed in all")
