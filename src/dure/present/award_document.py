"""The minutes of an award as a document to be signed: plain values for the typesetter, every word a string."""

from __future__ import annotations

from typing import Any

from dure.model.tenders import Objective
from dure.present import award_words as sentences
from dure.present.award_grounds import means_as_named
from dure.present.award_page import SEATS
from dure.present.award_partly import partly_note, partly_sentences
from dure.present.award_stress_words import stress_sentence
from dure.present.award_tables import Minutes, money, tables
from dure.present.tables import Table
from dure.present.words import Words

WIDE = ("bid", "criterion", "value", "rule")
WIDE_AMONG = 6
"""Among more columns none takes what is left: there may be nothing, and its words would lie on the next column's."""
HASH = 40
"""Letters of a SHA-256."""


def document(minutes: Minutes, say: Words, picture: tuple[str, str] | None) -> dict[str, Any]:
    """What the template sets; `picture` is the chart of scores as SVG, with what it shows in words."""
    tender = minutes.award.tender
    name = sentences.title(tender, say)
    sections = [one for one in _sections(minutes, say, picture) if one["paragraphs"] or one["items"] or one["table"]]
    return {
        "lang": str(say.lang),
        "title": name,
        "kind": say("award.kind_title"),
        "eyebrow": say("award.eyebrow"),
        "running": name,
        "facts": _facts(minutes, say),
        "sections": [_as_named(minutes, one, say) for one in sections],
        "sign": {
            "title": say("award.sign"),
            "text": say("award.sign_text"),
            "heads": [say(f"award.sign_{head}") for head in ("seat", "office", "name", "signature")],
            "roles": [say(f"award.seat_{seat}") for seat in SEATS],
        },
        "footer": say("award.footer_document", version=minutes.version, hash=minutes.rules_sha256),
    }


def _as_named(minutes: Minutes, section: dict[str, Any], say: Words) -> dict[str, Any]:
    table = section["table"]
    if table is None:
        return section
    return section | {"table": table | {"notes": [means_as_named(minutes.assumptions, one, say) for one in table["notes"]]}}


def _facts(minutes: Minutes, say: Words) -> list[tuple[str, str]]:
    tender = minutes.award.tender
    budget = say("award.no_budget") if tender.budget_won is None else money(tender, tender.budget_won, say)
    operators = {one.offer.bid.operator for one in minutes.award.judged}
    return [
        (say("award.fact.procedure"), say(f"award.kind_{tender.procedure}")),
        (say("award.fact.objective"), say(f"award.aim.{tender.objective}")),
        (say("award.fact.result"), sentences.lead(minutes, say)),
        (say("award.fact.budget"), budget),
        (
            say("award.fact.bids"),
            say("award.fact.bids_of", bids=len({one.offer.bid.name for one in minutes.award.judged}), n=len(operators)),
        ),
        (say("award.fact.rules"), f"SHA-256 {minutes.rules_sha256}"),
        (say("award.fact.date"), " "),
        (say("award.fact.place"), " "),
    ]


def _sections(minutes: Minutes, say: Words, picture: tuple[str, str] | None) -> list[dict[str, Any]]:
    made = tables(minutes, say)
    explanation = minutes.explanation
    matched = minutes.award.tender.objective is Objective.MATCH_LOWEST
    decision = [sentences.lead(minutes, say), sentences.status(minutes, say)]
    losses = [" ".join(sentences.loss_sentences(minutes, one, say)) for one in explanation.losses]
    partly = [" ".join(partly_sentences(minutes, one, say)) for one in explanation.cuts]
    shown = [say("award.flip.shown")] if any(one.flips for one in explanation.losses) else []
    shown = shown if losses else [sentences.nobody_lost(minutes, say)]
    assumed = [say("award.assumption", what=what, who=who, why=why) for what, who, why in minutes.assumptions]
    published = [say("award.source", what=what, source=source) for what, source in minutes.published]
    scores = made["scores"] if minutes.award.tender.criteria else None
    return [
        _section(say("award.grounds"), say, items=[*assumed, *published]),
        _section(say("award.award"), say, paragraphs=decision, table=made["award"] if explanation.obligations else None),
        _section(
            say("award.eligibility"),
            say,
            table=made.get("eligibility"),
            paragraphs=[] if "eligibility" in made else [say("award.no_eligibility")],
        ),
        _section(say("award.scores"), say, table=scores, picture=picture if scores is not None else None),
        _section(say("award.losses"), say, paragraphs=shown, items=losses, numbered=True),
        _section(say("award.partly"), say, paragraphs=partly_note(minutes, say), items=partly, numbered=True),
        _section(say("award.sensitivity"), say, paragraphs=[] if matched else sentences.around(minutes, say), table=made.get("weights")),
        _section(say("award.abnormally_low"), say, items=sentences.low_sentences(minutes, say)),
        _section(say("award.obligations"), say, table=made["obligations"] if explanation.obligations else None),
        _section(say("award.stress"), say, items=[stress_sentence(minutes, one, say) for one in minutes.stress or ()]),
        _section(say("award.provenance"), say, table=made["provenance"]),
    ]


def _section(
    title: str,
    say: Words,
    *,
    paragraphs: list[str] | None = None,
    items: list[str] | None = None,
    numbered: bool = False,
    table: Table | None = None,
    picture: tuple[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "title": title,
        "paragraphs": paragraphs or [],
        "items": items or [],
        "numbered": numbered,
        "table": None if table is None else _table(table, say),
        "picture": None if picture is None else picture[0],
        "alt": "" if picture is None else picture[1],
    }


def _table(one: Table, say: Words) -> dict[str, Any]:
    """Columns with what kind of figure they hold."""
    one = one.shown
    word = [] if one.word is None else [say("award.word_of_table", word=say(f"word.{one.word}"), means=say(f"word.{one.word}.means"))]
    own = [say("award.word_of_column", column=column.title, word=say(f"word.{column.word}")) for column in one.columns if column.word]
    return {
        "columns": [
            {"title": column.title, "number": column.number, "wide": column.key in WIDE and len(one.columns) <= WIDE_AMONG}
            for column in one.columns
        ],
        "rows": [[_broken(cell.text) for cell in row] for row in one.rows],
        "notes": [*([one.note] if one.note else []), " ".join([*word, ", ".join(own)]).strip()] if word or own or one.note else [],
    }


def _broken(text: str) -> str:
    """Long unbroken words get places to break; a hash fits a line and is copied whole."""
    return " ".join(
        "\u200b".join(word[at : at + 16] for at in range(0, len(word), 16)) if len(word) > HASH else word for word in text.split(" ")
    )
