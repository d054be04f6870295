"""Pools of a scenario as a verdict sees them: the same floor as the twin's, so that both give a job the same pools."""

from __future__ import annotations

from dure.adapters.files import LoadedScenario
from dure.adapters.scenario_models import ScenarioModels
from dure.adapters.site_means import lacks_of
from dure.operate.verdicts import AskedPool
from dure.twin.floor import build_floor


def asked_pools(loaded: LoadedScenario, models: ScenarioModels, project: str | None, qos: str | None) -> tuple[AskedPool, ...]:
    """Every pool that is not wholly its operator's own use, with what a project may take of it at once, at one time or another of the term.

    Nodes dedicated to others count where they are lent and the quality of service is preemptible.
    """
    scenario = loaded.scenario
    floor = build_floor(scenario, models.pools)
    named = {one.name: one for organisation in scenario.programme.organisations for one in organisation.projects}
    quality = qos or (named[project].qos if project in named else None)
    borrows = any(one.name == quality and one.preemptible for one in scenario.policy.qos)
    sites = {site.name: site for site in scenario.sites}
    found = []
    for index, pool in enumerate(floor.pools):
        nodes = 0
        for piece in (one for one in floor.pieces if one.pool == index):
            term = piece.terms[0] if piece.never_public else None
            if term is None or term.project == project or (term.lent and borrows):
                nodes = max(nodes, piece.most)
        machine = models.pools[pool.path]
        found.append(
            AskedPool(
                path=pool.path,
                model=machine.accelerator,
                devices=pool.devices,
                nodes=nodes,
                domain_nodes=pool.domain_nodes,
                start_delay_s=pool.start_delay_s,
                weight_ppm=machine.weight_ppm,
                held=not nodes,
                lacks=lacks_of(sites[pool.site]),
            )
        )
    return tuple(found)
