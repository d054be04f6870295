"""What a job insists on: models, vendors or memory, in the words of a job spec. Names are looked up elsewhere.

`|` (or `,`) separates alternatives, any of which will do; `:` joins what must hold together:

    h100|h200|mi300x    one of these models
    nvidia              any model of this vendor or group (nvidia, amd, intel, domestic)
    80GB..              at least 80 GB on each accelerator; also 24GB..80GB, ..48GB and 80GB
    amd:80GB..          both
    any                 anything, as nothing at all is
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dure.model.errors import InputError
from dure.wire.quantity import QuantityError, memory_range_gb

FORMS = "names such as h100|h200, a group such as nvidia or domestic, memory such as 80GB.. or 24GB..80GB, or both as amd:80GB.."
LONGEST_TEXT = 200
ANYTHING = ("", "any", "*")
_NAME = re.compile(r"\w[\w.+-]*(?: [\w.+-]+)*")
_MEMORY = re.compile(r"[\d.]*\s*(?:[GT]B)?\s*\.\.|\d[\d.]*\s*[GT]B", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Alternative:
    """What one accelerator must be: of one of these names (none: of any) and with memory within these GB (None: open)."""

    names: tuple[str, ...] = ()
    memory_least_gb: int = 0
    memory_most_gb: int | None = None

    @property
    def asks_memory(self) -> bool:
        return self.memory_least_gb > 0 or self.memory_most_gb is not None

    def fits_memory(self, memory_gb: int) -> bool:
        return self.memory_least_gb <= memory_gb and (self.memory_most_gb is None or memory_gb <= self.memory_most_gb)


@dataclass(frozen=True, slots=True)
class Constraint:
    """Alternatives of which one must hold; none at all: anything will do."""

    alternatives: tuple[Alternative, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that is used, once, in order."""
        return tuple(dict.fromkeys(name for one in self.alternatives for name in one.names))


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
    if len(names) > 1:
        raise InputError(f"{part!r} asks for {' and '.join(names)} at once", remedy="separate alternatives by |")
    least, most = memory or (0, None)
    return Alternative(tuple(names), least, most)
