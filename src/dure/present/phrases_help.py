"""Korean of the help texts of arguments and options. The English stands in the code beside the option (gettext's way).

A test walks every command and fails when a text has no Korean here.
"""

from __future__ import annotations

HELP_KO: dict[str, str] = {
    "print one JSON object instead of text": "글 대신 JSON 객체 하나를 출력합니다",
    "scenario files to read": "읽을 시나리오 파일",
    "run folder that `dure twin run` wrote": "`dure twin run`이 남긴 실행 폴더",
    "write one self-contained HTML file here": "한 파일로 된 HTML을 여기에 씁니다",
    "write every table as CSV into this folder": "모든 표를 CSV로 이 폴더에 씁니다",
    "change one value: path=value, as often as needed": "값 하나를 바꿉니다: 경로=값, 여러 번 쓸 수 있습니다",
}
