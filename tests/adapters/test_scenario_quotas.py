"""Quotas on named models: what is said of a name that is none, that stands twice, or that no pool has."""

from __future__ import annotations

import pytest

from dure.adapters.scenario_models import scenario_models
from dure.model.errors import InputError
from dure.present.said import said
from dure.present.words import Lang, Words
from dure.wire.problems import ScenarioErrors
from tests.twin.scenes import loaded

SCENE = """
programme:
  organisations:
    - name: uni
      quota: {models: {ORGANISATION}}
      projects:
        - {name: lab, count: 3, quota: {models: {PROJECT}}}
sites: [{name: s, operator: x, pools: [{name: p, model: nvidia-h100, nodes: 4}]}]
"""


def scene(organisation: str, project: str) -> str:
    return SCENE.replace("{ORGANISATION}", organisation).replace("{PROJECT}", project)


def wrong(organisation: str, project: str) -> list[InputError]:
    with pytest.raises(ScenarioErrors) as caught:
        scenario_models(loaded(scene(organisation, project)))
    return list(caught.value.errors)


def test_a_name_that_no_model_has_is_told_once_with_its_line_and_the_nearest() -> None:
    found = wrong("{nvidia-h100: 8}", "{nvidia-h10: 4}")
    assert len(found) == 1  # of three equal projects
    assert found[0].where is not None
    assert (found[0].where.line, found[0].what) == (7, "no accelerator 'nvidia-h10' in the catalogue")
    assert "nvidia-h100" in found[0].remedy


def test_two_names_of_one_model_are_told() -> None:
    found = wrong("{h100: 8, nvidia-h100: 4}", "{}")
    assert [(one.where.line, one.what, one.remedy) for one in found if one.where] == [
        (5, "h100 and nvidia-h100 are one model", "write one ceiling for it")
    ]


def test_a_model_that_no_pool_has_is_a_note() -> None:
    notes = scenario_models(loaded(scene("{nvidia-h100: 8}", "{nvidia-b200: 4}"))).notes
    assert len(notes) == 1
    place, _, text = notes[0].partition(": no pool")
    assert place.endswith("scene.yaml:7: programme.organisations[uni].projects[lab].quota.models.nvidia-b200")
    assert text == " is of nvidia-b200: this caps nothing; name a model of a pool, or leave it out"
    assert said(notes[0], Words()) == notes[0]
    assert "nvidia-b200 가속기를 갖춘 풀이 없어" in said(notes[0], Words(Lang.KO))


def test_what_is_sound_is_not_spoken_of() -> None:
    assert scenario_models(loaded(scene("{h100: 8}", "{nvidia-h100: 0}"))).notes == ()
