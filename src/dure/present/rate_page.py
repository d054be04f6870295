"""What did happen on a terminal, as one HTML file, and as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dure.ledger.rate import bounded
from dure.present import charts
from dure.present.charts import OCCUPANCY, OPERATING, Chart, frame
from dure.present.document import Section, document
from dure.present.html import figure, table, tag, text
from dure.present.layout import hanging, wrap
from dure.present.rate_run import RatePage, as_run, goodput, loss_sentences, note_texts, occupancy, sentences
from dure.present.rate_tables import tables
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

LOSSES = 5
ON_A_TERMINAL = ("models", "days", "users", "partitions", "waits", "outside", "rejects")
DAYS_ON_A_TERMINAL = 14
PAGE_ORDER = ("models", "days", "users", "accounts", "partitions", "asked", "states", "waits", "nodes", "outside", "rejects")


def view(page: RatePage, say: Words, width: int) -> RenderableType:
    """For a terminal of `width` columns."""
    from rich.console import Group

    return Group(*_parts(page, say, width))


def _parts(page: RatePage, say: Words, width: int) -> Iterator[RenderableType]:
    from rich.text import Text

    from dure.present.terminal import grid, waterfall

    yield Text(f"{say('rate.title', name=page.name)} ({say(f'word.{page.split_word}')})", style="bold")
    yield Text(period(page, say))
    if page.made_up:
        yield Text("\n".join(wrap(say("rate.simulated", how=page.made_up), width)), style="bold yellow")
    if page.rated.fleet is not None:
        yield Text(f"\n{headline(page, say)}", style="bold")
    for one in sentences(page, say)[page.rated.fleet is not None :]:
        yield Text("\n".join(wrap(one, width)))
    if page.rated.fleet is not None:
        yield waterfall(as_run(page), say, width)
        losses = loss_sentences(page, say, LOSSES)
        if losses:
            yield Text(f"\n{say('rate.losses')}", style="bold")
        for number, one in enumerate(losses, 1):
            yield Text(hanging(f"{number}. {one}", width))
    made = tables(page, say)
    for key in ON_A_TERMINAL:
        if key not in made:
            continue
        yield Text("")
        if key == "days" and len(page.days) > DAYS_ON_A_TERMINAL:
            yield Text("\n".join(wrap(say("rate.more_days", count=len(page.days)), width)))
        else:
            yield grid(made[key], say)
    yield Text(f"\n{say('rate.section.notes')}", style="bold")
    for one in note_texts(page, say):
        yield Text(hanging(f"- {one}", width))


def period(page: RatePage, say: Words) -> str:
    length = say.duration(page.window.to_s - page.window.from_s)
    return say("rate.period", start=page.begin.replace("T", " "), end=page.end.replace("T", " "), zone=page.zone, length=length)


def headline(page: RatePage, say: Words) -> str:
    """Both rates together, never one alone."""
    rates = page.rates
    pair = [
        f"{say('headline.operating_rate')} {say.percent(rates['operating_rate'])}",
        f"{say('headline.occupancy')} {occupancy(page, page.rated.fleet, say)}",
    ]
    return " · ".join([*pair, goodput(rates, say)])


def pictures(page: RatePage, say: Words) -> dict[str, Chart]:
    """Specs by the key of the table that each stands before; none where no nodes are known."""
    if page.rated.fleet is None:
        return {}
    drawn = {"waterfall": charts.waterfall(as_run(page), say)}
    if len(page.days) > 1:
        drawn["days"] = _days(page, say)
    if any(one.started for one in page.rated.waits.values()):
        drawn["waits"] = charts.waits(as_run(page), say)
    return drawn


def _days(page: RatePage, say: Words) -> Chart:
    """Both rates by day; what is not known of a day is a gap, never 0: occupancy, as soon as any of the day is unobserved."""
    values: list[dict[str, Any]] = []
    for (_, date), one in zip(page.days, page.rated.bins, strict=True):
        unseen = one.cause("unobserved") == one.step("contracted")
        rates = bounded(one, states_known=page.states_known)
        both = {"operating_rate": None if unseen else rates["operating_rate"]}
        if page.states_known:
            both["occupancy"] = rates["occupancy"]
        values += [{"day": date, "rate": value, "colour": say(f"headline.{name}")} for name, value in both.items()]
    names = [say("headline.operating_rate"), *([say("headline.occupancy")] if page.states_known else [])]
    spec: dict[str, Any] = {
        "width": 640,
        "height": 200,
        "data": {"values": values},
        "mark": {"type": "line", "point": len(page.days) <= 62, "invalid": "break-paths-show-path-domains"},
        "encoding": {
            "x": {"field": "day", "type": "ordinal", "title": None, "axis": {"labelAngle": -45, "labelOverlap": True, "grid": False}},
            "y": {
                "field": "rate",
                "type": "quantitative",
                "title": None,
                "scale": {"domain": [0, 1]},
                "axis": {"labelExpr": f"format(datum.value * 100, '.0f') + '{'%' if say.lang == 'ko' else ' %'}'", "tickCount": 5},
            },
            "color": {"field": "colour", "type": "nominal", "scale": {"domain": names, "range": [OPERATING, OCCUPANCY][: len(names)]}},
            "strokeDash": {"field": "colour", "type": "nominal", "scale": {"domain": names, "range": [[1, 0], [5, 3]][: len(names)]}},
        },
    }
    return Chart("days", frame(spec), say("rate.days_alt"))


def page_html(page: RatePage, say: Words, svg: Mapping[str, str]) -> str:
    """The whole file; `svg` holds the rendered `pictures`."""
    made, drawn = tables(page, say), pictures(page, say)

    def shown(key: str) -> str:
        if key not in svg:
            return table(made[key], say, titled=False)
        return figure(svg[key], made[key], say, drawn[key].alt, say("report.table_of", title=made[key].title))

    sections = [Section("notes", say("rate.section.notes"), _items(note_texts(page, say), "ul"))]
    if page.rated.fleet is not None:
        losses = _items(loss_sentences(page, say, LOSSES), "ol")
        head = table(made["headline"], say, titled=False)
        sections.insert(0, Section("waterfall", say("rate.section.waterfall"), head + shown("waterfall") + losses))
    sections += [Section(key, made[key].title, shown(key)) for key in PAGE_ORDER if key in made]
    sections.append(Section("inputs", say("rate.section.inputs"), tag("div", table(made["inputs"], say, titled=False), class_="hash")))
    said = [*sentences(page, say), period(page, say)]
    if page.made_up:
        said.append(say("rate.simulated", how=page.made_up))
    footer = say("rate.footer", version=page.version)
    return document(say("rate.title", name=page.name), say("rate.kind"), said, page.split_word, sections, footer, say)


def _items(said: list[str], kind: str) -> str:
    return tag(kind, "".join(tag("li", text(one)) for one in said)) if said else ""


def as_json(page: RatePage, say: Words) -> dict[str, Any]:
    """One object: exact device-seconds, rates with bounds, and None for what nobody knows."""
    fleet = page.rated.fleet
    found = {
        "name": page.name,
        "word": str(page.split_word),
        "made_up": page.made_up or None,
        "period": {"from": page.begin, "to": page.end, "zone": page.zone, "from_s": page.window.from_s, "to_s": page.window.to_s},
        "rates": page.rates,
        "coverage": {
            "known": page.rated.coverage,
            "reached": page.rated.reached,
            "states_known": page.states_known,
            "reach": list(page.window.reach),
        },
        "waterfall": None if fleet is None else fleet.as_row(),
        "models": {name: {**one.as_row(), **bounded(one, states_known=page.states_known)} for name, one in page.rated.models.items()},
        "jobs": {name: getattr(page.rated, name) for name in ("jobs", "attempts", "started", "waiting", "still_running")},
        "busy_s": page.rated.busy_s,
        "suspended_s": page.rated.suspended_s,
        "overlap_s": page.rated.overlap_s,
        "busy_while_failed_s": page.rated.busy_while_failed_s,
        "outside_s": dict(page.rated.outside_s),
    }
    notes = [{"note": key, **params, "text": said} for (key, params), said in zip(page.notes, note_texts(page, say), strict=True)]
    shown = {key: {"word": one.word, "rows": one.as_json()} for key, one in tables(page, say).items()}
    return {**found, "tables": shown, "notes": notes, "version": page.version}
