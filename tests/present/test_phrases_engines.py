"""Every refusal of a site is a sentence in both languages."""

from __future__ import annotations

from dure.operate.ports import Refusal
from dure.present.numbers import Lang
from dure.present.phrases_engines import ENGINES
from dure.present.words import Words


def test_every_refusal_has_its_sentence() -> None:
    assert set(ENGINES) == {f"refused.{one}" for one in Refusal}
    for lang in Lang:
        said = [Words(lang)(key, detail="No space left on device") for key in ENGINES]
        assert len(set(said)) == len(Refusal)
        assert all(one.endswith(".") for one in said)
