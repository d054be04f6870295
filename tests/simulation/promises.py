"""What has to be true after a run, whatever went wrong in it. Nothing here asks the broker: rows, acts and sites are the witnesses."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import redirect_stdout
from itertools import pairwise

import numpy as np

from dure import verify
from dure.adapters.store.bundle import write_bundle
from dure.adapters.store.current import Current
from dure.adapters.store.engine import WRITES
from dure.adapters.store.epochs import Again, adopted_of, keys_of
from dure.adapters.store.registry import Known, known
from dure.adapters.store.replay import compared
from dure.adapters.store.rollups import broken, forget_rollups, roll_all
from dure.adapters.store.sql import EVENT_COLUMNS, read_jobs, read_rows
from dure.bootstrap.grounds import NO_QUOTA
from dure.bootstrap.places import Places
from dure.bootstrap.used import Used, sums_by
from dure.ledger.attempts import Gathering
from dure.ledger.books import PROGRAMME, balances, journal
from dure.ledger.recorded import recorded
from dure.ledger.settlement import PoolMonth, settlement
from dure.ledger.use import by_place
from dure.model.events import Kind, Outcome
from dure.model.fleet import Mode
from dure.operate.follow import Follower
from dure.operate.keys import Keys
from dure.operate.ports import Rows
from dure.policy.layout import NEVER as UNLIMITED
from dure.policy.state import same
from dure.twin.floor import FloorPool
from dure.wire.jobspec_parts import read_array
from tests.simulation.world import NODE_MILLI, SITES, World

Row = tuple[int, ...]
NO_END = 1 << 60
HOURS = "SELECT hour, pool, project, line, milli_s FROM hourly ORDER BY 1, 2, 3, 4"
AT, KIND, JOB, ATTEMPT, POOL, NODE, COUNT, VALUE, CAUSE, SEEN = range(1, 11)
LAST = (Outcome.COMPLETED, Outcome.FAILED, Outcome.TIME_LIMIT)
assert EVENT_COLUMNS[AT : SEEN + 1] == ("at", "kind", "job", "attempt", "pool", "node", "count", "value", "cause", "seen")


def check(world: World) -> Rows:
    """Raises AssertionError with the promise that was not kept; returns the log."""
    with world.disk.engine.connect() as connection:
        rows, jobs = read_rows(connection), read_jobs(connection)
    told = rows.tolist()
    accepted_jobs_end(world)
    cancels_are_heard(world, told)
    acts_are_carried_out(world, told)
    the_log_is_whole(world, rows)
    rows_are_replay(world, rows, jobs)
    nothing_runs_twice(world, told)
    nothing_is_charged_twice(world, rows, told)
    quotas_hold(world, told)
    notices_hold(world, told)
    nothing_lies_for_long(world, told)
    servers_stand_as_their_sites_say(world)
    the_ledger_balances(world, rows)
    credits_are_what_was_held(world, told)
    the_books_balance(world, told)
    rollups_and_seals_are_of_the_log(world)
    a_stranger_computes_the_same(world)
    return rows


def accepted_jobs_end(world: World) -> None:
    """Every act that was answered is in the inbox once, with what was asked; every job of it is there and has ended."""
    current = Current(world.disk.engine)
    inbox = {number: (key, act) for number, key, act in world.disk.all("SELECT number, key, act FROM inbox")}
    assert sorted(inbox) == list(range(len(inbox))), "the inbox has a gap"
    for one in world.asked:
        assert one.number is not None, f"{one.act} was never answered"
        assert inbox.get(one.number) == (one.key, one.act), f"act {one.number} ({one.act}) was answered and is not there"
        if one.act != "submit":
            continue
        tasks = current.tasks(one.number)
        assert all(task.state.final for task in tasks), f"j{one.number} does not end: {tasks}"
        array = read_array(one.body["spec"]["array"]) if "array" in one.body["spec"] else None
        whole = current.job(one.number)
        assert whole is not None
        assert whole.state.final, f"j{one.number} does not end: {whole}"
        if array is None:
            assert len(tasks) == 1, f"j{one.number} was accepted and is lost: {tasks}"
            continue
        numbers = [task.task for task in tasks]
        dropped = array.tasks - len(numbers)
        assert len(set(numbers)) == len(numbers), f"a task of j{one.number} was made twice: {numbers}"
        assert all(number in array for number in numbers), f"j{one.number} has tasks {numbers}"
        canceled = any(other.act == "cancel" and other.of is one and other.task is None for other in world.asked)
        assert numbers, f"j{one.number} was accepted and is lost"
        klass = f"SELECT klass FROM job_array WHERE number = {one.number}"
        stranded = world.disk.one(f"SELECT \"grant\" <> '' FROM klass WHERE number = ({klass})")  # its servers were given back
        assert not dropped or canceled or stranded, f"j{one.number}: {dropped} tasks were forgotten"
        counts = Counter(task.state.name for task in tasks) + Counter(CANCELED=dropped)
        assert whole.counts == counts, f"j{one.number} counts {whole.counts}, its tasks are {counts}"
        assert whole.attempts == sum(task.attempts for task in tasks)


def cancels_are_heard(world: World, told: Sequence[Row]) -> None:
    """A job that its user wants no more is not placed again, and what runs of it is told to end."""
    withdrawn: set[int] = set()
    for row in told:
        if row[KIND] == Kind.WITHDRAWN:
            withdrawn.add(row[JOB])
        assert row[KIND] != Kind.PLACED or row[JOB] not in withdrawn, f"job {row[JOB]} was cancelled and placed again"
    for one in world.asked:
        if one.act == "cancel" and one.of is not None:
            which = "state = 5" if "array" in one.of.body["spec"] and one.task is None else "1 = 1"  # what had ended is left alone
            which += "" if one.task is None else f" AND task = {one.task}"
            numbers = {job for (job,) in world.disk.all(f"SELECT job FROM work WHERE inbox = {one.of.number} AND {which}")}
            assert numbers <= withdrawn, f"j{one.of.number} was cancelled and nobody heard it"


def acts_are_carried_out(world: World, told: Sequence[Row]) -> None:
    """Credits and quotas are in the log once each, with the figures that were asked."""
    number = {one.project: one.number for one in known(world.disk.engine).parties if not one.dedicated}
    wanted: dict[str, list[tuple[int, int, int]]] = {"credit": [], "quota": []}
    models = world.ground.floor.models
    first = {model: [pool.model for pool in world.ground.floor.pools].index(model) for model in models}
    for one in world.asked:
        if one.act == "credit":
            wanted["credit"].append((number[one.body["project"]], -1, one.body["micro"] * 3_600))
        elif one.act == "quota" and "model" in one.body:
            most = one.body["most"]
            wanted["quota"].append((number[one.body["project"]], first[one.body["model"]], -1 if most is None else most * 1_000))
        elif one.act == "quota":
            milli = one.body["milli"]
            wanted["quota"].append((number[one.body["project"]], -1, NO_QUOTA if milli is None else milli * 1_000))
    for name, kind in (("credit", Kind.CREDIT), ("quota", Kind.QUOTA)):
        recorded_so = sorted((row[JOB], row[POOL], row[VALUE]) for row in told if row[KIND] == kind)
        assert recorded_so == sorted(wanted[name]), f"{name}: {sorted(wanted[name])} was asked, {recorded_so} is recorded"


def the_log_is_whole(world: World, rows: Rows) -> None:
    """Rows are numbered without gaps, terms never go back, and no second is before the one of the row before."""
    assert rows["seq"].tolist() == list(range(len(rows))), "the log has a gap"
    assert world.disk.one("SELECT seq FROM head") == len(rows)
    terms = [term for (term,) in world.disk.all("SELECT term FROM event ORDER BY seq")]
    assert terms == sorted(terms), "an old leader wrote after a new one"
    assert bool((np.diff(rows["seen"]) >= 0).all()), "time went back"


def rows_are_replay(world: World, rows: Rows, jobs: Rows) -> None:
    """What stands of jobs and attempts, and the State of the broker, are what the log says."""
    found = compared(world.disk.engine)
    assert not found.differ, f"rows are not what the log says: {found.differ}"
    follower = Follower(world.ground.spec(known(world.disk.engine)))
    follower.learn(0, jobs)
    follower.apply(rows)
    assert world.leader is not None
    assert same(follower.state, world.leader.broker.state), "the broker's State is not that of its log"


def nothing_runs_twice(world: World, told: Sequence[Row]) -> None:
    """By the sites' own word: no key started twice, no job twice at once or again after its end, no server with more than it has."""
    runs = [(run, name) for name, wire in world.wires.items() for run in wire.site._runs.values() if run.started_at is not None]
    started = Counter(fact.key for wire in world.wires.values() for fact in wire.site.told(0)[0] if fact.kind == Kind.STARTED)
    assert max(started.values(), default=0) <= 1, f"a key started twice: {started}"
    keys = keys_of_log(world)
    job_of = {row[ATTEMPT]: row[JOB] for row in told if row[KIND] == Kind.PLACED}
    by_job: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    by_node: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for run, name in runs:
        attempt = keys.attempt(run.key)
        assert attempt in job_of, f"{run.key} runs and the log knows nothing of it"
        assert run.over, f"{run.key} still runs"
        by_job[job_of[attempt]].append((run.started_at, run.ended_at, int(run.outcome)))
        for first, nodes, each in run.placement.runs:
            for node in range(first, first + nodes):
                assert node in SITES[name], f"server {node} is not at {name}"
                by_node[node].append((run.started_at, run.ended_at, each))
    for job, spans in by_job.items():
        for before, after in pairwise(sorted(spans)):
            assert before[1] <= after[0], f"job {job} ran twice at once: {sorted(spans)}"
            assert before[2] not in LAST, f"job {job} ran again after its end: {sorted(spans)}"
    for node, spans in by_node.items():
        assert most(spans) <= NODE_MILLI, f"server {node} ran more than it has: {sorted(spans)}"


def keys_of_log(world: World) -> Keys:
    """Which attempt a key is."""
    with world.disk.engine.connect() as connection:
        return keys_of(connection)


def taken_up(world: World) -> list[Again]:
    """Attempts that a restore took up again."""
    with world.disk.engine.connect() as connection:
        return adopted_of(connection)


def most(spans: Iterable[tuple[int, int, int]]) -> int:
    """The largest sum of amounts at one second of (from, until, amount)."""
    changes: Counter[int] = Counter()
    for start, end, amount in spans:
        changes[start] += amount
        changes[end] -= amount
    level = found = 0
    for at in sorted(changes):
        level += changes[at]
        found = max(found, level)
    return found


def nothing_is_charged_twice(world: World, rows: Rows, told: Sequence[Row]) -> None:
    """What the log charges is what the sites saw, to the second; of a server in a second never more than the whole of it."""
    gathering = Gathering()
    gathering.add(rows)
    table = gathering.attempts(horizon_s=world.now)
    charged = dict(zip(table.attempt.tolist(), (table.ran_s * table.milli).tolist(), strict=True))
    keys = keys_of_log(world)
    for wire in world.wires.values():
        for run in wire.site._runs.values():
            number = keys.attempt(run.key)
            if number is None:
                assert run.started_at is None, f"{run.key} ran and is charged to nobody"
                continue
            milli = sum(nodes * each for _, nodes, each in run.placement.runs)
            ran = 0 if run.started_at is None else (run.ended_at - run.started_at) * milli
            assert charged.pop(number, 0) == ran, f"{run.key} ran {ran} milli-device-seconds"
    assert not any(charged.values()), f"charged and never ran: {charged}"
    spans: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    begun = dict(zip(table.attempt.tolist(), table.started_s.tolist(), strict=True))
    ended = dict(zip(table.attempt.tolist(), table.ended_s.tolist(), strict=True))
    for row in told:
        if row[KIND] == Kind.PLACED and begun[row[ATTEMPT]] >= 0:
            each = min(row[COUNT], NODE_MILLI)
            for node in range(row[NODE], row[NODE] + row[COUNT] // each):
                spans[node].append((begun[row[ATTEMPT]], ended[row[ATTEMPT]], each))
    for node, each_span in spans.items():
        assert most(each_span) <= NODE_MILLI, f"node {node} is charged more than it has"


def pools(world: World) -> list[FloorPool]:
    """What every pool is made of; servers that a project holds are of the pool that they were taken from."""
    found, now = list(world.ground.floor.pools), known(world.disk.engine)
    return found + [found[[one.pool for one in now.grounds].index(piece.pool)] for piece in now.pieces]


def weights(world: World) -> list[int]:
    """Billing weight of every pool, ppm."""
    return [pool.weight_ppm for pool in pools(world)]


def quotas_hold(world: World, told: Sequence[Row]) -> None:
    """Recounted from the log: at no placement does a project hold more than its quota, of all or of a model, nor is it stopped."""
    floor = pools(world)
    party = dict(world.disk.all("SELECT number, project FROM job"))
    holds: Counter[int] = Counter()
    models: Counter[tuple[int, str]] = Counter()
    of: dict[int, tuple[int, int, str, int]] = {}
    again = {one.attempt for one in taken_up(world)}
    """What was taken up again after a restore was nobody's choice; it counts, and nothing is placed beside it that is too much."""
    quota: dict[int, int] = {}
    ceiling: dict[tuple[int, str], int] = {}
    stopped: set[int] = set()
    for row in told:
        if row[KIND] == Kind.QUOTA and row[POOL] >= 0:
            ceiling[row[JOB], floor[row[POOL]].model] = row[VALUE] if row[VALUE] >= 0 else NO_END
        elif row[KIND] == Kind.QUOTA:
            quota[row[JOB]] = row[VALUE]
        elif row[KIND] == Kind.STOP:
            stopped = stopped | {row[JOB]} if row[VALUE] else stopped - {row[JOB]}
        elif row[KIND] == Kind.PLACED:
            who = party[row[JOB]]
            assert who not in stopped or row[ATTEMPT] in again, f"job {row[JOB]} of a stopped project was placed"
            model, more = floor[row[POOL]].model, row[COUNT] * floor[row[POOL]].weight_ppm // 1_000
            holds[who] += more
            models[who, model] += row[COUNT]
            _, weighted, _, milli = of.get(row[ATTEMPT], (who, 0, model, 0))
            of[row[ATTEMPT]] = (who, weighted + more, model, milli + row[COUNT])
            fits = models[who, model] <= ceiling.get((who, model), NO_END)
            assert fits or row[ATTEMPT] in again, f"row {row[0]}: project {who} holds {models[who, model]} {model} of {ceiling[who, model]}"
            fits = holds[who] <= quota.get(who, NO_END)
            assert fits or row[ATTEMPT] in again, f"row {row[0]}: project {who} holds {holds[who]} of {quota.get(who)}"
        elif row[KIND] in (Kind.ENDED, Kind.REFUSED) and row[ATTEMPT] in of:
            who, held, model, milli = of.pop(row[ATTEMPT])
            holds[who] -= held
            models[who, model] -= milli


def credits_are_what_was_held(world: World, told: Sequence[Row]) -> None:
    """What a project has left is what it was given, less what its attempts held from their placement to their end, heard of when it may."""
    assert world.leader is not None
    state = world.leader.broker.state
    weight, party = weights(world), dict(world.disk.all("SELECT number, project FROM job"))
    left: Counter[int] = Counter()
    begun = {row[ATTEMPT] for row in told if row[KIND] == Kind.STARTED}
    placed: dict[int, tuple[int, int, int]] = {}
    for row in told:
        if row[KIND] == Kind.CREDIT:
            left[row[JOB]] += row[VALUE]
        elif row[KIND] == Kind.PLACED:
            held = placed.get(row[ATTEMPT], (0, 0, 0))[2] + row[COUNT] * weight[row[POOL]] // 1_000
            placed[row[ATTEMPT]] = (party[row[JOB]], row[AT], held)
        elif row[KIND] in (Kind.ENDED, Kind.REFUSED) and row[ATTEMPT] in placed:
            who, since, held = placed.pop(row[ATTEMPT])
            left[who] -= 0 if void(row, begun) else held * max(0, row[AT] - since)
    assert not placed, f"attempts that do not end: {sorted(placed)}"
    for number, project in enumerate(state.project):
        if project["credits"] != UNLIMITED:
            assert int(project["credits"]) == left[number], f"project {number} has {project['credits']} left, the log says {left[number]}"
            assert project["escrow"] == 0, f"of project {number} something is kept for attempts that are over"


def void(end: Row, begun: Collection[int]) -> bool:
    """Whether an attempt was taken back before it started: nothing is charged for it."""
    return end[KIND] == Kind.ENDED and end[CAUSE] == Outcome.RECALLED and end[ATTEMPT] not in begun


def the_books_balance(world: World, told: Sequence[Row]) -> None:
    """What is charged, paid and drawn is that of every single attempt, and every won has two sides."""
    books = Used(world.disk.engine, Places(world.ground)).known(max(world.now, max(row[SEEN] for row in told)) + 1)
    cells, now = books.cells(), known(world.disk.engine)
    owner = {one.number: one.project for one in now.parties}
    weight, rate = weights(world), [place.rate_won or 0 for place in books.places]
    held: dict[int, tuple[int, int, int, int]] = {}
    begun: dict[int, int] = {}
    micro: Counter[int] = Counter()
    won: Counter[str] = Counter()
    for row in told:
        if row[KIND] == Kind.PLACED:
            held[row[ATTEMPT]] = (row[POOL], row[JOB], row[AT], held.get(row[ATTEMPT], (0, 0, 0, 0))[3] + row[COUNT])
        elif row[KIND] == Kind.STARTED:
            begun[row[ATTEMPT]] = row[AT]
        elif row[KIND] in (Kind.ENDED, Kind.REFUSED) and row[ATTEMPT] in held:
            pool, job, since, milli = held.pop(row[ATTEMPT])
            who = owner[dict(world.disk.all(f"SELECT number, project FROM job WHERE number = {job}"))[job]]
            own = pool >= len(now.grounds)
            micro[who] += 0 if own or void(row, set(begun)) else milli * max(0, row[AT] - since) * weight[pool] // (1_000 * 3_600)
            ran = max(0, row[AT] - begun.pop(row[ATTEMPT])) if row[ATTEMPT] in begun else 0
            won[books.places[pool].operator] += (milli * ran * rate[pool] + 1_800_000) // 3_600_000
    said = sums_by(cells, cells.key("project"), "credits_micro")
    assert +said == +micro, f"charged is {said}, by the log {micro}"
    key, names = by_place(books.places, cells.key("place"), lambda place: place.operator)
    earned = {names[number]: amount for number, amount in sums_by(cells, key, "service_won").items() if amount}
    assert earned == +won, f"operators earned {earned}, by the log {won}"
    due = [settlement(name, 0, [PoolMonth("all", 1, 1, amount)], {}) for name, amount in earned.items()]
    sums = balances(journal(0, due, [], []))
    assert sums.get(PROGRAMME, 0) == -sum(won.values())
    assert sum(sums.values()) == 0


def notices_hold(world: World, told: Sequence[Row]) -> None:
    """Whoever is stopped was told so as long before as was promised, and nobody ended it sooner."""
    pieces = {piece.number: piece.notice_s for piece in known(world.disk.engine).pieces}
    least = {name: min([30, *pieces.values()]) for name in SITES}
    keys = keys_of_log(world)
    by: dict[int, int] = {}
    for row in told:
        if row[KIND] == Kind.PREEMPTED:
            by[row[ATTEMPT]] = row[VALUE]
            withdrawn = any(one[KIND] == Kind.WITHDRAWN and one[JOB] == row[JOB] for one in told if one[0] < row[0])
            assert withdrawn or row[VALUE] >= row[AT] + 25, f"attempt {row[ATTEMPT]} had {row[VALUE] - row[AT]} s of notice"
    for name, wire in world.wires.items():
        for run in wire.site._runs.values():
            number = keys.attempt(run.key)
            forgotten = world.restored_at is not None and (run.started_at or 0) <= world.restored_at <= by.get(number, NO_END)
            if run.over and run.outcome == Outcome.PREEMPTED and not forgotten:  # the row that gave notice is one of those that are lost
                assert number in by, f"{run.key} was stopped and the log says nothing of it"
                assert run.ended_at >= by[number], f"{run.key} had {least[name]} s and was ended {by[number] - run.ended_at} s too soon"


def nothing_lies_for_long(world: World, told: Sequence[Row]) -> None:
    """What has not started in time is recalled, no sooner; what is taken back never ran, and nothing that had started is lost so."""
    now: Known = known(world.disk.engine)
    ahead = {pool.path: pool.ahead_s or NO_END for pool in world.ground.floor.pools}
    of_pool = [ahead[one.pool] for one in now.grounds] + [ahead[piece.pool] for piece in now.pieces]
    placed: dict[int, Row] = {}
    recalled: dict[int, Row] = {}
    decided = [row[SEEN] for row in told if row[KIND] == Kind.DECIDED]
    again = {one.attempt for one in taken_up(world)}
    for row in told:
        if row[KIND] == Kind.PLACED:
            placed.setdefault(row[ATTEMPT], row)
        elif row[KIND] == Kind.RECALLED:
            lay_s = row[SEEN] - placed[row[ATTEMPT]][AT]
            assert row[ATTEMPT] not in recalled, f"attempt {row[ATTEMPT]} is recalled twice"
            assert row[VALUE] == lay_s >= of_pool[row[POOL]], f"attempt {row[ATTEMPT]} is recalled after {row[VALUE]} s"
            recalled[row[ATTEMPT]] = row
        elif row[KIND] in (Kind.STARTED, Kind.ENDED, Kind.REFUSED) and row[ATTEMPT] in placed:
            first = placed.pop(row[ATTEMPT])
            due = first[AT] + of_pool[first[POOL]]
            turns = [at for at in decided if due <= at < row[SEEN]]
            late = turns and row[ATTEMPT] not in recalled and row[ATTEMPT] not in again
            assert not late, f"attempt {row[ATTEMPT]} was due at {due}, lay until {row[SEEN]}, and was not recalled at {turns[:1]}"
    keys = keys_of_log(world)
    for wire in world.wires.values():
        for run in wire.site._runs.values():
            if run.over and run.outcome == Outcome.RECALLED:
                assert run.started_at is None, f"{run.key} had started and was taken back"
                forgotten = world.restored_at is not None and run.back_at - 30 <= world.restored_at
                assert keys.attempt(run.key) in recalled or forgotten, f"{run.key} was taken back and the log says nothing of it"


def servers_stand_as_their_sites_say(world: World) -> None:
    """Every server is one of its nodes, whoever had it meanwhile, and that one is in the mode that its site told last."""
    assert world.leader is not None
    state = world.leader.broker.state
    nodes = {server: [server] for of in SITES.values() for server in of}
    first = len(nodes)
    for piece in known(world.disk.engine).pieces:
        for place, server in enumerate(piece.nodes):
            nodes[server].append(first + place)
        first += len(piece.nodes)
    for name, wire in world.wires.items():
        told = {fact.node: Mode(fact.cause) for fact in wire.site.told(0)[0] if fact.kind == Kind.NODE}
        for server in SITES[name]:
            modes = [Mode(int(state.node[node]["mode"])) for node in nodes[server]]
            there = [mode for mode in modes if mode != Mode.NOT_DELIVERED]
            assert there == [told.get(server, Mode.UP)], f"server {server} is {modes}, its site says {told.get(server, Mode.UP)}"


def rollups_and_seals_are_of_the_log(world: World) -> None:
    """What was rolled up piece by piece, by workers that died, is what is rolled up at once; what was sealed is the log."""
    engine = world.disk.engine
    roll_all(engine, world.now)
    kept, (_, wrong) = world.disk.all(HOURS), broken(engine)
    assert not wrong, f"the log is not what was sealed: {wrong}"
    with engine.execution_options(**WRITES).begin() as connection:
        forget_rollups(connection)
    roll_all(engine, world.now)
    assert world.disk.all(HOURS) == kept, "rolled up again it is something else"


def a_stranger_computes_the_same(world: World) -> None:
    """`verify.py`, with SQL of its own, gets from the log every line that the ledger claims."""
    place = world.folder / "bundle.zip"
    write_bundle(world.disk.engine, place, None, max(world.now, world.disk.one("SELECT max(seen) FROM event")) + 1)
    said = io.StringIO()
    with redirect_stdout(said):
        code = verify.main(str(place))
    assert code == 0, said.getvalue()


def the_ledger_balances(world: World, rows: Rows) -> None:
    """The causes and what is productive are the whole of every pool in every second, and busy is what the attempts were."""
    now: Known = known(world.disk.engine)
    milli = [one.nodes * one.devices * 1_000 for one in now.grounds]
    milli += [len(piece.nodes) * 4 * 1_000 for piece in now.pieces]
    first, last = int(rows["seen"][0]), max(world.now, int(rows["seen"][-1]))
    away = range(len(now.grounds), len(milli))
    lines = recorded(rows, milli, first, last, away).lines
    assert lines.sum(axis=1).tolist() == [each * (last - first) for each in milli], "the waterfall does not add up"
