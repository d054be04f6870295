"""The engines behind the sites of a served scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from dure.adapters.engines.local import LocalSite
from dure.adapters.engines.local_devices import PROCESSORS, LocalNode, this_machine
from dure.adapters.engines.local_means import Means
from dure.adapters.engines.simulated_kept import KeptSite
from dure.adapters.site_means import means_of
from dure.bootstrap.grounds import Grounds
from dure.model.errors import ScenarioError
from dure.operate.ports import Engine
from dure.wire.scenario import Scenario
from dure.wire.scenario_policy import JobLimits

DATA = "data"
"""Folder of the pieces of data sets, beside the store."""


def engines_of(grounds: Grounds, data: Path) -> Mapping[str, Engine]:
    """An engine for every site, by name; what runs there lies in a folder of its own."""
    machine = this_machine()
    accelerators, processors = iter(machine.devices), cycle(this_machine(data / "nothing").devices)
    found: dict[str, Engine] = {}
    for site in grounds.scenario.sites:
        if site.engine == "simulated":
            link = site.link_bytes_per_s
            found[site.name] = KeptSite(data / "sites" / site.name, _delays(grounds, site.name), link)
            continue
        nodes: dict[int, LocalNode] = {}
        for pool in (one for one in grounds.floor.pools if one.site == site.name):
            own = machine.stack != PROCESSORS and grounds.models.pools[pool.path].accelerator.stack["stack"] == machine.stack
            for server in range(pool.first_node, pool.first_node + pool.nodes):
                nodes[server] = _node(accelerators if own else processors, pool.devices, machine.stack if own else PROCESSORS, pool.path)
        found[site.name] = LocalSite(
            data / "sites" / site.name, nodes, means=_bounded(means_of(site, data / DATA), grounds.scenario.policy.limits)
        )
    return found


def simulated(grounds: Grounds) -> tuple[str, ...]:
    """Names of the sites at which no program runs: whoever shows anything of them says so."""
    return tuple(site.name for site in grounds.scenario.sites if site.engine == "simulated")


def own_account_sites(scenario: Scenario) -> tuple[str, ...]:
    """Names of the sites whose jobs run under the account of the service, and whose people nobody said are trusted with it."""
    return tuple(site.name for site in scenario.sites if site.engine == "local" and not site.trusted)


def _bounded(means: Means, limits: JobLimits) -> Means:
    return replace(means, file_bytes=limits.file_gb * 1_000_000_000, log_bytes=limits.log_gb * 1_000_000_000)


def _delays(grounds: Grounds, site: str) -> Mapping[int, int]:
    """Seconds from a send to its start, by pool of the scenario."""
    return {number: pool.start_delay_s for number, pool in enumerate(grounds.floor.pools) if pool.site == site}


def _node(devices: Iterator[str], count: int, stack: str, pool: str) -> LocalNode:
    taken = tuple(device for device, _ in zip(devices, range(count), strict=False))
    if len(taken) < count:
        raise ScenarioError(f"{pool} asks for more accelerators than this machine has", remedy="write fewer nodes, or fewer in a node")
    return LocalNode(taken, stack)
