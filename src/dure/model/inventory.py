"""Published fleets: who has, orders or plans how many accelerators, and what they are worth in the reference accelerator.

A part whose model nobody published has no known capacity, and then neither has the fleet: its accelerators are counted, never guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dure.model.catalog import PPM, Confidence

FleetState = Literal["standing", "ordered", "awarded", "announced", "planned"]
STATES: tuple[FleetState, ...] = ("standing", "ordered", "awarded", "announced", "planned")
THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class FleetPart:
    """Accelerators of one model in a fleet; `model` is an id of the catalogue, empty where it is not published or not in the catalogue.

    `called` is the published name of a model that the catalogue lacks: counted by name, of unknown capacity.
    """

    model: str
    accelerators: int
    source: str
    as_of: str
    confidence: Confidence
    note: str
    called: str = ""


@dataclass(frozen=True, slots=True)
class Researchers:
    """A published count of people, and which people they are."""

    count: int
    english: str
    korean: str
    source: str


@dataclass(frozen=True, slots=True)
class PublishedFleet:
    """One fleet as its parts; `researchers` None is unknown."""

    id: str
    english: str
    korean: str
    state: FleetState
    parts: tuple[FleetPart, ...]
    researchers: Researchers | None

    @property
    def accelerators(self) -> int:
        return sum(part.accelerators for part in self.parts)

    @property
    def as_of(self) -> str:
        """The newest date of its parts."""
        return max(part.as_of for part in self.parts)

    def capacity_ppm(self, worth_ppm: Mapping[str, int | None]) -> int | None:
        """Reference accelerators in millionths, `worth_ppm` being what one of a model counts; None as soon as one part is unknown."""
        worths = [worth_ppm.get(part.model) for part in self.parts]
        if any(worth is None for worth in worths):
            return None
        return sum(part.accelerators * worth for part, worth in zip(self.parts, worths, strict=True) if worth is not None)

    def known_ppm(self, worth_ppm: Mapping[str, int | None]) -> int:
        """The capacity of those parts whose model is known: a lower bound."""
        return sum(part.accelerators * (worth_ppm.get(part.model) or 0) for part in self.parts)


def per_thousand(amount_ppm: int | None, researchers: Researchers | None) -> float | None:
    """Of an amount in millionths, how much for a thousand researchers; None where either is unknown."""
    if amount_ppm is None or researchers is None:
        return None
    return amount_ppm * THOUSAND / PPM / researchers.count
