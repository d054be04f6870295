"""What did happen as the rows that reports of runs are made of, so that one waterfall, one picture and one table serve both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dure import __version__
from dure.ledger.observed import Window
from dure.ledger.rate import Rated, bounded
from dure.ledger.waterfall import Seconds
from dure.model.reasons import CAUSES
from dure.present.tables import Word
from dure.present.words import Words
from dure.wire.runs import Row, RunFolder


class RateWords(Words):
    """Words in which causes are called by what records know of them: that devices were free beside a waiting job, not for whom they
    were held.
    """

    def cause(self, name: str) -> str:
        return self.get(f"rate.cause.{name}", super().cause(name))


@dataclass(frozen=True, slots=True)
class RatePage:
    """Everything that a rate says: figures, the days they are told by (`days`: first second, date), and what to know about them."""

    name: str
    rated: Rated
    window: Window
    days: tuple[tuple[int, str], ...]
    zone: str
    begin: str
    end: str
    states_known: bool
    word: Word
    made_up: str = ""
    notes: tuple[tuple[str, dict[str, Any]], ...] = ()
    rejects: tuple[tuple[str, int, int, str], ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
    top: int = 10
    version: str = field(default=__version__)

    @property
    def split_word(self) -> Word:
        """What the waterfall is: assumed as soon as somebody assumed that nodes were up or that the records are complete."""
        assumed = any(key in ("assumed_up", "complete") for key, _ in self.notes)
        return Word.ASSUMED if assumed and self.word is Word.MEASURED else self.word

    @property
    def rates(self) -> dict[str, float | None]:
        return self.rated.rates(states_known=self.states_known)


def as_run(page: RatePage) -> RunFolder:
    """The waterfall, losses, days and waits of a page with nodes. Days stand on the clock of the zone: a report knows no other."""
    fleet = page.rated.fleet
    assert fleet is not None
    whole = fleet.step("contracted")
    levels = [("fleet", "", fleet), *(("model", name, one) for name, one in page.rated.models.items())]
    rows = [_row(*level, states_known=page.states_known) for level in levels]
    losses: list[Row] = [
        {
            "cause": cause.name,
            "device_s": fleet.cause(cause.name),
            "share_of_contracted_ppm": fleet.cause(cause.name) * 10**6 // whole if whole else 0,
            "won": None,
            "mend": "|".join(cause.menders),
        }
        for cause in CAUSES
    ]
    run: dict[str, Any] = {
        "dure": page.version,
        "seed": None,
        "summary": {**page.rates, "start": page.begin},
        "assumptions": [],
        "inputs": [],
        "simulated": page.word is Word.SIMULATED,
        "word": str(page.split_word),
        "title": page.name,
    }
    return RunFolder("", run, tuple(rows), (), waits(page), (), tuple(losses))


def _row(level: str, key: str, seconds: Seconds, *, states_known: bool) -> Row:
    return {"level": level, "key": key, **seconds.as_row(), **bounded(seconds, states_known=states_known)}


def waits(page: RatePage) -> tuple[Row, ...]:
    """By size of the job, those of all sizes first."""
    names = ("jobs", "started", "mean_s", "median_s", "p95_s", "p99_s", "slowdown_mean")
    return tuple({"bucket": bucket, **{name: getattr(one, name) for name in names}} for bucket, one in page.rated.waits.items() if bucket)


def note_texts(page: RatePage, say: Words) -> list[str]:
    """What the records tell and what not, a sentence each."""
    return [say(f"rate.note.{key}", **_told(params, say)) for key, params in page.notes]


def _told(params: dict[str, Any], say: Words) -> dict[str, Any]:
    """`device_s` becomes hours; lists become the first names and how many more."""
    told: dict[str, Any] = {}
    for name, value in params.items():
        if name == "device_s":
            told["hours"] = say.hours(value)
        else:
            told[name] = _names(value) if isinstance(value, list | tuple) else value
    return told


def _names(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" + {len(names) - most:,}" if len(names) > most else "")


def sentences(page: RatePage, say: Words) -> list[str]:
    """The lead: both rates together, goodput between its bounds, coverage, jobs."""
    rates, fleet = page.rates, page.rated.fleet
    jobs = say(
        "rate.jobs", jobs=page.rated.jobs, attempts=page.rated.attempts, running=page.rated.still_running, waiting=page.rated.waiting
    )
    if fleet is None:
        return [say("rate.lead_unknown", busy=say.hours(page.rated.busy_s)), jobs]
    lead = say(
        "rate.lead",
        installed=say.hours(fleet.step("installed")),
        busy=say.hours(fleet.step("busy")),
        operating=say.percent(rates["operating_rate"]),
        occupancy=occupancy(page, fleet, say),
    )
    coverage = say("rate.coverage", known=say.percent(page.rated.coverage), reached=say.percent(page.rated.reached))
    return [lead, coverage, jobs]


def occupancy(page: RatePage, one: Seconds | None, say: Words) -> str:
    """The rate of a row, or its bounds where any of it is unobserved: never one end of them alone."""
    rates = None if one is None else bounded(one, states_known=page.states_known)
    if rates is None or rates["occupancy_least"] is None or rates["occupancy_most"] is None:
        return say.unknown
    least, most = say.percent(rates["occupancy_least"]), say.percent(rates["occupancy_most"])
    if least == most and page.states_known:
        return most
    return say("rate.between" if page.states_known else "rate.unknown_between", least=least, most=most)


def goodput(rates: dict[str, float | None], say: Words) -> str:
    if rates["goodput_rate"] == rates["goodput_most"]:
        return say("rate.goodput_one", least=say.percent(rates["goodput_rate"]))
    return say("rate.goodput", least=say.percent(rates["goodput_rate"]), most=say.percent(rates["goodput_most"]))


def loss_sentences(page: RatePage, say: Words, most: int) -> list[str]:
    """The largest losses in words, as records know them."""
    fleet = page.rated.fleet
    if fleet is None:
        return []
    whole = fleet.step("contracted")
    found = sorted((cause for cause in CAUSES if fleet.cause(cause.name)), key=lambda cause: -fleet.cause(cause.name))[:most]
    return [
        say(
            "rate.sentence",
            share=say.percent(fleet.cause(cause.name) / whole),
            because=say.get(f"rate.because.{cause.name}", say.because(cause.name)),
            hours=say.hours(fleet.cause(cause.name)),
            mender=say.menders(cause),
            mend=say.get(f"rate.mend.{cause.name}", say.mend(cause.name)),
        )
        for cause in found
    ]
