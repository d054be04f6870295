"""`dure twin funding`: shares of the need, the smallest line that gives a rate, and its money in reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.adapters.run_reader import read_run
from dure.cli.main import main
from dure.present import report
from dure.present.numbers import Lang
from dure.present.words import Words
from tests.twin.test_money import SITE

DEMAND = "demand: {checkpoint: 1h, generate: {load: 1.5, workloads: {llm-finetune: 1}}}"


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> str:
    text = SITE.replace("WON", "1_0000만").replace("      EXTRA\n", "").replace("  ALLOCATIONS\n", "")
    path = tmp_path_factory.mktemp("funding") / "site.yaml"
    path.write_text(text.replace("demand: {checkpoint: 1h, start_up: 2m}", DEMAND), encoding="utf-8")
    return str(path)


def test_shares_and_the_least_line(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", "funding", scenario, "--funding", "100%,50%,4%", "--target", "20%", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    full, half, few = found["shares"]
    assert full["won"] == found["need_won"] >= full["due_won"]
    assert full["dark_from"] is None
    assert half["dark_from"] is not None
    assert few["dark_from"] < half["dark_from"]
    assert full["operating_rate"] > half["operating_rate"] > few["operating_rate"]
    assert full["idle_capital_won"] < half["idle_capital_won"] < few["idle_capital_won"]
    assert all(sum(month["due_won"] for month in row["months"]) == row["due_won"] for row in found["shares"])
    least = found["restores"]
    assert least["operating_rate"] >= 0.2 > least["below_operating_rate"]
    assert least["won"] - least["below_won"] == least["step_won"]


def test_page_tables_and_workbook_say_what_json_says(scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import csv

    page, folder, book = tmp_path / "f.html", tmp_path / "tables", tmp_path / "f.xlsx"
    files = ["--output", str(page), "--csv", str(folder), "--xlsx", str(book)]
    assert main(["twin", "funding", scenario, "--funding", "100%,4%", "--target", "20%", *files, "--json", "--lang", "ko"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["wrote"] == [str(page), str(folder), str(book)]
    with (folder / "months.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    said = [(share, month) for share in found["shares"] for month in share["months"]]
    assert [int(row["due"]) for row in rows] == [month["due_won"] for _, month in said]
    assert [float(row["share"]) for row in rows] == [share["share_ppm"] / 1e6 for share, _ in said]
    with (folder / "restores.csv").open(encoding="utf-8") as file:
        assert [int(row["won"]) for row in csv.DictReader(file)][:2] == [found["need_won"], found["restores"]["won"]]
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") == 2
    assert "운영예산과 켜지는 가속기" in html
    assert "<script" not in html
    assert book.read_bytes()[:2] == b"PK"
    page.write_text("mine", encoding="utf-8")
    assert main(["twin", "funding", scenario, "--output", str(page)]) == 2
    assert page.read_text(encoding="utf-8") == "mine"


def test_a_part_of_a_month_is_no_month() -> None:
    from dure.present.funding_shares import month_text

    say = Words(Lang.EN)
    whole, day = 31 * 86_400, 86_400
    assert month_text({"month": "2025-07", "from_s": 0, "to_s": whole}, say) == "2025-07"
    assert month_text({"month": "2025-07", "from_s": 0, "to_s": whole - 9 * 3_600}, say) == "2025-07", "nine hours of UTC are not told"
    assert month_text({"month": "2025-12", "from_s": 5, "to_s": 5 + 2 * day}, say) == "2025-12 (2 d of it)"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_table_in_both_languages(scenario: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", "funding", scenario, "--funding", "60%", "--target", "99.9%", "--lang", lang]) == 0
    out = capsys.readouterr().out
    say = Words(Lang(lang))
    assert say("funding.column.idle") in out
    assert say("funding.events_out") in " ".join(out.split()) or lang == "ko"
    assert ("No budget gives" if lang == "en" else "어떤 예산으로도") in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--funding", "110%"], "110% is no share of the need"),
        (["--site", "t"], "site `t` has no budget; sites with a budget: s"),
        (["--months", "0"], "--months"),
    ],
)
def test_mistakes_of_the_command_line(scenario: str, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", "funding", scenario, *arguments]) != 0
    assert said in capsys.readouterr().err


def test_a_scenario_without_a_budget(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", "funding", scenario, "--set", "sites[s].budget=null"]) != 0
    assert "no site has a budget; write sites[].budget" in capsys.readouterr().err


def test_the_report_of_a_run_with_money(scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    sets = ["--set", "sites[s].budget.lines[0].won=1000만"]
    assert main(["twin", "run", scenario, "-o", str(folder), *sets]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "Goes dark in part from 2026-0" in text or "Goes dark from 2026-0" in text
    run = read_run(folder)
    (site,) = run.summary["funding"].values()
    assert site["granted_won"] == site["paid_won"] + site["left_won"] + site["lapsed_won"]
    for lang in Lang:
        say = Words(lang)
        tables, pictures = report.tables(run, say), report.pictures(run, say)
        assert {"funding_s", "power_s"} <= tables.keys() & pictures.keys()
        assert [row[0].raw for row in tables["funding_s"].rows] == ["2026-06", "2026-07"]
        page = report.page(run, say, dict.fromkeys(pictures, "<svg></svg>"))
        assert '<section id="funding">' in page
        names = {value["line"] for value in pictures["power_s"].spec["data"]["values"]}
        assert say("funding.cap") in names, "a cap that is given is shown, with the words that it limits nothing"
    assert main(["report", str(folder), "--pictures", str(tmp_path / "pictures")]) == 0
    assert (tmp_path / "pictures" / "funding_s.svg").stat().st_size > 3_000
