"""Servers out of work and back, sites that do not answer, rules by which was chosen: English and Korean."""

from __future__ import annotations

NODES: dict[str, tuple[str, str]] = {
    "nodes.title": ("Servers", "서버"),
    "nodes.node": ("server", "서버"),
    "nodes.mode": ("stands", "상태"),
    "nodes.since": ("since (UTC)", "시작 (UTC)"),
    "nodes.jobs": ("jobs", "작업"),
    "nodes.upkeep": ("upkeep", "점검"),
    "nodes.word": ("{reason} ({who})", "{reason} ({who})"),
    "nodes.untaken": ("{word}; the site has not answered yet", "{word}, 센터가 아직 답하지 않았습니다"),
    "nodes.none": ("No server stands so.", "그런 서버가 없습니다."),
    "nodes.more": ("more: --after {after}", "더 보기: --after {after}"),
    "nodes.drain": (
        "{node} takes no more work; what runs there goes on.",
        "{node:은} 새 작업을 받지 않습니다. 실행 중인 작업은 계속됩니다.",
    ),
    "nodes.repair": (
        "{node} takes no more work and counts as failed; what runs there goes on.",
        "{node:은} 새 작업을 받지 않고 고장으로 셉니다. 실행 중인 작업은 계속됩니다.",
    ),
    "nodes.resume": ("{node} takes work again.", "{node:이} 다시 작업을 받습니다."),
    "mode.up": ("up", "가동"),
    "mode.not_delivered": ("not delivered", "미인도"),
    "mode.unfunded": ("unfunded", "예산 없음"),
    "mode.unpowered": ("unpowered", "전력 없음"),
    "mode.unobserved": ("unobserved", "관측 안 됨"),
    "mode.failed": ("failed", "고장"),
    "mode.maintenance": ("maintenance", "점검"),
    "rules.title": ("Rules", "규칙"),
    "rules.name": ("rules", "규칙"),
    "rules.row": ("from row", "시작 행"),
    "rules.order": ("order", "순서"),
    "rules.backfill": ("backfill", "백필"),
    "rules.release": ("release", "버전"),
    "problem.no_such_node": ("No such server", "없는 서버"),
    "problem.no_such_node.detail": ("There is no server {node}.", "{node}: 그런 서버가 없습니다."),
    "problem.no_such_node.remedy": ("`dure nodes list` shows them", "`dure nodes list`로 볼 수 있습니다"),
    "command.nodes": ("Servers: as they stand, out of work and back", "서버: 상태, 작업 중지와 재개"),
    "command.nodes.list": ("Servers as they stand now", "지금 서버의 상태"),
    "command.nodes.drain": ("Take servers out of work", "서버를 작업에서 뺍니다"),
    "command.nodes.resume": ("Let servers take work again", "서버가 다시 작업을 받게 합니다"),
    "command.rules": ("By which rules was chosen, and since when", "어떤 규칙으로 언제부터 결정했는지"),
}

NODES_HELP_KO: dict[str, str] = {
    "servers, such as north/a/0": "서버. 예: north/a/0",
    "a site, or one of its pools": "센터 또는 그 풀",
    "only servers that stand so": "이 상태인 서버만",
    "at most so many servers": "서버를 많아야 이만큼",
    "behind this number": "이 번호 다음부터",
    "why; who looks at the server reads it": "이유. 서버를 보는 사람이 읽습니다",
    "something is broken: what is free there counts as failed": "고장: 거기서 비어 있는 가속기는 고장으로 셉니다",
}
NODES_ERRORS: tuple[tuple[str, str], ...] = (
    (r"is not the name of a server", "서버 이름이 아닙니다"),
    (r"write SITE/POOL/NUMBER, as `dure nodes list` shows it", "`dure nodes list`가 보여 주는 대로 센터/풀/번호를 쓰십시오"),
    (r"there is no server (.+)", r"\1: 그런 서버가 없습니다"),
    (r"name one that `dure nodes list` shows", "`dure nodes list`에 있는 서버를 쓰십시오"),
)
