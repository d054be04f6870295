"""Vega-Lite specs → SVG or PNG, without a browser and without a network. The library is loaded on first use (33 MB)."""

from __future__ import annotations

import json
from typing import Any

VEGA_LITE = "6.4"


def svg(spec: dict[str, Any]) -> str:
    """The picture as one `<svg>` element: text stays text, so the reader's own fonts show Hangul."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=VEGA_LITE, show_warnings=False))


def png(spec: dict[str, Any], scale: float = 2.0) -> bytes:
    """The picture as PNG; Hangul needs a Korean font on this machine."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(json.dumps(spec), vl_version=VEGA_LITE, scale=scale))
