"""What a plan says of the grid-impact rule, of what it borrows and of its rules, in both languages."""

from __future__ import annotations

import pytest

from dure.model.purchases import BudgetLine, Loan, Order, SiteGrid, SiteRoom
from dure.model.purchases import Purchase as Asked
from dure.plan.purchase import plan
from dure.present.numbers import Lang
from dure.present.plan_terms import borrowed_sums, debts, grid_sentences, grid_table, loan_sentences, loans_table, rules_table
from dure.present.tables import Word
from dure.present.words import Words
from dure.solver import Limits
from tests.plan.purchase_small import machine, money, question

EN, KO = Words(Lang.EN), Words(Lang.KO)


def asked() -> Asked:
    """Ten machines of 1 MW at a site of 10 MW, all of it borrowed: 1,000 won at 5 % over four years, one of them grace."""
    grid = SiteGrid("kr-grid-impact", 10_000_000, 90, (None, None, None))
    lines = (
        BudgetLine(2026, "capex", "policy-loan", 1_000, False, loan=Loan(50_000, 4, 1)),
        *(money("opex", year, 600) for year in range(2026, 2031)),
    )
    room = SiteRoom("s", (12_000_000,) * 3, 1_000_000, grid=grid)
    return question(machine(power_w=1_000_000), years=3, budgets=lines, sites=(room,))


ORDERS = (Order("a", "s", 0, 10),)


def test_which_site_must_ask_and_when() -> None:
    (said,) = grid_sentences(asked(), ORDERS, EN)
    assert (
        said
        == "Grid-impact assessment, due from 10 MW at one place: s asks 90 days before 2026. Until it is passed a site stays below that."
    )
    (korean,) = grid_sentences(asked(), ORDERS, KO)
    assert "2026년보다 90일 전에 신청" in korean
    (none,) = grid_sentences(asked(), (Order("a", "s", 0, 9),), EN)
    assert "no site of the plan reaches that" in none
    (row,) = grid_table(asked(), ORDERS, Word.ASSUMED, EN).rows
    assert [cell.raw for cell in row] == ["s", 10.0, "2026", "2026", 10.0, 90]


@pytest.mark.parametrize("say", [EN, KO])
def test_what_is_owed_by_year(say: Words) -> None:
    made = debts(asked(), ORDERS)
    assert made is not None
    rows = loans_table(asked(), made, Word.ASSUMED, say).rows
    assert [[cell.raw for cell in row if not isinstance(cell.raw, str)] for row in rows] == [
        [2026, 1_000, 0, 0, 1_000],
        [2027, 0, 50, 0, 1_000],
        [2028, 0, 50, 333, 667],
        [2029, 0, 33, 333, 333],
        [2030, 0, 17, 333, 0],
    ]
    assert borrowed_sums(asked(), made) == (("policy-loan", 1_000, 150),)
    (said,) = loan_sentences(asked(), made, say)
    assert "2030" in said


def test_every_kind_of_rule_with_its_unit() -> None:
    made = plan(asked(), Limits(time_s=20.0, gap=0.0))
    rows = rules_table(made.purchase, made.chosen.values, Word.ASSUMED, EN).rows
    found = {row[0].raw: (row[1].text, row[2].raw) for row in rows}
    assert found["site power"] == ("MW", 3)
    assert found["opex_funded"] == ("won", 5)
    assert "grid impact" not in found, "passed from the first day: it limits nothing"
