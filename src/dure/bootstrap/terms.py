"""What is agreed for each pool and since when: written down with the rules, so that a run is reckoned by the terms of when it was placed.

What was not known and becomes known is known for all time before: an hour that ran without a rate is paid once there is one. What is
changed is changed from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from dure.adapters.scenario_funds import watts_of
from dure.adapters.store.rules import RuleSet
from dure.bootstrap.grounds import Grounds
from dure.ledger.books import Ints, Place
from dure.model.units import MICRO, round_div
from dure.wire.scenario_sites import Site


class Terms(NamedTuple):
    """Of a pool; None is unknown. `rate_won`: the operator's for an accelerator-hour. `watts`: drawn from the grid for one accelerator at
    work. `promised_ppm`: of what is installed and observed, how much is to be available.
    """

    rate_won: int | None
    watts: int | None
    promised_ppm: int | None


@dataclass(frozen=True, slots=True)
class Dated:
    """Terms of every pool by the second since which they are in force; the first are those of all time before."""

    since: tuple[int, ...]
    terms: tuple[Mapping[str, Terms], ...]

    def number(self, at: Ints) -> Ints:
        """Which terms are in force at each second."""
        found: Ints = np.maximum(0, np.searchsorted(np.array(self.since, np.int64), at, side="right") - 1)
        return found

    def at(self, second: int) -> Mapping[str, Terms]:
        """Those in force at a second."""
        return self.terms[int(self.number(np.array([second], np.int64))[0])]

    def places(self, places: Sequence[Place]) -> list[Place]:
        """Places with the terms of the first time, then with those of the next."""
        return [_agreed(place, of.get(place.path)) for of in self.terms for place in places]


def _agreed(place: Place, terms: Terms | None) -> Place:
    return place if terms is None else place._replace(rate_won=terms.rate_won, watts=terms.watts)


def agreed(grounds: Grounds) -> dict[str, Terms]:
    """What the scenario says now."""
    sites = {site.name: site for site in grounds.scenario.sites}
    written = grounds.scenario.pools
    found = {}
    for pool in grounds.floor.pools:
        where = grounds.loaded.where("sites", pool.site, "pools", pool.path.partition("/")[2])
        busy_w, _ = watts_of(grounds.loaded, grounds.models, written[pool.path], where)
        found[pool.path] = Terms(written[pool.path].rate_won, _drawn(busy_w, sites[pool.site]), written[pool.path].availability_ppm)
    return found


def _drawn(watts: int | None, site: Site) -> int | None:
    """From the grid: with what cools it, where the site says how much that is."""
    return watts if watts is None or site.pue_ppm is None else round_div(watts * site.pue_ppm, MICRO)


def told(terms: Mapping[str, Terms]) -> dict[str, dict[str, int | None]]:
    """As it is written down."""
    return {path: one._asdict() for path, one in terms.items()}


def dated(sets: Sequence[RuleSet], now: Mapping[str, Terms]) -> Dated:
    """What leaders wrote down, one after another; `now`: what holds where nobody has written anything."""
    since: list[int] = []
    found: list[dict[str, Terms]] = []
    for one in sets:
        text: Mapping[str, Any] | None = one.text.get("terms")
        if text is None:
            continue
        terms = (found[-1] if found else {}) | {path: Terms(**of) for path, of in text.items()}
        if not found or terms != found[-1]:
            since.append(one.since_at)
            found.append(terms)
    if not found:
        return Dated((0,), (now,))
    return Dated(tuple(since), tuple(_known_before(found)))


def _known_before(found: Sequence[Mapping[str, Terms]]) -> list[dict[str, Terms]]:
    """With what is unknown at first as it was known first; what was known once and is taken back is unknown from then on."""
    told: list[dict[str, Terms]] = []
    for at, one in enumerate(found):
        full = {}
        for path in found[-1]:
            of = one.get(path, Terms(None, None, None))
            values = []
            for name, value in zip(Terms._fields, of, strict=True):
                before = any(getattr(earlier[path], name) is not None for earlier in found[:at] if path in earlier)
                later = (getattr(more[path], name) for more in found[at:] if path in more)
                values.append(value if value is not None or before else next((one for one in later if one is not None), None))
            full[path] = Terms(*values)
        told.append(full)
    return told
