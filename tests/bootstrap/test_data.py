"""Data sets and environments of jobs on the real broker: where it places them, what they find, what a site's file says that it provides."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from dure.adapters.data_packing import lay_out
from dure.adapters.files import load_scenario
from dure.adapters.site_means import lacks_of, means_of
from dure.adapters.store.blobs import Blobs
from dure.adapters.store.current import Current
from dure.adapters.store.engine import connect
from dure.adapters.store.sql import Inbox
from dure.bootstrap.grounds import grounds_of
from dure.bootstrap.intake import three_figures
from dure.bootstrap.programs import setup_of
from dure.bootstrap.serve import Served, driver_of
from dure.model.errors import InputError
from dure.model.work import JobState
from dure.operate.ports import Setup
from dure.operate.verdicts import ChangeKind, explain
from dure.plant.verdict import Part
from dure.runtime import stage
from dure.wire.jobspec import JobSpec
from dure.wire.scenario_sites import Site
from tests.bootstrap.test_serve import Programme

POOL = "model: nvidia-h100, nodes: 2, accelerators_per_node: 2"
TWO = f"""\
sites:
  - {{name: north, operator: here, engine: local, pools: [{{name: a, {POOL}}}], provides: NORTH}}
  - {{name: south, operator: here, engine: local, pools: [{{name: b, {POOL}}}]}}
"""
SPEC: dict[str, Any] = {"name": "x", "accelerators": 1, "time": "10m", "run": "true"}


def scenario(folder: Path, north: str = "{}") -> Path:
    path = folder / "two.yaml"
    path.write_text(TWO.replace("NORTH", north))
    return path


class Two(Programme):
    """Two sites of one kind on this machine."""

    def __init__(self, folder: Path) -> None:
        self.served = Served(scenario(folder), folder / "data")
        self.driver = driver_of(self.served)
        self.driver.begin()
        engine = connect(self.served.address)
        self.inbox, self.current = Inbox(engine), Current(engine)
        self._acts = 0
        self.ask("project", project=1, name="vision", share=1)
        self.ask("credit", project=1, micro=50_000_000)

    def put(self, source: Path) -> dict[str, Any]:
        """The contents, and how the request of a job names them."""
        laid, blobs = lay_out([source]), Blobs(self.served.data / "data")
        blobs.put(laid.manifest)
        for piece in laid.pieces:
            blobs.put(laid.piece(piece))
        return {"named": "pages", "set": "pages@1", "sha256": laid.sha256, "size_bytes": laid.size_bytes}

    def reads(self, use: dict[str, Any]) -> int:
        spec = SPEC | {"data": {"pages": "read"}, "run": 'cat "$DURE_DATA_PAGES/a.txt"'}
        return self.ask("submit", spec=spec, project=1, person=1, files=[], data=[use])


def test_a_job_goes_where_its_data_are(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.txt").write_text("all here\n")
    two = Two(tmp_path)
    use = two.put(tmp_path / "source")
    plain = two.ended(two.ask("submit", spec=SPEC, project=1, person=1, files=[]))
    assert plain.pool == "north/a", "where both are alike, the first"
    stage.copy_of(use, str(two.served.data / "data"), str(two.served.data / "sites" / "south" / "data"))
    time.sleep(1.1)  # what sites hold is asked of them once a second
    job = two.ended(two.reads(use))
    assert (job.state, job.pool) == (JobState.COMPLETED, "south/b")
    assert two.log(job) == "all here\n"
    assert not (two.served.data / "sites" / "north" / "data").exists()


def site(**provides: Any) -> Site:
    pools = [{"name": "a", "model": "nvidia-h100", "nodes": 1}]
    return Site.model_validate({"name": "s", "operator": "o", "engine": "local", "pools": pools, "provides": provides or None})


def test_what_a_site_provides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    nothing = dict(lacks_of(site()))
    assert nothing == {"pip": Part.PIP, "conda": Part.CONDA, "modules": Part.MODULES, "image": Part.IMAGE}
    all_ = site(builds=["pip", "conda"], containers=["apptainer", "podman"], packages="/srv/wheels")
    assert dict(lacks_of(all_)) == {"conda": Part.TOOL, "modules": Part.MODULES, "image": Part.TOOL}
    assert means_of(all_, tmp_path).kinds == {"given", "pip"}
    for name in ("podman", "micromamba"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    assert dict(lacks_of(all_)) == {"modules": Part.MODULES}
    means = means_of(all_, tmp_path)
    assert means.kinds == {"given", "pip", "conda", "image"}
    assert means.tools == {"conda": f"{tmp_path}/micromamba", "image": f"{tmp_path}/podman"}
    assert means.packages == "/srv/wheels"
    assert lacks_of(site().model_copy(update={"engine": "simulated"})) == ()


def test_what_a_job_runs_in() -> None:
    here = site(environments={"pytorch": "/opt/torch"})
    asked = {
        Setup("given", "/opt/torch"): {"framework": "pytorch"},
        Setup(): {"framework": "jax"},
        Setup("pip", "needs.txt"): {"framework": "pytorch", "env": {"pip": "needs.txt"}},
        Setup("conda", "env.yaml"): {"env": {"conda": "env.yaml"}},
        Setup("image", "x:1"): {"framework": "pytorch", "image": "x:1"},
    }
    for wanted, more in asked.items():
        assert setup_of(JobSpec.model_validate(SPEC | more), here) == wanted


def test_a_verdict_says_what_a_site_does_not_provide(tmp_path: Path) -> None:
    grounds = grounds_of(load_scenario(scenario(tmp_path, "{builds: [pip]}")))

    def ask(**more: Any) -> tuple[list[str], list[tuple[Part, ...]], list[tuple[ChangeKind, int | str]]]:
        found = explain(JobSpec.model_validate(SPEC | more), grounds.asked, grounds.models.speeds, grounds.frameworks)
        return [one.pool.path for one in found.can], [one.failed for one in found.cannot], [(one.kind, one.value) for one in found.changes]

    assert ask() == (["north/a", "south/b"], [], [])
    assert ask(env={"pip": "x.txt"}) == (["north/a"], [(Part.PIP,)], [(ChangeKind.SITES_OWN, "`env.pip`")])
    assert ask(image="x:1") == ([], [(Part.IMAGE,), (Part.IMAGE,)], [(ChangeKind.SITES_OWN, "`image`")])
    assert ask(env={"modules": ["cuda/12"]})[1] == [(Part.MODULES,), (Part.MODULES,)]
    assert set(grounds.meant(JobSpec.model_validate(SPEC | {"env": {"pip": "x.txt"}})).limit_s) == {"north/a"}
    assert set(grounds.meant(JobSpec.model_validate(SPEC)).limit_s) == {"north/a", "south/b"}


@pytest.mark.parametrize(
    ("north", "what"),
    [
        ("{builds: [cargo]}", "builds"),
        ("{environments: {pytorch: torch}}", "is not an absolute path"),
        ("{containers: [docker]}", "containers"),
        ("{packages: /srv/../etc}", "is not an absolute path"),
        ("{conda: true}", "conda"),
    ],
)
def test_what_a_site_cannot_say(tmp_path: Path, north: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as found:
        load_scenario(scenario(tmp_path, north))
    assert "two.yaml:2" in str(found.value)


@pytest.mark.parametrize(("text", "bytes_per_s"), [("10Gbps", 1_250_000_000), ("800Mbps", 100_000_000), ("1.2Tbps", 150_000_000_000)])
def test_links_are_bits_a_second(text: str, bytes_per_s: int) -> None:
    pools = [{"name": "a", "model": "nvidia-h100", "nodes": 1}]
    read = Site.model_validate({"name": "s", "operator": "o", "pools": pools, "link": text})
    assert read.link_bytes_per_s == bytes_per_s
    assert Site.model_validate(read.model_dump(mode="json", by_alias=True)).link_bytes_per_s == bytes_per_s


def test_three_figures() -> None:
    assert [three_figures(ppm) for ppm in (1_000_000, 987_654, 12_345, 999, 7)] == [1_000_000, 987_000, 12_300, 999, 7]
