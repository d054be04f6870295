"""Demand profiles: what jobs a population asks for, in a few hundred rows of figures instead of a trace.

A profile is measured once on a trace (`dure trace profile`), calibrated on published statistics, or assumed; its rows say which.
One CSV holds any number of profiles. Columns: profile, part, key, figures, source. `figures` are `name=value` pairs or plain numbers:

* about    the profile as a whole: when its calendar begins, how long a period of it is, how far the local clock is ahead of UTC
* class    a kind of job: how many, sizes, run times, and what it needs
* hour     one day of the week (mon … sun): weights of its 24 hours
* period   one period of the calendar: jobs in each sixth of it, accelerator-seconds of each size group, jobs of each class
* project  a project: its weight in each size group, in their order
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, NamedTuple

from dure.model.errors import InputError, Where
from dure.wire.tables import DEVICES_MAX, SECONDS_MAX

COLUMNS: Final = ("profile", "part", "key", "figures", "source")
PARTS: Final = ("about", "class", "hour", "period", "project")
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DOMAINS: Final = ("none", "prefer", "require")
OUTCOMES: Final = ("completed", "failed", "cancelled")
PPM: Final = 1_000_000
PARTS_OF_PERIOD: Final = 6


class Row(NamedTuple):
    """One row of a profile table and the line it stands on."""

    profile: str
    part: str
    key: str
    figures: str
    source: str
    line: int = 0


class Band(NamedTuple):
    """Run times of an equal part of a class: least, most and mean, seconds."""

    least_s: int
    most_s: int
    mean_s: int


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Run times with a median and the deviation of their logarithm in millionths, cut at both ends; seconds."""

    median_s: int
    sigma_ppm: int
    least_s: int
    most_s: int


@dataclass(frozen=True, slots=True)
class DemandClass:
    """A kind of job. `jobs` weighs it against the other classes by number; weights of sizes and constraints are relative.

    `outcome` weighs how a job ends, in the order of `OUTCOMES`; it is drawn apart from size and run time.

    A measured class ends within `ends_s` of the calendar's begin when nothing waits: a trace shows only jobs that ended within it.
    """

    name: str
    jobs: int
    sizes: tuple[tuple[int, int], ...]
    run: tuple[Band, ...] | Lognormal
    group: int = 0
    slack_ppm: tuple[int, ...] = ()
    workload: str = ""
    training: int = -1
    memory_gb: int = 0
    constraints: tuple[tuple[str, int], ...] = (("", 1),)
    checkpoint_s: int = 0
    domain: int = 0
    outcome: tuple[int, ...] = (1, 0, 0)
    burst: int = 1
    ends_s: int = 0


class Period(NamedTuple):
    """What was asked for within one period of the calendar: jobs in each sixth of it, accelerator-seconds of each size group, jobs of
    each class.
    """

    parts: tuple[int, ...]
    work_s: tuple[int, ...]
    jobs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A population of jobs. `periods` is empty where no calendar was measured: then arrivals follow the hours of the week alone.

    A calendar begins at Unix second `first_s`; its last job is submitted `last_s` later.
    """

    name: str
    source: str
    classes: tuple[DemandClass, ...]
    hours: tuple[int, ...] = (1,) * 168
    periods: tuple[Period, ...] = ()
    period_s: int = 86_400
    first_s: int = 0
    last_s: int = 0
    clock_s: int = 0
    projects: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def jobs(self) -> int:
        """Jobs that were measured, or the sum of the weights."""
        return sum(one.jobs for one in self.classes)

    @property
    def groups(self) -> int:
        """How many size groups there are."""
        return 1 + max(one.group for one in self.classes)


def parse(rows: Iterable[Row], file: str) -> dict[str, Profile]:
    """Profiles of a table by name; InputError with line and field where a row is not understood."""
    tables: dict[str, list[Row]] = {}
    for row in rows:
        if row.part not in PARTS:
            raise _wrong(file, row, "part", f"{row.part!r} is no part of a profile", f"parts are {', '.join(PARTS)}")
        tables.setdefault(row.profile, []).append(row)
    return {name: _profile(name, table, file) for name, table in tables.items()}


def rows(profile: Profile) -> list[Row]:
    """The profile as rows; `parse` of them gives the same profile."""

    def row(part: str, key: str, figures: str, source: str = "") -> Row:
        return Row(profile.name, part, key, figures, source)

    first = datetime.fromtimestamp(profile.first_s, UTC).replace(tzinfo=None).isoformat()
    about = f"first={first} period_s={profile.period_s} clock_s={profile.clock_s} last_s={profile.last_s}"
    out = [row("about", "", about, profile.source)]
    out += [row("class", one.name, _class_figures(one)) for one in profile.classes]
    if len(set(profile.hours)) > 1:
        out += [row("hour", day, " ".join(map(str, profile.hours[24 * k : 24 * k + 24]))) for k, day in enumerate(WEEK)]
    out += [row("period", str(k), " ".join(map(str, (*one.parts, *one.work_s, *one.jobs)))) for k, one in enumerate(profile.periods)]
    return out + [row("project", name, " ".join(map(str, weights))) for name, weights in profile.projects]


def _profile(name: str, table: Sequence[Row], file: str) -> Profile:
    about = [row for row in table if row.part == "about"]
    if len(about) != 1:
        raise _wrong(file, table[0], "part", f"profile {name!r} has {len(about)} rows `about`", "write one")
    fields = _Figures(about[0], file)
    classes = tuple(_class(row, file) for row in table if row.part == "class")
    if not classes or not any(one.jobs for one in classes):
        raise _wrong(file, about[0], "part", f"profile {name!r} has no class with jobs", "write rows `class`")
    profile = Profile(
        name,
        about[0].source,
        classes,
        _hours([row for row in table if row.part == "hour"], file),
        _periods([row for row in table if row.part == "period"], classes, file),
        fields.number("period_s", 86_400, 1),
        fields.date("first"),
        fields.number("last_s"),
        fields.number("clock_s", 0, -86_400),
    )
    fields.finish()
    groups = profile.groups
    projects = tuple((row.key, _numbers(row, file, groups)) for row in table if row.part == "project")
    return replace(profile, projects=projects)


def _periods(table: Sequence[Row], classes: tuple[DemandClass, ...], file: str) -> tuple[Period, ...]:
    groups = 1 + max(one.group for one in classes)
    figures = (_numbers(row, file, PARTS_OF_PERIOD + groups + len(classes)) for row in table)
    cut = PARTS_OF_PERIOD + groups
    return tuple(Period(numbers[:PARTS_OF_PERIOD], numbers[PARTS_OF_PERIOD:cut], numbers[cut:]) for numbers in figures)


def _hours(table: Sequence[Row], file: str) -> tuple[int, ...]:
    if not table:
        return (1,) * 168
    found = {row.key: _numbers(row, file, 24) for row in table}
    if sorted(found) != sorted(WEEK) or len(table) != 7:
        raise _wrong(file, table[0], "key", "hours are seven rows", f"their keys are {' '.join(WEEK)}")
    weights = tuple(weight for day in WEEK for weight in found[day])
    if not any(weights):
        raise _wrong(file, table[0], "figures", "all hours weigh nothing", "give an hour some weight")
    return weights


def _class(row: Row, file: str) -> DemandClass:
    fields = _Figures(row, file)
    run: tuple[Band, ...] | Lognormal
    if fields.has("bands"):
        parts = fields.pairs("bands", 2)
        edges = [fields.number("least_s", 1, 0), *(part[0] for part in parts)]
        run = tuple(Band(low, part[0], part[1]) for low, part in zip(edges, parts, strict=False))
        if any(not band.least_s <= band.mean_s <= band.most_s for band in run):
            raise _wrong(file, row, "figures", "a band's mean lies outside it", "bands are most:mean, ascending")
    else:
        run = Lognormal(
            fields.number("median_s", None, 1), fields.ppm("sigma", 0), fields.number("least_s", 1, 1), fields.number("most_s", None, 1)
        )
    sizes = tuple((part[0], part[1]) for part in fields.pairs("sizes", 2))
    if not sizes or any(not 1 <= size <= DEVICES_MAX for size, _ in sizes) or not any(weight for _, weight in sizes):
        raise _wrong(file, row, "figures", "sizes are accelerators:weight pairs", "like sizes=1:35,8:20")
    most_s = run.most_s if isinstance(run, Lognormal) else run[-1].most_s
    if most_s > SECONDS_MAX:
        raise _wrong(file, row, "figures", f"run times up to {most_s} s", f"at most {SECONDS_MAX}")
    found = DemandClass(
        row.key,
        fields.number("jobs", None),
        sizes,
        run,
        fields.number("group", 0),
        tuple(part[0] for part in fields.pairs("slack_ppm", 1)),
        fields.text("workload"),
        fields.word("training", {"": -1, "yes": 1, "no": 0}),
        fields.number("memory_gb", 0),
        fields.weights("constraint"),
        fields.number("checkpoint_s", 0),
        fields.word("domain", {"": 0, **{word: k for k, word in enumerate(DOMAINS)}}),
        fields.outcome(),
        fields.number("burst", 1, 1),
        fields.number("ends_s"),
    )
    fields.finish()
    return found


def _class_figures(one: DemandClass) -> str:
    parts = [f"jobs={one.jobs}", "sizes=" + ",".join(f"{size}:{weight}" for size, weight in one.sizes)]
    if one.group:
        parts.append(f"group={one.group}")
    if isinstance(one.run, Lognormal):
        sigma = f"{one.run.sigma_ppm // PPM}.{one.run.sigma_ppm % PPM:06d}".rstrip("0").rstrip(".")
        parts.append(f"median_s={one.run.median_s} sigma={sigma} least_s={one.run.least_s} most_s={one.run.most_s}")
    else:
        parts.append(f"least_s={one.run[0].least_s} bands=" + ",".join(f"{band.most_s}:{band.mean_s}" for band in one.run))
    if one.slack_ppm:
        parts.append("slack_ppm=" + ",".join(map(str, one.slack_ppm)))
    words = {
        "workload": one.workload,
        "training": {1: "yes", 0: "no"}.get(one.training, ""),
        "memory_gb": str(one.memory_gb or ""),
        "constraint": "" if one.constraints == (("", 1),) else ",".join(f"{text or 'any'}:{weight}" for text, weight in one.constraints),
        "checkpoint_s": str(one.checkpoint_s or ""),
        "domain": DOMAINS[one.domain] if one.domain else "",
        "outcome": _outcome_figure(one.outcome),
        "burst": str(one.burst) if one.burst > 1 else "",
        "ends_s": str(one.ends_s or ""),
    }
    return " ".join(parts + [f"{key}={value}" for key, value in words.items() if value])


def _outcome_figure(weights: tuple[int, ...]) -> str:
    weighed = [(word, weight) for word, weight in zip(OUTCOMES, weights, strict=True) if weight]
    if len(weighed) == 1:
        return "" if weighed[0][0] == OUTCOMES[0] else weighed[0][0]
    return ",".join(f"{word}:{weight}" for word, weight in weighed)


class _Figures:
    """The `name=value` pairs of a row; each is asked for once, and what nobody asked for is a mistake."""

    def __init__(self, row: Row, file: str) -> None:
        self._row, self._file = row, file
        pairs = [pair.split("=", 1) for pair in row.figures.split()]
        if any(len(pair) != 2 for pair in pairs) or len({pair[0] for pair in pairs}) != len(pairs):
            raise _wrong(file, row, "figures", "figures are name=value pairs, each name once", "separate them by blanks")
        self._left: dict[str, str] = dict(pairs)

    def has(self, name: str) -> bool:
        return name in self._left

    def text(self, name: str) -> str:
        return self._left.pop(name, "")

    def number(self, name: str, default: int | None = 0, least: int = 0) -> int:
        text = self._left.pop(name, None)
        if text is None:
            if default is None:
                raise self.wrong(name, "is missing", f"write {name}=…")
            return default
        return self._whole(name, text, least)

    def ppm(self, name: str, default: int | None = None) -> int:
        """A decimal number in millionths."""
        text = self._left.pop(name, None)
        if text is None:
            if default is None:
                raise self.wrong(name, "is missing", f"write {name}=…")
            return default
        whole, _, fraction = text.partition(".")
        digits = whole + (fraction + "000000")[:6]
        return self._whole(name, digits, 0)

    def date(self, name: str) -> int:
        """A date with or without time, UTC, as Unix time; 0 when it is not said."""
        text = self._left.pop(name, "1970-01-01")
        try:
            return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
        except ValueError:
            raise self.wrong(name, f"{text!r} is no date", "write it like 2017-09-04T10:00:00") from None

    def pairs(self, name: str, width: int) -> list[tuple[int, ...]]:
        """Comma-separated groups of `width` numbers joined by colons."""
        groups = [part.split(":") for part in self._left.pop(name, "").split(",") if part]
        if any(len(group) != width for group in groups):
            raise self.wrong(name, "is not understood", "like 8:200,16:50" if width == 2 else "like 100,200")
        return [tuple(self._whole(name, number, 0) for number in group) for group in groups]

    def weights(self, name: str) -> tuple[tuple[str, int], ...]:
        """Texts with weights, `any:90,nvidia:10`; any is the empty text."""
        text = self._left.pop(name, "")
        if not text:
            return (("", 1),)
        found = []
        for part in text.split(","):
            key, _, weight = part.rpartition(":")
            found.append(("" if key == "any" else key, self._whole(name, weight, 0)))
        if not any(weight for _, weight in found):
            raise self.wrong(name, "weighs nothing", "like any:90,nvidia:10")
        return tuple(found)

    def word(self, name: str, words: Mapping[str, int]) -> int:
        text = self._left.pop(name, "")
        if text not in words:
            raise self.wrong(name, f"{text!r} is not known", f"one of {', '.join(word for word in words if word)}")
        return words[text]

    def outcome(self) -> tuple[int, ...]:
        """How jobs end: one word for all of them, or weights like `completed:85,failed:15`."""
        text = self._left.pop("outcome", "") or OUTCOMES[0]
        if text in OUTCOMES:
            text += ":1"
        found = dict.fromkeys(OUTCOMES, 0)
        for part in text.split(","):
            word, _, weight = part.rpartition(":")
            if word not in found:
                raise self.wrong(
                    "outcome", f"{part!r} is not understood", f"words are {', '.join(OUTCOMES)}; shares like completed:85,failed:15"
                )
            found[word] = self._whole("outcome", weight, 0)
        if not any(found.values()):
            raise self.wrong("outcome", "weighs nothing", "like completed:85,failed:15")
        return tuple(found.values())

    def finish(self) -> None:
        """Nothing may be left over."""
        if self._left:
            name = next(iter(self._left))
            raise self.wrong(name, "is no figure of this part", "leave it out")

    def wrong(self, name: str, what: str, remedy: str) -> InputError:
        return _wrong(self._file, self._row, name, what, remedy)

    def _whole(self, name: str, text: str, least: int) -> int:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
            raise self.wrong(name, f"{text!r} is no whole number", "write digits")
        if int(text) < least:
            raise self.wrong(name, f"{text} is below {least}", "write a larger number")
        return int(text)


def _numbers(row: Row, file: str, count: int) -> tuple[int, ...]:
    texts = row.figures.split()
    if len(texts) != count:
        raise _wrong(file, row, "figures", f"{len(texts)} numbers, {count} wanted", "one for each, 0 where there is none")
    if not all(text.isascii() and text.isdigit() and len(text) < 19 for text in texts):
        raise _wrong(file, row, "figures", "not all are whole numbers", "write digits")
    return tuple(map(int, texts))


def _wrong(file: str, row: Row, field: str, what: str, remedy: str) -> InputError:
    return InputError(what, where=Where(file, row.line, field), remedy=remedy)
