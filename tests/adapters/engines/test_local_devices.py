"""Sharing devices: never more than there is of one, whole ones alone, and always the same answer."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
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
    node = LocalNode(("4", "5", "6", "7"), "rocm")
    assert seen_by(node, grants) == {"DURE_VISIBLE_DEVICES": "6,7", "DURE_MILLI_DEVICES": "1250", "ROCR_VISIBLE_DEVICES": "6,7"}
    assert processors(node, grants) == []


@pytest.mark.parametrize(
    ("files", "node"),
    [
        (["dev/nvidia0", "dev/nvidia1", "dev/nvidia10", "dev/nvidiactl", "dev/nvidia-uvm"], LocalNode(("0", "1", "10"), "cuda")),
        (["dev/accel/accel0", "dev/accel/accel_controlD0"], LocalNode(("0",), "habana")),
        (["dev/rbln0", "dev/rbln1", "dev/rsd0"], LocalNode(("0", "1"), "rbln")),
        (["dev/rngd/npu0mgmt", "dev/rngd/npu0pe0", "dev/rngd/npu1mgmt"], LocalNode(("0", "1"), "furiosa")),
    ],
)
def test_accelerators_are_found_by_their_drivers_files(tmp_path: Path, files: list[str], node: LocalNode) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert this_machine(tmp_path) == node


def test_a_processor_of_amd_is_no_accelerator(tmp_path: Path) -> None:
    for node, number in enumerate(("0", "0", "51234", "51235")):
        place = tmp_path / "sys/class/kfd/kfd/topology/nodes" / str(node)
        place.mkdir(parents=True)
        (place / "gpu_id").write_text(f"{number}\n")
    assert this_machine(tmp_path) == LocalNode(("0", "1"), "rocm")


def test_without_accelerators_there_are_processors(tmp_path: Path) -> None:
    here = this_machine(tmp_path)
    assert (here.stack, here.devices) == ("cpu", tuple(str(cpu) for cpu in sorted(os.sched_getaffinity(0))))
    assert processors(here, [(0, 0, 1000)]) == [int(here.devices[0])]
    assert set(seen_by(here, [(0, 0, 1000)])) == {"DURE_VISIBLE_DEVICES", "DURE_MILLI_DEVICES"}
    assert processors(LocalNode(("99999",)), [(0, 0, 1000)]) == [], "a processor that is not there binds nothing"
