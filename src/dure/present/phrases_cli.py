"""Phrases of the command line: key → (English, Korean)."""

from __future__ import annotations

CLI: dict[str, tuple[str, str]] = {
    "cli.slogan": ("두레 · a nation's accelerators as one pool", "두레 · 나라의 가속기를 하나의 풀로"),
    "cli.usage": ("Usage: {command}", "사용법: {command}"),
    "cli.example": ("Example: {command}", "예시: {command}"),
    "cli.command": ("COMMAND", "명령"),
    "cli.options_word": ("[OPTIONS]", "[옵션]"),
    "cli.commands": ("Commands", "명령"),
    "cli.arguments": ("Arguments", "인자"),
    "cli.options": ("Options", "옵션"),
    "cli.option.lang": (
        "language of words and numbers (else DURE_LANG, then the locale)",
        "말과 숫자의 언어 (없으면 DURE_LANG, 그다음 로캘)",
    ),
    "cli.option.version": ("print the version", "버전을 보여 줍니다"),
    "cli.option.help": ("print this help; every command has its own", "이 도움말을 보여 줍니다. 명령마다 따로 있습니다"),
    "cli.exit_codes": (
        "Every command has --json. Exit codes: 0 done · 1 the answer is no · 2 input to mend · 3 more than this build carries · "
        "4 a run folder or log that does not fit · 5 your token does not allow it · 6 the service does not answer · 130 interrupted",
        "모든 명령에 --json이 있습니다. 종료 코드: 0 완료 · 1 답이 '아니요' · 2 입력을 고쳐야 함 · 3 이 판이 감당하는 한계 초과 · "
        "4 맞지 않는 실행 폴더나 기록 · 5 토큰에 권한이 없음 · 6 서비스가 응답하지 않음 · 130 중단됨",
    ),
    "cli.default": ("default: {value}", "기본값: {value}"),
    "cli.choices": ("one of {choices}", "{choices} 중 하나"),
    "cli.required": ("required", "필수"),
    # one line per command
    "command.demo": (
        "play the six acts in a minute; ends with demo/index.html",
        "여섯 막을 1분 안에 보여 주고 demo/index.html을 남깁니다",
    ),
    "command.check": (
        "read scenarios, tenders, job specs and sbatch scripts and say what is wrong, where, and how to mend it",
        "시나리오·공모 파일, 작업 명세, sbatch 스크립트를 읽고 무엇이 어디서 왜 틀렸는지 알려 줍니다",
    ),
    "command.schema": (
        "print the JSON Schema of scenario or tender files or job specs, for editors",
        "편집기를 위해 시나리오·공모 파일이나 작업 명세의 JSON 스키마를 출력합니다",
    ),
    "command.catalog": (
        "list accelerators and node models with their sources",
        "가속기와 서버 기종을 출처와 함께 보여 줍니다",
    ),
    "command.trace": (
        "read, convert, generate and profile job traces",
        "작업 기록을 읽고, 변환하고, 생성하고, 분석합니다",
    ),
    "command.trace.info": (
        "what a trace holds, and every row it rejects with the reason",
        "작업 기록의 내용과, 거절한 행 및 그 이유",
    ),
    "command.trace.convert": ("rewrite a trace as canonical CSV or Parquet", "작업 기록을 표준 CSV나 Parquet으로 바꿉니다"),
    "command.trace.generate": ("draw jobs from a demand profile", "수요 프로필에서 작업을 뽑습니다"),
    "command.trace.profile": ("measure the demand profile of a trace", "작업 기록에서 수요 프로필을 잽니다"),
    "command.twin": (
        "replay demand on a fleet: run one policy, compare several, ask why a job waits",
        "수요를 가속기 군에 재현합니다: 실행, 정책 비교, 작업이 기다리는 이유",
    ),
    "command.twin.run": (
        "simulate a scenario and write a run folder",
        "시나리오를 모의 실행하고 실행 폴더를 남깁니다",
    ),
    "command.twin.compare": (
        "several policies on the same jobs, or several scenarios, side by side",
        "같은 작업을 여러 정책으로, 또는 여러 시나리오를 돌려 나란히 비교합니다",
    ),
    "command.twin.why": (
        "why a job of a run waits at an instant, and when it would start",
        "실행 중 어느 시각에 작업이 왜 기다리고 언제 시작할지",
    ),
    "command.plan": (
        "what to buy, from whom, and who pays to run it",
        "무엇을 누구에게서 사고, 누가 운영비를 낼지",
    ),
    "command.plan.run": (
        "what to buy, when and where, or the rule that refuses it and the cheapest ways out",
        "무엇을 언제 어디에 살지, 또는 성립하지 않는 이유과 가장 싼 해결책",
    ),
    "command.plan.award": (
        "the optimal award of a tender, why the others lost, and what would have made them win",
        "공모의 최적 사업자 선정과, 탈락 사유, 선정될 수 있었던 조건",
    ),
    "command.plan.fleet": (
        "the fleet that a plan has at a date, with its demand, as a scenario for the twin",
        "계획이 어느 날짜에 갖는 가속기 군과 수요를, 모의 실행할 시나리오로 씁니다",
    ),
    "command.demand": ("what will be asked for", "앞으로 요청될 것"),
    "command.demand.project": (
        "next year's demand by class with bands, from applications and measured use",
        "신청과 실제 사용으로 내다본 다음 해의 종류별 수요와 그 구간",
    ),
    "command.study": (
        "plan, play the fleet, correct the plan by what users got, until it settles; candidates and sweeps",
        "계획을 세우고, 돌려 보고, 이용자가 받은 것으로 계획을 고치기를 안정될 때까지. 후보 비교와 값 바꿔 보기",
    ),
    "command.report": (
        "turn a run folder into one HTML file, tables or JSON",
        "실행 폴더를 HTML 한 파일, 표, JSON으로 만듭니다",
    ),
    "command.validate": (
        "hold dure against published answers, formulas and itself, row by row",
        "dure의 값을 공표된 답, 공식, 자체 재현과 한 줄씩 비교합니다",
    ),
    # errors
    "error.line": ("error: {text}", "오류: {text}"),
    "error.unknown_command": ('there is no command "{word}"', '"{word}" 명령은 없습니다'),
    "error.unknown_option": ("there is no option {word}", "{word} 옵션은 없습니다"),
    "error.did_you_mean": ("did you mean {word}?", "혹시 {word}입니까?"),
    "error.see_help": ("see `{command} --help`", "`{command} --help`를 보십시오"),
    "error.missing": ("{command} needs {name}", "{command}에 {name:이} 필요합니다"),
    "error.unused": ("too much: {words}", "남는 인자: {words}"),
    "error.bad_value": ("{value} is no value for {name}", "{value:은} {name}의 값이 될 수 없습니다"),
    "error.whole_number": ("write a whole number", "정수를 쓰십시오"),
    "error.one_of": ("write one of {choices}", "{choices} 중에서 고르십시오"),
    "error.number": ("{option} cannot be {value}", "{option:은} {value:이} 될 수 없습니다"),
    "error.number_low": ("write {least} or more", "{least} 이상을 쓰십시오"),
    "error.number_high": ("write a smaller number", "더 작은 수를 쓰십시오"),
    "error.bad_language": ("--lang takes ko or en, not {word}", "--lang은 ko나 en만 받습니다: {word}"),
    "error.interrupted": ("interrupted; nothing half-written was left behind", "중단했습니다. 쓰다 만 파일은 남기지 않았습니다"),
    "error.os": ("{path}: {what}", "{path}: {what}"),
    "error.memory": (
        "out of memory; use fewer jobs or a shorter horizon",
        "메모리가 모자랍니다. 작업 수나 기간을 줄이십시오",
    ),
    "error.bug": (
        "internal error: {what}; this is a bug of dure. DURE_TRACEBACK=1 shows where",
        "내부 오류: {what}; dure의 버그입니다. DURE_TRACEBACK=1로 위치를 볼 수 있습니다",
    ),
    # live view
    "live.block": ("a block is {n} accelerators", "한 칸은 가속기 {n}개"),
    "live.free": ("free", "비어 있음"),
    "live.day": ("day {n}", "{n}일째"),
    "live.jobs": ("{done} of {total} jobs", "작업 {total}개 중 {done}개"),
    "live.speed": ("{n} jobs/s", "초당 {n}개"),
    # check
    "check.line": ("{file}: ok · {what}", "{file}: 이상 없음 · {what}"),
    "check.note": ("  note: {text}", "  참고: {text}"),
    "check.empty": ("nothing in it yet", "아직 내용이 없음"),
    "check.sites": ("{n} {n:site|sites}", "센터 {n}곳"),
    "check.pools": ("{n} {n:pool|pools}", "풀 {n}개"),
    "check.nodes": ("{n} {n:node|nodes}", "서버 {n}대"),
    "check.accelerators": ("{n} {n:accelerator|accelerators}", "가속기 {n}개"),
    "check.projects": ("{n} {n:project|projects}", "과제 {n}개"),
    "check.period": ("{length}", "{length}"),
    "check.trace": ("jobs of {file}", "{file}의 작업"),
    "check.load": ("load {load}", "부하 {load}"),
    "check.generate": ("jobs drawn from profile {profile}", "{profile} 프로필에서 뽑은 작업"),
    "check.assume": ("{n} {n:assumption|assumptions}", "가정 {n}건"),
    # validate
    "validate.id": ("id", "번호"),
    "validate.what": ("what", "내용"),
    "validate.reference": ("held against", "기준"),
    "validate.is_published": ("published", "공표"),
    "validate.is_closed_form": ("closed form", "공식"),
    "validate.is_by_hand": ("by hand", "손 계산"),
    "validate.is_own_input": ("own input", "입력한 값"),
    "validate.is_own_replay": ("own replay", "자체 재현"),
    "validate.is_identity": ("identity", "항등"),
    "validate.held_to": ("its value", "기준값"),
    "validate.ours": ("ours", "dure의 값"),
    "validate.error": ("error, allowed", "오차, 허용"),
    "validate.yes": ("ok", "일치"),
    "validate.no": ("OFF", "벗어남"),
    "validate.needs": ("needs {file}", "{file} 필요"),
    "validate.counts": (
        "{held} held · {missed} missed · {absent} without their file",
        "일치 {held} · 벗어남 {missed} · 파일 없음 {absent}",
    ),
    "validate.none": ("no known answer {ids}", "알려진 답 {ids:이} 없습니다"),
    "validate.known": ("known: {ids}", "있는 것: {ids}"),
    # demo
    "demo.title": ("Six acts", "여섯 막"),
    "demo.buy": ("BUY", "구매"),
    "demo.plan": ("PLAN", "계획"),
    "demo.plan.bought": (
        "{vendors}: {won} of purchase at assumed prices, gap {gap}, checked",
        "{vendors}: 가정한 가격으로 구매비 {won}, 격차 {gap}, 검산",
    ),
    "demo.plan.refused": (
        "REFUSED by {rule}: {won} over their life to run them, and nobody pays (assumed)",
        "{rule} 때문에 성립하지 않음: 수명 동안 운영비 {won}, 재원 없음 (가정)",
    ),
    "demo.plan.way": (
        "cheapest way out: {won} runs a plan of the same rules in whole buying units, and no less does (assumed)",
        "가장 싼 해결책: 같은 규칙을 지키는 온전한 계획의 운영비 {won}, 그 이하로는 안 됨 (가정)",
    ),
    "demo.run": ("RUN", "운영"),
    "demo.run.size": ("{sites} {sites:site|sites}, {length}, {jobs} jobs", "센터 {sites}곳, {length}, 작업 {jobs}개"),
    "demo.run.first_job": (
        "from a project's first submission to its first running job: median {time}",
        "과제의 첫 제출에서 첫 작업 시작까지: 중앙값 {time}",
    ),
    "demo.run.lost": ("lost:", "손실:"),
    "demo.run.others": ("others {share}", "그 밖 {share}"),
    "demo.run.productive": ("+ productive {share} = 100 %, to the second:", "+ 유효 작업 {share} = 100%, 초 단위까지:"),
    "demo.took": ("{s} s, {speed} jobs/s (measured)", "{s}초, 초당 작업 {speed}개 (실측)"),
    "demo.seconds": ("{s} s (measured)", "{s}초 (실측)"),
    "demo.gwangju": ("GWANGJU", "광주"),
    "demo.gwangju.plant": (
        "796 A100, 880 H100, 384 T4, 128 IPU; 44.3 of 78.6 PF funded (published)",
        "A100 796개, H100 880개, T4 384개, IPU 128개. 78.6PF 가운데 44.3PF만 운영예산을 받음 (공표)",
    ),
    "demo.gwangju.ceiling": (
        "at most {share} (simulated) · below {published} (published)",
        "많아야 {share} (모의) · {published} 미만 (공표)",
    ),
    "demo.gwangju.month": ("a month of demand:", "한 달의 수요:"),
    "demo.gwangju.relit": (
        "{won} a year lights the rest again (assumed lease; the plan is refused by opex_funded)",
        "나머지를 다시 켜는 데 한 해 {won} (임차료는 가정, opex_funded 때문에 계획이 성립하지 않음)",
    ),
    "demo.real": ("FOR REAL", "실제로"),
    "demo.real.what": (
        "two sites on this machine, {jobs} of your own processes, the log in SQLite",
        "이 컴퓨터의 두 센터, 직접 돌린 프로세스 {jobs}개, 기록은 SQLite",
    ),
    "demo.real.kill": (
        "kill -9 of the broker with {running} running … back in {s} s:",
        "{running}개가 실행 중일 때 브로커를 kill -9 … {s}초 만에 복귀:",
    ),
    "demo.real.kept": (
        "{lost} lost, {twice} run twice, {charged} device-s charged twice",
        "유실 {lost}건, 두 번 실행 {twice}건, 두 번 청구 {charged} 장치·초",
    ),
    "demo.real.charged": (
        "{seconds} device-s charged, {differs} otherwise than the sites saw · last log line of the first: {line}",
        "{seconds} 장치·초 청구, 센터가 본 것과 다른 것 {differs} · 첫 작업의 마지막 로그: {line}",
    ),
    "demo.prove": ("PROVE IT", "증명"),
    "demo.prove.verify": (
        "act 5: verify.py, own SQL and no code of the ledger, on its log: operating rate {ours} = {theirs}",
        "5막: 원장 코드 없이 자체 SQL로 검산하는 verify.py, 그 기록의 가동률 {ours} = {theirs}",
    ),
    "demo.prove.sql": (
        "act 3: busy time added up by SQL over its attempts, by the installed time of its tables: {ours} = {theirs}",
        "3막: 시도 기록의 사용 시간을 SQL로 더해 표의 설치 시간으로 나눔: {ours} = {theirs}",
    ),
    "demo.prove.live": (
        "quickstart, enlarged, a day of {jobs} jobs: the twin, and the broker with its store in memory over a simulated site, make "
        "{same} of {decisions} decisions alike; {placed} jobs got a place, {rest} still waited for one when the day ended:",
        "quickstart를 키운 하루, 작업 {jobs}개: 트윈과 브로커(저장소는 메모리, 센터는 모의)의 결정 {decisions}건 중 {same}건이 같음. "
        "{placed}개가 자리를 얻었고 {rest}개는 하루가 끝날 때까지 기다림:",
    ),
    "demo.prove.seed": (
        "quickstart played twice with one seed, every event row the same ({hash}…):",
        "quickstart를 같은 시드로 두 번, 모든 사건 행이 같음 ({hash}…):",
    ),
    "demo.prove.figures": ("figures in the tables of act 3's report, by kind:", "3막 보고서의 표에 있는 수치, 종류별:"),
    "demo.end": (
        "{page}    dure report {folder}    dure validate",
        "{page}    dure report {folder}    dure validate",
    ),
    "examples.none": ("this installation has no example {name}", "이 설치본에는 예제 {name:이} 없습니다"),
    "examples.remedy": ("name a scenario of your own with --scenario", "--scenario로 시나리오 파일을 지정하십시오"),
}
