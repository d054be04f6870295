"""Words of `dure store`: copies, restores, rebuilding, seals; each in English and Korean."""

from __future__ import annotations

STORE: dict[str, tuple[str, str]] = {
    "command.store.backup": ("write a copy of the store while it is served", "운영 중에 저장소의 사본 저장"),
    "command.store.restore": (
        "put the store back from a copy; sites are asked before anything is placed",
        "사본으로 저장소 복구, 배치 전에 모든 센터에 확인",
    ),
    "command.store.adopted": ("attempts that were taken up again after a restore", "복구 뒤에 다시 이어받은 시도"),
    "store.backed_up": (
        "{file}: {rows} rows of the log, {acts} acts, {size} KiB",
        "{file}: 기록 {rows}행, 접수 {acts}건, {size} KiB",
    ),
    "store.backup_rest": (
        "packed files of jobs are beside it: copy {folder}/blobs after this, its files never change",
        "작업과 함께 보낸 파일은 따로 있습니다. 이어서 {folder}/blobs를 복사하십시오. 그 파일은 바뀌지 않습니다",
    ),
    "store.restored": ("restored from {file}: {rows} rows of the log, {acts} acts", "{file}에서 복구: 기록 {rows}행, 접수 {acts}건"),
    "store.restored_next": (
        "next: dure serve; it asks every site what it has, then places (dure store adopted lists what was taken up again)",
        "다음: dure serve. 모든 센터에 확인한 뒤 배치합니다(이어받은 시도: dure store adopted)",
    ),
    "store.adopted": ("{n} attempts were taken up again", "다시 이어받은 시도 {n}개"),
    "pages.history": ("Over time", "기간별"),
    "pages.history.means": (
        "Accelerator-hours of days and months of Korean time, up to the last hour that is over.",
        "한국 시간의 일별·월별 가속기·시간. 마지막으로 끝난 시각까지입니다.",
    ),
    "pages.history.days": ("day", "일"),
    "pages.history.months": ("month", "월"),
    "pages.history.none": ("No hour is over yet.", "아직 끝난 시각이 없습니다."),
    "command.store.seals": ("heads of the sealed ranges of the log; --check proves the chain", "기록의 봉인 값, --check는 사슬을 검산"),
    "command.store.rebuild": (
        "rows and rollups from the log again; --check compares and changes nothing",
        "현재 상태와 집계를 기록에서 다시 만듦. --check는 비교만 함",
    ),
    "store.seal": ("rows {first} to {last}  {head}", "기록 {first}–{last}  {head}"),
    "store.no_seal": ("No hour of this log is over yet: nothing is sealed.", "아직 끝난 시각이 없어 봉인한 구간이 없습니다."),
    "store.seals_hold": ("{n} seals are what log and acts give.", "봉인 {n}개가 기록·처리와 맞습니다."),
    "store.seals_broken": (
        "{n} seals are not what log and acts give: rows were changed after they were sealed",
        "봉인 {n}개가 기록과 맞지 않습니다. 봉인한 뒤에 행이 바뀌었습니다",
    ),
    "store.rebuilt": (
        "{n} rows rewritten from the log, {hours} rollups made again",
        "기록에서 {n}개 행을 고쳐 쓰고 집계 {hours}개를 다시 만듦",
    ),
    "store.orphan": ("job {job}, made for it: its request was lost", "작업 {job}(요청이 사라져 새로 만듦)"),
    "store.its_job": ("job {job}", "작업 {job}"),
}

STORE_HELP_KO: dict[str, str] = {
    "copy to write, one SQLite file whichever database it is made of": "저장할 사본. 어느 데이터베이스에서 만들든 SQLite 파일 하나",
    "copy that `dure store backup` has written": "`dure store backup`이 저장한 사본",
    "recompute every seal from the log; exit 1 where one differs": "모든 봉인을 기록에서 다시 계산. 다르면 1로 끝남",
    "compare only, change nothing; exit 1 where they differ": "비교만 하고 바꾸지 않음. 다르면 1로 끝남",
    "give up what the store holds now": "저장소에 지금 있는 것을 버림",
    "site that will never answer again; as often as needed": "다시는 응답하지 않을 센터. 필요한 만큼 반복",
}

STORE_ERRORS: tuple[tuple[str, str], ...] = (
    (r"process (\d+) on (\S+) serves this folder already", r"\2의 프로세스 \1번이 이 폴더를 이미 서비스하고 있습니다"),
    (r"another process serves this folder already", "다른 프로세스가 이 폴더를 이미 서비스하고 있습니다"),
    (r"end that one first, or name another folder with --data", "그 프로세스를 먼저 끝내거나 --data로 다른 폴더를 지정하십시오"),
    (r"this is no mail address", "메일 주소가 아닙니다"),
    (r"write name@host\.domain, or leave it out", "이름@호스트.도메인처럼 쓰거나 비워 두십시오"),
    (r"nobody can listen there: (.*)", r"그 주소에서는 연결을 받을 수 없습니다: \1"),
    (r"name another --port or --host", "다른 --port나 --host를 지정하십시오"),
    (
        r"name another --port; a second programme needs its own --data too: two services on one folder are one programme",
        "다른 --port를 지정하십시오. 두 번째 사업이라면 --data도 따로 있어야 합니다. 한 폴더의 두 서비스는 한 사업입니다",
    ),
    (r"the store is being restored", "저장소를 복구하는 중입니다"),
    (r"wait until it is done, then start again", "끝난 뒤에 다시 시작하십시오"),
    (r"a dure serve, dure broker or dure web works on this store", "dure serve, dure broker나 dure web이 이 저장소를 쓰고 있습니다"),
    (
        r"end it first \(Ctrl-C where it runs\), then restore with --replace: what the store holds now is given up",
        "먼저 끝내고(실행 중인 곳에서 Ctrl-C) --replace를 붙여 복구하십시오. 저장소에 지금 있는 것은 버립니다",
    ),
    (
        r"end it first \(Ctrl-C where it runs\); dure store rebuild --check compares while it goes on",
        "먼저 끝내십시오(실행 중인 곳에서 Ctrl-C). dure store rebuild --check는 실행 중에도 비교합니다",
    ),
    (r"the store holds a programme already", "저장소에 이미 사업이 있습니다"),
    (r"add --replace to give that up, or name an empty store", "버리려면 --replace를 붙이고, 아니면 빈 저장소를 지정하십시오"),
    (r"there is no copy (.*)", r"사본 \1이(가) 없습니다"),
    (r"(.*) is no copy of a store", r"\1: 저장소의 사본이 아닙니다"),
    (r"name a file that dure store backup has written", "dure store backup이 저장한 파일을 지정하십시오"),
    (r"there is no store (.*)", r"저장소 \1이(가) 없습니다"),
    (r"name the data folder or the store that is served", "운영하는 데이터 폴더나 저장소를 지정하십시오"),
)
