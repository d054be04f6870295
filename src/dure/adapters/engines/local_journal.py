"""The facts of a site in the order in which it told them: one JSON line each, its number in the file is its position.

A line is on the disk before anybody is told. A last line that a crash cut short was told to nobody and is taken away. Where the whole
file was lost it is made again from what the folders say of positions; one that no folder knows stays an empty line.
"""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dure.adapters.engines.local_folder import settle
from dure.model.events import Kind
from dure.operate.ports import Fact

Line = dict[str, Any]
_FIELDS = ("kind", "at", "key", "node", "count", "value", "cause")


class Journal:
    """To be written and caught up with under the lock of the site: another engine object may have written meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._starts = array("Q")
        self._end = 0

    def __len__(self) -> int:
        return len(self._starts)

    def catch_up(self) -> list[Line]:
        """Lines that were added since the last look."""
        if not self._path.exists() or self._path.stat().st_size < self._end:
            self._starts, self._end = array("Q"), 0
        if not self._path.exists():
            return []
        with open(self._path, "rb+") as file:
            file.seek(self._end)
            added = []
            for text in file:
                if not text.endswith(b"\n"):
                    file.truncate(self._end)
                    break
                self._starts.append(self._end)
                self._end += len(text)
                added.append(json.loads(text))
        return added

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Add lines, all or none."""
        if not lines:
            return
        new = not self._path.exists()
        texts = [json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines]
        there = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        with open(there, "wb") as file:
            try:
                file.seek(self._end)
                file.write(b"".join(texts))
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), self._end)
                raise
        if new:
            settle(self._path.parent)
        for text in texts:
            self._starts.append(self._end)
            self._end += len(text)

    def lines(self, since: int = 0) -> Iterator[Line]:
        """Lines from a position on."""
        if since >= len(self._starts):
            return
        with open(self._path, "rb") as file:
            file.seek(self._starts[since])
            for _ in range(len(self._starts) - since):
                yield json.loads(file.readline())

    def facts(self, since: int, until: int) -> tuple[list[Fact], int]:
        """Facts from a position on, up to the first that happens after second `until`, and the position behind them."""
        found, at = [], since
        for line in self.lines(since):
            if line.get("at", 0) > until:
                break
            at += 1
            if "kind" in line:
                fields = {name: line[name] for name in _FIELDS if name in line}
                found.append(Fact(**{**fields, "kind": Kind(fields["kind"])}))
        return found, max(at, since)
