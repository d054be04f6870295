"""Documents as PDF or PNG by typst, without network: the template is ours, every word of a document is data in it.

What people wrote goes in as strings of one JSON text, never into the template, so no mark of the typesetter has a meaning there.
The library (60 MB) is loaded on first use. The same document, fonts and version give the same bytes: no date is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from dure.model.errors import InputError

KOREAN = ("Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans KR", "Pretendard", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo")
"""Families with Hangul, the one that is taken first; serif ones stand in where there is nothing else."""
KOREAN_LAST = ("Noto Serif CJK KR", "Source Han Serif KR", "NanumMyeongjo", "Batang", "UnBatang", "Baekmuk Gulim")
LATIN = ("Noto Sans", "DejaVu Sans", "Libertinus Serif")
SIGNATURE = b"% dure "
"""Last line of every PDF that is written here, so that a later command knows it may replace the file."""


def pdf(template: str, data: Mapping[str, Any], version: str, fonts: Sequence[Path] = ()) -> bytes:
    """The document as PDF. Raises InputError where Hangul is to be written and no font here has any."""
    found = _compiled(template, data, fonts, "pdf")
    assert isinstance(found, bytes)
    return found.rstrip(b"\n") + b"\n" + SIGNATURE + version.encode() + b"\n"


def png(template: str, data: Mapping[str, Any], fonts: Sequence[Path] = ()) -> list[bytes]:
    """Its pages as pictures."""
    found = _compiled(template, data, fonts, "png")
    return [found] if isinstance(found, bytes) else list(found)


def families(text: str, fonts: Sequence[Path] = ()) -> list[str]:
    """Fonts for a text, best first, of those that are here. Raises InputError rather than write boxes for letters."""
    import typst

    here = set(typst.Fonts(font_paths=list(fonts)).families())
    korean = [one for one in (*KOREAN, *KOREAN_LAST) if one in here]
    if not korean and any("\u1100" <= char <= "\u11ff" or "\u3130" <= char <= "\u318f" or "\uac00" <= char <= "\ud7a3" for char in text):
        raise InputError(
            "no font on this machine has Korean letters",
            remedy="install Noto Sans CJK KR (package fonts-noto-cjk), or name a folder with --fonts",
        )
    return [*korean[:1], *(one for one in LATIN if one in here)]


def _compiled(template: str, data: Mapping[str, Any], fonts: Sequence[Path], kind: Literal["pdf", "png"]) -> bytes | list[bytes]:
    import typst

    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    whole = json.dumps({**data, "fonts": families(text, fonts)}, ensure_ascii=False, sort_keys=True)
    source = resources.files("dure").joinpath("present", template).read_bytes()
    found = typst.Compiler(source, font_paths=typst.Fonts(font_paths=list(fonts)), sys_inputs={"data": whole}).compile(format=kind)
    assert found is not None
    return found
