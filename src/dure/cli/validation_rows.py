"""The known answers, in the order printed. A capability that arrives brings its rows; a row is never loosened to pass."""

from __future__ import annotations

from dure.cli.known_answers import KnownAnswer

ROWS: tuple[KnownAnswer, ...] = ()
