"""The table of rights: every right × role × reach, against the reasons in words."""

from __future__ import annotations

import itertools

import pytest

from dure.model.people import MEMBER_ROLES, Actor, Role, Scope
from dure.programme.roles import NOTHING, TABLE, Reach, Right, Thing, allowed, reaches

ALL = frozenset(Scope)
ME, MINE, OURS, HERE = 7, 3, 2, "east"
THINGS = {
    Reach.OWN: Thing(person=ME),
    Reach.PROJECT: Thing(project=MINE),
    Reach.ORGANISATION: Thing(organisation=OURS),
    Reach.SITE: Thing(site=HERE),
    Reach.ANY: NOTHING,
}
OTHERS = Thing(person=8, project=4, organisation=9, site="west")


def actor(*roles: Role, scopes: frozenset[Scope] = ALL, leads: bool = False) -> Actor:
    return Actor(
        person=ME,
        organisation=OURS,
        roles=frozenset(roles),
        scopes=scopes,
        projects={MINE: Role.PRINCIPAL_INVESTIGATOR if leads else Role.RESEARCHER},
        sites=frozenset({HERE}),
    )


def test_every_right_has_a_rule_and_somebody_who_holds_it() -> None:
    assert set(TABLE) == set(Right)
    assert all(rule.reach for rule in TABLE.values())


@pytest.mark.parametrize("right", Right)
def test_the_table_is_what_is_asked(right: Right) -> None:
    """Each role on a thing within each single reach: exactly what the row of the table says, whatever else the role may."""
    rule = TABLE[right]
    for role, (reach, thing) in itertools.product(Role, THINGS.items()):
        leads = role is Role.PRINCIPAL_INVESTIGATOR
        who = actor(*(() if leads else (role,)), leads=leads)
        held = {Reach.ANY, reach}
        roles = {role, Role.RESEARCHER} if role is not Role.PRINCIPAL_INVESTIGATOR or reach is Reach.PROJECT else {Role.RESEARCHER}
        expected = not (held & rule.barred) and any(held & rule.reach.get(one, frozenset()) for one in roles)
        assert allowed(right, who, thing) is expected, (right, role, reach)


@pytest.mark.parametrize("right", Right)
def test_a_token_without_the_scope_opens_nothing(right: Right) -> None:
    everything = actor(*(set(Role) - MEMBER_ROLES), scopes=ALL - {TABLE[right].scope}, leads=True)
    assert not any(allowed(right, everything, thing) for thing in (*THINGS.values(), OTHERS))
    nobody = actor(*(set(Role) - MEMBER_ROLES), scopes=frozenset(), leads=True)
    assert not any(allowed(right, nobody, thing) for thing in THINGS.values())


def test_a_stranger_reaches_what_is_everybodys_and_nothing_else() -> None:
    open_to_all = {right for right in Right if allowed(right, actor(), OTHERS)}
    assert open_to_all == {Right.FLEET_SEE, Right.ORGANISATION_SEE, Right.CALL_SEE}
    assert reaches(actor(), OTHERS) == {Reach.ANY}


@pytest.mark.parametrize(
    ("who", "right", "thing", "may"),
    [
        # a principal investigator leads the own project alone
        (actor(leads=True), Right.JOB_CANCEL, Thing(project=MINE, person=8), True),
        (actor(leads=True), Right.JOB_CANCEL, Thing(project=4, person=8), False),
        (actor(), Right.JOB_CANCEL, Thing(project=MINE, person=8), False),
        (actor(), Right.JOB_CANCEL, Thing(project=MINE, person=ME), True),
        (actor(Role.PRINCIPAL_INVESTIGATOR), Right.JOB_CANCEL, Thing(project=4, person=8), False),
        # logs may hold anything: not for operators, auditors, administrators
        (actor(Role.OPERATOR), Right.JOB_LOGS, Thing(project=4, person=8, site=HERE), False),
        (actor(Role.AUDITOR, Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER), Right.JOB_LOGS, Thing(project=4, person=8), False),
        # an operator's own sites
        (actor(Role.OPERATOR), Right.NODE_UPKEEP, Thing(site=HERE), True),
        (actor(Role.OPERATOR), Right.NODE_UPKEEP, Thing(site="west"), False),
        (actor(), Right.NODE_UPKEEP, Thing(site=HERE), False),
        # four eyes: who asked does not review or sign, nobody gives roles to themselves
        (actor(Role.REVIEWER), Right.REVIEW_MAKE, Thing(person=8, organisation=9), True),
        (actor(Role.REVIEWER), Right.REVIEW_MAKE, Thing(person=8, organisation=OURS), False),
        (actor(Role.REVIEWER), Right.REVIEW_MAKE, Thing(person=ME, organisation=9), False),
        (actor(Role.SIGNATORY), Right.GRANT_MAKE, Thing(person=8, project=4), True),
        (actor(Role.SIGNATORY), Right.GRANT_MAKE, Thing(person=ME), False),
        (actor(Role.PROGRAMME_OFFICER), Right.CALL_SIGN, NOTHING, False),
        (actor(Role.ADMINISTRATOR), Right.ROLE_GIVE, Thing(person=8), True),
        (actor(Role.ADMINISTRATOR), Right.ROLE_GIVE, Thing(person=ME), False),
        (actor(Role.ADMINISTRATOR), Right.GRANT_MAKE, Thing(person=8), False),
        # work is submitted by members of the project
        (actor(), Right.JOB_SUBMIT, Thing(project=MINE), True),
        (actor(Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER), Right.JOB_SUBMIT, Thing(project=4), False),
    ],
)
def test_why_the_table_is_as_it_is(who: Actor, right: Right, thing: Thing, may: bool) -> None:
    assert allowed(right, who, thing) is may
