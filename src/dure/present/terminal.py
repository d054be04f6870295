"""The report on a terminal: rich tables, a bar per line of the waterfall. Whoever prints decides on colour and width."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from dure.model.reasons import CAUSES, Mender
from dure.present.assumptions import assumption_line
from dure.present.fitted import Fitted
from dure.present.funding_tables import funded_sites, sentences
from dure.present.layout import cells, hanging, pad, wrap
from dure.present.report import loss_sentence, tables, title
from dure.present.run_tables import bands, has_worth, largest_losses, reservations, word_of
from dure.present.service_tables import brief
from dure.present.tables import Table
from dure.present.words import Words
from dure.wire.runs import Row, RunFolder

MENDER_STYLE = {Mender.STATE: "magenta", Mender.PROGRAMME: "blue", Mender.OPERATOR: "red", Mender.USER: "yellow"}
BAR_LEAST, BAR_MOST = 12, 60
LOSSES = 3
_CAUSES = {cause.name: cause for cause in CAUSES}


def view(run: RunFolder, say: Words, width: int) -> RenderableType:
    """Assumptions first, then the headline, the waterfall, the largest losses in words and the waits, for `width` columns."""
    return Group(*_parts(run, say, width))


def _parts(run: RunFolder, say: Words, width: int) -> Iterator[RenderableType]:
    all_tables = tables(run, say)
    summary = run.summary
    yield Text(title(run, say), style="bold")
    if run.simulated:
        yield Text(say("report.simulated"), style="bold yellow")
    if run.run["assumptions"]:
        yield Text(f"\n{say('report.assumptions')}", style="bold")
        yield from (Text(hanging(f"- {assumption_line(row, say)}", width)) for row in all_tables["assumptions"].rows)
    rates = [f"{say(f'headline.{key}')} {say.percent(summary.get(key))}" for key in ("operating_rate", "occupancy", "goodput_rate")]
    yield Text(f"\n{' · '.join(rates)}  ({say(f'word.{word_of(run)}')})", style="bold")
    reserved = reservations(run, say)
    if reserved:
        yield Text("\n".join(wrap(f"{say('headline.reservations')}: {reserved}", width)))
    yield waterfall(run, say, width)
    rows = largest_losses(run, LOSSES)
    if rows:
        yield Text(f"\n{say('report.losses')}", style="bold")
        for number, row in enumerate(rows, 1):
            yield Text(hanging(f"{number}. {loss_sentence(row, say, worth=has_worth(run))}", width))
    for row in funded_sites(run):
        yield Text(f"\n{say('report.funding')} ({say(f'word.{word_of(run)}')})", style="bold")
        yield Text("\n".join(wrap(" ".join(sentences(row, say)), width)))
    yield Text("")
    yield grid(all_tables["waits"], say)
    if all_tables["services"].rows:
        yield grid(brief(run, say), say)


def grid(table: Table, say: Words) -> Fitted:
    """Any table of the report; its word and note stand in the title and below."""
    return Fitted(table.shown, say)


def waterfall(run: RunFolder, say: Words, width: int) -> Text:
    """A line per step and per loss above 0: where its band lies, its hours, share, won (if any is known) and who can mend it."""
    whole, worth = run.fleet["contracted_s"] or 1, has_worth(run)
    shown = [band for band in bands(run) if band["kind"] == "step" or band["device_s"]]
    heads = ["", say("chart.column_hours"), say("chart.column_share"), *([say("column.worth")] if worth else []), say("column.mend")]
    lines = [_columns(band, whole, say, worth) for band in shown]
    wide = [max(cells(line[index]) for line in (heads, *lines)) for index in range(len(heads))]
    room = min(BAR_MOST, max(BAR_LEAST, width - sum(wide) - 2 * len(heads)))
    marks = [say(f"word.{word_of(run)}"), *([f"{say('column.worth')} {say('word.assumed')}"] if worth else [])]
    text = Text()
    text.append(f"\n{say('report.waterfall')} ({', '.join(marks)})\n", style="bold")
    text.append(f"{' ' * (wide[0] + 2 + room)}  {_numbers(heads, wide)}".rstrip() + "\n")
    for band, line in zip(shown, lines, strict=True):
        style, bold = _style(band)
        text.append(f"{pad(line[0], wide[0])}  ", style="bold" if bold else "")
        text.append(bar(band["low_s"], band["high_s"], whole, room), style=style)
        text.append(f"  {_numbers(line, wide)}".rstrip() + "\n")
    text.right_crop()
    return text


def _columns(band: Row, whole: int, say: Words, worth: bool) -> list[str]:
    cause = _CAUSES.get(band["name"])
    label = f"  − {say.cause(band['name'])}" if cause else say.step(band["name"])
    won = [say.won(band["won"])] if worth else []
    return [label, say.hours(band["device_s"]), say.percent(band["device_s"] / whole), *won, say.menders(cause) if cause else ""]


def _numbers(line: list[str], wide: list[int]) -> str:
    """The columns right of the bar: figures to the right, who can mend it last and to the left."""
    figures = [pad(text, size, right=True) for text, size in zip(line[1:-1], wide[1:-1], strict=True)]
    return "  ".join([*figures, line[-1]])


def _style(band: Row) -> tuple[str, bool]:
    """Colour of the bar, and whether the label is bold."""
    cause = _CAUSES.get(band["name"])
    if cause is not None:
        return MENDER_STYLE[cause.menders[0]], False
    return ("green" if band["name"] == "productive" else "bright_black"), True


def bar(low: int, high: int, whole: int, width: int) -> str:
    """Blocks from low to high on a line of `width` cells; a band that is not empty shows at least a sliver."""
    first, last = low * width // whole, high * width // whole
    if high == low:
        return " " * width
    if first == last:
        return (" " * min(first, width - 1) + "▏").ljust(width)
    return (" " * first + "█" * (last - first)).ljust(width)
