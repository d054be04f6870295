"""Korean particles after words that are known only when they are said: numbers, names, amounts, Latin letters."""

from __future__ import annotations

import re
from typing import Final

PARTICLES: Final = {
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이라": ("이라", "라"),
}
"""By the form after a final consonant: both forms."""

_RIEUL: Final = 8
_DIGITS_WITH_FINAL: Final = frozenset("013678")
_DIGITS_WITH_RIEUL: Final = frozenset("178")
_LATIN_WITH_FINAL: Final = frozenset("lmnr")
_READ_WITHOUT: Final = re.compile(r"[a-z][aeou]r$")
"""Words such as server and center are read 서버, 센터; a letter R by itself is 알."""
_ASIDE: Final = re.compile(r"(?<=\S)\s*\([^()]*\)$")
_MARKED: Final = re.compile(r"(\S+)\{(" + "|".join(PARTICLES) + r")\}")


def particle(word: str, kind: str) -> str:
    """The form that fits the last sound of a word: Hangul, a digit or % read in Korean, Latin read by its letter or as a word.

    What stands in brackets behind a word is not read: `12(5%)` takes the particle of 12.
    """
    with_final, without = PARTICLES[kind]
    word = _ASIDE.sub("", word)
    if word.endswith("%"):
        return without
    last = next((char for char in reversed(word) if char.isalnum()), "")
    final, rieul = _ends(word.rstrip("`'\"’”»)].…"), last)
    return without if not final or (rieul and kind == "으로") else with_final


def _ends(word: str, last: str) -> tuple[bool, bool]:
    """Whether the last sound is a consonant, and whether that is ㄹ, after which 으로 is 로."""
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return final != 0, final == _RIEUL
    if last in _DIGITS_WITH_FINAL:
        return True, last in _DIGITS_WITH_RIEUL
    if word.endswith("ng"):
        return True, False
    if _READ_WITHOUT.search(word):
        return False, False
    return last.lower() in _LATIN_WITH_FINAL, last.lower() in ("l", "r")


def with_particles(text: str) -> str:
    """A text in which `word{을}` stands for the word with its particle, as the Korean of errors is written."""
    return _MARKED.sub(lambda found: found[1] + particle(found[1], found[2]), text)
