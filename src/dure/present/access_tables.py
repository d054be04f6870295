"""Access as the field feels it: from grant, and from first submission, to the first running job, by region and by organisation."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from dure.present.run_tables import word_of
from dure.present.tables import Cell, Column, Table, share, total
from dure.present.words import Words
from dure.wire.runs import Row, RunFolder


def by_region(run: RunFolder, say: Words) -> Table:
    rows = [
        _cells(run, say, group, [Cell(region, say.name(region, "region") if region else say.unknown)])
        for region, group in grouped(run.access, "region")
    ]
    columns = (Column("region", say("column.region"), number=False), Column("organisations", say("column.organisations")), *_columns(say))
    counted = [
        (row[0], Cell(n, say.count(n)), *row[1:])
        for row, n in zip(rows, (len({one["organisation"] for one in group}) for _, group in grouped(run.access, "region")), strict=True)
    ]
    return Table(
        "access_region", say("report.access_region"), columns, tuple(counted), word_of(run), f"{say('access.note')} {grant_means(run, say)}"
    )


def by_organisation(run: RunFolder, say: Words) -> Table:
    rows = []
    for organisation, group in grouped(run.access, "organisation"):
        regions = sorted({row["region"] for row in group if row["region"]})
        shown = " · ".join(say.name(region, "region") for region in regions)
        rows.append(
            _cells(
                run, say, group, [Cell(organisation, say.name(organisation, "organisation")), Cell("|".join(regions), shown or say.unknown)]
            )
        )
    columns = (Column("organisation", say("column.organisation"), number=False), Column("region", say("column.region"), number=False))
    return Table("access_organisation", say("report.access_organisation"), (*columns, *_columns(say)), tuple(rows), word_of(run))


def by_project(run: RunFolder, say: Words) -> Table:
    """One row a project: for CSV and JSON; on paper it would be the longest table."""
    rows = []
    for row in sorted(run.access, key=lambda one: (-(one["busy_s"] or 0), one["project"])):
        head = [Cell(row[name], say.name(row[name], name)) for name in ("project", "organisation", "region")]
        since = [first_job_s([row], name) for name in ("first_submit_s", "granted_s")]
        busy, credits_used = row["busy_s"], row["credits_used"]
        rows.append(
            (
                *head,
                Cell(row["jobs"], say.count(row["jobs"])),
                *(Cell(span, say.duration(span)) for span in since),
                Cell(busy, say.hours(busy)),
                Cell(credits_used, say.compact(credits_used)),
            )
        )
    columns = (
        *(Column(name, say(f"column.{name}"), number=False) for name in ("project", "organisation", "region")),
        Column("jobs", say("column.jobs")),
        Column("submit_to_first_job_s", say("column.submit_to_first_job")),
        Column("grant_to_first_job_s", say("column.grant_to_first_job")),
        Column("busy_s", say("column.accelerator_hours")),
        Column("credits_used", say("column.credits")),
    )
    return Table("access_project", say("report.access_project"), columns, tuple(rows), word_of(run))


def grouped(rows: Iterable[Row], column: str) -> list[tuple[str, list[Row]]]:
    """Rows by the value of a column, most accelerator time first, then by name."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return sorted(groups.items(), key=lambda item: (-(total(item[1], "busy_s") or 0), item[0]))


def first_job_s(rows: Iterable[Row], since: str) -> float | None:
    """Median seconds from `since` to the first running job, over the projects that had both; unknown when none had."""
    spans = [row["first_start_s"] - row[since] for row in rows if row["first_start_s"] is not None and row[since] is not None]
    return median(spans) if spans else None


def grant_means(run: RunFolder, say: Words) -> str:
    """What the time from a grant to the first job can and cannot tell in this run."""
    if not any(row["granted_s"] for row in run.access):
        return say("access.no_grant_date")
    return say("access.grant_recorded" if run.run.get("traces") else "access.grant_drawn")


def _cells(run: RunFolder, say: Words, group: list[Row], head: list[Cell]) -> tuple[Cell, ...]:
    ran = sum(row["first_start_s"] is not None for row in group)
    busy, all_busy = total(group, "busy_s"), total(run.access, "busy_s")
    granted, submitted = first_job_s(group, "granted_s"), first_job_s(group, "first_submit_s")
    credits_used = total(group, "credits_used")
    return (
        *head,
        Cell(len(group), say.count(len(group))),
        Cell(ran, say.count(ran)),
        Cell(submitted, say.duration(submitted)),
        Cell(granted, say.duration(granted)),
        Cell(busy, say.hours(busy)),
        Cell(share(busy, all_busy), say.percent(share(busy, all_busy))),
        Cell(credits_used, say.compact(credits_used)),
    )


def _columns(say: Words) -> tuple[Column, ...]:
    return (
        Column("projects", say("column.projects")),
        Column("projects_that_ran", say("column.projects_that_ran")),
        Column("submit_to_first_job_median_s", say("column.submit_to_first_job")),
        Column("grant_to_first_job_median_s", say("column.grant_to_first_job")),
        Column("busy_s", say("column.accelerator_hours")),
        Column("share_of_busy", say("column.share")),
        Column("credits_used", say("column.credits")),
    )
