"""Phrases of a study about work that the fleet refused."""

from __future__ import annotations

STUDY_REFUSED: dict[str, tuple[str, str]] = {
    "study.refused_work": (
        "{refused} of {jobs} jobs, {work} of the work, were REFUSED because nothing in this fleet can ever run them. A plan counts "
        "work, not what single jobs insist on, and does not see that. Of all that was asked for users got {share}. {why}.",
        "작업 {jobs}개 가운데 {refused}개(작업량의 {work})는 이 가속기 군의 어디에서도 돌 수 없어 거절되었습니다. 계획은 일의 양만 "
        "세고 작업 하나하나가 요구하는 것은 보지 않습니다. 이용자는 요청한 것 전체의 {share:을} 받았습니다. {why}.",
    ),
    "study.refused_class": ("{name}, for most of it: {why}", "{name}, 대부분의 이유: {why}"),
    "study.stands_refusing": (
        "It stands still on a fleet that refuses {n} {n:job|jobs}: what was corrected is what the others measured.",
        "작업 {n}개를 거절하는 가속기 군에서 멈춘 것입니다. 고친 값은 나머지 작업에서 잰 것입니다.",
    ),
    "study.beside": (
        "{name}: users got {delivered} of {asked} asked for ({share}); no job was refused.",
        "{name}: 요청 {asked}개 가운데 {delivered}개({share})를 받음. 거절된 작업 없음.",
    ),
    "study.beside_refused": (
        "{name}: users got {delivered} of {asked} asked for ({share}); {refused} of {jobs} jobs, {work} of the work, were refused: {why}.",
        "{name}: 요청 {asked}개 가운데 {delivered}개({share})를 받음. 작업 {jobs}개 가운데 {refused}개(작업량의 {work}) 거절: {why}.",
    ),
    "study.word.settled_refusing": ("settled, work refused", "안정, 거절된 일 있음"),
    "study.word.waits_refusing": ("waits too long, work refused", "대기가 긺, 거절된 일 있음"),
}
