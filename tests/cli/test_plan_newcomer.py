"""What a newcomer to the planning commands stumbled over: each is answered with what was meant, or said where it was silent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dure.cli.main import main
from dure.model.purchases import Assumed
from dure.present.assumed_lines import short
from dure.present.numbers import Lang
from dure.present.words import Words
from dure.wire.quantity import QuantityError, price
from dure.wire.ranges import outside_price
from tests.cli.test_plan_mistakes import said

EXAMPLES = Path("examples").resolve()
KOREA, SMALL = str(EXAMPLES / "korea-50k.yaml"), str(EXAMPLES / "study-small.yaml")
TABLE = str(EXAMPLES / "applications.csv")


def printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("growth", "what", "remedy"),
    [
        ("100..150", "growth to 150 times", "did you mean 100%..150%?"),
        ("105..110%", "is no factor", ""),
        ("10%..50%", "a fall to 50%", "did you mean 110%..150%? 100% = no growth; a fall is written as a factor, like 0.1..0.5"),
        ("1.2..5", "growth to 5 times", "100% = no growth"),
    ],
)
def test_growth_that_nobody_means(growth: str, what: str, remedy: str, capsys: pytest.CaptureFixture[str]) -> None:
    if what == "is no factor":  # 105 a year and 110 %: the ends are out of order
        assert "write the lower end first" in said(["demand", "project", TABLE, "--growth", growth], capsys)
        return
    text = said(["demand", "project", TABLE, "--growth", growth], capsys)
    assert what in text
    assert remedy in text


@pytest.mark.parametrize(
    ("growth", "quarter"), [("100%..100%", "0.0 %"), ("1..1", "0.0 %"), ("144%..144%", "9.5 %"), ("0.5..0.5", "-15.9 %")]
)
def test_growth_is_told_by_year_and_by_quarter(growth: str, quarter: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The fourth root by hand: 1.44 is 1.0954 four times, 0.5 is 0.8409."""
    text = " ".join(printed(["demand", "project", TABLE, "--growth", growth], capsys).split())
    value = growth.partition("..")[0]
    year = float(value.removesuffix("%")) / 100 if value.endswith("%") else float(value)
    assert f"Growth assumed: {100 * (year - 1):.1f} % a year" in text
    assert "100% = no growth" in text
    assert f"{quarter} a quarter" in text


def test_a_price_without_its_scale_word(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(["plan", "run", KOREA, "--set", "plan.cost.prices[1].price=7000"], capsys)
    assert "--set: plan.cost.prices[1].price: 7,000 won lies outside its range, 60,000,000 won to 88,000,000 won" in text
    assert "did you mean 7000만?" in text
    text = said(["plan", "run", KOREA, "--set", "plan.cost.prices[1].price=2억"], capsys)
    assert "200,000,000 won" in text
    assert "write range: [lowest, highest] around the value" in text


@pytest.mark.parametrize(
    ("value", "low", "high", "remedy"),
    [
        ("70", "6000만", "8800만", "did you mean 70mn?"),
        ("3", "1억", "4억", "did you mean 3억?"),
        ("7000억", "6000만", "8800만", "did you mean 70000000?"),
        ("1 USD", "2 USD", "3 USD", "around the value"),
        ("1 USD", "2 EUR", "3 EUR", "write all three alike"),
        ("9%", "2%", "8%", "around the value"),
    ],
)
def test_the_word_that_was_left_out(value: str, low: str, high: str, remedy: str) -> None:
    found = outside_price(price(value), (price(low), price(high)))
    assert isinstance(found, QuantityError)
    assert remedy in found.remedy


def changed(tmp_path: Path, *pairs: tuple[str, str]) -> str:
    text = Path(KOREA).read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_share_whose_ends_cross_names_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(["plan", "run", changed(tmp_path, ("least: 50%, most: 60%", "least: 50%, most: 40%"))], capsys)
    assert re.search(r"own.yaml:\d+: plan.purchase.shares\[NVIDIA\]: least \(50%\) is more than most \(40%\)", text)
    assert "lower least or raise most" in text


@pytest.mark.parametrize(
    ("year", "what", "remedy"),
    [
        ("2062", "2062 is after the plan's last year (2036)", "did you mean 2026?"),
        ("2047", "2047 is after", "write years of 2026 to 2036"),
        ("2025", "2025 is before the plan's first year (2026)", "write years of 2026 to 2036"),
    ],
)
def test_money_of_a_year_outside_the_plan(year: str, what: str, remedy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.yaml"
    budget = f"plan: {{purchase: {{budgets: [{{kind: capex, source: state, won: {{2027: 1조,\n  {year}: 1000억}}}}]}}}}"
    path.write_text(f"extends: {KOREA}\n{budget}\n", encoding="utf-8")
    text = said(["plan", "run", str(path)], capsys)
    assert f"own.yaml:3: plan.purchase.budgets[0].won.{year}: {what}" in text
    assert remedy in text


def test_a_lead_time_in_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(["plan", "run", SMALL, "--set", "plan.purchase.machines[0].lead=6m"], capsys)
    assert "6m is not a lead time; did you mean 6mo?" in text
    assert text.count("6m is not") == 1


def test_a_table_is_no_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", TABLE]) == 2
    assert f"a table of applications, not a scenario; run dure demand project {TABLE}" in capsys.readouterr().err
    assert main(["check", str(EXAMPLES / "measured-use.csv"), "--lang", "ko"]) == 2
    assert "시나리오가 아니라 사용량 목록" in capsys.readouterr().err


def test_a_copy_that_leaves_behind_what_it_extends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: korea-50k.yaml\n", encoding="utf-8")
    text = said(["plan", "run", str(path)], capsys)
    assert "copy it here too, or write its path: `extends: FOLDER/korea-50k.yaml`; beside it: mine.yaml" in text


@pytest.mark.parametrize("words", [["--langg", "ko", "plan"], ["plan", "run", "--langg", "ko", SMALL]])
def test_a_mistyped_language(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean --lang?" in said(words, capsys)


def test_every_example_that_extends_another_has_a_name_of_its_own() -> None:
    for path in EXAMPLES.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"^extends:", text, re.MULTILINE):
            assert re.search(r"^programme:\n  name: .+\n  name_ko: .+", text, re.MULTILINE), path.name


def test_the_head_names_the_file_and_like_assumptions_share_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Who assumes it and why stands in --detail; the short form has a line for each kind of figure, and loses none."""
    brief, whole = (printed(["plan", "run", SMALL, *more], capsys) for more in ([], ["--detail"]))
    assert brief.startswith("study-small.yaml · A small plan · purchase plan")
    assert "assumed by" not in brief
    assert "assumed by" in whole
    heading, *listed = brief.split("\n\n")[1].splitlines()
    assert "--detail" in heading
    said = " ".join(line.strip() for line in listed)
    assert "price of accelerators per accelerator: nvidia-h200 ₩50M (₩43M – ₩65M); amd-mi300x ₩33M" in said
    assert "life of machines = 4 years" in said
    every = [line for line in whole.split("\n\n")[1].splitlines() if line.startswith("- ")]
    assert len(every) == 23
    assert said.count("; ") + sum(line.startswith("- ") for line in listed) == len(every)


def test_years_of_a_class_fold_into_the_first_and_the_last() -> None:
    say = Words(Lang.EN)
    years = ", ".join(f"{year - 2000:,} ({year})" for year in range(2026, 2036))
    one = Assumed("demand", "tuning", "", "examples", "invented", "지어낸 값", years, unit="reference accelerators")
    assert short(one, say) == "demand for tuning = 26 (2026) … 35 (2035) reference accelerators"
    few = Assumed("demand", "tuning", "", "examples", "invented", "지어낸 값", "26 (2026), 27 (2027)", unit="reference accelerators")
    assert "26 (2026), 27 (2027)" in short(few, say)


def test_korean_names_of_plan_and_classes(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(["plan", "cost", SMALL, "--lang", "ko"], capsys)
    assert "작은 계획" in text.split("단위별 비용")[1]
    assert "A small plan" not in text
    text = printed(["demand", "project", TABLE, "--scenario", KOREA, "--lang", "ko"], capsys)
    assert "사전학습" in text
    assert "pretraining" not in text


def test_what_changed_in_few_lines_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "more.yaml"
    text = Path(SMALL).read_text(encoding="utf-8")
    years = re.search(r"kind: opex.*won: \{(.*?)\}", text)
    assert years is not None
    more = re.sub(r"(20\d\d): [^,]+", r"\1: 77억", years[1])
    path.write_text(text.replace(years[1], more), encoding="utf-8")
    text = " ".join(printed(["plan", "diff", SMALL, str(path)], capsys).split())
    found = re.search(r"(\d+) figures of the question changed, told in (\d+) lines?: the years of one thing together", text)
    assert found is not None, text[:600]
    assert int(found[1]) > int(found[2]) >= 1
