"""Named data sets as tables."""

from __future__ import annotations

from collections.abc import Sequence

from dure.present.tables import Cell, Column, Table
from dure.present.words import Words
from dure.wire import api_data as api


def sets_table(sets: Sequence[api.DataSet], say: Words) -> Table:
    """What `dure data ls` prints."""
    columns = (
        Column("name", say("data.name"), number=False),
        Column("version", say("data.version"), number=False),
        Column("project", say("work.project"), number=False),
        Column("size_bytes", say("data.size")),
        Column("files", say("data.files")),
        Column("at", say("nodes.since"), number=False),
        Column("sites", say("data.sites"), number=False),
    )
    rows = tuple(
        (
            Cell(one.name, one.name),
            Cell(one.version, one.version),
            Cell(one.project, one.project or say("data.everybody")),
            Cell(one.size_bytes, say.bytes(one.size_bytes)),
            Cell(one.files, f"{one.files:,}"),
            Cell(one.at, _instant(one.at)),
            Cell(" ".join(one.sites), " ".join(one.sites) or "–"),
        )
        for one in sets
    )
    return Table("data", say("data.title"), columns, rows, None)


def where_table(sites: Sequence[api.DataAt], say: Words) -> Table:
    """What `dure data where` prints."""
    columns = (
        Column("site", say("data.site"), number=False),
        Column("there", say("data.there"), number=False),
        Column("since", say("nodes.since"), number=False),
        Column("copy_s", say("data.copy")),
        Column("bytes_per_s", say("data.speed")),
        Column("mark", say("data.mark"), number=False),
    )
    rows = tuple(
        (
            Cell(one.site, one.site),
            Cell(one.there, say("data.yes" if one.there else "data.no")),
            Cell(one.since, "–" if one.since is None else _instant(one.since)),
            Cell(one.copy_s, say.unknown if one.copy_s is None else say.duration(one.copy_s)),
            Cell(one.bytes_per_s, say.unknown if one.bytes_per_s is None else f"{say.bytes(one.bytes_per_s)}/s"),
            Cell(one.mark, "–" if one.mark is None else say(f"data.{one.mark}")),
        )
        for one in sites
    )
    return Table("where", say("data.where"), columns, rows, None)


def _instant(text: str) -> str:
    return text.replace("T", " ").removesuffix("Z")
