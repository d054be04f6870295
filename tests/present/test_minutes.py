"""The minutes as a document: the same bytes for the same input, no mark of the typesetter in what people wrote, letters never boxes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.adapters import typeset
from dure.adapters.outputs import by_dure
from dure.cli.main import main
from dure.model.errors import InputError

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TEMPLATE = "minutes.typ"


def small(text: str) -> dict[str, Any]:
    """A document with one text wherever a text may stand."""
    table = {"columns": [{"title": text, "number": False, "wide": True}], "rows": [[text], [text]], "notes": [text]}
    section = {"title": text, "paragraphs": [text], "items": [text], "numbered": True, "table": table, "picture": None, "alt": ""}
    sign = {"title": text, "text": text, "heads": [text] * 4, "roles": [text]}
    whole = {"lang": "en", "title": text, "kind": text, "eyebrow": text, "running": text, "footer": text, "facts": [[text, text]]}
    return whole | {"sections": [section], "sign": sign}


def texts(text: str) -> list[str]:
    """What the typesetter makes of the paragraphs of that document."""
    import json
    from importlib import resources

    import typst

    source = (
        resources.files("dure").joinpath("present", TEMPLATE).read_bytes() + b"\n#metadata(data.sections.at(0).paragraphs.at(0)) <said>"
    )
    data = json.dumps({**small(text), "fonts": ["DejaVu Sans"]}, ensure_ascii=False)
    found = json.loads(typst.Compiler(input=source, sys_inputs={"data": data}).query("<said>", field="value"))
    return [str(one) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "#panic()",
        "*bold* _it_ $x$",
        "= heading",
        '#import "x"',
        "\\u{41} ~ -- `raw` <label> @ref",
        "]#[",
        '"); #panic("',
        "// gone",
        "{{}}",
    ],
)
def test_marks_of_the_typesetter_are_letters(text: str) -> None:
    assert texts(text) == [text]
    assert typeset.pdf(TEMPLATE, small(text), "0").startswith(b"%PDF-")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F), min_size=1, max_size=40))
@settings(max_examples=25, deadline=None)
def test_nothing_that_people_write_is_read_as_markup(text: str) -> None:
    assert texts(text) == [text]


def test_without_a_korean_font_there_are_no_boxes_but_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "KOREAN", ())
    monkeypatch.setattr(typeset, "KOREAN_LAST", ())
    assert typeset.pdf(TEMPLATE, small("plain"), "0")
    with pytest.raises(InputError, match="no font on this machine has Korean letters"):
        typeset.pdf(TEMPLATE, small("가"), "0")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_same_tender_gives_the_same_bytes(lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("typst")
    try:
        typeset.families("가")
    except InputError:
        pytest.skip("no Korean font here")
    files = [tmp_path / "one.pdf", tmp_path / "two.pdf"]
    for file in files:
        assert main(["plan", "award", str(EXAMPLES / "korea-2026-round-2.yaml"), "--minutes", str(file), "--lang", lang]) == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    assert by_dure(files[0]), "a later call may replace it"
    capsys.readouterr()


def test_a_minutes_file_is_named_by_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tender = str(EXAMPLES / "korea-2026-round-2.yaml")
    assert main(["plan", "award", tender, "--minutes", str(tmp_path / "minutes.doc")]) == 2
    assert "let its name end in .pdf or .html" in capsys.readouterr().err
    other = tmp_path / "letter.pdf"
    other.write_bytes(b"%PDF-1.7 somebody else's")
    assert main(["plan", "award", tender, "--minutes", str(other)]) == 2
    assert "dure did not write it" in capsys.readouterr().err


def test_the_page_has_lines_to_sign_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "minutes.html"
    assert main(["plan", "award", str(EXAMPLES / "korea-2026-round-2.yaml"), "--minutes", str(page), "--lang", "ko"]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.count(">위원<") == 4
    assert "위원장" in text
    assert "자격 심사" in text
    capsys.readouterr()
