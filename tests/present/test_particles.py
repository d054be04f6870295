"""Korean particles: their form follows the last sound of what they stand behind, whatever that is."""

from __future__ import annotations

import re

import pytest

from dure.present.particles import particle, with_particles
from dure.present.phrases_errors import ERRORS_KO
from dure.present.words import PHRASES


@pytest.mark.parametrize(
    ("word", "kind", "right"),
    [
        ("센터", "은", "는"),
        ("풀", "이", "이"),
        ("풀", "으로", "로"),
        ("서울", "으로", "로"),
        ("부산", "으로", "으로"),
        ("과제", "을", "를"),
        ("pool-3", "이", "이"),
        ("pool-2", "이", "가"),
        ("h100", "은", "은"),
        ("300", "을", "을"),
        ("2,027", "을", "을"),
        ("7", "으로", "로"),
        ("10", "으로", "으로"),
        ("4", "과", "와"),
        ("csv", "과", "와"),
        ("swf-n", "과", "과"),
        ("USD", "을", "를"),
        ("MW", "이", "가"),
        ("ppm", "을", "을"),
        ("Intel", "으로", "로"),
        ("AMD", "은", "는"),
        ("NVIDIA", "이라", "라"),
        ("pretraining", "은", "은"),
        ("server", "을", "를"),
        ("L", "이", "이"),
        ("R", "으로", "로"),
        ("3조 5,000억 원", "이", "이"),
        ("12(5%)", "을", "를"),
        ("13 (5.0%)", "을", "을"),
        ("`plan.cost`", "을", "를"),
        ("‘가뭄’", "과", "과"),
        ("…", "은", "는"),
        ("4.7%", "을", "를"),
    ],
)
def test_particles_follow_the_last_sound(word: str, kind: str, right: str) -> None:
    assert particle(word, kind) == right


def test_errors_are_written_with_marked_particles() -> None:
    assert with_particles("서버 300{을} 두고 ga{으로} 옮김") == "서버 300을 두고 ga로 옮김"
    assert with_particles("demand: {generate: …}를") == "demand: {generate: …}를"


FIXED = re.compile(r"(?:(?<!:이라)\}|\\\d)(?:\([^()]*\))?(?:을|를|은|는|이|가|과|와|로|으로|이라|라)(?=[\s,.:]|$)")
"""A particle behind what is known only later is right for some values and wrong for others."""


def test_no_particle_is_fixed_behind_a_value() -> None:
    said = {key: korean for key, (_, korean) in PHRASES.items()} | dict(ERRORS_KO)
    assert [key for key, korean in said.items() if FIXED.search(korean.replace("…}", ""))] == []
