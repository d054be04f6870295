"""From nouns of people and grants to replies: seconds become RFC 3339, projects are named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dure.adapters.store.people import People
from dure.adapters.store.people_calls import slow_text
from dure.adapters.store.people_desk import SYSTEM
from dure.adapters.store.people_watch import Payment, Warned
from dure.model.calls import CREDITS, Call, FastLane
from dure.model.people import Allocation, Application, Form, Grant, Membership, Organisation, Person, Project, Review, Token
from dure.present.said import told_parts
from dure.present.words import Words
from dure.programme.calls import Decided, Ranked
from dure.programme.fast import read
from dure.programme.watch import Verdict, Window, not_recalled
from dure.web.ports import Projects, Promised
from dure.web.views import instant
from dure.wire import people_api as api


def at(second: int) -> str:
    """A time that is always known."""
    return instant(second) or ""


def organisation(one: Organisation) -> api.Organisation:
    return api.Organisation(id=one.id, name=one.name, name_ko=one.name_ko, kind=one.kind, region=one.region, size=one.size)


def person(one: Person) -> api.Person:
    return api.Person(
        id=one.id,
        organisation=one.organisation,
        name=one.name,
        mail=one.mail,
        roles=tuple(one.roles),
        sites=one.sites,
        erased=one.erased,
    )


def _token(one: Token) -> dict[str, Any]:
    return {
        "id": one.id,
        "person": one.person,
        "label": one.label,
        "scopes": tuple(sorted(one.scopes)),
        "made_at": at(one.made_at),
        "expires_at": at(one.expires_at),
        "revoked_at": instant(one.revoked_at),
    }


def token(one: Token) -> api.Token:
    return api.Token(**_token(one))


def token_made(one: Token, text: str | None) -> api.TokenMade:
    return api.TokenMade(**_token(one), token=text)


def project(one: Project) -> api.Project:
    return api.Project(
        number=one.number, name=one.name, title=one.title, organisation=one.organisation, state=one.state, made_at=at(one.made_at)
    )


def member(one: Membership) -> api.Member:
    return api.Member(person=one.person, role=one.role, since=at(one.since))


def call(one: Call) -> api.Call:
    rule, panel = one.rule, one.rule.panel
    return api.Call(
        id=one.id,
        name=one.name,
        title=one.title,
        state=one.state,
        opens_at=at(one.opens_at),
        closes_at=instant(one.closes_at),
        credits_micro=rule.purses.get(CREDITS, 0),
        nodes={name: count for name, count in rule.purses.items() if name != CREDITS},
        most_credits_micro=rule.micro_most,
        most_nodes=rule.nodes_most,
        most_term_s=rule.term_s_most,
        fast=None if rule.fast is None else _fast(rule.fast),
        criteria=None if panel is None else dict(panel.criteria),
        sectors_ppm={} if panel is None else {str(name): share for name, share in panel.sectors_ppm.items()},
        organisation_ppm=None if panel is None else panel.organisation_ppm,
        regions=() if panel is None else tuple(sorted(panel.preferred_regions)),
        price_won=None if rule.copay is None else rule.copay.price_won,
        firm_ppm=None if rule.copay is None else rule.copay.firm_ppm,
        large_ppm=None if rule.copay is None else rule.copay.large_ppm,
        notice_s=rule.notice_s,
        quota_milli=rule.quota_milli,
        quota_models=dict(rule.quota_models),
        conditions=rule.conditions,
        models=rule.models,
    )


def _fast(lane: FastLane) -> api.Fast:
    return api.Fast(
        credits_micro=lane.micro_most,
        nodes=lane.nodes_most,
        term_s=lane.term_s_most,
        open=lane.open_most,
        month_credits_micro=lane.organisation_month_micro,
        month_nodes=lane.organisation_month_nodes,
        kinds=tuple(sorted(lane.kinds)),
    )


def application(one: Application, say: Words) -> api.Application:
    """`reason` of a row holds the fast lane's reasons until it is decided, then the ground of the decision."""
    wanted, slow = one.wanted, read(one.reason) if ":" in one.reason else ()
    return api.Application(
        id=one.id,
        call=one.call,
        project=one.project,
        title=one.title,
        organisation=one.organisation,
        person=one.person,
        form=wanted.form,
        credits_micro=wanted.micro,
        pool=wanted.pool,
        nodes=wanted.nodes,
        least=wanted.least,
        models=wanted.models,
        term_s=wanted.term_s,
        state=one.state,
        submitted_at=at(one.submitted_at),
        ground="" if slow else one.reason,
        slow=tuple(api.SlowReason(code=why.code, text=told_parts("", slow_text(why, wanted.form), "", say)) for why in slow),
        grant=one.grant,
    )


def review(one: Review) -> api.Review:
    return api.Review(application=one.application, person=one.person, points=dict(one.points), comment=one.comment, at=at(one.at))


def ranked(one: Ranked, amount: int, ground: str) -> api.Ranked:
    return api.Ranked(
        application=one.application.id,
        project=one.application.project,
        organisation=one.organisation.id,
        score_milli=one.score_milli,
        bonus_milli=one.bonus_milli,
        asked=one.application.wanted.amount,
        amount=amount,
        form=one.application.wanted.form,
        ground=ground,
    )


def ranking(rows: tuple[Decided, ...], seal: str) -> api.Ranking:
    return api.Ranking(rows=tuple(ranked(one.ranked, one.amount, one.ground) for one in rows), seal=seal)


def allocation(one: Allocation) -> api.Allocation:
    return api.Allocation(
        form=one.form,
        from_at=at(one.from_at),
        to_at=at(one.to_at),
        credits_micro=one.micro,
        pool=one.pool,
        nodes=one.nodes,
        notice_s=one.notice_s,
        lent=one.lent and one.form is Form.DEDICATED,
        released_at=instant(one.released_at),
        used_credits_micro=one.used_micro,
        models=one.models,
    )


def grant(one: Grant, projects: Projects) -> api.Grant:
    return api.Grant(
        id=one.id,
        project=projects.name(one.project) or f"#{one.project}",
        lane=one.lane,
        state=one.state,
        granted_at=at(one.granted_at),
        from_at=at(one.from_at),
        to_at=at(one.to_at),
        signed_by=one.signed_by,
        call=one.call,
        application=one.application,
        copay_ppm=one.copay_ppm,
        price_won=one.price_won,
        budget_won=one.budget_won,
        reason=one.reason,
        allocations=tuple(map(allocation, one.allocations)),
    )


def lending(window: Window, promise: Promised) -> api.Lending:
    return api.Lending(
        since=at(window.from_at),
        until=at(window.to_at),
        used_milli_s=window.used,
        lent_milli_s=window.lent,
        idle_milli_s=window.idle,
        notice_s=promise.notice_s,
        turn_round_s=promise.turn_round_s,
        back_within_s=promise.within_s,
    )


def watch(found: Mapping[int, Verdict], people: People, projects: Projects, rules: str) -> api.Watch:
    rows = [
        api.Watched(
            grant=grant,
            project=projects.name(people.grant(SYSTEM, grant).project) or "",
            step=one.step,
            why=one.why,
            met=one.met,
            shares_ppm=one.shares_ppm,
            due_at=instant(one.due_at),
        )
        for grant, one in sorted(found.items())
    ]
    return api.Watch(grants=tuple(rows), not_recalled=tuple(sorted(not_recalled(dict(found)))), rules=rules)


def warning(one: Warned) -> api.Warning:
    told = one.told
    return api.Warning(
        kind=told.kind,
        at=at(told.at),
        due_at=at(told.due_at),
        why=one.why,
        shares_ppm=one.shares_ppm,
        rules=one.rules,
        answer=one.answer,
        answered_at=instant(told.answered_at),
        accepted=told.accepted,
    )


def payments(rows: list[Payment]) -> api.Payments:
    told = tuple(api.Payment(at=at(one.at), used_credits_micro=one.used_micro, won=one.won) for one in rows)
    return api.Payments(payments=told, won=sum(one.won for one in rows))
