"""The award as sheets: its tables, what they rest on, and why the others lost, for readers who never see the minutes."""

from __future__ import annotations

from dure.present.award_partly import partly_sentences
from dure.present.award_tables import Minutes, tables
from dure.present.award_words import loss_sentences
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words


def sheets(minutes: Minutes, say: Words) -> dict[str, Table]:
    """Assumptions first; then the award, and why each of the others lost."""
    found = {"assumptions": _assumptions(minutes, say), **tables(minutes, say)}
    found["losses"] = _losses(minutes, say)
    return found | ({"partly": _partly(minutes, say)} if minutes.explanation.cuts else {})


def _text(key: str, title: str) -> Column:
    return Column(key, title, number=False)


def _assumptions(minutes: Minutes, say: Words) -> Table:
    columns = tuple(_text(key, say(f"award.sheet.{key}")) for key in ("kind", "what", "source", "why"))
    texts = [(Word.ASSUMED, what, who, why) for what, who, why in minutes.assumptions]
    texts += [(Word.PUBLISHED, what, source, "") for what, source in minutes.published]
    rows = tuple((Cell(str(word), say(f"word.{word}")), *(Cell(one, one) for one in said)) for word, *said in texts)
    return Table("assumptions", say("award.grounds"), columns, rows, None)


def _losses(minutes: Minutes, say: Words) -> Table:
    columns = (_text("offer", say("award.column.bid")), _text("why", say("award.sheet.lost")))
    rows = []
    for one in minutes.explanation.losses:
        said = " ".join(loss_sentences(minutes, one, say))
        rows.append((Cell(one.judged.offer.name, one.judged.offer.name), Cell(said, said)))
    return Table("losses", say("award.losses"), columns, tuple(rows), None)


def _partly(minutes: Minutes, say: Words) -> Table:
    columns = (_text("offer", say("award.column.bid")), _text("why", say("award.sheet.partly")))
    said = [(one.name, " ".join(partly_sentences(minutes, one, say))) for one in minutes.explanation.cuts]
    return Table("partly", say("award.partly"), columns, tuple(tuple(Cell(text, text) for text in one) for one in said), None)
