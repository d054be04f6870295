"""What a grant costs its holder: whole won of the price of credits, and a budget that is never exceeded.

A debt is reckoned from all credits of the grant that were used, not from the last ones: it is rounded down once, entries are
differences of it, and their sum is what is owed whatever the steps were. The stop is hard because the broker is given no more credits
than the budget pays for: what it has not, it cannot place.
"""

from __future__ import annotations

from collections.abc import Sequence

from dure.model.calls import FIRM_PPM_LEAST, FIRM_PPM_MOST, Copay
from dure.model.errors import PeopleError
from dure.model.people import OrganisationKind, Size
from dure.model.units import MICRO

_WHOLE = MICRO * MICRO
"""Micro-credits × won × parts per million in a won."""


def checked_copay(copay: Copay) -> Copay:
    """PeopleError for a price below 0 or a part outside of what firms pay."""
    if copay.price_won < 0:
        raise PeopleError("the price of a credit is below 0", remedy="write won for one credit")
    parts = (copay.firm_ppm, copay.firm_ppm if copay.large_ppm is None else copay.large_ppm)
    if not FIRM_PPM_LEAST <= min(parts) <= max(parts) <= FIRM_PPM_MOST:
        raise PeopleError("firms would not pay 5 to 10 % of the price", remedy="write a part from 50,000 to 100,000 millionths")
    return copay


def copay_ppm(copay: Copay | None, kind: OrganisationKind, size: Size) -> int:
    """The part of the price of a credit that an organisation pays."""
    if copay is None:
        return 0
    part = copay.large_ppm if size is Size.LARGE and copay.large_ppm is not None else copay.firm_ppm
    return {OrganisationKind.FIRM: part, OrganisationKind.YOUNG_FIRM: part // 2}.get(kind, 0)


def owed_won(used_micro: int, price_won: int, share_ppm: int) -> int:
    """What is owed in all once `used_micro` were used: rounded down, in favour of who pays."""
    return used_micro * price_won * share_ppm // _WHOLE


def room_micro(budget_won: int, price_won: int, share_ppm: int) -> int | None:
    """The most micro-credits that a budget pays for; None where nothing is owed whatever is used."""
    rate = price_won * share_ppm
    return ((budget_won + 1) * _WHOLE - 1) // rate if rate else None


CHARGED_EVERY_S = 3_600
"""How long the use of what goes on running is entered at most after it happened."""
CHARGED_LEAST_S = 60


def charge_due(now: int, last_at: int | None, *, running: bool, spent: bool) -> bool:
    """Whether use that was not entered yet is entered now: every hour while something runs, soon where nothing does, at once where all
    is spent.
    """
    if last_at is None or spent:
        return True
    return now - last_at >= (CHARGED_EVERY_S if running else CHARGED_LEAST_S)


def drawn(more: int, rooms: Sequence[int]) -> tuple[int, ...]:
    """So many more micro-credits, taken from allocations in the order in which they were given, each as far as it has room; what is
    beyond all of them (of what ran on when they ended) is of the last.
    """
    found = []
    for room in rooms:
        found.append(min(more, max(0, room)))
        more -= found[-1]
    if found:
        found[-1] += more
    return tuple(found)
