"""Two pages for everybody: how much of the pool works now and where the rest is, and what auditors compare.

They are one file each, without script, picture or font from elsewhere, and hold figures of the whole only: no project, no person.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import dure
from dure.ledger.access import spans
from dure.model.reasons import CAUSES, STEPS, Cause, causes_before
from dure.present.numbers import Lang
from dure.present.style import CSS
from dure.present.words import Words
from dure.web import views
from dure.web.guard import services_of
from dure.web.ports import Period, RatesNow
from dure.web.problems import language_of
from dure.web.public import AVAILABLE, BUSY, INSTALLED, share
from dure.web.services import Services

router = APIRouter(include_in_schema=False)
HTML = "text/html; charset=utf-8"
MILLI = 1_000
HOUR_S, KST_S = 3_600, 32_400
CHECK = {
    "export": "dure audit export bundle.zip",
    "verify": "python verify.py bundle.zip",
    "sample": "dure audit sample 20 --seed 7",
    "recalls": "dure audit recalls",
}
"""What an auditor types."""
_SPANS = (("days", 10), ("months", 7))
"""Of the waterfall over time, with the characters of their dates."""
SHOWN = STEPS[: STEPS.index(BUSY) + 1]
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def whole(now: RatesNow) -> Counter[str]:
    """Every line over all pools."""
    found: Counter[str] = Counter()
    for pool in now.pools:
        found.update(pool.milli)
    return found


@router.get("/")
def public_page(request: Request) -> Response:
    """Both rates, the waterfall of this moment, definitions, coverage, downloads."""
    services = services_of(request)
    say = _words(request, services)
    now = services.live.rates()
    milli = whole(now)
    said = {
        "rows": waterfall_rows(milli, say),
        "tiles": _tiles(milli, say),
        "pools": _pools(services, now, say),
        "definitions": _definitions(say),
        "access": _access(services, say),
        "history": _history(services.live.history(), say),
        "coverage": _coverage(milli, len(now.pools), len(services.fleet.pools), say),
    }
    return _page("public.html", request, say, now.at, said)


@router.get("/audit")
def audit_page(request: Request) -> Response:
    """Heads of the seals, how long the log is, by which rules was chosen, and how anybody checks all that."""
    services = services_of(request)
    say = _words(request, services)
    counts = services.live.counts()
    tiles = [(say(f"pages.counts.{name}"), say.count(counts.get(name)), say(f"pages.counts.{name}.means")) for name in ("rows", "acts")]
    rules = [{"name": one.name, "since": _moment(one.since_at, say), "row": one.since_seq} for one in services.rule_sets()]
    check = [(command, say(f"pages.check.{name}")) for name, command in CHECK.items()]
    said = {"tiles": tiles, "seals": services.live.seals(), "rules": rules, "check": check}
    return _page("audit.html", request, say, services.live.rates().at, said)


@router.get("/waterfall.csv")
def waterfall_csv(request: Request) -> Response:
    """Every line and cause of every pool now; nothing but the header while it is unknown."""
    now = services_of(request).live.rates()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["at", "pool", "model", "line", "accelerators_milli"])
    names = [*SHOWN, *(cause.name for cause in CAUSES)]
    for pool in now.pools:
        writer.writerows([views.instant(now.at), pool.path, pool.model, name, pool.milli[name]] for name in names if name in pool.milli)
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8")


def _words(request: Request, services: Services) -> Words:
    """The language asked for, with the names that the scenario gives its sites."""
    return Words(language_of(request))


def _moment(second: int, say: Words) -> str:
    return f"{say.date_time('1970-01-01T00:00:00+00:00', second)} UTC"


def _page(template: str, request: Request, say: Words, at: int | None, said: Mapping[str, Any]) -> Response:
    services = services_of(request)
    title = (services.title_ko if say.lang is Lang.KO else "") or services.title
    shown = None if at is None else _moment(at, say)
    known = {"say": say, "title": title, "css": CSS, "version": dure.__version__, "at": shown, "path": request.url.path}
    known |= {
        "simulated": ", ".join(say.name(one, "site") for one in services.simulated),
        "word": "simulated" if services.simulated else "measured",
    }
    return Response(_TEMPLATES.get_template(template).render(**known, **said), media_type=HTML, headers={"Vary": "Accept-Language"})


def waterfall_rows(milli: Mapping[str, int], say: Words) -> list[dict[str, Any]]:
    """A row a step and a row a cause that takes something, each with its bar in percent of what is contracted."""
    total = milli.get(SHOWN[0], 0)
    if not total:
        return []
    rows = [_row("step", say.step(SHOWN[0]), total, total, total, say)]
    for step in SHOWN[1:]:
        high = milli[SHOWN[SHOWN.index(step) - 1]]
        for cause in causes_before(step):
            taken = milli.get(cause.name, 0)
            if taken:
                rows.append(_row("cause", f"− {say.cause(cause.name)}", taken, high, total, say, cause))
            high -= taken
        rows.append(_row("step", say.step(step), milli[step], milli[step], total, say))
    return rows


def _row(kind: str, name: str, milli: int, high: int, total: int, say: Words, cause: Cause | None = None) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": name,
        "accelerators": _accelerators(milli, say),
        "share": say.percent(milli / total),
        "left": round((high - milli) / total * 100, 3),
        "width": round(milli / total * 100, 3),
        "colour": cause.menders[0].value if cause is not None else "step",
        "mender": say.menders(cause) if cause is not None else "",
    }


def _accelerators(milli: int | None, say: Words) -> str:
    return say.unknown if milli is None else f"{milli / MILLI:,.10g}"


def _tiles(milli: Mapping[str, int], say: Words) -> list[tuple[str, str, str]]:
    rates = (("operating_rate", share(milli, BUSY, INSTALLED)), ("occupancy", share(milli, BUSY, AVAILABLE)))
    tiles = [(say(f"headline.{name}"), say.percent(value), say(f"pages.{name}.means")) for name, value in rates]
    return tiles + [(say.step(name), _accelerators(milli.get(name), say), say("work.accelerators")) for name in (INSTALLED, BUSY)]


def _history(found: tuple[Sequence[Period], Sequence[Period]], say: Words) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Days and months of Korean time, newest first: both rates, and accelerator-hours that were busy and not."""
    spans = zip(_SPANS, found, strict=True)
    return [(say(f"pages.history.{name}"), [_past(one, length, say) for one in reversed(which)]) for (name, length), which in spans]


def _past(one: Period, length: int, say: Words) -> tuple[str, ...]:
    milli, day = one.milli_s, datetime.fromtimestamp(one.since_s + KST_S, UTC).date().isoformat()[:length]
    hours = (say.count(round(milli[name] / MILLI / HOUR_S)) for name in (INSTALLED, AVAILABLE, BUSY))
    return (day, say.percent(share(milli, BUSY, INSTALLED)), say.percent(share(milli, BUSY, AVAILABLE)), *hours)


def _pools(services: Services, now: RatesNow, say: Words) -> list[tuple[str, ...]]:
    """A row a pool: those that are observed first, then those of which nothing is known, which is said and is not 0."""
    seen = [(one.path, one.model, one.milli) for one in now.pools]
    known, named = {path for path, _, _ in seen}, {pool.path: f"{pool.model.vendor} {pool.model.model}" for pool in services.fleet.pools}
    seen += [(pool.path, pool.model.id, {}) for pool in services.fleet.pools if pool.path not in known]
    return [_pool(path, named.get(path, model), milli, say) for path, model, milli in seen]


def _pool(path: str, model: str, milli: Mapping[str, int], say: Words) -> tuple[str, ...]:
    counts = (_accelerators(milli.get(name), say) for name in (INSTALLED, AVAILABLE, BUSY))
    return (say.pool(path), model, *counts, say.percent(share(milli, BUSY, INSTALLED)), say.percent(share(milli, BUSY, AVAILABLE)))


def _definitions(say: Words) -> list[tuple[str, str]]:
    steps = [(say.step(name), say(f"pages.def.{name}")) for name in SHOWN]
    rates = [(say(f"headline.{name}"), say(f"pages.{name}.means")) for name in ("operating_rate", "occupancy")]
    return steps + rates


def _access(services: Services, say: Words) -> list[tuple[str, ...]]:
    """How long projects wait for access: a row a step; nothing where no books are kept."""
    found = () if services.books is None else spans(services.books.access())
    return [
        (
            say(f"access.{one.step}"),
            *(_time(value, say) for value in (one.median_s, one.p90_s)),
            say.count(one.through),
            say.count(one.waiting),
        )
        for one in found
    ]


def _time(seconds: int | None, say: Words) -> str:
    return say.unknown if seconds is None else say.duration(seconds)


def _coverage(milli: Mapping[str, int], seen: int, pools: int, say: Words) -> str:
    """How much of what is powered was not observed; unknown is not 0."""
    unseen = share(milli, "unobserved", "powered")
    if unseen is None:
        return say("pages.coverage.unknown", seen=seen, pools=pools)
    return say("pages.coverage.text", seen=seen, pools=pools, unseen=say.percent(unseen))
