"""Profiles by name, from a file, and to a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.adapters.profiles import load_profile, packaged_profiles, write_profile
from dure.model.errors import InputError


def test_every_packaged_profile_states_where_it_comes_from() -> None:
    found = packaged_profiles()
    assert set(found) == {"national", "kalos", "seren", "philly", "helios", "philly-trace"}
    assert all(profile.source.startswith(("measured", "calibrated", "assumed")) for profile in found.values())


def test_a_written_profile_is_read_again(tmp_path: Path) -> None:
    profile = load_profile("philly-trace")
    write_profile(tmp_path / "p.csv", profile)
    assert load_profile("p.csv", tmp_path) == profile
    assert load_profile(str(tmp_path / "p.csv")) == profile
    assert load_profile(f"{tmp_path}/p.csv#philly-trace") == profile


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("natonal", "profile: no profile 'natonal'; did you mean national"),
        ("zzz", "no profile 'zzz'; name a file, or one of national, kalos"),
        ("none.csv", "none.csv: no such file; check the path"),
        ("bad.csv", r"bad.csv:1: the header is 'a,b'; write profile,part,key,figures,source"),
        ("cells.csv", r"cells.csv:2: 2 cells under 5 columns"),
        ("quote.csv", r"quote.csv:2: no CSV \("),
        ("latin.csv", "latin.csv: is not UTF-8"),
        ("empty.csv", "empty.csv: holds no profile"),
        ("two.csv", r"two.csv: holds 2 profiles; name one: two.csv#a"),
        ("two.csv#c", r"two.csv: holds no profile 'c'; it holds a, b"),
    ],
)
def test_a_profile_that_cannot_be_read(tmp_path: Path, name: str, said: str) -> None:
    header = "profile,part,key,figures,source\n"
    body = "".join(f"{p},about,,,\n{p},class,k,jobs=1 sizes=1:1 median_s=5 sigma=1 most_s=9,\n" for p in "ab")
    files = {
        "bad.csv": "a,b\n",
        "cells.csv": header + "a,b\n",
        "quote.csv": header + 'a,"b\n',
        "empty.csv": header,
        "two.csv": header + body,
    }
    for file, text in files.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes(b"\xe9\xe8")
    with pytest.raises(InputError, match=said) as caught:
        load_profile(name, tmp_path)
    assert caught.value.remedy
