"""What an award assumes although nobody wrote it down: figures that nobody answers for, and models that count alike."""

from __future__ import annotations

from collections.abc import Sequence

from dure.model.tenders import Bid, Tender
from dure.present.words import Words


def silent_assumptions(tender: Tender, bids: Sequence[Bid], nobody_named: Sequence[str], say: Words) -> tuple[tuple[str, str, str], ...]:
    """What, who and why, as the assumptions of a file are said."""
    found = []
    if nobody_named:
        kinds = ", ".join(say(f"award.kind_of.{kind}") for kind in nobody_named)
        found.append((say("award.nobody.what", kinds=kinds), say("award.nobody.who"), say("award.nobody.why")))
    alike = tender.alike(line.model for bid in bids for line in bid.lines)
    if alike:
        found.append((say("award.alike.what", models=", ".join(alike)), say("award.alike.who"), say("award.alike.why")))
    return tuple(found)


def means_as_named(assumptions: Sequence[tuple[str, str, str]], said: str, say: Words) -> str:
    """A text with what *assumed* means: where nobody is named it does not speak of a named person."""
    if all(who != say("award.nobody.who") for _, who, _ in assumptions):
        return said
    return said.replace(say("word.assumed.means"), say("award.nobody.means"))
