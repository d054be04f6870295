from __future__ import annotations

from tests.twin.scenes import jobs_of, plan_of

SCENE = """
programme:
  horizon: 1d
  organisations:
    - name: uni
      share: 3
      region: daejeon
      quota: {nominal: 64}
      projects: [{name: vision, credits: 2, qos: low}, {name: language, share: 2, stop_at: 2h}]
sites: [{name: s, operator: x, pools: [{name: p, model: nvidia-h100, nodes: 4}]}]
demand: {map: {projects: {"vis*": vision}, users: {"kim*": language}, qos: {"batch*": low}}}
policy: {order: multifactor, qos: [{name: low, preemptible: true}]}
"""


def test_projects_stand_in_a_tree_with_their_rights() -> None:
    row = {"submit_s": 0, "run_s": 10, "devices": 1}
    jobs = jobs_of({**row, "project": 0}, {**row, "project": 1}, projects=("vision", "stranger"))
    plan = plan_of(SCENE, jobs)
    root, uni, vision, language, stranger = plan.spec.projects
    assert (root.parent, uni.parent, vision.parent, language.parent, stranger.parent) == (-1, 0, 1, 1, 0)
    assert (uni.share, uni.nominal, language.share) == (3, 64 * 10**6, 2)
    assert vision.credits == 2 * 3600 * 10**6
    assert [(body.name, body.organisation, body.region) for body in plan.people.projects] == [
        ("vision", "uni", "daejeon"),
        ("language", "uni", "daejeon"),
        ("stranger", "stranger", ""),
    ]
    assert [(act.at_s, act.stopped) for act in plan.acts] == [(7200, 3)]
    assert plan.notes == ("accounts of the trace that are no project of the programme and under no quota: 1, see demand.map (stranger)",)


def test_quotas_name_models_as_the_catalogue_finds_them() -> None:
    """`h100` is a name of the pool's model; nobody has a B200 here, so that says nothing."""
    scene = SCENE.replace("quota: {nominal: 64}", "quota: {models: {h100: 16, nvidia-b200: 4}}").replace(
        "qos: low}, {", "qos: low, quota: {models: {h100: 8}}}, {"
    )
    plan = plan_of(scene, jobs_of({"submit_s": 0, "run_s": 10, "devices": 1, "project": 0}, projects=("vision",)))
    assert [dict(one.models) for one in plan.spec.projects] == [{}, {0: 16}, {0: 8}, {}]
    assert plan.spec.projects[1].nominal is None


def test_a_programme_without_projects_has_no_strangers() -> None:
    scene = "sites: [{name: s, operator: x, pools: [{name: p, model: nvidia-h100, nodes: 4}]}]"
    plan = plan_of(scene, jobs_of({"submit_s": 0, "run_s": 10, "devices": 1, "project": 0}, projects=("lab",)))
    assert plan.notes == ()


def test_words_of_the_trace_become_words_of_the_scenario() -> None:
    row = {"submit_s": 0, "run_s": 10, "devices": 1}
    jobs = jobs_of(
        {**row, "project": 1},
        {**row, "user": 1},
        {**row, "user": 2},
        {**row, "user": 1, "qos": 1},
        {**row, "user": 1, "qos": 2},
        projects=("", "vision-2019"),
        users=("", "kim07", "lee"),
        qos_names=("normal", "batch-long", "gold"),
    )
    plan = plan_of(SCENE, jobs)
    names = {body.index: body.name for body in plan.people.projects}
    assert [names[index] for index in plan.project.tolist()] == ["vision", "language", "unnamed", "language", "language"]
    assert [plan.people.qos_names[q] for q in plan.columns["qos"].tolist()] == ["low", "normal", "normal", "low", "normal"]
    assert any("gold" in note for note in plan.notes)
