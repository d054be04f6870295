"""Whose turn it is: the heads of lists, of classes and of the whole queue, and what is asked for.

A list's entry among the active ones holds the priority and key of its first job that its project may start. A list over
its limit keeps an entry that nothing can choose.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.admit import could_hold, list_limit
from dure.policy.floor import make_dirty
from dure.policy.layout import BACKFILL_CONSERVATIVE, DOMAIN_REQUIRE, MILLI, MULTIFACTOR, NEVER, NONE, PPM, UP
from dure.policy.line import leave_line, line_up
from dure.policy.queue import RANK_SHIFT, activate, base_of, deactivate, find_first, insert, priority, remove
from dure.policy.state import State

_ASKED_AT_MOST = NEVER >> 1


@leaf
def before(prio: int, key: int, best_prio: int, best_key: int) -> bool:
    """Whether (prio, key) comes before: higher priority, then smaller key."""
    return prio > best_prio or (prio == best_prio and key < best_key)


@leaf
def count_demand(s: State, ls: int, jobs: int, capped: int) -> None:
    """Keep what is asked for by admissible and by capped jobs, for the idle split."""
    klass = s.list[ls]["klass"]
    k = s.klass[klass]
    milli = jobs * k["devices"] * MILLI
    if capped:
        k["over"] += milli
        s.meta[0]["capped"] += milli
    else:
        k["asked"] += milli
        s.meta[0]["asked"] += milli
    if k["touched"] == 0:
        k["touched"] = 1
        s.touched[s.meta[0]["touched"]] = klass
        s.meta[0]["touched"] += 1


@leaf
def freshen(s: State, ls: int) -> None:
    """The next decide looks at this list on every pool."""
    if s.list[ls]["fresh"] == 0:
        s.list[ls]["fresh"] = 1
        s.fresh[s.meta[0]["fresh"]] = ls
        s.meta[0]["fresh"] += 1


@leaf
def _tell_class(s: State, ls: int, entry: int, prio: int, key: int) -> None:
    """Write a list's entry; the head of its class follows."""
    k = s.klass[s.list[ls]["klass"]]
    if prio == s.active_prio[entry] and key == s.active_key[entry]:
        return
    s.active_prio[entry] = prio
    s.active_key[entry] = key
    if k["head_stale"] == 0:
        if k["head_list"] == ls:
            k["head_stale"] = 1
        elif before(prio, key, k["head_prio"], k["head_key"]):
            k["head_list"] = ls
            k["head_prio"] = prio
            k["head_key"] = key


@step
def refresh_list(s: State, ls: int) -> None:
    """Make the list's entry among the active ones true."""
    lst = s.list[ls]
    k = s.klass[lst["klass"]]
    k["stamp"] = NONE
    s.project[lst["project"]]["turns"] += 1
    if lst["count"] == 0:
        if lst["active"] != NONE:
            if k["head_list"] == ls:
                k["head_stale"] = 1
            deactivate(s, ls)
        return
    if lst["active"] == NONE:
        activate(s, ls)
    limit = list_limit(s, ls, False)
    at = find_first(s, ls, limit) if limit >= 0 else NONE
    capped = 1 if at == NONE else 0
    if capped != lst["capped"]:
        count_demand(s, ls, -lst["count"], lst["capped"])
        count_demand(s, ls, lst["count"], capped)
        lst["capped"] = capped
        freshen(s, ls)
    entry = k["active_at"] + lst["active"]
    if capped:
        s.active_least[entry] = NEVER
        lst["holdable"] = 0
        _tell_class(s, ls, entry, -NEVER, NEVER)
        return
    s.active_least[entry] = lst["least"]
    k["least"] = min(k["least"], lst["least"])
    if k["feasible"] == 0 or s.project[lst["project"]]["limited"]:
        limit = list_limit(s, ls, True)
        at = find_first(s, ls, limit) if limit >= 0 else NONE
    lst["holdable"] = 0 if at == NONE else 1
    if at == NONE:
        _tell_class(s, ls, entry, -NEVER, NEVER)
        return
    submit = s.job[s.queue_job[at]]["submit"]
    s.active_submit[entry] = submit
    _tell_class(s, ls, entry, priority(s, base_of(s, ls), submit), s.queue_key[at])


@step
def price_all(s: State) -> None:
    """Priority of each project and quality of service before size and age; where somebody may preempt, rank comes before all."""
    rules = s.rules[0]
    for q in range(s.qos.size):
        price = s.qos[q]["rank"] << RANK_SHIFT if rules["preempt"] else 0
        if rules["order"] == MULTIFACTOR:
            price += s.qos[q]["priority"]
        for x in range(s.project.size):
            s.price[x * s.qos.size + q] = price + s.project[x]["fair"] if rules["order"] == MULTIFACTOR else price


@step
def price_lists(s: State) -> None:
    """Every entry of an active list by the prices and the tick as they are now."""
    for c in range(s.meta[0]["classes"]):
        k = s.klass[s.classes[c]]
        k["head_stale"] = 1
        k["stamp"] = NONE
        for entry in range(k["active_at"], k["active_at"] + k["active"]):
            if s.active_key[entry] != NEVER:
                s.active_prio[entry] = priority(s, s.price[s.active_owner[entry]] + k["size"], s.active_submit[entry])


@leaf
def enqueue(s: State, slot: int) -> None:
    """A job starts to wait."""
    ls = s.job[slot]["list"]
    insert(s, slot)
    s.meta[0]["waiting"] += 1
    x, k = s.project[s.list[ls]["project"]], s.klass[s.job[slot]["klass"]]
    x["waiting"] += 1
    if x["limited"]:
        x["heaviest"] = max(x["heaviest"], k["weighted_most"])
        x["asks"] = max(x["asks"], k["ask_rate"] * min(s.job[slot]["request"], _ASKED_AT_MOST // k["ask_rate"]) + k["ask_base"])
    count_demand(s, ls, 1, s.list[ls]["capped"])
    freshen(s, ls)
    refresh_list(s, ls)
    if s.rules[0]["backfill"] == BACKFILL_CONSERVATIVE:
        line_up(s, slot)


@step
def step_out(s: State, slot: int, pool: int) -> None:
    """A waiting gang gets the dated reservation of a pool: it stands in no list, but is still asked for."""
    ls, p = s.job[slot]["list"], s.pool[pool]
    p["kept_for"] = s.job[slot]["order"]
    p["kept_slot"] = slot
    p["kept_known"] = 0
    p["kept_left"] = NEVER
    s.meta[0]["split_stale"] = 1
    s.meta[0]["reserved"] += 1
    remove(s, slot)
    count_demand(s, ls, -1, s.list[ls]["capped"])
    if s.list[ls]["count"] == 0:
        s.list[ls]["capped"] = 0
    refresh_list(s, ls)
    count_demand(s, ls, 1, 0)


@leaf
def count_given(s: State, slot: int) -> None:
    """A reservation was given, to a gang that had waited so long."""
    s.meta[0]["reserve_given"] += 1
    s.meta[0]["reserve_waited"] += s.meta[0]["now"] - s.job[slot]["submit"]


@step
def rejoin(s: State, slot: int) -> None:
    """A gang has its dated reservation no longer: back into its list."""
    ls = s.job[slot]["list"]
    for pool in range(s.pool.size):
        p = s.pool[pool]
        if p["kept_for"] == s.job[slot]["order"]:
            p["kept_for"] = NONE
            p["kept_at"] = 0
            s.meta[0]["reserved"] -= 1
            make_dirty(s, pool)
    s.meta[0]["split_stale"] = 1
    count_demand(s, ls, -1, 0)
    insert(s, slot)
    count_demand(s, ls, 1, s.list[ls]["capped"])
    freshen(s, ls)
    refresh_list(s, ls)


@leaf
def dequeue(s: State, slot: int) -> None:
    """A job waits no longer."""
    ls = s.job[slot]["list"]
    if s.job[slot]["at"] == NONE:
        rejoin(s, slot)
        s.meta[0]["reserve_started"] += 1
        s.meta[0]["reserve_started_waited"] += s.meta[0]["now"] - s.job[slot]["submit"]
    if s.rules[0]["backfill"] == BACKFILL_CONSERVATIVE:
        leave_line(s, slot)
    remove(s, slot)
    s.meta[0]["waiting"] -= 1
    s.project[s.list[ls]["project"]]["waiting"] -= 1
    count_demand(s, ls, -1, s.list[ls]["capped"])
    if s.list[ls]["count"] == 0:
        s.list[ls]["capped"] = 0
    refresh_list(s, ls)


@leaf
def forget(s: State) -> None:
    """Take nothing for granted that an earlier decide found out."""
    meta = s.meta[0]
    meta["all_fresh"] = 1
    meta["shadows_of"] = NONE
    meta["vain_for"] = NONE
    for c in range(s.klass.size):
        s.klass[c]["stamp"] = NONE
        s.klass[c]["head_stale"] = 1
        s.klass[c]["least"] = 0


@leaf
def credit_left(s: State, project: int) -> int:
    """Credit that no attempt has in escrow; NEVER if the project needs none."""
    x = s.project[project]
    return NEVER if x["credits"] == NEVER else x["credits"] - x["escrow"]


@leaf
def refresh_project(s: State, project: int, woken: bool, room: int, left: int) -> None:
    """A project's head-room or credit changed: look again at its lists that `room` or `left`, the smaller ones, could stop.

    `woken`: they grew, so these lists are looked at on every pool.
    """
    x = s.project[project]
    if x["limited"] and x["waiting"] > 0 and (room < x["heaviest"] or left < x["asks"]):
        refresh_lists(s, project, woken, NONE if left < x["asks"] else room)


@step
def refresh_lists(s: State, project: int, woken: bool, room: int) -> None:
    """Look again at a project's lists of classes that ask for more than `room` weighted devices (NONE: at all)."""
    s.meta[0]["line_stale"] = 1
    ls = s.project[project]["lists"]
    while ls != NONE:
        if s.klass[s.list[ls]["klass"]]["weighted_most"] > room:
            refresh_list(s, ls)
            if woken:
                freshen(s, ls)
        ls = s.list[ls]["next"]


@step
def refresh_limits(s: State) -> None:
    """Head-room changed above projects: look at every limited one."""
    s.meta[0]["limits_stale"] = 0
    for project in range(s.project.size):
        if s.project[project]["limited"] and s.project[project]["waiting"] > 0:
            refresh_lists(s, project, True, NONE)


@step
def class_head(s: State, klass: int) -> None:
    """The first job of a class, over its lists."""
    k = s.klass[klass]
    k["head_stale"] = 0
    k["head_list"] = NONE
    best_prio, best_key, at = -NEVER, NEVER, NONE
    for i in range(k["active_at"], k["active_at"] + k["active"]):
        prio, key = s.active_prio[i], s.active_key[i]
        if before(prio, key, best_prio, best_key):
            best_prio, best_key, at = prio, key, i
    if at != NONE:
        k["head_list"] = s.active_list[at]
    k["head_prio"] = best_prio
    k["head_key"] = best_key


@step
def first_in_turn(s: State) -> int:
    """The list whose head is the first admissible, feasible job of the whole queue; NONE if nobody waits."""
    best_prio, best_key, best = -NEVER, NEVER, NONE
    for c in range(s.meta[0]["classes"]):
        klass = s.classes[c]
        k = s.klass[klass]
        if k["head_stale"]:
            class_head(s, klass)
        if k["head_list"] != NONE and before(k["head_prio"], k["head_key"], best_prio, best_key):
            best_prio, best_key, best = k["head_prio"], k["head_key"], k["head_list"]
    return best


@leaf
def head_job(s: State, ls: int) -> int:
    """The job that a list's entry stands for."""
    return s.queue_job[find_first(s, ls, list_limit(s, ls, True))]


@leaf
def is_large(s: State, fit: int) -> bool:
    """Whether a job of this fit is a gang that asks for more than the share of the pool's up nodes from which a date is given."""
    f = s.fit[fit]
    return f["nodes"] > 1 and could_hold(s, fit) and f["nodes"] * PPM > s.rules[0]["reserve_ppm"] * s.pool[f["pool"]]["up"]


@leaf
def is_wide(s: State, klass: int) -> bool:
    """Whether jobs of a class may get a dated reservation on some pool."""
    k = s.klass[klass]
    if s.rules[0]["reserve_ppm"] > 0:
        for i in range(k["fit_at"], k["fit_at"] + k["fit_n"]):
            if is_large(s, i):
                return True
    return False


@step
def refresh_feasible(s: State, pool: int) -> None:
    """Nodes of a pool came or went: which gangs could it hold, which classes could be held anywhere?"""
    p = s.pool[pool]
    s.meta[0]["line_stale"] = 1
    most = p["up"]
    fullest = 0
    for d in range(p["first_domain"], p["first_domain"] + p["domains"]):
        s.domain_scratch[d] = 0
    for n in range(p["first_node"], p["first_node"] + p["nodes"]):
        if s.node[n]["mode"] == UP:
            s.domain_scratch[s.node[n]["domain"]] += 1
            fullest = max(fullest, s.domain_scratch[s.node[n]["domain"]])
    for i in range(p["fit_at"], p["fit_at"] + p["fit_n"]):
        fit = s.pool_fit[i]
        klass = s.fit[fit]["klass"]
        k = s.klass[klass]
        inside = k["domain"] == DOMAIN_REQUIRE and s.fit[fit]["nodes"] > 1
        s.fit[fit]["most"] = 0 if s.fit[fit]["barred_until"] > 0 else fullest if inside else most
        feasible = 0
        for j in range(k["fit_at"], k["fit_at"] + k["fit_n"]):
            if could_hold(s, j):
                feasible = 1
                break
        k["wide"] = 1 if is_wide(s, klass) else 0
        changed = feasible != k["feasible"]
        k["feasible"] = feasible
        if (changed or s.meta[0]["limited"]) and k["active"] > 0:
            s.meta[0]["all_fresh"] = 1
            for at in range(k["active_at"], k["active_at"] + k["active"]):
                refresh_list(s, s.active_list[at])
