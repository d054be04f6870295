"""The same six nodes in every form an operator has at hand; and what is no list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.adapters.node_lists import gres, read_nodes
from dure.adapters.node_spells import read_spells, spell_of
from dure.adapters.traces_zone import in_zone
from dure.ledger.records import NEVER, NodeSpell, Place, Spell
from dure.model.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
WANTED = {**{f"gn0{n}": ("h100", 8) for n in range(1, 5)}, "np01": ("rngd", 8), "np02": ("rngd", 8)}
SCONTROL = (ROOT / "examples/rate/nodes.txt").read_text(encoding="utf-8")
SINFO = "NODELIST|GRES|PARTITION|STATE\n" + "".join(
    f"{node}|{'gpu' if model == 'h100' else 'npu'}:{model}:{count}(S:0-1)|{part}|idle\n"
    for node, (model, count) in WANTED.items()
    for part in ("all*", "gpu")
)
COLUMNS = "NODELIST   GRES                 PARTITION\n" + "".join(
    f"{node}       gpu:{model}:{count}         all*\n" for node, (model, count) in WANTED.items()
)
JSON = json.dumps({"nodes": [{"name": node, "gres": f"gpu:{model}:{count}", "state": ["IDLE"]} for node, (model, count) in WANTED.items()]})
NEW_JSON = json.dumps(
    {
        "sinfo": [
            {"nodes": {"nodes": ["gn01", "gn02", "gn03", "gn04"]}, "gres": {"total": "gpu:h100:8"}, "partition": {"name": "gpu"}},
            {"nodes": {"nodes": ["np01", "np02"]}, "gres": {"total": "npu:rngd:8"}},
        ]
    }
)
CSV = "# ours\nnode,accelerators,model,from,to,installed\ngn[01-04],8,H100,,,\nnp01,8,rngd,,,\nnp02,8,rngd,,,\n"
YAML = "nodes:\n- {node: 'gn[01-04]', accelerators: 8, model: h100}\n- {node: 'np[01-02]', accelerators: 8, model: rngd}\n"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (SCONTROL, "nodes.txt"),
        (SCONTROL.replace(" Arch", "\n   Arch").replace(" Gres=", "\n   Gres="), "blocks.txt"),
        (SINFO, "sinfo.txt"),
        (COLUMNS, "sinfo.txt"),
        ("Sun Nov 22 12:37:06 2026\n" + COLUMNS, "sinfo.txt"),
        (JSON, "nodes.json"),
        (NEW_JSON, "sinfo.json"),
        (CSV, "nodes.csv"),
        (YAML, "nodes.yaml"),
        (YAML.removeprefix("nodes:\n"), "nodes.yml"),
    ],
)
def test_every_form_tells_the_same_nodes(text: str, path: str) -> None:
    assert {place.node: (place.model, place.devices) for place in read_nodes(text, path).places} == WANTED


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gpu:h100:8(S:0-1)", (8, "h100")),
        ("gpu:8", (8, "gpu")),
        ("gres/gpu=8,gres/gpu:h100=8", (8, "h100")),
        ("gpu:a100:4,gpu:h100:4", (8, "a100+h100")),
        ("npu:rngd:4,lustre:1", (4, "rngd")),
        ("(null)", (0, "")),
        ("cpu=64,billing=64", (0, "")),
    ],
)
def test_gres_texts(text: str, found: tuple[int, str]) -> None:
    assert gres(text) == found


def test_terms_are_dates_of_the_zone() -> None:
    with in_zone("Asia/Seoul"):
        found = read_nodes("node,accelerators,model,from,to,installed\na,8,h100,2026-10-01,2026-11-01T12:00,2026-10-02\n", "n.csv")
    assert found.places == (Place("a", "h100", 8, 1790780400, 1793502000, 1790866800),)


def test_a_node_that_is_down_today_is_down_since_its_reason() -> None:
    text = "NodeName=a Gres=gpu:8 State=DOWN*+DRAIN Reason=Not responding [slurm@2026-10-03T10:00:00]\nNodeName=b Gres=gpu:8 State=IDLE\n"
    with in_zone("UTC"):
        assert read_nodes(text, "n.txt").spells == (NodeSpell("a", Spell.FAILED, 1791021600, NEVER, "Not responding"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "n: is no list of nodes that is known"),
        ("hello\nworld\n", "n:1: is no list of nodes that is known"),
        ("NODELIST|PARTITION\na|b\n", "n:1: has no column GRES"),
        ("NodeName=c Gres=(null)\n", "none of its 1 nodes has accelerators"),
        ("{ nothing", "is no JSON"),
        ('{"nodes": []}', "names no node"),
        ("node,accelerators\na,eight\n", "n:2: accelerators: 'eight' is no number"),
        ("node,accelerators\na,-1\n", "n:2: accelerators: '-1' is no number"),
        ("node,accelerators,colour\na,8,red\n", "colour is no column"),
        ("node,accelerators\na,8,9\n", "n:2: 3 cells under 2 columns"),
        ("node,accelerators,model,from,to\na,8,h,2026-10-05,2026-10-01\n", "n:2: its term ends before it begins"),
        ("node,accelerators,model,from,to\na,8,h,yesterday,\n", "n:2: from: 'yesterday' is no date"),
        ("node,accelerators,model,from,to\na,8,h,,2026-10-05\na,4,h,2026-10-04,\n", "n:3: node a stands there twice for one time"),
        ("node,accelerators\na[3-1],8\n", "n:2: 'a[3-1]' is no list of nodes"),
    ],
)
def test_mistakes_are_named_with_their_line(text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_nodes(text, "n")
    assert said.replace("n: is", "n:1: is") in str(error.value)


@pytest.mark.parametrize(
    ("state", "reason", "kind"),
    [
        ("DOWN*", "Not responding", Spell.FAILED),
        ("DOWN", "planned power work", Spell.MAINTENANCE),
        ("DOWN", "maintenance after Xid 79 error", Spell.FAILED),
        ("IDLE+DRAIN", "firmware upgrade", Spell.MAINTENANCE),
        ("DRAINED", "NHC: check_hw_gpu", Spell.FAILED),
        ("DRAIN", "정기 점검", Spell.MAINTENANCE),
        ("DRAIN", "", Spell.MAINTENANCE),
        ("MIXED+MAINT", "", Spell.MAINTENANCE),
        ("IDLE+RESERVED", "", Spell.RESERVED),
        ("FAIL", "", Spell.FAILED),
        ("UNK", "cold-start", None),
        ("IDLE+POWERED_DOWN", "", None),
        ("", "Cluster Registered TRES", None),
    ],
)
def test_states_of_nodes(state: str, reason: str, kind: Spell | None) -> None:
    assert spell_of(state, reason) == kind


def test_events_and_reservations_as_sacctmgr_prints_them() -> None:
    events = (
        "Cluster|NodeName|TimeStart|TimeEnd|State|Reason|User\n"
        "sitea||2026-11-22T12:36:56|Unknown||Cluster Registered TRES|\n"
        "sitea|ah1|2026-11-22T12:36:56|2026-11-22T12:36:56|UNK|cold-start|root(0)\n"
        "sitea|ah3|2026-11-22T12:36:58|2026-11-22T12:37:06|DRAIN|planned maintenance|root(0)\n"
        "sitea|ah2|2026-11-22T12:36:58|Unknown|DOWN*|Not responding|root(0)\n"
    )
    reservations = (
        "Name|TimeStart|TimeEnd|NodeName|Flags|TRES\n"
        "root_1|2026-11-22T12:37:23|2026-11-22T12:42:23|ah[1-2]|MAINT,SPEC_NODES|cpu=64\n"
        "class|2026-11-22T12:37:23|2026-11-22T12:42:23|ah3|SPEC_NODES|cpu=64\n"
    )
    with in_zone("UTC"):
        found = read_spells(events, "e")
        assert found.passed_over == 2
        assert found.spells == (
            NodeSpell("ah3", Spell.MAINTENANCE, 1795351018, 1795351026, "planned maintenance"),
            NodeSpell("ah2", Spell.FAILED, 1795351018, NEVER, "Not responding"),
        )
        kinds = [(one.node, one.kind) for one in read_spells(reservations, "r").spells]
    assert kinds == [("ah1", Spell.MAINTENANCE), ("ah2", Spell.MAINTENANCE), ("ah3", Spell.RESERVED)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no header of node events"),
        ("NodeName|TimeStart|State\na|b|c\n", "e:1: the first line is no header of node events"),
        ("NodeName|TimeStart|TimeEnd|State\na|yesterday|Unknown|DOWN\n", "e:2: from: 'yesterday' is no date with time"),
        ("NodeName|TimeStart|TimeEnd|State\na|2026-10-02T00:00:00|2026-10-01T00:00:00|DOWN\n", "e:2: ends before it begins"),
        ("NodeName|TimeStart|TimeEnd|State\na|2026\n", "e:2: 2 cells under 4 columns"),
    ],
)
def test_events_that_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_spells(text, "e")
    assert said in str(error.value)
