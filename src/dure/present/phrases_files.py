"""Phrases of tables written as files (`--xlsx`, `--csv`): key → (English, Korean)."""

from __future__ import annotations

FILES_SAID: dict[str, tuple[str, str]] = {
    "files.about": ("About", "안내"),
    "files.what": ("What this is", "내용"),
    "files.made_by": ("Written by", "작성"),
    "files.words": ("Words", "표시"),
    "files.words_text": (
        "Each figure is measured, simulated, published or assumed; an empty cell is unknown, never 0.",
        "모든 수치는 실측, 모의, 공표, 가정 가운데 하나입니다. 빈 칸은 미상이며 0이 아닙니다.",
    ),
}

FILES_HELP_KO: dict[str, str] = {
    "write every table into this Excel workbook": "모든 표를 이 엑셀 파일로 씁니다",
}
