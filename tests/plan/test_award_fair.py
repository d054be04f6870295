"""Cases in which an award was once wrong: fractions of accelerators, matching under caps, ties and flips at a tie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dure.adapters.tenders import load_tender
from dure.model.errors import DureError
from dure.model.tenders import Caps, Lot, Objective
from dure.plan.award import award, award_offers
from dure.plan.check import check
from dure.plan.flips import Field, flip_price, losers
from dure.plan.offers import cheaper
from tests.plan.cases import bid, drawn, everything, line, tender


def test_a_fraction_of_an_accelerator_is_no_public_use() -> None:
    """One of ten with nine for public use holds none: C's one whole accelerator is better than two times nine tenths."""
    bids = [bid(name, line(lot, 10, 10, least=1, public=9)) for name, lot in (("A", "a"), ("B", "b"))]
    made = award(
        tender(Lot(name="a", most=1), Lot(name="b", most=1), Lot(name="c"), budget=20),
        [*bids, bid("C", line("c", 1, 15))],
    )
    assert [(one.bid, one.public) for one in made.choice.takings] == [("C", 1)]
    assert made.choice.objective == 1


@pytest.mark.parametrize("seed", range(24))
def test_the_award_of_shares_is_the_best_of_everything(seed: int) -> None:
    """Small shares and free quantities: what is awarded is rounded down, and so is what is maximised."""
    rules, bids = drawn(seed, 6)
    bids = [
        replace(
            one,
            lines=tuple(
                replace(each, tiers=(replace(each.tiers[0], least=1),), public=max(1, each.most * (2 + seed % 2) // 4))
                for each in one.lines
            ),
        )
        for one in bids
    ]
    if seed % 4 == 0:
        rules = replace(rules, objective=Objective.PUBLIC_CAPACITY, caps=replace(rules.caps, cluster_public=1))
        rules = replace(rules, lots=tuple(replace(lot, least=0, most=5) for lot in rules.lots))
    made = award(rules, bids)
    if rules.caps.cluster_public is None:
        best, awards = everything(rules, bids)
        if best is None:
            assert made.choice.takings == ()
            return
        assert tuple(sorted((one.bid, one.line, one.units) for one in made.choice.takings)) in awards
        if rules.objective is Objective.PUBLIC_CAPACITY:
            assert made.choice.objective == pytest.approx(best)
    assert check(rules, bids, made.choice.takings) == ()


@pytest.mark.parametrize("capped", [False, True])
def test_of_equal_awards_the_first_by_name_is_taken(capped: bool) -> None:
    """A of 2 beside B or C of 4 at one price: whichever names they have and in whatever order they came, the first is taken."""
    rules = tender(Lot(name="gpu", most=7), budget=250, caps=Caps(units=6 if capped else None))
    first = bid("A", line("gpu", 2, 16))
    for names in (("B", "C"), ("C", "B"), ("Z", "D")):
        twins = [bid(name, line("gpu", 4, 29)) for name in names]
        made = award(rules, [first, *twins])
        assert [one.bid for one in made.choice.takings] == ["A", min(names)]


def test_fifteen_equal_offers_are_taken_in_the_order_of_names() -> None:
    rules = tender(Lot(name="gpu", most=14), budget=10_000)
    bids = [bid(f"b{number:02}", line("gpu", 1, 10)) for number in range(15)]
    assert [one.bid for one in award(rules, bids).choice.takings] == [f"b{number:02}" for number in range(14)]


@pytest.mark.parametrize("seed", range(16))
def test_a_price_that_would_win_wins_when_the_award_is_made_with_it(seed: int) -> None:
    rules, bids = drawn(seed, 5)
    made = award(rules, bids)
    if not made.choice.takings:
        return
    field = Field(made)
    for offer in losers(made):
        flip = flip_price(field, offer)
        for cut in [] if flip.change is None else [flip.change]:
            again = award_offers(rules, [cheaper(one.offer, cut) if one.offer.name == offer.name else one.offer for one in made.judged])
            assert again.choice.takes(offer), (offer.name, cut)


MATCH = """\
tender:
  name: m
  procedure: contract
  objective: match_lowest
{rules}
bids:
  - name: A
    operator: a
{bid}
    lines: [{{lot: x, model: nvidia-h200, quantity: 10, price: 100}}]
marks: {{quantity: assumed, price: assumed}}
assume:
  - {{what: all, what_ko: 다, who: me, why: test, why_ko: 시험}}
"""


@pytest.mark.parametrize(
    ("rules", "more", "said"),
    [
        ("  budget: 1000\n  lots: [{name: x}]", "", r":5.*budget"),
        ("  lots: [{name: x, at_least: 20}]", "", r":5.*at_least"),
        ("  lots: [{name: x}]\n  caps: {accelerators: 5}", "", r":6.*accelerators"),
        ("  lots: [{name: x}]", "    alternative: g", r":9.*alternative"),
    ],
)
def test_matching_refuses_what_it_cannot_keep(tmp_path: Path, rules: str, more: str, said: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(MATCH.format(rules=rules, bid=more), encoding="utf-8")
    with pytest.raises(DureError, match=said):
        load_tender(path)
    plain = tmp_path / "plain.yaml"
    plain.write_text(MATCH.format(rules="  lots: [{name: x}]", bid=""), encoding="utf-8")
    assert award(load_tender(plain).tender, load_tender(plain).bids).choice.takings[0].units == 10
