"""Every page of help, in both languages, complete."""

from __future__ import annotations

import pytest

from dure.cli.commands import COMMANDS
from dure.cli.context import speak
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
