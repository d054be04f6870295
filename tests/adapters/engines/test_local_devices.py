"""Sharing devices: never more than there is of one, whole ones alone, and always the same answer."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dure.adapters.engines.local_devices import Grant, LocalNode, processors, seen_by, share, this_machine

ASKED = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 5_000)), max_size=20)


def test_by_hand() -> None:
    assert share(0, 4, 2_000, []) == [(0, 0, 1000), (0, 1, 1000)]
    assert share(0, 4, 1_000, [(0, 0, 200)]) == [(0, 1, 1000)], "a device that is used in part is not whole"
    assert share(0, 4, 300, [(0, 0, 200), (0, 1, 600), (1, 2, 999)]) == [(0, 1, 300)], "the fullest on which it fits"
    assert share(0, 4, 500, [(0, 0, 200), (0, 1, 600)]) == [(0, 0, 500)]
    assert share(0, 4, 2_500, [(0, 0, 200), (0, 1, 600)]) == [(0, 2, 1000), (0, 3, 1000), (0, 0, 500)]
    assert share(0, 2, 900, [(0, 0, 200), (0, 1, 600)]) is None
    assert share(0, 2, 3_000, []) is None


@given(ASKED)
def test_no_device_is_given_more_than_once(asked: list[tuple[int, int]]) -> None:
    taken: list[Grant] = []
    for node, milli in asked:
        found = share(node, 4, milli, taken)
        used: Counter[int] = Counter()
        for where, device, each in taken:
            used.update({device: each} if where == node else {})
        free = [1000 - used[device] for device in range(4)]
        whole, rest = divmod(milli, 1000)
        fits = free.count(1000) >= whole + (1 if rest else 0) or (
            free.count(1000) >= whole and bool(rest) and any(rest <= each < 1000 for each in free)
        )
        assert (found is not None) == fits
        if found is not None:
            assert sum(each for _, _, each in found) == milli
            assert {where for where, _, _ in found} == {node}
            taken += found
    total: Counter[tuple[int, int]] = Counter()
    for node, device, each in taken:
        total.update({(node, device): each})
    assert all(each <= 1000 for each in total.values())


def test_what_a_program_is_told() -> None:
    grants = [(0, 2, 1000), (0, 3, 250)]
    node = LocalNode(("a", "b", "c", "d"), "amd")
    assert seen_by(node, grants) == {"DURE_DEVICES": "c,d", "DURE_MILLI_DEVICES": "1250", "ROCR_VISIBLE_DEVICES": "c,d"}
    assert processors(node, grants) == []


def test_without_accelerators_there_are_processors() -> None:
    here = this_machine()
    assert len(here.devices) >= 1
    if here.vendor == "cpu":
        assert processors(here, [(0, 0, 1000)]) == [int(here.devices[0])]
        assert set(seen_by(here, [(0, 0, 1000)])) == {"DURE_DEVICES", "DURE_MILLI_DEVICES"}
    assert processors(LocalNode(("99999",)), [(0, 0, 1000)]) == [], "a processor that is not there binds nothing"
