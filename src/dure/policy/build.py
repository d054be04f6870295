"""From descriptions to a State: allocate every array, number everything, derive the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext

import numpy as np

from dure.model.errors import LimitError
from dure.model.work import Backfill, DomainRule, NodeRule, Order, PoolRule
from dure.policy import entries
from dure.policy import layout as L
from dure.policy.profile import PLACES
from dure.policy.queue import region_places
from dure.policy.state import State, records

_NODES_AT_MOST = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSpec:
    """Interchangeable nodes of one model. `owner`: index of the project that they are dedicated to; `ahead`: POLICY.md §6b, 0: no limit."""

    nodes: int
    devices: int
    model: int = 0
    owner: int = L.NONE
    lent: bool = False
    notice: int = 120
    parent: int = L.NONE
    domain_nodes: int = 0
    delay: int = 0
    ahead: int = 0
    weight: int = L.PPM
    modes: Sequence[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSpec:
    """Jobs alike to the policy: devices asked, speed on each pool in ppm (0 = not eligible), domain rule."""

    devices: int
    speeds: Sequence[int]
    domain: int = DomainRule.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSpec:
    """A node of the tree of organisations and projects; parents stand before their children, the root is number 0.

    Quotas in weighted devices (ppm of a device), credits in weighted device-seconds (ppm); None = no limit.
    `models`: ceilings in devices by model.
    """

    parent: int = 0
    share: int = 1
    nominal: int | None = None
    borrow: int | None = None
    lend: int | None = None
    credits: int | None = None
    models: Mapping[int, int] = field(default_factory=dict)
    leaf: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class QosSpec:
    priority: int = 0
    rank: int = 0
    preempts: bool = False
    preemptible: bool = False
    notice: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """The policy of docs/POLICY.md in numbers."""

    order: Order = Order.FCFS
    backfill: Backfill = Backfill.EASY
    hold_kept: bool = False
    node_rule: NodeRule = NodeRule.BEST
    pool_rule: PoolRule = PoolRule.FIRST
    lend: bool = True
    period: int = 300
    half_life: int = 7 * 86_400
    fair_weight: int = 0
    age_weight: int = 0
    age_max: int = 7 * 86_400
    size_weight: int = 0
    replan: int = 0
    depth: int = 0
    forget: bool = False  # look at everything at every decide: slow, and the same choices, which is tested with it
    reserve_ppm: int = 0  # 0: no dated reservations
    reserve_after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Everything that a State is built from."""

    pools: Sequence[PoolSpec]
    classes: Sequence[ClassSpec]
    projects: Sequence[ProjectSpec] = field(default_factory=lambda: (ProjectSpec(parent=L.NONE),))
    qos: Sequence[QosSpec] = field(default_factory=lambda: (QosSpec(),))
    rules: RuleSpec = field(default_factory=RuleSpec)
    jobs: int = 1024  # room for open jobs
    lists: int = 0  # room for lists; 0 = by classes, projects and qualities of service
    acts: bool = False  # pools may be dedicated and projects stopped while it runs
    ceilings: bool = False  # any node of the tree may get a ceiling on a model while it runs
    fleet: int = 0  # accelerators of the fleet where some stand in two pools in turn; 0 = those of all pools


def sizes_of(state: State) -> tuple[int, int, int]:
    """Pools, classes and projects of a State."""
    return len(state.pool), len(state.klass), len(state.project)


def narrowed(spec: Spec, pools: int, classes: int, projects: int) -> Spec:
    """The first so many pools, classes and projects: what a spec was before it grew."""
    kinds = [replace(one, speeds=list(one.speeds)[:pools]) for one in list(spec.classes)[:classes]]
    return replace(spec, pools=list(spec.pools)[:pools], classes=kinds, projects=list(spec.projects)[:projects])


def halves() -> np.ndarray:
    """E[i] = round(2^30 · 2^(-i/1024)) for i = 0 … 1024, by exact decimal arithmetic (POLICY.md §8)."""
    with localcontext() as context:
        context.prec = 50
        step = (Decimal(2).ln() / -1024).exp()
        value, table = Decimal(1 << 30), []
        for _ in range(1025):
            table.append(int(value.to_integral_value()))
            value *= step
    return np.array(table, np.int64)


def halving(table: np.ndarray, x: int) -> int:
    """2^-x in units of 2^-30 (x in the same units): the definition of POLICY.md §8 in Python."""
    shift = x >> 30
    if shift > 30:
        return 0
    i, fraction = (x >> 20) & 1023, x & ((1 << 20) - 1)
    high, low = int(table[i]), int(table[i + 1])
    return (high - ((high - low) * fraction >> 20)) >> shift


def _pools(spec: Spec) -> tuple[np.ndarray, int, int, int]:
    pool = records(len(spec.pools), L.POOL)
    node = bits = level = domain = blocks = 0
    for p, x in zip(pool, spec.pools, strict=True):
        if x.nodes < 1 or x.devices < 1 or node + x.nodes > _NODES_AT_MOST:
            raise LimitError(f"a pool of {x.nodes} nodes × {x.devices} devices", remedy="pools have 1 to 16,777,216 nodes in all")
        words = (x.nodes + 63) // 64
        summary = (words + 63) // 64
        size = x.domain_nodes or x.nodes
        p["first_node"], p["nodes"], p["devices"], p["model"] = node, x.nodes, x.devices, x.model
        p["owner"], p["lent"], p["notice"], p["parent"] = x.owner, x.lent, x.notice, x.parent
        p["domain_nodes"], p["first_domain"], p["domains"] = size, domain, -(-x.nodes // size)
        p["delay"], p["ahead"], p["weight"], p["words"], p["summary"] = x.delay, x.ahead, x.weight, words, summary
        p["bits"], p["level"], p["release"], p["release_room"] = bits, level, blocks, _release_blocks(x.nodes)
        blocks += _release_blocks(x.nodes)
        node += x.nodes
        bits += (x.devices + 1) * (words + summary)
        level += x.devices + 1
        domain += int(p["domains"])
    pool["owner_head"] = pool["held_for"] = pool["kept_for"] = pool["late_first"] = pool["late_last"] = L.NONE
    return pool, node, bits, level


def _release_blocks(nodes: int) -> int:
    """Blocks for at most two entries a node, each at least a quarter full after a repack."""
    return nodes // 8 + 4


def _nodes(pool: np.ndarray, nodes: int) -> np.ndarray:
    node = records(nodes, L.NODE, parts=L.NONE, released=L.NONE, level=L.NONE)
    for i, p in enumerate(pool):
        rows = node[p["first_node"] : p["first_node"] + p["nodes"]]
        rows["pool"] = i
        rows["domain"] = p["first_domain"] + np.arange(len(rows)) // p["domain_nodes"]
        rows["total"] = p["devices"] * L.MILLI
        rows["mode"] = L.NOT_DELIVERED  # entered through `set_mode`, which counts
    return node


def _fits(spec: Spec, pool: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Class × eligible pool; the same by pool; the shapes that each pool is asked for."""
    klass = records(len(spec.classes), L.KLASS, head_stale=1, head_list=L.NONE, stamp=L.NONE, slot=L.NONE, least=L.NEVER)
    rows: list[tuple[int, int, int]] = []
    most = spec.fleet or sum(x.nodes * x.devices for x in spec.pools)
    for c, x in enumerate(spec.classes):
        klass[c]["devices"], klass[c]["domain"], klass[c]["fit_at"] = x.devices, x.domain, len(rows)
        if spec.rules.size_weight and spec.rules.order == Order.MULTIFACTOR:
            klass[c]["size"] = spec.rules.size_weight * min(x.devices, most) // most
        rows.extend((c, p, speed) for p, speed in enumerate(x.speeds) if speed > 0)
        klass[c]["fit_n"] = len(rows) - int(klass[c]["fit_at"])
    fit = records(len(rows), L.FIT)
    if rows:
        fit["klass"], fit["pool"], fit["speed"] = np.array(rows, np.int64).T
    asked = klass["devices"][fit["klass"]].astype(np.int64)
    size = pool["devices"][fit["pool"]].astype(np.int64)
    alone = asked <= size
    fit["nodes"] = np.where(alone, 1, -(-asked // size))
    fit["need"] = np.where(alone, asked, size)
    fit["billed"] = np.where(alone, asked, fit["nodes"] * size) * L.MILLI
    fit["model"] = pool["model"][fit["pool"]]
    fit["weighted"] = fit["billed"] // L.MILLI * pool["weight"][fit["pool"]]
    fit["delay"] = pool["delay"][fit["pool"]]
    np.maximum.at(klass["weighted_most"], fit["klass"], fit["weighted"])
    klass["ask_rate"] = 1
    np.maximum.at(klass["ask_rate"], fit["klass"], -(-fit["weighted"] * L.PPM // np.maximum(1, fit["speed"])))
    np.maximum.at(klass["ask_base"], fit["klass"], fit["weighted"] * (fit["delay"] + 1))
    by_pool = np.argsort(fit["pool"], kind="stable").astype(np.int32)
    pool["fit_n"] = np.bincount(fit["pool"], minlength=len(pool))
    pool["fit_at"] = np.cumsum(pool["fit_n"]) - pool["fit_n"]
    shapes: list[tuple[int, int, int]] = []
    for p in range(len(pool)):
        mine = by_pool[pool[p]["fit_at"] : pool[p]["fit_at"] + pool[p]["fit_n"]]
        keys = np.unique(fit[mine]["nodes"].astype(np.int64) * (1 << 20) + fit[mine]["need"])
        fit["shape"][mine] = len(shapes) + np.searchsorted(keys, fit[mine]["nodes"].astype(np.int64) * (1 << 20) + fit[mine]["need"])
        pool[p]["shape_at"], pool[p]["shapes"] = len(shapes), len(keys)
        shapes.extend((int(k) & 0xFFFFF, int(k) >> 20, (int(k) & 0xFFFFF) * (int(k) >> 20)) for k in keys)
    shape = records(max(1, len(shapes)), L.SHAPE)
    for row, (need, nodes, devices) in zip(shape, shapes, strict=False):
        row["need"], row["nodes"], row["devices"] = need, nodes, devices
    return klass, fit, by_pool, shape


def _masks(fit: np.ndarray, classes: int, pools: int) -> dict[str, np.ndarray]:
    """Which pools each class may use, as bits and by row of `fit`; whose and open they are is marked as nodes come."""
    words = (pools + 63) // 64
    fit_of = np.full((classes, pools), L.NONE, np.int32)
    fit_of[fit["klass"], fit["pool"]] = np.arange(len(fit))
    eligible = np.zeros((classes, words), np.uint64)
    np.bitwise_or.at(eligible, (fit["klass"], fit["pool"] >> 6), np.uint64(1) << (fit["pool"] & 63).astype(np.uint64))
    return {
        "dirty": np.zeros(words, np.uint64),
        "moved": np.zeros(words, np.uint64),
        "vain": np.zeros(words, np.uint64),
        "open": np.zeros(words, np.uint64),
        "owned": np.zeros(words, np.uint64),
        "eligible": eligible,
        "fit_of": fit_of,
    }


def _projects(spec: Spec) -> np.ndarray:
    project = records(len(spec.projects), L.PROJECT, lists=L.NONE)

    def limit(value: int | None) -> int:
        return L.NEVER if value is None else value

    for x, (row, p) in enumerate(zip(project, spec.projects, strict=True)):
        if x and not 0 <= p.parent < x:
            raise ValueError("parents stand before their children")
        row["parent"] = p.parent if x else L.NONE
        row["share"], row["leaf"] = p.share, p.leaf
        row["nominal"], row["borrow"], row["credits"] = limit(p.nominal), limit(p.borrow), limit(p.credits)
        row["lend"] = limit(p.lend)
        row["fair"] = spec.rules.fair_weight
    for x in range(len(project) - 1, 0, -1):
        if L.NEVER not in (project[x]["nominal"], project[x]["lend"]):
            project[x]["guaranteed"] = max(0, project[x]["nominal"] - project[x]["lend"])
        up = project[project[x]["parent"]]
        up["siblings"] += project[x]["share"]  # for now: shares of its children
        if up["nominal"] != L.NEVER and project[x]["nominal"] != L.NEVER:
            up["nominal"] += project[x]["nominal"] - project[x]["guaranteed"]
    children = project["siblings"].copy()
    project["siblings"][0] = 0
    for x in range(1, len(project)):
        project[x]["siblings"] = children[project[x]["parent"]]
    for x in range(len(project)):
        above = x
        limited = project[x]["credits"] != L.NEVER or spec.ceilings
        while above != L.NONE:
            limited |= project[above]["nominal"] != L.NEVER or bool(spec.projects[above].models)
            above = int(project[above]["parent"])
        project[x]["limited"] = limited
    return project


def _ceilings(spec: Spec, pool: np.ndarray) -> tuple[np.ndarray, int]:
    """What each node of the tree may hold of each model, a row for each where any may; and how many models these are."""
    known = [int(pool["model"].max(initial=0)), *(model for x in spec.projects for model in x.models)]
    models = 1 + max(known) if spec.ceilings or len(known) > 1 else 0
    ceiling = records(len(spec.projects) * models, L.CEILING, most=L.NEVER)
    for number, x in enumerate(spec.projects):
        for model, most in x.models.items():
            ceiling["most"][number * models + model] = most * L.MILLI
    return ceiling, models


def _rules(spec: Spec, table: np.ndarray, limited: bool, dedicated: bool, row_room: int, fit: np.ndarray) -> np.ndarray:
    rules, r = records(1, L.RULES), spec.rules
    x = rules[0]
    x["order"], x["backfill"], x["hold_kept"], x["node_rule"], x["pool_rule"] = r.order, r.backfill, r.hold_kept, r.node_rule, r.pool_rule
    x["preempt"], x["lend"] = any(q.preempts for q in spec.qos), r.lend
    x["releases"] = r.backfill != Backfill.NONE or bool(x["preempt"]) or dedicated
    x["by_project"] = r.order == Order.MULTIFACTOR or limited or dedicated
    x["period"], x["decay"] = r.period, halving(table, (r.period << 30) // r.half_life)
    x["fair_weight"], x["age_weight"], x["age_max"] = r.fair_weight, r.age_weight if r.age_max else 0, max(1, r.age_max)
    x["size_weight"], x["replan"], x["depth"], x["row_room"] = r.size_weight, r.replan, r.depth, row_room
    x["weighted_most"], x["billed_most"] = fit["weighted"].max(initial=0), fit["billed"].max(initial=0)
    x["forget"] = r.forget
    x["reserve_ppm"], x["reserve_after"] = r.reserve_ppm if r.backfill == Backfill.EASY else 0, r.reserve_after
    return rules


def _tables(spec: Spec, pool: np.ndarray, nodes: int, bits: int, levels: int) -> dict[str, np.ndarray]:
    """Nodes, slots for jobs, attempts and parts, and what is kept of the floor."""
    devices = sum(x.nodes * x.devices for x in spec.pools)
    attempts, blocks, domains = devices + 64, int(pool["release_room"].sum()), int(pool["domains"].sum())
    return {
        "node": _nodes(pool, nodes),
        "job": records(spec.jobs, L.JOB, state=L.NONE, attempt=L.NONE, at=L.NONE, promise=L.NEVER),
        "attempt": records(attempts, L.ATTEMPT),
        "part": records(attempts, L.PART),
        "job_free": np.arange(spec.jobs - 1, -1, -1, dtype=np.int32),
        "attempt_free": np.arange(attempts - 1, -1, -1, dtype=np.int32),
        "part_free": np.arange(attempts - 1, -1, -1, dtype=np.int32),
        "out": np.zeros(attempts, np.int32),
        "stop": np.zeros(attempts, np.int32),
        "bits": np.zeros(bits, np.uint64),
        "level": np.zeros(levels, np.int32),
        "domain_whole": np.zeros(domains, np.int32),
        "domain_scratch": np.zeros(domains, np.int32),
        "release_key": np.zeros(64 * blocks, np.int64),
        "release_count": np.zeros(blocks, np.int64),
        "release_nodes": np.zeros(blocks, np.int64),
        "release_order": np.arange(blocks, dtype=np.int64),
        "explained": np.zeros((len(pool), L.CAUSES), np.int64),
        "count": np.zeros((len(pool), L.COUNTS), np.int64),
        "sum": np.zeros((len(pool), L.COUNTS), np.int64),
    }


def _waiting_room(spec: Spec, lists: int) -> dict[str, np.ndarray]:
    """Lists, the arenas of waiting jobs and of active lists, and the hash that finds a list."""
    arena = 64 * 64
    while arena < 8 * spec.jobs + 64 * lists:
        arena *= 2
    active, places = 16 * lists + 64, 1 << (2 * lists).bit_length()
    return {
        "list": records(lists + 1, L.LIST, active=L.NONE, size=L.NONE, least=L.NEVER),
        "queue_job": np.zeros(arena, np.int32),
        "queue_request": np.full(arena, L.NEVER, np.int64),
        "queue_key": np.zeros(arena, np.int64),
        "queue_least": np.full(arena // L.BLOCK, L.NEVER, np.int64),
        "active_list": np.zeros(active, np.int32),
        "active_prio": np.zeros(active, np.int64),
        "active_key": np.zeros(active, np.int64),
        "active_least": np.zeros(active, np.int64),
        "active_submit": np.zeros(active, np.int64),
        "active_owner": np.zeros(active, np.int32),
        "price": np.zeros(len(spec.projects) * len(spec.qos), np.int64),
        "classes": np.zeros(len(spec.classes) + 1, np.int32),
        "touched": np.zeros(len(spec.classes) + 1, np.int32),
        "fresh": np.zeros(lists + 1, np.int32),
        "lists_of": np.full(places, L.NONE, np.int64),
        "lists_at": np.zeros(places, np.int32),
        "arena_free": np.full((2, 16), L.NONE, np.int64),
    }


def _qualities(spec: Spec) -> np.ndarray:
    qos = records(len(spec.qos), L.QOS)
    for row, q in zip(qos, spec.qos, strict=True):
        row["priority"], row["rank"], row["notice"] = q.priority, q.rank, q.notice
        row["preempts"], row["preemptible"] = q.preempts, q.preemptible
    return qos


def build(spec: Spec) -> State:
    """A State at second 0 with every node in its first supply mode and nobody waiting."""
    pool, nodes, bits, levels = _pools(spec)
    klass, fit, by_pool, shape = _fits(spec, pool)
    ceiling, models = _ceilings(spec, pool)
    project, qos, table = _projects(spec), _qualities(spec), halves()
    tables = _tables(spec, pool, nodes, bits, levels)
    limited, dedicated = bool(project["limited"].any()), bool((pool["owner"] != L.NONE).any())
    meta = records(
        1,
        L.META,
        **dict.fromkeys(("head", "blocking", "hold_pool", "shadows_of", "vain_for", "tick_at", "line_tick"), L.NONE),
        **dict.fromkeys(("shadow", "promise_next", "late_next", "bar_next"), L.NEVER),
        **dict.fromkeys(("all_fresh", "split_stale", "due", "profile_blocks"), 1),
    )
    meta["limited"], meta["dedicated"] = limited, dedicated
    meta["job_free"], meta["attempt_free"], meta["part_free"] = (len(tables[name]) for name in ("job", "attempt", "part"))
    devices = sum(x.nodes * x.devices for x in spec.pools)
    lists = spec.lists or min(len(spec.classes) * len(project) * len(qos), 4096)
    state = State(
        meta=meta,
        rules=_rules(spec, table, limited, dedicated or spec.acts, 2 * devices + len(tables["attempt"]), fit),
        pool=pool,
        klass=klass,
        fit=fit,
        pool_fit=by_pool,
        shape=shape,
        project=project,
        ceiling=ceiling,
        qos=qos,
        halves=table,
        **tables,
        **_masks(fit, len(klass), len(pool)),
        **_waiting_room(spec, lists),
        **_line(spec.jobs if spec.rules.backfill == Backfill.CONSERVATIVE else 0, nodes),
    )
    state.rules["models"] = models
    state.count[:, L.NOT_DELIVERED] = pool["nodes"] * pool["devices"] * L.MILLI
    modes = np.zeros(nodes, np.int64)
    for p, x in zip(pool, spec.pools, strict=True):
        if x.modes is not None:
            modes[p["first_node"] : p["first_node"] + p["nodes"]] = x.modes
    entries.open_floor(state, modes)
    return state


def _line(jobs: int, nodes: int) -> dict[str, np.ndarray]:
    """The waiting line and the profile of a conservative pool: an empty line and one entry that says that nothing is up."""
    ends = 2 * jobs + nodes if jobs else 0
    blocks = 1 + 4 * ends // PLACES  # twice what they need half full: at most two entries a promise, one a node
    block = records(blocks, L.PROFILE_BLOCK)
    block["block"] = np.arange(blocks)
    block["count"][0] = 1
    return {
        "line_job": np.zeros(2 * jobs, np.int32),
        "line_prio": np.zeros(2 * jobs, np.int64),
        "line_nodes": np.zeros(2 * jobs, np.int32),
        "line_s": np.zeros(2 * jobs, np.int64),
        "line_promise": np.full(2 * jobs, L.NEVER, np.int64),
        "profile_time": np.zeros(PLACES * blocks, np.int64),
        "profile_free": np.zeros(PLACES * blocks, np.int32),
        "profile_block": block,
    }


def _longer_line(state: State) -> dict[str, np.ndarray]:
    """The same line and profile with room for twice as many jobs."""
    more = _line(len(state.line_job) // 2, 0)
    more["profile_block"]["block"] += len(state.profile_block)
    return {name: np.concatenate([getattr(state, name), room]) for name, room in more.items()}


def largest_region(state: State) -> int:
    """Places of the next larger region than the largest list's."""
    size = int(state.list["size"].max(initial=0))
    return int(region_places(max(size, 0) + 1))


def grown(state: State) -> State:
    """A State with twice the room for jobs, lists and waiting places; everything keeps its number."""
    old_jobs = len(state.job)
    job = np.concatenate([state.job, records(old_jobs, L.JOB, state=L.NONE, attempt=L.NONE, at=L.NONE, promise=L.NEVER)])
    free = int(state.meta[0]["job_free"])
    job_free = np.zeros(2 * old_jobs, np.int32)
    job_free[:old_jobs] = np.arange(2 * old_jobs - 1, old_jobs - 1, -1)
    job_free[old_jobs : old_jobs + free] = state.job_free[:free]
    state.meta[0]["job_free"] = old_jobs + free
    line = _longer_line(state) if len(state.line_job) else {}
    return _with_more_lists(replace_arrays(state, job=job, job_free=job_free, **line))


def replace_arrays(state: State, **arrays: np.ndarray) -> State:
    return state.replaced(**arrays)


def _doubled(array: np.ndarray, fill: int = 0) -> np.ndarray:
    return np.concatenate([array, np.full(len(array), fill, array.dtype)])


def _with_more_lists(state: State) -> State:
    more = records(len(state.list), L.LIST, active=L.NONE, size=L.NONE, least=L.NEVER)
    hash_size = 2 * len(state.lists_of)
    grown_state = state.replaced(
        list=np.concatenate([state.list, more]),
        fresh=_doubled(state.fresh),
        active_list=_doubled(state.active_list),
        active_prio=_doubled(state.active_prio),
        active_key=_doubled(state.active_key),
        active_least=_doubled(state.active_least),
        active_submit=_doubled(state.active_submit),
        active_owner=_doubled(state.active_owner),
        queue_job=_doubled(state.queue_job),
        queue_request=_doubled(state.queue_request, L.NEVER),
        queue_key=_doubled(state.queue_key),
        queue_least=_doubled(state.queue_least, L.NEVER),
        lists_of=np.full(hash_size, L.NONE, np.int64),
        lists_at=np.zeros(hash_size, np.int32),
    )
    entries.rehash(grown_state)
    return grown_state
