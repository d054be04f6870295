"""Who may do what: one table of right × role × reach. Web, command line and tests ask it and nothing else.

A right is an act on one kind of thing. A role reaches a thing because it is their own, of a project of theirs, of their organisation,
at a site of theirs, or whatever it is. Every person is a researcher; principal investigator holds within the projects that say so.
A token's scopes can only narrow what its person may do. `barred` is stronger than every reach: nobody reviews an application of the
own organisation, nobody signs what they asked for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dure.model.people import Actor, Role, Scope


class Reach(StrEnum):
    """Why a thing is within somebody's reach."""

    OWN = "own"
    PROJECT = "project"
    ORGANISATION = "organisation"
    SITE = "site"
    ANY = "any"


class Right(StrEnum):
    """An act on a kind of thing."""

    JOB_SUBMIT = "job.submit"
    JOB_SEE = "job.see"
    JOB_LOGS = "job.logs"
    JOB_CANCEL = "job.cancel"
    JOB_SHELL = "job.shell"
    USAGE_SEE = "usage.see"
    DATA_PUT = "data.put"
    DATA_PUBLISH = "data.publish"
    DATA_SEE = "data.see"
    DATA_REMOVE = "data.remove"
    FLEET_SEE = "fleet.see"
    NODE_UPKEEP = "node.upkeep"
    PROJECT_SEE = "project.see"
    PROJECT_STOP = "project.stop"
    PROJECT_QUOTA = "project.quota"
    MEMBER_ADD = "member.add"
    MEMBER_REMOVE = "member.remove"
    TOKEN_MAKE = "token.make"
    TOKEN_SEE = "token.see"
    TOKEN_REVOKE = "token.revoke"
    ORGANISATION_SEE = "organisation.see"
    ORGANISATION_MAKE = "organisation.make"
    PERSON_SEE = "person.see"
    PERSON_MAKE = "person.make"
    PERSON_ERASE = "person.erase"
    ROLE_GIVE = "role.give"
    CALL_SEE = "call.see"
    CALL_MAKE = "call.make"
    CALL_CLOSE = "call.close"
    CALL_RANK = "call.rank"
    CALL_SIGN = "call.sign"
    APPLICATION_MAKE = "application.make"
    APPLICATION_SEE = "application.see"
    APPLICATION_WITHDRAW = "application.withdraw"
    REVIEW_MAKE = "review.make"
    REVIEW_SEE = "review.see"
    GRANT_SEE = "grant.see"
    GRANT_MAKE = "grant.make"
    GRANT_WATCH = "grant.watch"
    GRANT_ANSWER = "grant.answer"
    GRANT_JUDGE = "grant.judge"
    GRANT_LEND = "grant.lend"
    GRANT_RETURN = "grant.return"
    SETTLEMENT_SEE = "settlement.see"
    SETTLEMENT_SIGN = "settlement.sign"
    AUDIT_EXPORT = "audit.export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What a right is asked for, as far as reach depends on it; None: it has none."""

    person: int | None = None
    project: int | None = None
    organisation: int | None = None
    site: str | None = None


NOTHING: Final = Thing()


@dataclass(frozen=True, slots=True)
class Rule:
    """A scope that a token needs, what each role reaches, and what bars everybody."""

    scope: Scope
    reach: Mapping[Role, frozenset[Reach]]
    barred: frozenset[Reach] = field(default_factory=frozenset)


_ROLES = {
    "all": Role.RESEARCHER,
    "pi": Role.PRINCIPAL_INVESTIGATOR,
    "reviewer": Role.REVIEWER,
    "officer": Role.PROGRAMME_OFFICER,
    "signatory": Role.SIGNATORY,
    "operator": Role.OPERATOR,
    "auditor": Role.AUDITOR,
    "admin": Role.ADMINISTRATOR,
}


def _rule(scope: Scope, text: str, barred: str = "") -> Rule:
    """`all:own+project officer:any`: who reaches what."""
    reach = {}
    for part in text.split():
        role, _, reaches = part.partition(":")
        reach[_ROLES[role]] = frozenset(map(Reach, reaches.split("+")))
    return Rule(scope, reach, frozenset(map(Reach, barred.split())))


_READ, _JOBS, _PROJECTS, _PROGRAMME, _SITES, _ADMIN = Scope.READ, Scope.JOBS, Scope.PROJECTS, Scope.PROGRAMME, Scope.SITES, Scope.ADMIN

TABLE: Final[Mapping[Right, Rule]] = {
    Right.JOB_SUBMIT: _rule(_JOBS, "all:project"),
    Right.JOB_SEE: _rule(_READ, "all:own+project operator:site officer:any auditor:any admin:any"),
    Right.JOB_LOGS: _rule(_READ, "all:own pi:project"),
    Right.JOB_CANCEL: _rule(_JOBS, "all:own pi:project operator:site officer:any admin:any"),
    Right.JOB_SHELL: _rule(_JOBS, "all:own"),
    Right.USAGE_SEE: _rule(_READ, "all:project officer:any auditor:any admin:any"),
    Right.DATA_PUT: _rule(_JOBS, "all:project"),
    Right.DATA_PUBLISH: _rule(_PROGRAMME, "officer:any"),
    Right.DATA_SEE: _rule(_READ, "all:own+project officer:any auditor:any admin:any"),
    Right.DATA_REMOVE: _rule(_JOBS, "all:own pi:project officer:any admin:any"),
    Right.FLEET_SEE: _rule(_READ, "all:any"),
    Right.NODE_UPKEEP: _rule(_SITES, "operator:site admin:any"),
    Right.PROJECT_SEE: _rule(_READ, "all:project reviewer:any officer:any signatory:any auditor:any admin:any"),
    Right.PROJECT_STOP: _rule(_PROGRAMME, "officer:any"),
    Right.PROJECT_QUOTA: _rule(_PROGRAMME, "officer:any"),
    Right.MEMBER_ADD: _rule(_PROJECTS, "pi:project officer:any admin:any"),
    Right.MEMBER_REMOVE: _rule(_PROJECTS, "all:own pi:project officer:any admin:any"),
    Right.TOKEN_MAKE: _rule(_PROJECTS, "all:own admin:any"),
    Right.TOKEN_SEE: _rule(_READ, "all:own admin:any"),
    Right.TOKEN_REVOKE: _rule(_READ, "all:own admin:any"),
    Right.ORGANISATION_SEE: _rule(_READ, "all:any"),
    Right.ORGANISATION_MAKE: _rule(_PROGRAMME, "officer:any admin:any"),
    Right.PERSON_SEE: _rule(_READ, "all:own+project officer:any admin:any"),
    Right.PERSON_MAKE: _rule(_PROGRAMME, "officer:any admin:any"),
    Right.PERSON_ERASE: _rule(_ADMIN, "all:own admin:any"),
    Right.ROLE_GIVE: _rule(_ADMIN, "admin:any", barred="own"),
    Right.CALL_SEE: _rule(_READ, "all:any"),
    Right.CALL_MAKE: _rule(_PROGRAMME, "officer:any"),
    Right.CALL_CLOSE: _rule(_PROGRAMME, "officer:any"),
    Right.CALL_RANK: _rule(_PROGRAMME, "officer:any signatory:any auditor:any"),
    Right.CALL_SIGN: _rule(_PROGRAMME, "signatory:any"),
    Right.APPLICATION_MAKE: _rule(_PROJECTS, "all:own"),
    Right.APPLICATION_SEE: _rule(_READ, "all:own reviewer:any officer:any signatory:any auditor:any"),
    Right.APPLICATION_WITHDRAW: _rule(_PROJECTS, "all:own"),
    Right.REVIEW_MAKE: _rule(_PROGRAMME, "reviewer:any", barred="own organisation"),
    Right.REVIEW_SEE: _rule(_READ, "officer:any signatory:any auditor:any"),
    Right.GRANT_SEE: _rule(_READ, "all:own+project officer:any signatory:any auditor:any admin:any"),
    Right.GRANT_MAKE: _rule(_PROGRAMME, "signatory:any", barred="own project"),
    Right.GRANT_WATCH: _rule(_PROGRAMME, "officer:any auditor:any"),
    Right.GRANT_ANSWER: _rule(_PROJECTS, "pi:project"),
    Right.GRANT_JUDGE: _rule(_PROGRAMME, "officer:any", barred="project"),
    Right.GRANT_LEND: _rule(_PROJECTS, "pi:project officer:any"),
    Right.GRANT_RETURN: _rule(_PROJECTS, "pi:project"),
    Right.SETTLEMENT_SEE: _rule(_READ, "operator:site officer:any signatory:any auditor:any admin:any"),
    Right.SETTLEMENT_SIGN: _rule(_PROGRAMME, "signatory:any"),
    Right.AUDIT_EXPORT: _rule(_READ, "auditor:any officer:any"),
}


def reaches(actor: Actor, thing: Thing) -> frozenset[Reach]:
    """Every way in which a thing is within an actor's reach, roles aside."""
    found = {Reach.ANY}
    if thing.person is not None and thing.person == actor.person:
        found.add(Reach.OWN)
    if thing.project is not None and thing.project in actor.projects:
        found.add(Reach.PROJECT)
    if thing.organisation is not None and thing.organisation == actor.organisation:
        found.add(Reach.ORGANISATION)
    if thing.site is not None and thing.site in actor.sites:
        found.add(Reach.SITE)
    return frozenset(found)


def allowed(right: Right, actor: Actor, thing: Thing = NOTHING) -> bool:
    """Whether the actor may: the token's scope, then no bar, then a role that reaches the thing."""
    rule = TABLE[right]
    held = reaches(actor, thing)
    if rule.scope not in actor.scopes or held & rule.barred:
        return False
    roles = (actor.roles - {Role.PRINCIPAL_INVESTIGATOR}) | {Role.RESEARCHER}
    if thing.project is not None and actor.projects.get(thing.project) is Role.PRINCIPAL_INVESTIGATOR:
        roles |= {Role.PRINCIPAL_INVESTIGATOR}
    return any(role in roles and held & reach for role, reach in rule.reach.items())
