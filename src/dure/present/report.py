"""The report of one run as one HTML file: no network, no script, Korean or English, every figure with one of the four words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dure.model.reasons import CAUSES
from dure.present import access_tables, charts, event_table, funding_charts, funding_tables, left_out, run_tables, service_tables
from dure.present.access_tables import first_job_s, grant_means
from dure.present.assumptions import assumption_table
from dure.present.charts import Chart
from dure.present.html import chip, figure, table, tag, text
from dure.present.numbers import moment_of
from dure.present.run_tables import CAUSE_OF, word_of
from dure.present.style import CSS, page_margins
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words
from dure.wire.runs import Row, RunFolder

LOSSES_IN_WORDS = 5
SECTIONS = ("assumptions", "headline", "waterfall", "losses", "funding", "over_time", "waits", "access", "left_out", "provenance")


def pictures(run: RunFolder, say: Words) -> dict[str, Chart]:
    """The specs of every picture of the page, by key; the caller renders them."""
    made = (
        charts.waterfall(run, say),
        charts.losses(run, say),
        charts.rates(run, say, "vendor"),
        charts.rates(run, say, "site"),
        charts.waits(run, say),
        *funding_charts.pictures(run, say),
    )
    return {chart.key: chart for chart in made}


def tables(run: RunFolder, say: Words) -> dict[str, Table]:
    """Every table of the report, by key: the same for the page, the terminal, CSV and JSON."""
    made = (
        assumptions(run, say),
        run_tables.headline(run, say),
        run_tables.waterfall(run, say),
        run_tables.levels(run, say),
        event_table.events(run, say),
        run_tables.losses(run, say),
        *funding_tables.funding_tables(run, say),
        run_tables.rates(run, say, "fleet"),
        run_tables.rates(run, say, "vendor"),
        run_tables.rates(run, say, "site"),
        run_tables.waits(run, say),
        service_tables.services(run, say),
        service_tables.rates(run, say),
        access_tables.by_region(run, say),
        access_tables.by_organisation(run, say),
        access_tables.by_project(run, say),
        left_out.left_out(run, say),
        provenance(run, say),
    )
    return {one.key: one for one in made}


def page(run: RunFolder, say: Words, svg: Mapping[str, str], preface: str = "") -> str:
    """The whole file. `svg` holds a rendered picture for every key of `pictures`; `preface` is HTML set above the first section."""
    all_tables, shown = tables(run, say), pictures(run, say)

    def drawn(key: str, one: Table | None = None) -> str:
        below = one or all_tables[key]
        return figure(svg[key], below, say, shown[key].alt, say("report.table_of", title=below.title))

    makers: dict[str, Callable[[], str]] = {
        "assumptions": lambda: _assumptions(run, say, all_tables),
        "headline": lambda: _headline(run, say, all_tables),
        "waterfall": lambda: drawn("waterfall") + _folded(all_tables["levels"], say) + _folded_if_any(all_tables["planned"], say),
        "losses": lambda: _losses_in_words(run, say) + drawn("losses"),
        "funding": lambda: "".join(
            tag("p", f"{text(' '.join(funding_tables.sentences(row, say)))} {chip(word_of(run), say)}")
            + drawn(f"funding_{row['site']}")
            + drawn(f"power_{row['site']}")
            for row in funding_tables.funded_sites(run)[: funding_tables.SITES_MAX]
        ),
        "over_time": lambda: "".join(
            tag("h3", text(say(f"report.rates_{level}"))) + drawn(f"rates_{level}", run_tables.rates_side_by_side(run, say, level))
            for level in ("vendor", "site")
        ),
        "waits": lambda: drawn("waits") + _services(run, all_tables, say),
        "access": lambda: table(all_tables["access_region"], say) + _folded(all_tables["access_organisation"], say),
        "left_out": lambda: left_out.section(run, say, all_tables["left_out"]),
        "provenance": lambda: _provenance(say, all_tables),
    }
    sections = [key for key in SECTIONS if key != "funding" or funding_tables.funded_sites(run)]
    body = "".join(tag("section", tag("h2", text(say(f"report.{key}"))) + makers[key](), id=key) for key in sections)
    links = "".join(tag("li", tag("a", text(say(f"report.{key}")), href=f"#{key}")) for key in sections)
    contents = tag("nav", tag("ul", links), aria_label=say("report.contents"))
    footer = tag("footer", text(say("report.footer", version=run.run["dure"], folder=_name(run))))
    inner = tag("header", _header(run, say) + contents) + tag("main", preface + body) + footer
    return _document(run, say, inner)


def title(run: RunFolder, say: Words) -> str:
    return say.name(str(run.run.get("title") or run.run.get("scenario") or say("report.kind")), "programme")


def _name(run: RunFolder) -> str:
    """The folder's own name: where it lies on a disk is nobody's business."""
    return run.path.rstrip("/").rsplit("/", 1)[-1]


def _document(run: RunFolder, say: Words, inner: str) -> str:
    below = " · ".join((title(run, say), _name(run), *([say("word.simulated")] if run.simulated else [])))
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="generator" content="dure {text(run.run["dure"])}">'
        f"<title>{text(title(run, say))} · {text(say('report.kind'))}</title><style>{CSS}\n{page_margins(below)}</style>"
    )
    return f'<!doctype html>\n<html lang="{say.lang}">\n<head>{head}</head>\n<body>{inner}</body>\n</html>\n'


def _period(run: RunFolder, say: Words) -> tuple[str, str]:
    return say.date(run.start), say.date(run.start, int(run.summary.get("horizon_s") or 0))


def _header(run: RunFolder, say: Words) -> str:
    start, end = _period(run, say)
    summary, fleet = run.summary, run.fleet
    lead = say(
        "report.lead",
        installed=say.hours(fleet["installed_s"]),
        busy=say.hours(fleet["busy_s"]),
        start=start,
        end=end,
        operating=say.percent(summary.get("operating_rate")),
        occupancy=say.percent(summary.get("occupancy")),
    )
    parts = [
        tag("p", text(f"dure · 두레 · {say('report.kind')}"), class_="eyebrow"),
        tag("h1", text(title(run, say))),
        tag("p", text(f"{start} – {end}"), class_="period"),
        tag("p", text(say("report.simulated")), class_="banner", role="note") if run.simulated else "",
        tag("p", f"{text(lead)} {chip(word_of(run), say)}", class_="lead"),
    ]
    return "".join(parts)


def _tile(label: str, value: str, word: Word, say: Words, hint: str = "", *, big: bool = False) -> str:
    small = tag("small", text(hint)) if hint else ""
    content = f"{text(label)} {chip(word, say)}{tag('b', text(value))}{small}"
    return tag("li", content, class_="tile big" if big else "tile")


def _headline(run: RunFolder, say: Words, all_tables: Mapping[str, Table]) -> str:
    """Both rates large and together, what users felt below, the four words explained, the rest in a table."""
    summary, word = run.summary, word_of(run)
    rates = "".join(
        _tile(say(f"headline.{key}"), say.percent(summary.get(key)), word, say, say(f"report.definition.{key}"), big=True)
        for key in ("operating_rate", "occupancy", "goodput_rate")
    )
    submitted, granted = (first_job_s(run.access, name) for name in ("first_submit_s", "granted_s"))
    felt = [
        ("headline.jobs_completed", say.count(summary.get("jobs_completed")), ""),
        ("headline.jobs_waiting", say.count(summary.get("jobs_waiting")), ""),
        ("headline.wait_median_s", say.duration(summary.get("wait_median_s")), ""),
        ("headline.wait_p95_s", say.duration(summary.get("wait_p95_s")), ""),
        ("column.submit_to_first_job", say.duration(submitted), ""),
        ("column.grant_to_first_job", say.duration(granted), grant_means(run, say)),
        *((f"headline.{key}", say.hours(value), say("column.accelerator_hours")) for key, value in _dedicated(summary).items()),
    ]
    tiles = "".join(_tile(say(key), value, word, say, hint) for key, value, hint in felt)
    meanings = "".join(tag("dt", chip(one, say)) + tag("dd", text(say(f"word.{one}.means"))) for one in Word)
    meaning = tag("dl", meanings + tag("dt", text(say.unknown)) + tag("dd", text(say("report.definition.unknown"))), class_="words")
    return (
        tag("ul", rates, class_="tiles")
        + tag("ul", tiles, class_="tiles")
        + _folded(all_tables["headline"], say)
        + tag("h3", text(say("report.words")))
        + meaning
    )


def _dedicated(summary: Mapping[str, Any]) -> dict[str, int | None]:
    """Device-seconds of dedicated nodes, where any were held at all."""
    held: Mapping[str, int | None] = summary.get("dedicated") or {}
    return dict(held) if any(held.values()) else {}


def _folded(one: Table, say: Words) -> str:
    return tag("details", tag("summary", text(say("report.table_of", title=one.title))) + table(one, say))


def _services(run: RunFolder, all_tables: Mapping[str, Table], say: Words) -> str:
    """What services got done, where there are any: as many columns as a page is wide, every figure folded below."""
    whole = all_tables["services"]
    if not whole.rows:
        return ""
    return table(service_tables.brief(run, say), say) + _folded(whole, say) + _folded(all_tables["service_rates"], say)


def _folded_if_any(one: Table, say: Words) -> str:
    return _folded(one, say) if one.rows else ""


def loss_sentence(row: Row, say: Words, *, worth: bool = True) -> str:
    """One loss in words: how much, why, what it cost (unless the run knows no won at all), who can mend it and how."""
    cause = CAUSE_OF[row["cause"]]
    won = "" if not worth else say("loss.won_unknown") if row["won"] is None else say("loss.won", won=say.won(row["won"]))
    return say(
        "loss.sentence",
        share=say.percent(row["share_of_contracted_ppm"] / 10**6),
        because=say.because(row["cause"]),
        hours=say.hours(row["device_s"]),
        won=won,
        mender=say("loss.joint").join(say.mender(mender) for mender in cause.menders),
        mend=say.mend(row["cause"]),
    )


def _losses_in_words(run: RunFolder, say: Words) -> str:
    rows = run_tables.largest_losses(run, LOSSES_IN_WORDS)
    if not rows:
        return tag("p", text(say("loss.none")))
    worth, own = run_tables.has_worth(run), chip(word_of(run), say)
    both = f"{own} {chip(Word.ASSUMED, say)}"
    items = "".join(tag("li", f"{text(loss_sentence(row, say, worth=worth))} {own if row['won'] is None else both}") for row in rows)
    return tag("ol", items, class_="losses")


def _assumptions(run: RunFolder, say: Words, all_tables: Mapping[str, Table]) -> str:
    if not run.run["assumptions"]:
        return tag("p", text(say("report.no_assumptions")))
    return table(all_tables["assumptions"], say, titled=False)


def assumptions(run: RunFolder, say: Words) -> Table:
    return assumption_table(run.run["assumptions"], say)


def provenance(run: RunFolder, say: Words) -> Table:
    """What somebody else needs to get the same numbers."""
    start, end = _period(run, say)
    items = [
        ("provenance.version", str(run.run["dure"])),
        ("provenance.scenario", str(run.run.get("scenario", ""))),
        ("provenance.clock", say("provenance.utc")),
        ("provenance.seed", str(run.run["seed"])),
        ("provenance.hash", str(run.run.get("hash") or say.unknown)),
    ]
    period = "/".join(
        moment_of(run.start, seconds).strftime("%Y-%m-%dT%H:%M:%SZ") for seconds in (0, int(run.summary.get("horizon_s") or 0))
    )
    rows = [(Cell("provenance.period", say("provenance.period")), Cell(period, f"{start} – {end}"))]
    rows += [(Cell(key, say(key)), Cell(value, value)) for key, value in items if value]
    rows += [
        (Cell(one["path"], say("provenance.input", path=one["path"])), Cell(one["sha256"], f"SHA-256 {one['sha256']}"))
        for one in run.run["inputs"]
    ]
    columns = (Column("item", say("column.item"), number=False), Column("value", say("column.value"), number=False))
    return Table("provenance", say("report.provenance"), columns, tuple(rows), None)


def _provenance(say: Words, all_tables: Mapping[str, Table]) -> str:
    terms = "".join(tag("li", text(say(f"report.definition.{key}"))) for key in ("operating_rate", "occupancy", "goodput_rate"))
    terms += "".join(
        tag("li", text(say("report.definition.cause", cause=say.cause(one.name), because=say.because(one.name), who=say.menders(one))))
        for one in CAUSES
    )
    return (
        tag("div", table(all_tables["provenance"], say, titled=False), class_="hash")
        + tag("h3", text(say("report.definitions")))
        + tag("ul", terms)
    )
