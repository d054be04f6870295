"""What is said wherever a figure comes from sites at which no program runs."""

from __future__ import annotations

SIMULATED: dict[str, tuple[str, str]] = {
    "simulated.sites": (
        "simulated: no program runs at {sites}; what happens there is drawn, not measured",
        "모의: {sites}에서는 프로그램이 실행되지 않으며, 그곳에서 일어나는 일은 측정값이 아니라 모의 결과입니다",
    ),
}
