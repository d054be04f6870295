"""Korean of what the API's requests, the packed files and the client say is wrong."""

from __future__ import annotations

WEB_ERRORS: tuple[tuple[str, str], ...] = (
    (r"cannot be read", "읽을 수 없습니다"),
    (r"is not an address", "주소가 아닙니다"),
    (r"`(.*)` is not the id of a job", r"`\1`: 작업 번호가 아닙니다"),
    (
        r"write it as `dure submit` answered it, such as j12, or j12\.3 for a task",
        r"`dure submit`이 알려 준 대로 j12처럼 쓰십시오. 배열의 한 작업은 j12.3입니다",
    ),
    (r"a job spec as `text` or as `spec`", r"작업 명세는 `text`나 `spec` 가운데 하나로 보냅니다"),
    (r"send one of them", r"둘 중 하나만 보내십시오"),
    (r"the packed file (\w+) is lost", r"함께 보낸 파일 \1이(가) 없어졌습니다"),
    (r"submit the job again, or bring the folder of blobs back", r"작업을 다시 제출하거나 파일 보관 폴더를 되살리십시오"),
    (r"(\S+) is not over", r"\1: 아직 끝나지 않은 달입니다"),
    (r"settle it when the next month has begun", r"다음 달이 시작된 뒤에 정산하십시오"),
    (r"what is known since then is a line of the next settlement", r"그 뒤에 알려진 것은 다음 정산의 한 줄이 됩니다"),
    (r"a month after (\S+(?: \S+)?) was settled before", r"\1 뒤의 달이 이미 정산되었습니다"),
    (r"(\S+(?: \S+)?) was settled before", r"\1: 이미 정산되었습니다"),
    (r"settle months in their order", r"달의 순서대로 정산하십시오"),
    (r"models are named for servers of a pool", r"서버를 신청하면서 가속기 이름을 함께 적었습니다"),
    (r"leave them out: a pool is of one model", r"가속기 이름을 빼십시오. 풀은 한 가지 가속기로 되어 있습니다"),
    (r"the call (\S+) gives no credits for (\S+)", r"\1 공고는 \2의 크레딧을 주지 않습니다"),
    (r"no pool of the programme has (\S+)", r"사업의 어느 풀에도 \1이(가) 없습니다"),
    (r"name some of (.+)", r"\1 가운데에서 쓰십시오"),
    (r"'(.*)' is no month", r"'\1': 달이 아닙니다"),
    (r"write a year and a month, such as 2026-11", r"2026-11처럼 연도와 달을 쓰십시오"),
)
