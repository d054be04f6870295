"""Named data sets: contents that are kept once, named by what is in them, and never changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from dure.model.units import ceil_div

CHUNK_BYTES = 8 << 20
"""A file travels and is kept in pieces of at most so many bytes, so that nobody ever holds a whole one in memory."""
MANIFEST_FORM = 1
COUNTS_BYTES = 16 << 20
"""A copy of fewer bytes tells how long it takes to begin, not how fast the link is."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_NO_VARIABLE = re.compile(r"[^A-Za-z0-9]")
VARIABLE = "DURE_DATA_"


def is_data_name(name: str) -> bool:
    """Whether a data set can be called so: the name becomes a variable and a folder."""
    return _NAME.fullmatch(name) is not None


def is_version(version: str) -> bool:
    return _VERSION.fullmatch(version) is not None


def split_name(named: str) -> tuple[str, str | None]:
    """Name and version of `imagenet@2`; without a version the newest one is meant."""
    name, at, version = named.partition("@")
    return name, version if at else None


def variable_of(named: str) -> str:
    """The variable in which a job finds where a data set lies: `DURE_DATA_IMAGENET` of `imagenet` and of `imagenet@2`."""
    return VARIABLE + _NO_VARIABLE.sub("_", split_name(named)[0]).upper()


@dataclass(frozen=True, slots=True)
class DataSet:
    """One version of a data set. `project` None: everybody's. `sha256` is that of its manifest, which names every byte of it."""

    id: int
    name: str
    version: str
    project: int | None
    person: int
    size_bytes: int
    files: int
    sha256: str
    at: int

    @property
    def named(self) -> str:
        """With its version, as a job spec may write it."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Copy:
    """A data set as a site has it, since second `since`; `took_ms`: how long it took to come, None where that was not measured."""

    sha256: str
    size_bytes: int
    since: int
    took_ms: int | None = None


class Link(NamedTuple):
    """How fast data come to a site: bytes a second, and what that figure is: measured, assumed (the scenario states it)."""

    bytes_per_s: int
    mark: str

    def seconds(self, size_bytes: int) -> int:
        return ceil_div(size_bytes, self.bytes_per_s)


def link_of(copies: tuple[Copy, ...], stated: int | None) -> Link | None:
    """What was measured goes before what is stated; None where neither is there: unknown is not fast."""
    counted = [one for one in copies if one.took_ms and one.size_bytes >= COUNTS_BYTES]
    took_ms = sum(one.took_ms or 0 for one in counted)
    if took_ms:
        return Link(max(1, sum(one.size_bytes for one in counted) * 1_000 // took_ms), "measured")
    return None if stated is None else Link(stated, "assumed")
