"""What kind of figure each field of the bids is: nobody may take one for published because nobody said what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dure.wire.problems import Problem

if TYPE_CHECKING:
    from dure.wire.tender import BidEntry, TenderFile

KINDS = ("quantity", "price", "points", "promises")
_PROMISES = ("ready", "pue", "availability", "support", "cluster", "declares")
UNSOURCED = "published by whom? no public source is named"
NAME_A_SOURCE = "write published: with what and source, or mark it assumed"


def held(bids: tuple[BidEntry, ...]) -> tuple[str, ...]:
    """The kinds of figures that these bids hold, and whose mark the file therefore has to state."""
    found = {"quantity", "price"} if bids else set()
    found |= {"points"} if any(one.points_micro for one in bids) else set()
    promised = any(getattr(one, key) for one in bids for key in _PROMISES)
    if promised or any(line.power_each is not None for one in bids for line in one.lines):
        found.add("promises")
    return tuple(kind for kind in KINDS if kind in found)


def mark_problems(file: TenderFile) -> Iterator[Problem]:
    """Marks that are missing, and those that say `published` where the file names no source."""
    missing = [kind for kind in held(file.bids) if getattr(file.marks, kind) is None]
    if len(missing) == len(held(file.bids)) and missing:
        yield Problem(("marks",), "is missing: nobody says what kind of figures the bids hold", f"write marks: {{{_all_assumed(missing)}}}")
        return
    for kind in missing:
        yield Problem(("marks", kind), "is missing, and the bids hold such figures", f"write {kind}: under marks, such as {kind}: assumed")
    if not file.bids or file.published:
        return
    for kind in KINDS:
        if getattr(file.marks, kind) == "published":
            yield Problem(("marks", kind), UNSOURCED, NAME_A_SOURCE)
    for at, bid in enumerate(file.bids):
        for index, line in enumerate(bid.lines):
            if line.model_mark == "published":
                yield Problem(("bids", at, "lines", index, "model_mark"), UNSOURCED, NAME_A_SOURCE)


def nobody_named(file: TenderFile) -> tuple[str, ...]:
    """Kinds that are marked assumed in a file that names nobody who assumes anything."""
    return () if file.assume else tuple(kind for kind in KINDS if getattr(file.marks, kind) == "assumed")


def _all_assumed(kinds: list[str]) -> str:
    return ", ".join(f"{kind}: assumed" for kind in kinds)
