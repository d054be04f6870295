from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.model.errors import InputError
from dure.wire.constraint import Alternative, Constraint, parse_constraint


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("", ()),
        ("any", ()),
        ("*", ()),
        ("h100", (Alternative(("h100",)),)),
        ("h100 | h200,mi300x", (Alternative(("h100",)), Alternative(("h200",)), Alternative(("mi300x",)))),
        ("H100 SXM", (Alternative(("H100 SXM",)),)),
        ("80GB..", (Alternative((), 80),)),
        ("..48GB", (Alternative((), 0, 48),)),
        ("24GB..80GB", (Alternative((), 24, 80),)),
        ("80GB", (Alternative((), 80, 80),)),
        ("amd:80GB..|1.5TB..", (Alternative(("amd",), 80), Alternative((), 1500))),
    ],
)
def test_what_may_be_written(text: str, alternatives: tuple[Alternative, ...]) -> None:
    assert parse_constraint(text) == Constraint(alternatives)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("h100||h200", "an empty alternative"),
        ("any|h100", "`any` beside alternatives"),
        ("nvidia:amd", "'nvidia:amd' asks for nvidia and amd at once; separate alternatives by |"),
        ("h100:8", "'8' in 'h100:8' is a number without a unit; write memory as 80GB.."),
        ("80GB..20GB", "ends below its beginning"),
        ("24..", "not an amount of memory"),
        ("h1$", "'h1$' in 'h1$' cannot be read; write names such as"),
        ("80GB:..90GB", "two ranges of memory"),
        ("x" * 300, "a constraint of 300 characters"),
    ],
)
def test_what_may_not_names_the_part_and_the_remedy(text: str, what: str) -> None:
    with pytest.raises(InputError) as error:
        parse_constraint(text)
    assert what in str(error.value)
    assert error.value.remedy


@given(st.text(max_size=40))
def test_any_text_is_a_constraint_or_a_clear_error(text: str) -> None:
    found: Constraint | None = None
    with suppress(InputError):
        found = parse_constraint(text)
    assert found is None or all(one.memory_most_gb is None or one.memory_least_gb <= one.memory_most_gb for one in found.alternatives)


def test_memory_fits_within_its_ends() -> None:
    assert [Alternative((), 24, 80).fits_memory(gb) for gb in (23, 24, 80, 81)] == [False, True, True, False]
    assert Alternative((), 24).fits_memory(10**6)
    assert not Alternative(("h100",)).asks_memory
