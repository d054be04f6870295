"""Lists of jobs: the same rows as a look at all of them, whatever is asked; and no plan of the database that looks at what is over."""

from __future__ import annotations

import random
from pathlib import Path

from sqlalchemy import Engine, insert, text

from dure.adapters.store.current import Current
from dure.adapters.store.engine import WRITES, connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.schema import inbox, mark, work
from dure.model.work import JobState

JOBS, PROJECTS = 300, 7


def filled(folder: Path) -> tuple[Engine, list[tuple[int, int, JobState]]]:
    """A store of jobs (number, project, state) of which a few are not over, and some that the broker has not read."""
    engine, rng = connect(f"sqlite:///{folder}/store.db"), random.Random(7)
    migrate(engine)
    none = dict.fromkeys(("task", "attempt", "pool", "started_at", "ended_at", "outcome"))
    jobs = []
    with engine.execution_options(**WRITES).begin() as connection:
        for number in range(JOBS):
            project, state = rng.randint(1, PROJECTS), rng.choice([JobState.COMPLETED] * 8 + [JobState.QUEUED, JobState.ACTIVE])
            unread = number >= JOBS - 20
            body = {"spec": {"name": f"n{number}"}, "project": project, "person": 1}
            act = {"number": number, "key": str(number), "act": "submit", "actor": "p1", "at": 1, "body": body}
            connection.execute(insert(inbox), act)
            if not unread:
                row = {"job": number, "inbox": number, "name": f"n{number}", "project": project, "person": 1, "devices": 1}
                row |= {"state": int(state), "attempts": 0, "submitted_at": 1, "withdrawn": 0} | none
                connection.execute(insert(work), row)
            jobs.append((number, project, JobState.NEW if unread else state))
        connection.execute(insert(mark), {"source": "inbox", "position": JOBS - 20})
    return engine, jobs


def test_every_page_is_what_a_look_at_all_rows_gives(tmp_path: Path) -> None:
    engine, jobs = filled(tmp_path)
    current, rng = Current(engine), random.Random(1)
    for _ in range(150):
        projects = rng.choice([None, [rng.randint(1, PROJECTS)], rng.sample(range(1, PROJECTS + 1), 3), []])
        states = rng.choice([None, [JobState.QUEUED], [JobState.QUEUED, JobState.ACTIVE, JobState.NEW], [JobState.COMPLETED]])
        before, limit = rng.choice([None, rng.randrange(JOBS)]), rng.choice([1, 5, 50, 400])
        found = current.jobs(projects=projects, states=states, before=before, limit=limit)
        expected = [
            number
            for number, project, state in reversed(jobs)
            if (projects is None or project in projects) and (states is None or state in states) and (before is None or number < before)
        ]
        assert [one.id for one in found] == expected[:limit], (projects, states, before, limit)


def test_a_list_of_what_is_open_is_read_from_an_index(tmp_path: Path) -> None:
    engine, _ = filled(tmp_path)
    query = "EXPLAIN QUERY PLAN SELECT job FROM work WHERE project = 1 AND state = 1 ORDER BY inbox DESC, task LIMIT 9"
    with engine.connect() as connection:
        plan = [row.detail for row in connection.execute(text(query))]
    assert plan[0].startswith("SEARCH work USING INDEX ix_work_project (project=? AND state=?)"), plan
