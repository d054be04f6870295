from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest

from dure.model.reasons import CAUSE_NAMES, CAUSES, PARAMETERS, STEPS, Code, Mender, reason
from dure.present import words as room
from dure.present.numbers import Lang
from dure.present.tables import Word
from dure.present.words import PHRASES, Words, expected_codes

EN, KO = Words(Lang.EN), Words(Lang.KO)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_phrase_exists_in_both_languages_with_the_same_parameters() -> None:
    for key, (english, korean) in PHRASES.items():
        assert english, key
        assert korean, key
        assert fields(english) == fields(korean), key


def test_no_phrase_is_defined_twice() -> None:
    """One dictionary put over another would say something else without a word."""
    defined: Counter[str] = Counter()
    for path in Path(room.__file__).parent.glob("phrases_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict) and all(isinstance(value, ast.Tuple) for value in node.values):
                defined.update(key.value for key in node.keys if isinstance(key, ast.Constant) and "." in str(key.value))
    assert len(defined) > 1_000
    assert [key for key, times in defined.items() if times > 1] == []


def test_korean_phrases_are_korean() -> None:
    hangul = {key for key, (_, korean) in PHRASES.items() if any("가" <= char <= "힣" for char in korean)}
    same = {key for key, (english, korean) in PHRASES.items() if english == korean}
    assert set(PHRASES) - hangul <= same


def test_every_step_cause_and_mender_has_words() -> None:
    for words in (EN, KO):
        assert len({words.cause(name) for name in CAUSE_NAMES}) == len(CAUSE_NAMES)
        assert all(words.because(name) and words.mend(name) for name in CAUSE_NAMES)
        assert len({words.step(step) for step in STEPS}) == len(STEPS)
        assert len({words.mender(mender) for mender in Mender}) == len(Mender)
    assert all(KO.because(name).endswith("기") for name in CAUSE_NAMES), "the clause is followed by 때문"
    assert [EN.menders(cause) for cause in CAUSES if cause.name == "unpowered"] == ["operator or state"]


def sample(code: Code) -> dict[str, int | str]:
    numbers = {"domain": 2, "memory_gb": 80, "order": "multifactor", "mode": "unfunded", "condition": "ok"}
    names = {"project", "pool", "constraint", "models", "job"}
    return {name: numbers.get(name, f"the-{name}" if name in names else 41) for name in PARAMETERS[code]}


def test_every_reason_is_a_sentence_in_both_languages() -> None:
    assert expected_codes() == set(Code)
    for code in Code:
        for words in (EN, KO):
            text = words.why([reason(code, **sample(code))])
            assert text.endswith(".")
            assert "{" not in text
            for name in ("project", "pool", "constraint"):
                if name in PARAMETERS[code]:
                    assert f"the-{name}" in text.lower()


def test_why_is_one_true_sentence() -> None:
    reasons = [
        reason(Code.WAITS_FOR_DEVICES, devices=64, memory_gb=80, domain=2),
        reason(Code.FREE, free=41),
        reason(Code.EXPECTED_START, start_s=9_000),
        reason(Code.QUEUE_POSITION, ahead=3, order="multifactor"),
    ]
    assert EN.why(reasons) == (
        "Waits for 64 accelerators with ≥ 80 GB in one fabric domain; 41 free; expected to start in 2 h 30 min; "
        "3 jobs of higher fair-share before it."
    )
    assert KO.why(reasons) == (
        "한 패브릭 도메인 안에 80GB 이상 가속기 64대를 기다림; 지금 41대 비어 있음; 2시간 30분 뒤 시작 예상; "
        "공정 배분 순위가 높은 작업 3개가 앞에 있음."
    )
    assert EN.why([reason(Code.QUEUE_POSITION, ahead=1, order="fcfs")]) == "1 job submitted before it."
    assert EN.why([]) == ""


def test_names_of_sites_are_korean_in_korean_only() -> None:
    names = {"site": {"ga": "가 센터"}}
    assert Words(Lang.KO, names).name("ga", "site") == "가 센터"
    assert Words(Lang.EN, names).name("ga", "site") == "ga"
    assert (KO.name("nvidia", "vendor"), EN.name("nvidia", "vendor")) == ("엔비디아", "NVIDIA")
    assert (KO.name("jeonbuk", "region"), EN.name("nowhere", "region")) == ("전북", "nowhere")
    assert "가 센터/p는" in Words(Lang.KO, names).why([reason(Code.DEDICATED_OWNER_FIRST, project="p", pool="ga/p")])


@pytest.mark.parametrize("names", [{"site": {"gwangju": "광주 센터"}}, {"gwangju": "광주 센터"}])
def test_a_site_and_its_region_of_one_id_keep_their_own_names(names: dict[str, str | dict[str, str]]) -> None:
    """The flat form is that of run folders of before."""
    say = Words(Lang.KO, names)
    assert (say.name("gwangju", "site"), say.name("gwangju", "region")) == ("광주 센터", "광주")


def glossary() -> dict[str, str]:
    """word → 한국어 of docs/GLOSSARY.md."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "GLOSSARY.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| ")]
    return {row[0]: row[1] for row in rows if len(row) >= 2}


def test_words_are_those_of_the_glossary() -> None:
    korean = glossary()
    for name in CAUSE_NAMES:
        assert KO.cause(name) == korean[name]
    for step in STEPS:
        assert (EN.step(step), KO.step(step)) == (step, korean[step])
    for mender, word in {Mender.PROGRAMME: "programme office", Mender.OPERATOR: "operator", Mender.USER: "user"}.items():
        assert KO.mender(mender) == korean[word]
    for word in Word:
        assert (EN(f"word.{word}"), KO(f"word.{word}")) == (str(word), korean[str(word)])
    for key, word in {
        "headline.operating_rate": "operating rate",
        "headline.occupancy": "occupancy",
        "column.slowdown": "bounded slowdown",
    }.items():
        assert (EN(key), KO(key)) == (word, korean[word])
    assert (EN("headline.goodput_rate"), KO("headline.goodput_rate")) == ("goodput rate", korean["goodput rate"])
    assert KO.unknown == korean["unknown"]
