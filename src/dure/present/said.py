"""What files and the core say in English, in the reader's language: a text is found by its pattern, what has none stays as it is."""

from __future__ import annotations

import re
from functools import cache

from dure.model.errors import DureError, with_remedy
from dure.present.numbers import Lang
from dure.present.particles import with_particles
from dure.present.phrases_plan_check import PLAN_NOTES
from dure.present.phrases_rate_errors import RATE_SAID
from dure.present.phrases_said import NOTES_KO
from dure.present.phrases_trace import SAID_KO
from dure.present.words import Words


def said(text: str, say: Words) -> str:
    """A note, or a reason with or without the field it is about (`devices: below 1`)."""
    if say.lang is not Lang.KO:
        return text
    whole = _korean(text, _notes())
    if whole is not None:
        return whole
    field, colon, rest = text.partition(": ")
    return f"{field}: {_korean(rest, _notes()) or rest}" if colon else text


def told(error: DureError, say: Words) -> str:
    """An error with its place and remedy; of several, one line each."""
    if say.lang is not Lang.KO:
        return str(error)
    return "\n".join(told_parts(str(one.where), one.what, one.remedy, say) for one in getattr(error, "errors", (error,)))


def told_parts(place: str, what: str, remedy: str, say: Words) -> str:
    """`file:line: field: what; remedy`, each part in the reader's language."""
    if say.lang is Lang.KO:
        what, remedy = (_korean(text, _errors()) or text for text in (what, remedy))
        place = place.replace("standard input", "표준 입력") if place.startswith("standard input") else place
    return with_remedy(f"{place}: {what}" if place else what, remedy)


Patterns = tuple[tuple[re.Pattern[str], str], ...]


def _korean(text: str, patterns: Patterns) -> str | None:
    for pattern, korean in patterns:
        if found := pattern.fullmatch(text):
            return _filled(korean, [one or "" for one in found.groups()])
    return None


def _filled(korean: str, groups: list[str]) -> str:
    """The Korean with what the English named; several guesses are set apart by commas."""
    if korean.startswith("혹시"):
        groups = [one.replace(" or ", ", ") for one in groups]
    return with_particles(re.sub(r"\\(\d)", lambda number: groups[int(number[1]) - 1], korean))


@cache
def _notes() -> Patterns:
    return tuple((re.compile(pattern), korean) for pattern, korean in (*SAID_KO, *RATE_SAID, *NOTES_KO, *PLAN_NOTES))


@cache
def _errors() -> Patterns:
    from dure.present.phrases_errors import ERRORS_KO

    return tuple((re.compile(pattern, re.DOTALL), korean) for pattern, korean in ERRORS_KO)
