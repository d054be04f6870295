"""Changes of jobs: page after page they are the log, and whoever may see one project sees that one alone."""

from __future__ import annotations

from dure.adapters.store.changes import Change, changes
from tests.simulation.world import World


def all_of(world: World, after: int, projects: list[int] | None, limit: int) -> list[Change]:
    found: list[Change] = []
    while True:
        page, behind = changes(world.disk.engine, after, projects, limit)
        found += page
        assert all(after < one.seq <= behind for one in page)
        if behind == after:
            return found
        after = behind


def test_pages_are_the_log() -> None:
    world = World(3).run()
    whole = all_of(world, -1, None, 1_000_000)
    jobs = {row[0] for row in world.disk.all("SELECT inbox FROM work")}
    assert {one.id for one in whole if one.what == "submitted"} == jobs
    started = world.disk.one("SELECT count(*) FROM event WHERE kind = 3")
    assert sum(one.what == "started" for one in whole) == started > 3
    placed = world.disk.one("SELECT count(DISTINCT attempt) FROM event WHERE kind = 8")
    assert sum(one.what == "placed" for one in whole) == placed
    assert all((one.outcome is not None) == (one.what == "ended") for one in whole)
    assert all("/" in (one.pool or "") for one in whole if one.what in ("placed", "started", "ended"))
    for limit in (1, 7):
        pages = all_of(world, -1, None, limit)
        assert {one.seq for one in whole} <= {one.seq for one in pages}
        assert [one for one in pages if one.what != "placed"] == [one for one in whole if one.what != "placed"]
    projects = {one.project for one in whole}
    assert len(projects) > 1
    for project in projects:
        assert all_of(world, -1, [project], 50) == [one for one in whole if one.project == project]
    middle = whole[len(whole) // 2].seq
    assert all_of(world, middle, None, 1_000_000)[-1] == whole[-1]
    assert changes(world.disk.engine, None, None, 10) == ([], world.disk.one("SELECT max(seq) FROM event")), "from now on"
