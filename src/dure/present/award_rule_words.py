"""The rules of an award in words: `lot at least [big]` reads "the least quantity of lot big"; programs keep the raw name."""

from __future__ import annotations

import re
from typing import Final

from dure.plan.award import Award
from dure.plan.elastic import Given
from dure.present.award_tables import lot_name, money, number
from dure.present.words import PHRASES, Words

_NAME: Final = re.compile(r"(?P<head>[^\[\]]+?)(?: \[(?P<inner>.*)\])?")
_LOTS: Final = ("lot at least", "lot at most")
_ELIGIBLE: Final = "eligible: "
_WON: Final = re.compile(r"(\d+) won")


def award_rule(award: Award, name: str, say: Words) -> str:
    """One rule in words; a name that nobody taught this table stays as it is."""
    found = _NAME.fullmatch(name)
    if found is None:
        return name
    head, inner = found["head"], found["inner"] or ""
    if head.startswith(_ELIGIBLE):
        rule = next((one for one in award.tender.eligibility if one.name == head.removeprefix(_ELIGIBLE)), None)
        said = head.removeprefix(_ELIGIBLE) if rule is None else rule.name_ko if say.lang == "ko" and rule.name_ko else rule.name
        return say("award.rule.eligible", a=inner, rule=said)
    key = f"award.rule.{head.replace(' ', '_')}"
    if key not in PHRASES:
        return name
    return say(key, a=lot_name(award, inner, say) if head in _LOTS else inner)


def gives_text(award: Award, one: Given, say: Words) -> str:
    """How far a rule would have to give, in accelerators or won."""
    scaled = _WON.fullmatch(one.unit)
    if scaled is not None:
        amount = money(award.tender, round(one.amount * int(scaled[1])), say)
    else:
        amount = say("award.rule.bids" if one.unit == "bids" else "award.rule.accelerators", n=number(one.amount))
    return say(f"award.gives_{one.side}", rule=award_rule(award, one.row, say), amount=amount)
