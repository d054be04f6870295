"""What the sites hold of data sets, and how long a copy would take to come: asked of the sites themselves, each at most once a second."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from dure.model.datasets import Copy, Link, link_of
from dure.wire.scenario import Scenario

LOOK_S = 1.0


@runtime_checkable
class Holds(Protocol):
    """A site that keeps copies of data sets."""

    def copies(self) -> Sequence[Copy]:
        """Those that are there, whole."""


class Copies:
    """Of all sites of a scenario."""

    def __init__(self, engines: Mapping[str, object], scenario: Scenario) -> None:
        self._engines = engines
        self._stated = {site.name: site.link_bytes_per_s for site in scenario.sites}
        self._known: dict[str, tuple[float, dict[str, Copy]]] = {}

    @property
    def sites(self) -> Sequence[str]:
        return tuple(self._stated)

    def at(self, site: str) -> Mapping[str, Copy]:
        known = self._known.get(site)
        if known is None or time.monotonic() - known[0] >= LOOK_S:
            engine = self._engines.get(site)
            held = engine.copies() if isinstance(engine, Holds) else ()
            known = self._known[site] = (time.monotonic(), {one.sha256: one for one in held})
        return known[1]

    def link(self, site: str) -> Link | None:
        return link_of(tuple(self.at(site).values()), self._stated.get(site))

    def wait_s(self, site: str, sha256: str, size_bytes: int) -> int | None:
        if sha256 in self.at(site):
            return 0
        link = self.link(site)
        return None if link is None else link.seconds(size_bytes)
