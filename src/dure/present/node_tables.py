"""Servers and rules as tables."""

from __future__ import annotations

from collections.abc import Sequence

from dure.model.units import MILLI
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words
from dure.wire import api_nodes as api


def nodes_table(nodes: Sequence[api.Node], say: Words) -> Table:
    """What `dure nodes list` prints."""
    columns = (
        Column("node", say("nodes.node"), number=False),
        Column("mode", say("nodes.mode"), number=False),
        Column("since", say("nodes.since"), number=False),
        Column("accelerators", say("work.accelerators")),
        Column("busy", say.step("busy")),
        Column("project", say("work.project"), number=False),
        Column("jobs", say("nodes.jobs"), number=False),
        Column("upkeep", say("nodes.upkeep"), number=False),
    )
    return Table("nodes", say("nodes.title"), columns, tuple(_row(one, say) for one in nodes), None)


def _row(one: api.Node, say: Words) -> tuple[Cell, ...]:
    word = one.upkeep
    kept = "" if word is None or word.upkeep == "resume" else say("nodes.word", reason=word.reason, who=word.by)
    if kept and word is not None and not word.taken:
        kept = say("nodes.untaken", word=kept)
    return (
        Cell(one.node, one.node),
        Cell(one.mode, say(f"mode.{one.mode}")),
        Cell(one.since, "–" if one.since is None else one.since.replace("T", " ").removesuffix("Z")),
        Cell(one.milli / MILLI, f"{one.milli / MILLI:,.10g}"),
        Cell(one.busy_milli / MILLI, f"{one.busy_milli / MILLI:,.10g}"),
        Cell(one.project, one.project or "–"),
        Cell(" ".join(one.jobs), " ".join(one.jobs) or "–"),
        Cell(kept, kept or "–"),
    )


def rules_table(rules: Sequence[api.Rules], say: Words) -> Table:
    """What `dure rules` prints; their whole text is in `--json`."""
    columns = (
        Column("name", say("rules.name"), number=False),
        Column("since_at", say("nodes.since"), number=False),
        Column("since_seq", say("rules.row")),
        Column("order", say("rules.order"), number=False),
        Column("backfill", say("rules.backfill"), number=False),
        Column("release", say("rules.release"), number=False),
    )
    rows = tuple(
        (
            Cell(one.name, one.name),
            Cell(one.since_at, one.since_at.replace("T", " ").removesuffix("Z")),
            Cell(one.since_seq, say.count(one.since_seq)),
            *(Cell(kind, kind) for kind in (_kind(one, "order"), _kind(one, "backfill"))),
            Cell(str(one.text.get("release", "")), str(one.text.get("release", "–"))),
        )
        for one in rules
    )
    return Table("rules", say("rules.title"), columns, rows, None)


def _kind(one: api.Rules, part: str) -> str:
    policy = one.text.get("policy")
    found = policy.get(part) if isinstance(policy, dict) else None
    return str(found.get("kind", "–")) if isinstance(found, dict) else "–"
