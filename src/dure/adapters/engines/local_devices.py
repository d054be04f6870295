"""Which devices of a node an attempt gets, and how a program is told: never one device twice, fractions together on one.

What is taken is read from the folders of open attempts, so it is the same after a restart.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dure.wire.wrapper import visible_devices

MILLI = 1_000
PROCESSORS = "cpu"
"""The stack of a node whose slots are processors: they are an affinity, no variable."""
_FILES: Mapping[str, tuple[str, str]] = {
    "cuda": ("/dev", r"nvidia(\d+)"),
    "habana": ("/dev/accel", r"accel(\d+)"),
    "rbln": ("/dev", r"rbln(\d+)"),
    "furiosa": ("/dev/rngd", r"npu(\d+).*"),
}
"""Software stack → where its driver puts its devices, and how their numbers are read."""
_AMD = Path("/sys/class/kfd/kfd/topology/nodes")
Grant = tuple[int, int, int]
"""(node, device of the node, milli-devices of it)"""


@dataclass(frozen=True, slots=True)
class LocalNode:
    """A node on this machine: `devices` are the numbers that the software stack of their vendor knows, processors where there is none."""

    devices: tuple[str, ...]
    stack: str = PROCESSORS


def this_machine(root: Path = Path("/")) -> LocalNode:
    """The accelerators of this machine; where none is found, its processors, one slot each."""
    for stack, (folder, pattern) in _FILES.items():
        if found := _numbers(root / folder.lstrip("/"), pattern):
            return LocalNode(tuple(str(number) for number in sorted(found)), stack)
    if boards := _amd(root / str(_AMD).lstrip("/")):
        return LocalNode(tuple(str(number) for number in range(len(boards))), "rocm")
    return LocalNode(tuple(str(cpu) for cpu in sorted(os.sched_getaffinity(0))))


def _numbers(folder: Path, pattern: str) -> set[int]:
    if not folder.is_dir():
        return set()
    matches = (re.fullmatch(pattern, path.name) for path in folder.iterdir())
    return {int(match[1]) for match in matches if match}


def _amd(folder: Path) -> set[str]:
    """Nodes of AMD's driver that are accelerators: those of processors have 0 for a number."""
    return {path.parent.name for path in folder.glob("*/gpu_id") if path.read_text(encoding="ascii").strip() not in ("", "0")}


def share(node: int, devices: int, milli: int, taken: Iterable[Grant]) -> list[Grant] | None:
    """Devices for `milli` of a node, the first free ones; None where there are not so many.

    Whole devices are nobody else's. The rest of a thousand goes to the fullest device on which it still fits, so that whole ones stay.
    """
    free = [MILLI] * devices
    for where, device, each in taken:
        if where == node and device < devices:
            free[device] -= each
    whole, rest = divmod(milli, MILLI)
    empty = [device for device in range(devices) if free[device] == MILLI]
    if len(empty) < whole:
        return None
    grants = [(node, device, MILLI) for device in empty[:whole]]
    if rest:
        fits = [(free[device], device) for device in range(devices) if device not in empty[:whole] and free[device] >= rest]
        if not fits:
            return None
        grants.append((node, min(fits)[1], rest))
    return grants


def seen_by(node: LocalNode, grants: Sequence[Grant]) -> dict[str, str]:
    """Variables that say which devices are a program's own: ours, and those that the vendor's software reads."""
    names = [node.devices[device] for _, device, _ in grants]
    shown = visible_devices(node.stack, [int(name) for name in names])
    return {"DURE_VISIBLE_DEVICES": ",".join(names), "DURE_MILLI_DEVICES": str(sum(each for _, _, each in grants))} | shown


def processors(node: LocalNode, grants: Sequence[Grant]) -> list[int]:
    """The processors that a program may use; empty: any."""
    there = os.sched_getaffinity(0)
    wanted = [int(node.devices[device]) for _, device, _ in grants] if node.stack == PROCESSORS else []
    return [cpu for cpu in wanted if cpu in there]
