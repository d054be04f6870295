"""dstack's accelerator grammar: what it reads, what it refuses, that printing and reading agree, and that both grammars say the same."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.adapters.catalogs import load_catalog
from dure.model.catalog import fold
from dure.model.errors import InputError
from dure.wire.constraint import VENDORS, Alternative, Constraint, constraint_text, parse_constraint
from dure.wire.wish import Wish, parse_wish, wish_text


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("16", Wish(count_least=16, count_most=16)),
        ("h100", Wish(names=("h100",))),
        ("mi300x:8", Wish(names=("mi300x",), count_least=8, count_most=8)),
        ("24GB..:2", Wish(memory_least_gb=24, count_least=2, count_most=2)),
        ("2:24GB..", Wish(memory_least_gb=24, count_least=2, count_most=2)),
        ("amd:80GB..", Wish(vendor="amd", memory_least_gb=80)),
        ("nvidia:h100,h200:8:80GB..", Wish("nvidia", ("h100", "h200"), 80, None, 8, 8)),
        ("80GB", Wish(memory_least_gb=80, memory_most_gb=80)),
        ("..48GB:1..4", Wish(memory_most_gb=48, count_least=1, count_most=4)),
        ("24..80GB", Wish(memory_least_gb=24, memory_most_gb=80)),  # dstack: a unit at one end is enough
        ("40gb:2..", Wish(memory_least_gb=40, memory_most_gb=40, count_least=2, count_most=None)),
        ("A100 , H100 : 2", Wish(names=("a100", "h100"), count_least=2, count_most=2)),
        ("tpu:v5e:4", Wish("google", ("v5e",), count_least=4, count_most=4)),
        ("..8", Wish(count_least=1, count_most=8)),
        ("domestic", Wish("domestic")),
    ],
)
def test_what_may_be_written(text: str, wish: Wish) -> None:
    assert parse_wish(text) == wish
    assert parse_wish(wish_text(wish)) == wish


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "an empty part in ''"),
        ("h100::8", "an empty part"),
        ("h100:8:4", "'8' and '4' in 'h100:8:4' are both a count"),
        ("80GB:40GB", "'80GB' and '40GB' in '80GB:40GB' are both a memory"),
        ("nvidia:amd", "are both a vendor"),
        ("h100:h200", "are both a names"),
        ("nvidia,h100", "'nvidia' in 'nvidia,h100' is a vendor beside models; set the vendor apart by a colon"),
        ("h100,", "'' in 'h100,' is not the name of a model"),
        ("h1$", "'h1$' in 'h1$' is not the name"),
        ("80GB..40GB", "ends below its beginning"),
        ("..", "is not a number of accelerators"),
        ("h100:0", "0 accelerators; ask for at least one"),
        ("8..2", "8..2 ends below its beginning"),
        ("9999999", "more than 1,000,000 accelerators"),
        ("any:8", "`any` in 'any:8' narrows nothing; leave it out"),
        ("16XB", "is not an amount of memory"),
        ("x" * 300, "a wish of 300 characters"),
        ("h..", "is not the name of a model"),
        ("1.5", "1.5 is finer than 1"),
    ],
)
def test_what_may_not_names_the_part_and_the_remedy(text: str, what: str) -> None:
    with pytest.raises(InputError) as error:
        parse_wish(text)
    assert what in str(error.value)
    assert error.value.remedy


names = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?", fullmatch=True).filter(
    lambda name: name not in {*VENDORS, "any", "tpu", "tt"}
)
counts = st.one_of(
    st.integers(1, 10**6).map(lambda n: (n, n)),
    st.tuples(st.integers(1, 1000), st.integers(0, 1000)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    st.integers(1, 10**6).map(lambda n: (n, None)),
)
memories = st.one_of(
    st.just((0, None)),
    st.tuples(st.integers(0, 5_000), st.one_of(st.none(), st.integers(0, 5_000))).map(
        lambda pair: (pair[0], None if pair[1] is None else pair[0] + pair[1])
    ),
)
wishes = st.builds(
    lambda vendor, models, memory, count: Wish(vendor, tuple(models), *memory, *count),
    st.sampled_from(("", *VENDORS)),
    st.lists(names, max_size=4, unique=True),
    memories,
    counts,
)


@given(wishes)
def test_what_is_printed_reads_back_as_the_same_wish(wish: Wish) -> None:
    assert parse_wish(wish_text(wish)) == wish


@given(wishes)
def test_both_grammars_say_the_same(wish: Wish) -> None:
    """A wish written as a constraint is read by the constraint's own reader as the same alternatives."""
    constraint = wish.constraint
    assert parse_constraint(constraint_text(constraint)) == constraint


@given(st.text(max_size=30))
def test_any_text_is_a_wish_with_a_stable_print_or_a_clear_error(text: str) -> None:
    with suppress(InputError):
        wish = parse_wish(text)
        printed = wish_text(wish)
        assert parse_wish(printed) == wish
        assert wish_text(parse_wish(printed)) == printed


@given(
    st.lists(st.sampled_from(["h100", "amd", "80GB..", "8", "nvidia", "24GB..80GB", "2..4", "gaudi3", "..48GB"]), min_size=1, max_size=4)
)
def test_the_order_of_parts_says_nothing(parts: list[str]) -> None:
    def read(order: list[str]) -> Wish | None:
        try:
            return parse_wish(":".join(order))
        except InputError:
            return None

    assert read(parts) == read(parts[::-1])


@pytest.mark.parametrize("text", ["h100", "amd:80GB..", "80GB", "domestic", "24GB..80GB", "nvidia:h100:80GB..", "H100 SXM", "mi300x"])
def test_what_both_grammars_can_say_they_say_alike(text: str) -> None:
    one, other = parse_wish(text).constraint, parse_constraint(text)
    assert (
        Constraint(tuple(Alternative(tuple(map(fold, a.names)), a.memory_least_gb, a.memory_most_gb, a.vendor) for a in other.alternatives))
        == one
    )


def test_the_words_for_vendors_are_those_of_the_catalogue() -> None:
    catalog = load_catalog()
    known = {fold(model.vendor) for model in catalog.accelerators.values()} | {model.origin for model in catalog.accelerators.values()}
    assert known - set(VENDORS) == set()
    assert set(VENDORS) - known == {"tenstorrent"}, "dstack's word for a vendor whose models the catalogue lacks"
