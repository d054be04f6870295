import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.model.errors import ScenarioError
from dure.wire.tree import ItemName, Node, field_path, find, merge, parse_field_path, plain, put


def node(value: object, file: str = "a.yaml", line: int = 1) -> Node:
    """Plain data as a tree; every level stands one line further down."""
    if isinstance(value, dict):
        return Node({key: node(child, file, line + 1) for key, child in value.items()}, file, line)
    if isinstance(value, list):
        return Node([node(child, file, line + 1) for child in value], file, line)
    assert value is None or isinstance(value, bool | int | str)
    return Node(value, file, line)


DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=10,
)


@given(DATA)
def test_a_tree_holds_what_was_put_in(data: object) -> None:
    assert plain(node(data)) == data


@given(DATA)
def test_merging_with_itself_changes_nothing(data: object) -> None:
    assert plain(merge(node(data), node(data))) == data


def test_mappings_merge_deeply_and_lists_are_replaced() -> None:
    base = {"a": {"x": 1, "y": [1, 2, 3]}, "b": 1}
    assert plain(merge(node(base), node({"a": {"y": [9], "z": 2}}))) == {"a": {"x": 1, "y": [9], "z": 2}, "b": 1}


def test_lists_of_named_items_merge_by_name_and_new_ones_follow() -> None:
    base = node({"sites": [{"name": "ga", "nodes": 1, "pue": 2}, {"name": "na", "nodes": 1}]})
    over = node({"sites": [{"name": "da", "nodes": 3}, {"name": "ga", "nodes": 2}]}, "b.yaml")
    merged = merge(base, over)
    assert plain(merged) == {"sites": [{"name": "ga", "nodes": 2, "pue": 2}, {"name": "na", "nodes": 1}, {"name": "da", "nodes": 3}]}
    assert find(merged, ("sites", 0, "nodes"))[0].file == "b.yaml"
    assert find(merged, ("sites", 0, "pue"))[0].file == "a.yaml"


def test_a_list_with_unnamed_or_twice_named_items_is_replaced() -> None:
    named = node([{"name": "ga"}, {"name": "na"}])
    for over in ([{"name": "ga"}, {"pool": 1}], [{"name": "ga"}, {"name": "ga"}], []):
        assert plain(merge(named, node(over))) == over


def test_replace_takes_the_place_of_everything_below() -> None:
    over = Node([node({"name": "ga"})], "b.yaml", 1, replaces=True)
    assert plain(merge(node([{"name": "ga", "nodes": 1}, {"name": "na"}]), over)) == [{"name": "ga"}]


def test_paths_are_shown_with_names_and_read_back() -> None:
    root = node({"sites": [{"name": "ga-1", "pools": [{"nodes": 1}]}]})
    _, way = find(root, ("sites", 0, "pools", 0, "nodes"))
    assert field_path(way) == "sites[ga-1].pools[0].nodes"
    assert parse_field_path("sites[ga-1].pools[0].nodes") == ("sites", "ga-1", "pools", "0", "nodes")
    assert field_path(("map", "users", "a.b", ItemName("x"))) == "map.users[a.b][x]"


@pytest.mark.parametrize("text", ["", ".", "a..b", "a[", "a]b", "a b", "a[]", ".a"])
def test_no_path(text: str) -> None:
    assert parse_field_path(text) is None or text == ".a"


def test_a_path_deeper_than_any_scenario_is_none() -> None:
    assert parse_field_path(".".join("a" * 64)) is not None
    assert parse_field_path(".".join("a" * 65)) is None


@given(st.text(max_size=20))
def test_a_path_that_is_read_names_every_step(text: str) -> None:
    steps = parse_field_path(text)
    assert steps is None or all(steps)


def test_find_stops_where_the_file_does() -> None:
    root = node({"policy": {"order": "fcfs"}})
    found, way = find(root, ("policy", "order", "kind"))
    assert (found.value, field_path(way)) == ("fcfs", "policy.order.kind")


def test_put_makes_mappings_but_no_items() -> None:
    root = node({"sites": [{"name": "ga"}]})
    assert plain(put(root, ("policy", "order", "kind"), node("sjf"))) == {"sites": [{"name": "ga"}], "policy": {"order": {"kind": "sjf"}}}
    assert plain(put(root, ("sites", "ga", "pue"), node(2))) == {"sites": [{"name": "ga", "pue": 2}]}
    assert plain(put(root, ("sites", "0", "pue"), node(2))) == {"sites": [{"name": "ga", "pue": 2}]}
    assert plain(root) == {"sites": [{"name": "ga"}]}


@pytest.mark.parametrize(
    ("path", "remedy"), [("sites[gaa].pue", "did you mean `ga`?"), ("sites[7].pue", "known here: ga"), ("seed.x", "set seed")]
)
def test_put_says_what_is_there_instead(path: str, remedy: str) -> None:
    steps = parse_field_path(path)
    assert steps is not None
    with pytest.raises(ScenarioError, match=r".") as raised:
        put(node({"sites": [{"name": "ga"}], "seed": 1}), steps, node(1))
    assert remedy in raised.value.remedy
    assert raised.value.where.field.startswith(path.split(".")[0])
