"""People and what they hold: organisations, roles, projects, calls, applications, reviews, grants, allocations.

Credits are whole micro-credits, money whole won, instants Unix seconds. A person is a number here: name and address stand in one row
of the store, which can be erased; whatever is reckoned, logged or sealed knows the number alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class OrganisationKind(StrEnum):
    ACADEMIA = "academia"
    INSTITUTE = "institute"
    FIRM = "firm"
    YOUNG_FIRM = "young_firm"
    PUBLIC = "public"


class Sector(StrEnum):
    """The groups between which a call splits its budget."""

    ACADEMIA = "academia"
    INSTITUTES = "institutes"
    INDUSTRY = "industry"


SECTORS: Mapping[OrganisationKind, Sector] = {
    OrganisationKind.ACADEMIA: Sector.ACADEMIA,
    OrganisationKind.INSTITUTE: Sector.INSTITUTES,
    OrganisationKind.PUBLIC: Sector.INSTITUTES,
    OrganisationKind.FIRM: Sector.INDUSTRY,
    OrganisationKind.YOUNG_FIRM: Sector.INDUSTRY,
}


class Size(StrEnum):
    """Of a firm, as the law on small firms sorts them; others are `none`."""

    SMALL = "small"
    MIDDLE = "middle"
    LARGE = "large"
    NONE = "none"


class Role(StrEnum):
    """What a person is to the programme; principal investigator only within the projects that say so, operator only at its sites."""

    RESEARCHER = "researcher"
    PRINCIPAL_INVESTIGATOR = "principal_investigator"
    REVIEWER = "reviewer"
    PROGRAMME_OFFICER = "programme_officer"
    SIGNATORY = "signatory"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


MEMBER_ROLES = frozenset({Role.RESEARCHER, Role.PRINCIPAL_INVESTIGATOR})
"""What a member is in a project. Every person is a researcher outside of projects; nobody is a principal investigator there."""


class Scope(StrEnum):
    """What a token may be used for, whatever its person may do."""

    READ = "read"
    JOBS = "jobs"
    PROJECTS = "projects"
    PROGRAMME = "programme"
    SITES = "sites"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    id: int
    name: str
    kind: OrganisationKind
    name_ko: str = ""
    region: str = ""
    size: Size = Size.NONE

    @property
    def sector(self) -> Sector:
        return SECTORS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody as pages show them; `name` and `mail` are empty once erased."""

    id: int
    organisation: int
    name: str
    mail: str
    roles: tuple[Role, ...]
    sites: tuple[str, ...] = ()
    erased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks, as far as a right depends on it. `projects`: project → what the person is in it."""

    person: int
    organisation: int
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[Scope] = frozenset()
    projects: Mapping[int, Role] = field(default_factory=dict)
    sites: frozenset[str] = frozenset()
    token: int = 0

    @property
    def name(self) -> str:
        """How the inbox and the log name who asked: `p7`."""
        return f"p{self.person}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token without its secret, which the store does not have either."""

    id: int
    person: int
    label: str
    scopes: frozenset[Scope]
    made_at: int
    expires_at: int
    revoked_at: int | None = None


class ProjectState(StrEnum):
    OPEN = "open"
    STOPPED = "stopped"
    """its budget is spent or its grants are over: what runs goes on, nothing new starts"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    number: int
    name: str
    title: str
    organisation: int
    state: ProjectState
    made_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    project: int
    person: int
    role: Role
    since: int


class Form(StrEnum):
    """Credits are spent as jobs run; dedicated nodes are whole servers of one pool, held for a term."""

    CREDITS = "credits"
    DEDICATED = "dedicated"


NOTICE_S = 120
"""What others' jobs on lent nodes are told before they must be gone, where an allocation states nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an application asks for. `least`: the smallest part of it that is of use (micro-credits, or nodes). `models`: credits for these
    accelerators alone, by their ids in the catalogue; none named: for all that the call gives.
    """

    form: Form
    term_s: int
    micro: int = 0
    pool: str = ""
    nodes: int = 0
    least: int = 0
    models: tuple[str, ...] = ()

    @property
    def amount(self) -> int:
        """Micro-credits, or nodes."""
        return self.micro if self.form is Form.CREDITS else self.nodes


class CallState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    """nobody may apply any more; reviews come in"""
    DECIDED = "decided"
    """signed: granted, on the waiting list or refused"""


class ApplicationState(StrEnum):
    SUBMITTED = "submitted"
    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    id: int
    call: int
    project: str
    title: str
    organisation: int
    person: int
    wanted: Wanted
    state: ApplicationState
    submitted_at: int
    reason: str = ""
    grant: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """`points` by criterion, 0 to 100."""

    application: int
    person: int
    points: Mapping[str, int]
    comment: str = ""
    at: int = 0


class Lane(StrEnum):
    FAST = "fast"
    """granted at once, by the rule that the call states"""
    REVIEW = "review"
    OFFICE = "office"
    """by the programme office itself, with a reason"""


class GrantState(StrEnum):
    ACTIVE = "active"
    WARNED = "warned"
    RECALLING = "recalling"
    """the holder was told when it ends and may still answer"""
    RECALLED = "recalled"
    ENDED = "ended"


HELD = frozenset({GrantState.ACTIVE, GrantState.WARNED, GrantState.RECALLING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What a grant gives from one instant to another. `lent`: idle dedicated nodes serve others' jobs, back within `notice_s`."""

    id: int
    grant: int
    project: int
    form: Form
    from_at: int
    to_at: int
    micro: int = 0
    pool: str = ""
    nodes: int = 0
    notice_s: int = NOTICE_S
    lent: bool = True
    released_at: int | None = None
    used_micro: int = 0
    """What was charged to it so far."""
    models: tuple[str, ...] = ()
    """Accelerators that its credits are spent on; none named: on any."""

    @property
    def amount(self) -> int:
        return self.micro if self.form is Form.CREDITS else self.nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    id: int
    project: int
    lane: Lane
    state: GrantState
    granted_at: int
    from_at: int
    to_at: int
    signed_by: int
    call: int | None = None
    application: int | None = None
    copay_ppm: int = 0
    price_won: int | None = None
    budget_won: int | None = None
    reason: str = ""
    allocations: tuple[Allocation, ...] = ()
