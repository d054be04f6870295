"""Projects, calls, applications, grants and people of a service as tables and facts for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from dure.model.units import HOUR_S, MICRO, MILLI
from dure.present.books_tables import fine
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words
from dure.wire import people_api as api

Facts = list[tuple[str, str]]


def credits_text(micro: int) -> str:
    """Credits with the figures that they have, thousands apart: 100, 0.25, 12,345.6."""
    whole, part = divmod(micro, MICRO)
    return f"{whole:,}" + (f".{part:06}".rstrip("0") if part else "")


def _amount(form: str, micro: int, nodes: int, pool: str, say: Words) -> str:
    if form == "credits":
        return say("grants.credits", n=credits_text(micro))
    return say("grants.nodes", n=nodes, pool=pool)


def _text(value: str) -> Cell:
    return Cell(value, value or "–")


def _day(text: str | None) -> Cell:
    return Cell(text, "–" if text is None else text[:10])


def _columns(say: Words, *names: str, numbers: Sequence[str] = ()) -> tuple[Column, ...]:
    return tuple(Column(name, say(f"people.{name}"), number=name in numbers) for name in names)


def projects_table(rows: Sequence[api.Project], say: Words) -> Table:
    columns = _columns(say, "project", "title", "state", "organisation", "since", numbers=("organisation",))
    told = tuple(
        (
            _text(one.name),
            _text(one.title),
            Cell(one.state, say(f"project.{one.state}")),
            Cell(one.organisation, str(one.organisation)),
            _day(one.made_at),
        )
        for one in rows
    )
    return Table("projects", say("people.projects"), columns, told, None)


def members_table(rows: Sequence[api.Member], say: Words) -> Table:
    columns = _columns(say, "person", "role", "since", numbers=("person",))
    told = tuple((Cell(one.person, str(one.person)), Cell(one.role, say(f"role.{one.role}")), _day(one.since)) for one in rows)
    return Table("members", say("people.members"), columns, told, None)


def grants_table(rows: Sequence[api.Grant], say: Words) -> Table:
    columns = _columns(say, "grant", "project", "what", "state", "lane", "until", numbers=("grant",))
    told = tuple(
        (
            Cell(one.id, str(one.id)),
            _text(one.project),
            _text(", ".join(_amount(part.form, part.credits_micro, part.nodes, part.pool, say) for part in one.allocations)),
            Cell(one.state, say(f"grant.{one.state}")),
            Cell(one.lane, say(f"lane.{one.lane}")),
            _day(one.to_at),
        )
        for one in rows
    )
    return Table("grants", say("people.grants"), columns, told, None)


def grant_facts(one: api.Grant, say: Words) -> Facts:
    """What a holder has to know, and who signed it."""
    found: Facts = [(say("people.state"), say(f"grant.{one.state}")), (say("people.lane"), say(f"lane.{one.lane}"))]
    for part in one.allocations:
        found.append((say("people.what"), _amount(part.form, part.credits_micro, part.nodes, part.pool, say)))
        if part.models:
            found.append((say("people.models"), ", ".join(part.models)))
        if part.form == "dedicated":
            notice = say.duration(part.notice_s)
            found.append((say("people.lent"), say("grants.lent_yes", notice=notice) if part.lent else say("grants.lent_no")))
    found += lending_facts(one, say)
    found.append((say("people.term"), f"{one.from_at[:10]} – {one.to_at[:10]}"))
    found.append((say("people.signed_by"), f"p{one.signed_by}"))
    if one.price_won is not None:
        share = say.percent(one.copay_ppm / MICRO)
        found.append((say("people.copay"), say("grants.copay", share=share, price=say.won_exact(one.price_won))))
        found.append((say("people.budget"), say.won_exact(one.budget_won)))
    if one.reason:
        found.append((say("people.reason"), one.reason))
    if one.head is not None:
        found.append((say("people.seal"), one.head or say("settle.no_head")))
    return found


def lending_facts(one: api.Grant, say: Words) -> Facts:
    """What became of dedicated servers, and how soon they are back; what was used of credits."""
    found: Facts = []
    if one.lending is None:
        used = sum(part.used_credits_micro for part in one.allocations if part.form == "credits")
        return [(say("people.used"), say("grants.credits", n=credits_text(used)))] if used else []
    told = one.lending
    names = (("used", told.used_milli_s), ("lent", told.lent_milli_s), ("idle", told.idle_milli_s))
    for name, milli_s in names:
        text = say.unknown if milli_s is None else say("books.held_hours", n=fine(milli_s / MILLI / HOUR_S))
        found.append((say(f"books.held_{name}"), text))
    if any(part.lent for part in one.allocations):
        if told.back_within_s is None:
            found.append((say("books.back"), say("books.back_unmeasured", notice=say.duration(told.notice_s))))
        else:
            times = {"notice": say.duration(told.notice_s), "turn": say.duration(told.turn_round_s)}
            found.append((say("books.back"), say("books.back_within", within=say.duration(told.back_within_s), **times)))
    return found


def warnings_table(rows: Sequence[api.Warning], say: Words) -> Table:
    columns = _columns(say, "warned", "at", "shares", "answer_by", "answer", "judged")
    told = tuple(
        (
            Cell(one.kind, say(f"warning.{one.kind}")),
            _day(one.at),
            _text(", ".join("–" if share is None else say.percent(share / MICRO) for share in one.shares_ppm)),
            _day(one.due_at),
            _text(one.answer),
            Cell(None, "–") if one.accepted is None else Cell(str(one.accepted), say("warning.yes" if one.accepted else "warning.no")),
        )
        for one in rows
    )
    return Table("warnings", say("people.warnings"), columns, told, None)


def watch_table(found: api.Watch, say: Words) -> Table:
    """Every grant of dedicated servers: what is due and why, so that nobody is passed over unseen."""
    columns = _columns(say, "grant", "project", "step", "shares", "why", "until", numbers=("grant",))
    told = tuple(
        (
            Cell(one.grant, str(one.grant)),
            _text(one.project),
            Cell(one.step, say(f"watch.{one.step}")),
            _text(", ".join("–" if share is None else say.percent(share / MICRO) for share in one.shares_ppm)),
            Cell(one.why, say(f"watch.why.{one.why}")),
            _day(one.due_at),
        )
        for one in found.grants
    )
    return Table("watch", say("people.watch"), columns, told, None)


def payments_table(found: api.Payments, say: Words) -> Table:
    columns = _columns(say, "at", "used", "won", numbers=("used", "won"))
    told = tuple(
        (_day(one.at), Cell(one.used_credits_micro, credits_text(one.used_credits_micro)), Cell(one.won, say.won_exact(one.won)))
        for one in found.payments
    )
    return Table("payments", say("people.owed", won=say.won_exact(found.won)), columns, told, None)


def calls_table(rows: Sequence[api.Call], say: Words) -> Table:
    columns = _columns(say, "call", "title", "state", "closes", "most", "at_once")
    told = tuple(
        (
            _text(one.name),
            _text(one.title),
            Cell(one.state, say(f"call.{one.state}")),
            _day(one.closes_at),
            _text(_most(one.most_credits_micro, one.most_nodes, say)),
            _text("" if one.fast is None else _most(one.fast.credits_micro, one.fast.nodes, say)),
        )
        for one in rows
    )
    return Table("calls", say("people.calls"), columns, told, None)


def _most(micro: int, nodes: int, say: Words) -> str:
    parts = [say("grants.credits", n=credits_text(micro))] if micro else []
    return ", ".join([*parts, say("grants.servers", n=nodes)] if nodes else parts)


def call_facts(one: api.Call, say: Words) -> Facts:
    """The rule of a call, part by part, as whoever applies has to know it."""
    found: Facts = [(say("people.state"), say(f"call.{one.state}"))]
    found.append((say("people.open"), f"{one.opens_at[:10]} – {(one.closes_at or '')[:10]}".rstrip()))
    gives = [say("grants.credits", n=credits_text(one.credits_micro))] if one.credits_micro else []
    gives += [say("grants.nodes", n=count, pool=pool) for pool, count in one.nodes.items()]
    found.append((say("people.gives"), ", ".join(gives)))
    most = say("calls.most", what=_most(one.most_credits_micro, one.most_nodes, say), term=say.duration(one.most_term_s))
    found.append((say("people.most"), most))
    if one.fast is not None:
        lane = one.fast
        at_once = say("calls.most", what=_most(lane.credits_micro, lane.nodes, say), term=say.duration(lane.term_s))
        found.append((say("people.at_once"), at_once))
        found.append((say("people.at_once_open"), say("calls.open_most", n=lane.open)))
        found.append((say("people.at_once_month"), _most(lane.month_credits_micro, lane.month_nodes, say)))
        found.append((say("people.kinds"), ", ".join(say(f"kind.{name}") for name in lane.kinds)))
    if one.criteria is not None:
        found.append((say("people.criteria"), ", ".join(f"{name} {weight}" for name, weight in one.criteria.items())))
        if one.sectors_ppm:
            parts = (f"{say(f'sector.{name}')} {say.percent(share / MICRO)}" for name, share in one.sectors_ppm.items())
            found.append((say("people.sectors"), ", ".join(parts)))
        found.append((say("people.organisation_most"), say.percent((one.organisation_ppm or 0) / MICRO)))
        if one.regions:
            found.append((say("people.regions"), ", ".join(one.regions)))
    if one.price_won is not None and one.firm_ppm is not None:
        share = say.percent(one.firm_ppm / MICRO)
        told = say("calls.copay", share=share, price=say.won_exact(one.price_won))
        if one.large_ppm is not None:
            told = say("calls.copay.large", told=told, share=say.percent(one.large_ppm / MICRO))
        found.append((say("people.copay"), told))
    found.append((say("people.notice"), say.duration(one.notice_s)))
    if one.quota_milli is not None:
        found.append((say("people.quota"), say("calls.quota", n=f"{one.quota_milli / MILLI:,.10g}")))
    if one.quota_models:
        parts = (say("calls.quota_model", n=most, model=model) for model, most in one.quota_models.items())
        found.append((say("people.quota_models"), ", ".join(parts)))
    if one.models:
        found.append((say("people.models"), ", ".join(one.models)))
    if one.conditions:
        found.append((say("people.conditions"), " ".join(one.conditions.split())))
    return found


def applications_table(rows: Sequence[api.Application], say: Words) -> Table:
    columns = _columns(say, "application", "project", "title", "what", "state", "ground", numbers=("application",))
    told = tuple(
        (
            Cell(one.id, str(one.id)),
            _text(one.project),
            _text(one.title),
            _text(_amount(one.form, one.credits_micro, one.nodes, one.pool, say)),
            Cell(one.state, say(f"application.{one.state}")),
            Cell(one.ground, say.get(f"ground.{one.ground}", "–")),
        )
        for one in rows
    )
    return Table("applications", say("people.applications"), columns, told, None)


def ranking_table(rows: Sequence[api.Ranked], say: Words, *, waiting: bool) -> Table:
    columns = _columns(
        say, "rank", "application", "project", "score", "asked", "gets", "ground", numbers=("rank", "application", "score", "asked", "gets")
    )

    def amount(one: api.Ranked, value: int) -> Cell:
        return Cell(value, credits_text(value) if one.form == "credits" else say.count(value))

    told = tuple(
        (
            Cell(place, str(place)),
            Cell(one.application, str(one.application)),
            _text(one.project),
            Cell(one.score_milli, f"{one.score_milli / MILLI:.3f}"),
            amount(one, one.asked),
            amount(one, one.amount),
            Cell(one.ground, say.get(f"ground.{one.ground}", "–")),
        )
        for place, one in enumerate(rows, 1)
    )
    return Table("ranking", say("people.waiting_list" if waiting else "people.ranking"), columns, told, None)


def tokens_table(rows: Sequence[api.Token], say: Words) -> Table:
    columns = _columns(say, "token", "label", "scopes", "made", "until", "revoked", numbers=("token",))
    told = tuple(
        (
            Cell(one.id, str(one.id)),
            _text(one.label),
            _text(", ".join(one.scopes)),
            _day(one.made_at),
            _day(one.expires_at),
            _day(one.revoked_at),
        )
        for one in rows
    )
    return Table("tokens", say("people.tokens"), columns, told, None)


def persons_table(rows: Sequence[api.Person], say: Words) -> Table:
    columns = _columns(say, "person", "name", "mail", "organisation", "roles", "sites", numbers=("person", "organisation"))
    told = tuple(
        (
            Cell(one.id, str(one.id)),
            Cell(one.name, say("people.erased") if one.erased else one.name),
            _text(one.mail),
            Cell(one.organisation, str(one.organisation)),
            _text(", ".join(say(f"role.{role}") for role in one.roles)),
            _text(", ".join(one.sites)),
        )
        for one in rows
    )
    return Table("persons", say("people.persons"), columns, told, None)


def organisations_table(rows: Sequence[api.Organisation], say: Words) -> Table:
    columns = _columns(say, "organisation", "name", "kind", "region", numbers=("organisation",))
    told = tuple((Cell(one.id, str(one.id)), _text(one.name), Cell(one.kind, say(f"kind.{one.kind}")), _text(one.region)) for one in rows)
    return Table("organisations", say("people.organisations"), columns, told, None)
