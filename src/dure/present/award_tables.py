"""The award as tables and as plain values: the same for the minutes, the terminal and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from dure.model.tenders import Objective, Tender
from dure.model.units import HOUR_S, MICRO
from dure.plan.award import Award, Judged
from dure.plan.award_program import money_scale
from dure.plan.check import Breach
from dure.plan.explain import Explanation
from dure.plan.stress import Played
from dure.present.numbers import moment_of
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

EPOCH = "1970-01-01T00:00:00Z"
PROMISES = {
    "ready": "ready_date",
    "availability": "availability_share",
    "pue": "pue",
    "power": "power_mw",
    "support": "support_h",
    "cluster": "cluster",
}
"""Columns of what a winner promised: the word of the title, and the key of the raw value with its unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """All that is said of one award."""

    award: Award
    explanation: Explanation
    breaches: tuple[Breach, ...]
    stress: tuple[Played, ...] | None
    rules_sha256: str
    frozen: bool
    inputs: tuple[tuple[str, str], ...]
    assumptions: tuple[tuple[str, str, str], ...]
    version: str
    published: tuple[tuple[str, str], ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    solver: str = ""
    models_assumed: frozenset[tuple[str, str]] = frozenset()
    """bid and lot of each line whose model no source states"""

    @property
    def word(self) -> Word:
        """Of the whole: as weak as its weakest figure, and never published because nobody said what it is."""
        return _weakest_of([Word(one) for one in self.marks.values()])

    def word_of(self, kind: str) -> Word:
        """Of quantities, prices, points or promises: what the file says of them, or the word of the whole."""
        return Word(self.marks[kind]) if self.marks.get(kind) else self.word

    @property
    def units(self) -> int:
        return sum(one.units for one in self.award.choice.takings)

    @property
    def public(self) -> int:
        return sum(one.public for one in self.award.choice.takings)

    @property
    def won(self) -> int:
        return sum(one.won for one in self.award.choice.takings)

    @property
    def objective(self) -> float | None:
        return objective_value(self.award, self.award.choice.objective)


def objective_value(award: Award, value: float | None) -> float | None:
    """In won where the objective is cost, in its own unit elsewhere."""
    if value is None or award.tender.objective is not Objective.COST:
        return value
    return value * money_scale(award.tender, award.offers)


def objective_text(award: Award, value: float | None, say: Words) -> str:
    exact = objective_value(award, value)
    if exact is None:
        return say.unknown
    return money(award.tender, round(exact), say) if award.tender.objective is Objective.COST else number(exact)


def money(tender: Tender, won: int | None, say: Words) -> str:
    """Won as they are paid: once, or for an hour."""
    return say("award.hour", won=say.won_exact(won)) if tender.by_the_hour and won is not None else say.won_exact(won)


def money_key(tender: Tender, key: str) -> str:
    """The key of an amount, with its unit."""
    return f"{key}_per_hour" if tender.by_the_hour else key


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value - round(value)) < 5e-7 * max(1.0, abs(value)) else f"{value:,.2f}"


def date_text(second: int | None, say: Words) -> str:
    return say.unknown if second is None else say.date(moment_of(EPOCH, second).isoformat())


def tables(minutes: Minutes, say: Words) -> dict[str, Table]:
    made = [_awarded(minutes, say), _scores(minutes, say), _obligations(minutes, say), _provenance(minutes, say)]
    if minutes.award.tender.eligibility:
        made.append(_eligibility(minutes, say))
    if minutes.explanation.weights:
        made.insert(2, _weights(minutes, say))
    return {one.key: one for one in made}


def without(table: Table, names: Sequence[str]) -> Table:
    """The table without some of its columns."""
    kept = [index for index, column in enumerate(table.columns) if column.key not in names]
    columns = tuple(table.columns[index] for index in kept)
    return replace(table, columns=columns, rows=tuple(tuple(row[index] for index in kept) for row in table.rows))


def _columns(say: Words, numbers: Sequence[str], texts: Sequence[str]) -> tuple[Column, ...]:
    left = [Column(name, say(f"award.column.{name}"), number=False) for name in texts]
    return (*left, *(Column(name, say(f"award.column.{name}")) for name in numbers))


def _awarded(minutes: Minutes, say: Words) -> Table:
    tender = minutes.award.tender
    rows = [
        (
            Cell(one.bid, one.bid),
            Cell(one.operator, say.name(one.operator, "operator")),
            Cell(one.lot, lot_name(minutes.award, one.lot, say)),
            Cell(one.model, model_text(minutes, one.bid, one.lot, one.model, say)),
            *_figures(tender, one.units, one.public, one.won, say),
        )
        for one in minutes.explanation.obligations
    ]
    blank = Cell("", "")
    figures = _figures(tender, minutes.units, minutes.public, minutes.won, say)
    total = (Cell("total", say("award.column.total")), blank, blank, blank, *figures)
    amounts = tuple(money_key(tender, key) for key in ("won", "unit_won"))
    columns = _columns(say, ("units", "public", "share", "own", *amounts), ("bid", "operator", "lot", "model"))
    words = dict.fromkeys(("units", "public", "share", "own"), "quantity") | dict.fromkeys(amounts, "price")
    word = _weakest(minutes, ("quantity", "price"))
    columns = tuple(_marked(one, minutes, words.get(one.key), word) for one in columns)
    return Table("award", say("award.award"), columns, (*rows, total), word, _said_of(minutes, "price", say))


def _weakest(minutes: Minutes, kinds: Sequence[str]) -> Word:
    """The word of a whole table: one that holds any assumed figure is assumed, and its other columns name their own word."""
    return _weakest_of([minutes.word_of(kind) for kind in kinds])


def _weakest_of(found: Sequence[Word]) -> Word:
    """Assumed before simulated before published before measured; of nothing, assumed."""
    return next((word for word in (Word.ASSUMED, Word.SIMULATED, Word.PUBLISHED, Word.MEASURED) if word in found), Word.ASSUMED)


def _said_of(minutes: Minutes, other: str, say: Words) -> str:
    """What kind of figures a table holds and, where that is not once, what its amounts pay for."""
    hours = [say("award.by_the_hour")] if minutes.award.tender.by_the_hour else []
    models = [one.model for line in minutes.award.judged for one in line.offer.lines] if other == "price" else []
    alike = minutes.award.tender.alike(models)
    weights = [say("award.alike.note", models=", ".join(alike))] if alike else []
    return " ".join(one for one in (*hours, _marks_note(minutes, other, say), *weights) if one)


def _marks_note(minutes: Minutes, other: str, say: Words) -> str:
    """What kind of figure prices or promises are, where they are of another kind than quantities."""
    quantity, beside = (minutes.word_of(kind) for kind in ("quantity", other))
    key = "award.marks" if other == "price" else "award.marks_promises"
    return "" if quantity is beside else say(key, quantity=say(f"word.{quantity}"), **{other: say(f"word.{beside}")})


def _marked(column: Column, minutes: Minutes, kind: str | None, whole: Word) -> Column:
    """A column names its own word where that is not the table's."""
    word = None if kind is None else minutes.word_of(kind)
    return column if word in (None, whole) else column._replace(word=word)


def _figures(tender: Tender, units: int, public: int, won: int, say: Words) -> tuple[Cell, ...]:
    share = public / units if units else None
    each = won // units if units else None
    return (
        Cell(units, say.count(units)),
        Cell(public, say.count(public)),
        Cell(share, say.percent(share)),
        Cell(units - public, say.count(units - public)),
        Cell(won, money(tender, won, say)),
        Cell(each, money(tender, each, say)),
    )


def model_text(minutes: Minutes, bid: str, lot: str, model: str, say: Words) -> str:
    """The model, marked where nobody but the writer of the file says that it is this one."""
    return f"{model} ({say('word.assumed')})" if (bid, lot) in minutes.models_assumed else model


def lot_name(award: Award, name: str, say: Words) -> str:
    lot = award.tender.lot(name)
    return lot.name_ko if say.lang == "ko" and lot.name_ko else lot.name


def criterion_name(award: Award, name: str, say: Words) -> str:
    one = next(one for one in award.tender.criteria if one.name == name)
    return one.name_ko if say.lang == "ko" and one.name_ko else one.name


def result_key(minutes: Minutes, one: Judged) -> str:
    if minutes.award.choice.takes(one.offer):
        return "won"
    return "failed" if one.failed else "too_few" if one.too_few else "lost"


def _eligibility(minutes: Minutes, say: Words) -> Table:
    """One row per rule, one column per offer: met or not."""
    judged = minutes.award.judged
    rows = []
    for rule in minutes.award.tender.eligibility:
        fails = [any(failed.rule.name == rule.name for failed in one.failed) for one in judged]
        name = rule.name_ko if say.lang == "ko" and rule.name_ko else rule.name
        rows.append((Cell(rule.name, name), *(Cell(int(not one), say("award.fails" if one else "award.meets")) for one in fails)))
    columns = (*_columns(say, (), ("rule",)), *(Column(one.offer.name, one.offer.name, number=False) for one in judged))
    return Table("eligibility", say("award.eligibility"), columns, tuple(rows), minutes.word_of("promises"))


def _scores(minutes: Minutes, say: Words) -> Table:
    """The waterfall of points: one row per offer, best first."""
    names = [one.name for one in minutes.award.tender.criteria]
    ordered = sorted(minutes.award.judged, key=lambda one: (-one.score, one.offer.name))
    rows = []
    for one in ordered:
        points = [one.points.get(name) for name in names]
        cells = [Cell(None, say.unknown) if value is None else Cell(float(value), f"{float(value):.2f}") for value in points]
        result = result_key(minutes, one)
        total = Cell(float(one.score), f"{float(one.score):.2f}") if one.points else Cell(None, "–")
        rows.append((Cell(one.offer.name, one.offer.name), Cell(result, say(f"award.result.{result}")), *cells, total))
    columns = (
        *_columns(say, (), ("bid", "result")),
        *(Column(name, criterion_name(minutes.award, name, say)) for name in names),
        Column("total", say("award.column.total")),
    )
    return Table("scores", say("award.scores"), columns, tuple(rows), minutes.word_of("points"), points_note(minutes, say))


def points_note(minutes: Minutes, say: Words) -> str:
    """What points are for: a bid with fewer may win, and whoever reads the scores has to know why."""
    tender = minutes.award.tender
    aim = say(f"award.aim.{tender.objective}")
    if tender.objective in (Objective.SCORE, Objective.SCORED_CAPACITY):
        return say("award.points_count", aim=aim)
    if tender.score_least_micro is None:
        return say("award.points_nothing", aim=aim)
    return say("award.points_gate", least=f"{tender.score_least_micro / MICRO:g}", aim=aim)


def _points_text(value: Fraction) -> str:
    """As many decimals as there are, three at most."""
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def _weights(minutes: Minutes, say: Words) -> Table:
    rows = tuple(
        (
            Cell(one.criterion, criterion_name(minutes.award, one.criterion, say)),
            *(Cell(float(value), _points_text(value)) for value in (one.points, one.low, one.high)),
        )
        for one in minutes.explanation.weights
    )
    columns = _columns(say, ("points", "low", "high"), ("criterion",))
    return Table("weights", say("award.weights"), columns, rows, minutes.word, say("award.weights_note"))


def _obligations(minutes: Minutes, say: Words) -> Table:
    tender = minutes.award.tender
    rows = []
    for one in minutes.explanation.obligations:
        power_mw = None if one.power_w is None else one.power_w / MICRO
        available, pue = (None if ppm is None else ppm / MICRO for ppm in (one.availability_ppm, one.pue_ppm))
        rows.append(
            (
                Cell(one.bid, one.bid),
                Cell(one.operator, say.name(one.operator, "operator")),
                Cell(one.model, model_text(minutes, one.bid, one.lot, one.model, say)),
                Cell(one.units, say.count(one.units)),
                Cell(one.public, say.count(one.public)),
                Cell(None if one.ready_s is None else moment_of(EPOCH, one.ready_s).date().isoformat(), date_text(one.ready_s, say)),
                Cell(available, say.percent(available)),
                Cell(pue, say.unknown if pue is None else f"{pue:.2f}"),
                Cell(power_mw, say.unknown if power_mw is None else f"{power_mw:,.2f} MW"),
                Cell(None if one.support_s is None else one.support_s / HOUR_S, say.duration(one.support_s)),
                Cell(one.cluster, say.count(one.cluster)),
                *([Cell(one.won // one.units, money(tender, one.won // one.units, say))] if tender.by_the_hour else []),
            )
        )
    price = (money_key(tender, "unit_won"),) if tender.by_the_hour else ()
    columns = _columns(say, ("units", "public", *PROMISES, *price), ("bid", "operator", "model"))
    word = _weakest(minutes, ("quantity", "promises"))
    kinds = dict.fromkeys(("units", "public"), "quantity") | dict.fromkeys(PROMISES, "promises") | dict.fromkeys(price, "price")
    columns = tuple(_marked(one, minutes, kinds.get(one.key), word) for one in columns)
    columns = tuple(one._replace(key=PROMISES.get(one.key, one.key)) for one in columns)
    return Table("obligations", say("award.obligations"), columns, tuple(rows), word, _said_of(minutes, "promises", say))


def _provenance(minutes: Minutes, say: Words) -> Table:
    frozen = say("award.frozen_yes" if minutes.frozen else "award.frozen_no")
    rows = [(Cell("rules", say("award.rules_hash")), Cell(minutes.rules_sha256, f"SHA-256 {minutes.rules_sha256} ({frozen})"))]
    rows += [(Cell(path, say("provenance.input", path=path)), Cell(digest, f"SHA-256 {digest}")) for path, digest in minutes.inputs]
    solver = say("award.solver_value", solver=minutes.solver, version=minutes.version)
    rows.append((Cell("solver", say("award.solver")), Cell(solver, solver)))
    return Table("provenance", say("award.provenance"), _columns(say, (), ("item", "value")), tuple(rows), None)
