"""Korean and English of what a site answers: why it did not take an attempt. Keys end in `operate.ports.Refusal`."""

from __future__ import annotations

ENGINES: dict[str, tuple[str, str]] = {
    "refused.bad_key": (
        "The site cannot use this name for an attempt.",
        "센터에서 쓸 수 없는 시도 이름입니다.",
    ),
    "refused.bad_program": (
        "There is nothing to run, or a name in it leads out of its working folder: {detail}. Mend the job spec.",
        "실행할 것이 없거나, 작업 폴더 밖을 가리키는 이름이 있습니다: {detail}. 작업 명세를 고치십시오.",
    ),
    "refused.no_devices": (
        "The node does not have so many free accelerators. It is tried again.",
        "서버에 빈 가속기가 그만큼 없습니다. 다시 시도합니다.",
    ),
    "refused.drained": (
        "The node takes no new work. The job is placed again.",
        "서버가 새 작업을 받지 않습니다. 작업을 다시 배치합니다.",
    ),
    "refused.no_space": (
        "The site could not write what has to be kept before a job starts: {detail}. Its operator makes room.",
        "작업을 시작하기 전에 남겨야 할 기록을 센터가 쓰지 못했습니다: {detail}. 센터 운영자가 공간을 마련해야 합니다.",
    ),
    "refused.not_started": (
        "The process that watches over a job did not come up: {detail}. The site's operator looks into it.",
        "작업을 지켜보는 프로세스가 시작되지 않았습니다: {detail}. 센터 운영자가 원인을 찾아야 합니다.",
    ),
    "refused.given_up": (
        "This attempt was given up before. It never starts; the job gets another one.",
        "전에 포기한 시도입니다. 다시 시작되지 않으며, 작업은 새 시도로 이어집니다.",
    ),
}
