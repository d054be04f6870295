from __future__ import annotations

import io

from rich.console import Console

from dure.present.layout import cells
from dure.present.numbers import Lang
from dure.present.report import tables
from dure.present.terminal import bar, view
from dure.present.words import Words
from dure.wire.runs import RunFolder


def shown(run: RunFolder, lang: Lang, width: int, *, watched: bool = False) -> str:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=watched, no_color=not watched, legacy_windows=False).print(view(run, Words(lang), width))
    return file.getvalue()


def test_nothing_is_cut_or_wrapped_away(run: RunFolder) -> None:
    for lang in Lang:
        say = Words(lang)
        page = shown(run, lang, 100)
        assert "…" not in page
        assert all(cells(line.rstrip()) <= 100 for line in page.splitlines())
        assert say.percent(run.summary["operating_rate"]) in page
        assert f"{say('headline.reservations')}: {say.count(412)}" in page
        table = tables(run, say)["waits"]
        wanted = {word for column in table.columns for word in column.title.split()} | {cell.text for row in table.rows for cell in row}
        assert not [text for text in wanted if text not in page]
        assert page.index(say("report.assumptions")) < page.index(say("headline.operating_rate"))


def test_no_escape_where_nobody_watches(run: RunFolder) -> None:
    assert "\x1b" not in shown(run, Lang.KO, 100)
    assert "\x1b[" in shown(run, Lang.KO, 100, watched=True)


def test_a_bar_lies_where_its_band_lies() -> None:
    assert bar(0, 100, 100, 10) == "█" * 10
    assert bar(50, 100, 100, 10) == "     █████"
    assert bar(52, 53, 100, 10) == "     ▏    "
    assert bar(100, 100, 100, 10) == " " * 10
    assert bar(999, 1000, 1000, 10) == "         █"
    assert all(len(bar(low, 97, 97, 10)) == 10 for low in range(97))
