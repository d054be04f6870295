"""The minutes of an award as files: the page for a browser, and the document to be signed as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dure.adapters.outputs import HTML, may_write, may_write_page
from dure.model.errors import InputError, Where

if TYPE_CHECKING:
    from dure.present.award_tables import Minutes
    from dure.present.words import Words

TEMPLATE = "minutes.typ"


def may_write_minutes(path: Path, reads: tuple[Path, ...], *, force: bool) -> None:
    """Raises InputError where the file may not stand there, before any work is done."""
    if path.suffix.lower() in HTML:
        may_write_page(path, reads, force=force)
        return
    if path.suffix.lower() != ".pdf" and not path.is_dir():
        raise InputError("is neither .pdf nor .html", where=Where(str(path)), remedy="let its name end in .pdf or .html")
    may_write(path, reads, force=force)


def write_minutes(made: Minutes, path: Path, say: Words, fonts: Path | None) -> None:
    """The document as its name says."""
    if path.suffix.lower() in HTML:
        from dure.adapters.files import write_text

        write_text(path, drawn_page(made, say))
        return
    from dure.adapters.files import write_bytes
    from dure.adapters.typeset import pdf
    from dure.present.award_document import document

    write_bytes(path, pdf(TEMPLATE, document(made, say, drawn(made, say)), made.version, [] if fonts is None else [fonts]))


def drawn_page(made: Minutes, say: Words) -> str:
    """The page with its chart."""
    from dure.present.award_page import page

    picture = drawn(made, say)
    return page(made, say, None if picture is None else picture[0])


def drawn(made: Minutes, say: Words) -> tuple[str, str] | None:
    """The chart of scores as SVG and in words; None where nothing earns points."""
    from dure.adapters.render import svg
    from dure.present.award_page import picture

    chart = picture(made, say)
    return None if chart is None else (svg(chart.spec), chart.alt)
