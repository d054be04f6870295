"""What a job insists on: models, vendors or memory, in the words of a job spec. Names are looked up elsewhere.

`|` (or `,`) separates alternatives, any of which will do; `:` joins what must hold together:

    h100|h200|mi300x    one of these models
    nvidia              any model of this vendor or group (nvidia, amd, intel, domestic)
    80GB..              at least 80 GB on each accelerator; also 24GB..80GB, ..48GB and 80GB
    amd:80GB..          both
    nvidia:h100:80GB..  this model, of this vendor
    any                 anything, as nothing at all is

`wire.wish` reads the accelerator grammar of dstack, which has counts, and says the same in these words.
"""

from __future__ import annotations

import re

from dure.model.catalog import fold
from dure.model.errors import InputError
from dure.model.needs import Alternative, Constraint
from dure.wire.quantity import QuantityError, memory_range_gb, memory_range_text

__all__ = ["Alternative", "Constraint", "constraint_text", "parse_constraint"]

FORMS = "names such as h100|h200, a group such as nvidia or domestic, memory such as 80GB.. or 24GB..80GB, or both as amd:80GB.."
LONGEST_TEXT = 200
ANYTHING = ("", "any", "*")
_NAME = re.compile(r"\w[\w.+-]*(?: [\w.+-]+)*")
_MEMORY = re.compile(r"[\d.]*\s*(?:[GT]B)?\s*\.\.|\d[\d.]*\s*[GT]B", re.IGNORECASE)


VENDORS = (
    *("nvidia", "amd", "intel", "furiosaai", "rebellions", "google", "aws", "huawei", "graphcore", "tenstorrent"),
    *("domestic", "other"),
)
"""Words that may stand before the name of a model: the vendors and groups of the catalogue (a test compares them)."""


def parse_constraint(text: str) -> Constraint:
    """The constraint that a text states; InputError says which part cannot be read and what may be written."""
    if len(text) > LONGEST_TEXT:
        raise InputError(f"a constraint of {len(text):,} characters", remedy=f"write at most {LONGEST_TEXT}: {FORMS}")
    if text.strip().lower() in ANYTHING:
        return Constraint()
    parts = [part.strip() for part in re.split(r"[|,]", text)]
    if any(part.lower() in ANYTHING for part in parts):
        bad = "an empty alternative" if "" in parts else "`any` beside alternatives that narrow it"
        raise InputError(f"{bad} in {text!r}", remedy=f"write {FORMS}")
    return Constraint(tuple(_alternative(part, text) for part in parts))


def _alternative(part: str, text: str) -> Alternative:
    names: list[str] = []
    memory: tuple[int, int | None] | None = None
    for term in (term.strip() for term in part.split(":")):
        if _MEMORY.match(term):
            if memory is not None:
                raise InputError(f"two ranges of memory in {part!r}", remedy="write one, such as 24GB..80GB")
            try:
                memory = memory_range_gb(term)
            except QuantityError as error:
                raise InputError(f"{error.what} in {text!r}", remedy=error.remedy) from None
        elif term.isdigit():
            raise InputError(f"{term!r} in {text!r} is a number without a unit", remedy="write memory as 80GB..; counts stand in `devices`")
        elif _NAME.fullmatch(term):
            names.append(term)
        else:
            raise InputError(f"{term!r} in {text!r} cannot be read", remedy=f"write {FORMS}")
    vendors = [name for name in names if fold(name) in VENDORS]
    if len(names) > 2 or (len(names) == 2 and len(vendors) != 1):
        raise InputError(f"{part!r} asks for {' and '.join(names)} at once", remedy="separate alternatives by |")
    least, most = memory or (0, None)
    if len(names) == 2:
        vendor = vendors[0]
        return Alternative(tuple(name for name in names if name is not vendor), least, most, vendor)
    return Alternative(tuple(names), least, most)


def constraint_text(constraint: Constraint) -> str:
    """What `parse_constraint` reads as the same, each name an alternative of its own; empty where anything will do."""
    return "|".join(_term(one, name) for one in constraint.alternatives for name in one.names or ("",))


def _term(one: Alternative, name: str) -> str:
    memory = memory_range_text(one.memory_least_gb, one.memory_most_gb) if one.asks_memory else ""
    return ":".join(part for part in (one.vendor, name, memory) if part)
