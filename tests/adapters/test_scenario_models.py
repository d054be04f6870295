from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.adapters.scenario_models import PoolModel, scenario_models
from dure.model.errors import CatalogError
from dure.wire.problems import ScenarioErrors

TEXT = """\
programme:
  value_won_per_accelerator_hour:
    H100: 4000
    any: {won: 3000, per: credit}
catalog:
  accelerators:
    - {id: my-chip, vendor: me, model: chip, kind: npu, origin: other, training: unknown, source: a drawing}
sites:
  - name: ga
    operator: 가
    pools:
      - {name: a, model: h100, nodes: 2}
      - {name: b, model: rngd, nodes: 2, accelerators_per_node: 4}
      - {name: c, model: my-chip, nodes: 2, accelerators_per_node: 1}
demand:
  generate: {jobs: 10, to: 1d, workloads: {llm-finetune: 1}}
"""


def broken(tmp_path: Path, *changes: tuple[str, str]) -> list[tuple[int, str, str]]:
    """(line, field, what) of what the catalogue lacks after some changes."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioErrors) as raised:
        scenario_models(load_scenario(path))
    assert all(isinstance(error, CatalogError) and error.remedy for error in raised.value.errors)
    return [(error.where.line, error.where.field, error.what) for error in raised.value.errors]


def test_every_pool_has_its_model_weight_and_value(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(TEXT, encoding="utf-8")
    models = scenario_models(load_scenario(path))
    h100, rngd, mine = (models.catalog.accelerator(name) for name in ("nvidia-h100", "furiosa-rngd", "my-chip"))
    assert models.pools == {
        "ga/a": PoolModel(h100, 8, 1_000_000, 4_000),
        "ga/b": PoolModel(rngd, 4, 260_000, 780),
        "ga/c": PoolModel(mine, 1, None, None),
    }
    assert models.speeds.speed_ppm("llm-finetune", "my-chip") is None


def test_all_names_that_the_catalogue_lacks_are_told_with_their_lines(tmp_path: Path) -> None:
    changes = (("model: h100", "model: h1000"), ("model: rngd", "model: gb201"), ("llm-finetune", "llm-finetun"), ("H100:", "H10:"))
    assert broken(tmp_path, *changes) == [
        (3, "programme.value_won_per_accelerator_hour.H10", "no accelerator 'H10' in the catalogue"),
        (12, "sites[ga].pools[a].model", "no accelerator 'h1000' in the catalogue"),
        (13, "sites[ga].pools[b].model", "no accelerator 'gb201' in the catalogue"),
        (16, "demand.generate.workloads.llm-finetun", "no workload class 'llm-finetun' in the catalogue"),
    ]


def test_a_server_of_unknown_size_is_not_guessed(tmp_path: Path) -> None:
    what = "no source says how many my-chip a server holds"
    assert broken(tmp_path, ("nodes: 2, accelerators_per_node: 1", "nodes: 2")) == [(14, "sites[ga].pools[c].model", what)]
