"""Who gets another quantity, in words."""

from __future__ import annotations

from dure.plan.displaced import Displaced
from dure.present.words import Words

LISTED = 6


def displaced_text(displaced: tuple[Displaced, ...], say: Words) -> str:
    said = [say("award.why.displaced_one", bid=one.bid, before=one.before, after=one.after) for one in displaced[:LISTED]]
    return ", ".join(said) + (" …" if len(displaced) > LISTED else "")
