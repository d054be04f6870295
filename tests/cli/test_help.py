"""Every page of help, in both languages, complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.cli.commands import COMMANDS
from dure.cli.context import speak
from dure.cli.help_examples import EXAMPLES
from dure.cli.main import app, main
from dure.present.layout import cells
from dure.present.numbers import Lang
from dure.present.phrases_help import HELP_KO


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.path)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_command_has_a_page(command, lang: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_LANG", lang)
    assert main([*command.path.split(), "--help"]) == 0
    page = capsys.readouterr().out
    assert f"dure {command.path}" in page
    assert "object at 0x" not in page
    assert all(cells(line) <= 100 for line in page.splitlines()), page


def test_every_help_text_has_its_korean() -> None:
    speak(Lang.EN)
    texts = set()
    for command in COMMANDS:
        if command.target:
            node = app()
            for word in command.path.split():
                node = node[word]
            texts |= {str(one.parameter.help or "") for one in node.assemble_argument_collection() if one.parse and one.show}
    assert "" not in texts, "an option without help"
    assert texts <= set(HELP_KO), sorted(texts - set(HELP_KO))
    assert set(HELP_KO) <= texts, f"nobody says {sorted(set(HELP_KO) - texts)}"


PLANNING = ("plan ", "study", "demand ", "twin ", "catalog")


def test_every_planning_command_shows_a_line_to_paste(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = {one.path for one in COMMANDS if one.target and one.path.startswith(PLANNING)}
    assert wanted <= set(EXAMPLES)
    assert set(EXAMPLES) <= {one.path for one in COMMANDS}
    for path, line in EXAMPLES.items():
        assert main([*path.split(), "--help"]) == 0
        page = capsys.readouterr().out
        assert f"Example: {line}\n" in page
        words = line.split()
        assert all(Path(word).exists() for word in words if word.startswith("examples/")), line
        told = page if path in wanted else ""
        assert all(word in told for word in words if word.startswith("--") and told), line


@pytest.mark.parametrize("path", ["plan ranges", "plan values", "plan fleet", "demand project", "catalog", "catalog tariffs", "check"])
def test_a_line_to_paste_works(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = Path("examples").resolve()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(examples)
    assert main(EXAMPLES[path].split()[1:]) == 0
