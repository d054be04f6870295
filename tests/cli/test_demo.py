"""The demo: a golden transcript with its figures masked, in both languages, and the page it ends with.

After a change of words: `DURE_GOLDEN=write pytest tests/cli/test_demo.py`, then read the difference.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from dure.cli.demo_acts import losses_line, rates_line
from dure.cli.main import main
from dure.present.numbers import Lang
from dure.present.words import Words
from dure.wire.runs import RunFolder

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"


FIGURE = re.compile(r"\d[\d,.]*(?:[kMBT](?![A-Za-z])|[만억조])?")
"""A number with the scale word that belongs to it: how fast a machine is must not decide between `980` and `1.2k`."""


def masked(page: str, folder: Path) -> str:
    """Figures, names of causes that depend on them, and paths, replaced; blanks between columns are one."""
    page = page.replace(str(folder), "FOLDER")
    page = re.sub(r"\([0-9a-f]{12}…\)", "(HASH)", page)
    page = re.sub(r"(lost:|손실:).*?(?=\+)", r"\1 … ", page, flags=re.DOTALL)
    acts = [" ".join(act.split()) for act in page.split("\n\n")]
    return "\n".join(act[:1] + FIGURE.sub("#", act[1:]) for act in acts) + "\n"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_transcript_is_the_golden_one(lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "demo"
    assert main(["demo", "--scenario", str(ROOT / "examples" / "quickstart.yaml"), "-o", str(folder), "--lang", lang]) == 0
    page = capsys.readouterr().out
    assert "\x1b" not in page
    transcript, golden = masked(page, folder), GOLDEN / f"demo.{lang}.txt"
    if os.environ.get("DURE_GOLDEN") == "write":
        golden.write_text(transcript, encoding="utf-8")
    assert transcript == golden.read_text(encoding="utf-8")
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert f'<html lang="{lang}">' in html
    assert html.index('id="acts"') < html.index('id="assumptions"')
    assert (folder / "run" / "run.json").exists()


def test_the_first_job_is_timed_from_its_submission(run: RunFolder) -> None:
    """From the grant it would tell when the generator drew each project's first job."""
    assert "first submission to its first running job: median 30 min" in rates_line(run, Words(Lang.EN))


@pytest.mark.parametrize("lang", list(Lang))
def test_how_fast_a_machine_is_changes_no_transcript(lang: Lang, tmp_path: Path) -> None:
    say = Words(lang)
    notes = {say("demo.took", s=round(n / 1000, 1), speed=say.compact(n)) for n in (7, 980, 1_234, 12_345, 1_234_567, 234_567_890)}
    assert len(notes) == 6
    assert len({masked(f"3 {note}", tmp_path) for note in notes}) == 1


def test_json_is_one_object_with_the_six_acts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "demo"
    assert main(["demo", "--scenario", str(ROOT / "examples" / "quickstart.yaml"), "-o", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [act["number"] for act in answer["acts"]] == [1, 2, 3, 4, 5, 6]
    assert answer["summary"]["jobs_completed"] > 0
    assert Path(answer["page"]).exists()
    day = answer["day"]
    assert day["decisions"] == day["same"]
    assert (day["jobs"], day["placed"]) == (2_000, 1_713)
    assert any("1,713 jobs got a place, 287 still waited" in line for line in answer["acts"][5]["lines"])
    assert not any("OFF" in line for act in answer["acts"] for line in act["lines"])


def test_losses_and_what_was_productive_make_the_whole(run: RunFolder) -> None:
    line = losses_line(run, Words(Lang.EN))
    assert line.startswith("lost: not delivered 4.7 % · no demand 4.4 % · ")
    assert line.endswith("+ productive 70.5 % = 100 %, to the second: ok (simulated)")
    assert sum(float(found) for found in re.findall(r"([\d.]+) %", line)[:-1]) == pytest.approx(100, abs=0.4)
