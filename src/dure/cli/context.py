"""What every command shares: the language, the way out for JSON and text, whether a person is watching."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from dure.model.errors import DureError, InputError
from dure.present.numbers import Lang, language
from dure.present.words import Names, Words

if TYPE_CHECKING:
    from rich.console import RenderableType

LARGEST = 10**18
"""As in scenario files: no number of a command is larger."""

_LANG: ContextVar[Lang] = ContextVar("lang", default=Lang.EN)


def words(names: Names | None = None) -> Words:
    """Words in the language of this command."""
    return Words(_LANG.get(), names)


def speak(lang: Lang) -> None:
    _LANG.set(lang)


def locale_language(env: Mapping[str, str]) -> Lang:
    """DURE_LANG, then the POSIX locale in its order of precedence; English where nothing says Korean."""
    return language(env.get("DURE_LANG"), env.get("LC_ALL"), env.get("LC_MESSAGES"), env.get("LANG"))


def take_language(argv: Sequence[str], env: Mapping[str, str]) -> tuple[Lang, list[str]]:
    """The language of this call and the arguments without `--lang`, which may stand anywhere before `--`."""
    lang, rest = locale_language(env), list(argv)
    end = rest.index("--") if "--" in rest else len(rest)
    for at in reversed(range(end)):
        word = rest[at]
        if word == "--lang" or word.startswith("--lang="):
            taken = 2 if word == "--lang" else 1
            value = word[7:] if taken == 1 else (rest[at + 1] if at + 1 < end else "")
            if value not in ("ko", "en"):
                raise InputError(Words(lang)("error.bad_language", word=value or "…"))
            lang = Lang(value)
            del rest[at : at + taken]
    return lang, rest


def at_least(option: str, value: int | None, least: int = 1) -> None:
    """Refuses a number of the command line that is out of range; an absent one is fine."""
    if value is not None and not least <= value <= LARGEST:
        say = words()
        remedy = say("error.number_low", least=least) if value < least else say("error.number_high")
        raise InputError(say("error.number", option=option, value=f"{value:,}"[:40]), remedy=remedy)


_SIMULATED: ContextVar[tuple[str, ...]] = ContextVar("simulated", default=())


def note_simulated(sites: Sequence[str]) -> None:
    """What this command is told comes from a programme with sites at which no program runs: it is said once, and in its JSON."""
    if sites and not _SIMULATED.get():
        _SIMULATED.set(tuple(sites))
        sys.stderr.write(words()("simulated.sites", sites=", ".join(sites)) + "\n")


def any_simulated() -> bool:
    """Whether what this command was told may come from a site at which no program runs."""
    return bool(_SIMULATED.get())


def put_json(value: Any) -> None:
    """One JSON document on standard output: UTF-8, two blanks, keys as given."""
    if _SIMULATED.get() and isinstance(value, dict):
        value = {"simulated": list(_SIMULATED.get()), **value}
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def error_rows(error: DureError) -> list[dict[str, Any]]:
    """Each thing that is wrong, for programs: the same of every command."""
    return [
        {"file": one.where.file, "line": one.where.line, "field": one.where.field, "what": one.what, "remedy": one.remedy, "text": str(one)}
        for one in getattr(error, "errors", (error,))
    ]


def put(view: RenderableType) -> None:
    """A rich view on standard output: colour only where a person watches, no trailing blanks elsewhere."""
    from rich.console import Console

    watched = on_terminal()
    console = Console(width=width(), no_color=not watched, force_terminal=watched, highlight=False, markup=False, emoji=False)
    if watched:
        console.print(view)
        return
    with console.capture() as taken:
        console.print(view)
    sys.stdout.write("\n".join(line.rstrip() for line in taken.get().splitlines()) + "\n")


def on_terminal() -> bool:
    """Whether a person watches standard output: only then colour, cursor movement or a live view."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb" and not os.environ.get("NO_COLOR")


NARROWEST = 20
"""Fewer columns than this nobody reads in: such a COLUMNS is not heeded."""


def width() -> int:
    """Columns to write for: COLUMNS where somebody set it, else the terminal's, at most 120; 100 where there is none, so that transcripts
    are stable.
    """
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked) >= NARROWEST:
        return int(asked)
    return min(120, shutil.get_terminal_size((100, 24)).columns) if sys.stdout.isatty() else 100
