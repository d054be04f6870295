"""Where a figure of a plan comes from: published with its source, or assumed with who and why."""

from __future__ import annotations

from dure.model.deals import Mark
from dure.wire.quantity import QuantityError

SOURCE = "where it was published"
WHO = "who assumes it, where nobody published it"
WHY = "why this value"


def mark_of(source: str | None, who: str | None, why: str | None) -> Mark:
    """Published with a source, assumed with who and why; anything else is no figure."""
    if source is not None and who is None and why is None:
        return "published"
    if source is None and who is not None and why is not None:
        return "assumed"
    raise QuantityError("says neither who published it nor who assumes it", "write source, or who and why")
