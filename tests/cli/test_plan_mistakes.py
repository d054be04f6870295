"""What people mistype at the plan commands: each mistake is answered with what is wrong, where, and what to do; never a traceback."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from dure.cli.main import main
from dure.cli.options import ppm

SMALL = Path("examples/study-small.yaml").resolve()
TENDER = Path("examples/korea-2026-round-2.yaml").resolve()
ASKED = "plan.purchase"


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What the command says on standard error; it must have refused as input to mend."""
    assert main(words) == 2
    out = capsys.readouterr()
    assert "Traceback" not in out.err
    assert out.err.startswith("error: ")
    return out.err


@pytest.mark.parametrize(
    ("change", "where", "what", "remedy"),
    [
        (f"{ASKED}.usabel=80%", f"{ASKED}.usabel", "unknown key", "did you mean `usable`?"),
        (f"{ASKED}.usable=30", f"{ASKED}.usable", "more than the whole", "30% or 0.3"),
        (f"{ASKED}.usable=-5%", f"{ASKED}.usable", "negative", "write 30%"),
        (f"{ASKED}.usable=.nan", f"{ASKED}.usable", "not a share", "write 30%"),
        (f"{ASKED}.machines[0].model=nvidia-h20", "machines[0].model", "in the catalogue", "did you mean nvidia-h200"),
        (f"{ASKED}.start=2026-13-01", f"{ASKED}.start", "not in the calendar", "write 2026-01-01"),
        (f"{ASKED}.start=2026-02-15", f"{ASKED}.start", "begins within a month", "first day of a month"),
        (f"{ASKED}.start=01/02/2026", f"{ASKED}.start", "is no", "write 2026-01-01"),
        (f"{ASKED}.sites[0].power[0].power=2kg", "power[0].power", "not", "W"),
        (f"{ASKED}.machines[0].lead=6", "machines[0].lead", "6", "6mo"),
        (f"{ASKED}.demand[0].accelerators.2027=-3", "accelerators.2027", "negative", "write 12"),
        (f"{ASKED}.demand[0].accelerators.2027=99999999999999999999", "accelerators.2027", "too large", "10^18"),
        (f"{ASKED}.demand[0].workload=llm-finetunes", "workload", "llm-finetunes", "llm-finetune"),
        (f"{ASKED}.budgets[0].won.2026=12x", "won.2026", "not an amount of won", "5000억"),
        (f"{ASKED}.budgets[0].won.2026=-1억", "won.2026", "negative", "write"),
        (f"{ASKED}.budgets[0].kind=capax", "budgets[0].kind", "capax", "capex"),
        (f"{ASKED}.step=quater", f"{ASKED}.step", "quater", "quarter"),
        ("plan.cost.prices[0].price=-1", "prices[0].price", "negative", "write"),
        ("plan.cost.sites[0].tariff=general-b", "tariff", "general-b", "general-b-"),
    ],
)
def test_a_value_that_is_mistyped(change: str, where: str, what: str, remedy: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(["plan", "run", str(SMALL), "--set", change], capsys)
    assert where in text
    assert what in text
    assert remedy in text


@pytest.mark.parametrize(
    ("words", "what", "remedy"),
    [
        (["plan", "run", "nothere.yaml"], "nothere.yaml: there is no such file", "beside it"),
        (["plan", "run", "."], ".: is a folder", "name a file in it"),
        (["plan", "run", "empty.yaml"], "empty.yaml: the file is empty", "write at least one section"),
        (["plan", "run", "tab.yaml"], "tab.yaml:2: a tab stands", "indent with spaces"),
        (["plan", "run", "binary.yaml"], "binary.yaml:1: is not UTF-8", "save the file as UTF-8"),
        (["plan", "run", str(SMALL), "--output", "gone/plan.html"], "there is no folder gone", "mkdir -p gone"),
        (["plan", "run", str(SMALL), "--output", "plan.pdf"], "plan.pdf: is no .html file", "end in .html"),
        (["plan", "run", str(SMALL), "--xlsx", "plan.xls"], "plan.xls: is no .xlsx file", "end in .xlsx"),
        (["plan", "risk", str(SMALL), "--output", "empty.yaml"], "empty.yaml: is no .html file", "end in .html"),
        (["plan", "run", str(SMALL), "--gap", "0.5"], "0.5 is no value for --gap", "whole number"),
        (["plan", "run", str(SMALL), "--seconds", "0"], "--seconds cannot be 0", "write 1 or more"),
        (["plan", "alternatives", str(SMALL), "--slack", "2%"], "2% is no value for --slack", "whole number"),
        (["plan", "run", str(SMALL), "--ouput", "x.html"], "--ouput", "--output"),
        (["plan", "rnu", str(SMALL)], 'no command "rnu"', "run"),
        (["plan", "risk", str(SMALL)], "names no shocks", "`risk:`"),
        (["plan", "award", str(SMALL)], "this is a scenario", "dure plan run"),
        (["plan", "run", str(TENDER)], "this is a tender", "dure plan award"),
        (["plan", "diff", str(SMALL)], "needs SECOND", "--help"),
        (["plan", "fleet", str(SMALL), "--scale", "11/10"], "--scale: 11/10 is no scale", "1/10"),
        (["plan", "fleet", str(SMALL), "--at", "2050-01-01"], "--at: 2050-01-01 lies outside", "write a day from"),
        (["plan", "award", str(TENDER), "--set", "weights=1"], "weights", "unknown"),
        (["study", str(SMALL), "--wait", "2"], "--wait", "2h"),
    ],
)
def test_a_command_that_is_mistyped(
    words: list[str], what: str, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.yaml").touch()
    (tmp_path / "tab.yaml").write_text("plan:\n\tpurchase: 1\n", encoding="utf-8")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    text = said(words, capsys)
    assert what in text
    assert remedy in text
    assert sorted(one.name for one in tmp_path.iterdir()) == ["binary.yaml", "empty.yaml", "tab.yaml"]


def test_a_key_in_the_file_is_answered_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = SMALL.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines, 1) if line.strip().startswith("usable:"))
    lines[at - 1] = lines[at - 1].replace("usable:", "useable:")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("\n".join(lines), encoding="utf-8")
    text = said(["plan", "run", str(wrong)], capsys)
    assert re.search(rf"wrong\.yaml:{at}: plan\.purchase\.useable: .*did you mean `usable`", text)


def test_a_gap_is_a_share_or_parts_per_million() -> None:
    """`0.5%` and `5000` are one gap; `0.5` alone is neither, and stays an error."""
    tokens = [SimpleNamespace(value=text) for text in ("0.5%", "5000", "1%")]
    assert [ppm(None, [one]) for one in tokens] == [5_000, 5_000, 10_000]  # type: ignore[list-item]
    for text in ("0.5", "0.00001%", "x%", "101%"):
        with pytest.raises(ValueError, match=r"invalid literal|finer than|not a share|more than the whole"):
            ppm(None, [SimpleNamespace(value=text)])  # type: ignore[list-item]
