"""Named data sets, and what a site gives programs to run in: English and Korean."""

from __future__ import annotations

DATA: dict[str, tuple[str, str]] = {
    "data.title": ("Data sets", "데이터셋"),
    "data.where": ("Copies", "사본"),
    "data.name": ("data set", "데이터셋"),
    "data.version": ("version", "버전"),
    "data.size": ("size", "크기"),
    "data.files": ("files", "파일"),
    "data.sites": ("copies at", "사본이 있는 센터"),
    "data.site": ("site", "센터"),
    "data.there": ("copy", "사본"),
    "data.copy": ("time to copy", "복사 시간"),
    "data.speed": ("speed", "속도"),
    "data.mark": ("figure", "수치"),
    "data.yes": ("there", "있음"),
    "data.no": ("none", "없음"),
    "data.measured": ("measured", "실측"),
    "data.assumed": ("assumed", "가정"),
    "data.everybody": ("everybody", "모든 과제"),
    "data.none": ("There is no data set that you may use.", "쓸 수 있는 데이터셋이 없습니다."),
    "data.used": ("{project} holds {used} of {most}.", "{project}: {most} 가운데 {used} 사용."),
    "data.kept": (
        "{named} for {whose}: {n} {n:file|files}, {size}. It is never changed; what differs is another version.",
        "{named} ({whose}): 파일 {n}개, {size}. 내용은 바뀌지 않으며, 다른 내용은 다른 버전이 됩니다.",
    ),
    "data.again": (
        "{named} for {whose} was there already: {n} {n:file|files}, {size}.",
        "{named} ({whose}): 이미 있습니다. 파일 {n}개, {size}.",
    ),
    "data.is": (
        "{named} for {whose}: {n} {n:file|files}, {size}, sha256 {hash}…",
        "{named} ({whose}): 파일 {n}개, {size}, sha256 {hash}…",
    ),
    "data.no_link": (
        "Unknown: no copy was measured there and the scenario states no `link`.",
        "미상: 잰 사본이 없고 시나리오에도 `link`가 없습니다.",
    ),
    "data.offer": ("{named} ({size}): {parts}.", "{named} ({size}): {parts}."),
    "data.at": ("there at {site}", "{site}에 있음"),
    "data.to": ("to {site} in {length} ({mark})", "{site}까지 {length} ({mark})"),
    "data.to_unknown": ("to {site} in an unknown time", "{site}까지 걸리는 시간은 미상"),
    "data.gone": (
        "No new job may name {named}. Jobs that were submitted keep it.",
        "새 작업은 {named:을} 쓸 수 없습니다. 이미 제출한 작업은 계속 씁니다.",
    ),
    "command.data": ("Named data sets: put, see, where copies are", "이름 있는 데이터셋: 올리기, 보기, 사본 위치"),
    "command.data.put": ("Put a version of a data set", "데이터셋의 한 버전을 올립니다"),
    "command.data.ls": ("Data sets that you may use", "쓸 수 있는 데이터셋"),
    "command.data.where": ("Which sites hold a copy of a data set", "데이터셋의 사본이 있는 센터"),
    "command.data.rm": ("Take a version of a data set out of use", "데이터셋의 한 버전을 더 쓰지 않게 합니다"),
}

DATA_HELP_KO: dict[str, str] = {
    "data set, such as imagenet, or imagenet@2 for one version": "데이터셋. 예: imagenet, 한 버전은 imagenet@2",
    "project whose data set is meant": "그 데이터셋의 과제",
    "scenario whose pools are asked (default: those of the service, with its data sets)": (
        "풀을 물어볼 시나리오 (기본: 서비스의 풀, 그 데이터셋과 함께)"
    ),
    "what jobs call it": "작업에서 부르는 이름",
    "files, or folders with what is in them": "파일 또는 폴더(안의 것까지)",
    "whose it is (default: your only project)": "어느 과제의 것인지 (기본: 하나뿐인 내 과제)",
    "every project may use it; for the programme office": "모든 과제가 쓸 수 있음. 전담기관용",
    "of its own (default: the next number)": "버전 이름 (기본: 다음 번호)",
}

DATA_ERRORS: tuple[tuple[str, str], ...] = (
    (r"(.+) is of the project (.+), and the job is of another one", r"\1: 과제 \2의 데이터셋이고 작업은 다른 과제의 것입니다"),
    (
        r"submit it with --project (.+), or put the data set for the job's project",
        r"제출할 때 --project \1 옵션을 쓰거나, 데이터셋을 작업의 과제로 올리십시오",
    ),
    (r"a data set is never changed", "데이터셋은 바꿀 수 없습니다"),
    (
        r"write read; keep results with `outputs:`, and put them as a version of their own with `dure data put`",
        "read로 쓰십시오. 결과는 `outputs:`로 남기고 `dure data put`으로 새 버전을 올리십시오",
    ),
    (r"(.+) and (.+) would both lie at (\S+)", r"\1, \2: 둘 다 \3에 놓입니다"),
    (r"name one of them, or put one under another name", "하나만 쓰거나 하나를 다른 이름으로 올리십시오"),
    (r"a conda and a pip environment", "conda 환경과 pip 환경이 함께 있습니다"),
    (
        r"write one of them: a conda file may hold a pip section",
        "하나만 쓰십시오. conda 파일 안에 pip 항목을 둘 수 있습니다",
    ),
    (r"`(.+)` is not an absolute path", r"`\1`: 절대 경로가 아닙니다"),
    (
        r"write it from the root, without `\.\.` and colons, such as /opt/envs/torch",
        "`..`과 콜론 없이 루트부터 쓰십시오. 예: /opt/envs/torch",
    ),
    (r"no data sets are kept here", "여기에는 데이터셋이 없습니다"),
    (r"ask the operator of the service", "서비스 운영자에게 물어보십시오"),
    (r"there is no data set (.+)", r"\1: 그런 데이터셋이 없습니다"),
    (r"`dure data ls` shows those that you may use", "쓸 수 있는 것은 `dure data ls`로 볼 수 있습니다"),
    (r"a data set of a project and of everybody", "한 과제의 데이터셋이면서 모두의 데이터셋입니다"),
    (r"write --project or --public, not both", "--project와 --public 가운데 하나만 쓰십시오"),
    (r"(.+) is no name of a data set", r"\1: 데이터셋 이름이 될 수 없습니다"),
    (
        r"write letters, digits and \. _ -, a letter first, at most 64",
        "영문자, 숫자, . _ - 로 64자까지 쓰고 영문자로 시작하십시오",
    ),
    (r"(.+) is no version of a data set", r"\1: 데이터셋 버전이 될 수 없습니다"),
    (r"write letters, digits and \. _ -, at most 32", "영문자, 숫자, . _ - 로 32자까지 쓰십시오"),
    (r"version (.+) of (.+) is there already and holds something else", r"\2 버전 \1: 이미 있고 내용이 다릅니다"),
    (
        r"a version is never changed: put it under another one, or leave out the version",
        "버전은 바뀌지 않습니다. 다른 버전으로 올리거나 버전을 빼십시오",
    ),
    (
        r"([\d,]+) bytes more: the project's data sets hold ([\d,]+) of ([\d,]+) bytes",
        r"\1바이트 더: 과제의 데이터셋이 \3바이트 가운데 \2바이트를 쓰고 있습니다",
    ),
    (
        r"remove a version with `dure data rm`, or ask the programme for more",
        "`dure data rm`으로 버전을 지우거나 전담기관에 한도를 늘려 달라고 하십시오",
    ),
    (r"no version of (.+) is named", r"\1의 버전을 적지 않았습니다"),
    (r"write one, such as (.+)", r"하나를 쓰십시오. 예: \1"),
    (r"this is no manifest of a data set", "데이터셋의 목록이 아닙니다"),
    (r"put the data set with `dure data put`", "`dure data put`으로 올리십시오"),
    (r"changed while it was read", "읽는 동안 바뀌었습니다"),
    (r"put the data set when nothing writes to it", "아무도 쓰지 않을 때 올리십시오"),
    (r"stands under the same name as another file", "다른 파일과 이름이 같습니다"),
    (r"rename one of them", "하나의 이름을 바꾸십시오"),
    (r"correct the path", "경로를 고치십시오"),
    (r"holds no file", "파일이 없습니다"),
    (r"name files, or a folder that holds some", "파일이나 파일이 든 폴더를 쓰십시오"),
    (r"more than ([\d,]+) files", r"파일이 \1개를 넘습니다"),
    (r"pack them into fewer, larger files", "더 적고 큰 파일로 묶으십시오"),
    (r"is a link or no plain file, and is not put", "링크이거나 보통 파일이 아니어서 올리지 않습니다"),
    (r"(.+) is no speed of a link", r"\1: 링크 속도가 아닙니다"),
)
