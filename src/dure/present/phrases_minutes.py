"""Phrases of the minutes of an award as a document to be signed."""

from __future__ import annotations

MINUTES: dict[str, tuple[str, str]] = {
    "award.kind_title": ("Minutes of the Award", "사업자 선정 회의록"),
    "award.eyebrow": ("dure · evaluation and selection", "두레 · 평가 및 선정"),
    "award.fact.procedure": ("Procedure", "방식"),
    "award.fact.objective": ("Aim of the award", "선정 목표"),
    "award.fact.result": ("Result", "결과"),
    "award.fact.budget": ("Budget", "예산"),
    "award.fact.bids": ("Bids", "제안"),
    "award.fact.bids_of": (
        "{bids} {bids:bid|bids} from {n} {n:operator|operators}",
        "{bids}건, 운영사업자 {n}곳",
    ),
    "award.fact.rules": ("Hash of the rules", "규칙 해시"),
    "award.fact.date": ("Date of the meeting", "회의 일시"),
    "award.fact.place": ("Place", "장소"),
    "award.no_budget": ("the tender names none", "공고에 없음"),
    "award.eligibility": ("Eligibility", "자격 심사"),
    "award.no_eligibility": ("The tender sets no rule of eligibility.", "공고가 정한 자격 규칙이 없습니다."),
    "award.grounds": ("What is assumed, and what is published", "가정한 것과 공표된 것"),
    "award.sensitivity": ("How far the award carries", "선정이 바뀌지 않는 범위"),
    "award.column.rule": ("rule", "규칙"),
    "award.meets": ("met", "충족"),
    "award.fails": ("not met", "미충족"),
    "award.word_of_table": ("Figures: {word} ({means}).", "수치: {word}({means})."),
    "award.word_of_column": ("{column}: {word}", "{column}: {word}"),
    "award.sign": ("Signed", "서명"),
    "award.sign_text": (
        "The members have read these minutes and the inputs whose hashes stand in them, and confirm the award. "
        "Names, date and place are filled in by hand.",
        "위원은 이 회의록과 해시로 표시된 입력 자료를 확인하였으며, 위와 같이 선정하였음을 확인합니다. "
        "성명과 일시, 장소는 손으로 적습니다.",
    ),
    "award.sign_seat": ("seat", "구분"),
    "award.sign_office": ("office", "소속·직위"),
    "award.sign_name": ("name", "성명"),
    "award.sign_signature": ("signature", "서명"),
    "award.seat_chair": ("chair", "위원장"),
    "award.seat_member": ("member", "위원"),
    "award.seat_secretary": ("secretary", "간사"),
    "award.footer_document": (
        "Written by dure {version} from the inputs named above; rules {hash}. The same inputs and version give the same bytes.",
        "dure {version:이} 위에 적은 입력으로 작성했습니다. 규칙 {hash}. 입력과 버전이 같으면 파일도 바이트까지 같습니다.",
    ),
    "award.solver": ("solver and versions", "솔버와 버전"),
    "award.solver_value": (
        "HiGHS {solver}, dure {version}, one thread, fixed seed",
        "HiGHS {solver}, dure {version}, 단일 스레드, 고정 시드",
    ),
}

MINUTES_HELP_KO: dict[str, str] = {
    "write the minutes to be signed: a .pdf, or the same as .html": "서명할 회의록을 .pdf 또는 .html로 씁니다",
    "folder with further fonts for the PDF": "PDF에 쓸 글꼴이 더 있는 폴더",
}

MINUTES_ERRORS: tuple[tuple[str, str], ...] = (
    (r"no font on this machine has Korean letters", "이 컴퓨터에 한글 글꼴이 없습니다"),
    (
        r"install Noto Sans CJK KR \(package fonts-noto-cjk\), or name a folder with --fonts",
        "Noto Sans CJK KR(fonts-noto-cjk 패키지)을 설치하거나 --fonts로 글꼴 폴더를 지정하십시오",
    ),
    (r"is neither \.pdf nor \.html", ".pdf도 .html도 아닙니다"),
    (r"let its name end in \.pdf or \.html", "이름을 .pdf나 .html로 끝내십시오"),
)
