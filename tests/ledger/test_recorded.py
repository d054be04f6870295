"""The waterfall of a live log against counting second by second."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dure.ledger.recorded import LOSSES, recorded
from dure.ledger.waterfall import COUNTED, LINES
from dure.model.events import Kind
from dure.policy.fold import LIVE

FREE, FAILED = COUNTED.index("no_demand"), COUNTED.index("failed")


def idle(seen: int, pool: int, cause: int, count: int) -> tuple[int, ...]:
    return 0, seen, int(Kind.IDLE), -1, -1, pool, -1, count, 0, cause, seen


def test_servers_that_come_to_a_holder_were_not_delivered_until_then() -> None:
    """One accelerator in each of two pools; the second is a holder's from second 40 on, the first is spoken of from second 10 on."""
    told = np.array([idle(10, 0, FREE, 1_000), idle(40, 1, FREE, 1_000)], LIVE)
    found = recorded(told, [1_000, 1_000], 0, 60, away=[1]).lines
    named = [{name: int(amount) for name, amount in zip(LINES, row, strict=True) if amount} for row in found]
    assert named == [{"unobserved": 10_000, "no_demand": 50_000}, {"not_delivered": 40_000, "no_demand": 20_000}]


def test_by_hand() -> None:
    """One pool of two devices: known at 10, one is busy from 20 to 50 and its program fails, the other fails at 40."""
    told = [
        idle(10, 0, FREE, 2_000),
        idle(20, 0, FREE, 1_000),
        (0, 20, int(Kind.STARTED), 0, 0, 0, -1, 1_000, 0, 0, 20),
        idle(40, 0, FREE, 0),
        idle(40, 0, FAILED, 1_000),
        (0, 50, int(Kind.LOST), 0, 0, 0, -1, 1_000, 30, LOSSES.index("job_error"), 50),
        idle(50, 0, FREE, 1_000),
    ]
    found = recorded(np.array(told, LIVE), [2_000], 0, 60)
    lines = dict(zip(LINES, (found.lines[0] // 1_000).tolist(), strict=True))
    expected = {"unobserved": 20, "no_demand": 2 * 10 + 1 * 20 + 10, "failed": 20, "job_error": 30}
    assert {name: seconds for name, seconds in lines.items() if seconds} == expected
    assert sum(lines.values()) == 2 * 60


CHANGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1), st.integers(0, 2), st.integers(0, 3)), max_size=20)


@given(CHANGES, st.integers(0, 40), st.integers(1, 60))
def test_second_by_second(changes: list[tuple[int, int, int, int]], since: int, length: int) -> None:
    causes = [FREE, FAILED, COUNTED.index("dispatch")]
    now, told = 0, []
    state = np.zeros((2, len(COUNTED)), np.int64)
    first = [None, None]
    history: list[tuple[int, np.ndarray]] = []
    for wait, pool, which, devices in changes:
        now += wait
        rest = state[pool].sum() - state[pool, causes[which]]
        state[pool, causes[which]] = min(devices * 1_000, 8_000 - rest)
        told.append(idle(now, pool, causes[which], int(state[pool, causes[which]])))
        first[pool] = now if first[pool] is None else first[pool]
        history.append((now, state.copy()))
    until = since + length
    found = recorded(np.array(told, LIVE), [8_000, 8_000], since, until)
    wanted = np.zeros((2, len(LINES)), np.int64)
    for second in range(since, until):
        at = max((place for place, (when, _) in enumerate(history) if when <= second), default=-1)
        stands = history[at][1] if at >= 0 else np.zeros_like(state)
        for pool in range(2):
            if first[pool] is None or second < first[pool]:
                wanted[pool, LINES.index("unobserved")] += 8_000
            else:
                wanted[pool, : len(COUNTED)] += stands[pool]
                wanted[pool, LINES.index("productive")] += 8_000 - stands[pool].sum()
    assert found.lines.tolist() == wanted.tolist()
