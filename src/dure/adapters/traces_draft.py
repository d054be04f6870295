"""From the taken rows of a trace to the job table: duplicates, clock and order are settled here, alike for every format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from dure.adapters.traces_cells import Screen, excerpt
from dure.adapters.traces_digits import Ints
from dure.wire.tables import RECORDED, Jobs, Origin, Reject, in_order_of_appearance

UNIX_TIMES_FROM: Final = 100_000_000  # submission seconds above it are Unix times: the table then starts at its first job


@dataclass(slots=True)
class Draft:
    """Columns as they grow, chunk by chunk, with the rejects and what was passed over (comments, blanks, job steps)."""

    text_of: Callable[[Ints], list[str]]  # line numbers to what stands there
    columns: dict[str, list[Ints]] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    passed_over: int = 0
    taken: int = 0
    notes: list[str] = field(default_factory=list)
    names: dict[str, dict[str, int]] = field(default_factory=dict)
    unix: bool = False  # submission seconds are Unix times for certain
    origin: Origin = RECORDED

    def take(self, rows: Screen, **columns: Ints) -> None:
        """Takes the living rows of a chunk and its rejects."""
        for name, values in {**columns, "_line": rows.line}.items():
            self.columns.setdefault(name, []).append(values[rows.alive])
        self.taken += int(rows.alive.sum())
        self.rejects += rows.rejects
        self.passed_over += rows.passed_over

    def refuse_lines(self, lines: Ints, name: str, reason: str) -> None:
        """Rows that were taken and turn out to be rejects."""
        self.rejects += [Reject(line, name, reason, text) for line, text in zip(lines.tolist(), self.text_of(lines), strict=True)]
        self.taken -= len(lines)

    def jobs(self, epoch_s: int = 0) -> Jobs:
        """The table; `epoch_s` is the Unix time of submission second 0 where the source states it."""
        columns = {name: np.concatenate(parts) for name, parts in self.columns.items() if parts}
        columns = self._without_repeats(columns)
        self.rejects.sort(key=lambda reject: reject.line)
        columns.pop("_line", None)
        if not columns:
            columns = {"submit_s": np.zeros(0, np.int64), "run_s": np.zeros(0, np.int64), "devices": np.zeros(0, np.int64)}
        submit_s = columns["submit_s"]
        if len(submit_s):
            first = int(submit_s.min())
            if self.unix or (first >= UNIX_TIMES_FROM and not epoch_s):
                epoch_s, columns["submit_s"] = first, submit_s - first
            late = int((submit_s[1:] < submit_s[:-1]).sum())
            if late:
                earlier = "row was" if late == 1 else "rows were"
                self.notes.append(f"{late:,} {earlier} submitted before the row above: sorted by submission, ties as in the file")
        arguments: dict[str, Any] = {key: tuple(table) or ("",) for key, table in self.names.items()}
        return in_order_of_appearance(Jobs.build(epoch_s=epoch_s, **(arguments | columns)))

    def _without_repeats(self, columns: dict[str, Ints]) -> dict[str, Ints]:
        """Refuses all but the first row of a job id. `_id` is the id compared; `job_id` what the table shows."""
        ids = columns.pop("_id", columns.get("job_id"))
        if ids is None or len(ids) < 2 or bool((ids[1:] > ids[:-1]).all()):
            return columns
        _, heads = np.unique(ids, return_index=True)
        repeated = np.ones(len(ids), np.bool_)
        repeated[heads] = False
        if not repeated.any():
            return columns
        lines = columns["_line"][repeated]
        texts = dict(zip(lines.tolist(), self.text_of(lines), strict=True))
        self.rejects += [Reject(line, "job_id", "seen before", text) for line, text in texts.items()]
        return {name: values[~repeated] for name, values in columns.items()}


def without_request(count: int) -> str:
    return f"{count:,} {'job names' if count == 1 else 'jobs name'} no requested time: the run time stands in"


def line_texts(data: bytes, numbers: Ints) -> list[str]:
    """Excerpts of lines by number."""
    buf = np.frombuffer(data, np.uint8)
    at = np.concatenate(([0], np.flatnonzero(buf == 10) + 1, [len(data) + 1]))
    return [excerpt(buf, int(at[n - 1]), int(at[n]) - 1 - bool(buf[at[n] - 2] == 13)) for n in numbers.tolist()]
