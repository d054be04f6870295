"""dstack's accelerator grammar, read as it is: how many accelerators, of which models, with how much memory.

What a person who comes from dstack writes after `gpu:` means the same here; `GRAMMAR` is what docs/JOBSPEC.md prints. The models and
memory are said in the words of `wire.constraint` (`Wish.constraint`), so that one place decides what fits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dure.model.catalog import fold
from dure.model.errors import InputError
from dure.model.needs import Alternative, Constraint
from dure.wire.constraint import VENDORS
from dure.wire.quantity import QuantityError, count, memory_range_gb, memory_range_text

GRAMMAR = """\
wish   = part { ":" part }              each kind of part at most once, in any order
part   = vendor | names | memory | count
vendor = "nvidia" | "amd" | "intel" | "google" | "tpu" | … | "domestic"
names  = name { "," name }              a name begins with a letter: h100, mi300x
memory = amount | amount ".." [ amount ] | ".." amount       a unit at one end at least: 80GB, 24GB.., 24..80GB
count  = number | number ".." [ number ] | ".." number       8, 2.., 2..8
"""
WISH_FORMS = "a number such as 8, or parts such as h100:8, 24GB..:2, amd:80GB.. or nvidia:h100,h200:8:80GB.."
LONGEST_TEXT = 200
COUNT_MOST = 1_000_000

_ALIASES = {"tpu": "google", "tt": "tenstorrent"}
_NAME = re.compile(r"[A-Za-z][\w.+-]*(?: [\w.+-]+)*", re.ASCII)
_AROUND = re.compile(r"\s*(:|,|\.\.)\s*")
_UNIT = re.compile(r"([0-9.,_]+)\s*([GT]B)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """One accelerator: of this vendor (empty: of any), of one of these models (none: of any), within these GB; and how many of it.

    A most of None is open. `count_least` is what a job gets: a time is stated for one number of accelerators.
    """

    vendor: str = ""
    names: tuple[str, ...] = ()
    memory_least_gb: int = 0
    memory_most_gb: int | None = None
    count_least: int = 1
    count_most: int | None = 1

    @property
    def asks_memory(self) -> bool:
        return self.memory_least_gb > 0 or self.memory_most_gb is not None

    @property
    def constraint(self) -> Constraint:
        """The same without the count: what `parse_constraint` reads from `constraint_text` of it."""
        if not (self.vendor or self.names or self.asks_memory):
            return Constraint()
        least, most = self.memory_least_gb, self.memory_most_gb
        if not self.names:
            return Constraint((Alternative((self.vendor,) if self.vendor else (), least, most),))
        return Constraint(tuple(Alternative((name,), least, most, self.vendor) for name in self.names))


def parse_wish(text: str) -> Wish:
    """The wish that a text states; InputError says which part cannot be read and what may be written."""
    if len(text) > LONGEST_TEXT:
        raise InputError(f"a wish of {len(text):,} characters", remedy=f"write {WISH_FORMS}")
    found: dict[str, str] = {}
    for part in _AROUND.sub(r"\1", text.strip()).split(":"):
        kind = _kind(part, text)
        if kind in found:
            raise InputError(f"{found[kind]!r} and {part!r} in {text!r} are both a {kind}", remedy=f"write {WISH_FORMS}")
        found[kind] = part
    vendor = found.get("vendor", "").lower()
    least, most = _memory(found["memory"], text) if "memory" in found else (0, None)
    count_least, count_most = parse_counts(found.get("count", "1"))
    return Wish(_ALIASES.get(vendor, vendor), _names(found.get("names", ""), text), least, most, count_least, count_most)


def wish_text(wish: Wish) -> str:
    """The shortest text that `parse_wish` reads as the same wish."""
    parts = [wish.vendor, ",".join(wish.names)]
    if wish.asks_memory:
        parts.append(memory_range_text(wish.memory_least_gb, wish.memory_most_gb))
    counts = counts_text(wish.count_least, wish.count_most)
    if counts != "1" or not any(parts):
        parts.append(counts)
    return ":".join(part for part in parts if part)


def parse_counts(text: str) -> tuple[int, int | None]:
    """Least and most of `8`, `2..8`, `2..` (None: open) or `..8` (1 to 8); InputError."""
    low, dots, high = (part.strip() for part in text.partition(".."))
    try:
        least = count(low) if low or not dots else 1
        most = (count(high) if high else None) if dots else least
    except QuantityError as error:
        raise InputError(error.what, remedy=f"write {WISH_FORMS}") from None
    if not low and not high:
        raise InputError(f"{text!r} is not a number of accelerators", remedy=f"write {WISH_FORMS}")
    if least < 1 or most == 0:
        raise InputError("0 accelerators", remedy="ask for at least one")
    if most is not None and most < least:
        raise InputError(f"{text} ends below its beginning", remedy=f"write {WISH_FORMS}")
    if max(least, most or 0) > COUNT_MOST:
        raise InputError(f"{text} is more than {COUNT_MOST:,} accelerators", remedy="split the job, or write an array")
    return least, most


def counts_text(least: int, most: int | None) -> str:
    """What `parse_counts` reads as the same."""
    return str(least) if most == least else f"{least}..{'' if most is None else most}"


def _kind(part: str, text: str) -> str:
    """dstack's order of questions: a vendor; a name begins with a letter; memory has a unit; what is left is a count."""
    if not part:
        raise InputError(f"an empty part in {text!r}", remedy=f"write {WISH_FORMS}")
    if fold(part) in VENDORS or fold(part) in _ALIASES:
        return "vendor"
    if part[0].isalpha():
        return "names"
    return "memory" if any(letter.isalpha() for letter in part) else "count"


def _names(part: str, text: str) -> tuple[str, ...]:
    names = part.split(",") if part else []
    for name in names:
        if name.lower() == "any":
            raise InputError(f"`any` in {text!r} narrows nothing", remedy="leave it out: a number alone is of any model")
        if not _NAME.fullmatch(name) or ".." in name:
            raise InputError(f"{name!r} in {text!r} is not the name of a model", remedy=f"write {WISH_FORMS}")
        if fold(name) in VENDORS:
            raise InputError(f"{name!r} in {text!r} is a vendor beside models", remedy="set the vendor apart by a colon: nvidia:h100,h200")
    return tuple(dict.fromkeys(fold(name) for name in names))


def _memory(part: str, text: str) -> tuple[int, int | None]:
    """A unit at one end holds for both; dstack also takes `gb` and counts a bare number as GB where the other end has a unit."""
    ends = [_UNIT.sub(lambda found: found[1] + found[2].upper(), end) for end in part.split("..")]
    unit = next((end[-2:] for end in ends if end.endswith(("GB", "TB"))), "")
    whole = [end + unit if end and unit and not end.endswith(("GB", "TB")) else end for end in ends]
    try:
        return memory_range_gb("..".join(whole))
    except QuantityError as error:
        raise InputError(f"{error.what} in {text!r}", remedy=error.remedy) from None
