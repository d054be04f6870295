"""The live view of a long run on a terminal: nothing at all elsewhere, and the terminal is given back whatever happens."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dure.present.words import Words

Observer = Callable[[Mapping[str, Any]], None]

QUIET_S = 1.0
"""A run that is over sooner shows no live view: a flash helps nobody."""
BETWEEN_S = 0.1
HEIGHT_LEAST = 12


@contextmanager
def watching(say: Words, title: str, start: str) -> Iterator[Observer]:
    """An observer for the twin's snapshots, drawn on standard error where a person watches it; the screen is cleared at the end.

    Standard output stays free for results, so the view also lives when that goes into a file. Ctrl-C passes through.
    """
    if not sys.stderr.isatty():
        yield _ignore
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True, highlight=False)
    live = Live(console=console, auto_refresh=False, transient=True, screen=False)
    screen = _Screen(live, say, title, start)
    try:
        yield screen.show
    finally:
        if live.is_started:
            live.stop()


def _ignore(snapshot: Mapping[str, Any]) -> None:
    """Nobody watches."""


class _Screen:
    """Draws at most ten times a second, from the second second on, and measures jobs a second."""

    def __init__(self, live: Any, say: Words, title: str, start: str) -> None:
        self._live, self._say, self._title, self._start = live, say, title, start
        self._began = self._drawn = time.monotonic()

    def show(self, snapshot: Mapping[str, Any]) -> None:
        from dure.present import live as drawing

        now = time.monotonic()
        if now - self._began < QUIET_S or now - self._drawn < BETWEEN_S:
            return
        self._drawn = now
        full = {"title": self._title, "start": self._start, "jobs_per_s": snapshot["jobs_done"] / (now - self._began), **snapshot}
        if not self._live.is_started:
            self._live.start()
        size = self._live.console.size
        if size.height < HEIGHT_LEAST:
            self._live.update(drawing.line(full, self._say), refresh=True)
        else:
            self._live.update(drawing.view(full, self._say, size.width, size.height), refresh=True)
