import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.adapters.yaml_tree import DEPTH_MAX, parse_yaml
from dure.wire.problems import ScenarioErrors
from dure.wire.tree import find, plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("TRUE", "TRUE"),
        ("12", 12),
        ("-3", -3),
        ("+3", 3),
        ("0", 0),
        ("010", "010"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0.95", "0.95"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("2026-01-01", "2026-01-01"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("~", None),
        ("null", None),
        ("", None),
        ("1.46조", "1.46조"),
        ("9" * 25, "9" * 25),
    ],
)
def test_only_true_false_null_and_plain_digits_are_not_text(text: str, value: object) -> None:
    assert plain(parse_yaml(f"a: {text}\n", "f")) == {"a": value}


def test_every_value_knows_the_line_of_its_key() -> None:
    root = parse_yaml("a:\n  b:\n\n    c: 1\nd:\n- x: 1\n- y\n", "f")
    lines = {way: find(root, way)[0].line for way in (("a",), ("a", "b"), ("a", "b", "c"), ("d",), ("d", 0), ("d", 0, "x"), ("d", 1))}
    assert list(lines.values()) == [1, 2, 4, 5, 6, 6, 7]


def test_anchors_repeat_a_value() -> None:
    assert plain(parse_yaml("a: &x {k: [1, 2]}\nb: *x\nc: [*x]\n", "f")) == {"a": {"k": [1, 2]}, "b": {"k": [1, 2]}, "c": [{"k": [1, 2]}]}


def test_replace_is_the_one_tag() -> None:
    root = parse_yaml("a: !replace [1]\nb: !replace {c: 1}\n", "f")
    assert find(root, ("a",))[0].replaces
    assert find(root, ("b",))[0].replaces
    assert not find(root, ("b", "c"))[0].replaces


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join(['*' + before] * 10)}]\n" for before, one in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "what", "remedy"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "`a` is written twice", "line 1"),
        ("a:\n  b: {c: 1, c: 2}\n", 2, "`c` is written twice", "line 2"),
        (BOMB, 6, "unfolds to more than 1,000,000 values", "fewer aliases"),
        ("a: &a [*a]\n", 1, "`*a` stands for nothing yet", "finished value"),
        ("a: *b\n", 1, "`*b` stands for nothing yet", "above it"),
        ("x: &a k\n*a : 1\n", 2, "stands where a key belongs", "write the key out"),
        ("a: &a {b: 1}\nc:\n  <<: *a\n", 3, "a merge key", "extends"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "python/object", "without it"),
        ("a: !!int '1'\n", 1, "the tag", "without it"),
        ("a: !replace 1\n", 1, "the tag !replace", "lists and mappings only"),
        ("a: 1\n---\nb: 2\n", 2, "a second document", "a file of its own"),
        ("a: {b: 1\n", 1, "ends in the middle", "cut off"),
        ("a: 'open\nb: 1\n", 2, "ends in the middle", "begun on line 1"),
        ("a:\n\tb: 1\n", 2, "a tab", "spaces"),
        ("a: b: c\n", 1, "not YAML", "quote the text"),
        ("a: @x\n", 1, "not YAML", "quote the text"),
        ("{[1]: 2}\n", 1, "a key is itself", "quote a key"),
        ("a: 1\n? \n: 1\n", 2, "a value without a key", "key: value"),
        ("a: \x01\n", 1, "a character that no text holds", "YAML file"),
        ("a: " + "[" * (DEPTH_MAX + 1), 1, "nested more than", "that deep"),
        ("[" * 200_000, 1, "nested more than", "that deep"),
        ("%FOO\n", 1, "not YAML", "correct"),
    ],
)
def test_bad_form_is_refused_with_its_line(text: str, line: int, what: str, remedy: str) -> None:
    with pytest.raises(ScenarioErrors) as raised:
        parse_yaml(text, "f.yaml")
    error = raised.value.errors[0]
    assert (error.where.file, error.where.line) == ("f.yaml", line), str(error)
    assert what in error.what, str(error)
    assert remedy in error.remedy, str(error)


def test_every_key_written_twice_is_reported() -> None:
    with pytest.raises(ScenarioErrors) as raised:
        parse_yaml("a: 1\na: 2\nb: {c: 1, c: 2}\n", "f")
    assert [error.where.line for error in raised.value.errors] == [2, 3]


@given(st.text(max_size=200) | st.text("abc:-[]{}&*!#'\"\n\t ,|>%@`<?~0", max_size=60))
def test_any_text_becomes_a_tree_or_an_error_with_a_line(text: str) -> None:
    refused = None
    try:
        plain(parse_yaml(text, "f"))
    except ScenarioErrors as errors:
        refused = errors
    assert refused is None or all(error.remedy and error.where.line for error in refused.errors)
