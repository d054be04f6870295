"""What a grant gives and costs: co-pay in whole won with its hard stop, and the watch over under-used allocations."""

from __future__ import annotations

from dure.model.calls import Copay
from dure.model.people import OrganisationKind


def copay_ppm(copay: Copay | None, kind: OrganisationKind) -> int:
    """The part of the price of a credit that an organisation pays: firms theirs, young firms less, all others nothing."""
    if copay is None:
        return 0
    return {OrganisationKind.FIRM: copay.firm_ppm, OrganisationKind.YOUNG_FIRM: copay.young_ppm}.get(kind, 0)
