"""`dure ps`, `logs`, `why`, `usage`, `sites`: looking changes nothing."""

from __future__ import annotations

import re
import sys
import time
from typing import Annotated, Literal

from cyclopts import Parameter

from dure.cli.catalog_print import print_table, wrapped
from dure.cli.context import any_simulated, at_least, on_terminal, put_json, words
from dure.cli.remote import client

WATCH_S = 2.0
_MOVES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\x1b(?!\[[0-9;]*m)")
"""Control characters other than tab, line ends and colours."""
State = Literal["NEW", "QUEUED", "ACTIVE", "COMPLETED", "FAILED", "CANCELED"]
By = Literal["attempt", "job", "person", "project", "organisation", "site", "operator", "model", "month"]
JobId = Annotated[str, Parameter(help="job, such as j12, or j12.3 for a task of an array")]
Json = Annotated[bool, Parameter(help="print one JSON object instead of text")]


def ps(
    job: Annotated[str | None, Parameter(help="one job with its attempts; left out: all")] = None,
    /,
    *,
    watch: Annotated[bool, Parameter(name=("--watch", "-w"), help="keep watching until Ctrl-C")] = False,
    follow: Annotated[bool, Parameter(name=("--follow", "-f"), help="print what happens to jobs, as it happens, until Ctrl-C")] = False,
    state: Annotated[tuple[State, ...], Parameter(help="only jobs in this state, as often as needed")] = (),
    project: Annotated[str | None, Parameter(metavar="NAME", help="only jobs of this project")] = None,
    label: Annotated[tuple[str, ...], Parameter(help="only jobs with this label, NAME=VALUE, as often as needed")] = (),
    limit: Annotated[int, Parameter(help="at most so many jobs")] = 30,
    before: Annotated[int | None, Parameter(metavar="NUMBER", help="older than this job number")] = None,
    why: Annotated[bool, Parameter(help="say of each job that waits why it does")] = False,
    json: Json = False,
) -> None:
    """With --json and --watch one JSON object a look."""
    at_least("--limit", limit)
    at_least("--before", before, 0)
    if follow:
        _follow(job, project, json=json)
        return
    with client() as one:
        while True:
            if job is not None:
                _print_job(one.job(job), one.attempts(job), json=json)
                return
            found = one.jobs(limit=min(limit, 1_000), before=before, states=state, project=project, labels=label, why=why)
            if watch and on_terminal() and not json:
                sys.stdout.write("\x1b[H\x1b[2J")
            if json:
                put_json(found.model_dump())
            else:
                _print_jobs(found)
            if not watch:
                return
            sys.stdout.flush()
            time.sleep(WATCH_S)


def _follow(job: str | None, project: str | None, *, json: bool) -> None:
    """A line for everything that happens, of one job (an array with its tasks) or of all that one may see."""
    from dure.present.work_tables import change_line

    say = words()
    with client() as one:
        wanted = None if job is None else one.job(job).id
        for change in one.changes(project):
            if wanted in (None, change.id, change.id.partition(".")[0]):
                print(change.model_dump_json() if json else change_line(change, say), flush=True)


def _print_jobs(found: object) -> None:
    from dure.present.work_tables import jobs_table
    from dure.wire.api import Jobs

    assert isinstance(found, Jobs)
    say = words()
    if not found.jobs:
        print(say("work.none"))
        return
    print_table(jobs_table(found.jobs, say, int(time.time())).shown, wrap=("state", "outcome", "why"))
    if found.next is not None:
        print(say("work.more", before=str(found.next)))


def _print_job(found: object, runs: object, *, json: bool) -> None:
    from dure.present.work_tables import attempts_table, jobs_table
    from dure.wire.api import Attempts, JobWhole

    assert isinstance(found, JobWhole)
    assert isinstance(runs, Attempts)
    if json:
        put_json(found.model_dump() | runs.model_dump(mode="json") | {"runs": found.attempts})
        return
    say, now = words(), int(time.time())
    if found.tasks > 1 and runs.attempts:
        found = found.model_copy(update={"pool": ", ".join(dict.fromkeys(one.pool for one in runs.attempts))})
    print_table(jobs_table((found,), say, now).shown, wrap=("state", "outcome"))
    if runs.attempts:
        print_table(attempts_table(runs.attempts, say, now).shown)
    if runs.next is not None:
        print(say("jobs.more_runs", n=say.count(len(runs.attempts)), id=found.id))


def logs(
    job: JobId,
    /,
    *,
    follow: Annotated[bool, Parameter(name=("--follow", "-f"), help="stay until the job has ended")] = False,
    since: Annotated[int, Parameter(name="--from", metavar="BYTE", help="first byte")] = 0,
    attempt: Annotated[int | None, Parameter(help="which run: 0 is the first (default: the last)")] = None,
    json: Json = False,
) -> None:
    """The bytes as the job wrote them; with --json the text and where to go on."""
    at_least("--from", since, 0)
    at_least("--attempt", attempt, 0)
    with client() as one:
        if json:
            content, following = one.logs(job, since, attempt)
            put_json({"job": job, "from": since, "next": following, "text": content.decode("utf-8", "replace")})
            return
        if follow:
            for content in one.follow(job, since):
                _write(content)
            return
        content, following = one.logs(job, since, attempt)
        while content:
            _write(content)
            content, following = one.logs(job, following, attempt)


def _write(content: bytes) -> None:
    """A job may write anything: on a terminal its control characters could do anything too, so only colours and lines get through."""
    if on_terminal():
        content = _MOVES.sub(b"", content)
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def why(job: JobId, /, *, json: Json = False) -> None:
    """The reasons, as the predicates that decide see them."""
    with client() as one:
        found = one.why(job)
    if json:
        put_json(found.model_dump())
        return
    say = words()
    print(wrapped(say("work.why", id=found.id, state=say(f"state.{found.state}"), text=found.text)))


def usage(
    *,
    by: Annotated[By, Parameter(help="a row for each")] = "project",
    project: Annotated[str | None, Parameter(metavar="NAME", help="only this project")] = None,
    month: Annotated[str | None, Parameter(metavar="YYYY-MM", help="only this month of Korea")] = None,
    limit: Annotated[int, Parameter(help="at most so many rows")] = 30,
    json: Json = False,
) -> None:
    """To the second, as the ledger charges it; what is not known is a dash, never 0."""
    from dure.present.books_tables import usage_table

    at_least("--limit", limit)
    with client() as one:
        found = one.usage(project, by, month, min(limit, 1_000))
    if json:
        put_json(found.model_dump())
        return
    if not found.rows:
        print(words()("work.no_usage"))
        return
    say = words()
    print_table(usage_table(found, say).shown, wrap=("name",))
    print(wrapped(say("books.energy_note")))


def sites(*, json: Json = False) -> None:
    """What is there and what is busy."""
    from dure.present.work_tables import pools_table

    with client() as one:
        found, now = one.sites(), one.rates()
    say = words()
    if json:
        put_json({"operating_rate": now.operating_rate, "occupancy": now.occupancy, "at": now.at, **found.model_dump()})
        return
    rates = (("operating_rate", now.operating_rate), ("occupancy", now.occupancy))
    print(
        " · ".join(f"{say(f'headline.{name}')} {say.percent(value)}" for name, value in rates)
        + f" ({say('word.simulated' if any_simulated() else 'word.measured')})"
    )
    print_table(pools_table(found.pools, say))
