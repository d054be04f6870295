"""What files and the core say in English, in the reader's language: a text is found by its pattern, what has none stays as it is."""

from __future__ import annotations

import re
from functools import cache

from dure.present.numbers import Lang
from dure.present.phrases_said import NOTES_KO
from dure.present.phrases_trace import SAID_KO
from dure.present.words import Words


def said(text: str, say: Words) -> str:
    """A note, or a reason with or without the field it is about (`devices: below 1`)."""
    if say.lang is not Lang.KO:
        return text
    whole = _korean(text)
    if whole is not None:
        return whole
    field, colon, rest = text.partition(": ")
    return f"{field}: {_korean(rest) or rest}" if colon else text


def _korean(text: str) -> str | None:
    for pattern, korean in _patterns():
        if found := pattern.fullmatch(text):
            return found.expand(korean)
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), korean) for pattern, korean in (*SAID_KO, *NOTES_KO))
