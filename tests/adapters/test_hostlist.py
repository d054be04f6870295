from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.adapters.hostlist import expand
from dure.model.errors import TraceError


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a1", ("a1",)),
        ("a[1-3,7]", ("a1", "a2", "a3", "a7")),
        ("a[01-03],b9", ("a01", "a02", "a03", "b9")),
        ("r[1-2]n[08-10]", ("r1n08", "r1n09", "r1n10", "r2n08", "r2n09", "r2n10")),
        ("a[1-2]-ib,c", ("a1-ib", "a2-ib", "c")),
        ("a[099-101]", ("a099", "a100", "a101")),
        ("None assigned", ()),
        ("", ()),
        ("a1,a1", ("a1",)),
    ],
)
def test_lists_as_slurm_writes_them(text: str, names: tuple[str, ...]) -> None:
    assert expand(text) == names


@pytest.mark.parametrize("text", ["a[1-", "a]1[", "a[3-1]", "a[x]", "a[1-999999999]", "a[1[2]]", "a[0-99999]b[0-9]"])
def test_what_is_no_list_is_said(text: str) -> None:
    with pytest.raises(TraceError, match="is no list of nodes"):
        expand(text)


@given(st.lists(st.integers(0, 999), min_size=1, max_size=20, unique=True), st.integers(1, 4))
def test_what_is_packed_comes_out_again(numbers: list[int], digits: int) -> None:
    packed = ",".join(f"{number:0{digits}d}" for number in numbers)
    assert expand(f"n[{packed}]") == tuple(f"n{number:0{digits}d}" for number in numbers)
