"""A month that is over is reckoned by the terms of then: rates, powers and weights that are changed later are changed from then on."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

import dure
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.people import People
from dure.adapters.store.rules import RuleSet, rule_sets
from dure.adapters.store.schema import attempt
from dure.adapters.store.sql import Inbox
from dure.bootstrap.accounts import Accounts
from dure.bootstrap.held import Held
from dure.bootstrap.places import Places
from dure.bootstrap.serve import Served, take_lead
from dure.bootstrap.sites import engines_of
from dure.bootstrap.terms import Dated, Terms, dated, told
from dure.ledger.books import PROGRAMME, balances
from dure.ledger.months import month_at

RELEASE = Path(__file__).resolve().parents[1] / "releases" / dure.__version__
NOTHING = Terms(None, None, None)
TERMS = st.builds(Terms, *(st.none() | st.integers(1, 9),) * 3)


class Office:
    """A store of this release under scenarios that change."""

    def __init__(self, folder: Path) -> None:
        for name in ("store.db", "scenario.yaml"):
            shutil.copy(RELEASE / name, folder / name)
        self.served = Served(folder / "scenario.yaml", folder)
        self.engine = connect(self.served.address)
        migrate(self.engine)
        with self.engine.connect() as connection:
            self.now = int(connection.execute(select(func.max(attempt.c.placed_at))).scalar_one()) + 4_000
        self.asked, self.month = self.now, month_at(self.now)
        self.said: list[str] = []

    def lead(self, *changes: tuple[str, str]) -> Accounts:
        """Whoever leads from now on reads the scenario as it is changed."""
        text = self.served.scenario.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.served.scenario.write_text(text)
        grounds = self.served.grounds()
        self.now += 10
        take_lead(self.engine, grounds, self.served.data, engines_of(grounds, self.served.data), "x", lambda: self.now, self.said.append)
        return self.accounts()

    def accounts(self) -> Accounts:
        people = People(self.engine, Inbox(self.engine))
        return Accounts(self.engine, Places(self.served.grounds()), people, Held(self.engine), lambda: self.asked)

    def worth(self, accounts: Accounts) -> dict[str, int]:
        """What is due for the month to each operator."""
        return {name: accounts.settlement(name, self.month).won for name in accounts.operators()}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_rate_that_is_changed_is_changed_from_then_on(office: Office) -> None:
    first = office.lead()
    worth, books, used = office.worth(first), first.entries(office.month), first.used("attempt")
    assert worth["north-works"] > 0
    later = office.lead(("rate: 2000", "rate: 3000, power: 9999W"), ("rate: 1500}", "rate: 700}"))
    assert [one.text["terms"]["north/a"]["rate_won"] for one in rule_sets(office.engine)[1:]] == [2_000, 3_000]
    assert office.worth(later) == worth
    assert later.entries(office.month) == books
    assert later.used("attempt") == used
    copaid = sum(one.won for one in books if one.kind == "copay")
    assert copaid > 0
    assert balances(books)[PROGRAMME] == copaid - sum(worth.values())


def test_what_nobody_had_agreed_is_paid_once_somebody_has(office: Office) -> None:
    before = office.worth(office.lead((", rate: 1500}", "}")))
    after = office.worth(office.lead(("accelerators_per_node: 8}", "accelerators_per_node: 8, rate: 1500}")))
    assert before["south-works"] == 0
    assert after["south-works"] > 0
    assert after["north-works"] == before["north-works"]


def test_a_weight_stays_the_one_with_which_the_log_began(office: Office) -> None:
    first = office.lead()
    spent, grounds = first.spent(), office.served.grounds()
    assert sum(spent.values()) > 0
    weighed = "\ncatalog: {billing_weights: {nvidia-h100: 3.0, amd-mi300x: 0.96}}\npolicy:"
    later = office.lead(("\npolicy:", weighed))
    assert later.spent() == spent
    assert [one.weight_ppm for one in office.served.grounds().floor.pools] == [one.weight_ppm for one in grounds.floor.pools]
    assert [one for one in office.said if "weight" in one] == [
        "north/a: the billing weight stays 1, as when the log began; the scenario says 3"
    ]


@given(st.lists(TERMS, min_size=1, max_size=6))
def test_terms_by_hand(steps: Sequence[Terms]) -> None:
    """Each field: as it was written last, and before anybody wrote it as it was written first."""
    sets = [RuleSet(n, "", n, 100 * n, {"terms": told({"a": one})}) for n, one in enumerate(steps)]
    found = dated(sets, {})
    for second in (0, 50, 100, 250, 333, 600, 10_000):
        at = min(second // 100, len(steps) - 1)
        for name, value in found.at(second)["a"]._asdict().items():
            written = [getattr(one, name) for one in steps]
            unknown_so_far = not any(one is not None for one in written[: at + 1])
            assert value == (next((one for one in written if one is not None), None) if unknown_so_far else written[at])


def test_where_nobody_wrote_anything_the_scenario_holds() -> None:
    now = {"a": Terms(7, None, None)}
    assert dated((), now) == Dated((0,), (now,))
    assert dated([RuleSet(1, "", 0, 5, {})], now).at(3) == now
    assert Dated((5, 9), (now, {"a": NOTHING})).number(np.array([0, 5, 8, 9, 99])).tolist() == [0, 0, 0, 1, 1]
