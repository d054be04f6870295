from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.wire.scenario import Scenario

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_read_without_a_note(path: Path) -> None:
    assert load_scenario(path).scenario.notes == ()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_written_scenario_reads_back_as_itself(path: Path) -> None:
    scenario = load_scenario(path).scenario
    assert Scenario.model_validate(scenario.model_dump(mode="json")) == scenario
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario
