"""What each loss of the waterfall comes to in won, where the worth of an hour is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dure.ledger.waterfall import LINES, Seconds
from dure.model.reasons import CAUSES
from dure.model.units import HOUR_S, MICRO, round_div, split_largest_remainder

_MENDERS = {cause.name: "|".join(cause.menders) for cause in CAUSES}


def loss_rows(models: Mapping[str, Seconds], value_won: Mapping[str, int | None]) -> list[dict[str, Any]]:
    """A row per cause and one for `productive`. `value_won`: won per accelerator-hour by model, None unknown.

    Each model's contracted time is valued once and split over its lines by largest remainder, so that won add up too. A line is
    unknown as soon as a model with a share in it has no known value.
    """
    seconds = {name: sum(row.lines[index] for row in models.values()) for index, name in enumerate(LINES)}
    contracted = sum(seconds.values())
    won: dict[str, int | None] = dict.fromkeys(LINES, 0)
    for model, row in models.items():
        value = value_won[model]
        worth = None if value is None else round_div(sum(row.lines) * value, HOUR_S)
        parts = None if worth is None or not any(row.lines) else split_largest_remainder(worth, row.lines)
        for index, name in enumerate(LINES):
            if row.lines[index]:
                total = won[name]
                won[name] = None if total is None or parts is None else total + parts[index]
    return [
        {
            "cause": name,
            "device_s": seconds[name],
            "share_of_contracted_ppm": seconds[name] * MICRO // contracted if contracted else 0,
            "won": won[name],
            "mend": _MENDERS.get(name, ""),
        }
        for name in LINES
    ]
