"""Phrases about what an award stands on: marks that nobody answers for, models that count alike, models nobody knows."""

from __future__ import annotations

AWARD_GROUNDS: dict[str, tuple[str, str]] = {
    "award.nobody.who": ("nobody named", "이름 없음"),
    "award.nobody.means": ("nothing names a source, nor who chose it", "출처도 정한 사람도 적혀 있지 않은 값"),
    "award.nobody.what": ("{kinds} of the bids", "제안의 {kinds}"),
    "award.nobody.why": (
        "the file marks them assumed and names nobody under `assume`",
        "파일이 가정으로 표시했으나 `assume`에 가정한 사람이 없음",
    ),
    "award.kind_of.quantity": ("quantities", "수량"),
    "award.kind_of.price": ("prices", "가격"),
    "award.kind_of.points": ("evaluators' points", "평가위원 점수"),
    "award.kind_of.promises": ("promises", "약속한 값"),
    "award.alike.what": (
        "every accelerator of {models} counts as one reference accelerator, whatever it can do",
        "{models}: 성능과 관계없이 1개를 기준 가속기 1개로 셈",
    ),
    "award.alike.who": ("dure", "dure"),
    "award.alike.why": (
        "the tender gives no `capacity` for it; with weights another award may be the best",
        "공모의 `capacity`에 없음. 기종별로 가중치를 주면 다른 선정이 최선일 수 있음",
    ),
    "award.alike.note": (
        "The tender gives no capacity for {models}: each counts as one reference accelerator.",
        "공모에 {models}의 성능 기준(capacity)이 없어 각각 기준 가속기 1개로 셌습니다.",
    ),
    "check.alike": (
        "the tender gives no capacity for {models}: each counts as one reference accelerator, whatever it can do; "
        "write capacity: {{{first}: 1, …}} under tender, or leave it if that is meant",
        "공모에 {models}의 성능 기준(capacity)이 없어 성능과 관계없이 1개를 기준 가속기 1개로 셉니다. "
        "tender 아래에 capacity: {{{first}: 1, …}}처럼 쓰거나, 그것이 맞으면 그대로 두십시오",
    ),
    "check.nobody": (
        "{kinds} are marked assumed and nobody is named who assumes them: write assume: with what, who and why",
        "{kinds:이} 가정으로 표시되었으나 가정한 사람이 없습니다. assume에 what, who, why를 쓰십시오",
    ),
}

AWARD_GROUNDS_ERRORS: tuple[tuple[str, str], ...] = (
    (r"is missing: nobody says what kind of figures the bids hold", "빠졌습니다. 제안의 수치가 어떤 종류인지 적혀 있지 않습니다"),
    (r"write marks: (\{.+\})", r"marks: \1처럼 쓰십시오"),
    (r"is missing, and the bids hold such figures", "빠졌습니다. 제안에 이런 수치가 있습니다"),
    (r"write (\w+): under marks, such as (\w+: \w+)", r"marks 아래에 \2처럼 \1{을} 쓰십시오"),
    (r"published by whom\? no public source is named", "공표라고 적었으나 공개 출처가 없습니다"),
    (
        r"write published: with what and source, or mark it assumed",
        "published에 what과 source를 쓰거나, assumed로 표시하십시오",
    ),
    (
        r"`(.+)` sets a price against the estimate, and `(.+)` is no price",
        r"`\1` 산식은 가격을 예정가격과 비교하는데, `\2`{은} 가격이 아닙니다",
    ),
    (
        r"write subject: price or price_per_public, or for (.+) formula: ratio_to_best or linear",
        r"subject: price 또는 price_per_public을 쓰거나, \1에는 formula: ratio_to_best 또는 linear를 쓰십시오",
    ),
    (
        r"a comma ends the value inside \{ \}: `(.+)` was read as (.+) and a key `(.+)`",
        r"{ } 안에서는 쉼표가 값을 끝냅니다. `\1`{을} \2 값과 `\3` 키로 읽었습니다",
    ),
    (r'write (\S+: \S+), or quote it: (\S+: ".+")', r"\1{으로} 쓰거나, \2처럼 따옴표로 묶으십시오"),
    (
        r"a comma ends a value inside \{ \}: write the number without commas, or quote it",
        "{ } 안에서는 쉼표가 값을 끝냅니다. 쉼표 없이 쓰거나 따옴표로 묶으십시오",
    ),
    (r"the catalogue does not know `(.+)`", r"카탈로그에 `\1` 기종이 없습니다"),
    (r"write its id as `dure catalog` lists it, unless it is new", "새 기종이 아니면 `dure catalog`에 나오는 이름으로 쓰십시오"),
)
