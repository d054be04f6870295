"""What a broker's book of attempts keeps: everything that is open, and only so many that are over."""

from __future__ import annotations

import numpy as np
import pytest

from dure.model.events import Kind
from dure.model.work import AttemptState
from dure.operate import attempts as book
from dure.operate.attempts import Attempts, of_use
from dure.policy.fold import LIVE


def rows(*told: tuple[Kind, int]) -> np.ndarray:
    """A row of each kind, of that attempt (NODE: of that node)."""
    made = np.zeros(len(told), LIVE)
    for row, (kind, number) in zip(made, told, strict=True):
        row["kind"], row["attempt"], row["count"] = kind, number, 1_000
        row["job"], row["node"] = number, number
    made["seq"] = np.arange(len(told))
    return made


def life(attempt: int) -> list[tuple[Kind, int]]:
    return [(Kind.PLACED, attempt), (Kind.SENT, attempt), (Kind.STARTED, attempt), (Kind.LOST, attempt), (Kind.ENDED, attempt)]


def test_those_that_ended_long_ago_are_forgotten_with_all_that_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "KEPT", 3)
    log = rows((Kind.PLACED, 99), *(one for attempt in range(10) for one in life(attempt)), *((Kind.NODE, node) for node in range(10)))
    kept = Attempts([8_000])
    for row in np.split(log, len(log)):
        kept.note(row)
        kept.forget()
    assert [attempt for attempt in range(100) if attempt in kept] == [7, 8, 9, 99]
    said = [row for row in log.tolist() if kept.said(row) is not None]
    assert {row[4] for row in said if row[2] != Kind.NODE} == {7, 8, 9}
    assert {row[6] for row in said if row[2] == Kind.NODE} == {7, 8, 9}


def test_a_long_log_is_read_without_what_would_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "KEPT", 2)
    refused = [(Kind.PLACED, 50), (Kind.SENT, 50), (Kind.REFUSED, 50)]
    log = rows(*refused, *(one for attempt in range(6) for one in life(attempt)), (Kind.PLACED, 60), (Kind.TICK, -1))
    useful = of_use(log)
    assert set(useful["attempt"].tolist()) == {50, 4, 5, 60}, "what was refused bars a job for a while, whenever it was"
    whole, part = Attempts([8_000]), Attempts([8_000])
    whole.note(log)
    part.note(useful)
    whole.forget()
    part.forget()
    assert [n for n in range(70) if n in whole] == [n for n in range(70) if n in part] == [4, 5, 60]


def test_what_is_placed_in_one_part_of_a_log_and_ends_in_a_later_one_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "KEPT", 2)
    log = rows(*((Kind.PLACED, n) for n in range(9)), *((Kind.ENDED, n) for n in range(8)), *((Kind.NODE, n) for n in range(20, 25)))
    for cut in range(len(log)):
        before, after = Attempts([8_000]), Attempts([8_000])
        before.note(of_use(np.concatenate([of_use(log[:cut]), log[cut:]])))
        after.note(log[:cut])  # as a snapshot has it, that the rows behind it are read on from
        after.note(of_use(log[cut:]))
        for one in (before, after):
            one.forget()
            assert list(one.of(AttemptState.PLACED)) == [8]
            assert [row[6] for row in log.tolist() if row[2] == Kind.NODE and one.said(row) is not None] == [23, 24]
